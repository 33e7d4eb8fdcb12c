/**
 * Counts the words in the text files that appear in a directory. PySpark's hdfs_wordcount.py, line by line.
 *
 *   hdfs_wordcount <directory>
 *
 * <directory> is where files are moved to.
 *
 * To run it:
 *
 *   $ ./run-example hdfs_wordcount localdir
 *
 * then move a text file into localdir: its words are counted.
 */
import { add, defineJob, Seconds, SparkContext, StreamingContext } from 'dstreams';

export default defineJob((args) => {
  const [directory] = args;
  if (directory === undefined || args.length !== 1) {
    console.error('Usage: hdfs_wordcount <directory>');
    process.exit(1);
  }
  const sc = new SparkContext({ appName: 'PythonStreamingHDFSWordCount' });
  const ssc = new StreamingContext(sc, Seconds(1));

  const lines = ssc.textFileStream(directory);
  const counts = lines
    .flatMap((line) => line.split(' '))
    .map((x) => [x, 1])
    .reduceByKey(add);
  counts.pprint();

  ssc.start();
  return ssc.awaitTermination();
});
