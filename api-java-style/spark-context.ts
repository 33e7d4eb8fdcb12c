import {
  type AccumulatorRule,
  Configuration,
  DStreamsError,
  fileOps,
  inputPathOf,
  JList,
  NUMBERS,
  Optional,
  rddOps,
  ruleOf,
  SparkConf,
  SparkCore,
  Tuple2,
  type WritableName,
  wrongArgument,
} from '../core/internal.ts';
import { rddOf } from './rdd-actions.ts';
import { SparkContext } from './context-views.ts';
import { type InputFormatLike, merged, PortableDataStream, type RecordClassName } from './hadoop.ts';
import { TUPLE } from './partitions.ts';
import { JavaDoubleRDD, JavaPairRDD, JavaRDD } from './rdd.ts';
import type { RddActions } from './rdd-actions.ts';
import {
  Accumulable,
  type AccumulableParam,
  Accumulator,
  type AccumulatorParam,
  type DoubleAccumulator,
} from './shared-variables.ts';

/** One jar or several, or nothing: accepted for ports, there is nothing to ship. */
export type Jars = string | readonly (string | null)[] | null;
/** Environment variables of executors. */
export type Environment = ReadonlyMap<string, string> | Readonly<Record<string, string>>;

/** What the constructors of both contexts take in the guide's order. */
export function confOf(
  master: string,
  appName: string,
  home?: string | null,
  jars?: Jars,
  env?: Environment,
  base = new SparkConf(),
): SparkConf {
  const conf = base.clone().setMaster(master).setAppName(appName);
  if (home) conf.setSparkHome(home);
  const names = (typeof jars === 'string' ? [jars] : (jars ?? [])).filter((jar) => jar !== null);
  if (names.length > 0) conf.setJars(names);
  for (const [name, value] of env instanceof Map ? env : Object.entries(env ?? {})) conf.setExecutorEnv(name, value);
  return conf;
}

/** The context of data sets: makes them. A view: several may share one. */
export class JavaSparkContext extends SparkContext {
  /** Another view of a context that is there. */
  constructor(sc: SparkContext | SparkCore);
  /** A new context by a copy of `conf`; by the command line and the environment where there is none. */
  constructor(conf?: SparkConf);
  /** A new context by a copy of `conf`, with this master and name. */
  constructor(master: string, appName: string, conf: SparkConf);
  /**
   * The guide's form. A home and jars (null where environment variables are not set) are accepted, and mean nothing.
   */
  constructor(master: string, appName: string, sparkHome?: string | null, jars?: Jars, env?: Environment);
  constructor(
    first?: SparkContext | SparkCore | SparkConf | string,
    appName?: string,
    third?: SparkConf | string | null,
    jars?: Jars,
    env?: Environment,
  ) {
    super(coreOf(first, appName, third, jars, env));
  }

  /** Java's view of a context. */
  static fromSparkContext(sc: SparkContext | SparkCore): JavaSparkContext {
    return new JavaSparkContext(sc);
  }

  /** The context without its Java face: `jsc.sc()`. */
  static toSparkContext(jsc: JavaSparkContext): SparkContext {
    return jsc.sc();
  }

  /** Jars of a class: there are none. */
  static jarOfClass(_type: unknown): string[] {
    return [];
  }

  /** Jars of an object's class: there are none. */
  static jarOfObject(_object: unknown): string[] {
    return [];
  }

  /** The context without its Java face. */
  sc(): SparkContext {
    return this;
  }

  /** Slice i of n holds the elements [i·len/n, (i+1)·len/n). */
  parallelize<T>(list: Iterable<T>, numSlices?: number): JavaRDD<T> {
    return new JavaRDD<T>(rddOps.parallelize(this.core, list, numSlices));
  }

  /** As `parallelize`, of tuples: a data set of pairs. */
  parallelizePairs<K, V>(list: Iterable<Tuple2<K, V>>, numSlices?: number): JavaPairRDD<K, V> {
    return new JavaPairRDD<K, V>(rddOps.parallelize(this.core, list, numSlices, 'parallelizePairs'));
  }

  /** As `parallelize`, of numbers: a data set with `sum`, `mean` and the like. */
  parallelizeDoubles(list: Iterable<number>, numSlices?: number): JavaDoubleRDD {
    return new JavaDoubleRDD(rddOps.parallelize(this.core, list, numSlices, 'parallelizeDoubles'));
  }

  /** No partition, no record. */
  emptyRDD<T>(): JavaRDD<T> {
    return new JavaRDD<T>(rddOps.sourceRdd(this.core, []));
  }

  /** The pairs of several data sets, partitions side by side: the first one, and a list of the others. */
  union<K, V>(first: JavaPairRDD<K, V>, rest: readonly JavaPairRDD<K, V>[]): JavaPairRDD<K, V>;
  /** The pairs of several data sets, partitions side by side. */
  union<K, V>(...rdds: JavaPairRDD<K, V>[]): JavaPairRDD<K, V>;
  /** The numbers of several data sets, partitions side by side: the first one, and a list of the others. */
  union(first: JavaDoubleRDD, rest: readonly JavaDoubleRDD[]): JavaDoubleRDD;
  /** The numbers of several data sets, partitions side by side. */
  union(...rdds: JavaDoubleRDD[]): JavaDoubleRDD;
  /** The records of several data sets, partitions side by side: the first one, and a list of the others. */
  union<T>(first: JavaRDD<T>, rest: readonly JavaRDD<T>[]): JavaRDD<T>;
  /** The records of several data sets, partitions side by side. */
  union<T>(...rdds: JavaRDD<T>[]): JavaRDD<T>;
  union(...args: unknown[]): unknown {
    const all = args.flat() as RddActions<unknown, unknown>[];
    const united = rddOps.union(all.map((rdd) => rddOf(rdd, 'union')));
    return all[0]!.wrapRDD(united);
  }

  // --- files: a file, a directory, a pattern, or several with commas between; read where tasks run, again for each action ---

  /** The lines of text files; `.gz` and `.deflate` are decompressed. */
  textFile(path: string, minPartitions?: number): JavaRDD<string> {
    return new JavaRDD<string>(fileOps.textFile(this.core, path, minPartitions));
  }

  /** A pair a file: its path (`file:/a/b`) and its text. */
  wholeTextFiles(path: string, minPartitions?: number): JavaPairRDD<string, string> {
    return new JavaPairRDD<string, string>(fileOps.wholeTextFiles(this.core, path, TUPLE, minPartitions));
  }

  /** A pair a file: its path and its bytes. */
  binaryFiles(path: string, minPartitions?: number): JavaPairRDD<string, PortableDataStream> {
    const files = new JavaPairRDD<string, Uint8Array>(fileOps.binaryFiles(this.core, path, TUPLE, minPartitions));
    return files.mapToPair(({ first, second }) => new Tuple2(first, new PortableDataStream(first, second)));
  }

  /** Records of one length. */
  binaryRecords(path: string, recordLength: number): JavaRDD<Uint8Array> {
    return new JavaRDD<Uint8Array>(fileOps.binaryRecords(this.core, path, recordLength));
  }

  /** What `saveAsObjectFile` wrote. */
  objectFile<T>(path: string, minPartitions?: number): JavaRDD<T> {
    return new JavaRDD<T>(fileOps.objectFile(this.core, path, minPartitions));
  }

  /** Pairs of writables; a file of other classes is `RECORD_CLASS_WRONG`. */
  sequenceFile<K, V>(
    path: string,
    keyClass?: WritableName | null,
    valueClass?: WritableName | null,
    minPartitions?: number,
  ): JavaPairRDD<K, V> {
    const options = { keyClass, valueClass, splitsMin: minPartitions };
    return new JavaPairRDD<K, V>(fileOps.sequenceFile(this.core, path, TUPLE, options));
  }

  /** Pairs by an input format of Hadoop's old API: a class, an object or a name. Classes of keys and values are not needed. */
  hadoopFile<K, V>(
    path: string,
    formatClass?: InputFormatLike<K, V> | null,
    _keyClass?: RecordClassName,
    _valueClass?: RecordClassName,
    minPartitions?: number,
  ): JavaPairRDD<K, V> {
    const options = { isNewApi: false, conf: this.core.hadoopConf, splitsMin: minPartitions };
    return new JavaPairRDD<K, V>(fileOps.hadoopFile(this.core, path, formatClass, TUPLE, options));
  }

  /** By one of its new API: a partition for each file. */
  newAPIHadoopFile<K, V>(
    path: string,
    formatClass?: InputFormatLike<K, V> | null,
    _keyClass?: RecordClassName,
    _valueClass?: RecordClassName,
    conf?: Configuration,
  ): JavaPairRDD<K, V> {
    const options = { isNewApi: true, conf: merged(this.core, conf) };
    return new JavaPairRDD<K, V>(fileOps.hadoopFile(this.core, path, formatClass, TUPLE, options));
  }

  /** As `hadoopFile`, where the settings say: `FileInputFormat.setInputPaths(conf, path)`. */
  hadoopRDD<K, V>(
    conf: Configuration,
    formatClass?: InputFormatLike<K, V> | null,
    _keyClass?: RecordClassName,
    _valueClass?: RecordClassName,
    minPartitions?: number,
  ): JavaPairRDD<K, V> {
    if (!(conf instanceof Configuration)) throw wrongArgument('hadoopRDD', 'a Configuration', conf);
    const format = formatClass ?? conf.getClass('mapred.input.format.class');
    const options = { isNewApi: false, conf: merged(this.core, conf), splitsMin: minPartitions };
    return new JavaPairRDD<K, V>(fileOps.hadoopFile(this.core, inputPathOf(conf), format, TUPLE, options));
  }

  /** As `newAPIHadoopFile`, where the settings say. */
  newAPIHadoopRDD<K, V>(
    conf: Configuration,
    formatClass?: InputFormatLike<K, V> | null,
    keyClass?: RecordClassName,
    valueClass?: RecordClassName,
  ): JavaPairRDD<K, V> {
    if (!(conf instanceof Configuration)) throw wrongArgument('newAPIHadoopRDD', 'a Configuration', conf);
    const format = formatClass ?? (conf.getClass('mapreduce.job.inputformat.class') as InputFormatLike<K, V> | null);
    return this.newAPIHadoopFile<K, V>(inputPathOf(conf), format, keyClass, valueClass, conf);
  }

  /** Settings for all inputs and outputs; `spark.hadoop.…` keys are in it. */
  hadoopConfiguration(): Configuration {
    return this.core.hadoopConf;
  }

  /** The accumulator of Spark 0.9 to 1.6: a sum of numbers that tasks add to and the driver reads. */
  accumulator(initialValue: number, name?: string): Accumulator<number>;
  /** The same of any values, which `param` adds up. */
  accumulator<T>(initialValue: T, param: AccumulatorParam<T>): Accumulator<T>;
  /** The same with a name, which `name()` gives. */
  accumulator<T>(initialValue: T, name: string, param: AccumulatorParam<T>): Accumulator<T>;
  accumulator<T>(initialValue: T, second?: string | AccumulatorParam<T>, third?: AccumulatorParam<T>): Accumulator<T> {
    const name = typeof second === 'string' ? second : undefined;
    const param = typeof second === 'string' ? third : second;
    if (param === undefined && typeof initialValue !== 'number') {
      throw new DStreamsError(
        'OPTIONS_INVALID',
        'accumulator: only numbers add up by themselves. Give an AccumulatorParam as well.',
      );
    }
    const rule = param === undefined ? ruleOf(NUMBERS, initialValue as number) : ruleOf(param, initialValue);
    return new Accumulator<T>(this.core.accumulator(rule as AccumulatorRule<T, T>, initialValue, name));
  }

  /** As `accumulator(initialValue, name)`, by its name in Java. */
  intAccumulator(initialValue: number, name?: string): Accumulator<number> {
    if (typeof initialValue !== 'number') throw wrongArgument('intAccumulator', 'a number to start from', initialValue);
    return this.accumulator(initialValue, name);
  }

  /** The accumulator of Spark 2 and later, as `sc().doubleAccumulator(name)` makes it. */
  override doubleAccumulator(name?: string): DoubleAccumulator;
  /** With an initial value: that of Spark 0.9 to 1.6, as `accumulator(initialValue, name)`. */
  override doubleAccumulator(initialValue: number, name?: string): Accumulator<number>;
  override doubleAccumulator(first?: number | string, name?: string): DoubleAccumulator & Accumulator<number> {
    return (
      typeof first === 'number' ? this.accumulator(first, name) : super.doubleAccumulator(first)
    ) as DoubleAccumulator & Accumulator<number>;
  }

  /** A value that terms of another kind are added to, as `param` says. */
  accumulable<R, T>(initialValue: R, param: AccumulableParam<R, T>): Accumulable<R, T>;
  /** The same with a name, which `name()` gives. */
  accumulable<R, T>(initialValue: R, name: string, param: AccumulableParam<R, T>): Accumulable<R, T>;
  accumulable<R, T>(
    initialValue: R,
    second: string | AccumulableParam<R, T>,
    third?: AccumulableParam<R, T>,
  ): Accumulable<R, T> {
    const [name, param] = typeof second === 'string' ? [second, third!] : [undefined, second];
    return new Accumulable(this.core.accumulator(ruleOf(param, initialValue), initialValue, name));
  }

  /** When the context was made, in ms since 1970. */
  startTime(): number {
    return this.core.startMs;
  }

  /** For ports: what the configuration has as `spark.home`. */
  getSparkHome(): Optional<string> {
    return Optional.fromNullable(this.core.conf.getOption('spark.home'));
  }

  /** For ports: programs are shipped as they are, so jars mean nothing. */
  addJar(_path: string): void {}
  /** For ports: files are where they are, on the one machine there is. */
  addFile(_path: string, _recursive = false): void {}
  /** For ports: does nothing. */
  clearJars(): void {}
  /** For ports: does nothing. */
  clearFiles(): void {}
  /** For ports: the jars that were given to the constructor. */
  jars(): JList<string> {
    return new JList(
      this.core.conf
        .get('spark.jars', '')
        .split(',')
        .filter((jar) => jar !== ''),
    );
  }

  /** As `stop()`. */
  close(): Promise<void> {
    return this.stop();
  }

  /** As `stop()`: for `await using`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }
}

function coreOf(
  first: SparkContext | SparkCore | SparkConf | string | undefined,
  appName: string | undefined,
  third: SparkConf | string | null | undefined,
  jars: Jars | undefined,
  env: Environment | undefined,
): SparkCore {
  if (first instanceof SparkContext) return first.core;
  if (first instanceof SparkCore) return first;
  if (first === undefined || first instanceof SparkConf) return new SparkCore((first ?? new SparkConf()).clone());
  const base = third instanceof SparkConf ? third : undefined;
  return new SparkCore(confOf(first, appName!, typeof third === 'string' ? third : null, jars, env, base));
}
