/**
 * Counts the words of messages from Kafka, every two seconds: the Java program of Spark 1.x. There is no connector to Kafka:
 * it ends with `NEEDS_CONNECTOR` where it would read, and says what to use in its place.
 *
 *   JavaKafkaWordCount <zkQuorum> <group> <topics> <numThreads>
 *
 * <zkQuorum> are the ZooKeeper servers, <group> is the group of consumers, <topics> are the topics with commas between them,
 * <numThreads> is how many threads read each. The master comes from the command line (--master, default local[2]).
 *
 * To run it:
 *
 *   $ ./run-example org.apache.spark.examples.streaming.JavaKafkaWordCount zoo01,zoo02 my-consumer-group topic1,topic2 1
 */
import {
  Arrays,
  Duration,
  HashMap,
  Integer,
  type JavaDStream,
  type JavaPairDStream,
  type JavaPairReceiverInputDStream,
  JavaStreamingContext,
  javaSplit,
  KafkaUtils,
  Pattern,
  SparkConf,
  System,
  Tuple2,
} from 'dstreams/java';

const SPACE = Pattern.compile(' ');

export default class JavaKafkaWordCount {
  static async main(args: string[]): Promise<void> {
    if (args.length < 4) {
      System.err.println('Usage: JavaKafkaWordCount <zkQuorum> <group> <topics> <numThreads>');
      System.exit(1);
    }

    // The context, with batches of 2 seconds.
    const sparkConf = new SparkConf().setAppName('JavaKafkaWordCount');
    const jssc = new JavaStreamingContext(sparkConf, new Duration(2000));

    const numThreads = Integer.parseInt(args[3]);
    const topicMap = new HashMap<string, number>();
    for (const topic of javaSplit(args[2]!, ',')) topicMap.put(topic, numThreads);

    const messages: JavaPairReceiverInputDStream<string, string> = KafkaUtils.createStream(
      jssc,
      args[0],
      args[1],
      topicMap,
    );
    const lines: JavaDStream<string> = messages.map((tuple) => tuple._2());
    const words: JavaDStream<string> = lines.flatMap((x) => Arrays.asList(SPACE.split(x)).iterator());
    const wordCounts: JavaPairDStream<string, number> = words
      .mapToPair((s) => new Tuple2(s, 1))
      .reduceByKey((i1, i2) => i1 + i2);

    wordCounts.print();
    jssc.start();
    await jssc.awaitTermination();
  }
}
