/**
 * Counts the words in text that a TCP server sends, every second, but for a, b and c, and appends the counts to a file. When
 * it is killed and started again with the same arguments it goes on where it was: the batches that were lost are run again.
 * The Java program of Spark 3.5.
 *
 *   JavaRecoverableNetworkWordCount <hostname> <port> <checkpoint-directory> <output-file>
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
 *   $ ./run-example org.apache.spark.examples.streaming.JavaRecoverableNetworkWordCount \
 *       localhost 9999 /tmp/checkpoint /tmp/out
 *
 * If the directory does not exist it begins anew ("Creating new context"), and so it does after the directory was removed.
 */
import { appendFileSync, rmSync } from 'node:fs';
import {
  Arrays,
  type Broadcast,
  Durations,
  Integer,
  type JavaDStream,
  type JavaPairDStream,
  type JavaReceiverInputDStream,
  JavaSparkContext,
  JavaStreamingContext,
  type JList,
  type LongAccumulator,
  Pattern,
  SparkConf,
  System,
  Tuple2,
} from 'dstreams/java';

/** Made at its first use: neither broadcast variables nor accumulators come back from a checkpoint. */
class JavaWordExcludeList {
  private static instance: Broadcast<JList<string>> | null = null;

  static getInstance(jsc: JavaSparkContext): Broadcast<JList<string>> {
    JavaWordExcludeList.instance ??= jsc.broadcast(Arrays.asList('a', 'b', 'c'));
    return JavaWordExcludeList.instance;
  }
}

class JavaDroppedWordsCounter {
  private static instance: LongAccumulator | null = null;

  static getInstance(jsc: JavaSparkContext): LongAccumulator {
    JavaDroppedWordsCounter.instance ??= jsc.longAccumulator('DroppedWordsCounter');
    return JavaDroppedWordsCounter.instance;
  }
}

export default class JavaRecoverableNetworkWordCount {
  private static readonly SPACE = Pattern.compile(' ');

  private static createContext(
    ip: string,
    port: number,
    checkpointDirectory: string,
    outputPath: string,
    isNew: boolean,
  ): JavaStreamingContext {
    // The factory runs in every run: what is to happen only once stands behind this.
    if (isNew) {
      System.out.println('Creating new context');
      rmSync(outputPath, { force: true });
    }

    // The context, with batches of 1 second.
    const sparkConf = new SparkConf().setAppName('JavaRecoverableNetworkWordCount');
    const ssc = new JavaStreamingContext(sparkConf, Durations.seconds(1));
    ssc.checkpoint(checkpointDirectory);

    const lines: JavaReceiverInputDStream<string> = ssc.socketTextStream(ip, port);
    const words: JavaDStream<string> = lines.flatMap((x) =>
      Arrays.asList(JavaRecoverableNetworkWordCount.SPACE.split(x)).iterator(),
    );
    const wordCounts: JavaPairDStream<string, number> = words
      .mapToPair((s) => new Tuple2(s, 1))
      .reduceByKey((i1, i2) => i1 + i2);

    wordCounts.foreachRDD(async (rdd, time) => {
      const excludeList = JavaWordExcludeList.getInstance(new JavaSparkContext(rdd.context()));
      const droppedWordsCounter = JavaDroppedWordsCounter.getInstance(new JavaSparkContext(rdd.context()));
      // Drops the words of the list, and counts how many they are.
      const counts = (
        await rdd
          .filter((wordCount) => {
            if (!excludeList.value().contains(wordCount._1())) return true;
            droppedWordsCounter.add(wordCount._2());
            return false;
          })
          .collect()
      ).toString();
      const output = `Counts at time ${time} ${counts}`;
      System.out.println(output);
      System.out.println(`Dropped ${droppedWordsCounter.value()} word(s) totally`);
      System.out.println(`Appending to ${outputPath}`);
      appendFileSync(outputPath, `${output}\n`);
    });
    return ssc;
  }

  static async main(args: string[]): Promise<void> {
    if (args.length !== 4) {
      System.err.println(`The arguments were ${Arrays.asList(args)}`);
      System.err.println(
        'Usage: JavaRecoverableNetworkWordCount <hostname> <port> <checkpoint-directory> <output-file>\n' +
          'Give absolute paths for <checkpoint-directory> and <output-file>.',
      );
      System.exit(1);
    }

    const ip = args[0]!;
    const port = Integer.parseInt(args[1]);
    const checkpointDirectory = args[2]!;
    const outputPath = args[3]!;
    const ssc = JavaStreamingContext.getOrCreate(checkpointDirectory, ({ recovered, driver }) =>
      JavaRecoverableNetworkWordCount.createContext(ip, port, checkpointDirectory, outputPath, !recovered && driver),
    );
    ssc.start();
    await ssc.awaitTermination();
  }
}
