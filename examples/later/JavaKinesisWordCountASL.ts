/**
 * Counts the words of records from Kinesis, every two seconds. There is no connector to Kinesis: it ends with
 * `NEEDS_CONNECTOR` where it would read, and says what to use in its place.
 *
 *   JavaKinesisWordCountASL <app-name> <stream-name> <endpoint-url>
 *
 * <app-name> is under which the positions in the stream are kept, <stream-name> is the stream, <endpoint-url> where it is
 * served. The master comes from the command line (--master, default local[2]).
 *
 * To run it:
 *
 *   $ ./run-example JavaKinesisWordCountASL myAppName mySparkStream https://kinesis.us-east-1.amazonaws.com
 */
import {
  ArrayList,
  Arrays,
  Duration,
  type JavaDStream,
  type JavaPairDStream,
  JavaStreamingContext,
  KinesisUtils,
  Pattern,
  SparkConf,
  StorageLevel,
  System,
  Tuple2,
} from 'dstreams/java';

const WORD_SEPARATOR = Pattern.compile(' ');

export default class JavaKinesisWordCountASL {
  static async main(args: string[]): Promise<void> {
    if (args.length !== 3) {
      System.err.println('Usage: JavaKinesisWordCountASL <app-name> <stream-name> <endpoint-url>');
      System.exit(1);
    }

    const [kinesisAppName, streamName, endpointUrl] = args;

    // One receiver for each shard. How many there are only a client can ask.
    const numShards = 1;
    const numStreams = numShards;

    const batchInterval = new Duration(2000);
    const kinesisCheckpointInterval = batchInterval;

    const sparkConfig = new SparkConf().setAppName('JavaKinesisWordCountASL');
    const jssc = new JavaStreamingContext(sparkConfig, batchInterval);

    const streamsList = new ArrayList<JavaDStream<Uint8Array>>(numStreams);
    for (let i = 0; i < numStreams; i++) {
      streamsList.add(
        KinesisUtils.createStream(
          jssc,
          kinesisAppName,
          streamName,
          endpointUrl,
          'LATEST',
          kinesisCheckpointInterval,
          StorageLevel.MEMORY_AND_DISK_2(),
        ),
      );
    }

    // The streams as one.
    const unionStreams: JavaDStream<Uint8Array> =
      streamsList.size() > 1
        ? jssc.union(streamsList.get(0), streamsList.subList(1, streamsList.size()))
        : streamsList.get(0);

    const words: JavaDStream<string> = unionStreams.flatMap((line) =>
      Arrays.asList(WORD_SEPARATOR.split(Buffer.from(line).toString('utf8'))).iterator(),
    );
    const wordCounts: JavaPairDStream<string, number> = words
      .mapToPair((s) => new Tuple2(s, 1))
      .reduceByKey((i1, i2) => i1 + i2);

    wordCounts.print();

    jssc.start();
    await jssc.awaitTermination();
  }
}
