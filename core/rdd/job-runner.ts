import type { FnSlot } from './function-slot.ts';
import type { Rdd } from './rdd.ts';

/** What an action computes of each partition. Plain data but for the slots, so that it can travel as coordinates. */
export type Action =
  | { readonly kind: 'collect' }
  | { readonly kind: 'count' }
  | { readonly kind: 'take'; readonly n: number }
  /** Folds a partition from its first record; an empty partition gives undefined, any other `[value]`. */
  | { readonly kind: 'reduce'; readonly fn: FnSlot; readonly label: string }
  /** Calls `fn(records, partitionIndex)` once, also for an empty partition; the result is what it returns. */
  | { readonly kind: 'partition'; readonly fn: FnSlot; readonly label: string; readonly isAsync: boolean };

/** Runs actions. The engine's runner cuts the lineage into stages and gives them to a backend. */
export interface JobRunner {
  /**
   * Resolves with the action's result for each of `partitions` (default: all), in that order. Rejects with the first
   * failure, wrapped: USER_FUNCTION_FAILED names operator, uid and batch time.
   */
  run(rdd: Rdd, action: Action, partitions?: readonly number[]): Promise<unknown[]>;
}
