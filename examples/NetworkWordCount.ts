/**
 * Counts the words in text that a TCP server sends, every second: the running example of the guide.
 *
 *   NetworkWordCount <master> <hostname> <port>
 *
 * <master> is where it runs: local for one thread, local[2] for two. <hostname> and <port> are those of the server.
 *
 * To run it, first start a server in one terminal, and type lines into it:
 *
 *   $ nc -lk 9999
 *
 * then, in another:
 *
 *   $ ./run-example NetworkWordCount 'local[2]' localhost 9999
 */
import { defineJob, Seconds, StreamingContext } from 'dstreams';

export default defineJob(([master, hostname, port]) => {
  if (master === undefined || hostname === undefined || port === undefined) {
    console.error('Usage: NetworkWordCount <master> <hostname> <port>');
    console.error('In local mode, <master> is local[n]; receivers take no thread, so n may be 1.');
    process.exit(1);
  }

  // The context, with batches of 1 second.
  const ssc = new StreamingContext(master, 'NetworkWordCount', Seconds(1));

  // Lines from hostname:port, as nc sends them.
  const lines = ssc.socketTextStream(hostname, Number(port));
  const words = lines.flatMap((line) => line.split(' '));
  const wordCounts = words.map((word) => [word, 1]).reduceByKey((a, b) => a + b);

  wordCounts.print();
  ssc.start();
});
