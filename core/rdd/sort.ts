import { defaultCodec, type PairDialect } from '../data/index.ts';
import { builtIn } from './function-slot.ts';
import { compareNatural } from './order.ts';
import { checkPartitionCount, HashPartitioner } from './partitioner.ts';
import { type JobRunner, parentsOf, type Partitioning, type RangeBounds, Rdd, scopeOf } from './rdd.ts';
import { step } from './step.ts';
import { applyStep, SHUFFLES, shuffle } from './transformations.ts';

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

const SORT = {
  up: builtIn('sortUp', (pairs: readonly unknown[]) =>
    pairs.slice().sort((a, b) => compareNatural(keyOf(a), keyOf(b))),
  ),
  down: builtIn('sortDown', (pairs: readonly unknown[]) =>
    pairs.slice().sort((a, b) => compareNatural(keyOf(b), keyOf(a))),
  ),
};

/**
 * Pairs in the natural order of their keys, over all partitions; pairs of equal keys stay in their order. The ranges of the
 * partitions are found when the first job needs them: a job of its own looks at some keys.
 */
export function sortByKey(parent: Rdd, ascending: boolean, n: number, dialect: PairDialect): Rdd {
  checkPartitionCount(n, 'sortByKey');
  const ranged =
    n === 1
      ? shuffle(parent, SHUFFLES.pairs, new HashPartitioner(1), dialect, 'sortByKey')
      : byRange(parent, ascending, n, dialect);
  return applyStep(ranged, step('mapPartitions', [ascending ? SORT.up : SORT.down], dialect, 'sortByKey'));
}

function byRange(parent: Rdd, ascending: boolean, n: number, dialect: PairDialect): Rdd {
  const { ctx } = parent;
  const partitioning: Partitioning = { kind: 'range', n, ascending, bounds: { encoded: undefined } };
  const op = {
    kind: 'shuffled',
    parent,
    shuffleId: ctx.nextShuffleId(),
    mode: SHUFFLES.pairs,
    partitioning,
    dialect,
    label: 'sortByKey',
  } as const;
  return new Rdd(ctx, op, n, undefined, scopeOf(ctx, [parent]));
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
  const { bounds, n } = op.partitioning;
  if (bounds.encoded !== undefined) return;
  const action = { kind: 'partition', fn: SAMPLE_KEYS, label: 'sortByKey', isAsync: false } as const;
  const samples = (await runner.run(op.parent, action)) as [count: number, keys: unknown[]][];
  bounds.encoded ??= Buffer.from(defaultCodec.encodeValue(boundsOf(samples, n))).toString('base64');
}

/**
 * n − 1 keys that cut the records into n parts of about equal size, in ascending order, each once: fewer where there are
 * fewer keys. A key counts for as many records as its partition has for each key it gave.
 */
export function boundsOf(
  samples: readonly (readonly [count: number, keys: readonly unknown[]])[],
  n: number,
): unknown[] {
  const weighted = samples.flatMap(([count, keys]) => {
    const some = thinned(keys, Math.max(1, Math.ceil((SAMPLES * n) / samples.length)));
    return some.map((key) => ({ key, weight: count / some.length }));
  });
  weighted.sort((a, b) => compareNatural(a.key, b.key));
  const share = weighted.reduce((sum, { weight }) => sum + weight, 0) / n;
  const bounds: unknown[] = [];
  let before = 0;
  for (const { key, weight } of weighted) {
    before += weight;
    if (bounds.length === n - 1) break;
    if (before < share * (bounds.length + 1)) continue;
    if (bounds.length === 0 || compareNatural(bounds.at(-1), key) < 0) bounds.push(key);
  }
  return bounds;
}

const thinned = (keys: readonly unknown[], n: number): readonly unknown[] =>
  keys.length <= n ? keys : Array.from({ length: n }, (_, i) => keys[Math.floor(((i + 0.5) * keys.length) / n)]);

/** Which partition a key belongs to: keys up to and with the first bound to the first one. */
export function rangeOf({ n, ascending, bounds }: Extract<Partitioning, { kind: 'range' }>): (key: unknown) => number {
  const cuts = decoded(bounds);
  return (key) => {
    let from = 0;
    let to = cuts.length;
    while (from < to) {
      const middle = (from + to) >> 1;
      if (compareNatural(cuts[middle], key) < 0) from = middle + 1;
      else to = middle;
    }
    return ascending ? from : n - 1 - from;
  };
}

function decoded({ encoded }: RangeBounds): readonly unknown[] {
  if (encoded === undefined) throw new TypeError('ranges that nobody has found');
  return defaultCodec.decodeValue(Buffer.from(encoded, 'base64')) as unknown[];
}
