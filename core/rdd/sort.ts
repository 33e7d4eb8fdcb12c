import { defaultCodec, type PairDialect, wrongArgument } from '../data/index.ts';
import { inDriver } from './actions.ts';
import { type AnyFunction, builtIn, checkFunction } from './function-slot.ts';
import type { Compare } from './first-in-order.ts';
import { compareNatural } from './order.ts';
import { checkPartitionCount, HashPartitioner, Partitioner } from './partitioner.ts';
import { RangePartitioner, sampledBy } from './range-partitioner.ts';
import { type JobRunner, parentsOf, type Rdd, slotsFor } from './rdd.ts';
import { step } from './step.ts';
import { applyStep, combineByKey, SHUFFLES, shuffle } from './transformations.ts';

/** Keys looked at, for each partition of the result (Spark: 20, three times as many to be safe). */
const SAMPLES = 60;
/** Keys that one partition gives at most. */
const SAMPLES_MAX = 1000;

type Keyed = { readonly 0: unknown };
const keyOf = (pair: unknown): unknown => (pair as Keyed | null | undefined)?.[0];

/** Keys from all over a partition, evenly, and how many records it has. */
const SAMPLE_KEYS = builtIn('sampleKeys', (records: readonly unknown[]) => {
  const n = Math.min(records.length, SAMPLES_MAX);
  return [
    records.length,
    Array.from({ length: n }, (_, i) => keyOf(records[Math.floor(((i + 0.5) * records.length) / n)])),
  ];
});

/** Pairs in the order of their keys, equal ones as they came. */
function inOrder(pairs: readonly unknown[], compare: Compare): unknown[] {
  // Keys are taken out once, and it is numbers that move: half the time of sorting the pairs, a fifth where a pair is a Tuple2.
  const keys = pairs.map(keyOf);
  const places = Uint32Array.from(pairs, (_, i) => i).sort((a, b) => compare(keys[a], keys[b]) || a - b);
  return Array.from(places, (place) => pairs[place]);
}

const downward =
  (compare: Compare): Compare =>
  (a, b) =>
    compare(b, a);

const SORT = {
  up: builtIn('sortUp', (pairs: readonly unknown[]) => inOrder(pairs, compareNatural)),
  down: builtIn('sortDown', (pairs: readonly unknown[]) => inOrder(pairs, downward(compareNatural))),
};

/**
 * Pairs in the order of their keys, over all partitions; pairs of equal keys stay in their order. The ranges of the
 * partitions are found when the first job needs them: a job of its own looks at some keys. `compare`: default is the
 * natural order.
 */
export function sortByKey(
  parent: Rdd,
  ascending: boolean,
  n: number,
  dialect: PairDialect,
  compare?: AnyFunction,
): Rdd {
  checkPartitionCount(n, 'sortByKey');
  if (compare !== undefined) checkFunction(compare, 'sortByKey');
  const ranged =
    n === 1
      ? shuffle(parent, SHUFFLES.pairs, new HashPartitioner(1), dialect, 'sortByKey')
      : shuffle(
          parent,
          SHUFFLES.pairs,
          new RangePartitioner(n, parent, ascending, compare, 'sortByKey'),
          dialect,
          'sortByKey',
        );
  return sortedInside(ranged, ascending, dialect, compare, 'sortByKey');
}

/** Partitioned by key, and in the order of keys inside each partition (Spark method of the same name). */
export function repartitionAndSortWithinPartitions(
  parent: Rdd,
  partitioner: Partitioner,
  ascending: boolean,
  dialect: PairDialect,
  compare?: AnyFunction,
): Rdd {
  const label = 'repartitionAndSortWithinPartitions';
  if (!(partitioner instanceof Partitioner)) throw wrongArgument(label, 'a Partitioner', partitioner);
  const parted = combineByKey(parent, SHUFFLES.pairs, partitioner, dialect, label);
  return sortedInside(parted, ascending, dialect, compare, label);
}

function sortedInside(
  rdd: Rdd,
  ascending: boolean,
  dialect: PairDialect,
  compare: AnyFunction | undefined,
  label: string,
): Rdd {
  const order = compare && (ascending ? compare : downward(compare));
  const [slot] =
    order === undefined
      ? [ascending ? SORT.up : SORT.down]
      : slotsFor(rdd.ctx, [rdd], label, [(pairs: readonly unknown[]) => inOrder(pairs, order)]);
  return applyStep(rdd, step('mapPartitions', [slot!], dialect, label), true);
}

/** A runner that finds the ranges of what has to be sorted before it runs a job. */
export const rangingRunner = (runner: JobRunner): JobRunner => ({
  run: (rdd, action, partitions) =>
    rdd.hasRanges
      ? settleRanges(rdd, runner, new Set()).then(() => runner.run(rdd, action, partitions))
      : runner.run(rdd, action, partitions),
});

/** Parents first: what is sorted may itself be made of something sorted. */
async function settleRanges(rdd: Rdd, runner: JobRunner, seen: Set<Rdd>): Promise<void> {
  if (!rdd.hasRanges || seen.has(rdd)) return;
  seen.add(rdd);
  const { op } = rdd;
  for (const parent of parentsOf(op)) await settleRanges(parent, runner, seen);
  if (op.kind !== 'shuffled' || op.partitioning.kind !== 'range') return;
  const { bounds, n, compare } = op.partitioning;
  if (bounds.encoded !== undefined) return;
  const sampled = sampledBy(bounds) ?? op.parent;
  await settleRanges(sampled, runner, seen);
  const action = { kind: 'partition', fn: SAMPLE_KEYS, label: 'sortByKey', isAsync: false } as const;
  const samples = (await runner.run(sampled, action)) as [count: number, keys: unknown[]][];
  const found = inDriver('sortByKey', () => boundsOf(samples, n, compare?.fn));
  bounds.encoded ??= Buffer.from(defaultCodec.encodeValue(found)).toString('base64');
}

/**
 * n − 1 keys that cut the records into n parts of about equal size, in ascending order, each once: fewer where there are
 * fewer keys. A key counts for as many records as its partition has for each key it gave.
 */
export function boundsOf(
  samples: readonly (readonly [count: number, keys: readonly unknown[]])[],
  n: number,
  compare: (a: unknown, b: unknown) => number = compareNatural,
): unknown[] {
  const weighted = samples.flatMap(([count, keys]) => {
    const some = thinned(keys, Math.max(1, Math.ceil((SAMPLES * n) / samples.length)));
    return some.map((key) => ({ key, weight: count / some.length }));
  });
  weighted.sort((a, b) => compare(a.key, b.key));
  const share = weighted.reduce((sum, { weight }) => sum + weight, 0) / n;
  const bounds: unknown[] = [];
  let before = 0;
  for (const { key, weight } of weighted) {
    before += weight;
    if (bounds.length === n - 1) break;
    if (before < share * (bounds.length + 1)) continue;
    if (bounds.length === 0 || compare(bounds.at(-1), key) < 0) bounds.push(key);
  }
  return bounds;
}

const thinned = (keys: readonly unknown[], n: number): readonly unknown[] =>
  keys.length <= n ? keys : Array.from({ length: n }, (_, i) => keys[Math.floor(((i + 0.5) * keys.length) / n)]);
