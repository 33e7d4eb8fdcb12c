import type { AnyFunction } from './function-slot.ts';
import { HashPartitioner, type Partitioner } from './partitioner.ts';
import { RangePartitioner } from './range-partitioner.ts';
import { type Partitioning, parentsOf, type Rdd } from './rdd.ts';

/**
 * A transform function is called on executors with stand-ins for the data sets of the batch. They have to be partitioned as the
 * driver's are: by that it is decided which operations are made, and operations have to be the same everywhere.
 */

const BEHIND = new WeakMap<AnyFunction, Partitioner>();

/** What a partitioner of the user's own does, as a function with a coordinate; the partitioner is found by it. */
export function spreadBy(partitioner: Partitioner): (key: unknown) => number {
  const spread = (key: unknown): number => partitioner.getPartition(key);
  BEHIND.set(spread, partitioner);
  return spread;
}

/**
 * How a data set is partitioned, so that it can travel: undefined where it is not, and where nothing but the driver knows. `ofGraph`: of
 * the partitioners that streams were made with.
 */
export function travellingPartitioning(
  rdd: Rdd,
  ofGraph: (partitioner: Partitioner) => Partitioning | undefined,
): Partitioning | undefined {
  const { partitioner } = rdd;
  if (partitioner === undefined) return undefined;
  if (partitioner instanceof HashPartitioner) return { kind: 'hash', n: partitioner.numPartitions() };
  const known =
    partitioner instanceof RangePartitioner
      ? partitioner.partitioning
      : (ofGraph(partitioner) ?? shuffledBy(rdd, partitioner));
  return known === undefined || isLoose(known) ? undefined : known;
}

/** Of the shuffle that parted the records so, made by a transform function or before the start. */
function shuffledBy(rdd: Rdd, partitioner: Partitioner): Partitioning | undefined {
  for (const seen = new Set([rdd]), open = [rdd]; open.length > 0; ) {
    const { op } = open.pop()!;
    if (op.kind === 'shuffled') return op.partitioning;
    for (const parent of parentsOf(op)) {
      if (parent.partitioner !== partitioner || seen.has(parent)) continue;
      seen.add(parent);
      open.push(parent);
    }
  }
  return undefined;
}

function isLoose(partitioning: Partitioning): boolean {
  if (partitioning.kind === 'by') return partitioning.fn.coord === undefined;
  return (
    partitioning.kind === 'range' && partitioning.compare !== undefined && partitioning.compare.coord === undefined
  );
}

/** The way back, on an executor, where slots hold its own functions. */
export function partitionerOfView(partitioning: Partitioning | undefined): Partitioner | undefined {
  switch (partitioning?.kind) {
    case 'hash':
      return new HashPartitioner(partitioning.n);
    case 'by':
      return BEHIND.get(partitioning.fn.fn);
    case 'range':
      return RangePartitioner.of(partitioning);
    default:
      return undefined;
  }
}
