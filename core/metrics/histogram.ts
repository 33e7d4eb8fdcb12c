import { invariant } from '../assert.ts';

/** Ratio of the ends of a bucket: a quantile is at most half of this wrong, 2.5 %. */
const GROWTH = 1.05;
const LOG_GROWTH = Math.log(GROWTH);
/** The upper end of bucket 0. Whatever is smaller counts as this. */
const SMALLEST = 1e-3;
/** Enough for 1e-3 to about 1e8: from a microsecond to a day, in ms. */
const BUCKETS = Math.ceil(Math.log(1e8 / SMALLEST) / LOG_GROWTH) + 1;

/** Quantiles of any number of values ≥ 0 (delays in ms, sizes) in 4 KiB of memory that never grows. */
export class Histogram {
  readonly #counts = new Float64Array(BUCKETS);
  #count = 0;
  #sum = 0;
  #min = Number.POSITIVE_INFINITY;
  #max = Number.NEGATIVE_INFINITY;

  /** Negative values (a clock that was set) count as 0; what is no number is left out. */
  record(value: number): void {
    if (Number.isNaN(value)) return;
    const kept = Math.max(0, value);
    const bucket = kept <= SMALLEST ? 0 : Math.min(BUCKETS - 1, Math.ceil(Math.log(kept / SMALLEST) / LOG_GROWTH));
    this.#counts[bucket]!++;
    this.#count++;
    this.#sum += kept;
    if (kept < this.#min) this.#min = kept;
    if (kept > this.#max) this.#max = kept;
  }

  get count(): number {
    return this.#count;
  }

  /** undefined when nothing was recorded; so for the others. */
  get mean(): number | undefined {
    return this.#count === 0 ? undefined : this.#sum / this.#count;
  }

  get min(): number | undefined {
    return this.#count === 0 ? undefined : this.#min;
  }

  get max(): number | undefined {
    return this.#count === 0 ? undefined : this.#max;
  }

  /** The value that a share `p` (0 to 1) of all values does not exceed, within 2.5 %; exact for 0 and 1. */
  quantile(p: number): number | undefined {
    invariant(p >= 0 && p <= 1, 'a quantile is between 0 and 1');
    if (this.#count === 0) return undefined;
    if (p === 0) return this.#min;
    if (p === 1) return this.#max;
    const rank = Math.ceil(p * this.#count);
    let seen = 0;
    for (let bucket = 0; bucket < BUCKETS; bucket++) {
      seen += this.#counts[bucket]!;
      if (seen >= rank) {
        const middle = bucket === 0 ? 0 : (SMALLEST * GROWTH ** bucket * (1 + 1 / GROWTH)) / 2;
        return Math.min(this.#max, Math.max(this.#min, middle));
      }
    }
    return this.#max;
  }

  get p50(): number | undefined {
    return this.quantile(0.5);
  }

  get p99(): number | undefined {
    return this.quantile(0.99);
  }
}
