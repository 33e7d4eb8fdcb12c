/**
 * Counts numbers by their last digit. Its input is a queue of 30 data sets, one a batch; the batches after them are
 * empty. The Java program of Spark 3.5, with lambdas.
 *
 *   JavaQueueStream
 *
 * It takes no arguments. The master comes from the command line (--master, default local[2]).
 *
 * To run it, until Ctrl-C:
 *
 *   $ ./run-example org.apache.spark.examples.streaming.JavaQueueStream
 */
import {
  Durations,
  type JavaDStream,
  type JavaPairDStream,
  type JavaRDD,
  JavaStreamingContext,
  LinkedList,
  Lists,
  SparkConf,
  Tuple2,
} from 'dstreams/java';

export default class JavaQueueStream {
  static async main(_args: string[]): Promise<void> {
    const sparkConf = new SparkConf().setAppName('JavaQueueStream');

    // The context, with batches of 1 second.
    const ssc = new JavaStreamingContext(sparkConf, Durations.seconds(1));

    // The queue. Its content is taken when the stream is made, as in Java.
    const rddQueue = new LinkedList<JavaRDD<number>>();
    const list = Lists.newArrayList<number>();
    for (let i = 0; i < 1000; i++) {
      list.add(i);
    }
    for (let i = 0; i < 30; i++) {
      rddQueue.add(ssc.sparkContext().parallelize(list));
    }

    const inputStream: JavaDStream<number> = ssc.queueStream(rddQueue);
    const mappedStream: JavaPairDStream<number, number> = inputStream.mapToPair((i) => new Tuple2(i % 10, 1));
    const reducedStream: JavaPairDStream<number, number> = mappedStream.reduceByKey((i1, i2) => i1 + i2);

    reducedStream.print();
    ssc.start();
    await ssc.awaitTermination();
  }
}
