/**
 * Counts the lines that contain "the", of text that comes from raw sockets, as fast as it goes: the Scala program of Spark 3.5.
 *
 *   RawNetworkGrep <numStreams> <host> <port> <batchMillis>
 *
 * <numStreams> is how many streams are read, which should be no more than the machine has cores; <host> and <port> are where
 * RawTextSender runs; <batchMillis> is the batch duration in milliseconds. The master comes from the command line (--master,
 * default local[2]).
 *
 * To run it, and RawTextSender in another terminal:
 *
 *   $ ./run-example RawTextSender 9999 README.md 100000 1000000
 *   $ ./run-example org.apache.spark.examples.streaming.RawNetworkGrep 2 localhost 9999 1000
 */
import { defineJob, Milliseconds, RawTextHelper, SparkConf, StorageLevels, StreamingContext } from 'dstreams';

export default defineJob(async ([numStreams, host, port, batchMillis, ...others]) => {
  if (
    !(Number(numStreams) > 0) ||
    host === undefined ||
    Number.isNaN(Number(port)) ||
    Number.isNaN(Number(batchMillis)) ||
    others.length > 0
  ) {
    console.error('Usage: RawNetworkGrep <numStreams> <host> <port> <batchMillis>');
    process.exit(1);
  }

  const sparkConf = new SparkConf().setAppName('RawNetworkGrep');
  const ssc = new StreamingContext(sparkConf, Milliseconds(Number(batchMillis)));

  // So that the first batches find compiled code.
  await RawTextHelper.warmUp(ssc.sparkContext);

  const rawStreams = Array.from({ length: Number(numStreams) }, () =>
    ssc.rawSocketStream<string>(host, Number(port), StorageLevels.MEMORY_ONLY_SER_2),
  );
  const union = ssc.union(...rawStreams);
  union
    .filter((line) => line.includes('the'))
    .count()
    .foreachRDD(async (r) => console.log(`Grep count: ${(await r.collect()).join('')}`));
  ssc.start();
  await ssc.awaitTermination();
});
