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
