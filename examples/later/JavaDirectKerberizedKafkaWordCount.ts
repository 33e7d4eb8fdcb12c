/**
 * Counts the words of messages from a Kafka that asks for Kerberos, every two seconds, as a direct stream. There is no connector
 * to Kafka: it ends with `NEEDS_CONNECTOR` where it would read, and says what to use in its place.
 *
 *   JavaDirectKerberizedKafkaWordCount <brokers> <groupId> <topics>
 *
 * <brokers> are the brokers, <topics> the topics, with commas between them; <groupId> is the group of consumers. The master
 * comes from the command line (--master, default local[2]).
 *
 * To run it:
 *
 *   $ ./run-example JavaDirectKerberizedKafkaWordCount broker1-host:port,broker2-host:port consumer-group topic1,topic2
 */
import {
  Arrays,
  type ConsumerRecord,
  ConsumerStrategies,
  Durations,
  HashMap,
  HashSet,
  type JavaDStream,
  type JavaInputDStream,
  type JavaPairDStream,
  JavaStreamingContext,
  javaSplit,
  KafkaUtils,
  LocationStrategies,
  Pattern,
  SparkConf,
  System,
  Tuple2,
} from 'dstreams/java';

const SPACE = Pattern.compile(' ');

export default class JavaDirectKerberizedKafkaWordCount {
  static async main(args: string[]): Promise<void> {
    if (args.length < 3) {
      System.err.println(
        'Usage: JavaDirectKerberizedKafkaWordCount <brokers> <groupId> <topics>\n' +
          '  <brokers>  host:port of the brokers, with commas between them\n' +
          '  <groupId>  the group of consumers that this program is in\n' +
          '  <topics>   what to read, with commas between the names',
      );
      System.exit(1);
    }

    const [brokers, groupId, topics] = args as [string, string, string];

    // The context, with batches of 2 seconds.
    const sparkConf = new SparkConf().setAppName('JavaDirectKerberizedKafkaWordCount');
    const jssc = new JavaStreamingContext(sparkConf, Durations.seconds(2));

    // The messages of the topics.
    const topicsSet = new HashSet<string>(Arrays.asList(javaSplit(topics, ',')));
    const kafkaParams = new HashMap<string, string>();
    kafkaParams.put('bootstrap.servers', brokers);
    kafkaParams.put('group.id', groupId);
    kafkaParams.put('key.deserializer', 'StringDeserializer');
    kafkaParams.put('value.deserializer', 'StringDeserializer');
    kafkaParams.put('security.protocol', 'SASL_PLAINTEXT');

    const messages: JavaInputDStream<ConsumerRecord<string, string>> = KafkaUtils.createDirectStream(
      jssc,
      LocationStrategies.PreferConsistent(),
      ConsumerStrategies.Subscribe<string, string>(topicsSet, kafkaParams),
    );

    // Their words.
    const lines: JavaDStream<string> = messages.map((record) => record.value());
    const words: JavaDStream<string> = lines.flatMap((x) => Arrays.asList(SPACE.split(x)).iterator());
    const wordCounts: JavaPairDStream<string, number> = words
      .mapToPair((s) => new Tuple2(s, 1))
      .reduceByKey((i1, i2) => i1 + i2);
    wordCounts.print();

    jssc.start();
    await jssc.awaitTermination();
  }
}
