import type { PairDialect } from '../data/index.ts';
import { StorageLevels } from '../data/index.ts';
import type { StreamRef } from '../plan/index.ts';
import { BUILTINS, HashPartitioner, type Partitioner } from '../rdd/index.ts';
import { checkWindow, window } from './window.ts';
import { combineByKey, groupByKey, reduceByKey } from '../operator/by-key.ts';
import { narrow } from '../operator/narrow.ts';
import { stateStream } from '../operator/state.ts';

export interface WindowSpec {
  readonly windowMs: number;
  readonly slideMs: number;
}

/** Groups each batch, then brings the batches' lists together, oldest first. */
export function groupByKeyAndWindow(
  stream: StreamRef,
  { windowMs, slideMs }: WindowSpec,
  partitioner: Partitioner,
  dialect: PairDialect,
): StreamRef {
  checkWindow(stream, windowMs, slideMs);
  const lists = window(groupByKey(stream, partitioner, dialect), windowMs, slideMs);
  const { copyList, appendAll } = BUILTINS;
  const combiner = { createCombiner: copyList.fn, mergeValue: appendAll.fn, mergeCombiners: appendAll.fn };
  return combineByKey(lists, combiner, partitioner, dialect, 'groupByKeyAndWindow');
}

/**
 * Reduces each batch, then the batches of the window, oldest first. Windows that overlap are kept up to date, at a cost
 * that does not grow with their length (ADR 0006); `f` has to be associative, and need not commute.
 */
export function reduceByKeyAndWindow(
  stream: StreamRef,
  f: unknown,
  { windowMs, slideMs }: WindowSpec,
  partitioner: Partitioner,
  dialect: PairDialect,
  name = 'reduceByKeyAndWindow',
): StreamRef {
  checkWindow(stream, windowMs, slideMs);
  const reduced = reduceByKey(stream, f, partitioner, dialect);
  // No batch is in two windows: there is nothing to keep.
  if (windowMs <= slideMs) return reduceByKey(window(reduced, windowMs, slideMs), f, partitioner, dialect, name);
  reduced.graph.persist(reduced.node, StorageLevels.MEMORY_ONLY_SER, true);
  return stateStream(name, reduced, slideMs, { partitioner, dialect }, (slots) => ({
    kind: 'slidingWindow',
    reduce: slots.slot(f),
    windowMs,
  }));
}

/**
 * The window kept up to date: what leaves is taken away by `inverse`, what enters is added by `f`. Keys stay for ever,
 * with what the inverse leaves, unless `filter` drops them. Where the window is shorter than its slide both ranges are
 * clipped at the windows; Spark takes the batches in between too (semantics §3.1.5).
 */
export function reduceByKeyAndInverseWindow(
  stream: StreamRef,
  f: unknown,
  inverse: unknown,
  filter: unknown,
  { windowMs, slideMs }: WindowSpec,
  partitioner: Partitioner,
  dialect: PairDialect,
  name = 'reduceByKeyAndWindow',
): StreamRef {
  checkWindow(stream, windowMs, slideMs, 'ReducedWindowedDStream');
  const reduced = reduceByKey(stream, f, partitioner, dialect, name);
  reduced.graph.persist(reduced.node, StorageLevels.MEMORY_ONLY_SER, true);
  const state = stateStream(name, reduced, slideMs, { partitioner, dialect }, (slots) => ({
    kind: 'inverseWindow',
    reduce: slots.slot(f),
    inverse: slots.slot(inverse),
    filter: filter === undefined || filter === null ? undefined : slots.slot(filter),
    windowMs,
  }));
  state.graph.mustCheckpoint(state.node, Math.ceil(10_000 / slideMs) * slideMs);
  return state;
}

/** One record a window: reduce, window, reduce. An empty window gives none. */
export function reduceByWindow(stream: StreamRef, f: unknown, spec: WindowSpec): StreamRef {
  checkWindow(stream, spec.windowMs, spec.slideMs);
  const pairs = narrow(stream, 'reduceByWindow', 'pairWithNull', [], 'array');
  const reduced = reduceByKeyAndWindow(pairs, f, spec, new HashPartitioner(1), 'array', 'reduceByWindow');
  return narrow(reduced, 'reduceByWindow', 'values', [], 'array');
}

/** The same kept up to date: once there was a record there is always one, 0 for sums. */
export function reduceByInverseWindow(
  stream: StreamRef,
  f: unknown,
  inverse: unknown,
  spec: WindowSpec,
  name = 'reduceByWindow',
): StreamRef {
  checkWindow(stream, spec.windowMs, spec.slideMs, 'ReducedWindowedDStream');
  const pairs = narrow(stream, name, 'pairWithNull', [], 'array');
  const sums = reduceByKeyAndInverseWindow(pairs, f, inverse, undefined, spec, new HashPartitioner(1), 'array', name);
  return narrow(sums, name, 'values', [], 'array');
}

export function countByWindow(stream: StreamRef, spec: WindowSpec): StreamRef {
  checkWindow(stream, spec.windowMs, spec.slideMs, 'ReducedWindowedDStream');
  const ones = narrow(stream, 'countByWindow', 'map', [BUILTINS.one.fn], 'array');
  return reduceByInverseWindow(ones, BUILTINS.add.fn, BUILTINS.subtract.fn, spec, 'countByWindow');
}

/** How often each value comes in the window; values that have left are dropped. */
export function countByValueAndWindow(
  stream: StreamRef,
  spec: WindowSpec,
  partitioner: Partitioner,
  dialect: PairDialect,
): StreamRef {
  checkWindow(stream, spec.windowMs, spec.slideMs, 'ReducedWindowedDStream');
  const pairs = narrow(stream, 'countByValueAndWindow', 'pairWithOne', [], dialect);
  const { add, subtract } = BUILTINS;
  const filter = dialect === 'tuple' ? BUILTINS.tupleCounts.fn : BUILTINS.pairCounts.fn;
  return reduceByKeyAndInverseWindow(
    pairs,
    add.fn,
    subtract.fn,
    filter,
    spec,
    partitioner,
    dialect,
    'countByValueAndWindow',
  );
}
