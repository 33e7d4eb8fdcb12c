import { type AnyFunction, describeValue, DStreamsError, rddOps } from '../core/internal.ts';

/** `java.util.Comparator`: extend it, write a literal with `compare`, or a lambda. */
export abstract class Comparator<T> {
  /** Below 0 where `a` comes first, above 0 where `b` does. */
  abstract compare(a: T, b: T): number;

  /** The order that is the other way round. */
  reversed(): Comparator<T> {
    return comparatorOf((a, b) => this.compare(b, a));
  }

  /** Numbers as numbers, strings by UTF-16 unit, dates, lists of these; nothing first. */
  static naturalOrder<T>(): Comparator<T> {
    return comparatorOf(rddOps.compareNatural);
  }

  /** The natural order, the other way round. */
  static reverseOrder<T>(): Comparator<T> {
    return comparatorOf((a, b) => rddOps.compareNatural(b, a));
  }

  /** By what `key` makes of them, in its natural order. */
  static comparing<T>(key: (t: T) => unknown): Comparator<T> {
    return comparatorOf((a, b) => rddOps.compareNatural(key(a), key(b)));
  }
}

/** A comparator, or a function that compares: negative when `a` stands before `b`. */
export type Compare<T> = { compare(a: T, b: T): number } | ((a: T, b: T) => number);

function comparatorOf<T>(compare: (a: T, b: T) => number): Comparator<T> {
  return new (class extends Comparator<T> {
    compare(a: T, b: T): number {
      return compare(a, b);
    }
  })();
}

export const isCompare = (x: unknown): x is Compare<unknown> =>
  typeof x === 'function' || typeof (x as { compare?: unknown } | null | undefined)?.compare === 'function';

/** The function behind a comparator; the natural order where there is none. Throws `OPTIONS_INVALID`. */
export function toCompare(compare: unknown, operator: string): (a: unknown, b: unknown) => number {
  if (compare === undefined || compare === null) return rddOps.compareNatural;
  if (!isCompare(compare)) {
    throw new DStreamsError('OPTIONS_INVALID', `${operator} takes a comparator, and got ${describeValue(compare)}.`);
  }
  if (typeof compare === 'function') return compare as AnyFunction;
  return (a, b) => compare.compare(a, b);
}
