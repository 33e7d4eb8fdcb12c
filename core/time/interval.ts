import { printAsText } from '../printed.ts';
import { DStreamsError } from '../errors.ts';
import type { Duration } from './duration.ts';
import { SystemClock } from './system-clock.ts';
import { Time } from './time.ts';

/** From one time to another. Where a stream is sliced by it, both ends are included, as in Spark. Immutable. */
export class Interval {
  private readonly begin: Time;
  private readonly end: Time;

  /** Takes times, or ms since the epoch. */
  constructor(begin: Time | number, end: Time | number) {
    this.begin = begin instanceof Time ? begin : new Time(begin);
    this.end = end instanceof Time ? end : new Time(end);
  }

  /** The interval of length `duration`, counted from the epoch, that `clock` is in now. */
  static currentInterval(duration: Duration, clock: { now(): number } = new SystemClock()): Interval {
    const begin = new Time(Math.floor(clock.now())).floor(duration);
    return new Interval(begin, begin.plus(duration));
  }

  /** Where it begins. */
  beginTime(): Time {
    return this.begin;
  }

  /** Where it ends. */
  endTime(): Time {
    return this.end;
  }

  /** From its beginning to its end. */
  duration(): Duration {
    return this.end.minus(this.begin);
  }

  /** Both ends later by `by`. */
  plus(by: Duration): Interval {
    return new Interval(this.begin.plus(by), this.end.plus(by));
  }

  /** Both ends earlier by `by`. */
  minus(by: Duration): Interval {
    return new Interval(this.begin.minus(by), this.end.minus(by));
  }

  /**
   * Whether it ends before `that` does. Throws `INTERVALS_DIFFER` when the lengths differ; so do the other comparisons.
   */
  less(that: Interval): boolean {
    return this.#compare(that) < 0;
  }

  /** Whether it ends no later than `that`. */
  lessEq(that: Interval): boolean {
    return this.#compare(that) <= 0;
  }

  /** Whether it ends after `that` does. */
  greater(that: Interval): boolean {
    return this.#compare(that) > 0;
  }

  /** Whether it ends no earlier than `that`. */
  greaterEq(that: Interval): boolean {
    return this.#compare(that) >= 0;
  }

  equals(that: unknown): boolean {
    return that instanceof Interval && this.begin.equals(that.begin) && this.end.equals(that.end);
  }

  hashCode(): number {
    return (Math.imul(this.begin.hashCode(), 31) + this.end.hashCode()) | 0;
  }

  /** `[0 ms, 1000 ms]` */
  toString(): string {
    return `[${this.begin.toString()}, ${this.end.toString()}]`;
  }

  #compare(that: Interval): number {
    if (!this.duration().equals(that.duration())) {
      throw new DStreamsError(
        'INTERVALS_DIFFER',
        `Comparing two intervals with different durations [${this.toString()}, ${that.toString()}]`,
      );
    }
    return Time.ordering(this.end, that.end);
  }
}

printAsText(Interval);
