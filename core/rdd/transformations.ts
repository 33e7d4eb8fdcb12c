import { checkIterable, describeValue } from '../data/index.ts';
import type { Block, PairDialect } from '../data/index.ts';
import { DStreamsError } from '../errors.ts';
import type { SourceBlock } from '../storage/block-store.ts';
import { BUILTINS } from './builtins.ts';
import { type AnyFunction, checkFunction, type FnSlot } from './function-slot.ts';
import { checkPartitionCount, HashPartitioner, type Partitioner } from './partitioner.ts';
import { RangePartitioner } from './range-partitioner.ts';
import {
  type CogroupEmit,
  type Partitioning,
  Rdd,
  type RddContext,
  type RddOp,
  type ShuffleMode,
  type StateStep,
  scopeOf,
  slotsFor,
  parentsOf,
} from './rdd.ts';
import { type Step, step as makeStep } from './step.ts';
import { spreadBy } from './view-partitioner.ts';

const derive = (parents: readonly Rdd[], op: RddOp, partitionCount: number, partitioner?: Partitioner): Rdd =>
  new Rdd(parents[0]!.ctx, op, partitionCount, partitioner, scopeOf(parents[0]!.ctx, parents));

const KEEPS_PARTITIONER: ReadonlySet<string> = new Set(['filter', 'mapValues', 'flatMapValues']);

/** The data set of a narrow step that is there already: a stream node makes its step once, for all batches. */
export function applyStep(parent: Rdd, step: Step, preservesPartitioning = KEEPS_PARTITIONER.has(step.op)): Rdd {
  return derive(
    [parent],
    { kind: 'step', parent, step },
    parent.partitionCount,
    preservesPartitioning ? parent.partitioner : undefined,
  );
}

/** A narrow step made by hand: `map`, `filter`, `flatMap`, `mapPartitions` … on a data set. */
export function transformRecords(
  parent: Rdd,
  op: Step['op'],
  fns: readonly AnyFunction[],
  dialect: PairDialect,
  preservesPartitioning?: boolean,
  /** What the user called: errors name it. */
  label: string = op,
): Rdd {
  for (const fn of fns) checkFunction(fn, label);
  const slots = slotsFor(parent.ctx, [parent], label, [...fns]);
  return applyStep(parent, makeStep(op, slots, dialect, label), preservesPartitioning);
}

/** Partitions of all, side by side, in order of the parents. With one common partitioner: aligned, keeping it. */
export function union(all: readonly Rdd[]): Rdd {
  if (all.length === 0)
    throw new DStreamsError('STREAMS_EMPTY', 'union was called on no data sets. Give at least one.');
  const parents = all.some(hasPartitions) ? all.filter(hasPartitions) : all.slice(0, 1);
  const [head] = parents as [Rdd];
  if (parents.length === 1) return head;
  const { partitioner } = head;
  if (partitioner !== undefined && parents.every((p) => partitioner.equals(p.partitioner))) {
    return derive(parents, { kind: 'alignedUnion', parents }, head.partitionCount, partitioner);
  }
  return sideBySide(parents);
}

/** The same without a common partitioner, whatever the parents have. */
export const sideBySide = (parents: readonly Rdd[]): Rdd =>
  derive(
    parents,
    { kind: 'union', parents },
    parents.reduce((n, p) => n + p.partitionCount, 0),
  );

const hasPartitions = (rdd: Rdd): boolean => rdd.partitionCount > 0;

/** Made of data sets without partitions: none either. */
const withoutPartitions = (parents: readonly Rdd[], partitioner: Partitioner): Rdd =>
  derive(parents, { kind: 'source', partitions: [] }, 0, partitioner);
const isOfNothing = (parents: readonly Rdd[], partitioner: Partitioner): boolean =>
  partitioner.numPartitions() === 0 && !parents.some(hasPartitions);

/** What a partitioner means as plain data; one of the user's own travels by coordinate. */
export function partitioningOf(ctx: RddContext, parents: readonly Rdd[], partitioner: Partitioner): Partitioning {
  const n = partitioner.numPartitions();
  checkPartitionCount(n, 'partitioner');
  if (partitioner instanceof HashPartitioner) return { kind: 'hash', n };
  if (partitioner instanceof RangePartitioner) return partitioner.partitioning;
  const [fn] = slotsFor(ctx, parents, 'partitioner', [spreadBy(partitioner)]) as [FnSlot];
  return { kind: 'by', n, fn };
}

/** A shuffle: its partitioning may be made beforehand, by a stream node, so that it has the node's coordinate. */
export function shuffle(
  parent: Rdd,
  mode: ShuffleMode,
  partitioner: Partitioner,
  dialect: PairDialect,
  label: string,
  given?: Partitioning,
): Rdd {
  if (isOfNothing([parent], partitioner)) return withoutPartitions([parent], partitioner);
  const partitioning = given ?? partitioningOf(parent.ctx, [parent], partitioner);
  const op: RddOp = {
    kind: 'shuffled',
    parent,
    shuffleId: parent.ctx.nextShuffleId(),
    mode,
    partitioning,
    dialect,
    label,
  };
  return derive([parent], op, partitioning.n, partitioner);
}

/** Exactly `n` partitions of about equal size, record by record in turn (Spark `repartition`). */
export function repartition(parent: Rdd, n: number, dialect: PairDialect, label = 'repartition'): Rdd {
  checkPartitionCount(n, label);
  const partitioning: Partitioning = { kind: 'roundRobin', n, hasOrder: !comesFromState(parent) };
  const op: RddOp = {
    kind: 'shuffled',
    parent,
    shuffleId: parent.ctx.nextShuffleId(),
    mode: { kind: 'values' },
    partitioning,
    dialect,
    label,
  };
  return derive([parent], op, n);
}

/** A state may be made on more than one way, and lists its keys as they came about. */
function comesFromState(rdd: Rdd): boolean {
  const seen = new Set<Rdd>([rdd]);
  for (const one of seen) {
    if (one.op.kind === 'state') return true;
    for (const parent of parentsOf(one.op)) seen.add(parent);
  }
  return false;
}

/** Fewer partitions without a shuffle: neighbours are read one after the other. Without a partitioner in any case, as in Spark. */
export function coalesce(parent: Rdd, n: number): Rdd {
  checkPartitionCount(n, 'coalesce');
  const from = parent.partitionCount;
  if (n >= from) return sideBySide([parent]);
  const groups = Array.from({ length: n }, (_, i) => {
    const start = Math.floor((i * from) / n);
    const end = Math.floor(((i + 1) * from) / n);
    return Array.from({ length: end - start }, (_, k) => start + k);
  });
  return derive([parent], { kind: 'coalesce', parent, groups }, n);
}

/** Calls `fn(lists…)` with partition p of every parent, materialised. All parents need the same number of partitions. */
export function zipPartitions(parents: readonly Rdd[], fn: FnSlot, label: string, partitioner?: Partitioner): Rdd {
  const n = parents[0]!.partitionCount;
  if (parents.some((p) => p.partitionCount !== n)) {
    const counts = parents.map((p) => p.partitionCount).join(', ');
    throw new DStreamsError('PARTITIONS_INVALID', `Can't zip RDDs with unequal numbers of partitions: ${counts}.`);
  }
  return derive(parents, { kind: 'zip', parents, step: { op: 'zipPartitions', fn, label } }, n, partitioner);
}

/** Parents partitioned alike, grouped by key; a parent that is not yet is shuffled. */
export function cogroup(
  parents: readonly Rdd[],
  emit: CogroupEmit,
  partitioner: Partitioner,
  dialect: PairDialect,
  label: string,
  given?: Partitioning,
): Rdd {
  const decisive = emit === 'subtractByKey' ? parents.slice(0, 1) : parents;
  if (isOfNothing(decisive, partitioner)) return withoutPartitions(parents, partitioner);
  const partitioning = given ?? partitioningOf(parents[0]!.ctx, parents, partitioner);
  const sides = parents.map((parent) => partitionedBy(parent, partitioner, dialect, label, partitioning));
  return derive(sides, { kind: 'cogroup', parents: sides, emit, dialect, label }, partitioning.n, partitioner);
}

/** The parent itself where it is partitioned that way already, else shuffled pairs. */
export function partitionedBy(
  parent: Rdd,
  partitioner: Partitioner,
  dialect: PairDialect,
  label: string,
  partitioning: Partitioning,
): Rdd {
  // One partition is partitioned in every way.
  const isOne = partitioning.n === 1 && parent.partitionCount === 1;
  if (isOne || partitioner.equals(parent.partitioner)) return parent;
  return shuffle(parent, SHUFFLES.pairs, partitioner, dialect, label, partitioning);
}

export interface StateRddSpec {
  readonly prev: Rdd | undefined;
  readonly initial: Rdd | undefined;
  /** Partitioned already. */
  readonly inputs: readonly Rdd[];
  readonly step: StateStep;
  readonly isMarked: boolean;
}

/** The version of state that a step makes of the one before. `keepsPartitioner` false: nothing that follows may count on it. */
export function stateRdd(ctx: RddContext, spec: StateRddSpec, partitioner: Partitioner, keepsPartitioner = true): Rdd {
  const parents = [spec.prev, spec.initial, ...spec.inputs].filter((rdd) => rdd !== undefined);
  const op: RddOp = { kind: 'state', parents, ...spec, isCut: false };
  const kept = keepsPartitioner ? partitioner : undefined;
  return new Rdd(ctx, op, partitioner.numPartitions(), kept, undefined, spec.step.timeMs);
}

export const stateOutput = (state: Rdd): Rdd =>
  derive([state], { kind: 'stateOutput', parent: state }, state.partitionCount);

export function sourceRdd(ctx: RddContext, partitions: readonly (readonly SourceBlock[])[], timeMs?: number): Rdd {
  return new Rdd(ctx, { kind: 'source', partitions }, partitions.length, undefined, ctx.currentScope(), timeMs);
}

/** Slice i of n holds the elements [i·len/n, (i+1)·len/n) (Spark `parallelize`). */
export function sliceValues(values: readonly unknown[], n: number, label = 'parallelize'): Block[][] {
  if (!(Number.isInteger(n) && n > 0)) {
    throw new DStreamsError(
      'PARTITIONS_INVALID',
      `${label}: Positive number of partitions required, a whole one; got ${describeValue(n)}.`,
    );
  }
  return Array.from({ length: n }, (_, i): Block[] => {
    const part = values.slice(Math.floor((i * values.length) / n), Math.floor(((i + 1) * values.length) / n));
    return part.length === 0 ? [] : [{ kind: 'values', values: part }];
  });
}

export function parallelize(
  ctx: RddContext,
  values: Iterable<unknown>,
  n: number = ctx.defaultParallelism,
  label = 'parallelize',
): Rdd {
  if (typeof values !== 'string') checkIterable(values, label, 'a list of records or another iterable');
  return sourceRdd(ctx, sliceValues([...values], n, label));
}

/** Modes that the by-key operators of both surfaces share. */
export const SHUFFLES = {
  group: { kind: 'group' } as ShuffleMode,
  pairs: { kind: 'pairs' } as ShuffleMode,
  reduce: (fn: FnSlot): ShuffleMode => ({
    kind: 'combine',
    create: undefined,
    mergeValue: fn,
    mergeCombiners: fn,
    mapSide: true,
  }),
  sum: {
    kind: 'combine',
    create: undefined,
    mergeValue: BUILTINS.add,
    mergeCombiners: BUILTINS.add,
    mapSide: true,
  } as ShuffleMode,
};

/**
 * A shuffle unless the parent is partitioned that way already: then each partition is combined where it lies, and where
 * there is nothing to combine the parent itself is returned.
 */
export function combineByKey(
  parent: Rdd,
  mode: ShuffleMode,
  partitioner: Partitioner,
  dialect: PairDialect,
  label: string,
  partitioning?: Partitioning,
): Rdd {
  if (partitioner.equals(parent.partitioner)) {
    if (mode.kind === 'pairs') return parent;
    return derive([parent], { kind: 'combined', parent, mode, dialect, label }, parent.partitionCount, partitioner);
  }
  return shuffle(parent, mode, partitioner, dialect, label, partitioning);
}
