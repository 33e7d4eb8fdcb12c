import { expect } from 'chai';
import { createLogger, ManualClock, SparkConf, SparkCore } from '../../core/internal.ts';
import { Durations, JavaSparkContext, JavaStreamingContext, SparkContext, Tuple2 } from '../index.ts';

const logger = createLogger({ log() {} }, () => 'OFF');
/** Programs in JavaScript, where no types hold them back. */
type Loose = any;

const core = new SparkCore(new SparkConf(false).setMaster('local').setAppName('misuse'), {
  logger,
  clock: new ManualClock(),
});
const sc: Loose = new JavaSparkContext(new SparkContext(core));
const ssc: Loose = new JavaStreamingContext(sc, Durations.seconds(1));
const stream: Loose = ssc.queueStream([]);
const pairs = (): Loose => sc.parallelizePairs([new Tuple2('a', 1), new Tuple2('b', 2)], 2);
const boom = (): never => {
  throw new Error('boom');
};

/** Each message names what was called, whatever that is made of. */
describe('what a misused operation says, on the Java surface', () => {
  after(() => sc.stop());

  const operations: [name: string, call: () => unknown, says: RegExp][] = [
    ['fold', () => pairs().fold(0, boom), /^fold failed: Error: boom/],
    ['groupBy', () => pairs().groupBy(boom, 'x'), /^groupBy: Number of partitions \(x\)/],
    ['countApproxDistinctByKey', () => pairs().countApproxDistinctByKey(1, 'x'), /^countApproxDistinctByKey: Number/],
    ['reduceByKeyLocally', () => pairs().reduceByKeyLocally(), /^reduceByKeyLocally takes a function/],
    ['coalesce', () => pairs().coalesce({}, true), /^coalesce: Number of partitions \(an object of class Object\)/],
    ['foreachAsync', () => pairs().foreachAsync(), /^foreachAsync takes a function/],
    ['foreachPartitionAsync', () => pairs().foreachPartitionAsync(), /^foreachPartitionAsync takes a function/],
    ['takeAsync', () => pairs().takeAsync('x'), /^takeAsync\b/],
    ['intAccumulator', () => sc.intAccumulator('x'), /^intAccumulator takes a number .* "x"/],
    [
      'lookup',
      () =>
        sc
          .parallelize([5])
          .mapToPair((x: unknown) => x)
          .lookup(5),
      /^lookup: this needs a Tuple2 per record, got the number 5/,
    ],
    ['parallelizePairs', () => sc.parallelizePairs(), /^parallelizePairs takes a list/],
    ['parallelizeDoubles', () => sc.parallelizeDoubles([1], 'x'), /^parallelizeDoubles: Positive number .* "x"/],
    ['sequenceFile', () => sc.sequenceFile('a', {}, {}), /^an object of class Object is no class of writables/],
    ['transformToPair', () => stream.transformToPair(), /^transformToPair takes a function/],
    ['transformWithToPair', () => stream.transformWithToPair(stream), /^transformWithToPair takes a function/],
    ['transformWithToPair', () => stream.transformWithToPair(5, boom), /^transformWithToPair takes a stream/],
    ['transformToPair', () => ssc.transformToPair(5, boom), /^transformToPair takes a list of streams/],
    ['scalaIntToJavaLong', () => stream.scalaIntToJavaLong(5), /^scalaIntToJavaLong takes a stream/],
    ['fileStream', () => ssc.fileStream(), /^fileStream takes a path/],
    ['socketStream', () => ssc.socketStream('a', '9'), /^socketStream connects to a port .* "9"/],
    [
      'collectAsMap',
      () =>
        sc
          .parallelize([5])
          .mapToPair((x: unknown) => x)
          .collectAsMap(),
      /^collectAsMap needs a Tuple2/,
    ],
    [
      'mapToDouble',
      () =>
        sc
          .parallelize(['x'])
          .mapToDouble((x: unknown) => x)
          .sum(),
      /^sum: this takes a data set of num/,
    ],
    ['sampleByKeyExact', () => pairs().sampleByKeyExact(false, new Map()).collect(), /^sampleByKeyExact: no fraction/],
  ];
  for (const [name, call, says] of operations) {
    it(`${name}: ${String(says).slice(2, 60)}`, async () => {
      const error = await (async () => call())().catch((e: unknown) => e);
      expect((error as Error).message).to.match(says);
    });
  }

  const failing: [name: string, call: () => unknown][] = [
    ['foreachAsync', () => pairs().foreachAsync(boom)],
    ['foreachPartitionAsync', () => pairs().foreachPartitionAsync(boom)],
    ['mapToPair', () => pairs().mapToPair(boom).collect()],
    ['flatMapToPair', () => pairs().flatMapToPair(boom).collect()],
    ['mapPartitionsToPair', () => pairs().mapPartitionsToPair(boom).collect()],
    ['mapToDouble', () => pairs().mapToDouble(boom).collect()],
    ['mapPartitionsWithIndex', () => pairs().mapPartitionsWithIndex(boom).collect()],
    ['groupBy', () => pairs().groupBy(boom).collect()],
    ['sortBy', () => sc.parallelize([1, 2], 1).sortBy(boom).collect()],
    ['sortByKey', () => pairs().sortByKey(boom).collect()],
  ];
  for (const [name, call] of failing) {
    it(`${name}: what its function throws`, async () => {
      const error = await (async () => call())().catch((e: unknown) => e);
      expect(error).to.include({ code: 'USER_FUNCTION_FAILED', message: `${name} failed: Error: boom` });
    });
  }
});
