import { JIterator, JList, type PairDialect } from '../data/index.ts';
import { DStreamsError } from '../errors.ts';
import { asyncFunctionError } from '../rdd/index.ts';

/** A list of one's own of these values: the Java surface's have Java's methods. */
export const listOf: Readonly<Record<PairDialect, (values?: readonly unknown[]) => unknown[]>> = {
  array: (values = []) => values.slice(),
  tuple: (values) => new JList(values),
};

/** Results of flatMap: arrays as they are; iterables, iterators and Java's iterators are read to their end. */
export function toArray(x: unknown): readonly unknown[] {
  if (Array.isArray(x)) return x;
  if (x instanceof JIterator) return x.rest();
  if (x !== null && (typeof x === 'object' || typeof x === 'string')) {
    if (Symbol.iterator in Object(x)) return [...(x as Iterable<unknown>)];
    // Its `next` gives promises, which are never done.
    if (Symbol.asyncIterator in Object(x)) throw asyncFunctionError('flatMap');
    const it = x as { hasNext?: () => boolean; next?: () => unknown; then?: unknown };
    if (typeof it.hasNext === 'function' && typeof it.next === 'function') {
      const out: unknown[] = [];
      while (it.hasNext()) out.push(it.next());
      return out;
    }
    if (typeof it.next === 'function') {
      const out: unknown[] = [];
      for (let r = it.next() as IteratorResult<unknown>; !r.done; r = it.next() as IteratorResult<unknown>)
        out.push(r.value);
      return out;
    }
    if (typeof it.then === 'function') throw asyncFunctionError('flatMap');
  }
  throw new DStreamsError(
    'ITERABLE_EXPECTED',
    `The function must return an array, an iterable or an iterator, and returned ${describe(x)}. For one result per record use map.`,
  );
}

export function notAPair(x: unknown): never {
  throw new DStreamsError(
    'PAIR_EXPECTED',
    `An operation by key needs pairs ([key, value], or Tuple2 on the Java surface), and found ${describe(x)}. ` +
      'Make pairs first, for example .map(word => [word, 1]).',
  );
}

export function describe(x: unknown): string {
  if (x === null || x === undefined) return String(x);
  if (Array.isArray(x)) return `an array of ${x.length}`;
  if (typeof x === 'object') return `an object of class ${x.constructor?.name ?? 'Object'}`;
  const text = String(x);
  return `the ${typeof x} ${text.length > 40 ? `${text.slice(0, 40)}…` : text}`;
}
