import type { PairRDD, RDD, SparkContext } from 'dstreams';
import { type DataSetTable, type OtherSpec, runProgram } from './data-sets.ts';
import { fluentPartitioner } from './fluent-partitioner.ts';
import { named } from './functions.ts';
import { numberActions } from './number-actions.ts';
import { numberOf } from './surface.ts';
import { sortValues, type Value } from './values.ts';

type Records = RDD<unknown>;
type Pairs = PairRDD<unknown, unknown>;

const pairs = (rdd: Records): Pairs => rdd as unknown as Pairs;
const sortedLists = (grouped: PairRDD<unknown, readonly (readonly unknown[])[]>): Records =>
  grouped.mapValues((lists) => lists.map((list) => sortValues(list as Value[]))) as unknown as Records;
const sorted = (list: readonly unknown[]): Value[] => sortValues(list as Value[]);
const groups = (grouped: PairRDD<unknown, unknown[]>): Records => grouped.mapValues(sorted) as unknown as Records;
const sides = (joined: PairRDD<unknown, readonly [unknown, unknown]>): Records =>
  joined.mapValues(([left, right]) => [left ?? null, right ?? null]) as unknown as Records;
const entries = (map: ReadonlyMap<unknown, unknown>): Value[] => sorted([...map]);
const count = (n: unknown) => (n === undefined ? undefined : numberOf(n));
const numbers = (rdd: Records) => rdd as RDD<number>;

/** What the last step of a program gave, in a data set of its own. */
export const runFluent = (batch: Records, program: unknown, sc: SparkContext): Promise<Records> =>
  runProgram(batch, program, TABLE, {
    of: (values, partitions) => (partitions === undefined ? sc.emptyRDD() : sc.parallelize(values, partitions)),
    result: (values) => sc.parallelize(values, 1),
  });

const TABLE: DataSetTable<Records> = {
  steps: {
    map: (s, [f]) => s.map(named('maps', f)),
    mapToPair: (s, [f]) => s.map(named('maps', f)),
    filter: (s, [f]) => s.filter(named('predicates', f) as (x: unknown) => boolean),
    flatMap: (s, [f]) => s.flatMap(named('flatMaps', f) as (x: unknown) => Iterable<unknown>),
    mapPartitions: (s, [f]) => s.mapPartitions((xs) => named('partitionFunctions', f)([...xs]) as Iterable<unknown>),
    withIndex: (s) => s.mapPartitionsWithIndex((i, xs) => [...xs].map((x) => [i, x])) as unknown as Records,
    glom: (s) => s.glom(),
    layout: (s) => s.glom().map(sorted),
    distinct: (s, [n]) => s.distinct(count(n)),
    union: (s, [other], of) => s.union(of(other)),
    coalesce: (s, [n, shuffle]) => s.coalesce(numberOf(n), (shuffle as boolean | undefined) ?? false),
    repartition: (s, [n]) => s.repartition(numberOf(n)),
    subtract: (s, [other, n], of) => s.subtract(of(other), count(n)),
    intersection: (s, [other], of) => s.intersection(of(other)),
    cartesian: (s, [other], of) => s.cartesian(of(other)) as unknown as Records,
    zip: (s, [other], of) => s.zip(of(other)) as unknown as Records,
    zipPartitions: (s, [other], of) => s.zipPartitions(of(other), (xs, ys) => [[[...xs], [...ys]]]),
    zipWithIndex: (s) => s.zipWithIndex() as unknown as Records,
    zipWithUniqueId: (s) => s.zipWithUniqueId() as unknown as Records,
    sortBy: (s, [f, ascending, n]) => s.sortBy(named('maps', f), ascending as boolean, count(n)),
    groupBy: (s, [f, n]) => groups(s.groupBy(named('maps', f), count(n))),
    keyBy: (s, [f]) => s.keyBy(named('maps', f)) as unknown as Records,
    pipe: (s, [command]) => s.pipe(command as string),
    persist: (s) => s.persist(),
    keys: (s) => pairs(s).keys(),
    values: (s) => pairs(s).values(),
    mapValues: (s, [f]) => pairs(s).mapValues(named('maps', f)) as unknown as Records,
    flatMapValues: (s, [f]) =>
      pairs(s).flatMapValues(named('flatMaps', f) as (x: unknown) => Iterable<unknown>) as unknown as Records,
    reduceByKey: (s, [f, n]) => pairs(s).reduceByKey(named('reducers', f), count(n)) as unknown as Records,
    groupByKey: (s, [n]) => groups(pairs(s).groupByKey(count(n))),
    combineByKey: (s, [create, add, merge, n]) =>
      pairs(s).combineByKey(
        named('maps', create),
        named('reducers', add),
        named('reducers', merge),
        count(n),
      ) as unknown as Records,
    foldByKey: (s, [zero, f, n]) => pairs(s).foldByKey(zero, named('reducers', f), count(n)) as unknown as Records,
    aggregateByKey: (s, [zero, add, merge, n]) =>
      pairs(s).aggregateByKey(zero, named('reducers', add), named('reducers', merge), count(n)) as unknown as Records,
    sortByKey: (s, [ascending, n]) =>
      pairs(s).sortByKey(ascending as boolean | undefined, count(n)) as unknown as Records,
    partitionBy: (s, [n]) =>
      pairs(s).partitionBy(typeof n === 'number' ? n : fluentPartitioner(n)) as unknown as Records,
    sortWithin: (s, [n]) => pairs(s).repartitionAndSortWithinPartitions(numberOf(n)) as unknown as Records,
    join: (s, [other, n], of) => pairs(s).join(pairs(of(other)), count(n)) as unknown as Records,
    leftOuterJoin: (s, [other, n], of) => sides(pairs(s).leftOuterJoin(pairs(of(other)), count(n))),
    rightOuterJoin: (s, [other, n], of) => sides(pairs(s).rightOuterJoin(pairs(of(other)), count(n))),
    fullOuterJoin: (s, [other, n], of) => sides(pairs(s).fullOuterJoin(pairs(of(other)), count(n))),
    cogroup: (s, [other, n], of) => sortedLists(pairs(s).cogroup(pairs(of(other)), count(n))),
    cogroup3: (s, [a, b], of) => sortedLists(pairs(s).groupWith(pairs(of(a)), pairs(of(b)))),
    subtractByKey: (s, [other, n], of) => pairs(s).subtractByKey(pairs(of(other)), count(n)) as unknown as Records,
  },
  actions: {
    collect: (s) => s.collect(),
    count: async (s) => [await s.count()],
    first: async (s) => [await s.first()],
    take: (s, [n]) => s.take(numberOf(n)),
    isEmpty: async (s) => [await s.isEmpty()],
    reduce: async (s, [f]) => [await s.reduce(named('reducers', f))],
    fold: async (s, [zero, f]) => [await s.fold(zero, named('reducers', f))],
    aggregate: async (s, [zero, add, merge]) => [
      await s.aggregate(zero, named('reducers', add), named('reducers', merge)),
    ],
    treeReduce: async (s, [f]) => [await s.treeReduce(named('reducers', f))],
    treeAggregate: async (s, [zero, add, merge]) => [
      await s.treeAggregate(zero, named('reducers', add), named('reducers', merge)),
    ],
    countByValue: async (s) => entries(await s.countByValue()),
    countByKey: async (s) => entries(await pairs(s).countByKey()),
    collectAsMap: async (s) => entries(await pairs(s).collectAsMap()),
    reduceByKeyLocally: async (s, [f]) => entries(await pairs(s).reduceByKeyLocally(named('reducers', f))),
    lookup: (s, [key]) => pairs(s).lookup(key),
    top: (s, [n]) => s.top(numberOf(n)),
    takeOrdered: (s, [n]) => s.takeOrdered(numberOf(n)),
    max: async (s) => [await s.max()],
    min: async (s) => [await s.min()],
    numPartitions: async (s) => [s.getNumPartitions()],
    partitioner: async (s) => [s.partitioner?.numPartitions() ?? null],
    collectPartitions: async (s, [ids]) => {
      const all = await s.glom().collect();
      return (ids as number[]).map((i) => all[i]);
    },
    async localIterator(s) {
      const found: unknown[] = [];
      for await (const x of s.toLocalIterator()) found.push(x);
      return found;
    },
    ...numberActions(numbers),
    async histogram(s, [buckets]) {
      const [bounds, counts] = await numbers(s).histogram(buckets as number);
      return [typeof buckets === 'number' ? [bounds, counts] : counts];
    },
  },
};

export type { OtherSpec };
