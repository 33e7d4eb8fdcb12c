import type { PairDialect, StorageLevel } from '../data/index.ts';
import type { SourceBlock } from '../storage/block-store.ts';
import type { Action, CogroupEmit, Partitioning, ShuffleMode, Step, ZipStep, StateStep } from '../rdd/index.ts';

/**
 * How one partition is computed: a tree of plain descriptors whose leaves are blocks, shuffle outputs and cached
 * partitions. User functions stand in it as slots; for another thread or machine only their coordinates are sent.
 */
export type Pipe =
  /** Blocks that come with the task: `task.sources[slot]`. */
  | { readonly kind: 'source'; readonly slot: number }
  | { readonly kind: 'shuffle'; readonly read: ShuffleRead }
  | { readonly kind: 'steps'; readonly input: Pipe; readonly steps: readonly Step[]; readonly partition: number }
  | { readonly kind: 'concat'; readonly inputs: readonly Pipe[] }
  | { readonly kind: 'zip'; readonly inputs: readonly Pipe[]; readonly step: ZipStep }
  | {
      readonly kind: 'combine';
      readonly input: Pipe;
      readonly mode: ShuffleMode;
      readonly dialect: PairDialect;
      readonly label: string;
    }
  | {
      readonly kind: 'cogroup';
      readonly inputs: readonly Pipe[];
      readonly emit: CogroupEmit;
      readonly dialect: PairDialect;
      readonly label: string;
    }
  | StatePipe
  /** `input` is absent where the block was there when the job was planned: a miss makes the job be planned anew. */
  | {
      readonly kind: 'cache';
      readonly label: string;
      readonly rddId: number;
      readonly partition: number;
      readonly level: StorageLevel;
      readonly input: Pipe | undefined;
    };

/** A version of state, or what its step emitted. `make` is absent where the version was there when the job was planned. */
export interface StatePipe {
  readonly kind: 'state';
  readonly view: 'pairs' | 'emitted';
  readonly rddId: number;
  readonly partition: number;
  readonly dialect: PairDialect;
  readonly make:
    | {
        readonly step: StateStep;
        readonly prev: StatePipe | undefined;
        readonly initial: Pipe | undefined;
        readonly inputs: readonly Pipe[];
        readonly isMarked: boolean;
      }
    | undefined;
}

export interface ShuffleRead {
  readonly shuffleId: number;
  readonly reduce: number;
  /** How many map partitions wrote; read in their order, so that results do not depend on who was first. */
  readonly maps: number;
  readonly mode: ShuffleMode;
  readonly dialect: PairDialect;
  readonly label: string;
}

export interface ShuffleWrite {
  readonly kind: 'shuffle';
  readonly shuffleId: number;
  readonly mode: ShuffleMode;
  readonly partitioning: Partitioning;
  readonly dialect: PairDialect;
  readonly label: string;
}

export type TaskOutput = ShuffleWrite | { readonly kind: 'action'; readonly action: Action };

/** One partition of one stage: all that an executor needs to know. */
export interface Task {
  readonly stageId: number;
  readonly timeMs: number | undefined;
  /** The index of its result among the stage's, and of its map output. */
  readonly partition: number;
  readonly pipe: Pipe;
  readonly sources: readonly (readonly SourceBlock[])[];
  readonly output: TaskOutput;
  /** Tasks with the same number prefer the same executor: where cached partitions and shuffle outputs lie. */
  readonly placement: number | undefined;
}

/** @internal Tasks that can run side by side. A stage runs when the stages before it in the job have ended. */
export interface Stage {
  readonly id: number;
  readonly tasks: readonly Task[];
}

/** Stages in an order in which each comes after those whose output it reads; the last one gives the result. */
export interface PhysicalJob {
  /** In their order. */
  readonly stages: readonly Stage[];
  /** The batch time, in ms; undefined outside of batches. */
  readonly timeMs: number | undefined;
}

/** What a backend still holds: such work is not done again. */
export interface Availability {
  /** Whether the partition of a data set, or of a state, is kept. */
  hasBlock(rddId: number, partition: number): boolean;
  /** Whether what a partition gave to a shuffle is kept. */
  hasMapOutput(shuffleId: number, mapPartition: number): boolean;
  /** Whether the block survives the loss of any one executor: its lineage may be forgotten. */
  isSafe(rddId: number, partition: number): boolean;
}
