import { defineJob } from 'dstreams';
import { createTestContext } from 'dstreams/testing';

/** A batch that fails in a thread. */
export default defineJob(async () => {
  await using t = createTestContext({ batchMs: 1000 });
  const broken = (x: number): number => {
    if (x === 2) throw new RangeError('no two');
    return x;
  };
  t.record(t.input([[1], [2]]).map(broken));
  await t.run(2);
});
