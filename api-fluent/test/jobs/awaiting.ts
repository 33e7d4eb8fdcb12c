import { add, defineJob } from 'dstreams';
import { createTestContext } from 'dstreams/testing';

/** Transform functions that await actions: what these find travels to wherever the function runs again. */
export default defineJob(async () => {
  const t = createTestContext({ batchMs: 1000 });
  const sc = t.ssc.sparkContext;
  const numbers = t.input([[1, 2, 3, 4], [10, 20], []], { partitions: 2 });
  const shares = t.record(
    numbers.transform(async (rdd) => {
      const n = await rdd.count();
      return rdd.map((x) => x / n);
    }),
  );
  const extras = t.record(
    numbers.transform(async (rdd) => {
      const total = await rdd.fold(0, add);
      const shared = sc.broadcast({ total });
      return rdd.union(sc.parallelize([7], 1)).map((x) => `${x} of ${shared.value.total}`);
    }),
  );
  const bounds = t.record(
    numbers.transform(async (rdd) => {
      if (await rdd.isEmpty()) return rdd;
      const [, counts] = await rdd.histogram(2);
      const greatest = await rdd.max();
      return rdd.filter((x) => x <= (counts[0] ?? 0)).map(() => greatest);
    }),
  );
  const sorted = t.record(numbers.transform((rdd) => rdd.sortBy((x) => -x, true, 2)));
  await t.run(3);
  await t.stop();
  const values = (recorded: { batches: readonly { values: readonly unknown[] }[] }) =>
    recorded.batches.map((batch) => batch.values);
  return { shares: values(shares), extras: values(extras), bounds: values(bounds), sorted: values(sorted) };
});
