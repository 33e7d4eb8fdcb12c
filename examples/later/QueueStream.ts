/**
 * Counts numbers by their last digit. Its input is a queue of data sets to which the program adds one a second, 30 in
 * all, while the stream runs; then it stops. The Scala program of Spark 3.5.
 *
 *   QueueStream
 *
 * It takes no arguments. The master comes from the command line (--master, default local[2]).
 *
 * To run it:
 *
 *   $ ./run-example org.apache.spark.examples.streaming.QueueStream
 */
import { defineJob, type RDD, Seconds, SparkConf, StreamingContext } from 'dstreams';

export default defineJob(async () => {
  const sparkConf = new SparkConf().setAppName('QueueStream');

  // The context, with batches of 1 second.
  const ssc = new StreamingContext(sparkConf, Seconds(1));

  // The queue, which is read while the stream runs: one data set a batch.
  const rddQueue: RDD<number>[] = [];

  const inputStream = ssc.queueStream(rddQueue);
  const mappedStream = inputStream.map((x) => [x % 10, 1]);
  const reducedStream = mappedStream.reduceByKey((a, b) => a + b);
  reducedStream.print();
  await ssc.start();

  // From here on it is the driver's alone: the queue is filled once, wherever the tasks run.
  for (let i = 1; i <= 30; i++) {
    rddQueue.push(ssc.sparkContext.range(1, 1001, 1, 10));
    // In place of Thread.sleep(1000): ends at once when the program is told to stop.
    if (await ssc.awaitTerminationOrTimeout('1s')) return;
  }
  await ssc.stop();
});
