import { defineJob } from 'dstreams';
import { createTestContext } from 'dstreams/testing';

/** Outputs that are awaited where the program is run on executors as well: before `start()` and inside transform. */
export default defineJob(async ([root]) => {
  const t = createTestContext({ batchMs: 1000 });
  await t.ssc.sparkContext.parallelize(['x', 'y'], 2).saveAsTextFile(`${root}/before`);
  const numbers = t.input([[1, 2], [3]], { partitions: 2 });
  const seen = t.record(
    numbers.transform(async (rdd, time) => {
      const lines = rdd.map((x) => `line ${x}`);
      await lines.saveAsTextFile(`${root}/batch-${time!.milliseconds()}`);
      const n = await t.ssc.sparkContext.textFile(`${root}/before`).count();
      return lines.map((line) => `${line} of ${n}`);
    }),
  );
  await t.run(2);
  await t.stop();
  return seen.batches.map(({ values }) => values);
});
