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
  /** For how long a batch may be asked for after it has run, in ms. */
  readonly keepMs: number;
  /** The write-ahead log of the checkpoint directory; undefined where there is none. There once the context has started. */
  log(): StreamLog | undefined;
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
  /**
   * What batch `timeMs` reads, once it is planned: plain JSON, from which `restore` brings the batch back. Written down
   * before the batch runs. undefined, or no such method: nothing that a restart could read again.
   */
  planned?(timeMs: number): Json | undefined;
  /** What else has to be found again: plain JSON. */
  snapshot?(): Json;
  /**
   * Before `start`, after a restart: what `snapshot` gave for the checkpoint, and what `planned` gave for batches that may be
   * asked for again, in order of time. Those are not planned once more.
   */
  restore?(snapshot: Json | undefined, planned: readonly PlannedBatch[]): void | Promise<void>;
  /** Before `start`, after `restore`: a record of the log that the stream wrote, in order; of blocks without their bytes. */
  restoreLogged?(entry: StreamLogEntry): void;
  /**
   * After `start`, in a restart: batches before the first new one that were never planned, in order. What the log had for no
   * batch belongs to the first of them; the others have nothing. Where there are none it belongs to the first new one.
   */
  planMissed?(timesMs: readonly number[]): void;
  /** The oldest record of the write-ahead log that it, or a batch of these ranges, still needs; undefined for none. */
  logNeededFrom?(ranges: Iterable<Json>): number | undefined;
  info(timeMs: number): InputInfo | undefined;
  /** Stops receiving. Graceful: what was received is still stored, so that a last batch can read it. */
  stop(graceful: boolean): Promise<void>;
  /** Whether received data has not been planned into a batch yet: a graceful stop waits until none has. */
  hasUnplanned(): boolean;
  /** After a batch: for rate control. Times in ms. */
  batchCompleted?(info: { timeMs: number; numRecords: number; processingMs: number; schedulingMs: number }): void;
}

/** One record of the write-ahead log that belongs to a stream. */
export interface StreamLogEntry {
  readonly sequence: number;
  /** `text` and `packed`: a block as it was received. `bytes`: what a receiver gave to `storeBytes`, which it alone understands. */
  readonly kind: 'text' | 'packed' | 'bytes';
  /** How many records it stands for; 0 for `bytes`. */
  readonly count: number;
  /** Of `bytes`: the order in which they were stored. */
  readonly position: number;
  readonly bytes: Uint8Array;
}

/** The write-ahead log as one stream sees it. */
export interface StreamLog {
  /** False while the disk is nearly full: nothing more should be received. */
  readonly hasRoom: boolean;
  /** Resolves once there is room, or nothing is to wait for it any more. */
  untilRoom(): Promise<void>;
  /**
   * Resolves with the record's number once it is on the disk; waits while the disk is full. Numbers grow in order of the calls.
   * Rejects with `RECORD_TOO_LARGE`, `LOG_FAILED`, and, in a stop, `LOG_DISK_FULL`, `LOG_CLOSED`.
   */
  append(entry: Omit<StreamLogEntry, 'sequence'>): Promise<number>;
  /** The stream's records from `first` up to and including `last`. */
  read(first: number, last: number): AsyncIterable<StreamLogEntry>;
}

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** What a batch reads, as its input wrote it down. */
export type PlannedBatch = readonly [timeMs: number, range: Json];

/** A source as the graph holds it: plain data and a way to set it to work. */
export interface InputSpec {
  /** `queue`, `receiver`, `files` … */
  readonly kind: string;
  /** Receivers fire listener events and take part in rate control. */
  readonly isReceiver: boolean;
  /** Why a program with this input cannot be recovered from a checkpoint; undefined where it can. */
  readonly unrecoverable?: string | undefined;
  create(host: InputHost): InputRun;
}
