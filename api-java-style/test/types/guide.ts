// The guide's programs, line by line: they have to compile as a port would write them.
import {
  Arrays,
  Duration,
  Durations,
  FlatMapFunction,
  Function2,
  type JavaDStream,
  type JavaPairDStream,
  JavaStreamingContext,
  javaSplit,
  Lists,
  PairFunction,
  Pattern,
  SparkConf,
  System,
  Tuple2,
} from 'dstreams/java';
import { queued } from './input.ts';

/** JavaNetworkWordCount of 0.9. */
export function wordCount09(args: string[]): JavaStreamingContext {
  const ssc = new JavaStreamingContext(
    args[0]!,
    'NetworkWordCount',
    new Duration(1000),
    System.getenv('SPARK_HOME'),
    System.getenv('SPARK_EXAMPLES_JAR'),
  );

  const lines: JavaDStream<string> = queued(ssc);
  const words: JavaDStream<string> = lines.flatMap(
    new (class extends FlatMapFunction<string, string> {
      call(x: string): Iterable<string> {
        return Lists.newArrayList(javaSplit(x, ' '));
      }
    })(),
  );
  const wordCounts: JavaPairDStream<string, number> = words
    .map(
      new (class extends PairFunction<string, string, number> {
        call(s: string): Tuple2<string, number> {
          return new Tuple2(s, 1);
        }
      })(),
    )
    .reduceByKey(
      new (class extends Function2<number, number, number> {
        call(i1: number, i2: number): number {
          return i1 + i2;
        }
      })(),
    );

  wordCounts.print();
  return ssc;
}

const SPACE = Pattern.compile(' ');

/** JavaNetworkWordCount of 3.5. */
export function wordCount35(_args: string[]): JavaStreamingContext {
  const sparkConf = new SparkConf().setMaster('local').setAppName('JavaNetworkWordCount');
  const ssc = new JavaStreamingContext(sparkConf, Durations.seconds(1));

  const lines = queued(ssc);
  const words = lines.flatMap((x) => Arrays.asList(SPACE.split(x)).iterator());
  const wordCounts = words.mapToPair((s) => new Tuple2(s, 1)).reduceByKey((i1, i2) => i1 + i2);

  wordCounts.print();
  return ssc;
}
