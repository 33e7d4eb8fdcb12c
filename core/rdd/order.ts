import { Tuple2 } from '../data/index.ts';
import { DStreamsError } from '../errors.ts';

interface Comparable {
  compareTo(other: unknown): number;
}

/** What comes before what: nothing, booleans, numbers, strings, dates, lists; within a kind by value. */
function kindOf(x: unknown): string {
  if (x === null || x === undefined) return 'nothing';
  if (typeof x === 'bigint') return 'number';
  if (typeof x !== 'object') return typeof x;
  if (x instanceof Date) return 'date';
  if (Array.isArray(x)) return 'list';
  if (typeof (x as Partial<Comparable>).compareTo === 'function') return 'comparable';
  return Symbol.iterator in x ? 'list' : 'object';
}

/**
 * The natural order of keys: numbers as numbers (−0 before 0, NaN last), strings by UTF-16 unit as in Java, false before true, dates by
 * time, lists and tuples element by element, objects by their `compareTo`. null and undefined come first. Throws
 * `OPTIONS_INVALID` for two kinds, and for kinds without an order.
 */
export function compareNatural(a: unknown, b: unknown): number {
  if (typeof a === 'number' && typeof b === 'number') return compareNumbers(a, b);
  if (typeof a === 'string' && typeof b === 'string') return a < b ? -1 : a > b ? 1 : 0;
  // The kind that costs most to tell from others.
  if (Array.isArray(a) && Array.isArray(b)) return compareLists(a, b);
  const kind = kindOf(a);
  const other = kindOf(b);
  if (kind === 'nothing' || other === 'nothing') return Number(kind !== 'nothing') - Number(other !== 'nothing');
  if (kind === other) {
    if (kind === 'number') return compareNumbers(a as number, b as number);
    if (kind === 'boolean' || kind === 'date') return Number(a) - Number(b);
    if (kind === 'list') return compareLists(elementsOf(a), elementsOf(b));
    if (kind === 'comparable') return (a as Comparable).compareTo(b);
  }
  throw new DStreamsError(
    'OPTIONS_INVALID',
    `There is no order between a ${kind} and a ${other}. Order by keys of one kind: numbers, strings, dates, lists of these.`,
  );
}

function compareNumbers(a: number, b: number): number {
  if (a < b) return -1;
  if (a > b) return 1;
  // As Java's Double: −0 before 0, as they are two keys.
  if (a === b) return a === 0 ? Number(Object.is(b, -0)) - Number(Object.is(a, -0)) : 0;
  return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
}

function elementsOf(list: unknown): readonly unknown[] {
  if (Array.isArray(list)) return list;
  return list instanceof Tuple2 ? [list.first, list.second] : [...(list as Iterable<unknown>)];
}

function compareLists(a: readonly unknown[], b: readonly unknown[]): number {
  const shared = Math.min(a.length, b.length);
  for (let i = 0; i < shared; i++) {
    const order = compareNatural(a[i], b[i]);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}
