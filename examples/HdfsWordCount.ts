/**
 * Counts the words in the text files that appear in a directory.
 *
 *   HdfsWordCount <master> <directory>
 *
 * <master> is where it runs: local for one thread, local[2] for two. <directory> is where files are moved to.
 *
 * To run it:
 *
 *   $ ./run-example HdfsWordCount 'local[2]' localdir
 *
 * then move a text file into localdir: its words are counted.
 */
import { defineJob, Seconds, StreamingContext } from 'dstreams';

export default defineJob(([master, directory]) => {
  if (master === undefined || directory === undefined) {
    console.error('Usage: HdfsWordCount <master> <directory>');
    process.exit(1);
  }

  // The context, with batches of 2 seconds.
  const ssc = new StreamingContext(master, 'HdfsWordCount', Seconds(2));

  // The new files of the directory, and their words.
  const lines = ssc.textFileStream(directory);
  const words = lines.flatMap((line) => line.split(' '));
  const wordCounts = words.map((x) => [x, 1]).reduceByKey((a, b) => a + b);
  wordCounts.print();
  ssc.start();
});
