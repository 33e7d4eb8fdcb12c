import type { PackedState } from '../state/index.ts';
import type { Availability, PhysicalJob } from '../stage/physical.ts';

/** What a backend need not keep: by id, broadcast values by coordinate. */
export interface Released {
  /** Shuffles whose outputs nobody reads any more. */
  readonly shuffleIds?: readonly number[];
  /** Data sets whose partitions nobody reads any more. */
  readonly rddIds?: readonly number[];
  /** Broadcast values that were destroyed, by coordinate. */
  readonly broadcasts?: readonly string[];
}

/**
 * Executes physical plans and nothing else: it knows no stream, no window, no time. Implementations: in process, worker
 * threads, later a Spark cluster. `testing/` exports the suite that every one of them has to pass.
 *
 * Residency is a cache. A backend answers through `available` what it believes it holds; where it turns out not to
 * (an evicted block, a lost executor) `runJob` rejects with LostInput, forgets it, and the job is planned anew.
 */
export interface Backend {
  /** For logs: `in-process`. */
  readonly name: string;
  /** How many tasks run side by side. */
  readonly slots: number;
  /** Whether user functions must have coordinates to run here. */
  readonly needsCoordinates: boolean;
  /** What it believes it holds. */
  readonly available: Availability;
  /**
   * Runs the stages in order; calls `onResult` once for each task of the last stage, in any order, and resolves after
   * them. Jobs may be given concurrently. Rejects with StepError (a user's function threw), LostInput (results given so
   * far stand; the job is planned anew for the others), or a DStreamsError.
   */
  runJob(job: PhysicalJob, onResult: (partition: number, value: unknown) => void): Promise<void>;
  /**
   * A version of state as bytes, for a checkpoint: what has changed since the version of data set `sinceRddId` where the
   * same executor holds that too, else all of it. undefined where no executor holds it.
   */
  packState(rddId: number, partition: number, sinceRddId: number | undefined): Promise<PackedState | undefined>;
  /** Drops shuffle outputs, cached data sets and broadcast values. Needs no answer; unknown ids are ignored. */
  release(what: Released): void;
  /** Resolves when every thread and file of it is gone. Idempotent. */
  stop(): Promise<void>;
}
