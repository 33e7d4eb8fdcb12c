import {
  HashPartitioner,
  type JavaDoubleRDD,
  JavaPairRDD,
  JavaRDD,
  JList,
  type JavaSparkContext,
  Tuple2,
} from 'dstreams/java';
import { type DataSetTable, runProgram } from './data-sets.ts';
import { named } from './functions.ts';
import { java, javaList, javaPairOf, javaPartitioner, javaTest, sorted } from './java-functions.ts';
import { javaPair, javaValue } from './plain.ts';
import { numberActions } from './number-actions.ts';
import { numberOf } from './surface.ts';
import { javaPlain as plain } from './plain.ts';
import { sortValues, type Value } from './values.ts';

type Records = JavaRDD<unknown>;
type Pairs = JavaPairRDD<unknown, unknown>;

const pairs = (rdd: Records): Pairs => JavaPairRDD.fromJavaRDD(rdd as JavaRDD<Tuple2<unknown, unknown>>);
const any = <K, V>(rdd: JavaPairRDD<K, V>): Records => new JavaRDD<unknown>(rdd.rdd());
const listOf = (xs: { hasNext(): boolean; next(): unknown }): unknown[] => {
  const list: unknown[] = [];
  while (xs.hasNext()) list.push(xs.next());
  return list;
};
const entries = (map: Iterable<readonly [unknown, unknown]>): unknown[] =>
  sortValues([...map].map(([k, v]) => [plain(k), plain(v)])).map(javaPair);
const count = (n: unknown) => (n === undefined ? undefined : numberOf(n));
const doubles = (s: Records): JavaDoubleRDD => s.mapToDouble((x) => x as number);
const natural = (a: unknown, b: unknown): number => ((a as string) < (b as string) ? -1 : a === b ? 0 : 1);

/** What the last step of a program gave, in a data set of its own. */
export const runJava = (batch: Records, program: unknown, sc: JavaSparkContext): Promise<Records> =>
  runProgram(batch, program, TABLE, {
    of: (values, partitions) =>
      partitions === undefined ? sc.emptyRDD() : sc.parallelize((values as Value[]).map(javaValue), partitions),
    result: (values) => sc.parallelize(values, 1),
  });

const TABLE: DataSetTable<Records> = {
  steps: {
    map: (s, [f]) => s.map(java('maps', f)),
    mapToPair: (s, [f]) => any(s.mapToPair(javaPairOf('maps', f))),
    filter: (s, [f]) => s.filter(javaTest(f)),
    flatMap: (s, [f]) => s.flatMap(javaList('flatMaps', f)),
    mapPartitions: (s, [f]) => {
      const ofPartition = named('partitionFunctions', f);
      return s.mapPartitions((xs) => new JList((ofPartition(listOf(xs).map(plain)) as Value[]).map(javaValue)));
    },
    withIndex: (s) => s.mapPartitionsWithIndex((i, xs) => listOf(xs).map((x) => new Tuple2(i, x)), false) as Records,
    glom: (s) => s.glom() as Records,
    layout: (s) => s.glom().map(sorted),
    distinct: (s, [n]) => s.distinct(count(n)),
    union: (s, [other], of) => s.union(of(other)),
    coalesce: (s, [n, shuffle]) => s.coalesce(numberOf(n), shuffle as boolean | undefined),
    repartition: (s, [n]) => s.repartition(numberOf(n)),
    subtract: (s, [other, n], of) => s.subtract(of(other), count(n)),
    intersection: (s, [other], of) => s.intersection(of(other)),
    cartesian: (s, [other], of) => any(s.cartesian(of(other))),
    zip: (s, [other], of) => any(s.zip(of(other))),
    zipPartitions: (s, [other], of) =>
      s.zipPartitions(of(other), (xs, ys) => [new Tuple2(new JList(listOf(xs)), new JList(listOf(ys)))]) as Records,
    zipWithIndex: (s) => any(s.zipWithIndex()),
    zipWithUniqueId: (s) => any(s.zipWithUniqueId()),
    sortBy: (s, [f, ascending, n]) => s.sortBy(java('maps', f), ascending as boolean, count(n)),
    groupBy: (s, [f, n]) => any(s.groupBy(java('maps', f), count(n)).mapValues(sorted)),
    keyBy: (s, [f]) => any(s.keyBy(java('maps', f))),
    pipe: (s, [command]) => s.pipe(command as string) as Records,
    persist: (s) => s.persist(),
    keys: (s) => pairs(s).keys(),
    values: (s) => pairs(s).values(),
    mapValues: (s, [f]) => any(pairs(s).mapValues(java('maps', f))),
    flatMapValues: (s, [f]) => any(pairs(s).flatMapValues(javaList('flatMaps', f))),
    reduceByKey: (s, [f, n]) => any(pairs(s).reduceByKey(java('reducers', f), count(n))),
    groupByKey: (s, [n]) => any(pairs(s).groupByKey(count(n)).mapValues(sorted)),
    combineByKey: (s, [create, add, merge, n]) =>
      any(pairs(s).combineByKey(java('maps', create), java('reducers', add), java('reducers', merge), count(n))),
    foldByKey: (s, [zero, f, n]) =>
      any(
        n === undefined
          ? pairs(s).foldByKey(javaValue(zero as Value), java('reducers', f))
          : pairs(s).foldByKey(javaValue(zero as Value), numberOf(n), java('reducers', f)),
      ),
    aggregateByKey(s, [zero, add, merge, n]) {
      const [from, seq, comb] = [javaValue(zero as Value), java('reducers', add), java('reducers', merge)];
      if (n === undefined) return any(pairs(s).aggregateByKey(from, seq, comb));
      return any(pairs(s).aggregateByKey(from, numberOf(n), seq, comb));
    },
    sortByKey: (s, [ascending, n]) => any(pairs(s).sortByKey(ascending as boolean | undefined, count(n))),
    partitionBy: (s, [n]) =>
      any(pairs(s).partitionBy(typeof n === 'number' ? new HashPartitioner(n) : javaPartitioner(n))),
    sortWithin: (s, [n]) => any(pairs(s).repartitionAndSortWithinPartitions(new HashPartitioner(numberOf(n)))),
    join: (s, [other, n], of) => any(pairs(s).join(pairs(of(other)), count(n))),
    leftOuterJoin: (s, [other, n], of) => any(pairs(s).leftOuterJoin(pairs(of(other)), count(n))),
    rightOuterJoin: (s, [other, n], of) => any(pairs(s).rightOuterJoin(pairs(of(other)), count(n))),
    fullOuterJoin: (s, [other, n], of) => any(pairs(s).fullOuterJoin(pairs(of(other)), count(n))),
    cogroup: (s, [other, n], of) =>
      any(
        pairs(s)
          .cogroup(pairs(of(other)), count(n))
          .mapValues((v) => new Tuple2(sorted(v._1()), sorted(v._2()))),
      ),
    cogroup3: (s, [a, b], of) =>
      any(
        pairs(s)
          .cogroup(pairs(of(a)), pairs(of(b)))
          .mapValues((v) => new JList([sorted(v._1()), sorted(v._2()), sorted(v._3())])),
      ),
    subtractByKey: (s, [other, n], of) => any(pairs(s).subtractByKey(pairs(of(other)), count(n))),
  },
  actions: {
    collect: (s) => s.collect(),
    count: async (s) => [await s.count()],
    first: async (s) => [await s.first()],
    take: (s, [n]) => s.take(numberOf(n)),
    isEmpty: async (s) => [await s.isEmpty()],
    reduce: async (s, [f]) => [await s.reduce(java('reducers', f))],
    fold: async (s, [zero, f]) => [await s.fold(javaValue(zero as Value), java('reducers', f))],
    aggregate: async (s, [zero, add, merge]) => [
      await s.aggregate(javaValue(zero as Value), java('reducers', add), java('reducers', merge)),
    ],
    treeReduce: async (s, [f]) => [await s.treeReduce(java('reducers', f))],
    treeAggregate: async (s, [zero, add, merge]) => [
      await s.treeAggregate(javaValue(zero as Value), java('reducers', add), java('reducers', merge)),
    ],
    countByValue: async (s) => entries(await s.countByValue()),
    countByKey: async (s) => entries(await pairs(s).countByKey()),
    collectAsMap: async (s) => entries(await pairs(s).collectAsMap()),
    reduceByKeyLocally: async (s, [f]) => entries(await pairs(s).reduceByKeyLocally(java('reducers', f))),
    lookup: (s, [key]) => pairs(s).lookup(javaValue(key as Value)),
    top: (s, [n]) => s.top(numberOf(n)),
    takeOrdered: (s, [n]) => s.takeOrdered(numberOf(n)),
    max: async (s) => [await s.max(natural)],
    min: async (s) => [await s.min(natural)],
    numPartitions: async (s) => [s.getNumPartitions()],
    partitioner: async (s) => [s.partitioner().isPresent() ? s.partitioner().get().numPartitions() : null],
    collectPartitions: (s, [ids]) => s.collectPartitions(ids as number[]),
    async localIterator(s) {
      const found: unknown[] = [];
      const records = s.toLocalIterator();
      while (await records.hasNext()) found.push(await records.next());
      return found;
    },
    ...numberActions(doubles),
    async histogram(s, [buckets]) {
      if (typeof buckets !== 'number') return [new JList(await doubles(s).histogram(buckets as number[]))];
      const found = await doubles(s).histogram(buckets);
      return [new Tuple2(new JList(found._1()), new JList(found._2()))];
    },
  },
};
