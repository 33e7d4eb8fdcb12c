import type { PairDialect } from '../data/index.ts';
import type { CogroupEmit, FnSlot, Partitioner, Partitioning, Rdd, ShuffleMode, Step } from '../rdd/index.ts';
import type { InputSpec } from './input.ts';
import type { OutputSink } from './service.ts';

/** A function over data sets, called on the driver for each batch (and again wherever its closures have to run). */
export type TransformFunction = (rdds: readonly Rdd[], timeMs: number) => Rdd | Promise<Rdd>;

/** An output function. `rdd` is what it is given each batch; the job ends when the promise settles. */
export type OutputFunction = (rdd: Rdd, timeMs: number) => unknown;

/** How a stream of state changes from batch to batch. Its parent's slide is its own, but for windows. */
export type StateChange =
  | { readonly kind: 'updateByKey'; readonly fn: FnSlot }
  /** `keepsPartitioner`: whether what follows may count on keys being where the partitioner has them. */
  | { readonly kind: 'updatePartition'; readonly fn: FnSlot; readonly keepsPartitioner: boolean }
  | { readonly kind: 'mapWithState'; readonly fn: FnSlot; readonly timeoutMs: number | undefined }
  | {
      readonly kind: 'inverseWindow';
      readonly reduce: FnSlot;
      readonly inverse: FnSlot;
      readonly filter: FnSlot | undefined;
      readonly windowMs: number;
    }
  | { readonly kind: 'slidingWindow'; readonly reduce: FnSlot; readonly windowMs: number };

/** What the program says of the form of its state, so that a program that has changed can read the state of an older one. */
export interface StateSchema {
  /** Counted by the user, from 1. */
  readonly version: number;
  /** `(old state, its version)` gives the state in this version's form; undefined or null drops the key. */
  readonly migrate: FnSlot | undefined;
}

export interface StateNodeOp {
  readonly kind: 'state';
  readonly change: StateChange;
  readonly partitioner: Partitioner;
  readonly partitioning: Partitioning;
  readonly dialect: PairDialect;
  /** The state before the first batch. */
  readonly initial: Rdd | undefined;
  readonly schema: StateSchema;
}

/** How far back a node reads its parents' batches, in ms: 0 where it reads those of its own time. */
export function windowMsOf({ op }: StreamNode): number {
  if (op.kind === 'window') return op.windowMs;
  return op.kind === 'state' && 'windowMs' in op.change ? op.change.windowMs : 0;
}

/** What a node computes. */
export type NodeOp =
  | { readonly kind: 'input'; readonly input: InputSpec }
  | { readonly kind: 'step'; readonly step: Step; readonly preservesPartitioning?: boolean }
  /** `isSideBySide`: partitions of one common partitioner are not merged, and nothing that follows counts on it. */
  | { readonly kind: 'union'; readonly isSideBySide?: boolean }
  | { readonly kind: 'repartition'; readonly n: number; readonly dialect: PairDialect }
  | {
      readonly kind: 'byKey';
      readonly mode: ShuffleMode;
      readonly partitioner: Partitioner;
      readonly partitioning: Partitioning;
      readonly dialect: PairDialect;
    }
  | {
      readonly kind: 'cogroup';
      readonly emit: CogroupEmit;
      readonly partitioner: Partitioner;
      readonly partitioning: Partitioning;
      readonly dialect: PairDialect;
    }
  | StateNodeOp
  /** What the state's step emitted: the stream that mapWithState returns. */
  | { readonly kind: 'stateOutput' }
  | { readonly kind: 'count'; readonly partitioner: Partitioner }
  | { readonly kind: 'transform'; readonly fn: FnSlot }
  | { readonly kind: 'window'; readonly windowMs: number }
  /** `sink`: what `fn` writes to, where that is to hear of a batch before and after. */
  | { readonly kind: 'output'; readonly fn: FnSlot; readonly sink?: OutputSink | undefined };

/** One operator of the stream graph: immutable, plain, known by its number. Parents have smaller numbers. */
export interface StreamNode {
  readonly id: number;
  /** What a user calls it: `map`, `reduceByKey`, `socketTextStream`. */
  readonly name: string;
  readonly op: NodeOp;
  readonly parents: readonly number[];
  /** It has a data set at every multiple of this after the zero time, in ms. */
  readonly slideMs: number;
  /** The user's file and line. */
  readonly site: string;
}

/** Whether checkpoints hold what a node keeps: windows without inverse are made again of their batches. */
export const hasSnapshots = ({ op }: StreamNode): boolean => op.kind === 'state' && op.change.kind !== 'slidingWindow';
