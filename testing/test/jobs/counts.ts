import { threadId } from 'node:worker_threads';
import { defineJob } from 'dstreams';
import { createTestContext } from 'dstreams/testing';

/** Counts words, and says in which threads its functions ran. */
export default defineJob(async (words) => {
  const t = createTestContext({ batchMs: 1000 });
  const lines = t.input([words, [], words.slice(0, 1)], { partitions: 4 });
  const counts = t.record(lines.flatMap((line) => line.split(' ')).countByValue());
  const threads = t.record(lines.map(() => threadId));
  await t.run(3);
  await t.stop();
  return {
    batches: counts.batches,
    threads: [...new Set(threads.batches.flatMap(({ values }) => values))],
    parallelism: t.ssc.sparkContext.defaultParallelism,
    log: t.log.messages('WARN'),
  };
});
