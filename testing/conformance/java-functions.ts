import { JList, type Tuple2 } from 'dstreams/java';
import { type Family, named } from './functions.ts';
import { javaPair, javaValue, plain } from './plain.ts';
import { sortValues, type Value } from './values.ts';

type Pair = Tuple2<unknown, unknown>;

/** A named function in Java's records: its arguments are made plain, its result is not. */
export const java = (family: Family, name: unknown) => {
  const f = named(family, name);
  return (...args: unknown[]): unknown => javaValue(f(...args.map(plain)) as Value);
};
export const javaPairOf = (family: Family, name: unknown) => {
  const f = named(family, name);
  return (x: unknown): Pair => javaPair(f(plain(x)) as Value);
};
export const javaList = (family: Family, name: unknown) => {
  const f = named(family, name);
  return (x: unknown): JList<unknown> => new JList((f(plain(x)) as Value[]).map(javaValue));
};
export const javaTest = (name: unknown) => {
  const f = named('predicates', name);
  return (x: unknown): boolean => f(plain(x)) as boolean;
};

/** Grouped values are sorted as part of the step. */
export const sorted = (list: Iterable<unknown>): unknown => new JList(sortValues([...list].map(plain)).map(javaValue));
