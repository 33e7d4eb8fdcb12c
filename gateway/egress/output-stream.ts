import { type PartLimits, RetainedBatch } from './retained-batch.ts';

export interface RetentionLimits {
  readonly ms: number;
  readonly bytes: number;
}

/** Whoever reads along. */
export interface Reader {
  /** There may be something to send. */
  wake(): void;
}

/** Batches whose frames are kept ready. */
const WARM_MAX = 4;

/** A stream out of the job: batches by their time, each published once, kept for a while. */
export class OutputStream {
  readonly readers = new Set<Reader>();
  private readonly batches: RetainedBatch[] = [];
  private bytes = 0;
  private evictedMs = Number.NEGATIVE_INFINITY;
  /** Batches up to this one were published before; a rerun publishes nothing. */
  private lastMs = Number.NEGATIVE_INFINITY;

  constructor(
    readonly name: string,
    /** Names its first subscription on every connection, so that frames are the same for all. */
    readonly number: number,
    readonly retention: RetentionLimits,
    private readonly limits: PartLimits,
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

  /** false: the batch of this time was there already. Throws what cannot be encoded. */
  publish(timeMs: number, records: readonly unknown[]): boolean {
    if (timeMs <= this.lastMs) return false;
    const batch = new RetainedBatch(timeMs, records, this.limits);
    this.lastMs = timeMs;
    this.batches.push(batch);
    this.bytes += batch.sizeBytes;
    this.batches.at(-1 - WARM_MAX)?.cool();
    this.evict(timeMs);
    for (const reader of this.readers) reader.wake();
    return true;
  }

  /** After a recovery: what was published before the checkpoint is not published again, and is not here any more. */
  resumeAfter(timeMs: number): void {
    this.lastMs = Math.max(this.lastMs, timeMs);
    this.evictedMs = Math.max(this.evictedMs, timeMs);
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
      gone++;
    }
    if (gone > 0) batches.splice(0, gone);
  }
}
