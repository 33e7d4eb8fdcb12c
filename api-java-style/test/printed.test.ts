import { printsAs } from '../../bin/test/prints-as.ts';
import {
  Durations,
  HashMap,
  HashSet,
  Interval,
  JavaSparkContext,
  JList,
  LinkedList,
  Optional,
  StorageLevels,
  Time,
  Tuple2,
  Tuple3,
} from '../index.ts';
import { virtualContext } from './run.ts';

describe('what console.log and String show, Java style', () => {
  const { ssc } = virtualContext();
  const sc = ssc.sparkContext();
  const rdd = sc.parallelize(['a']);
  const stream = ssc.queueStream([rdd]).uid('words');
  const one = (s: string) => new Tuple2(s, 1);
  const map = new HashMap<string, number>([['a', 1]]);

  printsAs([
    [one('a'), /^\(a,1\)$/],
    [new Tuple3('a', null, 0.5), /^\(a,null,0\.5\)$/],
    [new JList(['a', one('b')]), /^\[a, \(b,1\)\]$/],
    [new LinkedList([1]), /^\[1\]$/],
    [map, /^\{a=1\}$/],
    [map.entrySet().iterator().next(), /^a=1$/],
    [new HashSet(['a']), /^\[a\]$/],
    [Optional.of('a'), /^Optional\[a\]$/],
    [Optional.absent(), /^Optional\.empty$/],
    [new Time(1000), /^1000 ms$/],
    [Durations.seconds(1), /^1000 ms$/],
    [new Interval(new Time(0), new Time(500)), /^\[0 ms, 500 ms\]$/],
    [StorageLevels.MEMORY_ONLY, /^StorageLevel\(memory, deserialized, 1 replicas\)$/],
    [rdd.map((s) => s), /^JavaRDD\[\d+\] at map$/],
    [
      rdd
        .mapToPair(one)
        .reduceByKey((a, b) => a + b)
        .setName('counts'),
      /^counts JavaPairRDD\[\d+\] at reduceByKey$/,
    ],
    [rdd.mapToDouble((s) => s.length), /^JavaDoubleRDD\[\d+\] at /],
    [rdd.rdd(), /^RDD\[\d+\] at /],
    [stream, /^JavaInputDStream\[0\] at queueStream \(uid words, at printed\.test\.ts:\d+\)$/],
    [stream.mapToPair(one), /^JavaPairDStream\[\d+\] at mapToPair \(uid mapToPair-0, /],
    [ssc, /^StreamingContext\(appName=test, master=local, batchDuration=1000 ms, state=INITIALIZED\)$/],
    [sc, /^SparkContext\(appName=test, master=local\)$/],
    [new JavaSparkContext(sc), /^SparkContext\(/],
    [sc.broadcast([1]), /^Broadcast\(\d+\)$/],
    [sc.accumulator(2), /^2$/],
  ]);
});
