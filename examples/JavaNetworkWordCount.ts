/**
 * Counts the words in text that a TCP server sends, every second: the guide's Java program, line by line, with function
 * objects as Java had them before lambdas.
 *
 *   JavaNetworkWordCount <master> <hostname> <port>
 *
 * <master> is where it runs: local for one thread, local[2] for two. <hostname> and <port> are those of the server.
 *
 * To run it, first start a server in one terminal, and type lines into it:
 *
 *   $ nc -lk 9999
 *
 * then, in another:
 *
 *   $ ./run-example JavaNetworkWordCount 'local[2]' localhost 9999
 */
import {
  Duration,
  FlatMapFunction,
  Function2,
  Integer,
  type JavaDStream,
  type JavaPairDStream,
  JavaStreamingContext,
  javaSplit,
  Lists,
  PairFunction,
  System,
  Tuple2,
} from 'dstreams/java';

export default class JavaNetworkWordCount {
  static main(args: string[]): void {
    if (args.length < 3) {
      System.err.println(
        'Usage: NetworkWordCount <master> <hostname> <port>\n' +
          "In local mode, <master> is 'local[n]'; receivers take no thread, so n may be 1",
      );
      System.exit(1);
    }

    // The context, with batches of 1 second. Home and jars mean nothing here, and may be null.
    const ssc = new JavaStreamingContext(
      args[0],
      'NetworkWordCount',
      new Duration(1000),
      System.getenv('SPARK_HOME'),
      System.getenv('SPARK_EXAMPLES_JAR'),
    );

    // Lines from the server, split into words by Java's rule: "a " is one word.
    const lines: JavaDStream<string> = ssc.socketTextStream(args[1], Integer.parseInt(args[2]));
    const words: JavaDStream<string> = lines.flatMap(
      new (class extends FlatMapFunction<string, string> {
        override call(x: string): Iterable<string> {
          return Lists.newArrayList(javaSplit(x, ' '));
        }
      })(),
    );
    const wordCounts: JavaPairDStream<string, number> = words
      .map(
        new (class extends PairFunction<string, string, number> {
          override call(s: string): Tuple2<string, number> {
            return new Tuple2(s, 1);
          }
        })(),
      )
      .reduceByKey(
        new (class extends Function2<number, number, number> {
          override call(i1: number, i2: number): number {
            return i1 + i2;
          }
        })(),
      );

    wordCounts.print();
    ssc.start();
  }
}
