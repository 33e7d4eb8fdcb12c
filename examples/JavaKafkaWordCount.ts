/**
 * Counts the words of messages from Kafka, every two seconds. There is no connector to Kafka: it ends with `NEEDS_CONNECTOR`
 * where it would read, and says what to use in its place.
 *
 *   JavaKafkaWordCount <master> <zkQuorum> <group> <topics> <numThreads>
 *
 * <master> is where it runs. <zkQuorum> are the ZooKeeper servers, <group> is the group of consumers, <topics> are the topics
 * with commas between them, <numThreads> is how many threads read each.
 *
 * To run it:
 *
 *   $ ./run-example JavaKafkaWordCount 'local[2]' zoo01,zoo02,zoo03 my-consumer-group topic1,topic2 1
 */
import {
  Arrays,
  Duration,
  HashMap,
  Integer,
  type JavaDStream,
  type JavaPairDStream,
  JavaStreamingContext,
  javaSplit,
  System,
  Tuple2,
} from 'dstreams/java';

export default class JavaKafkaWordCount {
  static async main(args: string[]): Promise<void> {
    if (args.length < 5) {
      System.err.println('Usage: KafkaWordCount <master> <zkQuorum> <group> <topics> <numThreads>');
      System.exit(1);
    }

    const ssc = new JavaStreamingContext(args[0], 'KafkaWordCount', new Duration(2000));

    const numThreads = Integer.parseInt(args[4]);
    const topicMap = new HashMap<string, number>();
    for (const topic of javaSplit(args[3]!, ',')) topicMap.put(topic, numThreads);

    const messages = ssc.kafkaStream(args[1], args[2], topicMap);
    const lines: JavaDStream<string> = messages.map((tuple) => tuple._2());
    const words: JavaDStream<string> = lines.flatMap((x) => Arrays.asList(javaSplit(x, ' ')));
    const wordCounts: JavaPairDStream<string, number> = words
      .mapToPair((s) => new Tuple2(s, 1))
      .reduceByKey((i1, i2) => i1 + i2);

    wordCounts.print();
    await ssc.start();
  }
}
