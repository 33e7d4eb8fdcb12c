/**
 * Counts the words in text that a TCP server sends, from the start on. PySpark's stateful_network_wordcount.py, line by line.
 *
 *   stateful_network_wordcount <hostname> <port>
 *
 * <hostname> and <port> are those of the server.
 *
 * To run it, first start a server in one terminal, and type lines into it:
 *
 *   $ nc -lk 9999
 *
 * then, in another:
 *
 *   $ ./run-example stateful_network_wordcount localhost 9999
 */
import { defineJob, Seconds, SparkContext, StreamingContext } from 'dstreams';

export default defineJob((args) => {
  const [hostname, port] = args;
  if (hostname === undefined || port === undefined || args.length !== 2) {
    console.error('Usage: stateful_network_wordcount <hostname> <port>');
    process.exit(1);
  }
  const sc = new SparkContext({ appName: 'PythonStreamingStatefulNetworkWordCount' });
  const ssc = new StreamingContext(sc, Seconds(1));
  ssc.checkpoint('checkpoint');

  // What is known before the first batch.
  const initialStateRDD = sc.parallelize([
    ['hello', 1],
    ['world', 1],
  ]);

  const updateFunc = (newValues: number[], lastSum: number | undefined) =>
    newValues.reduce((sum, value) => sum + value, lastSum ?? 0);

  const lines = ssc.socketTextStream(hostname, Number(port));
  const runningCounts = lines
    .flatMap((line) => line.split(' '))
    .map((word) => [word, 1])
    .updateStateByKey(updateFunc, { initialRDD: initialStateRDD });

  runningCounts.pprint();

  ssc.start();
  return ssc.awaitTermination();
});
