import { threadId } from 'node:worker_threads';
import { defineJob } from 'dstreams';
import { createTestContext } from 'dstreams/testing';

/** Sums by key, by a function of whole partitions, and in which threads it ran. */
export default defineJob(async () => {
  const t = createTestContext({ batchMs: 1000, checkpointDir: 'checkpoints' });
  const pairs = t.input(
    [
      [
        ['a', 1],
        ['b', 2],
      ],
      [['a', 3]],
    ],
    { partitions: 2 },
  );
  const sums = pairs
    .map(([key, value]) => [String(key), Number(value)])
    .updateStateByKey<[sum: number, thread: number]>(
      function* (entries) {
        for (const [key, values, [before] = [0, 0]] of entries)
          yield [key, [values.reduce((a, b) => a + b, before), threadId]];
      },
      { rememberPartitioner: true, numPartitions: 2 },
    );
  const seen = t.record(sums);
  await t.run(2);
  await t.stop();
  return seen.batches.map(({ values }) => values);
});
