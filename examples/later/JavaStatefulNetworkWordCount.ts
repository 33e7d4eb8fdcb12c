/**
 * Counts the words in text that a TCP server sends, from the start on: for each word that comes it prints its count so
 * far, every second. hello and world have come once before the first batch. The Java program of Spark 3.5.
 *
 *   JavaStatefulNetworkWordCount <hostname> <port>
 *
 * <hostname> and <port> are those of the server. The master comes from the command line (--master, default local[2]).
 *
 * To run it, first start a server in one terminal, and type lines into it:
 *
 *   $ nc -lk 9999
 *
 * then, in another:
 *
 *   $ ./run-example org.apache.spark.examples.streaming.JavaStatefulNetworkWordCount localhost 9999
 */
import {
  Arrays,
  Durations,
  Integer,
  type JavaDStream,
  type JavaMapWithStateDStream,
  type JavaPairDStream,
  type JavaPairRDD,
  type JavaReceiverInputDStream,
  JavaStreamingContext,
  type Optional,
  Pattern,
  SparkConf,
  type State,
  StateSpec,
  StorageLevels,
  System,
  Tuple2,
} from 'dstreams/java';

export default class JavaStatefulNetworkWordCount {
  private static readonly SPACE = Pattern.compile(' ');

  static async main(args: string[]): Promise<void> {
    if (args.length < 2) {
      System.err.println('Usage: JavaStatefulNetworkWordCount <hostname> <port>');
      System.exit(1);
    }

    // The context, with batches of 1 second. State needs a checkpoint directory.
    const sparkConf = new SparkConf().setAppName('JavaStatefulNetworkWordCount');
    const ssc = new JavaStreamingContext(sparkConf, Durations.seconds(1));
    ssc.checkpoint('.');

    // What is known before the first batch.
    const tuples = Arrays.asList(new Tuple2('hello', 1), new Tuple2('world', 1));
    const initialRDD: JavaPairRDD<string, number> = ssc.sparkContext().parallelizePairs(tuples);

    const lines: JavaReceiverInputDStream<string> = ssc.socketTextStream(
      args[0],
      Integer.parseInt(args[1]),
      StorageLevels.MEMORY_AND_DISK_SER_2,
    );
    const words: JavaDStream<string> = lines.flatMap((x) =>
      Arrays.asList(JavaStatefulNetworkWordCount.SPACE.split(x)).iterator(),
    );
    const wordsDstream: JavaPairDStream<string, number> = words.mapToPair((s) => new Tuple2(s, 1));

    // Keeps the count of each word, and gives it for each time that the word comes.
    const mappingFunc = (word: string, one: Optional<number>, state: State<number>): Tuple2<string, number> => {
      const sum = one.orElse(0) + (state.exists() ? state.get() : 0);
      const output = new Tuple2(word, sum);
      state.update(sum);
      return output;
    };

    const stateDstream: JavaMapWithStateDStream<
      string,
      number,
      number,
      Tuple2<string, number>
    > = wordsDstream.mapWithState(StateSpec.function(mappingFunc).initialState(initialRDD));

    stateDstream.print();
    ssc.start();
    await ssc.awaitTermination();
  }
}
