/**
 * Shows who tweets most, in each batch of ten seconds and overall: by a count-min sketch, whose table is small whatever comes,
 * and exactly, to compare.
 *
 *   TwitterAlgebirdCMS <master> [filter1] [filter2] ... [filter n]
 *
 * <master> is where it runs: local for one thread, local[2] for two. With filters only those tweets count that have one of them.
 *
 * To run it on a recording, a tweet a line:
 *
 *   $ ./run-example TwitterAlgebirdCMS --conf dstreams.twitter.feed=examples/data/tweets.ndjson 'local[2]'
 */
import { defineJob, Seconds, StorageLevel, StreamingContext } from 'dstreams';
import { CountMinSketch } from './sketches/count-min-sketch.ts';

/** How exact the sketch is. */
const DELTA = 1e-3;
const EPS = 0.01;
const SEED = 1;
const PERC = 0.001;
/** How many users are shown. */
const TOPK = 10;

const PRECISION = { eps: EPS, delta: DELTA, seed: SEED, heavyHittersShare: PERC };

type Pair = [number, number];

const show = (pairs: readonly Pair[]) => `[${pairs.map(([a, b]) => `(${a},${b})`).join(',')}]`;

const topOf = (counts: Iterable<Pair>) =>
  [...counts]
    .sort(([, a], [, b]) => a - b)
    .reverse()
    .slice(0, TOPK);

const heavyHitters = (cms: CountMinSketch) => topOf(cms.heavyHitters().map((id) => [id, cms.frequency(id)]));

export default defineJob(async ([master, ...filters]) => {
  if (master === undefined) {
    console.error('Usage: TwitterAlgebirdCMS <master> [filter1] [filter2] ... [filter n]');
    process.exit(1);
  }
  const ssc = new StreamingContext(master, 'TwitterAlgebirdCMS', Seconds(10));
  const stream = ssc.twitterStream(null, filters, StorageLevel.MEMORY_ONLY_SER());

  const users = stream.map((status) => status.getUser().getId());

  let globalCMS = CountMinSketch.zero(PRECISION);
  const globalExact = new Map<number, number>();

  const approxTopUsers = users
    .mapPartitions(function* (ids) {
      for (const id of ids) yield CountMinSketch.of(PRECISION, id);
    })
    .reduce((a, b) => a.plus(b));

  const exactTopUsers = users.map((id) => [id, 1]).reduceByKey((a, b) => a + b);

  approxTopUsers.foreachRDD(async (rdd) => {
    if ((await rdd.count()) === 0) return;
    const partial = await rdd.first();
    globalCMS = globalCMS.plus(partial);
    const threshold = `Approx heavy hitters at ${PERC.toFixed(2)}% threshold`;
    console.log(`${threshold} this batch: ${show(heavyHitters(partial))}`);
    console.log(`${threshold} overall: ${show(heavyHitters(globalCMS))}`);
  });

  exactTopUsers.foreachRDD(async (rdd) => {
    if ((await rdd.count()) === 0) return;
    for (const [id, count] of await rdd.collect()) globalExact.set(id, (globalExact.get(id) ?? 0) + count);
    // As in the original: (count,user) here, (user,count) below.
    const partialTopK = await rdd
      .map(([id, count]) => [count, id])
      .sortByKey(false)
      .take(TOPK);
    console.log(`Exact heavy hitters this batch: ${show(partialTopK)}`);
    console.log(`Exact heavy hitters overall: ${show(topOf(globalExact))}`);
  });

  await ssc.start();
});
