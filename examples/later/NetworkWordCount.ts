/**
 * Counts the words in text that a TCP server sends, every second: the Scala program of Spark 3.5.
 *
 *   NetworkWordCount <hostname> <port>
 *
 * <hostname> and <port> are those of the server. The master comes from the command line (--master, default local[2]).
 *
 * To run it, first start a server in one terminal, and type lines into it:
 *
 *   $ nc -lk 9999
 *
 * then, in another:
 *
 *   $ ./run-example org.apache.spark.examples.streaming.NetworkWordCount localhost 9999
 */
import { defineJob, Seconds, SparkConf, StorageLevels, StreamingContext } from 'dstreams';

export default defineJob(([hostname, port]) => {
  if (hostname === undefined || port === undefined) {
    console.error('Usage: NetworkWordCount <hostname> <port>');
    process.exit(1);
  }

  // The context, with batches of 1 second.
  const sparkConf = new SparkConf().setAppName('NetworkWordCount');
  const ssc = new StreamingContext(sparkConf, Seconds(1));

  // Lines from hostname:port, as nc sends them. One copy of what is received will do.
  const lines = ssc.socketTextStream(hostname, Number(port), StorageLevels.MEMORY_AND_DISK_SER);
  const words = lines.flatMap((line) => line.split(' '));
  const wordCounts = words.map((x) => [x, 1]).reduceByKey((a, b) => a + b);
  wordCounts.print();
  ssc.start();
  return ssc.awaitTermination();
});
