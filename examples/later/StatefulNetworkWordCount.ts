/**
 * Counts the words in text that a TCP server sends, from the start on: for each word that comes it prints its count so
 * far, every second. hello and world have come once before the first batch. The Scala program of Spark 3.5.
 *
 *   StatefulNetworkWordCount <hostname> <port>
 *
 * <hostname> and <port> are those of the server. The master comes from the command line (--master, default local[2]).
 *
 * To run it, first start a server in one terminal, and type lines into it:
 *
 *   $ nc -lk 9999
 *
 * then, in another:
 *
 *   $ ./run-example org.apache.spark.examples.streaming.StatefulNetworkWordCount localhost 9999
 */
import { defineJob, Seconds, SparkConf, type State, StreamingContext } from 'dstreams';

export default defineJob(([hostname, port]) => {
  if (hostname === undefined || port === undefined) {
    console.error('Usage: StatefulNetworkWordCount <hostname> <port>');
    process.exit(1);
  }

  // The context, with batches of 1 second. State needs a checkpoint directory.
  const sparkConf = new SparkConf().setAppName('StatefulNetworkWordCount');
  const ssc = new StreamingContext(sparkConf, Seconds(1));
  ssc.checkpoint('.');

  // What is known before the first batch.
  const initialRDD = ssc.sparkContext.parallelize([
    ['hello', 1],
    ['world', 1],
  ]);

  const lines = ssc.socketTextStream(hostname, Number(port));
  const words = lines.flatMap((line) => line.split(' '));
  const wordDstream = words.map((x) => [x, 1]);

  // Keeps the count of each word, and gives it for each time that the word comes.
  const mappingFunc = (word: string, one: number | undefined, state: State<number>): [string, number] => {
    const sum = (one ?? 0) + (state.exists() ? state.get() : 0);
    state.update(sum);
    return [word, sum];
  };

  const stateDstream = wordDstream.mapWithState(mappingFunc, { initial: initialRDD });
  stateDstream.print();
  ssc.start();
  return ssc.awaitTermination();
});
