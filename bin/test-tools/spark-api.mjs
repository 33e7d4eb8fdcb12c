/**
 * Lists the public methods of Spark's classes, one `name count` a line with the number of their parameters, below the
 * name of their class: facts only, from `javap`.
 *
 *   node bin/test-tools/spark-api.mjs <folder of jars>
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const PACKAGES = {
  'streaming.api.java':
    'JavaDStreamLike JavaDStream JavaPairDStream JavaInputDStream JavaPairInputDStream JavaReceiverInputDStream ' +
    'JavaPairReceiverInputDStream JavaMapWithStateDStream JavaStreamingContext',
  streaming: 'Duration Durations Milliseconds Seconds Minutes Time Interval State StateSpec StreamingContextState',
  'streaming.dstream': 'InputDStream ReceiverInputDStream ConstantInputDStream',
  'streaming.receiver': 'Receiver',
  'streaming.scheduler':
    'StreamingListener StatsReportListener BatchInfo OutputOperationInfo ReceiverInfo StreamInputInfo ' +
    'StreamingListenerBatchSubmitted StreamingListenerBatchStarted StreamingListenerBatchCompleted ' +
    'StreamingListenerOutputOperationStarted StreamingListenerOutputOperationCompleted StreamingListenerReceiverStarted ' +
    'StreamingListenerReceiverError StreamingListenerReceiverStopped StreamingListenerStreamingStarted',
  'api.java': 'JavaRDDLike JavaRDD JavaPairRDD JavaDoubleRDD JavaSparkContext Optional StorageLevels',
  'api.java.function':
    'Function Function0 Function2 Function3 Function4 VoidFunction VoidFunction2 FlatMapFunction FlatMapFunction2 ' +
    'PairFunction PairFlatMapFunction DoubleFunction DoubleFlatMapFunction',
  '': 'Partitioner HashPartitioner RangePartitioner SparkConf',
  storage: 'StorageLevel',
  broadcast: 'Broadcast',
  util: 'LongAccumulator DoubleAccumulator CollectionAccumulator',
};

/** The listing as text. `javap` prints in the order of the class file, so it is sorted. */
export function sparkApi(jars) {
  const classes = Object.entries(PACKAGES).flatMap(([name, list]) =>
    list.split(' ').map((type) => ['org.apache.spark', name, type].filter((part) => part !== '').join('.')),
  );
  const path = ['spark-core_2.12-3.5.7.jar', 'spark-streaming_2.12-3.5.7.jar'].map((jar) => join(jars, jar)).join(':');
  const { status, stdout, stderr } = spawnSync('javap', ['-public', '-cp', path, ...classes], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`javap: ${stderr}`);
  return stdout
    .split(/^Compiled from .*$/m)
    .slice(1)
    .map(listed)
    .join('');
}

function listed(block) {
  const lines = block.trim().split('\n');
  const full = /(?:class|interface|enum) ([\w.]+)/.exec(lines[0])[1];
  const methods = new Set(lines.slice(1).map((line) => methodOf(line, full)));
  methods.delete(undefined);
  return [full.slice(full.lastIndexOf('.') + 1), ...[...methods].sort().map((method) => `  ${method}`), ''].join('\n');
}

/** `static name 2`; undefined for fields, and for what the Scala compiler adds: names with a dollar sign. */
function methodOf(line, full) {
  const match = /([\w.$]+)\((.*)\)/.exec(line);
  if (match === null) return undefined;
  const name = match[1] === full ? 'new' : match[1];
  if (name.includes('$')) return undefined;
  const count =
    match[2] === '' ? 0 : match[2].replace(/<(?:[^<>]|<(?:[^<>]|<(?:[^<>]|<[^<>]*>)*>)*>)*>/g, '').split(',').length;
  return `${/\bstatic\b/.test(line) ? 'static ' : ''}${name} ${count}`;
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  process.stdout.write(sparkApi(process.argv[2]));
}
