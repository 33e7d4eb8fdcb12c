import { add, defineJob, Milliseconds, SparkConf, SparkContext, StreamingContext } from 'dstreams';

/** Two contexts, one after the other, on one SparkContext: with graphs that look alike, and functions that are not. */
export default defineJob(async () => {
  const sc = new SparkContext(new SparkConf().setAppName('two contexts'));
  sc.setLogLevel('ERROR');
  const some = sc.parallelize([1, 2, 3], 2).map((n) => n + 1);
  const found: unknown[] = [];
  for (const factor of [1, 10]) {
    const ssc = new StreamingContext(sc, Milliseconds(50));
    const words = ssc.queueStream([['a', 'b', 'a']]);
    const counts = factor === 1 ? words.map((w) => [w, 1]) : words.map((w) => [w + w, factor]);
    const first = new Promise<unknown>((resolve) => {
      counts.reduceByKey(add).foreachRDD(async (rdd) => resolve((await rdd.collect()).sort()));
    });
    await ssc.start();
    found.push(await first);
    await ssc.stop(false);
    found.push(await some.sum());
  }
  sc.stop();
  return found;
});
