/**
 * Shows the five most popular hashtags of the last 60 seconds and of the last 10, every two seconds.
 *
 *   TwitterPopularTags <master> [filter1] [filter2] ... [filter n]
 *
 * <master> is where it runs: local for one thread, local[2] for two. With filters only those tweets count that have one of them.
 *
 * To run it on a recording, a tweet a line:
 *
 *   $ ./run-example TwitterPopularTags --conf dstreams.twitter.feed=examples/data/tweets.ndjson 'local[2]'
 */
import { defineJob, type RDD, Seconds, StreamingContext } from 'dstreams';

export default defineJob(async ([master, ...filters]) => {
  if (master === undefined) {
    console.error('Usage: TwitterPopularTags <master> [filter1] [filter2] ... [filter n]');
    process.exit(1);
  }
  const ssc = new StreamingContext(master, 'TwitterPopularTags', Seconds(2));
  const stream = ssc.twitterStream(null, filters);

  const hashTags = stream.flatMap((status) =>
    status
      .getText()
      .split(' ')
      .filter((word) => word.startsWith('#')),
  );

  const topCounts60 = hashTags
    .map((tag) => [tag, 1])
    .reduceByKeyAndWindow((a, b) => a + b, Seconds(60))
    .map(([topic, count]) => [count, topic])
    .transform((rdd) => rdd.sortByKey(false));

  const topCounts10 = hashTags
    .map((tag) => [tag, 1])
    .reduceByKeyAndWindow((a, b) => a + b, Seconds(10))
    .map(([topic, count]) => [count, topic])
    .transform((rdd) => rdd.sortByKey(false));

  // The five that came most often.
  const printPopular = (seconds: number) => async (rdd: RDD<[number, string]>) => {
    const topList = await rdd.take(5);
    console.log(`\nPopular topics in last ${seconds} seconds (${await rdd.count()} total):`);
    for (const [count, tag] of topList) console.log(`${tag} (${count} tweets)`);
  };
  topCounts60.foreachRDD(printPopular(60));
  topCounts10.foreachRDD(printPopular(10));

  await ssc.start();
});
