import type { Clock } from '../../core/internal.ts';
import { BatchOrder } from './batch-order.ts';
import type { FrameLimits, RetainedBatch } from './retained-batch.ts';

export interface RetentionLimits {
  readonly ms: number;
  readonly bytes: number;
}

/** Whoever reads along. */
export interface Reader {
  /** There may be something to send. */
  wake(): void;
}

/** Readers are woken for so long in one turn of the event loop: thousands of them would hold everybody else up. */
const WAKING_MS = 3;
/** The newest batches, whose frames are kept ready. */
const WARM_MAX = 4;
/** Older ones that are read, of which what was made for that is kept. */
const READ_MAX = 16;
/**
 * Failed batches that are remembered until a later one is published: more than a restart runs again, so that one which is
 * not run again is among them.
 */
const FAILED_MAX = 100;

/** A stream out of the job: batches in order of their time, each published once, kept for a while. */
export class OutputStream {
  readonly readers = new Set<Reader>();
  readonly order = new BatchOrder();
  private readonly batches: RetainedBatch[] = [];
  private readonly read = new Set<RetainedBatch>();
  private bytes = 0;
  private evictedMs = Number.NEGATIVE_INFINITY;
  /** Batches up to this one were published before; a rerun publishes nothing. */
  private lastMs = Number.NEGATIVE_INFINITY;
  /** Later ones that failed. */
  private failed: number[] = [];

  constructor(
    readonly name: string,
    /** Names its first subscription on every connection, so that frames are the same for all. */
    readonly number: number,
    readonly retention: RetentionLimits,
    readonly limits: FrameLimits,
    readonly clock: () => Pick<Clock, 'monotonic' | 'yield'>,
  ) {}

  get oldestMs(): number | undefined {
    return this.batches[0]?.timeMs;
  }

  get latestMs(): number | undefined {
    return this.batches.at(-1)?.timeMs;
  }

  /** Records in the newest batch. */
  get latestCount(): number | undefined {
    return this.batches.at(-1)?.count;
  }

  /** Time of the newest batch that is no longer kept; −∞ when none was. */
  get lostMs(): number {
    return this.evictedMs;
  }

  /** The time of the last batch that was published, kept or not. */
  get publishedMs(): number {
    return this.lastMs;
  }

  get sizeBytes(): number {
    return this.bytes;
  }

  /** Where the oldest batch lies in the log of what was published; undefined where there is none. */
  get oldestSequence(): number | undefined {
    return this.batches[0]?.sequence;
  }

  /** Batches that failed, and after which none was published yet: a restart may run them again. */
  get failedMs(): readonly number[] {
    return this.failed;
  }

  /** The batch is over, and nothing of it will be published in this life. */
  fail(timeMs: number): void {
    if (timeMs > this.lastMs && !this.failed.includes(timeMs)) this.failed.push(timeMs);
    if (this.failed.length > FAILED_MAX) this.failed.shift();
    this.order.end(timeMs);
  }

  /** Of a time that is past: the batch failed, and later ones were published. `false` where that is not known any more. */
  lacks(timeMs: number): boolean {
    return timeMs > this.evictedMs && this.after(timeMs - 1)?.timeMs !== timeMs;
  }

  /** Shows a batch to whoever reads along. `false`: the one of this time was there already. */
  publish(batch: RetainedBatch): boolean {
    if (batch.timeMs <= this.lastMs) return false;
    this.keep(batch);
    void this.wakeReaders();
    return true;
  }

  /** Those who come meanwhile as well, which does no harm. Of two batches the later one may overtake: whoever is woken gets both. */
  private async wakeReaders(): Promise<void> {
    const clock = this.clock();
    let startMs = clock.monotonic();
    for (const reader of this.readers) {
      reader.wake();
      if (clock.monotonic() - startMs < WAKING_MS) continue;
      await clock.yield();
      startMs = clock.monotonic();
    }
  }

  private keep(batch: RetainedBatch): void {
    this.lastMs = batch.timeMs;
    this.failed = this.failed.filter((at) => at > batch.timeMs);
    this.batches.push(batch);
    this.bytes += batch.sizeBytes;
    this.batches.at(-1 - WARM_MAX)?.cool();
    this.evict(batch.timeMs);
  }

  /**
   * A reader is at this batch. Frames, and the other form of records, are kept for the newest ones and for some of those that
   * are read: who begins at the earliest would have all of them twice, and never let go.
   */
  reads(batch: RetainedBatch): void {
    const { read } = this;
    // What was made ready for a reader may be over by then.
    if (batch.isWarm || this.after(batch.timeMs - 1) !== batch) return;
    read.delete(batch);
    read.add(batch);
    if (read.size <= READ_MAX) return;
    const [oldest] = read;
    read.delete(oldest!);
    oldest!.cool();
  }

  /** In a recovery, in order: a batch that was published before; `lostMs` is what the stream had lost until then. */
  restore(batch: RetainedBatch, lostMs: number | null): void {
    if (batch.timeMs <= this.lastMs) return;
    if (lostMs !== null) this.lose(lostMs);
    this.keep(batch);
  }

  /** In a recovery, after that: the checkpoint knows that a batch was published; where it is not here, it is lost. */
  resumeAfter(timeMs: number): void {
    if (timeMs <= this.lastMs) return;
    this.lastMs = timeMs;
    this.lose(timeMs);
  }

  /**
   * In a recovery: nothing up to this batch is kept, also what the log has of it still. Retention may be longer now than when it was let
   * go of, or the log without what came after it: readers were told of a gap, or are told now, and get nothing from before it.
   */
  private lose(upToMs: number): void {
    this.evictedMs = Math.max(this.evictedMs, upToMs);
    const kept = this.batches.findIndex(({ timeMs }) => timeMs > this.evictedMs);
    const gone = this.batches.splice(0, kept < 0 ? this.batches.length : kept);
    for (const { sizeBytes } of gone) this.bytes -= sizeBytes;
  }

  /** In a recovery, last: what `failedMs` was. */
  restoreFailed(failedMs: readonly number[]): void {
    this.failed = failedMs.filter((at) => at > this.lastMs);
  }

  /** Of the batches before one that is kept, the newest that readers cannot have; −∞ where all are there. */
  lostBefore(batch: RetainedBatch | undefined): number {
    return Math.max(this.evictedMs, batch?.missedMs ?? this.evictedMs);
  }

  /** The first batch after this time; undefined when none is there. */
  after(timeMs: number): RetainedBatch | undefined {
    const { batches } = this;
    let low = 0;
    let high = batches.length;
    // Nearly everybody waits for the newest one.
    if (high > 1 && batches[high - 2]!.timeMs <= timeMs) low = high - 1;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (batches[middle]!.timeMs > timeMs) high = middle;
      else low = middle + 1;
    }
    return batches[low];
  }

  /** The newest batch stays, whatever its size. */
  private evict(nowMs: number): void {
    const { batches, retention } = this;
    let gone = 0;
    while (
      gone < batches.length - 1 &&
      (batches[gone]!.timeMs < nowMs - retention.ms || this.bytes > retention.bytes)
    ) {
      this.bytes -= batches[gone]!.sizeBytes;
      this.evictedMs = batches[gone]!.timeMs;
      this.read.delete(batches[gone]!);
      gone++;
    }
    if (gone > 0) batches.splice(0, gone);
  }
}
