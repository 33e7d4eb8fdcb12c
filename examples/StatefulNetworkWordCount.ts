/**
 * Counts the words in text that a TCP server sends, from the start on: every second it prints how often each word has come.
 *
 *   StatefulNetworkWordCount <master> <hostname> <port>
 *
 * <master> is where it runs: local for one thread, local[2] for two. <hostname> and <port> are those of the server.
 *
 * To run it, first start a server in one terminal, and type lines into it:
 *
 *   $ nc -lk 9999
 *
 * then, in another:
 *
 *   $ ./run-example StatefulNetworkWordCount 'local[2]' localhost 9999
 */
import { defineJob, Seconds, StreamingContext } from 'dstreams';

export default defineJob(([master, hostname, port]) => {
  if (master === undefined || hostname === undefined || port === undefined) {
    console.error('Usage: StatefulNetworkWordCount <master> <hostname> <port>');
    console.error('In local mode, <master> is local[n]; receivers take no thread, so n may be 1.');
    process.exit(1);
  }

  // What came before, and what this batch brings.
  const updateFunc = (values: number[], state: number | undefined) =>
    values.reduce((sum, value) => sum + value, state ?? 0);

  // The context, with batches of 1 second. State needs a checkpoint directory.
  const ssc = new StreamingContext(master, 'NetworkWordCumulativeCountUpdateStateByKey', Seconds(1));
  ssc.checkpoint('.');

  // Lines from hostname:port, as nc sends them.
  const lines = ssc.socketTextStream(hostname, Number(port));
  const words = lines.flatMap((line) => line.split(' '));
  const wordDstream = words.map((word) => [word, 1]);

  // The counts since the start.
  const stateDstream = wordDstream.updateStateByKey(updateFunc);
  stateDstream.print();
  ssc.start();
});
