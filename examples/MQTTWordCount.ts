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
import { Arrays, Duration, JavaStreamingContext, javaSplit, StorageLevel, System, Tuple2 } from 'dstreams/java';

export default class MQTTWordCount {
  static async main(args: string[]): Promise<void> {
    if (args.length < 3) {
      System.err.println('Usage: MQTTWordCount <master> <MqttbrokerUrl> <topic>');
      System.exit(1);
    }

    const [master, url, topic] = args as [string, string, string];
    const ssc = new JavaStreamingContext(master, 'MQTTWordCount', new Duration(2000));
    const lines = ssc.mqttStream(url, topic, StorageLevel.MEMORY_ONLY());

    const words = lines.flatMap((x) => Arrays.asList(javaSplit(x, ' ')));
    const wordCounts = words.mapToPair((x) => new Tuple2(x, 1)).reduceByKey((a, b) => a + b);
    wordCounts.print();
    await ssc.start();
  }
}
