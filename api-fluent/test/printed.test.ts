import { printsAs } from '../../bin/test/prints-as.ts';
import { Seconds, StorageLevels, Time } from '../index.ts';
import { manualContext } from './context.ts';

describe('what console.log and String show, fluent', () => {
  const { ssc } = manualContext();
  const sc = ssc.sparkContext;
  const rdd = sc.parallelize(['a']);
  const stream = ssc.queueStream([['a']]).uid('words');

  printsAs([
    [new Time(1000), /^1000 ms$/],
    [Seconds(1), /^1000 ms$/],
    [StorageLevels.MEMORY_ONLY, /^StorageLevel\(memory, deserialized, 1 replicas\)$/],
    [rdd.map((s) => s), /^RDD\[\d+\] at map$/],
    [rdd.map((s) => s).setName('words'), /^words RDD\[\d+\] at map$/],
    [stream, /^DStream\[0\] at queueStream \(uid words, at printed\.test\.ts:\d+\)$/],
    [stream.map((s) => s), /^DStream\[1\] at map \(uid map-0, /],
    [ssc, /^StreamingContext\(appName=test, master=local, batchDuration=1000 ms, state=INITIALIZED\)$/],
    [sc, /^SparkContext\(appName=test, master=local\)$/],
    [sc.broadcast([1]), /^Broadcast\(\d+\)$/],
    [sc.accumulator(2), /^2$/],
  ]);
});
