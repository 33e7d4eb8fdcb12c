import { fixedText } from '../data/index.ts';
import { printAsText } from '../printed.ts';

/**
 * Count, mean, variance, greatest and least of numbers, in one pass without loss of digits (Welford; Chan et al. for merging).
 * Spark's `StatCounter`: of no numbers the mean is 0, the variance NaN, the greatest −∞.
 */
export class StatCounter {
  private n = 0;
  private mu = 0;
  private m2 = 0;
  private greatest = Number.NEGATIVE_INFINITY;
  private least = Number.POSITIVE_INFINITY;

  /** Takes the numbers given, if there are any. */
  constructor(values: Iterable<number> = []) {
    for (const value of values) this.merge(value);
  }

  /** Takes a number, several, or what another counter has taken. Returns itself. */
  merge(value: number | StatCounter | Iterable<number>): this {
    if (value instanceof StatCounter) return this.mergeStats(value);
    if (typeof value === 'object') {
      for (const one of value) this.merge(one);
      return this;
    }
    const delta = value - this.mu;
    this.n++;
    this.mu += delta / this.n;
    this.m2 += delta * (value - this.mu);
    this.greatest = Math.max(this.greatest, value);
    this.least = Math.min(this.least, value);
    return this;
  }

  /** Takes what another counter has taken. Returns itself. */
  mergeStats(other: StatCounter): this {
    if (other === this) return this.mergeStats(other.copy());
    if (other.n === 0) return this;
    if (this.n === 0) {
      const { n, mu, m2, greatest, least } = other;
      return Object.assign(this, { n, mu, m2, greatest, least });
    }
    const delta = other.mu - this.mu;
    const n = this.n + other.n;
    this.m2 += other.m2 + (delta * delta * this.n * other.n) / n;
    // The mean of the larger side is moved: a small step loses less.
    if (this.n > other.n * 10) this.mu += (delta * other.n) / n;
    else if (other.n > this.n * 10) this.mu = other.mu - (delta * this.n) / n;
    else this.mu = (this.mu * this.n + other.mu * other.n) / n;
    this.n = n;
    this.greatest = Math.max(this.greatest, other.greatest);
    this.least = Math.min(this.least, other.least);
    return this;
  }

  /** Another counter that has taken the same. */
  copy(): StatCounter {
    return new StatCounter().mergeStats(this);
  }

  /** How many numbers it has taken. */
  count(): number {
    return this.n;
  }

  /** The arithmetic mean; 0 of no numbers. */
  mean(): number {
    return this.mu;
  }

  /** Their sum. */
  sum(): number {
    return this.n * this.mu;
  }

  /** The greatest; −∞ of no numbers. */
  max(): number {
    return this.greatest;
  }

  /** The least; ∞ of no numbers. */
  min(): number {
    return this.least;
  }

  /** Of the whole population: divided by the count. */
  variance(): number {
    return this.n === 0 ? Number.NaN : this.m2 / this.n;
  }

  /** Another name of `variance()`. */
  popVariance(): number {
    return this.variance();
  }

  /** Estimated of a sample: divided by the count less one. */
  sampleVariance(): number {
    return this.n <= 1 ? Number.NaN : this.m2 / (this.n - 1);
  }

  /** The root of `variance()`. */
  stdev(): number {
    return Math.sqrt(this.variance());
  }

  /** Another name of `stdev()`. */
  popStdev(): number {
    return this.stdev();
  }

  /** The root of `sampleVariance()`. */
  sampleStdev(): number {
    return Math.sqrt(this.sampleVariance());
  }

  /** All of it; `sample`: variance and deviation are those of a sample (PySpark). */
  asDict(sample = false): Readonly<Record<'count' | 'mean' | 'sum' | 'min' | 'max' | 'stdev' | 'variance', number>> {
    return {
      count: this.n,
      mean: this.mu,
      sum: this.sum(),
      min: this.least,
      max: this.greatest,
      stdev: sample ? this.sampleStdev() : this.stdev(),
      variance: sample ? this.sampleVariance() : this.variance(),
    };
  }

  toString(): string {
    const [mean, stdev, max, min] = [this.mu, this.stdev(), this.greatest, this.least].map((x) => fixedText(x, 6));
    return `(count: ${this.n}, mean: ${mean}, stdev: ${stdev}, max: ${max}, min: ${min})`;
  }

  /** @internal Plain numbers, which travel. */
  toArray(): readonly number[] {
    return [this.n, this.mu, this.m2, this.greatest, this.least];
  }

  /** @internal */
  static fromArray([n, mu, m2, greatest, least]: readonly number[]): StatCounter {
    const counter = new StatCounter();
    return Object.assign(counter, { n, mu, m2, greatest, least });
  }
}

printAsText(StatCounter);
