import { threadId } from 'node:worker_threads';
import { defineJob } from 'dstreams';
import { createTestContext } from 'dstreams/testing';

/** A batch of as many received blocks as the argument says: how many tasks each thread ran, most first. */
export default defineJob(async ([blocks]) => {
  const t = createTestContext({ batchMs: 1000 });
  const received = t.ssc.receiverStream<number>({
    async onStart(supervisor) {
      for (let i = 0; i < Number(blocks); i++) await supervisor.storeAll([i]);
    },
    onStop() {},
  });
  const threads = t.record(received.map(() => threadId));
  await t.start();
  await t.clock.yield();
  await t.run(1);
  await t.stop();
  const counts = new Map<number, number>();
  for (const id of threads.batches[0]!.values) counts.set(id, (counts.get(id) ?? 0) + 1);
  return [...counts.values()].sort((a, b) => b - a);
});
