import { expect } from 'chai';
import { createLogger, errorCodes, ManualClock, SparkCore } from '../../core/internal.ts';
import { LocalFileSystem, MemoryDisk } from '../../testing/index.ts';
import {
  Comparator,
  DoubleFunction,
  HashPartitioner,
  type JavaDoubleRDD,
  type JavaPairRDD,
  type JavaRDD,
  JavaSparkContext,
  Partitioner,
  RangePartitioner,
  SparkConf,
  Tuple2,
} from '../index.ts';

describe('operations of JavaRDD, JavaPairRDD and JavaDoubleRDD', () => {
  let sc: JavaSparkContext;
  before(() => {
    const files = new LocalFileSystem({ disk: new MemoryDisk(new ManualClock()), workingDirectory: '/home' });
    const logger = createLogger({ log() {} }, () => 'OFF');
    const conf = new SparkConf(false).setMaster('local[2]').setAppName('test');
    sc = new JavaSparkContext(new SparkCore(conf, { logger, files }));
  });
  after(() => sc.stop());

  const numbers = (): JavaRDD<number> => sc.parallelize([3, 1, 2, 5, 4], 2);
  const doubles = (): JavaDoubleRDD => sc.parallelizeDoubles([1, 2, 3, 4], 2);
  const pairs = (): JavaPairRDD<string, number> =>
    sc.parallelizePairs([new Tuple2('a', 1), new Tuple2('b', 2), new Tuple2('a', 3)], 2);
  const others = (): JavaPairRDD<string, boolean> =>
    sc.parallelizePairs([new Tuple2('a', true), new Tuple2('z', false)], 1);
  const half = new (class extends DoubleFunction<number> {
    call(x: number): number {
      return x / 2;
    }
  })();
  const one = new HashPartitioner(1);
  const add = (a: number, b: number) => a + b;
  const last = Comparator.reverseOrder<number>();

  const table: [string, () => unknown, string][] = [
    [
      'groupByKey of pairs that lie where it would put them',
      () =>
        pairs()
          .partitionBy(one)
          .groupByKey(one)
          .mapValues((values) => values.size())
          .collect(),
      '[(a,2), (b,1)]',
    ],
    ['map(DoubleFunction)', () => numbers().map(half).sum(), '7.5'],
    [
      'mapToDouble',
      () =>
        numbers()
          .mapToDouble((x) => x)
          .mean(),
      '3',
    ],
    [
      'flatMapToDouble',
      () =>
        numbers()
          .flatMapToDouble((x) => [x, x])
          .count(),
      '10',
    ],
    [
      'mapPartitionsToDouble',
      () =>
        numbers()
          .mapPartitionsToDouble((it) => [[...it].length])
          .collect(),
      '[2, 3]',
    ],
    ['stats', () => doubles().stats(), '(count: 4, mean: 2.500000, stdev: 1.118034, max: 4.000000, min: 1.000000)'],
    ['variance', () => doubles().variance(), '1.25'],
    ['popVariance', () => doubles().popVariance(), '1.25'],
    ['sampleVariance', async () => (await doubles().sampleVariance()).toFixed(6), '1.666667'],
    ['stdev', async () => (await doubles().stdev()).toFixed(6), '1.118034'],
    ['popStdev', async () => (await doubles().popStdev()).toFixed(6), '1.118034'],
    ['sampleStdev', async () => (await doubles().sampleStdev()).toFixed(6), '1.290994'],
    ['max of doubles', () => doubles().max(), '4'],
    ['min of doubles', () => doubles().min(), '1'],
    ['sumApprox', async () => (await doubles().sumApprox(1000)).getFinalValue(), '[10.000, 10.000]'],
    ['meanApprox', async () => (await doubles().meanApprox(1000, 0.9)).initialValue().mean(), '2.5'],
    ['histogram(n)', async () => JSON.stringify(await doubles().histogram(3)), '[[1,2,3,4],[1,1,2]]'],
    ['histogram(bounds)', () => doubles().histogram([0, 2, 4]), '1,3'],
    ['histogram(bounds, even)', () => doubles().histogram([0, 2, 4], true), '1,3'],
    [
      'filter keeps doubles',
      () =>
        doubles()
          .filter((x) => x > 2)
          .sum(),
      '7',
    ],
    ['union of doubles', () => sc.union(doubles(), doubles()).sum(), '20'],

    ['sample', () => numbers().sample(false, 1, 1).collect(), '[3, 1, 2, 5, 4]'],
    [
      'randomSplit',
      async () => {
        const counts = await Promise.all(
          numbers()
            .randomSplit([1, 2], 3)
            .map((part) => part.count()),
        );
        return counts.reduce(add);
      },
      '5',
    ],
    [
      'subtract',
      () =>
        numbers()
          .subtract(sc.parallelize([1, 5]), 1)
          .collect(),
      '[3, 2, 4]',
    ],
    [
      'subtract(partitioner)',
      () =>
        numbers()
          .subtract(sc.parallelize([1, 5]), one)
          .collect(),
      '[3, 2, 4]',
    ],
    [
      'intersection',
      async () =>
        await numbers()
          .intersection(sc.parallelize([5, 5, 9]))
          .collect(),
      '[5]',
    ],
    [
      'cartesian',
      () =>
        sc
          .parallelize([1, 2], 1)
          .cartesian(sc.parallelize(['x']))
          .collect(),
      '[(1,x), (2,x)]',
    ],
    [
      'zip',
      () =>
        sc
          .parallelize([1, 2], 1)
          .zip(sc.parallelize(['x', 'y'], 1))
          .collect(),
      '[(1,x), (2,y)]',
    ],
    [
      'zipPartitions',
      () =>
        numbers()
          .zipPartitions(numbers(), (a, b) => [[...a].length + [...b].length][Symbol.iterator]())
          .collect(),
      '[4, 6]',
    ],
    ['zipWithIndex', () => numbers().zipWithIndex().collect(), '[(3,0), (1,1), (2,2), (5,3), (4,4)]'],
    ['zipWithUniqueId', () => numbers().zipWithUniqueId().collect(), '[(3,0), (1,2), (2,1), (5,3), (4,5)]'],
    [
      'sortBy',
      () =>
        numbers()
          .sortBy((x) => x % 3, false, 2)
          .collect(),
      '[2, 5, 1, 4, 3]',
    ],
    ['takeOrdered', () => numbers().takeOrdered(2).then(String), '[1, 2]'],
    ['takeOrdered(comparator)', () => numbers().takeOrdered(2, last), '[5, 4]'],
    ['top', () => numbers().top(2), '[5, 4]'],
    ['top(comparator)', () => numbers().top(2, last.reversed()), '[5, 4]'],
    ['max(comparator)', () => numbers().max(Comparator.naturalOrder()), '5'],
    ['min(lambda)', () => numbers().min((a, b) => b - a), '5'],
    ['takeSample', async () => (await numbers().takeSample(false, 3, 1)).length, '3'],
    ['treeReduce', () => numbers().treeReduce(add), '15'],
    ['treeAggregate', () => numbers().treeAggregate(0, add, add, 3), '15'],
    ['countApprox', async () => (await numbers().countApprox(10, 0.5)).getFinalValue().mean(), '5'],
    ['countApproxDistinct', () => sc.parallelize([1, 1, 2]).countApproxDistinct(0.1), '2'],
    ['countApproxDistinct of sorted pairs', () => pairs().sortByKey().countApproxDistinct(), '3'],
    [
      'countByValueApprox',
      async () => (await sc.parallelize(['a', 'a']).countByValueApprox(5)).getFinalValue(),
      '{a=[2.000, 2.000]}',
    ],
    ['collectAsync', () => numbers().takeAsync(2), '[3, 1]'],
    ['pipe', () => numbers().pipe('sort -n').collect(), '[1, 3, 2, 4, 5]'],
    [
      'pipe(list, env)',
      () => sc.parallelize(['x'], 1).pipe(['sh', '-c', 'cat; echo $A'], { A: 'b' }).collect(),
      '[x, b]',
    ],
    [
      'toLocalIterator',
      async () => {
        const it = numbers().toLocalIterator();
        const seen = [];
        while (await it.hasNext()) seen.push(await it.next());
        return seen;
      },
      '3,1,2,5,4',
    ],

    ['join', () => pairs().join(others(), 1).collect(), '[(a,(1,true)), (a,(3,true))]'],
    ['join(partitioner)', () => pairs().join(others(), one).count(), '2'],
    [
      'leftOuterJoin',
      () =>
        pairs()
          .leftOuterJoin(others(), 1)
          .values()
          .map((t) => t._2().isPresent())
          .collect(),
      '[true, true, false]',
    ],
    ['rightOuterJoin', () => pairs().rightOuterJoin(others()).count(), '3'],
    ['fullOuterJoin', () => pairs().fullOuterJoin(others()).count(), '4'],
    ['cogroup', () => pairs().cogroup(others(), 1).collect(), '[(a,([1, 3],[true])), (b,([2],[])), (z,([],[false]))]'],
    [
      'cogroup of three',
      () =>
        pairs()
          .cogroup(others(), pairs(), 1)
          .filter((t) => t._1() === 'b')
          .collect(),
      '[(b,([2],[],[2]))]',
    ],
    ['groupWith', () => pairs().groupWith(others(), others(), others()).count(), '3'],
    ['subtractByKey', () => pairs().subtractByKey(others()).collect(), '[(b,2)]'],
    ['foldByKey', () => pairs().foldByKey(10, add).collectAsMap(), '{b=12, a=24}'],
    ['foldByKey(n)', () => pairs().foldByKey(0, 1, add).collect(), '[(a,4), (b,2)]'],
    ['foldByKey(partitioner)', () => pairs().foldByKey(0, one, add).collect(), '[(a,4), (b,2)]'],
    [
      'aggregateByKey',
      () =>
        pairs()
          .aggregateByKey<number[]>(
            [],
            (l, v) => [...l, v],
            (a, b) => [...a, ...b],
          )
          .count(),
      '2',
    ],
    ['aggregateByKey(n)', () => pairs().aggregateByKey(0, 1, add, add).collect(), '[(a,4), (b,2)]'],
    ['sortByKey', () => pairs().sortByKey().collect(), '[(a,1), (a,3), (b,2)]'],
    ['sortByKey(false)', () => pairs().sortByKey(false).keys().collect(), '[b, a, a]'],
    ['sortByKey(comparator)', () => pairs().sortByKey(Comparator.reverseOrder()).keys().collect(), '[b, a, a]'],
    [
      'sortByKey(c, asc, n)',
      () => pairs().sortByKey(Comparator.reverseOrder(), false, 2).keys().collect(),
      '[a, a, b]',
    ],
    ['repartitionAndSort', () => pairs().repartitionAndSortWithinPartitions(one).keys().collect(), '[a, a, b]'],
    ['reduceByKeyLocally', async () => (await pairs().reduceByKeyLocally(add)).get('a'), '4'],
    ['countByKeyApprox', async () => (await pairs().countByKeyApprox(1)).getFinalValue().get('a'), '[2.000, 2.000]'],
    [
      'sampleByKey',
      () =>
        pairs()
          .sampleByKey(
            false,
            new Map([
              ['a', 1],
              ['b', 0],
            ]),
          )
          .keys()
          .collect(),
      '[a, a]',
    ],
    [
      'sampleByKeyExact',
      () =>
        sc
          .parallelizePairs(
            Array.from({ length: 12 }, (_, i) => new Tuple2(i % 2 === 0 ? 'a' : 'b', i)),
            3,
          )
          .sampleByKeyExact(
            false,
            new Map([
              ['a', 0.5],
              ['b', 0.4],
            ]),
            7,
          )
          .countByKey(),
      '{a=3, b=3}',
    ],
    ['filterByRange', () => pairs().filterByRange('a', 'a').values().collect(), '[1, 3]'],
    [
      'filterByRange by a comparator',
      () =>
        pairs()
          .filterByRange((x: string, y: string) => (x < y ? 1 : x > y ? -1 : 0), 'z', 'b')
          .values()
          .collect(),
      '[2]',
    ],
    [
      'countApproxDistinctByKey',
      async () => (await pairs().countApproxDistinctByKey(0.05).collectAsMap()).get('a'),
      '2',
    ],
    ['lookup', () => pairs().partitionBy(new HashPartitioner(3)).lookup('a'), '[1, 3]'],
  ];
  for (const [name, run, expected] of table) it(name, async () => expect(String(await run())).to.equal(expected));

  it('a data set sorted by ranges is looked up in one partition, and joined as it lies', async () => {
    const ranges = new RangePartitioner(2, pairs());
    const parted = pairs().partitionBy(ranges);
    expect(
      await parted
        .glom()
        .map((list) => list.size())
        .collect(),
    ).to.deep.equal([2, 1]);
    expect(ranges.getPartition('b')).to.equal(1);
    expect(parted.reduceByKey(add).partitioner().get()).to.equal(ranges);
    expect(String(await parted.join(parted).count())).to.equal('5');
  });

  it('a partitioner of the program’s own: what is parted alike needs no shuffle', async () => {
    class ByLength extends Partitioner {
      numPartitions(): number {
        return 2;
      }
      getPartition(key: unknown): number {
        return String(key).length % 2;
      }
      override equals(other: unknown): boolean {
        return other instanceof ByLength;
      }
    }
    const parted = pairs().partitionBy(new ByLength());
    expect(parted.reduceByKey(new ByLength(), add).rdd().op.kind).to.equal('combined');
    expect(
      await parted
        .glom()
        .map((list) => list.size())
        .collect(),
    ).to.deep.equal([0, 3]);
  });

  it('a checkpoint', async () => {
    const rdd = numbers().map((x) => x + 1);
    expect(() => rdd.checkpoint()).to.throw(/Checkpoint directory has not been set/);
    sc.setCheckpointDir('file:///cp');
    expect(sc.getCheckpointDir().get()).to.match(/^\/cp\//);
    rdd.checkpoint();
    expect([rdd.isCheckpointed(), rdd.getCheckpointFile().isPresent()]).to.deep.equal([false, false]);
    await rdd.count();
    expect([rdd.isCheckpointed(), rdd.getCheckpointFile().get().startsWith('/cp/')]).to.deep.equal([true, true]);
    expect(String(await rdd.collect())).to.equal('[4, 2, 3, 6, 5]');
    expect(rdd.toDebugString()).to.match(/^\(2\) checkpoint RDD\[\d+\] \[checkpointed\]/);
  });

  it('properties of the context', () => {
    sc.setJobGroup('g', 'd');
    expect(sc.getLocalProperty('spark.jobGroup.id')).to.equal('g');
    sc.clearJobGroup();
    expect(sc.getLocalProperty('spark.jobGroup.id')).to.equal(null);
    expect(sc.version()).to.match(/^3\.5\.\d+$/);
    expect(new JavaSparkContext(numbers().context()).getCheckpointDir()).to.deep.equal(sc.getCheckpointDir());
  });

  it('refuses', async () => {
    expect(() => sc.parallelize([1], 0)).to.throw(/Positive number of partitions required/);
    const empty = sc.emptyRDD<number>();
    for (const run of [() => empty.first(), () => empty.reduce(add), () => empty.max()]) {
      expect(errorCodes(await run().catch((error: unknown) => error))).to.include('COLLECTION_EMPTY');
    }
    expect(() => pairs().sortByKey(true, 0)).to.throw(/must be positive/);
    expect(() => numbers().top(1, 3 as never)).to.throw(/comparator/);
    expect(() => numbers().takeSample(false, -1)).to.throw(/Negative number/);
  });
});
