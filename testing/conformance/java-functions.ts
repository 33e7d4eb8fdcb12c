import { JList, Partitioner, type Tuple2 } from 'dstreams/java';
import { type Family, named, partitionByText } from './functions.ts';
import { javaPair, javaPlain as plain, javaValue } from './plain.ts';
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
export const sorted = (list: Iterable<unknown>): unknown =>
  new JList(sortValues(plain(list) as Value[]).map(javaValue));

/** Its places of the characters are its own, as a partitioner's state is. */
class ByText extends Partitioner {
  private readonly seen = new Map<string, number>();

  constructor(private readonly count: number) {
    super();
  }

  numPartitions(): number {
    return this.count;
  }

  getPartition(key: unknown): number {
    const text = JSON.stringify(plain(key));
    const known = this.seen.get(text) ?? partitionByText(plain(key), this.count);
    this.seen.set(text, known);
    return known;
  }

  override equals(other: unknown): boolean {
    return other instanceof ByText && other.count === this.count;
  }
}

/** The case's own partitioner: `{ byText: 3 }`. */
export const javaPartitioner = (argument: unknown): Partitioner =>
  new ByText((argument as { readonly byText: number }).byText);
