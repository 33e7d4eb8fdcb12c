import type { Codec } from '../data/index.ts';
import type { Logger } from '../metrics/index.ts';
import type { ResolvedConf } from '../options/index.ts';
import type { Rdd } from '../rdd/index.ts';
import type { DiskSpace } from '../storage/disk.ts';
import type { FileSystem } from '../storage/file-system.ts';
import type { Clock } from '../time/index.ts';

/** A log of a service's own, in the checkpoint directory: records that survive loss of power, numbered in order. */
export interface ServiceLog {
  /**
   * Resolves with the record's sequence once it is on the disk; waits while the disk is full. Rejects with
   * `RECORD_TOO_LARGE` above 16 MiB, `LOG_FAILED` (the program ends then), and, in a stop, `LOG_DISK_FULL`, `LOG_CLOSED`.
   */
  append(payload: readonly Uint8Array[]): Promise<number>;
  /** Records before this one are not needed any more. Rejects with `IO_FAILED`. */
  prune(sequence: number): Promise<void>;
}

/** What a service may use: made by the engine at `start()`, in the driver only. */
export interface ServiceHost {
  readonly clock: Clock;
  readonly conf: ResolvedConf;
  readonly codec: Codec;
  readonly logger: Logger;
  readonly files: FileSystem;
  readonly batchMs: number;
  /** Absolute path of the checkpoint directory; undefined where nothing is kept. */
  readonly checkpointDirectory: string | undefined;
  /**
   * Opens the log of the service of this name, once, in its `start`; `visit` sees what it holds, in order. A program that
   * begins anew finds it empty. undefined where nothing is kept. Rejects with `LOG_DAMAGED`, `FORMAT_TOO_NEW`, `IO_FAILED`.
   */
  openLog(name: string, visit: (sequence: number, payload: Uint8Array) => void): Promise<ServiceLog | undefined>;
  /** Of the disk of the checkpoint directory; undefined where nothing is kept. Rejects with `IO_FAILED`. */
  diskSpace(): Promise<DiskSpace | undefined>;
  /** The error stops the program as a batch that failed does: for what cannot be told to anybody else. */
  fail(error: unknown): void;
}

/**
 * Something that lives as long as a started context and takes part in its batches: a server with streams in and out
 * (decision 33). It is registered before `start()`; on executors nothing of it is called. The engine calls, in the order
 * of registration:
 *
 * `start` once, when the inputs receive and before the first batch · `beforeBatch` for each batch, in the turn in which its
 * inputs are planned · `commit` when all its output operations have succeeded · `release` when no batch can be asked for
 * any more · `snapshot` for each checkpoint · `stop` once.
 */
export interface Service {
  /** Names its part of a checkpoint: one per service and program. */
  readonly name: string;
  /** `recovered` is what `snapshot` gave for the checkpoint that is being recovered. An error here fails `start()`. */
  start(host: ServiceHost, recovered?: unknown): void | Promise<void>;
  /**
   * Called once a batch, right after its inputs were planned: what receivers stored before belongs to it. The batch's jobs
   * wait for the promise; what it rejects with fails the batch.
   */
  beforeBatch(timeMs: number): void | Promise<void>;
  /** The batch is done, in order of batch time. May be called again for the same batch after a recovery. */
  commit(timeMs: number): void | Promise<void>;
  /** Plain data that the codec keeps, for a checkpoint; undefined for none. Not changed afterwards. */
  snapshot(): unknown;
  /** All batches before `beforeMs` are over. A recovery may run again those that failed, and those that no checkpoint has yet. */
  release(beforeMs: number): void;
  /** Graceful: called when the last batch has ended, else at once. What it rejects with is logged. */
  stop(graceful: boolean): Promise<void>;
}

/** Output functions carry this brand: their value is an `OutputSink`. */
export const OUTPUT = Symbol.for('dstreams.output');

/** What an output function does when the engine drives it: it sees the engine's data set, not that of a surface. */
export interface OutputSink {
  /** A batch is to be written. Called in order of batch time, for all before one before the `write` of that one. */
  begin?(timeMs: number): void;
  /**
   * Writes a batch. Called once, and again with equal records when the batch runs again after a recovery; of later batches
   * perhaps before it has ended (`spark.streaming.concurrentJobs`).
   */
  write(rdd: Rdd, timeMs: number): Promise<void>;
  /**
   * The batch has failed: its data set could not be made (then without `begin`) or computed, or `write` has rejected. It is
   * written after a recovery at the earliest.
   */
  fail?(timeMs: number): void;
}

/** What `foreachRDD` of either surface takes beside functions of its own. */
export interface BrandedOutput {
  (...args: never[]): unknown;
  readonly [OUTPUT]: OutputSink;
}

export const outputSinkOf = (f: unknown): OutputSink | undefined =>
  typeof f === 'function' ? (f as Partial<BrandedOutput>)[OUTPUT] : undefined;

/** A streaming context of either surface carries its engine under this name. */
export const ENGINE = Symbol.for('dstreams.engine');
