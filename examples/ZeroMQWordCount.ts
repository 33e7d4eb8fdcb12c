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
import { defineJob, Seconds, StreamingContext } from 'dstreams';

/** The frames after the one of the topic, as text. */
const bytesToStrings = (frames: readonly Uint8Array[]) => frames.map((frame) => Buffer.from(frame).toString('utf8'));

export default defineJob(async ([master, url, topic]) => {
  if (master === undefined || url === undefined || topic === undefined) {
    console.error('Usage: ZeroMQWordCount <master> <zeroMQurl> <topic>');
    process.exit(1);
  }

  // The context, with batches of 2 seconds.
  const ssc = new StreamingContext(master, 'ZeroMQWordCount', Seconds(2));

  // The words of the messages.
  const lines = ssc.zeroMQStream(url, topic, bytesToStrings);
  const words = lines.flatMap((line) => line.split(' '));
  const wordCounts = words.map((x) => [x, 1]).reduceByKey((a, b) => a + b);
  wordCounts.print();

  await ssc.start();
});
