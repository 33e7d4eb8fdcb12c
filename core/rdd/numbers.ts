import { checkIterable, describeValue } from '../data/index.ts';
import { DStreamsError } from '../errors.ts';
import { ActionPromise } from './action-promise.ts';
import { builtIn, type FnSlot } from './function-slot.ts';
import { compareNatural } from './order.ts';
import { type Rdd, slotsFor } from './rdd.ts';
import { StatCounter } from './stat-counter.ts';

const SUM = builtIn('sumNumbers', (records: readonly unknown[]) => numbersOf(records).reduce((sum, x) => sum + x, 0));
const STATS = builtIn('statsOfNumbers', (records: readonly unknown[]) => new StatCounter(numbersOf(records)).toArray());
const ENDS = builtIn('leastAndGreatest', (records: readonly unknown[]) => {
  let [least, greatest] = [records[0], records[0]];
  for (const x of records) {
    // NaN has to be seen, and compares as the greatest.
    if (compareNatural(x, least) < 0) least = x;
    if (compareNatural(x, greatest) > 0) greatest = x;
  }
  return records.length === 0 ? [] : [least, greatest];
});

/** `+` would make one long text of what are none. */
function numbersOf(records: readonly unknown[]): readonly number[] {
  for (const x of records) {
    if (typeof x !== 'number' && typeof x !== 'boolean') {
      throw new DStreamsError(
        'OPTIONS_INVALID',
        `this takes a data set of numbers, and one of them is ${describeValue(x)}.`,
      );
    }
  }
  return records as readonly number[];
}

const eachPartition = (rdd: Rdd, fn: FnSlot, label: string): Promise<unknown[]> =>
  rdd.ctx.runner.run(rdd, { kind: 'partition', fn, label, isAsync: false });

/** Of no numbers: 0. */
export function sum(rdd: Rdd): ActionPromise<number> {
  return ActionPromise.of(async () => {
    const sums = (await eachPartition(rdd, SUM, 'sum')) as number[];
    return sums.reduce((a, b) => a + b, 0);
  });
}

/** Count, mean, variance and so on, in one pass. Rejects with `COLLECTION_EMPTY` where there is no partition. */
export function stats(rdd: Rdd): ActionPromise<StatCounter> {
  return ActionPromise.of(async () => {
    const all = new StatCounter();
    const parts = (await eachPartition(rdd, STATS, 'stats')) as number[][];
    if (parts.length === 0) {
      throw new DStreamsError('COLLECTION_EMPTY', 'stats: empty collection, which has not even a partition.');
    }
    for (const part of parts) all.mergeStats(StatCounter.fromArray(part));
    return all;
  });
}

export interface Histogram<B = unknown> {
  readonly buckets: readonly B[];
  /** One less than there are bounds: how many records are from a bound up to the next, the last bound included. */
  readonly counts: readonly number[];
}

/**
 * Counts by buckets (Spark `histogram`): as many of equal width as asked for, from the least to the greatest number, or between
 * the bounds given, in ascending order. What is outside, and NaN, is not counted. Rejects with `COLLECTION_EMPTY` where
 * bounds have to be found and there are no records, `OPTIONS_INVALID` where one is infinite or NaN.
 */
export function histogram(rdd: Rdd, buckets: number | readonly unknown[]): ActionPromise<Histogram> {
  if (typeof buckets !== 'number') checkIterable(buckets, 'histogram', 'a number of buckets, or their bounds');
  let bounds: readonly unknown[] = typeof buckets === 'number' ? [] : checkedBounds([...buckets]);
  if (typeof buckets === 'number' && !(Number.isInteger(buckets) && buckets >= 1)) {
    throw invalid(`the number of buckets must be a whole number of at least 1, got ${buckets}`);
  }
  // Has its coordinate before the bounds are known: executors repeat the first action and know them, too.
  const [fn] = slotsFor(rdd.ctx, [rdd], 'histogram', [(records: readonly unknown[]) => countsOf(records, bounds)]) as [
    FnSlot,
  ];
  return ActionPromise.of(async () => {
    if (typeof buckets === 'number') bounds = evenBounds(await endsOf(rdd), buckets);
    const counts = new Array<number>(bounds.length - 1).fill(0);
    for (const part of (await eachPartition(rdd, fn, 'histogram')) as number[][]) {
      for (const [i, n] of part.entries()) counts[i]! += n;
    }
    return { buckets: bounds, counts };
  });
}

const invalid = (what: string) => new DStreamsError('OPTIONS_INVALID', `histogram: ${what}.`);

function checkedBounds(bounds: readonly unknown[]): readonly unknown[] {
  if (bounds.length < 2) throw invalid('buckets array must have at least two elements');
  for (let i = 1; i < bounds.length; i++) {
    if (compareNatural(bounds[i - 1], bounds[i]) >= 0) throw invalid('buckets must be sorted, each bound once');
  }
  return bounds.map((bound) => (bound === 0 ? 0 : bound));
}

async function endsOf(rdd: Rdd): Promise<readonly [unknown, unknown]> {
  const ends = ((await eachPartition(rdd, ENDS, 'histogram')) as unknown[][]).flat().sort(compareNatural);
  if (ends.length === 0) {
    throw new DStreamsError(
      'COLLECTION_EMPTY',
      'histogram: empty collection, so there are no bounds to find. Give bounds.',
    );
  }
  return [ends[0], ends.at(-1)];
}

function evenBounds([least, greatest]: readonly [unknown, unknown], n: number): readonly unknown[] {
  // One bucket can be of anything that has an order, as in PySpark.
  if ((n === 1 || compareNatural(least, greatest) === 0) && typeof least !== 'number') return [least, greatest];
  if (!Number.isFinite(least) || !Number.isFinite(greatest)) {
    throw invalid('bounds can be found for finite numbers alone: there is an infinite one, NaN, or what is no number');
  }
  const [from, to] = [least as number, greatest as number];
  if (from === to) return [from, to];
  return [...Array.from({ length: n }, (_, i) => from + (i * (to - from)) / n), to];
}

function countsOf(records: readonly unknown[], bounds: readonly unknown[]): number[] {
  const last = bounds.length - 1;
  const counts = new Array<number>(last).fill(0);
  for (const record of records) {
    // −0 counts with 0, though as a key it comes before.
    const x = record === 0 ? 0 : record;
    if (Number.isNaN(x) || compareNatural(x, bounds[0]) < 0 || compareNatural(x, bounds[last]) > 0) continue;
    let [from, to] = [0, last - 1];
    while (from < to) {
      const middle = (from + to + 1) >> 1;
      if (compareNatural(bounds[middle], x) <= 0) from = middle;
      else to = middle - 1;
    }
    counts[from]!++;
  }
  return counts;
}
