import { compareValues, equalValues, sortValues, uniqueValues, type Value } from './values.ts';

/**
 * The named functions of the cases, one table for each family of steps. A case names them with numbers, strings and
 * pairs of its own choosing, so their parameters are typed by what the name promises, and looked up as `AnyNamed`.
 */
type List = readonly Value[];
type Pair = readonly [Value, Value];

const isNothing = (x: unknown): boolean => x === null || x === undefined;
const numberOf = (x: unknown): number => (isNothing(x) ? 0 : (x as number));

function sumOf(xs: Iterable<unknown>): number {
  let sum = 0;
  for (const x of xs) sum += numberOf(x);
  return sum;
}

const flooredModulo = (n: number, m: number): number => n - m * Math.floor(n / m);

/** One value to one: `map`, `mapToPair`, `mapValues`, and what makes a combiner. */
export const maps = {
  identity: (x: Value) => x,
  addOne: (n: number) => 1 + n,
  plusTen: (n: number) => 10 + n,
  double: (n: number) => n + n,
  negate: (n: number) => 0 - n,
  mod3: (n: number) => flooredModulo(n, 3),
  length: (s: string) => s.length,
  upper: (s: string) => s.toUpperCase(),
  firstChar: (s: string) => s.substring(0, 1),
  reverse: (s: string) => Array.from(s).reverse().join(''),
  toStr: (n: number) => `${n}`,
  json: (x: Value) => JSON.stringify(x),
  one: () => 1,
  swap: (pair: Pair) => [pair[1], pair[0]],
  key: (pair: Pair) => pair[0],
  value: (pair: Pair) => pair[1],
  keyToJson: (pair: Pair) => [JSON.stringify(pair[0]), pair[1]],
  pairWithOne: (x: Value) => [x, 1],
  pairWithX: (x: Value) => [x, 'x'],
  pairWithLength: (s: string) => [s, s.length],
  pairWithSelf: (x: Value) => [x, x],
  keyByLength: (s: string) => [s.length, s],
  keyByFirstChar: (s: string) => [s.substring(0, 1), s],
  keyByMod3: (n: number) => [flooredModulo(n, 3), n],
  constantKey: (x: Value) => ['all', x],
  size: (list: List) => list.length,
  sumList: (list: List) => sumOf(list),
  sumPair: (pair: Pair) => sumOf(pair),
  wrapList: (x: Value) => [x],
  distinctList: (list: List) => uniqueValues(list),
  pairSizes: (pair: readonly [List, List]) => pair.map((list) => list.length),
};

/** One value to any number of them: `flatMap`, `flatMapToPair`, `flatMapValues`. */
export const flatMaps = {
  splitSpace: (s: string) => s.match(/[^ ]+/g) ?? [],
  chars: (s: string) => Array.from(s),
  twice: (x: Value) => [x, x],
  withDouble: (n: number) => [n, n + n],
  withPlusTen: (n: number) => [n, n + 10],
  withSuffixes: (s: string) => [1, 2].map((suffix) => `${s}${suffix}`),
  upTo: (n: number) => [0, 1, 2].filter((i) => i < n),
  elements: (list: List) => list,
  lengthWithChars: (s: string) => Array.from(s, (c) => [s.length, c]),
  valueWithKeyChars: ([k, v]: readonly [string, Value]) => Array.from(k, (c) => [v, c]),
};

/** `filter`, and what stays in a window with inverse, where the element is a pair. */
export const predicates = {
  isEven: (n: number) => n % 2 === 0,
  isPositive: (n: number) => n > 0,
  nonEmpty: (s: string) => s.length > 0,
  containsA: (s: string) => s.indexOf('a') >= 0,
  longerThanThree: (s: string) => s.length >= 4,
  always: () => true,
  never: () => false,
  keyContainsA: (pair: readonly [string, Value]) => pair[0].indexOf('a') >= 0,
  valueNonZero: (pair: Pair) => pair[1] !== 0,
  valuePositive: (pair: readonly [Value, number]) => pair[1] > 0,
  valueNonEmptyList: (pair: readonly [Value, List]) => pair[1].length > 0,
};

/** Two values to one: every reduce, its inverse, and what merges combiners. */
export const reducers = {
  sum: (a: number, b: number) => a + b,
  diff: (a: number, b: number) => a - b,
  max: (a: number, b: number) => (a > b ? a : b),
  min: (a: number, b: number) => (a < b ? a : b),
  product: (a: number, b: number) => a * b,
  lexMax: (a: string, b: string) => (a < b ? b : a),
  lexMin: (a: string, b: string) => (a > b ? b : a),
  concat: (a: string, b: string) => a + b,
  charUnion: (a: string, b: string) => uniqueValues(Array.from(a + b)).join(''),
  bagAdd: (a: List, b: List) => sortValues(a.concat(b)),
  bagRemove: (a: List, b: List) => {
    const left = a.slice();
    for (const x of b) {
      const at = left.findIndex((y) => equalValues(y, x));
      if (at !== -1) left.splice(at, 1);
    }
    return left;
  },
  bagInsert: (list: List, x: Value) => sortValues(list.concat([x])),
  totalAdd: (total: readonly [number, number], x: number) => [total[0] + x, total[1] + 1],
  totalMerge: (a: readonly [number, number], b: readonly [number, number]) => [a[0] + b[0], a[1] + b[1]],
};

/** `mapPartitions`: the elements of a partition to those of the new one. */
export const partitionFunctions = {
  sumOfPartition: (xs: List) => [sumOf(xs)],
  maxOfPartition: (xs: readonly number[]) => (xs.length > 0 ? [xs.reduce((a, b) => (a > b ? a : b))] : []),
  sizeOfPartition: (xs: List) => [xs.length],
  onePerPartition: () => [1],
  joinUpperOfPartition: (xs: readonly string[]) => [xs.join('').toUpperCase()],
  swapAll: (xs: readonly Pair[]) => xs.map(maps.swap),
  firstOfPartition: (xs: List) => (xs.length > 0 ? [xs[0]] : []),
};

/** `transform`: the elements of the batch and its time, to those of the result. */
export const batchFunctions = {
  batchIdentity: (xs: List) => xs,
  batchAddOne: (xs: readonly number[]) => xs.map(maps.addOne),
  batchToStr: (xs: readonly number[]) => xs.map(maps.toStr),
  batchEvens: (xs: readonly number[]) => xs.filter(predicates.isEven),
  batchDistinct: (xs: List) => uniqueValues(xs),
  batchCount: (xs: List) => [xs.length],
  batchWithTime: (xs: List, timeMs: number) => xs.map((x) => [timeMs, x]),
  batchOnlyEvenSeconds: (xs: List, timeMs: number) => (Math.floor(timeMs / 1000) % 2 === 0 ? xs : []),
  batchWithItself: (xs: List) => xs.concat(xs),
  batchSortByKey: (xs: readonly Pair[]) => xs.slice().sort((a, b) => compareValues(a[0], b[0])),
  batchSortDescending: (xs: List) => xs.slice().sort((a, b) => compareValues(b, a)),
  batchKeys: (xs: readonly Pair[]) => xs.map(maps.key),
  batchSmallestTwo: (xs: List) => sortValues(xs).slice(0, 2),
};

const contains = (xs: List, x: Value): boolean => xs.some((y) => equalValues(x, y));
const hasKey = (pairs: readonly Pair[], key: Value): boolean => pairs.some(([k]) => equalValues(k, key));

function joined(xs: readonly Pair[], ys: readonly Pair[]): Value[] {
  const result: Value[] = [];
  for (const [k, v] of xs) for (const [l, w] of ys) if (equalValues(k, l)) result.push([k, [v, w]]);
  return result;
}

/** `transformWith`: the elements of both batches and the time. */
export const pairOfBatchesFunctions = {
  batchUnion: (xs: List, ys: List) => xs.concat(ys),
  batchJoin: joined,
  batchSubtract: (xs: List, ys: List) => xs.filter((x) => !contains(ys, x)),
  batchSubtractByKey: (xs: readonly Pair[], ys: readonly Pair[]) => xs.filter(([k]) => !hasKey(ys, k)),
  batchIntersection: (xs: List, ys: List) => uniqueValues(xs.filter((x) => contains(ys, x))),
  batchCartesian: (xs: List, ys: List) => xs.flatMap((x) => ys.map((y) => [x, y])),
  batchSizesWithTime: (xs: List, ys: List, timeMs: number) => [[timeMs, [xs.length, ys.length]]],
};

/** `transformAll`: the batches in order of the streams. */
export const manyBatchesFunctions = {
  batchesUnion: (batches: readonly List[]) => batches.flatMap((batch) => batch),
  batchesUnionTwoJoinThird: ([a, b, c]: readonly [List, List, readonly Pair[]]) =>
    joined(
      a.concat(b).map((x): Pair => [x, x]),
      c,
    ),
  batchesSizes: (batches: readonly List[]) => [batches.map((batch) => batch.length)],
};

/** `updateStateByKey`: the new values of a key and its state, or nothing, to its next state; null forgets the key. */
export const updates = {
  updateCount: (values: List, state?: Value) => numberOf(state) + sumOf(values),
  updateRemoveWhenZero: (values: List, state?: Value) => {
    const total = numberOf(state) + sumOf(values);
    return total === 0 ? null : total;
  },
  updateRemoveAtTen: (values: List, state?: Value) => {
    const total = numberOf(state) + sumOf(values);
    return total < 10 ? total : null;
  },
  updateWhileFed: (values: List, state?: Value) => (values.length > 0 ? numberOf(state) + sumOf(values) : null),
  updateLargest: (values: List, state?: Value) => {
    const all = isNothing(state) ? values : values.concat([state!]);
    return all.length > 0 ? sortValues(all).at(-1)! : null;
  },
  updateCollect: (values: List, state?: Value) => sortValues(values.concat((state as List | undefined | null) ?? [])),
  updateNever: () => null,
  /** The state is the total and the number of batches in a row without news; forgotten at two. */
  updateExpireIdleTwice: (values: List, state?: Value) => {
    const [total, idle] = (state as readonly [number, number] | undefined | null) ?? [0, 0];
    const news = sumOf(values);
    if (news !== 0) return [total + news, 0];
    return idle + 1 === 2 ? null : [total, idle + 1];
  },
};

/** What a `mapWithState` function sees of its key's state. */
export interface NamedState {
  exists(): boolean;
  get(): unknown;
  update(state: unknown): void;
  remove(): void;
  isTimingOut(): boolean;
}

/** `mapWithState`: to a mapped element, or null for none. */
export const stateMaps = {
  runningTotal: (key: Value, value: Value, state: NamedState) => {
    if (state.isTimingOut()) return [key, 'timeout'];
    const total = numberOf(state.get()) + numberOf(value);
    state.update(total);
    return [key, total];
  },
  removeAtTen: (key: Value, value: Value, state: NamedState) => {
    if (state.isTimingOut()) return [key, 'timeout'];
    const total = numberOf(state.get()) + numberOf(value);
    if (total >= 10 && state.exists()) state.remove();
    else if (total < 10) state.update(total);
    return [key, total];
  },
  changeOnly: (key: Value, value: Value, state: NamedState) => {
    if (state.isTimingOut()) return null;
    const next = numberOf(value);
    const isNews = !state.exists() || next !== state.get();
    state.update(next);
    return isNews ? [key, next] : null;
  },
};

// biome-ignore lint/suspicious/noExplicitAny: what a name takes is known to the case that uses it, not here.
export type Named = (...args: any[]) => unknown;

const FAMILIES = {
  maps,
  flatMaps,
  predicates,
  reducers,
  partitionFunctions,
  batchFunctions,
  pairOfBatchesFunctions,
  manyBatchesFunctions,
  updates,
  stateMaps,
} satisfies Readonly<Record<string, Readonly<Record<string, Named>>>>;

export type Family = keyof typeof FAMILIES;

/** A function stands for itself. Throws for a name that the family does not have: the case is then written for a later version of this project. */
export function named(family: Family, name: unknown): Named {
  if (typeof name === 'function') return name as Named;
  const table: Readonly<Record<string, Named>> = FAMILIES[family];
  if (typeof name === 'string' && Object.hasOwn(table, name)) return table[name]!;
  throw new RangeError(`there is no function ${String(name)} among the ${family}`);
}

/** Partitions of a case's own: by the sum of the units of the key's text as JSON. */
export function partitionByText(key: Value, count: number): number {
  const text = JSON.stringify(key);
  let sum = 0;
  for (let i = 0; i < text.length; i++) sum += text.charCodeAt(i);
  return sum % count;
}
