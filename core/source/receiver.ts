import type { PairDialect, StorageLevel } from '../data/index.ts';
import type { Logger } from '../metrics/index.ts';
import type { ResolvedConf } from '../options/index.ts';
import type { Clock } from '../time/index.ts';

/**
 * What brings records in from outside, in the driver. Surfaces adapt their own receiver classes to this. One object
 * serves one stream; it may be started many times, each time after it has been stopped.
 */
export interface Receiver<T = unknown> {
  /** The type of its records: no such property is there. */
  readonly __record?: T;
  /** The name of its class. Listeners know it as `<name>-<streamId>`. */
  readonly name: string;
  /** Where its blocks are kept until no stream asks for them any more. May change: for the blocks from then on. */
  readonly storageLevel: StorageLevel;
  /**
   * Begins to receive. May return a promise that stays open for the receiver's life: a loop. What it throws, or rejects
   * with while it runs, restarts it after `spark.streaming.receiverRestartDelay`; that it ends means nothing.
   */
  onStart(supervisor: ReceiverSupervisor): void | Promise<void>;
  /** Undoes `onStart`; waited for, at most 10 s. What is stored in it still counts after a graceful stop. */
  onStop(): void | Promise<void>;
  /**
   * The records that stand for what was given to `storeBytes`, when a recovery reads it back from the log: before `onStart`,
   * for all of the log that the checkpoint needs or that came after it, in the order of the log. Parts that lie before the
   * checkpoint may come again.
   */
  onRestore?(entry: StoredBytes): readonly unknown[];
  /** The same receiver for the surface's way to write pairs. Called at most once, before anything else. */
  withDialect?(dialect: PairDialect): Receiver<unknown>;
}

/** Bytes as a receiver stored them, and where. */
export interface StoredBytes {
  /** As they were given to `storeBytes`. */
  readonly bytes: Uint8Array;
  /** The order in which they were stored, from 0, without gaps: of one stream, across restarts. */
  readonly position: number;
}

/** What stands beside bytes that are stored. */
export interface StoreBytesOptions {
  /**
   * What the bytes stand for, in lists, one after the other: they go into the current block as they are, while the bytes go into the
   * log, if there is one, and come back by `onRestore`. The records are kept and must be such as the codec keeps; they are not
   * checked again, and are not subject to the rate limit.
   */
  readonly records: readonly (readonly unknown[])[];
  /** How much memory the records take, roughly. Default: as much as the bytes. */
  readonly sizeBytes?: number;
}

/**
 * A receiver's way to the engine. Methods that store give back nothing, or a promise where the sender has to wait:
 * because the queue is full, the rate is limited, or the event loop has to turn. Await it: records stored without
 * waiting are kept in order, but nothing bounds them. The promise rejects, and the call throws, with `RECEIVER_STOPPED`
 * once the receiver has stopped; such a record is not stored.
 */
export interface ReceiverSupervisor {
  /** The number of the stream among the inputs, from 0. */
  readonly streamId: number;
  /** The clock of the context: a test's own in the test kit. */
  readonly clock: Clock;
  /** @internal */
  readonly conf: ResolvedConf;
  /** The log of the context. */
  readonly logger: Logger;
  /** Aborted when the receiver is stopped or restarted; each start has one of its own. */
  readonly signal: AbortSignal;
  /** One record, into the current block. */
  store(record: unknown): void | Promise<void>;
  /** Whole lines of UTF-8, each with its end (LF, CR or CRLF), into the current block: a record each. The bytes are copied. */
  storeLines(bytes: Uint8Array): void | Promise<void>;
  /** A block of its own; resolves when it is stored. No records, no block. Not subject to the rate limit. */
  storeAll(records: readonly unknown[]): Promise<void>;
  /** Lines of UTF-8, the last one with an end or without, as a block of its own; else as `storeAll`. The bytes are copied. */
  storeBytes(bytes: Uint8Array): Promise<{ readonly position: number }>;
  /**
   * Records together with the bytes that they came as. Resolves when they are as safe as the engine makes them
   * (`isDurable`); until then they belong to no batch. Calls are stored in order.
   */
  storeBytes(bytes: Uint8Array, options: StoreBytesOptions): Promise<{ readonly position: number }>;
  /** Whether what is stored survives the end of the process: there is a checkpoint directory with a log. */
  readonly isDurable: boolean;
  /**
   * Records as our codec packs them (`rawFrame`), as a block of its own, not decoded before a task needs them. The bytes are copied.
   * Rejects with `RECORD_CORRUPT` for other bytes; no records, no block. Not subject to the rate limit.
   */
  storePacked(bytes: Uint8Array): Promise<void>;
  /** Bytes that may still be stored before the queue is full; 0 or less when it is. */
  roomBytes(): number;
  /** Tells log and listeners, and goes on. */
  reportError(message: string, error?: unknown): void;
  /** Stops it and, `delayMs` later (default `spark.streaming.receiverRestartDelay`), starts it again. Returns at once. */
  restart(message: string, error?: unknown, delayMs?: number): void;
  /** Stops it for good; what it stored stays. Returns at once. */
  stop(message: string, error?: unknown): void;
  /** The source has come to its end: as `stop`, but nothing to worry about. */
  end(message: string): void;
  /** Whether it has been started, and not stopped since. */
  isStarted(): boolean;
  /** Also while it waits to be started again: the condition of a receiver's loop. */
  isStopped(): boolean;
}
