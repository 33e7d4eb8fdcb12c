import type { ErrorDetails } from '../../errors.ts';
import type { PackedState } from '../../state/index.ts';
import type { CurrentProgram } from '../program/index.ts';

/** Plain data that stands for a task: slots are coordinates, records are bytes. See wire.ts. */
export type Wire = unknown;

/** What `new Worker` is given. */
export interface WorkerSetup {
  readonly index: number;
  readonly workerCount: number;
  readonly memoryBytesMax: number;
  readonly scratchFolder: string;
}

/** A bucket, a cached block or a version of state that the task needs and that lies elsewhere. */
export interface Attachment {
  readonly kind: 'bucket' | 'block' | 'state';
  /** Shuffle and map partition, or data set and partition. */
  readonly a: number;
  readonly b: number;
  readonly reduce: number;
  readonly bytes: Uint8Array;
}

/** The call of a transform function, as an executor has to repeat it to hold the closures made in it. */
export interface TransformCall {
  readonly prefix: string;
  readonly coord: string;
  readonly timeMs: number;
  /** See `StandIn`. */
  readonly standIns: Wire;
  /** The numbers of the data sets that it made. */
  readonly ids: readonly number[];
  /** The driver's results of the actions that it awaited. */
  readonly results: Uint8Array;
  readonly shape: string;
  /** The broadcast variables that it made, `[coordinate, value]`. */
  readonly broadcasts: readonly (readonly [string, Uint8Array])[];
  /** False while the driver's own call goes on: an action of it is being computed. */
  readonly isComplete: boolean;
}

export type ToWorker =
  | {
      readonly type: 'program';
      readonly program: CurrentProgram;
      readonly replay: Uint8Array;
      /** The numbers of the data sets made before `start()`. */
      readonly ids: readonly number[];
      /** The broadcast variables made before `start()`, `[coordinate, value]`. */
      readonly broadcasts: readonly (readonly [string, Uint8Array])[];
      readonly conf: Wire;
    }
  | {
      readonly type: 'task';
      readonly id: number;
      readonly task: Wire;
      readonly attachments: readonly Attachment[];
      readonly transforms: readonly TransformCall[];
    }
  | {
      readonly type: 'fetch';
      readonly id: number;
      readonly kind: Attachment['kind'];
      readonly a: number;
      readonly b: number;
      readonly reduce: number;
    }
  | {
      readonly type: 'pack';
      readonly id: number;
      readonly rddId: number;
      readonly partition: number;
      readonly sinceRddId: number | undefined;
      /** The version as bytes, where this thread does not hold it. */
      readonly copy: Uint8Array | undefined;
    }
  | {
      readonly type: 'release';
      readonly shuffleIds: readonly number[];
      readonly rddIds: readonly number[];
      readonly broadcasts: readonly string[];
    }
  | { readonly type: 'reset' };

/** An error as it crosses threads. */
export interface WireError {
  readonly name: string;
  readonly message: string;
  readonly stack: string | undefined;
  readonly code: string | undefined;
  readonly details: ErrorDetails | undefined;
  readonly cause: WireError | undefined;
}

export type FromWorker =
  /** A line that the program printed on the worker. */
  | { readonly type: 'print'; readonly stream: 'stdout' | 'stderr'; readonly line: string }
  | { readonly type: 'ready'; readonly fingerprint: readonly string[]; readonly shape: string }
  | { readonly type: 'unready'; readonly error: WireError }
  | {
      readonly type: 'done';
      readonly id: number;
      /** An action's result, by the codec; a list that is long in stretches, each a block. */
      readonly value: Uint8Array | readonly Uint8Array[] | undefined;
      /** Map output: per reduce partition the bytes of those that belong to other workers. */
      readonly buckets: readonly (Uint8Array | undefined)[] | undefined;
      /** Partitions that this task cached, `[data set, partition, second copy]`. */
      readonly cached: readonly (readonly [number, number, Uint8Array | undefined])[];
      /** Ids of cached blocks that had to go. */
      readonly dropped: readonly string[];
      /** What the task added to accumulators, by the codec: `[coordinate, state]` each. */
      readonly updates: Uint8Array | undefined;
    }
  | {
      readonly type: 'failed';
      readonly id: number;
      readonly kind: 'step' | 'lost' | 'error';
      readonly label: string;
      readonly lost: unknown;
      readonly error: WireError;
      readonly dropped: readonly string[];
    }
  | { readonly type: 'fetched'; readonly id: number; readonly bytes: Uint8Array | undefined }
  | { readonly type: 'packed'; readonly id: number; readonly state: PackedState | WireError | undefined };
