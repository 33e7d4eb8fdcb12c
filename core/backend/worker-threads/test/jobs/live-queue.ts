import { appendFileSync } from 'node:fs';
import { defineJob, isDriver, type RDD, type StreamingContext } from 'dstreams';
import { createTestContext } from 'dstreams/testing';

/** Set-up with a side effect behind `isDriver()`, one in front of it, and a queue that grows after `start()`. */
export default defineJob(async ([file, unguarded]) => {
  if (isDriver()) appendFileSync(file!, 'set up\n');
  appendFileSync(unguarded!, 'ran\n');
  const t = createTestContext({ batchMs: 1000 });
  const ssc: StreamingContext = t.ssc;
  const queue: RDD<number>[] = [ssc.sparkContext.parallelize([1, 2, 3], 2)];
  const doubled = t.record(ssc.queueStream(queue).map((x) => x * 2));
  await t.run(1);
  queue.push(ssc.sparkContext.parallelize([4, 5], 2));
  await t.run(1);
  queue.push(ssc.sparkContext.parallelize([6], 1));
  await t.run(2);
  await t.stop();
  return doubled.batches;
});
