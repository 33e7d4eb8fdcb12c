import { writeFileSync } from 'node:fs';
import { defineJob, isDriver } from 'dstreams';
import { createTestContext } from 'dstreams/testing';

/** Records come from a receiver in the driver, text from its blocks; a worker dies in the middle of a batch. */
export default defineJob(async ([marker]) => {
  const t = createTestContext({ batchMs: 1000 });
  let give: ((n: number) => Promise<unknown>) | undefined;
  const received = t.ssc.receiverStream<number>(async (out, signal) => {
    give = async (n) => out(n);
    await new Promise((resolve) => signal.addEventListener('abort', resolve));
  });
  const seen = t.record(
    received.map((x) => {
      if (x === 5 && !isDriver()) {
        try {
          writeFileSync(marker!, '', { flag: 'wx' });
        } catch {
          return x;
        }
        process.exit(7);
      }
      return x;
    }),
  );
  await t.start();
  for (let batch = 0; batch < 4; batch++) {
    for (let i = 0; i < 3; i++) await give!(batch * 3 + i);
    await t.run(1);
  }
  await t.stop();
  const lost = t.log.entries.filter(({ message }) => message.startsWith('Lost an executor')).length;
  return { batches: seen.batches, lost };
});
