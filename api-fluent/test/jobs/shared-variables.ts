import { writeFileSync } from 'node:fs';
import { type Broadcast, defineJob, isDriver } from 'dstreams';
import { createTestContext } from 'dstreams/testing';

/**
 * Broadcast variables and accumulators wherever a program can make them. `marker`: the file that says that a thread has
 * died in the middle of its task; `-` for none.
 */
export default defineJob(async ([marker = '-']) => {
  const t = createTestContext({ batchMs: 1000 });
  const sc = t.ssc.sparkContext;
  // An executor puts another value into it, and must not see that.
  const factor = sc.broadcast(isDriver() ? { by: 10 } : { by: -1 });
  const seen = sc.accumulator(0);
  const largest = sc.accumulator([] as number[], {
    zero: () => [],
    addInPlace: (a, b) => [...a, ...b].sort((x, y) => y - x).slice(0, 2),
  });
  const numbers = t.input(
    [
      [1, 2, 3, 4],
      [5, 6],
    ],
    { partitions: 2 },
  );
  const dieOnce = () => {
    if (marker === '-' || isDriver()) return;
    try {
      writeFileSync(marker, '', { flag: 'wx' });
    } catch {
      return;
    }
    process.exit(7);
  };
  const scaled = numbers.map((x) => {
    seen.add(1);
    largest.add([x]);
    if (x === 4) dieOnce();
    return x * factor.value.by;
  });
  const before = t.record(scaled);
  const inTransform = t.record(
    numbers.transform(async (rdd) => {
      const total = await rdd.count();
      const size = sc.broadcast(isDriver() ? total : Number.NaN);
      const weights = sc.parallelize(isDriver() ? [100, 200] : []);
      return rdd.map((x) => x / size.value).union(weights);
    }),
  );
  // Made when they are needed first, by code that only the driver runs.
  let excluded: Broadcast<number[]> | undefined;
  const dropped = sc.accumulator(0);
  const kept: number[][] = [];
  const droppedSoFar: number[] = [];
  numbers.foreachRDD(async (rdd) => {
    excluded ??= sc.broadcast([2, 5]);
    const words = excluded;
    const left = await rdd
      .filter((x) => {
        if (!words.value.includes(x)) return true;
        dropped.add(1);
        return false;
      })
      .collect();
    kept.push(left);
    droppedSoFar.push(dropped.value);
  });
  await t.run(2);
  const result = {
    before: before.batches.map(({ values }) => values),
    inTransform: inTransform.batches.map(({ values }) => values),
    kept: [...kept],
    droppedSoFar: [...droppedSoFar],
    seen: seen.value,
    largest: largest.value,
  };
  factor.destroy();
  const failed = await t.run(1).then(
    () => 'nothing',
    (error: { cause?: { code?: string } }) => error.cause?.code,
  );
  await t.stop();
  return { ...result, failed };
});
