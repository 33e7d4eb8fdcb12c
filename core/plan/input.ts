import type { Codec } from '../data/index.ts';
import type { Logger } from '../metrics/index.ts';
import type { ResolvedConf } from '../options/index.ts';
import type { Rdd, RddContext } from '../rdd/index.ts';
import type { BlockStore } from '../storage/block-store.ts';
import type { FileSystem } from '../storage/file-system.ts';
import type { Clock } from '../time/index.ts';

/** What a batch read, for listeners: how many records, and the source's own words. */
export interface InputInfo {
  readonly numRecords: number;
  readonly description?: string;
}

/** What a running input may use. Made by the engine at `start()`, in the driver only. */
export interface InputHost {
  readonly clock: Clock;
  readonly conf: ResolvedConf;
  readonly codec: Codec;
  readonly logger: Logger;
  readonly rdds: RddContext;
  readonly blocks: BlockStore;
  readonly files: FileSystem;
  readonly batchMs: number;
  /** Numbers the inputs from 0, in the order in which they were made. */
  readonly streamId: number;
  readonly uid: string;
  /** Listener events of receivers. */
  receiverStarted(name: string): void;
  receiverError(name: string, message: string, error: unknown): void;
  receiverStopped(name: string, message: string, error: unknown): void;
}

/**
 * An input at work: the one contract behind every source (decision 15). For each batch time the engine calls `plan`
 * once, for all inputs before any job of that time, then `rdd` as often as it likes, and `release` when no stream can
 * ask for that time any more.
 */
export interface InputRun {
  /** Begins to receive. An error here fails `start()`. */
  start(): void | Promise<void>;
  /**
   * Fixes what batch `timeMs` reads: what was stored before belongs to it. Inputs computed on demand do nothing. Where it
   * takes time, the batch waits; what it rejects with fails the batch.
   */
  plan(timeMs: number): void | Promise<void>;
  /** The batch's data set; undefined where there is none. The same time gives the same records while it is kept. */
  rdd(timeMs: number): Rdd | undefined | Promise<Rdd | undefined>;
  /** No batch at or before `timeMs` will be asked for again. After `stop`, with infinity: none at all. */
  release(timeMs: number): void;
  info(timeMs: number): InputInfo | undefined;
  /** Stops receiving. Graceful: what was received is still stored, so that a last batch can read it. */
  stop(graceful: boolean): Promise<void>;
  /** Whether received data has not been planned into a batch yet: a graceful stop waits until none has. */
  hasUnplanned(): boolean;
  /** After a batch: for rate control. Times in ms. */
  batchCompleted?(info: { timeMs: number; numRecords: number; processingMs: number; schedulingMs: number }): void;
}

/** A source as the graph holds it: plain data and a way to set it to work. */
export interface InputSpec {
  /** `queue`, `receiver`, `files` … */
  readonly kind: string;
  /** Receivers fire listener events and take part in rate control. */
  readonly isReceiver: boolean;
  create(host: InputHost): InputRun;
}
