import { HashPartitioner, JobConf, type JIterator, StorageLevels, type Tuple2 } from 'dstreams/java';

type Member = (rdd: any) => unknown;
type Pair = Tuple2<string, number>;

const self = (x: unknown): unknown => x;
const plus = (a: number, b: number): number => a + b;
const append = (a: string, b: unknown): string => `${a}${b}`;
const countOf = (all: JIterator<unknown>): number => [...all].length;
const value = (pair: Pair): number => pair._2();
const byValue = (a: Pair, b: Pair): number => a._2() - b._2();
const FRACTIONS = new Map([
  ['a', 0.5],
  ['b', 0.5],
  ['c', 0.5],
]);

/** A call of every member of data sets of pairs and of values, by name. */
export function javaMembers(root: string): Record<string, Member> {
  const other: Member = (rdd) => rdd.mapValues((v: number) => v * 10).filter((pair: Pair) => pair._1() !== 'c');
  const save = (name: string): [string, Member] => [name, (rdd) => rdd[name](`${root}/${name}`)];
  const saveDataset = (name: string): [string, Member] => [
    name,
    (rdd) => {
      const conf = new JobConf();
      conf.set('mapreduce.output.fileoutputformat.outputdir', `${root}/${name}`);
      return rdd[name](conf);
    },
  ];
  return {
    map: (rdd) => rdd.map(value),
    filter: (rdd) => rdd.filter((pair: Pair) => pair._1() === 'a'),
    flatMap: (rdd) => rdd.flatMap((pair: Pair) => [pair._1(), pair._2()]),
    flatMapToDouble: (rdd) => rdd.flatMapToDouble((pair: Pair) => [pair._2(), 1]),
    flatMapToPair: (rdd) => rdd.flatMapToPair((pair: Pair) => [pair, pair]),
    mapToPair: (rdd) => rdd.mapToPair((pair: Pair) => pair.swap()),
    mapToDouble: (rdd) => rdd.mapToDouble(value),
    mapPartitions: (rdd) => rdd.mapPartitions((all: JIterator<Pair>) => [countOf(all)]),
    mapPartitionsToDouble: (rdd) => rdd.mapPartitionsToDouble((all: JIterator<Pair>) => [countOf(all)]),
    mapPartitionsToPair: (rdd) => rdd.mapPartitionsToPair((all: JIterator<Pair>) => [...all], true),
    mapPartitionsWithIndex: (rdd) =>
      rdd.mapPartitionsWithIndex((i: number, all: JIterator<Pair>) => [`${i}:${countOf(all)}`]),
    glom: (rdd) => rdd.glom(),
    keys: (rdd) => rdd.keys(),
    values: (rdd) => rdd.values(),
    keyBy: (rdd) => rdd.keyBy(value),
    mapValues: (rdd) => rdd.mapValues((v: number) => v + 1),
    flatMapValues: (rdd) => rdd.flatMapValues((v: number) => [v, v]),
    union: (rdd) => rdd.union(other(rdd)),
    distinct: (rdd) => rdd.distinct(),
    subtract: (rdd) => rdd.subtract(other(rdd)),
    intersection: (rdd) => rdd.intersection(rdd.filter(() => true)),
    cartesian: (rdd) => rdd.cartesian(other(rdd)),
    zip: (rdd) => rdd.zip(rdd.values()),
    zipPartitions: (rdd) =>
      rdd.zipPartitions(other(rdd), (a: JIterator<Pair>, b: JIterator<Pair>) => [countOf(a) + countOf(b)]),
    zipWithIndex: (rdd) => rdd.zipWithIndex(),
    zipWithUniqueId: (rdd) => rdd.zipWithUniqueId(),
    sample: (rdd) => rdd.sample(false, 0.5),
    randomSplit: (rdd) => rdd.randomSplit([1, 1]),
    sampleByKey: (rdd) => rdd.sampleByKey(false, FRACTIONS),
    sampleByKeyExact: (rdd) => rdd.sampleByKeyExact(false, FRACTIONS),
    pipe: (rdd) => rdd.pipe('cat'),
    repartitionAndSortWithinPartitions: (rdd) => rdd.repartitionAndSortWithinPartitions(new HashPartitioner(3)),
    sortBy: (rdd) => rdd.map(value).sortBy(self),
    sortByKey: (rdd) => rdd.sortByKey(),
    filterByRange: (rdd) => rdd.filterByRange('a', 'b'),
    coalesce: (rdd) => rdd.coalesce(1),
    repartition: (rdd) => rdd.repartition(3),
    groupBy: (rdd) => rdd.groupBy((pair: Pair) => pair._2() % 2),
    groupByKey: (rdd) => rdd.groupByKey(),
    reduceByKey: (rdd) => rdd.reduceByKey(plus),
    combineByKey: (rdd) => rdd.combineByKey(String, append, append),
    aggregateByKey: (rdd) => rdd.aggregateByKey('', append, append),
    foldByKey: (rdd) => rdd.foldByKey(0, plus),
    join: (rdd) => rdd.join(other(rdd)),
    leftOuterJoin: (rdd) => rdd.leftOuterJoin(other(rdd)),
    rightOuterJoin: (rdd) => rdd.rightOuterJoin(other(rdd)),
    fullOuterJoin: (rdd) => rdd.fullOuterJoin(other(rdd)),
    cogroup: (rdd) => rdd.cogroup(other(rdd)),
    groupWith: (rdd) => rdd.groupWith(other(rdd)),
    subtractByKey: (rdd) => rdd.subtractByKey(other(rdd)),
    partitionBy: (rdd) => rdd.partitionBy(new HashPartitioner(3)),
    countApproxDistinctByKey: (rdd) => rdd.countApproxDistinctByKey(0.1),
    persist: (rdd) => rdd.map(value).persist(StorageLevels.DISK_ONLY),
    cache: (rdd) => rdd.map(value).cache(),
    unpersist: (rdd) => rdd.unpersist(),
    setName: (rdd) => rdd.setName('called'),
    checkpoint: (rdd) => {
      const made = rdd.map(value);
      made.checkpoint();
      return made;
    },
    isCheckpointed: (rdd) => rdd.isCheckpointed(),
    getCheckpointFile: (rdd) => rdd.getCheckpointFile(),
    getStorageLevel: (rdd) => rdd.getStorageLevel(),
    name: (rdd) => rdd.name(),
    id: (rdd) => rdd.id(),
    toString: (rdd: unknown) => String(rdd),
    toDebugString: (rdd) => rdd.toDebugString(),
    getNumPartitions: (rdd) => rdd.getNumPartitions(),
    partitioner: (rdd) => rdd.partitioner().get().numPartitions(),
    partitions: (rdd) => rdd.partitions().size(),
    splits: (rdd) => rdd.splits().size(),
    context: (rdd) => `${rdd.context().defaultParallelism()} ${rdd.context().appName()}`,
    rdd: (rdd) => `${rdd.rdd()} ${rdd.rdd().name}`,
    wrapRDD: (rdd) => rdd.wrapRDD(rdd.rdd()),
    collect: (rdd) => rdd.collect(),
    collectAsync: (rdd) => rdd.collectAsync(),
    collectPartitions: (rdd) => rdd.collectPartitions([1]),
    collectAsMap: (rdd) => rdd.collectAsMap(),
    count: (rdd) => rdd.count(),
    countAsync: (rdd) => rdd.countAsync(),
    countApprox: (rdd) => rdd.countApprox(1),
    countApproxDistinct: (rdd) => rdd.countApproxDistinct(0.1),
    countByKey: (rdd) => rdd.countByKey(),
    countByKeyApprox: (rdd) => rdd.countByKeyApprox(1),
    countByValue: (rdd) => rdd.countByValue(),
    countByValueApprox: (rdd) => rdd.countByValueApprox(1),
    first: (rdd) => rdd.first(),
    take: (rdd) => rdd.take(3),
    takeAsync: (rdd) => rdd.takeAsync(3),
    takeOrdered: (rdd) => rdd.takeOrdered(2, byValue),
    takeSample: (rdd) => rdd.takeSample(false, 2),
    top: (rdd) => rdd.top(2, byValue),
    min: (rdd) => rdd.min(byValue),
    max: (rdd) => rdd.max(byValue),
    isEmpty: (rdd) => rdd.isEmpty(),
    lookup: (rdd) => rdd.lookup('a'),
    reduce: (rdd) => rdd.map(value).reduce(plus),
    reduceByKeyLocally: (rdd) => rdd.reduceByKeyLocally(plus),
    fold: (rdd) => rdd.map(value).fold(0, plus),
    aggregate: (rdd) => rdd.aggregate('', append, append),
    treeReduce: (rdd) => rdd.map(value).treeReduce(plus),
    treeAggregate: (rdd) => rdd.treeAggregate('', append, append),
    foreach: (rdd) => rdd.foreach(() => {}),
    foreachAsync: (rdd) => rdd.foreachAsync(() => {}),
    foreachPartition: (rdd) => rdd.foreachPartition(() => {}),
    foreachPartitionAsync: (rdd) => rdd.foreachPartitionAsync(() => {}),
    toLocalIterator: (rdd) => rdd.toLocalIterator(),
    ...Object.fromEntries(
      ['saveAsTextFile', 'saveAsObjectFile', 'saveAsHadoopFile', 'saveAsNewAPIHadoopFile'].map(save),
    ),
    ...Object.fromEntries(['saveAsHadoopDataset', 'saveAsNewAPIHadoopDataset'].map(saveDataset)),
  };
}

/** The same of data sets of numbers, which alone have them. */
export const javaNumberMembers: Record<string, Member> = {
  histogram: (rdd) => rdd.histogram(2),
  mean: (rdd) => rdd.mean(),
  meanApprox: (rdd) => rdd.meanApprox(1),
  popStdev: (rdd) => rdd.popStdev(),
  popVariance: (rdd) => rdd.popVariance(),
  sampleStdev: (rdd) => rdd.sampleStdev(),
  sampleVariance: (rdd) => rdd.sampleVariance(),
  srdd: (rdd) => String(rdd.srdd()),
  stats: (rdd) => rdd.stats(),
  stdev: (rdd) => rdd.stdev(),
  sum: (rdd) => rdd.sum(),
  sumApprox: (rdd) => rdd.sumApprox(1),
  variance: (rdd) => rdd.variance(),
};
