import { type StorageLevel, StorageLevels, wrongArgument } from '../data/index.ts';
import { messageOf } from '../errors.ts';
import type { Receiver, ReceiverSupervisor } from './receiver.ts';

/** Hands a record over; resolves when the next one may come. Rejects once the receiver has stopped. */
export type Out<T = unknown> = (record: T) => Promise<void>;

/**
 * Receives by itself. Asynchronous: it has ended when it returns. Not asynchronous and returning nothing: it has set up
 * what will call `out`, and goes on until `signal` is aborted. It may also return what is to be read.
 */
export type ReceiverFunction<T = unknown> = (
  out: Out<T>,
  signal: AbortSignal,
) => void | Promise<void> | AsyncIterable<T> | Iterable<T> | Promise<AsyncIterable<T> | Iterable<T>>;

/** Anything that gives records by and by: an array, a generator, a Node `Readable`, a function. */
export type ReceiverSource<T = unknown> = AsyncIterable<T> | Iterable<T> | ReceiverFunction<T>;

/**
 * A receiver over what JavaScript has for streams. A source that ends has ended, which stops the receiver. A function
 * that throws is called again after the restart delay; anything else can be read only once, so what it throws stops
 * the receiver.
 */
export function iterableReceiver(
  source: ReceiverSource,
  level: StorageLevel = StorageLevels.MEMORY_AND_DISK_SER_2,
  name = 'Receiver',
): Receiver {
  if (typeof source === 'function' || isIterable(source)) return new IterableReceiver(source, level, name);
  throw wrongArgument('receiverStream', 'a receiver, an iterable, a Readable or a function (out, signal) => …', source);
}

class IterableReceiver implements Receiver {
  /** Lets go of what is being read. */
  private release: () => void = () => {};

  constructor(
    private readonly source: ReceiverSource,
    readonly storageLevel: StorageLevel,
    readonly name: string,
  ) {}

  async onStart(supervisor: ReceiverSupervisor): Promise<void> {
    const { source } = this;
    const { signal } = supervisor;
    if (typeof source !== 'function') {
      try {
        await this.read(source, supervisor, signal);
      } catch (error) {
        if (!signal.aborted) supervisor.stop(`the source failed and cannot be read again: ${messageOf(error)}`, error);
        return;
      }
    } else {
      const running = source((record) => outOf(supervisor, signal, record), signal);
      if (running === undefined) return;
      const result = isIterable(running) ? running : await running;
      if (isIterable(result)) await this.read(result, supervisor, signal);
    }
    if (!signal.aborted) supervisor.end('the source has ended');
  }

  onStop(): void {
    this.release();
    this.release = () => {};
  }

  private async read(
    source: AsyncIterable<unknown> | Iterable<unknown>,
    supervisor: ReceiverSupervisor,
    signal: AbortSignal,
  ): Promise<void> {
    const iterate = (source as Partial<AsyncIterable<unknown>>)[Symbol.asyncIterator];
    if (iterate === undefined) {
      for (const record of source as Iterable<unknown>) {
        const wait = supervisor.store(record);
        if (wait !== undefined) await wait;
        if (signal.aborted) return;
      }
      return;
    }
    const records = iterate.call(source);
    let wake: (over: undefined) => void = () => {};
    this.release = () => {
      if (isDestroyable(source)) source.destroy();
      void Promise.resolve(records.return?.()).catch(() => {});
      wake(undefined);
    };
    while (!signal.aborted) {
      // One that waits for its next record would not notice that it is to end: it is left behind.
      const next = await new Promise<IteratorResult<unknown> | undefined>((resolve, reject) => {
        wake = resolve;
        Promise.resolve(records.next()).then(resolve, reject);
      });
      if (next === undefined || next.done === true) return;
      const wait = supervisor.store(next.value);
      if (wait !== undefined) await wait;
    }
  }
}

const DONE = Promise.resolve();

function outOf(supervisor: ReceiverSupervisor, signal: AbortSignal, record: unknown): Promise<void> {
  try {
    if (signal.aborted) throw signal.reason;
    return supervisor.store(record) ?? DONE;
  } catch (error) {
    const refused = Promise.reject(error);
    // Who does not await it has chosen not to know.
    refused.catch(() => {});
    return refused;
  }
}

function isIterable(value: unknown): value is AsyncIterable<unknown> | Iterable<unknown> {
  return typeof value === 'object' && value !== null && (Symbol.asyncIterator in value || Symbol.iterator in value);
}

/** A Node `Readable`: its iterator does not end while it waits for data. */
function isDestroyable(value: object): value is { destroy(): void } {
  return 'destroy' in value && typeof value.destroy === 'function';
}
