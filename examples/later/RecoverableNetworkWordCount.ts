/**
 * Counts the words in text that a TCP server sends, every second, but for a, b and c, and appends the counts to a file. When
 * it is killed and started again with the same arguments it goes on where it was: the batches that were lost are run again.
 * The Scala program of Spark 3.5.
 *
 *   RecoverableNetworkWordCount <hostname> <port> <checkpoint-directory> <output-file>
 *
 * <hostname> and <port> are those of the server. <checkpoint-directory> is where it keeps what it goes on from, <output-file>
 * what the counts are appended to: both are absolute paths. The master comes from the command line (--master, default
 * local[2]).
 *
 * To run it, first start a server in one terminal, and type lines into it:
 *
 *   $ nc -lk 9999
 *
 * then, in another:
 *
 *   $ ./run-example org.apache.spark.examples.streaming.RecoverableNetworkWordCount \
 *       localhost 9999 /tmp/checkpoint /tmp/out
 *
 * If the directory does not exist it begins anew ("Creating new context"), and so it does after the directory was removed.
 */
import { appendFileSync, rmSync } from 'node:fs';
import { resolve } from 'node:path';
import {
  type Accumulator,
  type Broadcast,
  defineJob,
  Seconds,
  SparkConf,
  type SparkContext,
  StreamingContext,
} from 'dstreams';

/** Made at its first use: neither broadcast variables nor accumulators come back from a checkpoint. */
let wordExcludeList: Broadcast<string[]> | undefined;
const getWordExcludeList = (sc: SparkContext) => (wordExcludeList ??= sc.broadcast(['a', 'b', 'c']));

let droppedWords: Accumulator<number> | undefined;
const getDroppedWordsCounter = (sc: SparkContext) => (droppedWords ??= sc.accumulator(0));

function createContext(ip: string, port: number, outputPath: string, isNew: boolean): StreamingContext {
  // The function runs in every run: what is to happen only once stands behind this.
  if (isNew) {
    console.log('Creating new context');
    rmSync(outputPath, { force: true });
  }

  // The context, with batches of 1 second. getOrCreate sets its checkpoint directory.
  const sparkConf = new SparkConf().setAppName('RecoverableNetworkWordCount');
  const ssc = new StreamingContext(sparkConf, Seconds(1));

  // Lines from ip:port, as nc sends them.
  const lines = ssc.socketTextStream(ip, port);
  const words = lines.flatMap((line) => line.split(' '));
  const wordCounts = words.map((word) => [word, 1]).reduceByKey((a, b) => a + b);
  wordCounts.foreachRDD(async (rdd, time) => {
    const excludeList = getWordExcludeList(rdd.context());
    const droppedWordsCounter = getDroppedWordsCounter(rdd.context());
    // Drops the words of the list, and counts how many they are.
    const kept = await rdd
      .filter(([word, count]) => {
        if (!excludeList.value.includes(word)) return true;
        droppedWordsCounter.add(count);
        return false;
      })
      .collect();
    const counts = `[${kept.map(([word, count]) => `(${word},${count})`).join(', ')}]`;
    const output = `Counts at time ${time} ${counts}`;
    console.log(output);
    console.log(`Dropped ${droppedWordsCounter.value} word(s) totally`);
    console.log(`Appending to ${resolve(outputPath)}`);
    appendFileSync(outputPath, `${output}\n`);
  });
  return ssc;
}

export default defineJob((args) => {
  if (args.length !== 4) {
    console.error(`The arguments were [${args.join(', ')}]`);
    console.error(
      'Usage: RecoverableNetworkWordCount <hostname> <port> <checkpoint-directory> <output-file>\n' +
        'Give absolute paths for <checkpoint-directory> and <output-file>.',
    );
    process.exit(1);
  }
  const [ip, port, checkpointDirectory, outputPath] = args as [string, string, string, string];
  const ssc = StreamingContext.getOrCreate(checkpointDirectory, ({ recovered, driver }) =>
    createContext(ip, Number(port), outputPath, !recovered && driver),
  );
  ssc.start();
  return ssc.awaitTermination();
});
