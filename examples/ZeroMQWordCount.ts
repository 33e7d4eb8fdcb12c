/**
 * Counts the words of messages from ZeroMQ, every two seconds. There is no connector to ZeroMQ: it ends with
 * `NEEDS_CONNECTOR` where it would read, and says what to use in its place.
 *
 *   ZeroMQWordCount <master> <zeroMQurl> <topic>
 *
 * <master> is where it runs. <zeroMQurl> is the publisher, <topic> the prefix of what it subscribes to.
 *
 * To run it:
 *
 *   $ ./run-example ZeroMQWordCount 'local[2]' tcp://127.0.1.1:1234 foo
 */
import { Arrays, Duration, JavaStreamingContext, javaSplit, System, Tuple2 } from 'dstreams/java';

/** The frames after the one of the topic, as text. */
const bytesToStrings = (frames: readonly Uint8Array[]) => frames.map((frame) => Buffer.from(frame).toString('utf8'));

export default class ZeroMQWordCount {
  static async main(args: string[]): Promise<void> {
    if (args.length < 3) {
      System.err.println('Usage: ZeroMQWordCount <master> <zeroMQurl> <topic>');
      System.exit(1);
    }

    const [master, url, topic] = args as [string, string, string];
    const ssc = new JavaStreamingContext(master, 'ZeroMQWordCount', new Duration(2000));
    const lines = ssc.zeroMQStream<string>(url, topic, bytesToStrings);

    const words = lines.flatMap((x) => Arrays.asList(javaSplit(x, ' ')));
    const wordCounts = words.mapToPair((x) => new Tuple2(x, 1)).reduceByKey((a, b) => a + b);
    wordCounts.print();
    await ssc.start();
  }
}
