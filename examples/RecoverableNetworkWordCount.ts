/**
 * Counts the words in text that a TCP server sends, every second, and appends the counts to a file. When it is killed and
 * started again with the same arguments it goes on where it was: the batches that were lost are run again.
 *
 *   RecoverableNetworkWordCount <master> <hostname> <port> <checkpoint-directory> <output-file>
 *
 * <master> is where it runs: local for one thread, local[2] for two. <hostname> and <port> are those of the server.
 * <checkpoint-directory> is where it keeps what it goes on from, <output-file> what the counts are appended to: both are
 * absolute paths.
 *
 * To run it, first start a server in one terminal, and type lines into it:
 *
 *   $ nc -lk 9999
 *
 * then, in another:
 *
 *   $ ./run-example RecoverableNetworkWordCount 'local[2]' localhost 9999 /tmp/checkpoint /tmp/out
 *
 * If the directory does not exist it begins anew ("Creating new context"), and so it does after the directory was removed.
 */
import { appendFileSync, rmSync } from 'node:fs';
import { defineJob, Seconds, StreamingContext } from 'dstreams';

export default defineJob((args) => {
  const [master, hostname, port, checkpointDirectory, outputFile] = args;
  if (args.length !== 5 || outputFile === undefined) {
    console.error(`The arguments were [${args.join(', ')}]`);
    console.error(
      'Usage: RecoverableNetworkWordCount <master> <hostname> <port> <checkpoint-directory> <output-file>\n' +
        'In local mode, <master> is local[n]; receivers take no thread, so n may be 1.\n' +
        'Give absolute paths for <checkpoint-directory> and <output-file>.',
    );
    process.exit(1);
  }

  // Called in every run: it is how the streams come back. What is to happen only once stands behind the first line.
  const ssc = StreamingContext.getOrCreate(checkpointDirectory!, ({ recovered, driver }) => {
    if (!recovered && driver) {
      console.log('Creating new context');
      rmSync(outputFile, { force: true });
    }

    // The context, with batches of 1 second. getOrCreate sets its checkpoint directory.
    const ssc = new StreamingContext(master!, 'RecoverableNetworkWordCount', Seconds(1));

    // Lines from hostname:port, as nc sends them.
    const lines = ssc.socketTextStream(hostname!, Number(port));
    const words = lines.flatMap((line) => line.split(' '));
    const wordCounts = words.map((word) => [word, 1]).reduceByKey((a, b) => a + b);
    wordCounts.foreachRDD(async (rdd, time) => {
      const pairs = (await rdd.collect()).map(([word, count]) => `(${word},${count})`);
      const counts = `Counts at time ${time} [${pairs.join(', ')}]`;
      console.log(counts);
      console.log(`Appending to ${outputFile}`);
      appendFileSync(outputFile, `${counts}\n`);
    });
    return ssc;
  });
  ssc.start();
});
