import { writeFileSync } from 'node:fs';
import { add, SparkConf, SparkContext, StatCounter } from '../../index.ts';
import type { Calls } from './scene.ts';

/** A file of its own for a call to read. */
function written(folder: string, name: string, text = 'one\ntwo\n'): string {
  writeFileSync(`${folder}/${name}`, text);
  return `${folder}/${name}`;
}

const conf = () => new SparkConf(false);
const stats = () => new StatCounter([1, 2, 3]);

export const CONTEXT_CALLS: Calls = {
  'SparkContext.accumulator': ({ sc }) =>
    sc.accumulator([0], { zero: () => [], addInPlace: (a: number[], b: number[]) => [...a, ...b] }),
  'SparkContext.addArchive': ({ sc }) => sc.addArchive('a.zip'),
  'SparkContext.addFile': ({ sc }) => sc.addFile('a.txt', false),
  'SparkContext.addPyFile': ({ sc }) => sc.addPyFile('a.py'),
  'SparkContext.applicationId': ({ sc }) => sc.applicationId,
  'SparkContext.binaryFiles': ({ sc, folder }) => sc.binaryFiles(written(folder, 'binary'), 2).collect(),
  'SparkContext.binaryRecords': ({ sc, folder }) => sc.binaryRecords(written(folder, 'records'), 4).collect(),
  'SparkContext.broadcast': ({ sc }) => sc.broadcast(['the', 'a']).value,
  'SparkContext.defaultMinPartitions': ({ sc }) => sc.defaultMinPartitions,
  'SparkContext.defaultParallelism': ({ sc }) => sc.defaultParallelism,
  'SparkContext.emptyRDD': ({ sc }) => sc.emptyRDD().collect(),
  'SparkContext.getCheckpointDir': ({ sc }) => sc.getCheckpointDir(),
  'SparkContext.getConf': ({ sc }) => sc.getConf().get('spark.app.name'),
  'SparkContext.getLocalProperty': ({ sc }) => sc.getLocalProperty('key'),
  'SparkContext.getOrCreate': () => SparkContext.getOrCreate(conf().setMaster('local').setAppName('other')),
  'SparkContext.listArchives': ({ sc }) => sc.listArchives.length,
  'SparkContext.listFiles': ({ sc }) => sc.listFiles.length,
  'SparkContext.parallelize': ({ sc }) => sc.parallelize([1, 2], 2),
  'SparkContext.range': ({ sc }) => sc.range(0, 10, 2, 2).collect(),
  'SparkContext.runJob': ({ sc, texts }) => sc.runJob(texts, (records) => records, [1], true),
  'SparkContext.setCheckpointDir': ({ sc, folder }) => sc.setCheckpointDir(folder),
  'SparkContext.setJobDescription': ({ sc }) => sc.setJobDescription('what it is'),
  'SparkContext.setJobGroup': ({ sc }) => sc.setJobGroup('group', 'what it is', true),
  'SparkContext.setLocalProperty': ({ sc }) => sc.setLocalProperty('key', 'value'),
  'SparkContext.setLogLevel': ({ sc }) => sc.setLogLevel('WARN'),
  'SparkContext.setSystemProperty': () => SparkContext.setSystemProperty('user.dir.of.a.test', '/tmp'),
  'SparkContext.sparkUser': ({ sc }) => sc.sparkUser(),
  'SparkContext.startTime': ({ sc }) => sc.startTime.toFixed(),
  'SparkContext.stop': ({ sc }) => sc.stop(),
  'SparkContext.textFile': ({ sc, folder }) => sc.textFile(written(folder, 'lines'), 2, true).collect(),
  'SparkContext.uiWebUrl': ({ sc }) => sc.uiWebUrl,
  'SparkContext.union': ({ sc, texts }) => sc.union([texts, texts]).collect(),
  'SparkContext.version': ({ sc }) => sc.version.split('.'),
  'SparkContext.wholeTextFiles': ({ sc, folder }) => sc.wholeTextFiles(written(folder, 'whole'), 2, true).collect(),

  'SparkConf.contains': () => conf().contains('spark.master'),
  'SparkConf.get': () => conf().get('spark.master', 'local'),
  'SparkConf.getAll': () => conf().getAll(),
  'new SparkConf': () => new SparkConf(true),
  'SparkConf.set': () => conf().set('spark.master', 'local'),
  'SparkConf.setAll': () => conf().setAll([['spark.master', 'local']]),
  'SparkConf.setAppName': () => conf().setAppName('words'),
  'SparkConf.setExecutorEnv': () =>
    conf()
      .setExecutorEnv('A', 'b')
      .setExecutorEnv([['C', 'd']]),
  'SparkConf.setIfMissing': () => conf().setIfMissing('spark.master', 'local'),
  'SparkConf.setMaster': () => conf().setMaster('local'),
  'SparkConf.setSparkHome': () => conf().setSparkHome('/opt/spark'),
  'SparkConf.toDebugString': () => conf().toDebugString(),

  'Broadcast.destroy': ({ sc }) => sc.broadcast(1).destroy(true),
  'Broadcast.unpersist': ({ sc }) => sc.broadcast(1).unpersist(true),
  'Broadcast.value': ({ sc }) => add(sc.broadcast(1).value, 1),

  'Accumulator.add': ({ sc }) => sc.accumulator(0).add(1),
  'Accumulator.value': ({ sc }) => {
    const total = sc.accumulator(0);
    total.value = 5;
    return total.value;
  },

  'StatCounter.asDict': () => stats().asDict(true).variance,
  'StatCounter.copy': () => stats().copy(),
  'StatCounter.count': () => stats().count(),
  'StatCounter.max': () => stats().max(),
  'StatCounter.mean': () => stats().mean(),
  'StatCounter.merge': () => stats().merge(4),
  'StatCounter.mergeStats': () => stats().mergeStats(stats()),
  'StatCounter.min': () => stats().min(),
  'new StatCounter': () => new StatCounter([1, 2]),
  'StatCounter.sampleStdev': () => stats().sampleStdev(),
  'StatCounter.sampleVariance': () => stats().sampleVariance(),
  'StatCounter.stdev': () => stats().stdev(),
  'StatCounter.sum': () => stats().sum(),
  'StatCounter.variance': () => stats().variance(),
};
