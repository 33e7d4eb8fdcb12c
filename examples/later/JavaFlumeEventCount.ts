/**
 * Counts events from Flume, every two seconds: the Java program of Spark 1.x. There is no connector to Flume: it ends with
 * `NEEDS_CONNECTOR` where it would read, and says what to use in its place.
 *
 *   JavaFlumeEventCount <host> <port>
 *
 * <host> and <port> are where it would listen. The master comes from the command line (--master, default local[2]).
 *
 * To run it:
 *
 *   $ ./run-example org.apache.spark.examples.streaming.JavaFlumeEventCount localhost 4141
 */
import {
  Duration,
  FlumeUtils,
  Integer,
  type JavaReceiverInputDStream,
  JavaStreamingContext,
  SparkConf,
  type SparkFlumeEvent,
  System,
} from 'dstreams/java';

export default class JavaFlumeEventCount {
  static async main(args: string[]): Promise<void> {
    if (args.length !== 2) {
      System.err.println('Usage: JavaFlumeEventCount <host> <port>');
      System.exit(1);
    }

    const host = args[0]!;
    const port = Integer.parseInt(args[1]);

    const batchInterval = new Duration(2000);
    const sparkConf = new SparkConf().setAppName('JavaFlumeEventCount');
    const ssc = new JavaStreamingContext(sparkConf, batchInterval);
    const flumeStream: JavaReceiverInputDStream<SparkFlumeEvent> = FlumeUtils.createStream(ssc, host, port);

    flumeStream.count();

    flumeStream
      .count()
      .map((n) => `Received ${n} flume events.`)
      .print();

    ssc.start();
    await ssc.awaitTermination();
  }
}
