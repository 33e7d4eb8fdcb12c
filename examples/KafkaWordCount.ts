/**
 * Counts the words of messages from Kafka of the last ten minutes, every two seconds. There is no connector to Kafka: it ends
 * with `NEEDS_CONNECTOR` where it would read, and says what to use in its place.
 *
 *   KafkaWordCount <master> <zkQuorum> <group> <topics> <numThreads>
 *
 * <master> is where it runs. <zkQuorum> are the ZooKeeper servers, <group> is the group of consumers, <topics> are the topics
 * with commas between them, <numThreads> is how many threads read each.
 *
 * To run it:
 *
 *   $ ./run-example KafkaWordCount 'local[2]' zoo01,zoo02,zoo03 my-consumer-group topic1,topic2 1
 */
import { defineJob, Minutes, RawTextHelper, Seconds, StreamingContext } from 'dstreams';

export default defineJob(async ([master, zkQuorum, group, topics, numThreads]) => {
  if (
    master === undefined ||
    zkQuorum === undefined ||
    group === undefined ||
    topics === undefined ||
    Number.isNaN(Number(numThreads))
  ) {
    console.error('Usage: KafkaWordCount <master> <zkQuorum> <group> <topics> <numThreads>');
    process.exit(1);
  }

  // The context, with batches of 2 seconds. A window that is kept up to date needs a checkpoint directory.
  const ssc = new StreamingContext(master, 'KafkaWordCount', Seconds(2));
  ssc.checkpoint('checkpoint');

  const topicMap = new Map(topics.split(',').map((topic) => [topic, Number(numThreads)]));
  const lines = ssc.kafkaStream(zkQuorum, group, topicMap).map(([, message]) => message);
  const words = lines.flatMap((line) => line.split(' '));

  // What comes into the window is added, what leaves it is subtracted.
  const { add, subtract } = RawTextHelper;
  const wordCounts = words.map((x) => [x, 1]).reduceByKeyAndWindow(add, subtract, Minutes(10), Seconds(2), 2);
  wordCounts.print();

  await ssc.start();
});
