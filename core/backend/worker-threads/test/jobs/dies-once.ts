import { writeFileSync } from 'node:fs';
import { defineJob, isDriver } from 'dstreams';
import { createTestContext } from 'dstreams/testing';

/** Ends the worker thread where it stands, the first time. Args: marker file, where to die, how often. */
export default defineJob(async ([marker, place, times = '1']) => {
  const die = (at: string) => {
    if (at !== place || isDriver()) return;
    for (let i = 0; i < Number(times); i++) {
      try {
        // Two threads may come here at once: one of them makes the file, and dies.
        writeFileSync(`${marker}-${i}`, '', { flag: 'wx' });
      } catch {
        continue;
      }
      process.exit(7);
    }
  };
  const t = createTestContext({ batchMs: 1000 });
  const numbers = t.input(
    [
      [1, 2, 3, 4, 5, 6, 7, 8],
      [10, 11, 12, 13],
    ],
    { partitions: 4 },
  );
  const mapped = numbers.map((x) => {
    if (x === 3 || x === 12) die('map');
    return [x % 3, x] as [number, number];
  });
  const sums = mapped.reduceByKey((a, b) => {
    if (a + b > 8) die('reduce');
    return a + b;
  });
  const windowed = sums.window('2s').mapValues((x) => {
    die('window');
    return x;
  });
  const kept = t.record(sums);
  const overTwo = t.record(windowed.reduceByKey((a, b) => a + b));
  try {
    await t.run(3);
  } finally {
    await t.stop();
  }
  const lost = t.log.entries.filter(({ message }) => message.startsWith('Lost an executor')).length;
  return { sums: kept.batches, windows: overTwo.batches, lost };
});
