/**
 * Counts the words of messages from MQTT, every two seconds. There is no connector to MQTT: it ends with
 * `NEEDS_CONNECTOR` where it would read, and says what to use in its place.
 *
 *   MQTTWordCount <master> <MqttbrokerUrl> <topic>
 *
 * <master> is where it runs. <MqttbrokerUrl> is the broker, <topic> what it subscribes to.
 *
 * To run it:
 *
 *   $ ./run-example MQTTWordCount 'local[2]' tcp://localhost:1883 foo
 */
import { defineJob, Seconds, StorageLevels, StreamingContext } from 'dstreams';

export default defineJob(async ([master, brokerUrl, topic]) => {
  if (master === undefined || brokerUrl === undefined || topic === undefined) {
    console.error('Usage: MQTTWordCount <master> <MqttbrokerUrl> <topic>');
    process.exit(1);
  }

  // The context, with batches of 2 seconds.
  const ssc = new StreamingContext(master, 'MQTTWordCount', Seconds(2));

  // The words of the messages.
  const lines = ssc.mqttStream(brokerUrl, topic, StorageLevels.MEMORY_ONLY);
  const words = lines.flatMap((line) => line.split(' '));
  const wordCounts = words.map((x) => [x, 1]).reduceByKey((a, b) => a + b);
  wordCounts.print();

  await ssc.start();
});
