import { printAsText } from '../printed.ts';
import { DStreamsError } from '../errors.ts';
import { Duration, hashOfMs, isMultipleMs, wholeMs } from './duration.ts';

/** An instant: whole milliseconds since the epoch; a batch is named by one. Immutable; compares by value with `equals`. */
export class Time {
  // A plain field, not a #private one: assertion libraries and inspectors then tell two values apart.
  private readonly ms: number;

  /** A comparator for `sort`. */
  static readonly ordering = (a: Time, b: Time): number => a.ms - b.ms;

  /** Throws `DURATION_INVALID` unless `ms` is a whole number. */
  constructor(ms: number) {
    this.ms = wholeMs(ms, 'a time');
  }

  /** In ms since the epoch. */
  milliseconds(): number {
    return this.ms;
  }

  /** Whether it is before `that`. */
  less(that: Time): boolean {
    return this.ms < that.ms;
  }

  /** Whether it is not after `that`. */
  lessEq(that: Time): boolean {
    return this.ms <= that.ms;
  }

  /** Whether it is after `that`. */
  greater(that: Time): boolean {
    return this.ms > that.ms;
  }

  /** Whether it is not before `that`. */
  greaterEq(that: Time): boolean {
    return this.ms >= that.ms;
  }

  /** The time that is a duration later. */
  plus(that: Duration): Time {
    return new Time(this.ms + that.milliseconds());
  }

  /** The duration since another time; negative where that is later. */
  minus(that: Time): Duration;
  /** The time that is a duration earlier. */
  minus(that: Duration): Time;
  minus(that: Time | Duration): Time | Duration {
    return that instanceof Time ? new Duration(this.ms - that.ms) : new Time(this.ms - that.milliseconds());
  }

  /** The greatest time not above this one that is a multiple of `step` after `zero` (default: the epoch). */
  floor(step: Duration, zero?: Time): Time {
    const stepMs = positiveStepMs(step);
    const zeroMs = zero === undefined ? 0 : zero.ms;
    return new Time(Math.floor((this.ms - zeroMs) / stepMs) * stepMs + zeroMs);
  }

  /** Whether it is a whole number of durations from the epoch. Throws `DURATION_INVALID` when `that` is zero. */
  isMultipleOf(that: Duration): boolean {
    return isMultipleMs(this.ms, that.milliseconds());
  }

  /** The earlier of the two. */
  min(that: Time): Time {
    return this.ms < that.ms ? this : that;
  }

  /** The later of the two. */
  max(that: Time): Time {
    return this.ms > that.ms ? this : that;
  }

  /** The times from this one, `step` apart, before `that`. Throws `DURATION_INVALID` unless `step` is positive. */
  until(that: Time, step: Duration): Time[] {
    const stepMs = positiveStepMs(step);
    const times: Time[] = [];
    for (let ms = this.ms; ms < that.ms; ms += stepMs) times.push(new Time(ms));
    return times;
  }

  /** As `until`, with `that` included when a step falls on it. */
  to(that: Time, step: Duration): Time[] {
    return this.until(new Time(that.ms + 1), step);
  }

  equals(that: unknown): boolean {
    return that instanceof Time && that.ms === this.ms;
  }

  hashCode(): number {
    return hashOfMs(this.ms);
  }

  /** `1357008430000 ms`, as `print` shows it. */
  toString(): string {
    return `${this.ms} ms`;
  }

  /** The milliseconds for `Number(time)` and `<`, else the text: `'at ' + time` reads as in Java, and as with a `Date`. */
  [Symbol.toPrimitive](hint: 'default' | 'string' | 'number'): string | number {
    return hint === 'number' ? this.ms : this.toString();
  }

  valueOf(): number {
    return this.ms;
  }

  toJSON(): number {
    return this.ms;
  }
}

function positiveStepMs(step: Duration): number {
  const stepMs = step.milliseconds();
  if (stepMs > 0) return stepMs;
  throw new DStreamsError('DURATION_INVALID', `steps of time are positive, not ${stepMs} ms`);
}

printAsText(Time);
