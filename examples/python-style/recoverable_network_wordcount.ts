/**
 * Counts the words in text that a TCP server sends, every second, but for a, b and c, and appends the counts to a file. When
 * it is killed and started again with the same arguments it goes on where it was. PySpark's recoverable_network_wordcount.py.
 *
 *   recoverable_network_wordcount <hostname> <port> <checkpoint-directory> <output-file>
 *
 * <hostname> and <port> are those of the server. <checkpoint-directory> is where it keeps what it goes on from, <output-file>
 * what the counts are appended to.
 *
 * To run it, first start a server in one terminal, and type lines into it:
 *
 *   $ nc -lk 9999
 *
 * then, in another:
 *
 *   $ ./run-example recoverable_network_wordcount localhost 9999 /tmp/checkpoint /tmp/out
 *
 * If the directory does not exist it begins anew ("Creating new context"), and so it does after the directory was removed.
 */
import { appendFileSync, rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { type Accumulator, type Broadcast, defineJob, Seconds, SparkContext, StreamingContext } from 'dstreams';

/** Made at its first use: neither broadcast variables nor accumulators come back from a checkpoint. */
let wordExcludeList: Broadcast<string[]> | undefined;
let droppedWords: Accumulator<number> | undefined;

function getWordExcludeList(sparkContext: SparkContext): Broadcast<string[]> {
  wordExcludeList ??= sparkContext.broadcast(['a', 'b', 'c']);
  return wordExcludeList;
}

function getDroppedWordsCounter(sparkContext: SparkContext): Accumulator<number> {
  droppedWords ??= sparkContext.accumulator(0);
  return droppedWords;
}

function createContext(host: string, port: number, outputPath: string, isNew: boolean): StreamingContext {
  // The function runs in every run: what is to happen only once stands behind this.
  if (isNew) {
    console.log('Creating new context');
    rmSync(outputPath, { force: true });
  }
  const sc = new SparkContext({ appName: 'PythonStreamingRecoverableNetworkWordCount' });
  const ssc = new StreamingContext(sc, Seconds(1));

  const lines = ssc.socketTextStream(host, port);
  const words = lines.flatMap((line) => line.split(' '));
  const wordCounts = words.map((x) => [x, 1]).reduceByKey((x, y) => x + y);

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
    const counts = `Counts at time ${time} [${kept.map(([word, count]) => `(${word},${count})`).join(', ')}]`;
    console.log(counts);
    console.log(`Dropped ${droppedWordsCounter.value} word(s) totally`);
    console.log(`Appending to ${resolve(outputPath)}`);
    appendFileSync(outputPath, `${counts}\n`);
  });
  return ssc;
}

export default defineJob((args) => {
  const [host, port, checkpoint, output] = args;
  if (args.length !== 4) {
    console.error('Usage: recoverable_network_wordcount <hostname> <port> <checkpoint-directory> <output-file>');
    process.exit(1);
  }
  const ssc = StreamingContext.getOrCreate(checkpoint!, ({ recovered, driver }) =>
    createContext(host!, Number(port), output!, !recovered && driver),
  );
  ssc.start();
  return ssc.awaitTermination();
});
