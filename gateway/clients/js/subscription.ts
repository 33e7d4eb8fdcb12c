import type { GatewayError } from './errors.ts';
import { revive } from '../../protocol/values.ts';

/** Batches that were lost, before the one that says so. */
export interface Gap {
  /** The last batch time that this reader had, or asked for. */
  readonly from: number;
  /** Where it goes on. */
  readonly to: number;
  /** `retention`: no longer kept, or failed; `epoch`: the server began anew; `overload`: this reader was too slow. */
  readonly why: 'retention' | 'epoch' | 'overload';
}

/** One batch, whole. */
export interface Batch<T = unknown> {
  /** The stream that it is of. */
  readonly stream: string;
  /** Its name for ever, ms since the epoch. With `epoch` it is the key of an exactly-once effect. */
  readonly batchTime: number;
  /** The incarnation of the server's log; another one means that the server began anew. */
  readonly epoch: string;
  /** All records of the batch; none where it was empty. */
  readonly records: readonly T[];
  /** How often it came before, after a nack. */
  readonly redelivery: number;
  /** What is missing before it. */
  readonly gap: Gap | undefined;
  /** All up to this one are done (`ack: 'manual'`). */
  ack(): void;
  /** From this one on, again, after `delayMs` (`ack: 'manual'`). */
  nack(options?: { readonly delayMs?: number; readonly why?: string }): void;
}

/** Where to go on: after this batch of this epoch; `after` is undefined where there is none yet. */
export interface Position {
  /** The incarnation of the server's log that the batch is of. */
  readonly epoch: string | undefined;
  /** The time of the last batch that was taken, in ms since the epoch. */
  readonly after: number | undefined;
}

/** Where a subscription begins: with news, with the oldest batch that is kept, with a batch, or after one. */
export type From = 'latest' | 'earliest' | { readonly batchTime: number } | { readonly after: number };

/** Of `subscribe`: where it begins, who acknowledges, what may wait. */
export interface SubscribeOptions {
  /** Default `latest`: batches from now on. */
  readonly from?: From;
  /**
   * The epoch that the position belongs to; another one of the server is a `gap`. Default: whichever the server has.
   */
  readonly epoch?: string;
  /** Default `auto`. */
  readonly ack?: 'auto' | 'manual';
  /** Bytes of batches that may wait for the program. Default 4 MiB. */
  readonly windowBytes?: number;
  /** Records that may wait. Default 100,000. */
  readonly windowRecords?: number;
}

interface BatchMessage {
  readonly batchTime: number;
  readonly part: readonly [number, number];
  readonly records: unknown[];
  readonly redelivery?: number;
}

type Send = (message: object) => void;

/** A stream's batches, in order: `for await (const batch of client.subscribe('counts'))`. Leaving the loop ends it. */
export class Subscription<T = unknown> implements AsyncIterableIterator<Batch<T>> {
  private held: { readonly batch: Batch<T>; readonly bytes: number; readonly count: number }[] = [];
  private parts: unknown[] = [];
  private partsBytes = 0;
  private waiters: { resolve(result: IteratorResult<Batch<T>>): void; reject(error: unknown): void }[] = [];
  private readonly from: From;
  /** The last batch that came: where a reconnect goes on. */
  private lastMs: number | undefined;
  /** Of that batch, or of what was asked for. Another one is known to the program once a batch of it has come, and not before. */
  private lastEpoch: string | undefined;
  /** What the server has now. */
  private serverEpoch: string | undefined;
  /** The last batch that the program has: where another subscription goes on. */
  private taken: Position;
  private gap: Gap | undefined;
  private isOver = false;
  private failure: GatewayError | undefined;
  /** Of this session: what the program has taken, less what waited already when it began. */
  private doneRecords = 0;
  private doneBytes = 0;
  /** The first batch that was given back by `nack` and has not come again: another session begins there. */
  private backMs: number | undefined;
  private backEpoch: string | undefined;
  /** Where this session was asked to begin with what was given back before it; and the last batch that then comes again. */
  private againFromMs: number | undefined;
  private againToMs = Number.NEGATIVE_INFINITY;
  /** How often something was given back, with that: batches that come again for the last time say this number. */
  private nacks = 0;
  /** The program had a batch that it gave back, and has none since then that came again. */
  private isTakenBack = false;
  private granted = { records: 0, bytes: 0 };
  private sub: number | undefined;
  private send: Send | undefined;

  /** @internal */
  constructor(
    /** The stream that it reads. */
    readonly stream: string,
    private readonly options: SubscribeOptions,
    private readonly onEnd: (subscription: Subscription<never>) => void,
  ) {
    this.from = options.from ?? 'latest';
    this.lastEpoch = options.epoch;
    const { from } = this;
    this.taken = { epoch: options.epoch, after: typeof from === 'object' && 'after' in from ? from.after : undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** After the last batch that was taken: the position to resume from, to be stored together with what was done. */
  get position(): Position {
    return this.taken;
  }

  /** The incarnation of the server's log; undefined before the server has said it. */
  get epoch(): string | undefined {
    return this.serverEpoch;
  }

  /**
   * The next batch, as soon as there is one. Rejects with a `GatewayError` where the subscription was ended for good.
   */
  async next(): Promise<IteratorResult<Batch<T>>> {
    const first = this.held.shift();
    if (first !== undefined) {
      this.doneRecords += first.count;
      this.doneBytes += first.bytes;
      this.grant();
      this.take(first.batch);
      return { value: first.batch, done: false };
    }
    if (this.failure !== undefined) throw this.failure;
    if (this.isOver) return { value: undefined, done: true };
    return new Promise((resolve, reject) => this.waiters.push({ resolve, reject }));
  }

  /** As `stop()`: what leaving a `for await` calls. */
  async return(): Promise<IteratorResult<Batch<T>>> {
    this.stop();
    return { value: undefined, done: true };
  }

  /** Ends it; whoever waits learns. */
  stop(): void {
    if (this.isOver) return;
    if (this.sub !== undefined) this.send?.({ t: 'unsub', sub: this.sub });
    this.over(undefined);
  }

  /** @internal */
  fail(error: GatewayError): void {
    if (!this.isOver) this.over(error);
  }

  private over(error: GatewayError | undefined): void {
    this.isOver = true;
    this.failure = error;
    this.onEnd(this as unknown as Subscription<never>);
    for (const { resolve, reject } of this.waiters.splice(0)) {
      if (error === undefined) resolve({ value: undefined, done: true });
      else reject(error);
    }
  }

  /** @internal A session begins: asks to go on where it was. */
  begin(id: number, send: Send): void {
    this.send = send;
    this.sub = undefined;
    this.gap = undefined;
    this.parts = [];
    this.partsBytes = 0;
    this.againFromMs = this.backMs;
    this.againToMs = (this.backMs === undefined ? undefined : this.lastMs) ?? Number.NEGATIVE_INFINITY;
    this.nacks = this.backMs === undefined ? 0 : 1;
    // What still waits here takes its room of the window: with each session there would be more of it.
    this.doneRecords = 0;
    this.doneBytes = 0;
    for (const { bytes, count } of this.held) {
      this.doneRecords -= count;
      this.doneBytes -= bytes;
    }
    const { windowRecords = 100_000, windowBytes = 4 << 20, ack = 'auto' } = this.options;
    const records = Math.max(0, this.doneRecords + windowRecords);
    const bytes = Math.max(0, this.doneBytes + windowBytes);
    this.granted = { records, bytes };
    const from =
      this.backMs !== undefined
        ? { batchTime: this.backMs }
        : this.lastMs === undefined
          ? this.from
          : { after: this.lastMs };
    send({ t: 'sub', id, stream: this.stream, from, epoch: this.lastEpoch, ack, credit: this.granted });
  }

  /** @internal */
  pause(): void {
    this.send = undefined;
    this.sub = undefined;
  }

  /** @internal */
  started({ sub, epoch, latest = 0 }: { sub: number; epoch: string; latest?: number }): void {
    this.sub = sub;
    this.serverEpoch = epoch;
    // Should the connection break before the first batch, nothing is to be missed: where there was none, all are later.
    if (this.lastMs === undefined && this.from === 'latest') {
      this.lastMs = latest;
      this.lastEpoch = epoch;
      if (this.taken.after === undefined) this.taken = { epoch, after: latest };
    }
    // Taken before there was somebody to tell.
    this.grant();
    const { backMs } = this;
    if (backMs === undefined) return;
    if (epoch !== this.backEpoch) {
      // A log that began anew has other batches.
      this.backMs = this.againFromMs = undefined;
      this.againToMs = Number.NEGATIVE_INFINITY;
      this.nacks = 0;
    } else if (backMs !== this.againFromMs) this.giveBack(backMs, {});
  }

  /** @internal */
  gapped({ from, to, why }: Gap): void {
    // The batch that another one came ahead of is lost as well: one says both.
    const { gap } = this;
    this.gap = gap === undefined ? { from, to, why } : { from: gap.from, to, why: gap.why === 'epoch' ? gap.why : why };
    this.dropParts();
    // What was given back is not kept any more.
    if (this.backMs !== undefined && to > (this.lastMs ?? to)) this.backMs = undefined;
  }

  /** @internal */
  received(message: BatchMessage, frameBytes: number, isSpecial: boolean): void {
    const { batchTime, part, records, redelivery: counted = 0 } = message;
    // Ahead of all that changes: whoever waits goes on waiting for the next connection.
    if (!Array.isArray(records)) throw new TypeError('a batch without records');
    const isAgain = counted > 0 || batchTime <= this.againToMs;
    const redelivery = isAgain && this.againFromMs !== undefined ? counted + 1 : counted;
    if (part[0] === 0) this.dropParts();
    this.partsBytes += frameBytes;
    const values = isSpecial ? (revive(records, false) as unknown[]) : records;
    if (part[1] === 1) this.parts = values;
    else for (const value of values) this.parts.push(value);
    if (part[0] < part[1] - 1) {
      this.grant();
      return;
    }
    const bytes = this.partsBytes;
    const whole = this.parts as T[];
    this.parts = [];
    this.partsBytes = 0;
    if (redelivery === 0) {
      this.lastMs = batchTime;
      this.lastEpoch = this.serverEpoch;
    } else if (redelivery === this.nacks && this.backMs !== undefined) {
      this.backMs = batchTime < this.lastMs! ? batchTime + 1 : undefined;
    }
    const epoch = this.serverEpoch!;
    const batch: Batch<T> = {
      stream: this.stream,
      batchTime,
      epoch,
      records: whole,
      redelivery,
      gap: this.gap,
      ack: () => this.ack(epoch, batchTime),
      nack: (how = {}) => this.nack(epoch, batchTime, how),
    };
    this.gap = undefined;
    this.deliver(batch, bytes);
  }

  /** The rest of a batch does not come, as it was lost, or another one was given back. The server has counted what came of it. */
  private dropParts(): void {
    this.doneBytes += this.partsBytes;
    this.parts = [];
    this.partsBytes = 0;
  }

  private ack(epoch: string, batchTime: number): void {
    if (this.sub !== undefined && epoch === this.serverEpoch) this.send?.({ t: 'ack', sub: this.sub, batchTime });
  }

  private nack(epoch: string, batchTime: number, how: { readonly delayMs?: number; readonly why?: string }): void {
    // What another log had cannot come again.
    if (this.isOver || epoch !== this.serverEpoch) return;
    this.backMs = Math.min(this.backMs ?? batchTime, batchTime);
    this.backEpoch = epoch;
    this.isTakenBack = true;
    this.taken = { epoch, after: Math.min(this.taken.after ?? batchTime - 1, batchTime - 1) };
    // Where nobody is there to tell, the next session is.
    if (this.sub !== undefined) this.giveBack(batchTime, how);
  }

  private giveBack(batchTime: number, how: { readonly delayMs?: number; readonly why?: string }): void {
    this.nacks++;
    this.send?.({ t: 'nack', sub: this.sub, batchTime, ...how });
  }

  private deliver(batch: Batch<T>, bytes: number): void {
    const waiter = this.waiters.shift();
    if (waiter === undefined) {
      this.held.push({ batch, bytes, count: batch.records.length });
      return;
    }
    this.doneRecords += batch.records.length;
    this.doneBytes += bytes;
    this.grant();
    this.take(batch);
    waiter.resolve({ value: batch, done: false });
  }

  private take({ epoch, batchTime, redelivery, gap }: Batch<T>): void {
    // Those that were on their way when it was given back come again after it.
    if (this.isTakenBack && redelivery < Math.max(1, this.nacks) && gap === undefined) return;
    this.isTakenBack = false;
    this.taken = { epoch, after: batchTime };
  }

  /** Says how much more may come, when a half of it is used up. */
  private grant(): void {
    if (this.sub === undefined) return;
    const { windowRecords = 100_000, windowBytes = 4 << 20 } = this.options;
    const records = this.doneRecords + windowRecords;
    const bytes = this.doneBytes + this.partsBytes + windowBytes;
    const isWorth =
      records - this.granted.records >= windowRecords / 2 || bytes - this.granted.bytes >= windowBytes / 2;
    if (!isWorth) return;
    this.granted = { records: Math.max(records, this.granted.records), bytes: Math.max(bytes, this.granted.bytes) };
    this.send?.({ t: 'credit', sub: this.sub, ...this.granted });
  }
}
