/**
 * Counts the words in text that a TCP server sends, every second. PySpark's network_wordcount.py, line by line.
 *
 *   network_wordcount <hostname> <port>
 *
 * <hostname> and <port> are those of the server.
 *
 * To run it, first start a server in one terminal, and type lines into it:
 *
 *   $ nc -lk 9999
 *
 * then, in another:
 *
 *   $ ./run-example network_wordcount localhost 9999
 */
import { add, defineJob, Seconds, SparkContext, StreamingContext } from 'dstreams';

export default defineJob((args) => {
  const [hostname, port] = args;
  if (hostname === undefined || port === undefined || args.length !== 2) {
    console.error('Usage: network_wordcount <hostname> <port>');
    process.exit(1);
  }
  const sc = new SparkContext({ appName: 'PythonStreamingNetworkWordCount' });
  const ssc = new StreamingContext(sc, Seconds(1));

  const lines = ssc.socketTextStream(hostname, Number(port));
  const counts = lines
    .flatMap((line) => line.split(' '))
    .map((word) => [word, 1])
    .reduceByKey(add);
  counts.pprint();

  ssc.start();
  return ssc.awaitTermination();
});
