import { threadId } from 'node:worker_threads';
import { add, defineJob } from 'dstreams';
import { createTestContext } from 'dstreams/testing';

/** Which threads the functions of a fluent program run on: `records` says of mapPartitions, `output` of foreachPartition. */
export default defineJob(async ([what]) => {
  const t = createTestContext({ batchMs: 1000 });
  const words = t.input([['a', 'b', 'a', 'c']], { partitions: 2 });
  if (what === 'output') {
    words.foreachPartition((records) => {
      throw new Error(`partition ${[...records]} on thread ${threadId}`);
    });
    const error = await t.run(1).then(
      () => 'nothing failed',
      (e: unknown) => `${e} ${(e as Error).cause}`,
    );
    await t.stop();
    return error;
  }
  const counts = t.record(words.map((w) => [w, 1]).reduceByKey(add, { partitioner: (word) => word.charCodeAt(0) }));
  const threads = t.record(
    words.mapPartitionsWithIndex((i, records) => [
      `${i}: ${[...records]} on ${threadId === 0 ? 'the driver' : 'a worker'}`,
    ]),
  );
  const transformed = t.record(
    words.transform(async (rdd) => {
      const n = await rdd.count();
      return rdd.map((w) => `${w} of ${n}`);
    }),
  );
  const prices = t.ssc.sparkContext.parallelize([
    ['a', 10],
    ['c', 30],
  ]);
  const sorted = t.record(
    words.transform((rdd) =>
      rdd
        .map((w) => [w, 1])
        .join(prices)
        .sortByKey(false, 2)
        .zipWithIndex()
        .map(([[w, [n, price]], i]) => [i, `${w} ${n * price}`])
        .sample(false, 1),
    ),
  );
  await t.run(1);
  await t.stop();
  return {
    sorted: sorted.batches[0]?.values,
    counts: counts.batches[0]?.values,
    threads: threads.batches[0]?.values,
    transformed: transformed.batches[0]?.values,
  };
});
