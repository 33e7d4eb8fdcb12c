/**
 * Counts the words of messages from a Kafka that asks for Kerberos, every two seconds, as a direct stream: the Scala program of
 * Spark 3.5, in Java style, as that surface has KafkaUtils. There is no connector to Kafka: it ends with `NEEDS_CONNECTOR` where
 * it would read, and says what to use in its place.
 *
 *   DirectKerberizedKafkaWordCount <brokers> <groupId> <topics>
 *
 * <brokers> are the brokers, <topics> the topics, with commas between them; <groupId> is the group of consumers. The master
 * comes from the command line (--master, default local[2]).
 *
 * To run it:
 *
 *   $ ./run-example DirectKerberizedKafkaWordCount broker1-host:port,broker2-host:port consumer-group topic1,topic2
 */
import {
  Arrays,
  ConsumerStrategies,
  Durations,
  JavaStreamingContext,
  KafkaUtils,
  LocationStrategies,
  SparkConf,
  System,
  Tuple2,
} from 'dstreams/java';

export default async function main(args: string[]): Promise<void> {
  if (args.length < 3) {
    System.err.println(
      'Usage: DirectKerberizedKafkaWordCount <brokers> <groupId> <topics>\n' +
        '  <brokers>  host:port of the brokers, with commas between them\n' +
        '  <groupId>  the group of consumers that this program is in\n' +
        '  <topics>   what to read, with commas between the names',
    );
    System.exit(1);
  }

  const [brokers, groupId, topics] = args as [string, string, string];

  // The context, with batches of 2 seconds.
  const sparkConf = new SparkConf().setAppName('DirectKerberizedKafkaWordCount');
  const ssc = new JavaStreamingContext(sparkConf, Durations.seconds(2));

  // The messages of the topics.
  const topicsSet = new Set(topics.split(','));
  const kafkaParams = new Map([
    ['bootstrap.servers', brokers],
    ['group.id', groupId],
    ['key.deserializer', 'StringDeserializer'],
    ['value.deserializer', 'StringDeserializer'],
    ['security.protocol', 'SASL_PLAINTEXT'],
  ]);
  const messages = KafkaUtils.createDirectStream(
    ssc,
    LocationStrategies.PreferConsistent(),
    ConsumerStrategies.Subscribe<string, string>(topicsSet, kafkaParams),
  );

  // Their words.
  const lines = messages.map((record) => record.value());
  const words = lines.flatMap((line) => Arrays.asList(line.split(' ')));
  const wordCounts = words.mapToPair((x) => new Tuple2(x, 1)).reduceByKey((a, b) => a + b);
  wordCounts.print();

  ssc.start();
  await ssc.awaitTermination();
}
