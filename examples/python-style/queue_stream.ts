/**
 * Counts numbers by their last digit, from a queue of five data sets. PySpark's queue_stream.py, line by line.
 *
 *   queue_stream
 *
 * To run it:
 *
 *   $ ./run-example queue_stream
 */
import { add, defineJob, type RDD, Seconds, SparkContext, StreamingContext } from 'dstreams';

export default defineJob(async () => {
  const sc = new SparkContext({ appName: 'PythonStreamingQueueStream' });
  const ssc = new StreamingContext(sc, Seconds(1));

  // The queue from which the stream takes one data set a batch.
  const rddQueue: RDD<number>[] = [];
  for (let i = 0; i < 5; i++) rddQueue.push(ssc.sparkContext.range(1, 1001, 1, 10));

  const inputStream = ssc.queueStream(rddQueue);
  const mappedStream = inputStream.map((x) => [x % 10, 1]);
  const reducedStream = mappedStream.reduceByKey(add);
  reducedStream.pprint();

  ssc.start();
  await ssc.awaitTerminationOrTimeout('6s');
  await ssc.stop({ stopSparkContext: true, stopGraceFully: true });
});
