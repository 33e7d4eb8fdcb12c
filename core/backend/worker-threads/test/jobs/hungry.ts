import { defineJob, isDriver } from 'dstreams';
import { createTestContext } from 'dstreams/testing';

/** A function that takes all the memory of its thread. */
export default defineJob(async () => {
  const t = createTestContext({ batchMs: 1000 });
  const hungry = t.input([[1, 2], [3]], { partitions: 2 }).map((x) => {
    const kept: number[][] = [];
    while (x === 2 && !isDriver()) kept.push(new Array(100_000).fill(x));
    return x;
  });
  const seen = t.record(hungry);
  const codes: unknown[] = [];
  try {
    for (let i = 0; i < 2; i++) await t.run(1).catch((error: { code: string }) => codes.push(error.code));
    return { codes, batches: seen.batches };
  } finally {
    await t.stop();
  }
});
