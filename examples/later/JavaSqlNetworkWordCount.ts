/**
 * Counts the words in text that a TCP server sends, with SQL: each batch is a table. In Java style.
 *
 *   JavaSqlNetworkWordCount <hostname> <port>
 *
 * <hostname> and <port> are those of the server.
 *
 * To run it, first start a server in one terminal, and type lines into it:
 *
 *   $ nc -lk 9999
 *
 * then, in another:
 *
 *   $ ./run-example JavaSqlNetworkWordCount localhost 9999
 */
import {
  Arrays,
  Durations,
  Integer,
  type JavaDStream,
  type JavaRDD,
  type JavaReceiverInputDStream,
  JavaStreamingContext,
  Pattern,
  SparkConf,
  StorageLevels,
  System,
} from 'dstreams/java';
import { SparkSession } from '../sql/spark-session.ts';
import { JavaRecord } from './JavaRecord.ts';

export default class JavaSqlNetworkWordCount {
  private static readonly SPACE = Pattern.compile(' ');

  static async main(args: string[]): Promise<void> {
    if (args.length < 2) {
      System.err.println('Usage: JavaSqlNetworkWordCount <hostname> <port>');
      System.exit(1);
    }

    // The context, with batches of 1 second.
    const sparkConf = new SparkConf().setAppName('JavaSqlNetworkWordCount');
    const ssc = new JavaStreamingContext(sparkConf, Durations.seconds(1));

    // Lines from hostname:port, as nc sends them.
    const lines: JavaReceiverInputDStream<string> = ssc.socketTextStream(
      args[0],
      Integer.parseInt(args[1]),
      StorageLevels.MEMORY_AND_DISK_SER,
    );
    const words: JavaDStream<string> = lines.flatMap((x) =>
      Arrays.asList(JavaSqlNetworkWordCount.SPACE.split(x)).iterator(),
    );

    // Each data set of words becomes a table, and a query counts it.
    words.foreachRDD(async (rdd, time) => {
      const spark = await JavaSparkSessionSingleton.getInstance();

      // A bean for each word, and a table of the beans.
      const rowRDD: JavaRDD<JavaRecord> = rdd.map((word) => {
        const record = new JavaRecord();
        record.setWord(word);
        return record;
      });
      const wordsDataFrame = await spark.createDataFrame(rowRDD, JavaRecord);
      wordsDataFrame.createOrReplaceTempView('words');

      const wordCountsDataFrame = spark.sql('select word, count(*) as total from words group by word');
      System.out.println(`========= ${time}=========`);
      wordCountsDataFrame.show();
    });

    ssc.start();
    await ssc.awaitTermination();
  }
}

/** The session is made when the first batch needs it. */
class JavaSparkSessionSingleton {
  private static instance: Promise<SparkSession> | undefined;

  static getInstance(): Promise<SparkSession> {
    JavaSparkSessionSingleton.instance ??= SparkSession.create();
    return JavaSparkSessionSingleton.instance;
  }
}
