import { output } from '../operator/index.ts';
import type { StreamRef } from '../plan/index.ts';
import { collect } from '../rdd/index.ts';

/** One batch of a recorded stream, in the order of its partitions. */
export interface RecordedBatch<T> {
  /** The batch time, in ms. */
  readonly timeMs: number;
  /** The records, partition by partition. */
  readonly values: T[];
}

/** The batches in which the output operation was called, in order of time; an empty batch has no values. */
export interface Recording<T> {
  /** What has been recorded so far; it grows with each batch. */
  readonly batches: RecordedBatch<T>[];
}

/** An output operation that keeps what it is given. */
export function record(stream: StreamRef): Recording<unknown> {
  const batches: RecordedBatch<unknown>[] = [];
  output(stream, 'record', async (rdd, timeMs) => {
    const values = await collect(rdd);
    // Jobs of several batches may run at once (spark.streaming.concurrentJobs).
    let at = batches.length;
    while (at > 0 && batches[at - 1]!.timeMs > timeMs) at--;
    batches.splice(at, 0, { timeMs, values });
  });
  return { batches };
}
