import { expect } from 'chai';
import { createLogger, errorCodes, SparkCore } from '../../core/internal.ts';
import {
  DoubleFunction,
  HashPartitioner,
  type JavaPairRDD,
  type JavaRDD,
  JavaSparkContext,
  PairFunction,
  SparkConf,
  StorageLevels,
  Tuple2,
} from '../index.ts';

describe('JavaRDD', () => {
  const context = () =>
    new JavaSparkContext(
      new SparkCore(new SparkConf(false).setMaster('local[2]').setAppName('test'), {
        logger: createLogger({ log() {} }, () => 'OFF'),
      }),
    );
  let sc: JavaSparkContext;
  before(() => {
    sc = context();
  });
  after(() => sc.stop());

  const numbers = (n = 2): JavaRDD<number> => sc.parallelize([1, 2, 3, 4, 5], n);
  const pairs = (): JavaPairRDD<string, number> =>
    sc.parallelizePairs([new Tuple2('a', 1), new Tuple2('b', 2), new Tuple2('a', 3)], 2);
  const half = new (class extends DoubleFunction<number> {
    call(x: number): number {
      return x / 2;
    }
  })();
  const parity = new (class extends PairFunction<number, boolean, number> {
    call(x: number): Tuple2<boolean, number> {
      return new Tuple2(x % 2 === 0, x);
    }
  })();

  const cases: [string, () => PromiseLike<unknown>, string][] = [
    ['collect', () => numbers().collect(), '[1, 2, 3, 4, 5]'],
    ['slices', () => numbers().glom().collect(), '[[1, 2], [3, 4, 5]]'],
    [
      'map',
      () =>
        numbers()
          .map((x) => x * 2)
          .collect(),
      '[2, 4, 6, 8, 10]',
    ],
    ['map(DoubleFunction)', () => numbers().map(half).collect(), '[0.5, 1, 1.5, 2, 2.5]'],
    ['map(PairFunction)', () => numbers().map(parity).groupByKey(1).collect(), '[(false,[1, 3, 5]), (true,[2, 4])]'],
    [
      'mapPartitions',
      () =>
        numbers()
          .mapPartitions((it) => [[...it].length])
          .collect(),
      '[2, 3]',
    ],
    [
      'mapPartitionsWithIndex',
      () =>
        numbers()
          .mapPartitionsWithIndex((i, it) => [i * 100 + it.next()])
          .collect(),
      '[1, 103]',
    ],
    ['distinct', () => sc.parallelize(['b', 'a', 'b'], 2).distinct(1).collect(), '[b, a]'],
    ['union', () => numbers().union(numbers()).count(), '10'],
    ['union of the context', () => sc.union(numbers(), [numbers(), numbers()]).count(), '15'],
    ['coalesce', () => numbers(5).coalesce(2).glom().collect(), '[[1, 2], [3, 4, 5]]'],
    ['repartition', async () => numbers().repartition(3).getNumPartitions(), '3'],
    [
      'keyBy',
      () =>
        numbers()
          .keyBy((x) => x % 2)
          .lookup(1),
      '[1, 3, 5]',
    ],
    [
      'groupBy',
      () =>
        numbers()
          .groupBy((x) => x % 2, 1)
          .collect(),
      '[(1,[1, 3, 5]), (0,[2, 4])]',
    ],
    ['count', () => numbers().count(), '5'],
    ['first', () => numbers().first(), '1'],
    ['take', () => numbers().take(3), '[1, 2, 3]'],
    ['isEmpty', () => sc.emptyRDD().isEmpty(), 'true'],
    ['reduce', () => numbers().reduce((a, b) => a + b), '15'],
    ['fold', () => numbers().fold(0, (a, b) => a + b), '15'],
    [
      'aggregate',
      () =>
        numbers().aggregate(
          '',
          (s, x) => s + x,
          (a, b) => `${a}|${b}`,
        ),
      '|12|345',
    ],
    ['countByValue', () => sc.parallelize(['a', 'b', 'a']).countByValue(), '{a=2, b=1}'],
    ['collectPartitions', () => numbers().collectPartitions([1]).then(String), '[3, 4, 5]'],
    [
      'reduceByKey(f)',
      () =>
        pairs()
          .reduceByKey((a, b) => a + b)
          .collectAsMap(),
      '{b=2, a=4}',
    ],
    [
      'reduceByKey(f, n)',
      () =>
        pairs()
          .reduceByKey((a, b) => a + b, 1)
          .collect(),
      '[(a,4), (b,2)]',
    ],
    [
      'reduceByKey(partitioner, f)',
      () =>
        pairs()
          .reduceByKey(new HashPartitioner(1), (a, b) => a + b)
          .collect(),
      '[(a,4), (b,2)]',
    ],
    [
      'combineByKey',
      () =>
        pairs()
          .combineByKey(
            (v) => `${v}`,
            (c, v) => `${c}${v}`,
            (a, b) => `${a}-${b}`,
            1,
          )
          .collect(),
      '[(a,1-3), (b,2)]',
    ],
    [
      'mapValues',
      () =>
        pairs()
          .mapValues((v) => -v)
          .collect(),
      '[(a,-1), (b,-2), (a,-3)]',
    ],
    [
      'flatMapValues',
      () =>
        pairs()
          .flatMapValues((v) => [v, v])
          .count(),
      '6',
    ],
    [
      'keys and values',
      async () => `${await pairs().keys().collect()}${await pairs().values().collect()}`,
      '[a, b, a][1, 2, 3]',
    ],
    ['partitionBy', () => pairs().partitionBy(new HashPartitioner(2)).keys().glom().collect(), '[[b], [a, a]]'],
    ['countByKey', () => pairs().countByKey(), '{a=2, b=1}'],
    ['collectAsMap: the last wins', () => pairs().collectAsMap(), '{a=3, b=2}'],
    ['a view of the same context', () => new JavaSparkContext(numbers().context()).parallelize([7]).first(), '7'],
    ['the configuration', async () => numbers().context().getConf().get('spark.app.name'), 'test'],
  ];
  for (const [name, run, text] of cases) {
    it(`${name}: ${text}`, async () => expect(String(await run())).to.equal(text));
  }

  it('persists values in memory, and keeps its partitioner through mapValues', () => {
    expect(numbers().cache().getStorageLevel()).to.equal(StorageLevels.MEMORY_ONLY);
    const partitioned = pairs().partitionBy(new HashPartitioner(2));
    expect(
      partitioned
        .mapValues((v) => v)
        .partitioner()
        .get()
        .numPartitions(),
    ).to.equal(2);
    expect(
      partitioned
        .map((p) => p)
        .partitioner()
        .isPresent(),
    ).to.equal(false);
  });

  it('computes the partitions alone that collectPartitions is asked for', async () => {
    const computed: number[] = [];
    const rdd = sc.parallelize([1, 2, 3, 4, 5], 5).map((x) => {
      computed.push(x);
      return x;
    });
    expect((await rdd.collectPartitions([3, 1, 3])).map(String)).to.deep.equal(['[4]', '[2]', '[4]']);
    expect(computed).to.have.members([4, 2]);
    expect(await rdd.collectPartitions([])).to.deep.equal([]);
  });

  it('computes beside the data sets of another context, as docs/differences.md says', async () => {
    const other = context();
    const [mine, theirs] = [numbers().count(), other.parallelize(['a', 'b']).count()];
    expect(await Promise.all([mine, theirs])).to.deep.equal([5, 2]);
    await other.stop();
    expect(await numbers().count()).to.equal(5);
  });

  it('gives promises where Spark has futures', async () => {
    const ends = [numbers().collectAsync(), numbers().takeAsync(2), numbers().countAsync()];
    expect((await Promise.all(ends)).map(String)).to.deep.equal(['[1, 2, 3, 4, 5]', '[1, 2]', '5']);
  });

  it('tells who forgot to await', () => {
    let error: unknown;
    try {
      String(numbers().collect());
    } catch (e) {
      error = e;
    }
    expect(errorCodes(error)).to.deep.equal(['AWAIT_MISSING']);
  });

  it('rejects first and reduce of nothing', async () => {
    for (const action of [sc.emptyRDD<number>().first(), sc.emptyRDD<number>().reduce((a) => a)]) {
      expect(errorCodes(await action.then(undefined, (e: unknown) => e))).to.deep.equal(['COLLECTION_EMPTY']);
    }
  });
});
