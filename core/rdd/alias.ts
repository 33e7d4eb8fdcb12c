import { Rdd } from './rdd.ts';

/** The same records as a data set of its own: what forgets it, or gives it a level, does not touch the other. */
export function alias(rdd: Rdd, timeMs = rdd.timeMs): Rdd {
  return new Rdd(
    rdd.ctx,
    { kind: 'alignedUnion', parents: [rdd] },
    rdd.partitionCount,
    rdd.partitioner,
    undefined,
    timeMs,
  );
}

/** A static data set that a batch has belongs to the batch from then on. */
export const withTime = (rdd: Rdd, timeMs: number): Rdd => (rdd.timeMs === timeMs ? rdd : alias(rdd, timeMs));
