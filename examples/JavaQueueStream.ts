/**
 * Counts numbers by their last digit. Its input is a queue of 30 data sets, one a batch; the batches after them are
 * empty. The Java program of Spark 0.9, with function objects.
 *
 *   JavaQueueStream <master>
 *
 * <master> is where it runs: local for one thread, local[2] for two.
 *
 * To run it, until Ctrl-C:
 *
 *   $ ./run-example JavaQueueStream 'local[2]'
 */
import {
  Duration,
  Function2,
  type JavaDStream,
  type JavaPairDStream,
  type JavaRDD,
  JavaStreamingContext,
  LinkedList,
  Lists,
  PairFunction,
  System,
  Tuple2,
} from 'dstreams/java';

export default class JavaQueueStream {
  static main(args: string[]): void {
    if (args.length < 1) {
      System.err.println('Usage: JavaQueueStream <master>');
      System.exit(1);
    }

    // The context, with batches of 1 second.
    const ssc = new JavaStreamingContext(
      args[0],
      'QueueStream',
      new Duration(1000),
      System.getenv('SPARK_HOME'),
      System.getenv('SPARK_EXAMPLES_JAR'),
    );

    // The queue. Its content is taken when the stream is made, as in Java.
    const rddQueue = new LinkedList<JavaRDD<number>>();
    const list = Lists.newArrayList<number>();
    for (let i = 0; i < 1000; i++) {
      list.add(i);
    }
    for (let i = 0; i < 30; i++) {
      rddQueue.add(ssc.sc().parallelize(list));
    }

    const inputStream: JavaDStream<number> = ssc.queueStream(rddQueue);
    const mappedStream: JavaPairDStream<number, number> = inputStream.map(
      new (class extends PairFunction<number, number, number> {
        override call(i: number): Tuple2<number, number> {
          return new Tuple2(i % 10, 1);
        }
      })(),
    );
    const reducedStream: JavaPairDStream<number, number> = mappedStream.reduceByKey(
      new (class extends Function2<number, number, number> {
        override call(i1: number, i2: number): number {
          return i1 + i2;
        }
      })(),
    );

    reducedStream.print();
    ssc.start();
  }
}
