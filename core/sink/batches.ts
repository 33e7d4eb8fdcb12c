import { output } from '../operator/index.ts';
import type { StreamRef } from '../plan/index.ts';
import { collect } from '../rdd/index.ts';

/** Batches that wait for their reader; then the stream's jobs wait. */
const HELD_MAX = 64;

export interface BatchesOptions<B> {
  readonly make: (timeMs: number, values: unknown[]) => B;
  /** Called when reading begins: resolves when there will be no more batches, rejects with what made one fail. */
  readonly ended: () => Promise<unknown>;
  /** Resolves when jobs must not wait any longer, because the context is being stopped. */
  readonly halted: Promise<unknown>;
}

/** The batches of a stream as an asynchronous iterable. An output operation: to be asked for before the start. */
export function batches<B>(stream: StreamRef, options: BatchesOptions<B>): AsyncIterableIterator<B> {
  const channel = new BatchChannel<B>(options);
  output(stream, 'batches', async (rdd, timeMs) => {
    if (channel.isClosed) return;
    await channel.put(options.make(timeMs, await collect(rdd)));
  });
  return channel;
}

class BatchChannel<B> implements AsyncIterableIterator<B> {
  private held: B[] = [];
  private state: 'open' | 'ended' | 'closed' = 'open';
  private failure: { readonly error: unknown } | undefined;
  private mayWait = true;
  private isReading = false;
  /** Whoever waits for a change, of either side; woken all together, they look again. */
  private waiters: (() => void)[] = [];

  constructor(private readonly options: Pick<BatchesOptions<B>, 'ended' | 'halted'>) {
    options.halted.then(() => {
      this.mayWait = false;
      this.wake();
    });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  get isClosed(): boolean {
    return this.state === 'closed';
  }

  async put(batch: B): Promise<void> {
    while (this.held.length >= HELD_MAX && this.mayWait && !this.isClosed) await this.changed();
    if (this.isClosed) return;
    this.held.push(batch);
    this.wake();
  }

  async next(): Promise<IteratorResult<B>> {
    this.watchForEnd();
    while (this.held.length === 0 && this.state === 'open') await this.changed();
    if (this.held.length > 0) {
      const value = this.held.shift()!;
      this.wake();
      return { value, done: false };
    }
    const { failure } = this;
    this.failure = undefined;
    this.close();
    if (failure !== undefined) throw failure.error;
    return { value: undefined, done: true };
  }

  async return(): Promise<IteratorResult<B>> {
    this.close();
    return { value: undefined, done: true };
  }

  private watchForEnd(): void {
    if (this.isReading) return;
    this.isReading = true;
    const end = () => {
      if (this.state === 'open') this.state = 'ended';
      this.wake();
    };
    this.options.ended().then(end, (error: unknown) => {
      this.failure = { error };
      end();
    });
  }

  private close(): void {
    this.state = 'closed';
    this.held = [];
    this.wake();
  }

  private changed(): Promise<void> {
    return new Promise((resolve) => this.waiters.push(resolve));
  }

  private wake(): void {
    for (const resolve of this.waiters.splice(0)) resolve();
  }
}
