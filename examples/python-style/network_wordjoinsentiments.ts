/**
 * Shows the words of text from a TCP server that carry most happiness: each batch is joined with a list of words and their
 * sentiment inside `transform`. PySpark's network_wordjoinsentiments.py, line by line.
 *
 *   network_wordjoinsentiments <hostname> <port>
 *
 * <hostname> and <port> are those of the server. The list is `examples/data/word-sentiments.txt`.
 *
 * To run it, first start a server in one terminal, and type lines into it:
 *
 *   $ nc -lk 9999
 *
 * then, in another:
 *
 *   $ ./run-example network_wordjoinsentiments localhost 9999
 */
import { defineJob, type RDD, Seconds, SparkContext, StreamingContext } from 'dstreams';

export default defineJob((args) => {
  const [hostname, port] = args;
  if (hostname === undefined || port === undefined || args.length !== 2) {
    console.error('Usage: network_wordjoinsentiments <hostname> <port>');
    process.exit(1);
  }
  const printHappiestWords = async (rdd: RDD<[number, string]>) => {
    const topList = await rdd.take(5);
    console.log(`Happiest topics in the last 5 seconds (${await rdd.count()} total):`);
    for (const [happiness, word] of topList) console.log(`${word} (${happiness} happiness)`);
  };

  const sc = new SparkContext({ appName: 'PythonStreamingNetworkWordJoinSentiments' });
  const ssc = new StreamingContext(sc, Seconds(5));

  // The list of words and sentiments is a static data set.
  const wordSentiments = ssc.sparkContext
    .textFile(new URL('../data/word-sentiments.txt', import.meta.url).href)
    .map((line) => line.split('\t') as [string, string]);

  const lines = ssc.socketTextStream(hostname, Number(port));
  const wordCounts = lines
    .flatMap((line) => line.split(' '))
    .map((word) => [word, 1])
    .reduceByKey((a, b) => a + b);

  // Each batch is joined with the static data set; how often a word came times its sentiment is its happiness.
  const happiestWords = wordCounts
    .transform((rdd) => wordSentiments.join(rdd))
    .map(([word, [sentiment, count]]) => [word, Number(sentiment) * count])
    .map(([word, happiness]) => [happiness, word])
    .transform((rdd) => rdd.sortByKey(false));

  happiestWords.foreachRDD(printHappiestWords);

  ssc.start();
  return ssc.awaitTermination();
});
