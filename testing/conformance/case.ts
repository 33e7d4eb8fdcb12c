import type { Value } from './values.ts';

/** An input or named stream by name, or a stream of its own. */
export type StreamSpec = string | { readonly from: StreamSpec; readonly steps: readonly Step[] };

/** Operation and arguments: names of functions, streams, numbers, options. */
export type Step = readonly [operator: string, ...args: readonly unknown[]];

export type Stage = 'build' | 'start' | 'generate' | 'batch' | 'slice' | 'run';

/** `[timeMs, elements]` for each call of the output operation. */
export type Batches = readonly (readonly [timeMs: number, elements: readonly Value[]])[];

/** What an input watches, below the folder of the case. Names of files are filtered by a predicate. */
export interface Watched {
  readonly operation: 'textFileStream' | 'fileStream' | 'binaryRecordsStream';
  /** A directory, or a pattern of them. */
  readonly directory: string;
  /** Of `fileStream`, with the next. */
  readonly filter?: string;
  readonly newFilesOnly?: boolean;
  /** Of `binaryRecordsStream`. */
  readonly recordLength?: number;
}

/** What somebody does to the folder. A file that is there is written anew; whoever moves a file keeps its date. */
export type Change =
  | readonly [what: 'write', path: string, text: string, modifiedMs: number]
  | readonly [what: 'move', from: string, to: string]
  | readonly [what: 'remove' | 'makeDirectory', path: string];

/** A folder in which files appear while the case runs. */
export interface Folder {
  /** What the clock shows when the streams are made; from then on it goes from batch to batch. */
  readonly madeMs: number;
  /** `spark.streaming.fileStream.minRememberDuration`. */
  readonly minRemember?: string;
  /** Inputs by name. */
  readonly watched: Readonly<Record<string, Watched>>;
  /** Before the streams are made, and before each batch. */
  readonly changes: readonly (readonly Change[])[];
}

/** A stop, and a start from the checkpoint. */
export interface Restart {
  /** Batches are over, counted from the first start, down ones included. */
  readonly after: number;
  /** From the last batch to the start. */
  readonly downMs: number;
  /** The last two batches are those for which Spark's timer goes on. */
  readonly graceful?: boolean;
}

/** A program over streams with its input and what it should give; `cases/` holds them. */
export interface Case {
  readonly name: string;
  readonly batchMs: number;
  readonly partitions: number;
  readonly inputs: Readonly<Record<string, readonly (readonly Value[] | null)[]>>;
  readonly inputKind?: 'queue' | 'queueAll';
  readonly queueDefault?: readonly Value[];
  /** Empty batches of a queue have no partitions either. */
  readonly emptyHasNone?: true;
  readonly folder?: Folder;
  /** All inputs are folders then. */
  readonly restarts?: readonly Restart[];
  readonly run: number;
  readonly streams?: Readonly<Record<string, StreamSpec>>;
  readonly stream: StreamSpec;
  readonly expected: Batches;
  readonly expectedError?: { readonly at: Stage; readonly timeMs?: number };
  readonly slices?: readonly (readonly [fromMs: number, toMs: number])[];
  readonly expectedSlices?: readonly (readonly (readonly Value[])[])[];
  /** How long the context is told to remember, ms. */
  readonly remember?: number;
  /** Default parallelism, whatever the master. */
  readonly parallelism?: number;
  readonly ordered?: boolean;
  readonly quirk?: string;
}

/** A program that prints, or saves files. */
export interface PrintCase {
  readonly name: string;
  readonly operation: string;
  readonly n?: number;
  readonly batchMs: number;
  readonly partitions: number;
  readonly input: readonly (readonly Value[])[];
  readonly run: number;
  readonly text?: string;
  readonly files?: Readonly<Record<string, string>>;
}

/** What a run showed; `--emit` writes these. */
export interface Observation {
  readonly name: string;
  readonly observed: Batches;
  readonly observedSlices?: readonly (readonly (readonly Value[])[])[];
  readonly observedText?: string;
  readonly observedFiles?: Readonly<Record<string, string>>;
  readonly observedError?: ObservedError;
  /** An operation that the surface does not have yet: the case did not run. */
  readonly unsupported?: string;
}

export interface ObservedError {
  readonly at: Stage;
  readonly timeMs?: number;
  readonly code: string;
  readonly message: string;
}

export const isPrintCase = (one: Case | PrintCase): one is PrintCase => 'operation' in one;
