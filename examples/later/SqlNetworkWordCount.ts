/**
 * Counts the words in text that a TCP server sends, with SQL: each batch is a table.
 *
 *   SqlNetworkWordCount <hostname> <port>
 *
 * <hostname> and <port> are those of the server.
 *
 * To run it, first start a server in one terminal, and type lines into it:
 *
 *   $ nc -lk 9999
 *
 * then, in another:
 *
 *   $ ./run-example SqlNetworkWordCount localhost 9999
 */
import { defineJob, Seconds, SparkConf, StorageLevels, StreamingContext } from 'dstreams';
import { SparkSession } from '../sql/spark-session.ts';

/** The session is made when the first batch needs it. */
let instance: Promise<SparkSession> | undefined;
const getInstance = (): Promise<SparkSession> => (instance ??= SparkSession.create());

export default defineJob(([hostname, port]) => {
  if (hostname === undefined || port === undefined) {
    console.error('Usage: SqlNetworkWordCount <hostname> <port>');
    process.exit(1);
  }

  // The context, with batches of 2 seconds.
  const sparkConf = new SparkConf().setAppName('SqlNetworkWordCount');
  const ssc = new StreamingContext(sparkConf, Seconds(2));

  // Lines from hostname:port, as nc sends them.
  const lines = ssc.socketTextStream(hostname, Number(port), StorageLevels.MEMORY_AND_DISK_SER);
  const words = lines.flatMap((line) => line.split(' '));

  // Each data set of words becomes a table, and a query counts it.
  words.foreachRDD(async (rdd, time) => {
    const spark = await getInstance();
    const wordsDataFrame = await spark.createDataFrame(
      rdd.map((word) => ({ word })),
      ['word'],
    );
    wordsDataFrame.createOrReplaceTempView('words');
    const wordCountsDataFrame = spark.sql('select word, count(*) as total from words group by word');
    console.log(`========= ${time} =========`);
    wordCountsDataFrame.show();
  });

  ssc.start();
  return ssc.awaitTermination();
});
