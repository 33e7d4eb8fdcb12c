import type { Clock } from '../../time/index.ts';

/** Permits that were not used add up to this much of a second's: enough for timers of 1 ms, too little for a burst. */
const SAVED_S = 0.05;
/** What adding fractions may be short of a whole permit. */
const ROUNDING = 1e-6;

/** Hands out permits evenly, `rate` per second. An infinite rate limits nothing. */
export class RateLimiter {
  private permits = 1;
  private updatedMs: number;

  constructor(
    private readonly clock: Clock,
    private rate: number,
  ) {
    this.updatedMs = clock.now();
  }

  get isLimited(): boolean {
    return this.rate !== Number.POSITIVE_INFINITY;
  }

  get recordsPerSecond(): number {
    return this.rate;
  }

  /** Holds from now on; permits that were earned stay. */
  setRate(rate: number): void {
    this.refill();
    this.rate = rate;
  }

  /** How many records may pass now. */
  available(): number {
    if (!this.isLimited) return Number.POSITIVE_INFINITY;
    this.refill();
    return Math.floor(this.permits + ROUNDING);
  }

  take(count: number): void {
    if (this.isLimited) this.permits -= count;
  }

  /** When the next record may pass, epoch ms. Asked when none may. */
  nextMs(): number {
    return this.updatedMs + (Math.max(0, 1 - this.permits) / this.rate) * 1000;
  }

  private refill(): void {
    const nowMs = this.clock.now();
    // The machine's time may have been set back.
    const passedMs = Math.max(0, nowMs - this.updatedMs);
    this.updatedMs = nowMs;
    if (!this.isLimited) return;
    this.permits = Math.min(Math.max(1, this.rate * SAVED_S), this.permits + (passedMs / 1000) * this.rate);
  }
}
