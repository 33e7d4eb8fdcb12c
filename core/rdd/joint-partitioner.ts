import { HashPartitioner, type Partitioner } from './partitioner.ts';
import type { Rdd } from './rdd.ts';

/**
 * Where an operation over several data sets says nothing (`Partitioner.defaultPartitioner` of Spark 3.5): the partitioner of
 * the data set that has one and most partitions, unless these are a tenth of the largest's or fewer, and fewer than by
 * default; else by hash, into `parallelism` partitions (`spark.default.parallelism`), else as many as the largest has.
 */
export function jointPartitioner(rdds: readonly Rdd[], parallelism: number | undefined): Partitioner {
  const largest = Math.max(0, ...rdds.map(({ partitionCount }) => partitionCount));
  const byDefault = parallelism ?? largest;
  const [parted] = rdds
    .filter(({ partitioner }) => partitioner !== undefined && partitioner.numPartitions() > 0)
    .sort((a, b) => b.partitionCount - a.partitionCount);
  if (parted === undefined) return new HashPartitioner(byDefault);
  const count = parted.partitionCount;
  const isEligible = Math.log10(largest) - Math.log10(count) < 1 || byDefault <= count;
  return isEligible ? parted.partitioner! : new HashPartitioner(byDefault);
}

/** Of what an operation takes away from: its own, else by hash into as many partitions as it has (`RDD.subtract`). */
export const ownPartitioner = (rdd: Rdd): Partitioner => rdd.partitioner ?? new HashPartitioner(rdd.partitionCount);
