import { expect } from 'chai';
import type { DStream, PairDStream, RDD } from '../../api-fluent/index.ts';
import { type JavaPairDStream, JList, Tuple2 } from '../../api-java-style/index.ts';
import { createTestContext } from '../index.ts';

const PAIRS: [string, number][] = [
  ['a', 1],
  ['b', 2],
  ['a', 3],
  ['c', 4],
  ['b', 5],
];

const append = (list: number[], value: number): number[] => {
  list.push(value);
  return list;
};
const appendAll = (list: number[], more: number[]): number[] => {
  list.push(...more);
  return list;
};

/** What two outputs of one stream see, the second of them twice. */
async function seen(build: (pairs: PairDStream<string, number>) => DStream<unknown>): Promise<string[]> {
  await using t = createTestContext({ batchMs: 1000 });
  const pairs = t.input([PAIRS], { partitions: 2 }).map(([key, value]) => [key, value]) as PairDStream<string, number>;
  const stream = build(pairs);
  const texts: string[] = [];
  const look = async (rdd: RDD<unknown>) => {
    texts.push(JSON.stringify((await rdd.collect()).sort()));
  };
  stream.foreachRDD(look);
  stream.foreachRDD(async (rdd) => {
    await look(rdd);
    await look(rdd);
  });
  await t.run(1);
  return texts;
}

const LISTS = JSON.stringify([
  ['a', [1, 3]],
  ['b', [2, 5]],
  ['c', [4]],
]);

/** Functions that change what they have been given to go on from, as Spark allows. */
const BUILDS: Readonly<Record<string, (pairs: PairDStream<string, number>) => DStream<unknown>>> = {
  combineByKey: (pairs) => pairs.combineByKey((value) => [value], append, appendAll),
  reduceByKey: (pairs) => pairs.mapValues((value): number[] => [value]).reduceByKey(appendAll),
  'reduceByKey of what is partitioned already': (pairs) =>
    pairs
      .mapValues((value): number[] => [value])
      .partitionBy(2)
      .reduceByKey(appendAll, 2),
  'combineByKey from the value itself': (pairs) =>
    pairs.mapValues((value): number[] => [value]).combineByKey((list) => list, appendAll, appendAll),
  'combineByKey on the reduce side alone': (pairs) =>
    pairs
      .mapValues((value): number[] => [value])
      .combineByKey((list) => list, appendAll, appendAll, 2, { mapSideCombine: false }),
  aggregateByKey: (pairs) => pairs.transform((rdd) => rdd.aggregateByKey([] as number[], append, appendAll)),
  foldByKey: (pairs) => pairs.mapValues((value): number[] => [value]).transform((rdd) => rdd.foldByKey([], appendAll)),
};

describe('combiners that are changed', () => {
  for (const [name, build] of Object.entries(BUILDS)) {
    it(`${name}: all who read the batch see the same`, async () => {
      expect(await seen(build)).to.deep.equal([LISTS, LISTS, LISTS]);
    });
  }

  it('parts of one that another keeps are its own', async () => {
    type Counts = Record<string, { n: number }>;
    const merge = (all: Counts, more: Counts): Counts => {
      for (const [key, { n }] of Object.entries(more)) (all[key] ??= { n: 0 }).n += n;
      return all;
    };
    const keep = (all: Counts, more: Counts): Counts => {
      for (const [key, part] of Object.entries(more)) {
        if (all[key] === undefined) all[key] = part;
        else merge(all, { [key]: part });
      }
      return all;
    };
    const texts = await seen((pairs) =>
      pairs
        .repartition(5)
        .map(([key, value]) => ['all', { [key]: { n: value } } as Counts])
        .reduceByKey(keep, 1)
        .mapValues((counts) => JSON.stringify(Object.entries(counts).sort())),
    );
    const all = JSON.stringify([['all', '[["a",{"n":4}],["b",{"n":7}],["c",{"n":4}]]']]);
    expect(texts).to.deep.equal([all, all, all]);
  });

  it('records that a stream keeps are not changed by reducing them', async () => {
    await using t = createTestContext({ batchMs: 1000 });
    const lists = t.input([[[1], [2], [3]]], { partitions: 1 }) as DStream<number[]>;
    const texts: string[] = [];
    for (let i = 0; i < 2; i++) {
      lists.reduce(appendAll).foreachRDD(async (rdd) => void texts.push(JSON.stringify(await rdd.collect())));
      lists.foreachRDD(async (rdd) => void texts.push(JSON.stringify(await rdd.reduce(appendAll))));
      lists.foreachRDD(async (rdd) => void texts.push(JSON.stringify(await rdd.treeReduce(appendAll))));
    }
    await t.run(1);
    expect(texts).to.deep.equal(['[[1,2,3]]', '[1,2,3]', '[1,2,3]', '[[1,2,3]]', '[1,2,3]', '[1,2,3]']);
  });

  it('on the Java surface', async () => {
    await using t = createTestContext({ batchMs: 1000 });
    const pairs: JavaPairDStream<string, number> = t
      .javaInput([PAIRS], { partitions: 2 })
      .mapToPair(([key, value]) => new Tuple2(key, value));
    const lists = pairs.transformToPair((rdd) =>
      rdd.aggregateByKey(
        new JList<number>(),
        (list: JList<number>, value: number) => {
          list.add(value);
          return list;
        },
        (list: JList<number>, more: JList<number>) => {
          list.addAll(more);
          return list;
        },
      ),
    );
    const texts: string[] = [];
    for (let i = 0; i < 2; i++) {
      lists.foreachRDD(async (rdd) => {
        texts.push(String(await rdd.sortByKey().collect()));
      });
    }
    await t.run(1);
    expect(texts).to.deep.equal(['[(a,[1, 3]), (b,[2, 5]), (c,[4])]', '[(a,[1, 3]), (b,[2, 5]), (c,[4])]']);
  });
});
