/**
 * Counts how many different users tweet, in each batch of five seconds and overall: by a HyperLogLog, which is small whatever
 * comes, and exactly, to show how far it is off.
 *
 *   TwitterAlgebirdHLL <master> [filter1] [filter2] ... [filter n]
 *
 * <master> is where it runs: local for one thread, local[2] for two. With filters only those tweets count that have one of them.
 *
 * To run it on a recording, a tweet a line:
 *
 *   $ ./run-example TwitterAlgebirdHLL --conf dstreams.twitter.feed=examples/data/tweets.ndjson 'local[2]'
 */
import { defineJob, Seconds, StorageLevel, StreamingContext } from 'dstreams';
import { HyperLogLog } from './sketches/hyper-log-log.ts';

/** More bits: more exact, and larger. */
const BIT_SIZE = 12;

function union<T>(a: ReadonlySet<T>, b: ReadonlySet<T>): Set<T> {
  const both = new Set(a);
  for (const value of b) both.add(value);
  return both;
}

export default defineJob(async ([master, ...filters]) => {
  if (master === undefined) {
    console.error('Usage: TwitterAlgebirdHLL <master> [filter1] [filter2] ... [filter n]');
    process.exit(1);
  }
  const ssc = new StreamingContext(master, 'TwitterAlgebirdHLL', Seconds(5));
  const stream = ssc.twitterStream(null, filters, StorageLevel.MEMORY_ONLY_SER());

  const users = stream.map((status) => status.getUser().getId());

  let globalHll = HyperLogLog.zero(BIT_SIZE);
  const userSet = new Set<number>();

  const approxUsers = users
    .mapPartitions(function* (ids) {
      for (const id of ids) yield HyperLogLog.of(BIT_SIZE, id);
    })
    .reduce((a, b) => a.plus(b));

  const exactUsers = users.map((id) => new Set([id])).reduce(union);

  approxUsers.foreachRDD(async (rdd) => {
    if ((await rdd.count()) === 0) return;
    const partial = await rdd.first();
    globalHll = globalHll.plus(partial);
    console.log(`Approx distinct users this batch: ${Math.trunc(partial.estimatedSize())}`);
    console.log(`Approx distinct users overall: ${Math.trunc(globalHll.estimatedSize())}`);
  });

  exactUsers.foreachRDD(async (rdd) => {
    if ((await rdd.count()) === 0) return;
    const partial = await rdd.first();
    for (const id of partial) userSet.add(id);
    console.log(`Exact distinct users this batch: ${partial.size}`);
    console.log(`Exact distinct users overall: ${userSet.size}`);
    console.log(`Error rate: ${((globalHll.estimatedSize() / userSet.size - 1) * 100).toFixed(5)}%`);
  });

  await ssc.start();
});
