/** So many permits a second, and at most `burst` saved up. */
export class TokenBucket {
  private permits: number;
  private atMs: number;

  constructor(
    private readonly perSecond: number,
    private readonly burst: number,
    nowMs: number,
  ) {
    this.permits = burst;
    this.atMs = nowMs;
  }

  /** All that may be saved up is there: as good as a new one. */
  isFull(nowMs: number): boolean {
    return this.permits + (Math.max(0, nowMs - this.atMs) * this.perSecond) / 1000 >= this.burst;
  }

  /** 0 when they are taken; else how long to wait, ms, with nothing taken. More than the burst at once goes on credit. */
  take(count: number, nowMs: number): number {
    const passedMs = Math.max(0, nowMs - this.atMs);
    this.atMs = nowMs;
    this.permits = Math.min(this.burst, this.permits + (passedMs * this.perSecond) / 1000);
    const needed = Math.min(count, this.burst);
    if (this.permits >= needed) {
      this.permits -= count;
      return 0;
    }
    return Math.ceil(((needed - this.permits) / this.perSecond) * 1000);
  }
}

/** Looked at for each that is new: so those that are full do not pile up. */
const LOOKED_AT = 2;

/** A bucket for each token with a rate, whatever connection it is said on, and however often. */
export class Rates {
  private readonly buckets = new Map<string, TokenBucket>();

  /** As `TokenBucket.take`. */
  take(key: string, perSecond: number, count: number, nowMs: number): number {
    let bucket = this.buckets.get(key);
    if (bucket === undefined) {
      this.forget(nowMs);
      bucket = new TokenBucket(perSecond, Math.max(perSecond, 1), nowMs);
      this.buckets.set(key, bucket);
    }
    return bucket.take(count, nowMs);
  }

  get size(): number {
    return this.buckets.size;
  }

  private forget(nowMs: number): void {
    const { buckets } = this;
    let left = Math.min(LOOKED_AT, buckets.size);
    for (const [key, bucket] of buckets) {
      if (left-- <= 0) return;
      buckets.delete(key);
      // Behind the others.
      if (!bucket.isFull(nowMs)) buckets.set(key, bucket);
    }
  }
}
