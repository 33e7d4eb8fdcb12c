import { add, defineJob } from 'dstreams';
import { createTestContext } from 'dstreams/testing';

/** Actions at once inside transform: the quick one, called last, is done first, and what follows each makes operations of its own. */
export default defineJob(async () => {
  const t = createTestContext({ batchMs: 1000 });
  const numbers = t.input([[1, 2, 3], [4, 5], [6]], { partitions: 2 });
  const seen = t.record(
    numbers.transform(async (rdd) => {
      const slow = async () => {
        const total = await rdd
          .repartition(3)
          .map((x) => x * 2)
          .repartition(2)
          .fold(0, add);
        return rdd.map((x) => `${x} slow ${total}`);
      };
      const quick = async () => {
        const n = await rdd.count();
        return rdd.map((x) => `${x} quick ${n}`);
      };
      const [a, b] = await Promise.all([slow(), quick()]);
      return a.union(b);
    }),
  );
  await t.run(3);
  await t.stop();
  return seen.batches.map(({ values }) => values);
});
