import { expect } from 'chai';
import { createLogger, SparkCore } from '../../core/internal.ts';
import { add, DStreamsError, HashPartitioner, type PairRDD, type RDD, SparkConf, SparkContext } from '../index.ts';

const conf = new SparkConf(false).setMaster('local').setAppName('rdds');
const sc = new SparkContext(new SparkCore(conf, { logger: createLogger({ log() {} }, () => 'OFF') }) as never);
const numbers: RDD<number> = sc.range(1, 7, 1, 3);
const pairs: PairRDD<string, number> = sc.parallelize(
  [
    ['a', 1],
    ['b', 2],
    ['a', 3],
  ],
  2,
);

const others: PairRDD<string, boolean> = sc.parallelize([
  ['a', true],
  ['z', false],
]);

describe('data sets of the fluent surface', () => {
  after(() => sc.stop());

  const table: { name: string; run: () => unknown; expected: unknown }[] = [
    { name: 'map', run: () => numbers.map((n) => n * 2).collect(), expected: [2, 4, 6, 8, 10, 12] },
    { name: 'filter', run: () => numbers.filter((n) => n > 4).collect(), expected: [5, 6] },
    {
      name: 'flatMap',
      run: () =>
        sc
          .parallelize(['ab'])
          .flatMap((s) => s)
          .collect(),
      expected: ['a', 'b'],
    },
    {
      name: 'mapPartitions',
      run: () => numbers.mapPartitions((it) => [[...it].length]).collect(),
      expected: [2, 2, 2],
    },
    {
      name: 'mapPartitionsWithIndex',
      run: () => numbers.mapPartitionsWithIndex((i, it) => [`${i}:${[...it]}`]).collect(),
      expected: ['0:1,2', '1:3,4', '2:5,6'],
    },
    {
      name: 'glom',
      run: () => numbers.glom().collect(),
      expected: [
        [1, 2],
        [3, 4],
        [5, 6],
      ],
    },
    { name: 'union', run: () => numbers.union(sc.range(2), sc.emptyRDD<number>()).count(), expected: 8 },
    { name: 'the union of a context', run: () => sc.union([numbers, numbers]).getNumPartitions(), expected: 6 },
    {
      name: 'distinct',
      run: () =>
        sc
          .parallelize([
            [1, 2],
            [1, 2],
            [2, 1],
          ])
          .distinct()
          .collect(),
      expected: [
        [1, 2],
        [2, 1],
      ],
    },
    {
      name: 'coalesce',
      run: () => numbers.coalesce(2).glom().collect(),
      expected: [
        [1, 2],
        [3, 4, 5, 6],
      ],
    },
    { name: 'coalesce with a shuffle', run: () => numbers.coalesce(6, true).getNumPartitions(), expected: 6 },
    {
      name: 'subtract',
      run: () =>
        numbers
          .subtract(sc.range(3, 5))
          .sortBy((n) => n)
          .collect(),
      expected: [1, 2, 5, 6],
    },
    {
      name: 'intersection',
      run: () =>
        numbers
          .intersection(sc.range(5, 9))
          .sortBy((n) => n)
          .collect(),
      expected: [5, 6],
    },
    {
      name: 'cartesian',
      run: () =>
        sc
          .range(2)
          .cartesian(sc.parallelize(['a']))
          .collect(),
      expected: [
        [0, 'a'],
        [1, 'a'],
      ],
    },
    {
      name: 'zip',
      run: () =>
        sc
          .range(2)
          .zip(sc.parallelize(['a', 'b']))
          .collect(),
      expected: [
        [0, 'a'],
        [1, 'b'],
      ],
    },
    {
      name: 'zipPartitions',
      run: () =>
        numbers
          .zipPartitions(sc.parallelize(['a', 'b', 'c'], 3), (ns, letters) => [`${[...letters]}${[...ns].length}`])
          .collect(),
      expected: ['a2', 'b2', 'c2'],
    },
    {
      name: 'zipPartitions to pairs',
      run: () => numbers.zipPartitions(numbers, (a, b) => [[[...a][0]!, [...b][1]!]]).collectAsMap(),
      expected: new Map([
        [1, 2],
        [3, 4],
        [5, 6],
      ]),
    },
    {
      name: 'partitioner',
      run: async () => [
        numbers.partitioner,
        pairs.reduceByKey(add, new HashPartitioner(4)).partitioner?.equals(new HashPartitioner(4)),
      ],
      expected: [undefined, true],
    },
    {
      name: 'zipWithIndex',
      run: () => sc.parallelize(['a', 'b', 'c'], 2).zipWithIndex().collect(),
      expected: [
        ['a', 0],
        ['b', 1],
        ['c', 2],
      ],
    },
    {
      name: 'zipWithUniqueId',
      run: () => sc.parallelize(['a', 'b', 'c'], 2).zipWithUniqueId().values().collect(),
      expected: [0, 1, 3],
    },
    { name: 'sample', run: () => numbers.sample(false, 1).count(), expected: 6 },
    {
      name: 'sortBy',
      run: () =>
        numbers
          .sortBy((n) => -n, true, 2)
          .glom()
          .count(),
      expected: 2,
    },
    {
      name: 'sortByKey',
      run: () => pairs.sortByKey().collect(),
      expected: [
        ['a', 1],
        ['a', 3],
        ['b', 2],
      ],
    },
    {
      name: 'sortByKey, descending, by a key of the key',
      run: () =>
        pairs
          .sortByKey(true, { numPartitions: 2 }, (k) => -k.charCodeAt(0))
          .keys()
          .collect(),
      expected: ['b', 'a', 'a'],
    },
    { name: 'takeOrdered', run: () => numbers.takeOrdered(2, (n) => -n), expected: [6, 5] },
    { name: 'top', run: () => numbers.top(2), expected: [6, 5] },
    {
      name: 'max and min',
      run: async () => [await numbers.max(), await pairs.min(([, n]) => -n)],
      expected: [6, ['a', 3]],
    },
    { name: 'lookup', run: () => pairs.lookup('a'), expected: [1, 3] },
    {
      name: 'aggregateByKey',
      run: () =>
        pairs
          .aggregateByKey(
            [] as number[],
            (list, n) => {
              list.push(n);
              return list;
            },
            (a, b) => [...a, ...b],
            1,
          )
          .collect(),
      expected: [
        ['a', [1, 3]],
        ['b', [2]],
      ],
    },
    {
      name: 'foldByKey',
      run: () => pairs.foldByKey(0, add, 1).collect(),
      expected: [
        ['a', 4],
        ['b', 2],
      ],
    },
    {
      name: 'join',
      run: () => pairs.join(others, 1).collect(),
      expected: [
        ['a', [1, true]],
        ['a', [3, true]],
      ],
    },
    {
      name: 'leftOuterJoin',
      run: () => pairs.leftOuterJoin(others, 1).lookup('b'),
      expected: [[2, undefined]],
    },
    { name: 'rightOuterJoin', run: () => pairs.rightOuterJoin(others, 1).lookup('z'), expected: [[undefined, false]] },
    { name: 'fullOuterJoin', run: () => pairs.fullOuterJoin(others).count(), expected: 4 },
    { name: 'cogroup', run: () => pairs.cogroup(others, 1).lookup('a'), expected: [[[1, 3], [true]]] },
    { name: 'subtractByKey', run: () => pairs.subtractByKey(others).collect(), expected: [['b', 2]] },
    {
      name: 'the partitioner that one of two has',
      run: () => pairs.join(others.partitionBy(7)).getNumPartitions(),
      expected: 7,
    },
    {
      // A partitioner of keys is not asked about whole records.
      name: 'records of what is partitioned by ranges, or by a function of keys',
      run: async () => {
        const sorted = pairs.sortByKey();
        const parted = pairs.partitionBy(2, (key) => (key === 'a' ? 0 : 1));
        const counts = [sorted, parted].flatMap((of) => [of.distinct(), of.subtract(pairs), of.intersection(pairs)]);
        return Promise.all(counts.map((of) => of.count()));
      },
      expected: [3, 0, 3, 3, 0, 3],
    },
    { name: 'repartition', run: () => numbers.repartition(2).getNumPartitions(), expected: 2 },
    {
      name: 'keyBy',
      run: () =>
        sc
          .parallelize(['xy'])
          .keyBy((s) => s.length)
          .collect(),
      expected: [[2, 'xy']],
    },
    {
      name: 'groupBy',
      run: () => numbers.groupBy((n) => n % 2 === 0, 1).collect(),
      expected: [
        [false, [1, 3, 5]],
        [true, [2, 4, 6]],
      ],
    },
    {
      name: 'reduceByKey',
      run: () => pairs.reduceByKey(add, 1).collect(),
      expected: [
        ['a', 4],
        ['b', 2],
      ],
    },
    {
      name: 'groupByKey',
      run: () => pairs.groupByKey({ numPartitions: 1 }).collect(),
      expected: [
        ['a', [1, 3]],
        ['b', [2]],
      ],
    },
    ...[1, 2].map((n) => ({
      name: `groupByKey of ${n} partitions again, after its lists were changed`,
      run: async () => {
        const groups = pairs.coalesce(n).groupByKey({ numPartitions: 1 });
        for (const [, list] of await groups.collect()) list.push(9);
        return groups.collect();
      },
      expected: [
        ['a', [1, 3]],
        ['b', [2]],
      ],
    })),
    {
      name: 'combineByKey',
      run: () =>
        pairs
          .combineByKey(
            (n) => [n],
            (c, n) => [...c, n],
            (a, b) => [...a, ...b],
            1,
          )
          .collect(),
      expected: [
        ['a', [1, 3]],
        ['b', [2]],
      ],
    },
    {
      name: 'mapValues',
      run: () => pairs.mapValues((n) => -n).collect(),
      expected: [
        ['a', -1],
        ['b', -2],
        ['a', -3],
      ],
    },
    {
      name: 'flatMapValues',
      run: () => pairs.flatMapValues((n) => (n > 2 ? [n, n] : [])).collect(),
      expected: [
        ['a', 3],
        ['a', 3],
      ],
    },
    { name: 'keys', run: () => pairs.keys().collect(), expected: ['a', 'b', 'a'] },
    { name: 'values', run: () => pairs.values().collect(), expected: [1, 2, 3] },
    {
      name: 'partitionBy',
      run: () =>
        pairs
          .partitionBy((key) => key.charCodeAt(0))
          .partitionBy(new HashPartitioner(2))
          .glom()
          .collect(),
      expected: [
        [['b', 2]],
        [
          ['a', 1],
          ['a', 3],
        ],
      ],
    },
    {
      name: 'partitionBy what it is partitioned by',
      run: () => {
        const p = pairs.partitionBy(new HashPartitioner(2));
        return p.partitionBy(2) === p;
      },
      expected: true,
    },
    {
      name: 'the partitioner that is there',
      run: () => pairs.partitionBy(5).reduceByKey(add).getNumPartitions(),
      expected: 5,
    },
    { name: 'as many partitions as there are', run: () => pairs.reduceByKey(add).getNumPartitions(), expected: 2 },
    {
      name: 'a partition for no data',
      run: () => sc.emptyRDD<[string, number]>().reduceByKey(add).collect(),
      expected: [],
    },
    {
      name: 'collectAsMap',
      run: async () => [...(await pairs.collectAsMap())],
      expected: [
        ['a', 3],
        ['b', 2],
      ],
    },
    {
      name: 'collectAsMap by keys of equal value',
      run: async () => [
        ...(await sc
          .parallelize<[number[], string]>([
            [[1, 2, 3], 'x'],
            [[1, 2, 3], 'y'],
          ])
          .collectAsMap()),
      ],
      expected: [[[1, 2, 3], 'y']],
    },
    {
      name: 'countByKey',
      run: async () => [...(await pairs.countByKey())],
      expected: [
        ['a', 2],
        ['b', 1],
      ],
    },
    {
      name: 'countByValue',
      run: async () => [...(await pairs.keys().countByValue())],
      expected: [
        ['a', 2],
        ['b', 1],
      ],
    },
    { name: 'count', run: () => numbers.count(), expected: 6 },
    { name: 'first', run: () => numbers.first(), expected: 1 },
    { name: 'take', run: () => numbers.take(3), expected: [1, 2, 3] },
    { name: 'isEmpty', run: () => Promise.all([numbers.isEmpty(), sc.emptyRDD().isEmpty()]), expected: [false, true] },
    { name: 'reduce', run: () => numbers.reduce(add), expected: 21 },
    { name: 'fold', run: () => numbers.fold(0, add), expected: 21 },
    { name: 'aggregate', run: () => numbers.aggregate('', (acc, n) => acc + n, add), expected: '123456' },
    { name: 'range down', run: () => sc.range(3, 0, -1).collect(), expected: [3, 2, 1] },
    {
      name: 'cache',
      run: () =>
        numbers
          .map((n) => n)
          .cache()
          .unpersist()
          .persist()
          .setName('n')
          .count(),
      expected: 6,
    },
  ];
  for (const { name, run, expected } of table) it(`${name}`, async () => expect(await run()).to.deep.equal(expected));

  it('foreach and foreachPartition visit every record, and wait', async () => {
    const seen: number[] = [];
    await numbers.foreach((n) => seen.push(n));
    await numbers.foreachPartition(async (records) => {
      await Promise.resolve();
      for (const n of records) seen.push(-n);
    });
    expect(seen).to.have.members([1, 2, 3, 4, 5, 6, -1, -2, -3, -4, -5, -6]);
  });

  it('knows its context', () => {
    expect(numbers.context()).to.equal(sc);
    expect(numbers.id()).to.be.a('number');
    expect([sc.master, sc.appName, sc.defaultParallelism]).to.deep.equal(['local', 'rdds', 1]);
  });

  const refused: { name: string; code: string; run: () => unknown }[] = [
    { name: 'the first of nothing', code: 'COLLECTION_EMPTY', run: () => sc.emptyRDD().first() },
    { name: 'the sum of nothing', code: 'COLLECTION_EMPTY', run: () => sc.emptyRDD<number>().reduce(add) },
    { name: 'a result that was not awaited', code: 'AWAIT_MISSING', run: async () => `${numbers.count()}` },
    { name: 'statistics of nothing', code: 'COLLECTION_EMPTY', run: () => sc.emptyRDD<number>().mean() },
    {
      name: 'values by key of nothing, folded',
      code: 'COLLECTION_EMPTY',
      run: () => sc.emptyRDD<[string, number]>().reduceByKeyLocally(add),
    },
    { name: 'a tree of no depth', code: 'OPTIONS_INVALID', run: async () => numbers.treeReduce(add, 0) },
    { name: 'fewer records than none', code: 'OPTIONS_INVALID', run: async () => numbers.takeOrdered(-1) },
    { name: 'a step of 0', code: 'OPTIONS_INVALID', run: async () => sc.range(0, 1, 0) },
    { name: 'an async function', code: 'ASYNC_FUNCTION', run: async () => numbers.map((async () => 1) as never) },
    { name: 'no partitions', code: 'PARTITIONS_INVALID', run: async () => sc.parallelize([1], 0) },
  ];
  for (const { name, code, run } of refused) {
    it(`refuses ${name}`, async () => {
      const error = await Promise.resolve(run()).then(
        () => undefined,
        (e: unknown) => e,
      );
      expect(error).to.be.instanceOf(DStreamsError).with.property('code', code);
    });
  }
});
