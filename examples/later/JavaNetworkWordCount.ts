/**
 * Counts the words in text that a TCP server sends, every second: the Java program of Spark 3.5, with lambdas.
 *
 *   JavaNetworkWordCount <hostname> <port>
 *
 * <hostname> and <port> are those of the server. The master comes from the command line (--master, default local[2]).
 *
 * To run it, first start a server in one terminal, and type lines into it:
 *
 *   $ nc -lk 9999
 *
 * then, in another:
 *
 *   $ ./run-example org.apache.spark.examples.streaming.JavaNetworkWordCount localhost 9999
 */
import {
  Arrays,
  Durations,
  Integer,
  type JavaDStream,
  type JavaPairDStream,
  type JavaReceiverInputDStream,
  JavaStreamingContext,
  Pattern,
  SparkConf,
  StorageLevels,
  System,
  Tuple2,
} from 'dstreams/java';

export default class JavaNetworkWordCount {
  private static readonly SPACE = Pattern.compile(' ');

  static async main(args: string[]): Promise<void> {
    if (args.length < 2) {
      System.err.println('Usage: JavaNetworkWordCount <hostname> <port>');
      System.exit(1);
    }

    // The context, with batches of 1 second.
    const sparkConf = new SparkConf().setAppName('JavaNetworkWordCount');
    const ssc = new JavaStreamingContext(sparkConf, Durations.seconds(1));

    // Lines from the server. One copy of what is received will do, and goes to disk when memory is short.
    const lines: JavaReceiverInputDStream<string> = ssc.socketTextStream(
      args[0],
      Integer.parseInt(args[1]),
      StorageLevels.MEMORY_AND_DISK_SER,
    );
    const words: JavaDStream<string> = lines.flatMap((x) =>
      Arrays.asList(JavaNetworkWordCount.SPACE.split(x)).iterator(),
    );
    const wordCounts: JavaPairDStream<string, number> = words
      .mapToPair((s) => new Tuple2(s, 1))
      .reduceByKey((i1, i2) => i1 + i2);

    wordCounts.print();
    ssc.start();
    await ssc.awaitTermination();
  }
}
