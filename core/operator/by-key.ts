import type { PairDialect } from '../data/index.ts';
import type { NodeOp, Slots, StreamRef } from '../plan/index.ts';
import {
  checkPartitionCount,
  FunctionPartitioner,
  HashPartitioner,
  Partitioner,
  type Partitioning,
  RangePartitioner,
  SHUFFLES,
  type ShuffleMode,
  spreadBy,
} from '../rdd/index.ts';
import { narrow } from './narrow.ts';

/** How many partitions, or which: a number, a partitioner, a function of the key, or the context's default. */
export type Parts = number | Partitioner | ((key: unknown) => number) | undefined;

/** `spark.default.parallelism`, or the threads of a local master. */
export interface Parallelism {
  readonly defaultParallelism: number;
}

export function partitionerOf(parts: Parts, context: Parallelism, where: string): Partitioner {
  if (parts === undefined) return new HashPartitioner(context.defaultParallelism);
  if (parts instanceof Partitioner) return parts;
  if (typeof parts === 'function') return new FunctionPartitioner(context.defaultParallelism, parts);
  checkPartitionCount(parts, where);
  return new HashPartitioner(parts);
}

/** The partitioner as plain data; a user's own function gets the node's coordinate. */
export function partitioningAt(slots: Slots, partitioner: Partitioner): Partitioning {
  const n = partitioner.numPartitions();
  if (partitioner instanceof HashPartitioner) return { kind: 'hash', n };
  if (partitioner instanceof RangePartitioner) return partitioner.partitioning;
  return { kind: 'by', n, fn: slots.slot(spreadBy(partitioner)) };
}

function byKey(
  stream: StreamRef,
  name: string,
  partitioner: Partitioner,
  dialect: PairDialect,
  mode: (slots: Slots) => ShuffleMode,
): StreamRef {
  const op = (slots: Slots): NodeOp => ({
    kind: 'byKey',
    mode: mode(slots),
    partitioner,
    partitioning: partitioningAt(slots, partitioner),
    dialect,
  });
  return stream.graph.add({ name, parents: [stream], op });
}

/** Values of one key in one list: in order of their partitions, and inside one in the order of its records. */
export const groupByKey = (stream: StreamRef, partitioner: Partitioner, dialect: PairDialect): StreamRef =>
  byKey(stream, 'groupByKey', partitioner, dialect, () => SHUFFLES.group);

/** Pairs as they are, each where its key belongs. */
export const partitionBy = (stream: StreamRef, partitioner: Partitioner, dialect: PairDialect): StreamRef =>
  byKey(stream, 'partitionBy', partitioner, dialect, () => SHUFFLES.pairs);

export const reduceByKey = (
  stream: StreamRef,
  f: unknown,
  partitioner: Partitioner,
  dialect: PairDialect,
  name = 'reduceByKey',
): StreamRef => byKey(stream, name, partitioner, dialect, (slots) => SHUFFLES.reduce(slots.slot(f)));

export interface Combiner {
  readonly createCombiner: unknown;
  readonly mergeValue: unknown;
  readonly mergeCombiners: unknown;
  /** Whether records are combined before the shuffle. Default true. */
  readonly mapSideCombine?: boolean;
}

export const combineByKey = (
  stream: StreamRef,
  combiner: Combiner,
  partitioner: Partitioner,
  dialect: PairDialect,
  name = 'combineByKey',
): StreamRef =>
  byKey(stream, name, partitioner, dialect, (slots) => ({
    kind: 'combine',
    create: slots.slot(combiner.createCombiner),
    mergeValue: slots.slot(combiner.mergeValue),
    mergeCombiners: slots.slot(combiner.mergeCombiners),
    mapSide: combiner.mapSideCombine ?? true,
  }));

/** How often each value comes: pairs of value and count. */
export function countByValue(stream: StreamRef, partitioner: Partitioner, dialect: PairDialect): StreamRef {
  const pairs = narrow(stream, 'countByValue', 'pairWithOne', [], dialect);
  return byKey(pairs, 'countByValue', partitioner, dialect, () => SHUFFLES.sum);
}

/** One record a batch, one partition; an empty batch gives no record. */
export function reduce(stream: StreamRef, f: unknown): StreamRef {
  const pairs = narrow(stream, 'reduce', 'pairWithNull', [], 'array');
  const reduced = byKey(pairs, 'reduce', new HashPartitioner(1), 'array', (slots) => SHUFFLES.reduce(slots.slot(f)));
  return narrow(reduced, 'reduce', 'values', [], 'array');
}

/** How many records: one record a batch, 0 for an empty one, in one of the default number of partitions. */
export function count(stream: StreamRef, context: Parallelism): StreamRef {
  const partitioner = new HashPartitioner(context.defaultParallelism);
  return stream.graph.add({ name: 'count', parents: [stream], op: () => ({ kind: 'count', partitioner }) });
}
