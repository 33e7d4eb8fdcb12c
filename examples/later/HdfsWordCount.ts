/**
 * Counts the words in the text files that appear in a directory.
 *
 *   HdfsWordCount <directory>
 *
 * <directory> is where files are moved to.
 *
 * To run it:
 *
 *   $ ./run-example org.apache.spark.examples.streaming.HdfsWordCount localdir
 *
 * then move a text file into localdir: its words are counted.
 */
import { defineJob, Seconds, SparkConf, StreamingContext } from 'dstreams';

export default defineJob(([directory]) => {
  if (directory === undefined) {
    console.error('Usage: HdfsWordCount <directory>');
    process.exit(1);
  }

  // The context, with batches of 2 seconds.
  const sparkConf = new SparkConf().setAppName('HdfsWordCount');
  const ssc = new StreamingContext(sparkConf, Seconds(2));

  // The new files of the directory, and their words.
  const lines = ssc.textFileStream(directory);
  const words = lines.flatMap((line) => line.split(' '));
  const wordCounts = words.map((x) => [x, 1]).reduceByKey((a, b) => a + b);
  wordCounts.print();
  ssc.start();
  return ssc.awaitTermination();
});
