import type { StorageLevel } from '../data/index.ts';
import type { Partitioner } from './partitioner.ts';
import { labelOf, type Lineage, type Partitioning, Rdd, type RddContext } from './rdd.ts';
import type { RddScope } from './scope.ts';
import { partitionerOfView, travellingPartitioning } from './view-partitioner.ts';

/**
 * A transform function is called on executors with stand-ins for the data sets of the batch. What it can ask of a data set has to be
 * the same there as in the driver: functions that it makes hold the answers, and by some of them it decides what it makes.
 */
export interface StandIn {
  readonly id: number;
  readonly name: string | undefined;
  /** The operation that made the data set. */
  readonly operation: string;
  readonly partitionCount: number;
  /** See `travellingPartitioning`. */
  readonly partitioning: Partitioning | undefined;
  readonly storageLevel: StorageLevel;
  readonly checkpointFile: string | undefined;
  readonly isLocallyCheckpointed: boolean;
  readonly lineage: Lineage;
}

/** `ofGraph`: the plain data of the partitioners that streams were made with. */
export function standInOf(rdd: Rdd, ofGraph: (partitioner: Partitioner) => Partitioning | undefined): StandIn {
  const { id, name, op, partitionCount, storageLevel, checkpointing, isLocallyCheckpointed } = rdd;
  return {
    id,
    name,
    operation: labelOf(op),
    partitionCount,
    partitioning: travellingPartitioning(rdd, ofGraph),
    storageLevel,
    checkpointFile: checkpointing?.file,
    isLocallyCheckpointed,
    lineage: { below: undefined },
  };
}

/** On an executor: a data set without records that answers as the driver's does. Slots hold the executor's own functions. */
export function standInRdd(ctx: RddContext, standIn: StandIn, scope: RddScope, timeMs: number): Rdd {
  const { id, name, operation: label, partitionCount, partitioning, checkpointFile, lineage } = standIn;
  const partitions = Array.from({ length: partitionCount }, () => []);
  const op = { kind: 'source', partitions, label } as const;
  const rdd = new Rdd(ctx, op, partitionCount, partitionerOfView(partitioning), scope, timeMs);
  const { storageLevel, isLocallyCheckpointed } = standIn;
  const checkpointing = checkpointFile === undefined ? undefined : { file: checkpointFile };
  return Object.assign(rdd, { id, name, storageLevel, checkpointing, isLocallyCheckpointed, lineage });
}
