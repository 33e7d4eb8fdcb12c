import {
  DStreamsError,
  HashPartitioner,
  type Partitioner,
  type Rdd,
  rddOps,
  SparkCore,
  streamOps,
  type StreamRef,
  StreamEngine,
} from '../core/internal.ts';

/** How many partitions, or which. */
export type Parts = number | Partitioner;

/** The dialect of this surface: pairs are `Tuple2`. */
export const TUPLE = 'tuple';

export function sparkOf(rdd: Rdd): SparkCore {
  if (rdd.ctx instanceof SparkCore) return rdd.ctx;
  throw new DStreamsError('INVARIANT', 'a data set stands on a SparkCore');
}

export function streamEngineOf({ graph }: StreamRef): StreamEngine {
  if (graph.owner instanceof StreamEngine) return graph.owner;
  throw new DStreamsError('INVARIANT', 'a stream belongs to a StreamEngine');
}

/** Streams: the default number of partitions, never the parent's (semantics §13.2). Throws `PARTITIONS_INVALID`. */
export function streamPartitioner(ref: StreamRef, parts: Parts | undefined, where: string): Partitioner {
  const partitioner = streamOps.partitionerOf(parts, streamEngineOf(ref).sc, where);
  rddOps.checkPartitionCount(partitioner.numPartitions(), where);
  return partitioner;
}

/** Data sets: the parent's partitioner, else the configured parallelism, else as many as the parent (semantics §13.2). */
export function rddPartitioner(rdd: Rdd, parts: Parts | undefined, where: string): Partitioner {
  if (parts !== undefined) return streamOps.partitionerOf(parts, sparkOf(rdd), where);
  return rdd.partitioner ?? new HashPartitioner(sparkOf(rdd).settings.defaultParallelism ?? rdd.partitionCount);
}

/** Of several data sets, as Spark 3.5 chooses: see `rddOps.jointPartitioner`. */
export function jointPartitioner(rdds: readonly Rdd[], parts: Parts | undefined, where: string): Partitioner {
  const [first] = rdds as [Rdd];
  if (parts !== undefined) return rddPartitioner(first, parts, where);
  return rddOps.jointPartitioner(rdds, sparkOf(first).settings.defaultParallelism);
}
