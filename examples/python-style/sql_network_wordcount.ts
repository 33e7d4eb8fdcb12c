/**
 * Counts the words in text that a TCP server sends, with SQL. PySpark's sql_network_wordcount.py, line by line.
 *
 *   sql_network_wordcount <hostname> <port>
 *
 * <hostname> and <port> are those of the server.
 *
 * To run it, first start a server in one terminal, and type lines into it:
 *
 *   $ nc -lk 9999
 *
 * then, in another:
 *
 *   $ ./run-example sql_network_wordcount localhost 9999
 */
import { defineJob, type RDD, Seconds, SparkContext, StreamingContext, type Time } from 'dstreams';
import { SparkSession } from '../sql/spark-session.ts';

let sparkSessionSingletonInstance: Promise<SparkSession> | undefined;
const getSparkSessionInstance = (): Promise<SparkSession> => (sparkSessionSingletonInstance ??= SparkSession.create());

export default defineJob((args) => {
  const [host, port] = args;
  if (host === undefined || port === undefined || args.length !== 2) {
    console.error('Usage: sql_network_wordcount <hostname> <port>');
    process.exit(1);
  }
  const sc = new SparkContext({ appName: 'PythonSqlNetworkWordCount' });
  const ssc = new StreamingContext(sc, Seconds(1));

  // Lines from host:port, as nc sends them.
  const lines = ssc.socketTextStream(host, Number(port));
  const words = lines.flatMap((line) => line.split(' '));

  // Each data set of words becomes a table, and a query counts it.
  const countWithSql = async (rdd: RDD<string>, time: Time) => {
    console.log(`========= ${time} =========`);
    try {
      const spark = await getSparkSessionInstance();

      const rowRdd = rdd.map((w) => ({ word: w }));
      const wordsDataFrame = await spark.createDataFrame(rowRdd, ['word']);
      wordsDataFrame.createOrReplaceTempView('words');

      const wordCountsDataFrame = spark.sql('select word, count(*) as total from words group by word');
      wordCountsDataFrame.show();
    } catch (error) {
      console.error(error);
    }
  };

  words.foreachRDD(countWithSql);
  ssc.start();
  return ssc.awaitTermination();
});
