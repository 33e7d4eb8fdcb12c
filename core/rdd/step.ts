import type { PairDialect } from '../data/index.ts';
import type { FnSlot } from './function-slot.ts';

/** Record operations: fused into one loop by the stage compiler. */
export type RecordOp =
  | 'map'
  | 'filter'
  | 'flatMap'
  | 'mapValues'
  | 'flatMapValues'
  | 'keys'
  | 'values'
  | 'keyBy'
  /** x → (x, 1), and x → (null, x): the halves of countByValue and reduce that run before the shuffle. */
  | 'pairWithOne'
  | 'pairWithNull';

/** Operations over a whole partition: the loop ends before them. */
export type PartitionOp =
  | 'mapPartitions'
  | 'glom'
  | 'countPartition'
  | 'mapAsync'
  /** Records are splits of files; what comes out are theirs, piece by piece: see `filesRdd`. */
  | 'readFiles';

/**
 * One narrow operation. Made once for a stream node, or once for a data set made by hand, and never changed.
 * `fns` are the user's functions, in the order in which the operation names them.
 */
export interface Step {
  readonly op: RecordOp | PartitionOp;
  readonly fns: readonly FnSlot[];
  readonly dialect: PairDialect;
  /** What an error names: operator, uid and the user's file and line. */
  readonly label: string;
  /** mapAsync: how many calls are under way at once, and whether results keep the order of their records. */
  readonly concurrency?: number;
  readonly ordered?: boolean;
}

const PARTITION_OPS: ReadonlySet<string> = new Set<PartitionOp>([
  'mapPartitions',
  'glom',
  'countPartition',
  'mapAsync',
  'readFiles',
]);

export const isPartitionOp = (op: string): op is PartitionOp => PARTITION_OPS.has(op);

export function step(op: Step['op'], fns: readonly FnSlot[], dialect: PairDialect, label: string): Step {
  return { op, fns, dialect, label };
}
