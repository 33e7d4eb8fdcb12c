/**
 * Shows the hashtags of the last ten seconds that carry most happiness: a tag's sentiment, by a list of words, times how often
 * it came. The Java program of Spark 1.6.
 *
 *   JavaTwitterHashTagJoinSentiments <consumer key> <consumer secret> <access token> <access token secret> [<filters>]
 *
 * The first four are what Twitter knows the program by: a recording does not look at them. With filters only those tweets
 * count that have one of them. The list is `examples/data/word-sentiments.txt`. The master comes from the command line
 * (--master, default local[2]).
 *
 * To run it on a recording, a tweet a line:
 *
 *   $ ./run-example JavaTwitterHashTagJoinSentiments --conf dstreams.twitter.feed=examples/data/tweets.ndjson key secret token secret
 */
import {
  Arrays,
  Double,
  Duration,
  FlatMapFunction,
  type JavaDStream,
  type JavaPairDStream,
  type JavaPairRDD,
  type JavaReceiverInputDStream,
  JavaStreamingContext,
  SparkConf,
  type Status,
  System,
  Tuple2,
  TwitterUtils,
} from 'dstreams/java';

export default class JavaTwitterHashTagJoinSentiments {
  static async main(args: string[]): Promise<void> {
    if (args.length < 4) {
      System.err.println(
        'Usage: JavaTwitterHashTagJoinSentiments <consumer key> <consumer secret>' +
          ' <access token> <access token secret> [<filters>]',
      );
      System.exit(1);
    }

    const [consumerKey, consumerSecret, accessToken, accessTokenSecret, ...filters] = args;

    // Where the library that signs in to Twitter looks for them; a feed of your own may.
    System.setProperty('twitter4j.oauth.consumerKey', consumerKey!);
    System.setProperty('twitter4j.oauth.consumerSecret', consumerSecret!);
    System.setProperty('twitter4j.oauth.accessToken', accessToken!);
    System.setProperty('twitter4j.oauth.accessTokenSecret', accessTokenSecret!);

    const sparkConf = new SparkConf().setAppName('JavaTwitterHashTagJoinSentiments');
    const jssc = new JavaStreamingContext(sparkConf, new Duration(2000));
    const stream: JavaReceiverInputDStream<Status> = TwitterUtils.createStream(jssc, filters);

    const words: JavaDStream<string> = stream.flatMap(
      new (class extends FlatMapFunction<Status, string> {
        override call(s: Status): Iterable<string> {
          return Arrays.asList(s.getText().split(' '));
        }
      })(),
    );
    const hashTags: JavaDStream<string> = words.filter((word) => word.startsWith('#'));

    // The words and their sentiments: a data set that does not change.
    const wordSentiments: JavaPairRDD<string, number> = jssc
      .sparkContext()
      .textFile(new URL('../data/word-sentiments.txt', import.meta.url).href)
      .mapToPair((line) => {
        const [word, sentiment] = line.split('\t');
        return new Tuple2(word!, Double.parseDouble(sentiment!));
      });

    // How often each tag came in the last ten seconds, without its #.
    const hashTagCount: JavaPairDStream<string, number> = hashTags.mapToPair((s) => new Tuple2(s.substring(1), 1));

    const hashTagTotals: JavaPairDStream<string, number> = hashTagCount.reduceByKeyAndWindow(
      (a, b) => a + b,
      new Duration(10000),
    );

    // Each batch is joined with the list. A tag's happiness is its sentiment times how often it came; the happiest come first.
    const joinedTuples: JavaPairDStream<string, Tuple2<number, number>> = hashTagTotals.transformToPair((topicCount) =>
      wordSentiments.join(topicCount),
    );
    const topicHappiness: JavaPairDStream<string, number> = joinedTuples.mapToPair(
      (pair) => new Tuple2(pair._1(), pair._2()._1() * pair._2()._2()),
    );
    const happinessTopicPairs: JavaPairDStream<number, string> = topicHappiness.mapToPair(
      (pair) => new Tuple2(pair._2(), pair._1()),
    );
    const happiest10: JavaPairDStream<number, string> = happinessTopicPairs.transformToPair((rdd) =>
      rdd.sortByKey(false),
    );

    happiest10.foreachRDD(async (rdd) => {
      const topList = await rdd.take(10);
      System.out.println(`\nHappiest topics in last 10 seconds (${await rdd.count()} total):`);
      for (const pair of topList) System.out.println(`${pair._2()} (${Double.toString(pair._1())} happiness)`);
    });

    jssc.start();
    await jssc.awaitTermination();
  }
}
