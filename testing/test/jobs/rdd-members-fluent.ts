import { add, StorageLevels } from 'dstreams';

type Member = (rdd: any) => unknown;

const append = (a: string, b: unknown): string => `${a}${b}`;
const self = (x: unknown): unknown => x;

/** A call of every member of data sets, by name. */
export function fluentMembers(root: string): Record<string, Member> {
  const other: Member = (rdd) => rdd.mapValues((v: number) => v * 10).filter(([k]: [string]) => k !== 'c');
  const save = (name: string, ...rest: unknown[]): [string, Member] => [
    name,
    (rdd) => rdd[name](`${root}/${name}`, ...rest),
  ];
  return {
    map: (rdd) => rdd.map(([k, v]: [string, number]) => [v, k]),
    filter: (rdd) => rdd.filter(([k]: [string]) => k === 'a'),
    flatMap: (rdd) => rdd.flatMap(self),
    mapPartitions: (rdd) => rdd.mapPartitions(self, true),
    mapPartitionsWithIndex: (rdd) =>
      rdd.mapPartitionsWithIndex((i: number, all: Iterable<unknown>) => [...all].map((x) => `${i}${x}`)),
    mapPartitionsWithSplit: (rdd) =>
      rdd.mapPartitionsWithSplit((i: number, all: Iterable<unknown>) => [...all].map((x) => `${i}${x}`)),
    glom: (rdd) => rdd.glom(),
    keys: (rdd) => rdd.keys(),
    values: (rdd) => rdd.values(),
    keyBy: (rdd) => rdd.keyBy(([, v]: [string, number]) => v),
    mapValues: (rdd) => rdd.mapValues((v: number) => v + 1),
    flatMapValues: (rdd) => rdd.flatMapValues((v: number) => [v, v]),
    union: (rdd) => rdd.union(other(rdd)),
    distinct: (rdd) => rdd.distinct(),
    subtract: (rdd) => rdd.subtract(other(rdd)),
    intersection: (rdd) => rdd.intersection(rdd.filter(() => true)),
    cartesian: (rdd) => rdd.cartesian(other(rdd)),
    zip: (rdd) => rdd.zip(rdd.values()),
    zipPartitions: (rdd) =>
      rdd.zipPartitions(other(rdd), (a: Iterable<unknown>, b: Iterable<unknown>) => [[...a].length + [...b].length]),
    zipWithIndex: (rdd) => rdd.zipWithIndex(),
    zipWithUniqueId: (rdd) => rdd.zipWithUniqueId(),
    sample: (rdd) => rdd.sample(false, 0.5),
    randomSplit: (rdd) => rdd.randomSplit([1, 1]),
    sampleByKey: (rdd) => rdd.sampleByKey(false, { a: 0.5, b: 0.5, c: 0.5 }),
    pipe: (rdd) => rdd.pipe('cat'),
    repartitionAndSortWithinPartitions: (rdd) => rdd.repartitionAndSortWithinPartitions(3),
    sortBy: (rdd) => rdd.sortBy(([, v]: [string, number]) => v),
    sortByKey: (rdd) => rdd.sortByKey(),
    coalesce: (rdd) => rdd.coalesce(1),
    repartition: (rdd) => rdd.repartition(3),
    groupBy: (rdd) => rdd.groupBy(([, v]: [string, number]) => v % 2),
    groupByKey: (rdd) => rdd.groupByKey(),
    reduceByKey: (rdd) => rdd.reduceByKey(add),
    combineByKey: (rdd) => rdd.combineByKey(String, append, append),
    aggregateByKey: (rdd) => rdd.aggregateByKey('', append, append),
    foldByKey: (rdd) => rdd.foldByKey(0, add),
    join: (rdd) => rdd.join(other(rdd)),
    leftOuterJoin: (rdd) => rdd.leftOuterJoin(other(rdd)),
    rightOuterJoin: (rdd) => rdd.rightOuterJoin(other(rdd)),
    fullOuterJoin: (rdd) => rdd.fullOuterJoin(other(rdd)),
    cogroup: (rdd) => rdd.cogroup(other(rdd)),
    groupWith: (rdd) => rdd.groupWith(other(rdd), rdd),
    subtractByKey: (rdd) => rdd.subtractByKey(other(rdd)),
    partitionBy: (rdd) => rdd.partitionBy(3),
    persist: (rdd) => rdd.map(self).persist(StorageLevels.DISK_ONLY),
    cache: (rdd) => rdd.map(self).cache(),
    unpersist: (rdd) => rdd.unpersist(),
    setName: (rdd) => rdd.setName('called'),
    checkpoint: (rdd) => {
      const made = rdd.map(self);
      made.checkpoint();
      return made;
    },
    isCheckpointed: (rdd) => rdd.isCheckpointed(),
    getCheckpointFile: (rdd) => rdd.getCheckpointFile(),
    localCheckpoint: (rdd) => {
      const made = rdd.map(self);
      made.localCheckpoint();
      return made;
    },
    isLocallyCheckpointed: (rdd) => rdd.isLocallyCheckpointed(),
    getStorageLevel: (rdd) => rdd.getStorageLevel(),
    name: (rdd) => rdd.name(),
    toDebugString: (rdd) => rdd.toDebugString(),
    collect: (rdd) => rdd.collect(),
    collectWithJobGroup: (rdd) => rdd.collectWithJobGroup('group', 'of a test'),
    count: (rdd) => rdd.count(),
    first: (rdd) => rdd.first(),
    take: (rdd) => rdd.take(3),
    isEmpty: (rdd) => rdd.isEmpty(),
    takeOrdered: (rdd) => rdd.takeOrdered(2),
    top: (rdd) => rdd.top(2),
    min: (rdd) => rdd.min(),
    max: (rdd) => rdd.max(),
    takeSample: (rdd) => rdd.takeSample(false, 2),
    toLocalIterator: (rdd) => rdd.toLocalIterator(),
    sum: (rdd) => rdd.values().sum(),
    stats: (rdd) => rdd.values().stats(),
    mean: (rdd) => rdd.values().mean(),
    variance: (rdd) => rdd.values().variance(),
    stdev: (rdd) => rdd.values().stdev(),
    sampleVariance: (rdd) => rdd.values().sampleVariance(),
    sampleStdev: (rdd) => rdd.values().sampleStdev(),
    histogram: (rdd) => rdd.values().histogram(2),
    countApprox: (rdd) => rdd.countApprox(1),
    sumApprox: (rdd) => rdd.values().sumApprox(1),
    meanApprox: (rdd) => rdd.values().meanApprox(1),
    countApproxDistinct: (rdd) => rdd.countApproxDistinct(),
    treeReduce: (rdd) => rdd.values().treeReduce(add),
    treeAggregate: (rdd) => rdd.values().treeAggregate('', append, append),
    reduceByKeyLocally: (rdd) => rdd.reduceByKeyLocally(add),
    lookup: (rdd) => rdd.lookup('a'),
    reduce: (rdd) => rdd.values().reduce(add),
    fold: (rdd) => rdd.values().fold(0, add),
    aggregate: (rdd) => rdd.values().aggregate('', append, append),
    foreach: (rdd) => rdd.foreach(() => {}),
    foreachPartition: (rdd) => rdd.foreachPartition(() => {}),
    countByValue: (rdd) => rdd.countByValue(),
    countByKey: (rdd) => rdd.countByKey(),
    collectAsMap: (rdd) => rdd.collectAsMap(),
    ...Object.fromEntries([
      save('saveAsTextFile'),
      save('saveAsObjectFile'),
      save('saveAsHadoopFile'),
      save('saveAsNewAPIHadoopFile'),
      save('saveAsSequenceFile'),
    ]),
    saveAsHadoopDataset: (rdd) =>
      rdd.saveAsHadoopDataset({ 'mapreduce.output.fileoutputformat.outputdir': `${root}/saveAsHadoopDataset` }),
    saveAsNewAPIHadoopDataset: (rdd) =>
      rdd.saveAsNewAPIHadoopDataset({
        'mapreduce.output.fileoutputformat.outputdir': `${root}/saveAsNewAPIHadoopDataset`,
      }),
    getNumPartitions: (rdd) => rdd.getNumPartitions(),
    partitioner: (rdd) => `${rdd.partitioner.constructor.name} ${rdd.partitioner.numPartitions()}`,
    context: (rdd) => `${rdd.context().defaultParallelism} ${rdd.context().applicationId}`,
    id: (rdd) => rdd.id(),
    toString: (rdd: unknown) => String(rdd),
  };
}
