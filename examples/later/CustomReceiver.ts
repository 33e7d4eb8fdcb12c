/**
 * Counts the words of lines that a receiver of the program's own brings in: the Scala program of Spark 3.5.
 *
 *   CustomReceiver <hostname> <port>
 *
 * <hostname> and <port> are those of a TCP server. The master comes from the command line (--master, default local[2]).
 *
 * To run it, start a server and then the example:
 *
 *   $ nc -lk 9999
 *   $ ./run-example org.apache.spark.examples.streaming.CustomReceiver localhost 9999
 */
import { defineJob, Seconds, SparkConf, StreamingContext } from 'dstreams';
// The receiver has not changed since.
import { CustomReceiver } from '../CustomReceiver.ts';

export default defineJob(([hostname, port]) => {
  if (hostname === undefined || Number.isNaN(Number(port))) {
    console.error('Usage: CustomReceiver <hostname> <port>');
    process.exit(1);
  }

  // The context, with batches of 1 second.
  const sparkConf = new SparkConf().setAppName('CustomReceiver');
  const ssc = new StreamingContext(sparkConf, Seconds(1));

  // The lines that the receiver stores, and their words.
  const lines = ssc.receiverStream<string>(new CustomReceiver(hostname, Number(port)));
  const words = lines.flatMap((line) => line.split(' '));
  const wordCounts = words.map((x) => [x, 1]).reduceByKey((a, b) => a + b);
  wordCounts.print();
  ssc.start();
  return ssc.awaitTermination();
});
