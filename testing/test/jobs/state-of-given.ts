import { defineJob, type RDD } from 'dstreams';
import { createTestContext } from 'dstreams/testing';

/** Threads cannot compute data sets that are made after the start; every other batch has one. */
export default defineJob(async ([kind]) => {
  const t = createTestContext({ batchMs: 1000, checkpointDir: 'checkpoints' });
  const queue: RDD<string>[] = [];
  const pairs = t.ssc.queueStream(queue).map((word) => [word, 1] as [string, number]);
  const add = (a: number, b: number) => a + b;
  const streams = {
    update: () => pairs.updateStateByKey<number>((values, sum = 0) => values.reduce(add, sum)),
    map: () =>
      pairs.mapWithState<number, [string, number]>((key, value, state) => {
        state.update((state.exists() ? state.get() : 0) + (value ?? 0));
        return [key, state.get()];
      }),
    window: () => pairs.reduceByKeyAndWindow(add, '3s', '1s'),
    inverse: () =>
      pairs.reduceByKeyAndWindow(
        add,
        (a, b) => a - b,
        '3s',
        '1s',
        undefined,
        ([, n]) => n > 0,
      ),
  };
  const seen = t.record(streams[kind as keyof typeof streams]());
  const sc = t.ssc.sparkContext;
  await t.start();
  for (let batch = 1; batch <= 6; batch++) {
    const words = ['a', `b${batch % 3}`];
    const suffix = '';
    queue.push(batch % 2 === 1 ? sc.parallelize(words, 2) : sc.parallelize(words, 2).map((word) => word + suffix));
    await t.run(1);
  }
  await t.stop();
  return seen.batches.map(({ values }) => Object.entries(Object.fromEntries(values)).sort().join(' '));
});
