import { writeFileSync } from 'node:fs';
import { defineJob, isDriver } from 'dstreams';
import { createTestContext } from 'dstreams/testing';

const BATCHES = 24;

/** Four kinds of state over many batches; a worker dies wherever the record `poison` comes. */
export default defineJob(async ([marker, poison]) => {
  const t = createTestContext({ batchMs: 1000, checkpointDir: 'unused' });
  const batches = Array.from({ length: BATCHES }, (_, i) => Array.from({ length: 6 }, (_, j) => i * 6 + j));
  const pairs = t.input(batches, { partitions: 3 }).map((x): [string, number] => {
    if (String(x) === poison && !isDriver()) {
      let isFirst = true;
      try {
        writeFileSync(marker!, '', { flag: 'wx' });
      } catch {
        isFirst = false;
      }
      if (isFirst) process.exit(7);
    }
    return [`k${(x * 7) % 11}`, x];
  });
  const sums = t.record(pairs.updateStateByKey<number>((values, state) => values.reduce((a, b) => a + b, state ?? 0)));
  const counts = t.record(
    pairs.mapWithState<number, [string, number]>((key, _, state) => {
      state.update((state.getOption() ?? 0) + 1);
      return [key, state.get()];
    }),
  );
  const recent = t.record(
    pairs.reduceByKeyAndWindow(
      (a, b) => a + b,
      (a, b) => a - b,
      '5s',
      '1s',
    ),
  );
  const texts = t.record(
    pairs.mapValues(String).reduceByKeyAndWindow((older, newer) => `${older} ${newer}`, '5s', '1s'),
  );
  try {
    await t.run(BATCHES);
  } finally {
    await t.stop();
  }
  const lost = t.log.entries.filter(({ message }) => message.startsWith('Lost an executor')).length;
  return { sums: sums.batches, counts: counts.batches, recent: recent.batches, texts: texts.batches, lost };
});
