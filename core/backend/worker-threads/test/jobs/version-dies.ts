import { writeFileSync } from 'node:fs';
import { defineJob, isDriver } from 'dstreams';
import { createTestContext } from 'dstreams/testing';

const BATCHES = 12;

/** A state that is written after every batch; threads die when its new version is there and is being written. */
export default defineJob(async ([marker]) => {
  const t = createTestContext({ batchMs: 1000, checkpointDir: '/checkpoint' });
  const batches = Array.from({ length: BATCHES }, (_, i) => Array.from({ length: 8 }, (_, j) => i * 8 + j));
  const pairs = t.input(batches, { partitions: 2 }).map((x): [string, number] => [`k${x % 8}`, x]);
  const totals = pairs.updateStateByKey<number>((values, state) => values.reduce((a, b) => a + b, state ?? 0), {
    numPartitions: 4,
  });
  totals.checkpoint('1s');
  const seen = t.record(totals);
  totals
    .mapPartitions((records) => {
      const sum = [...records].reduce((a, [, value]) => a + value, 0);
      // Each once, at the end of a task of every third batch or so.
      if (!isDriver() && marker !== '-' && sum % 3 === 0) {
        let isFirst = true;
        try {
          writeFileSync(`${marker}-${sum % 30}`, '', { flag: 'wx' });
        } catch {
          isFirst = false;
        }
        if (isFirst) process.exit(7);
      }
      return [sum];
    })
    .foreachRDD(async (rdd) => void (await rdd.collect()));
  try {
    await t.run(BATCHES);
  } finally {
    await t.stop();
  }
  const count = (text: string) => t.log.entries.filter(({ message }) => message.includes(text)).length;
  return { seen: seen.batches, lost: count('Lost an executor'), unwritten: count('could not be written') };
});
