import { checkIterable, Optional, type StorageLevel, StorageLevels, wrongArgument } from '../data/index.ts';
import { DStreamsError, messageOf } from '../errors.ts';
import { claimForOneStream } from './one-stream.ts';
import type { Receiver, ReceiverSupervisor } from './receiver.ts';

/** Collects records into blocks, which are cut at each `spark.streaming.blockInterval`. Belongs to one receiver. */
export interface RecordBlockGenerator<T> {
  /** From now on it takes records. */
  start(): void;
  /** From now on it takes none. What it has taken stays. */
  stop(): void;
  /** One record into the current block (Scala's `+=`). Await it. Throws `RECEIVER_STOPPED` unless it is started. */
  add(record: T): void | Promise<void>;
}

let run: (receiver: NetworkReceiver<never>) => Receiver;

/**
 * A receiver of Spark 0.9: extend it and receive in `onStart`, which may go on for the receiver's life: an async loop. What it
 * throws stops it for good; for receivers that are started again see `Receiver`.
 */
export abstract class NetworkReceiver<T> {
  #supervisor: ReceiverSupervisor | undefined;
  /** What was asked for last: it holds for the blocks of the stream from then on. */
  #level: StorageLevel = StorageLevels.MEMORY_AND_DISK_SER_2;

  static {
    run = (receiver) => ({
      name: receiver.constructor.name,
      get storageLevel() {
        return receiver.#level;
      },
      onStart: (supervisor) => {
        receiver.#supervisor = supervisor;
        return receiver.start();
      },
      onStop: () => receiver.onStop(),
    });
  }

  /** Receives: once, or in a loop that ends when `signal` is aborted. */
  protected abstract onStart(): void | Promise<void>;
  /** Undoes `onStart`. */
  protected abstract onStop(): void | Promise<void>;

  /** For ports: receivers run in the driver. */
  getLocationPreference(): Optional<string> {
    return Optional.absent();
  }

  /** The number of its stream among the inputs; −1 before it is started. */
  protected get streamId(): number {
    return this.#supervisor?.streamId ?? -1;
  }

  /** Aborted when it is to end: what the interrupt is in Java. */
  protected get signal(): AbortSignal {
    return this.#attached.signal;
  }

  /** `new this.BlockGenerator(level)`. */
  protected readonly BlockGenerator: new (storageLevel: StorageLevel) => RecordBlockGenerator<T> = generatorOf<T>({
    level: (level) => {
      this.#level = level;
    },
    supervisor: () => this.#attached,
  });

  /** @internal For the engine. */
  async start(): Promise<void> {
    const { signal } = this.#attached;
    try {
      await this.onStart();
    } catch (error) {
      // A loop that ends by an error because it is to end has done what it was told.
      if (!signal.aborted) this.stopOnError(error);
    }
  }

  /** Ends it: `signal` is aborted, and then comes `onStop`. */
  stop(): void {
    this.#attached.end('stopped by itself');
  }

  /** Tells log and listeners, and ends it for good. */
  protected stopOnError(error: unknown): void {
    const supervisor = this.#attached;
    const text = messageOf(error);
    supervisor.logger.error(
      'NetworkReceiver',
      `De-registered receiver for network stream ${supervisor.streamId} with message ${text}`,
    );
    supervisor.reportError(text, error);
    supervisor.stop(text, error);
  }

  /**
   * A whole block: records, or bytes that are lines of UTF-8. Resolves when it is stored. `blockId` and `metadata` are accepted as Spark
   * has them; blocks get names of the engine's.
   */
  async pushBlock(
    _blockId: string,
    records: Iterable<T> | Uint8Array,
    _metadata?: unknown,
    storageLevel?: StorageLevel,
  ): Promise<void> {
    if (storageLevel !== undefined) this.#level = storageLevel;
    if (records instanceof Uint8Array) await this.#attached.storeBytes(records);
    else {
      checkIterable(records, 'pushBlock', 'records in an array or another iterable, or bytes');
      await this.#attached.storeAll([...records]);
    }
  }

  get #attached(): ReceiverSupervisor {
    if (this.#supervisor !== undefined) return this.#supervisor;
    throw new DStreamsError(
      'RECEIVER_STOPPED',
      `${this.constructor.name}: this receiver has not been started. Use its methods from onStart() on.`,
    );
  }
}

/** A receiver of 0.9 as the engine runs it. */
export function networkReceiver(receiver: NetworkReceiver<never>, context: object): Receiver {
  if (!(receiver instanceof NetworkReceiver)) throw wrongArgument('networkStream', 'a NetworkReceiver', receiver);
  claimForOneStream(receiver, context, 'networkStream');
  return run(receiver);
}

function generatorOf<T>(owner: {
  level(level: StorageLevel): void;
  supervisor(): ReceiverSupervisor;
}): new (
  storageLevel: StorageLevel,
) => RecordBlockGenerator<T> {
  return class BlockGenerator {
    private isStarted = false;

    constructor(storageLevel: StorageLevel) {
      owner.level(storageLevel);
    }

    start(): void {
      this.isStarted = true;
    }

    stop(): void {
      this.isStarted = false;
    }

    add(record: T): void | Promise<void> {
      if (this.isStarted) return owner.supervisor().store(record);
      throw new DStreamsError(
        'RECEIVER_STOPPED',
        'Cannot add data as BlockGenerator has not been started or has been stopped.',
      );
    }
  };
}
