import { printAsText } from '../printed.ts';
import { DStreamsError } from '../errors.ts';

/** Milliseconds since the epoch. */
export type TimeMs = number & { readonly __unit: 'TimeMs' };

/** A length of time in whole milliseconds. Immutable; compares by value with `equals`. */
export class Duration {
  // A plain field, not a #private one: assertion libraries and inspectors then tell two values apart.
  private readonly ms: number;

  /** Throws `DURATION_INVALID` unless `ms` is a whole number. */
  constructor(ms: number) {
    this.ms = wholeMs(ms, 'a duration');
  }

  /** Its length in ms. */
  milliseconds(): number {
    return this.ms;
  }

  /** Whether it is shorter than `that`. */
  less(that: Duration): boolean {
    return this.ms < that.ms;
  }

  /** Whether it is no longer than `that`. */
  lessEq(that: Duration): boolean {
    return this.ms <= that.ms;
  }

  /** Whether it is longer than `that`. */
  greater(that: Duration): boolean {
    return this.ms > that.ms;
  }

  /** Whether it is no shorter than `that`. */
  greaterEq(that: Duration): boolean {
    return this.ms >= that.ms;
  }

  /** The two lengths together. */
  plus(that: Duration): Duration {
    return new Duration(this.ms + that.ms);
  }

  /** What is left when `that` is taken away; negative where that is longer. */
  minus(that: Duration): Duration {
    return new Duration(this.ms - that.ms);
  }

  /** `factor` times as long. Throws `DURATION_INVALID` where that is no whole number of ms. */
  times(factor: number): Duration {
    return new Duration(this.ms * factor);
  }

  /** How many times `that` fits, with a fraction. */
  div(that: Duration): number {
    return this.ms / that.ms;
  }

  /**
   * Whether `that` fits a whole number of times. Throws `DURATION_INVALID` when `that` is zero, where Spark divides by
   * zero.
   */
  isMultipleOf(that: Duration): boolean {
    return isMultipleMs(this.ms, that.ms);
  }

  /** The shorter of the two. */
  min(that: Duration): Duration {
    return this.ms < that.ms ? this : that;
  }

  /** The longer of the two. */
  max(that: Duration): Duration {
    return this.ms > that.ms ? this : that;
  }

  /** Whether it has no length. */
  isZero(): boolean {
    return this.ms === 0;
  }

  equals(that: unknown): boolean {
    return that instanceof Duration && that.ms === this.ms;
  }

  hashCode(): number {
    return hashOfMs(this.ms);
  }

  /** `1500 ms` */
  toString(): string {
    return `${this.ms} ms`;
  }

  /** The ms as text: `1500`. */
  toFormattedString(): string {
    return String(this.ms);
  }

  /** In the unit that fits: `300 ms`, `1.5 s`, `1.5 m`, `2.00 h`. */
  prettyPrint(): string {
    return prettyMs(this.ms);
  }

  /** The milliseconds for `Number(duration)` and `<`, else the text: `'every ' + duration` reads as in Java. */
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

/** A maker of durations: called as a function, as in Scala, or by `apply`, as from Java. */
export interface DurationUnit {
  /** A duration of `n` of these units. */
  (n: number): Duration;
  /** The same, as Java calls Scala's. */
  apply(n: number): Duration;
}

// `apply` replaces the one that every function has: `Seconds.apply(1)` is how Java calls it.
function unit(unitMs: number): DurationUnit {
  const make = (n: number): Duration => new Duration(n * unitMs);
  return Object.assign((n: number) => make(n), { apply: make }) as DurationUnit;
}

/** `Milliseconds(500)`: a length of time in ms, a whole number. */
export const Milliseconds: DurationUnit = unit(1);
/** `Seconds(2)`: a length of time in seconds. */
export const Seconds: DurationUnit = unit(1000);
/** `Minutes(1)`: a length of time in minutes. */
export const Minutes: DurationUnit = unit(60_000);

/** The form of Java programs. */
export const Durations = {
  /** A length of time in ms, a whole number. */
  milliseconds: (n: number): Duration => new Duration(n),
  /** A length of time in seconds. */
  seconds: (n: number): Duration => new Duration(n * 1000),
  /** A length of time in minutes. */
  minutes: (n: number): Duration => new Duration(n * 60_000),
} as const;

const UNITS_MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/**
 * The ms of a text such as `200ms`, `2s`, `1 m`, `1.5h`; undefined if it is none. A number without a unit counts
 * `bareUnitMs`, and is no duration when that is not given. Units: ms, s, m, min, h, d. The text comes from people, so
 * nothing here takes longer than its length.
 */
export function parseDurationMs(text: string, bareUnitMs?: number): number | undefined {
  const match = /^(-?\d{1,15}(?:\.\d{1,6})?) ?([a-z]{0,3})$/i.exec(text.trim());
  if (match === null) return undefined;
  const unitText = match[2]!.toLowerCase();
  const unitMs = unitText === '' ? bareUnitMs : Object.hasOwn(UNITS_MS, unitText) ? UNITS_MS[unitText] : undefined;
  if (unitMs === undefined) return undefined;
  const ms = Number(match[1]) * unitMs;
  // 1.001 s is 1000.9999999999999 in binary: what is whole but for that is whole.
  const rounded = Math.round(ms);
  return Math.abs(ms - rounded) < 1e-6 && Number.isSafeInteger(rounded) ? rounded + 0 : undefined;
}

export interface DurationMsOptions {
  /** Refuses bare numbers above 0 and below 5: `window(3, 1)` nearly always means seconds. For the fluent surface. */
  readonly refuseTinyNumbers?: boolean;
}

/**
 * The whole ms of a duration given in any of the forms that a surface takes: a `Duration`, a text with a unit (`'2s'`),
 * or a number of ms. `what` names it in the message. The sign is the caller's to check. Throws `DURATION_INVALID`.
 */
export function durationMs(value: Duration | string | number, what: string, options: DurationMsOptions = {}): number {
  if (value instanceof Duration) return value.milliseconds();
  if (typeof value === 'string') {
    const ms = parseDurationMs(value);
    if (ms !== undefined) return ms;
    throw new DStreamsError(
      'DURATION_INVALID',
      `${what} is ${JSON.stringify(value.slice(0, 40))}, which is no duration; write '500ms', '2s', '1m' or Seconds(2)`,
    );
  }
  const ms = wholeMs(value, what);
  if (options.refuseTinyNumbers === true && ms > 0 && ms < 5) {
    throw new DStreamsError(
      'DURATION_INVALID',
      `${what} is ${ms}, a number of milliseconds; did you mean Seconds(${ms})?`,
    );
  }
  return ms;
}

/** `300 ms`, `1.5 s`, `1.5 m`, `2.00 h`, rounded half up as Java does. */
export function prettyMs(ms: number): string {
  // Half up in whole ms: `toFixed` looks at the binary value, and 1450 / 1000 is just below 1.45 there.
  if (ms < 1000) return `${ms} ms`;
  if (ms < 60_000) return `${(Math.floor((ms + 50) / 100) / 10).toFixed(1)} s`;
  if (ms < 3_600_000) return `${(Math.floor((ms + 3000) / 6000) / 10).toFixed(1)} m`;
  return `${(Math.floor((ms + 18_000) / 36_000) / 100).toFixed(2)} h`;
}

/** Whether `ms` is a whole multiple of `ofMs`. Throws `DURATION_INVALID` when that is zero. */
export function isMultipleMs(ms: number, ofMs: number): boolean {
  if (ofMs === 0) throw new DStreamsError('DURATION_INVALID', `nothing is a multiple of 0 ms (asked for ${ms} ms)`);
  return ms % ofMs === 0;
}

/** `ms` itself, checked. Throws `DURATION_INVALID` unless it is a whole number; `what` names it in the message. */
export function wholeMs(ms: number, what: string): number {
  if (Number.isSafeInteger(ms)) return ms + 0; // No −0.
  const shown = typeof ms === 'number' ? String(ms) : ms === null ? 'null' : typeof ms;
  throw new DStreamsError('DURATION_INVALID', `${what} is a whole number of milliseconds, not ${shown}`);
}

/** Java's hash of a long. */
export function hashOfMs(ms: number): number {
  return (ms ^ Math.floor(ms / 4294967296)) | 0;
}

printAsText(Duration);
