import { defineJob } from 'dstreams';
import { createTestContext } from 'dstreams/testing';

/** `main` never ends on an executor: what ends it there is held back, in two ways that programs have. */
export default defineJob(async ([how]) => {
  const t = createTestContext({ batchMs: 1000 });
  const seen = t.record(t.input([[1, 2, 3]], { partitions: 2 }).map((n) => 10 * n));
  if (how === 'a catch that goes on') {
    await t.ssc.start().catch(() => {});
    await t.ssc.awaitTerminationOrTimeout(0);
  } else {
    await new Promise<void>((resolve) => {
      void (async () => {
        await t.ssc.start();
        resolve();
      })();
    });
  }
  await t.run(1);
  await t.stop();
  return seen.batches.map(({ values }) => values);
});
