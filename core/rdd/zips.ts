import { KeyTable, type PairDialect, Tuple2 } from '../data/index.ts';
import { DStreamsError } from '../errors.ts';
import { BUILTINS } from './builtins.ts';
import { builtIn, type FnSlot } from './function-slot.ts';
import { HashPartitioner, type Partitioner } from './partitioner.ts';
import { Rdd, scopeOf, slotsFor } from './rdd.ts';
import { partitionRandom, poisson } from './samples.ts';
import {
  applyStep,
  cogroup,
  combineByKey,
  partitionedBy,
  partitioningOf,
  SHUFFLES,
  shuffle,
  transformRecords,
  zipPartitions,
} from './transformations.ts';
import { step } from './step.ts';

type List = readonly unknown[];
type Make = (key: unknown, value: unknown) => unknown;

const MAKE: Readonly<Record<PairDialect, Make>> = {
  array: (key, value) => [key, value],
  tuple: (key, value) => new Tuple2(key, value),
};

function zipped(make: Make): (left: List, right: List) => unknown[] {
  return (left, right) => {
    if (left.length === right.length) return left.map((x, i) => make(x, right[i]));
    throw new DStreamsError(
      'PARTITIONS_INVALID',
      `Can only zip RDDs with same number of elements in each partition: one has ${left.length} and one ${right.length}.`,
    );
  };
}

/** Every record of one side with every record of the other. */
function product(make: Make): (left: List, right: List) => unknown[] {
  return (left, right) => {
    const all: unknown[] = [];
    for (const x of left) for (const y of right) all.push(make(x, y));
    return all;
  };
}

/** Offsets come as pairs of partition and the number of records before it; a partition that nothing comes before has none. */
function numbered(make: Make): (records: List, offsets: List) => unknown[] {
  return (records, offsets) => {
    const first = offsets.length === 0 ? 0 : (offsets[0] as readonly [number, number])[1];
    return records.map((x, i) => make(x, first + i));
  };
}

const bothDialects = (name: string, f: (make: Make) => FnSlot['fn']): Readonly<Record<PairDialect, FnSlot>> => ({
  array: builtIn(`${name}.array`, f(MAKE.array)),
  tuple: builtIn(`${name}.tuple`, f(MAKE.tuple)),
});
const tableOf = (records: List): KeyTable => {
  const table = new KeyTable();
  for (const record of records) if (table.find(record) === undefined) table.add(record, undefined);
  return table;
};
const UNIQUE = builtIn('unique', (records: List) => tableOf(records).cells.map(({ k }) => k));
const LESS = builtIn('less', (left: List, right: List) => {
  const taken = tableOf(right);
  return left.filter((record) => taken.find(record) === undefined);
});
const ZIP = bothDialects('zip', zipped);
const PRODUCT = bothDialects('product', product);
const NUMBERED = bothDialects('numbered', numbered);

/** What `f` makes of the k-th partitions of both, in any form that `flatMap` takes. Needs as many partitions on either side. */
export function mergePartitions(
  parents: readonly [Rdd, Rdd],
  f: (left: List, right: List) => unknown,
  dialect: PairDialect,
): Rdd {
  const [slot] = slotsFor(parents[0].ctx, parents, 'zipPartitions', [(left: List, right: List) => [f(left, right)]]);
  const flat = step('flatMap', [BUILTINS.identity], dialect, 'zipPartitions');
  return applyStep(zipPartitions(parents, slot!, 'zipPartitions'), flat);
}

/** Pairs of the k-th records. Needs as many partitions on either side, and in each as many records. */
export const zip = (left: Rdd, right: Rdd, dialect: PairDialect): Rdd =>
  zipPartitions([left, right], ZIP[dialect], 'zip');

/** Every pair of a left and a right record: left·right partitions. */
export function cartesian(left: Rdd, right: Rdd, dialect: PairDialect): Rdd {
  const [n, m] = [left.partitionCount, right.partitionCount];
  const cells = Array.from({ length: n * m }, (_, i) => i);
  const lefts = arranged(
    left,
    cells.map((i) => [Math.floor(i / m)]),
  );
  const rights = arranged(
    right,
    cells.map((i) => [i % m]),
  );
  return zipPartitions([lefts, rights], PRODUCT[dialect], 'cartesian');
}

/** Partitions made of the parent's, which may stand in several of them. */
const arranged = (parent: Rdd, groups: readonly (readonly number[])[]): Rdd =>
  new Rdd(parent.ctx, { kind: 'coalesce', parent, groups }, groups.length, undefined, scopeOf(parent.ctx, [parent]));

/** Pairs of record and its number in partition order. The records are computed twice: first they are counted. */
export function zipWithIndex(rdd: Rdd, dialect: PairDialect): Rdd {
  const n = rdd.partitionCount;
  const offsets = (records: List, partition: number): unknown[] => {
    const later: unknown[] = [];
    for (let p = partition + 1; p < n; p++) later.push([p, records.length]);
    return later;
  };
  const counts = transformRecords(rdd, 'mapPartitions', [offsets], 'array');
  // The hash of a small whole number is the number itself: partition p gets what comes before it.
  const before = shuffle(counts, SHUFFLES.sum, new HashPartitioner(Math.max(1, n)), 'array', 'zipWithIndex');
  return n === 0 ? rdd : zipPartitions([rdd, before], NUMBERED[dialect], 'zipWithIndex');
}

/** Pairs of record and a number of its own: the k-th record of partition p of n has k·n + p. */
export function zipWithUniqueId(rdd: Rdd, dialect: PairDialect): Rdd {
  const n = rdd.partitionCount;
  const make = MAKE[dialect];
  const number = (records: List, partition: number) => records.map((x, k) => make(x, k * n + partition));
  return transformRecords(rdd, 'mapPartitions', [number], dialect);
}

/**
 * About `fraction` of the records; with replacement each as often as chance has it. Equal seeds give equal samples of equal
 * partitions: a partition that is computed again is the same.
 */
export function sample(rdd: Rdd, withReplacement: boolean, fraction: number, seed: number): Rdd {
  if (!(fraction >= 0) || (!withReplacement && fraction > 1)) {
    const range = withReplacement ? 'at least 0' : 'from 0 to 1';
    throw new DStreamsError('OPTIONS_INVALID', `sample: the fraction must be ${range}, got ${fraction}.`);
  }
  const pick = (records: List, partition: number): unknown[] => {
    const random = partitionRandom(seed, partition);
    if (!withReplacement) return records.filter(() => random.next() < fraction);
    return records.flatMap((x) => new Array<unknown>(poisson(fraction, random)).fill(x));
  };
  return transformRecords(rdd, 'mapPartitions', [pick], 'array', true);
}

const ONES = step('pairWithOne', [], 'array', 'pairWithOne');
const KEYS = step('keys', [], 'array', 'keys');

/** Equal records once. */
export const distinct = (rdd: Rdd, partitioner: Partitioner): Rdd =>
  applyStep(distinctPairs(rdd, partitioner, 'distinct'), KEYS);

const distinctPairs = (rdd: Rdd, partitioner: Partitioner, label: string): Rdd =>
  combineByKey(applyStep(rdd, ONES), SHUFFLES.reduce(BUILTINS.first), partitioner, 'array', label);

/** Records of the left side that the right side does not have, as often as they stand there. */
export function subtract(left: Rdd, right: Rdd, partitioner: Partitioner): Rdd {
  const sides = [applyStep(left, ONES), applyStep(right, ONES)];
  return applyStep(cogroup(sides, 'subtractByKey', partitioner, 'array', 'subtract'), KEYS);
}

/**
 * The same where the left side is partitioned by the keys of its records, which stay where they are (Spark: a partitioner of
 * whole records that looks at their keys).
 */
export function subtractInside(left: Rdd, right: Rdd, partitioner: Partitioner, dialect: PairDialect): Rdd {
  const partitioning = partitioningOf(left.ctx, [left, right], partitioner);
  const aligned = partitionedBy(right, partitioner, dialect, 'subtract', partitioning);
  return zipPartitions([left, aligned], LESS, 'subtract');
}

/** Equal records once, where those of a partition are in no other one. */
export const distinctInside = (rdd: Rdd, dialect: PairDialect): Rdd =>
  applyStep(rdd, step('mapPartitions', [UNIQUE], dialect, 'distinct'), true);

/** Records that both sides have, once. */
export function intersection(left: Rdd, right: Rdd, partitioner: Partitioner): Rdd {
  const sides = [left, right].map((rdd) => distinctPairs(rdd, partitioner, 'intersection'));
  return applyStep(cogroup(sides, 'join', partitioner, 'array', 'intersection'), KEYS);
}
