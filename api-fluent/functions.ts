import { DStreamsError } from '../core/internal.ts';

// Pieces of functions, as Python's operator module has them: `words.map((w) => [w, 1]).reduceByKey(add)`.

/** What `max` and `min` compare. */
type Ordered = number | string | bigint | Date;

// The overload that TypeScript infers from is the last one.
/** `a + b` of bigints. */
export function add(a: bigint, b: bigint): bigint;
/** `a + b` of strings: the one behind the other. */
export function add(a: string, b: string): string;
/** `a + b` of numbers: `pairs.reduceByKey(add)`. */
export function add(a: number, b: number): number;
export function add(a: string | number | bigint, b: string | number | bigint): unknown {
  return (a as number) + (b as number);
}

/** `a - b` of bigints. */
export function sub(a: bigint, b: bigint): bigint;
/** `a - b` of numbers: the inverse of `add`. */
export function sub(a: number, b: number): number;
export function sub(a: number | bigint, b: number | bigint): unknown {
  return (a as number) - (b as number);
}

/** The greater one; the first where they are equal. */
export function max<T extends Ordered>(a: T, b: T): T {
  return b > a ? b : a;
}

/** The smaller one; the first where they are equal. */
export function min<T extends Ordered>(a: T, b: T): T {
  return b < a ? b : a;
}

/** Takes one item out of an array, a tuple or an object: `pairs.map(itemGetter(0))`. */
export function itemGetter<const I extends PropertyKey>(
  item: I,
): <T extends { readonly [P in I]: unknown }>(x: T) => T[I] {
  return (x) => x[item];
}

/** `[key, value]` to `[value, key]`. */
export function swap<K, V>([key, value]: readonly [K, V]): [V, K] {
  return [value, key];
}

/**
 * Splits a line: `lines.flatMap(split())`. Without a separator at any white space, without empty words, as in Python;
 * with one as JavaScript's own `split` does. Throws `OPTIONS_INVALID` for an empty separator.
 */
export function split(separator?: string | RegExp): (line: string) => string[] {
  if (separator === '')
    throw new DStreamsError('OPTIONS_INVALID', 'split: the separator is empty. For single characters use Array.from.');
  if (separator !== undefined) return (line) => line.split(separator);
  return (line) => {
    const text = line.trim();
    return text === '' ? [] : text.split(/\s+/);
  };
}

/** What it is given. */
export const identity = <T>(x: T): T => x;

/** The opposite of a predicate: `words.filter(not(isStopWord))`. */
export function not<A extends readonly unknown[]>(f: (...args: A) => unknown): (...args: A) => boolean {
  return (...args) => !f(...args);
}
