import {
  checkIterable,
  DStreamsError,
  JIterator,
  type Receiver as CoreReceiver,
  iterableReceiver,
  type ReceiverSource,
  type ReceiverSupervisor,
  Optional,
  type StorageLevel,
  StorageLevels,
  wrongArgument,
} from '../core/internal.ts';

let attach: (receiver: Receiver<never>, supervisor: ReceiverSupervisor) => void;

/**
 * A receiver of the 1.x API: extend it, begin in `onStart`, undo it in `onStop`, `store` what comes. It runs in the
 * driver, on the event loop: where Java starts a thread, start an async function, and await `store`.
 */
export abstract class Receiver<T> {
  readonly #level: StorageLevel;
  #attached: ReceiverSupervisor | undefined;

  static {
    attach = (receiver, supervisor) => {
      receiver.#attached = supervisor;
    };
  }

  /** Where what it stores is kept. Default: `MEMORY_AND_DISK_SER_2`. */
  constructor(storageLevel: StorageLevel = StorageLevels.MEMORY_AND_DISK_SER_2) {
    this.#level = storageLevel;
  }

  /** Begins to receive. It may be async and go on for the receiver's life; what it throws restarts the receiver. */
  abstract onStart(): void | Promise<void>;
  /** Ends what `onStart` began. Called when the receiver stops, and before it is started again. */
  abstract onStop(): void | Promise<void>;

  /**
   * Stores one record. Await it: it waits while the rate is limited or the queue is full. Throws `RECEIVER_STOPPED`
   * after the stop. An array is one record: see `storeAll`.
   */
  store(record: T): void | Promise<void>;
  /** Stores what an iterator has left, Java's or a generator, as a block of its own, as `storeAll` does. */
  store(records: JIterator<T> | Generator<T>, metadata?: unknown): Promise<void>;
  store(value: T | JIterator<T> | Generator<T>): void | Promise<void> {
    return isIterator(value) ? this.storeAll(value as Iterable<T>) : this.#supervisor.store(value);
  }

  /** A block of its own; resolves when it is stored. Not subject to the rate limit. */
  async storeAll(records: Iterable<T>, _metadata?: unknown): Promise<void> {
    checkIterable(records, 'storeAll', 'records in a list or another iterable');
    return this.#supervisor.storeAll([...records]);
  }

  /** Lines of UTF-8 as a block of its own. */
  async storeBytes(bytes: Uint8Array, _metadata?: unknown): Promise<void> {
    await this.#supervisor.storeBytes(bytes);
  }

  /** Tells log and listeners, and goes on. */
  reportError(message: string, error?: unknown): void {
    this.#supervisor.reportError(message, error);
  }

  /** Stops it, waits `spark.streaming.receiverRestartDelay` or `delayMs`, and starts it again. Returns at once. */
  restart(message: string, error?: unknown, delayMs?: number): void {
    this.#supervisor.restart(message, error, delayMs);
  }

  /** Stops it for good; what it stored stays. */
  stop(message: string, error?: unknown): void {
    this.#supervisor.stop(message, error);
  }

  /** Whether `onStart` has been called, and it has not been stopped since. */
  isStarted(): boolean {
    return this.#supervisor.isStarted();
  }

  /** The condition of a receiver's loop. */
  isStopped(): boolean {
    return this.#supervisor.isStopped();
  }

  /** The number of its stream among the inputs, from 0. */
  streamId(): number {
    return this.#supervisor.streamId;
  }

  /** Where what it stores is kept. */
  storageLevel(): StorageLevel {
    return this.#level;
  }

  /** For ports: receivers run in the driver. */
  preferredLocation(): Optional<string> {
    return Optional.absent();
  }

  get #supervisor(): ReceiverSupervisor {
    if (this.#attached !== undefined) return this.#attached;
    throw new DStreamsError(
      'RECEIVER_STOPPED',
      `${this.constructor.name}: A ReceiverSupervisor has not been attached to the receiver yet. Use its methods from onStart() on.`,
    );
  }
}

/** What a program gives to `receiverStream`, as the engine runs it: a class of Java's, a contract object, or a source. */
export function receiverOf(receiver: Receiver<never> | ReceiverSource | CoreReceiver): CoreReceiver {
  if (receiver instanceof Receiver) return coreReceiverOf(receiver);
  if (typeof receiver !== 'object' || receiver === null || !('onStart' in receiver)) return iterableReceiver(receiver);
  return contractOf(receiver.withDialect?.('tuple') ?? receiver);
}

/** An object of a program's own may leave out its name and its level. */
function contractOf(receiver: CoreReceiver): CoreReceiver {
  for (const method of ['onStart', 'onStop'] as const) {
    if (typeof receiver[method] === 'function') continue;
    throw wrongArgument(
      'receiverStream',
      `a receiver with onStart and onStop, whose ${method} is a function`,
      receiver,
    );
  }
  if (receiver.name !== undefined && receiver.storageLevel !== undefined) return receiver;
  return {
    name: receiver.name ?? 'Receiver',
    storageLevel: receiver.storageLevel ?? StorageLevels.MEMORY_AND_DISK_SER_2,
    onStart: (supervisor) => receiver.onStart(supervisor),
    onStop: () => receiver.onStop(),
    ...(receiver.onRestore && { onRestore: (entry) => receiver.onRestore!(entry) }),
  };
}

/** An array of a program's may be a record; what is read once is none. */
const isIterator = (value: unknown): boolean =>
  value instanceof JIterator ||
  (typeof value === 'object' &&
    value !== null &&
    typeof (value as { next?: unknown }).next === 'function' &&
    Symbol.iterator in value);

function coreReceiverOf(receiver: Receiver<never>): CoreReceiver {
  return {
    name: receiver.constructor.name,
    storageLevel: receiver.storageLevel(),
    onStart(supervisor) {
      attach(receiver, supervisor);
      return receiver.onStart();
    },
    onStop: () => receiver.onStop(),
  };
}
