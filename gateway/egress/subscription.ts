import type { Clock, Timer } from '../../core/internal.ts';
import type { FrameCodec } from '../protocol/codec.ts';
import type { OutputStream, Reader } from './output-stream.ts';
import type { RetainedBatch } from './retained-batch.ts';

/** The way out of a session. */
export interface Outlet {
  readonly codec: FrameCodec;
  /** Takes no more for now: it will call `wake` when it does again. */
  readonly isFull: boolean;
  /** `records`: of the batch that it completes; 0: it completes none. */
  sendFrame(frame: Buffer, records: number): void;
  sendGap(gap: { sub: number; from: number; to: number; why: 'retention' | 'epoch' | 'overload' }): void;
  /** A batch has no form that can be sent. The subscription is over, and whoever waits for it is to be told. */
  broke(error: unknown): void;
}

export interface SubscriptionOptions {
  readonly sub: number;
  readonly stream: OutputStream;
  readonly isManual: boolean;
  /** Totals that may be sent. */
  readonly credit: { readonly records: number; readonly bytes: number };
  /** Nothing up to this batch is wanted. */
  readonly afterMs: number;
  /** A position of another epoch, or one that is gone. */
  readonly gap: { readonly from: number; readonly why: 'retention' | 'epoch' } | undefined;
}

/** The position just before a batch: a whole number that a message may hold, as any that a client has sent. */
export const beforeMs = (batchTime: number): number => Math.max(batchTime - 1, Number.MIN_SAFE_INTEGER);

/** One reader's place in a stream. */
export class Subscription implements Reader {
  readonly sub: number;
  readonly stream: OutputStream;
  readonly isManual: boolean;
  private afterMs: number;
  /** Of the batch that is on its way. */
  private nextPart = 0;
  private creditRecords: number;
  private creditBytes: number;
  private sentRecords = 0;
  private sentBytes = 0;
  private gap: SubscriptionOptions['gap'];
  private redelivery = 0;
  private redeliveredMs = Number.NEGATIVE_INFINITY;
  private timer: Timer | undefined;
  private isPaused = false;
  /** Until the next batch is in its encoding. */
  private isPreparing = false;
  private isOver = false;
  /** The last batch that the client has said is done. */
  private ackedMs: number | undefined;

  constructor(
    options: SubscriptionOptions,
    private readonly outlet: Outlet,
    private readonly clock: Clock,
  ) {
    this.sub = options.sub;
    this.stream = options.stream;
    this.isManual = options.isManual;
    this.afterMs = options.afterMs;
    this.gap = options.gap;
    this.creditRecords = options.credit.records;
    this.creditBytes = options.credit.bytes;
  }

  /** The time of the batch that comes next, if it is there. */
  get nextMs(): number | undefined {
    return this.stream.after(this.afterMs)?.timeMs;
  }

  /** The last batch that was sent whole; undefined where none was yet. */
  get sentMs(): number | undefined {
    return Number.isFinite(this.afterMs) ? this.afterMs : undefined;
  }

  /** The last one that the client has done: with `ack: "auto"` what it was sent. */
  get doneMs(): number | undefined {
    return this.isManual ? this.ackedMs : this.sentMs;
  }

  start(): void {
    this.stream.readers.add(this);
    this.wake();
  }

  stop(): void {
    this.isOver = true;
    this.timer?.cancel();
    this.stream.readers.delete(this);
  }

  /** Sends what may be sent now. */
  wake(): void {
    if (this.isPaused || this.isPreparing || this.isOver) return;
    try {
      this.sendSome();
    } catch (error) {
      this.fail(error);
    }
  }

  /** It must not be the program that fails, nor another reader. */
  private fail(error: unknown): void {
    if (this.isOver) return;
    this.stop();
    this.outlet.broke(error);
  }

  private sendSome(): void {
    for (;;) {
      if (this.outlet.isFull || this.sentRecords >= this.creditRecords || this.sentBytes >= this.creditBytes) return;
      const { stream } = this;
      const batch = stream.after(this.afterMs);
      if (batch === undefined) return;
      if (!batch.isReady(this.outlet.codec)) {
        void this.prepare(batch);
        return;
      }
      const lostMs = stream.lostBefore(batch);
      if (this.gap !== undefined) {
        this.outlet.sendGap({ sub: this.sub, from: this.gap.from, to: batch.timeMs, why: this.gap.why });
        this.gap = undefined;
      } else if (this.afterMs < lostMs) {
        const why = this.afterMs < stream.lostMs ? 'overload' : 'retention';
        this.outlet.sendGap({ sub: this.sub, from: this.afterMs, to: batch.timeMs, why });
        this.nextPart = 0;
      }
      if (this.afterMs < lostMs) this.afterMs = lostMs;
      this.sendPart(batch);
    }
  }

  private async prepare(batch: RetainedBatch): Promise<void> {
    this.isPreparing = true;
    try {
      await batch.prepare(this.stream.clock());
    } catch (error) {
      this.fail(error);
      return;
    }
    // Also of who has left meanwhile: it would be kept as long as the batch is.
    this.stream.reads(batch);
    this.isPreparing = false;
    this.wake();
  }

  private sendPart(batch: RetainedBatch): void {
    const { codec } = this.outlet;
    const isAgain = batch.timeMs <= this.redeliveredMs;
    const isShared = !isAgain && this.sub === this.stream.number;
    this.stream.reads(batch);
    const frame = batch.frame(codec, this.nextPart, this.sub, isShared, isAgain ? this.redelivery : undefined);
    this.nextPart++;
    this.sentBytes += frame.length;
    const isLast = this.nextPart >= batch.partCount(codec);
    if (isLast) {
      this.nextPart = 0;
      this.afterMs = batch.timeMs;
      this.sentRecords += batch.count;
    }
    this.outlet.sendFrame(frame, isLast ? batch.count : 0);
  }

  /** Absolute totals: a smaller one than before means nothing. */
  grant(records: number, bytes: number): void {
    if (records > this.creditRecords) this.creditRecords = records;
    if (bytes > this.creditBytes) this.creditBytes = bytes;
    this.wake();
  }

  ack(batchTime: number): void {
    if (this.ackedMs === undefined || batchTime > this.ackedMs) this.ackedMs = batchTime;
  }

  /** From this batch on, again. */
  nack(batchTime: number, delayMs: number): void {
    // One that comes again anyhow counts too: its reader waits for batches that say how many it has told of.
    this.redelivery++;
    this.redeliveredMs = Math.max(this.redeliveredMs, this.afterMs, Math.min(batchTime, this.stream.publishedMs));
    if (batchTime > this.afterMs) return;
    this.afterMs = beforeMs(batchTime);
    this.nextPart = 0;
    this.timer?.cancel();
    this.isPaused = true;
    const goOn = () => {
      this.isPaused = false;
      this.wake();
    };
    if (delayMs <= 0) goOn();
    else this.timer = this.clock.setTimer(this.clock.now() + delayMs, goOn);
  }
}
