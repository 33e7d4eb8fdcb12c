import type {
  ClassName,
  Configuration,
  InputFormatLike,
  MakesRecords,
  NotAsync,
  Partitioner,
  SparkConf,
  StatCounter,
  StorageLevel,
  StorageLevelLike,
  WritableName,
} from '../core/internal.ts';
import type { ReadOptions, SaveOptions } from './files.ts';
import type { Hint, IsAny, Partitions, Preserves } from './pair-types.ts';
import type { Accumulator, AccumulatorParam, Broadcast } from './shared-variables.ts';

/** Pairs make a `PairRDD`, which has operations by key; anything else makes an `RDD`. */
export type RDDOf<U> =
  IsAny<U> extends true
    ? // biome-ignore lint/suspicious/noExplicitAny: a record that is `any` stays it.
      RDD<any>
    : [U] extends [never]
      ? RDD<never>
      : [U] extends [readonly [infer K, infer V]]
        ? PairRDD<K, V>
        : RDD<U>;

/**
 * A data set: immutable, in partitions, computed from its lineage when an action asks for it. Transformations are
 * synchronous; actions return promises, on every master.
 */
export interface RDD<out T> {
  /**
   * What `f` makes of each record, in the records' order; one that returns `[key, value]` makes a `PairRDD`. With
   * `preservesPartitioning` the caller promises that `f` leaves keys alone: a join after it need not shuffle. An async
   * `f` is `ASYNC_FUNCTION`.
   */
  map<U extends Hint>(f: ((x: T) => U) & MakesRecords<U>, preservesPartitioning?: Preserves): RDDOf<U>;
  /** The records for which a type guard is true, of its type. */
  filter<S extends T>(f: (x: T) => x is S): RDDOf<S>;
  /** The records for which `f` is true. */
  filter(f: (x: T) => boolean): this;
  /**
   * All records that `f` gives for each record: none, one or many. `f` returns any iterable, or is a generator
   * function.
   */
  flatMap<U extends Hint>(f: (x: T) => Iterable<U>, preservesPartitioning?: Preserves): RDDOf<U>;
  /** What `f` makes of the records of each partition. It is called once per partition, for empty ones too. */
  mapPartitions<U extends Hint>(
    f: (records: IterableIterator<T>) => Iterable<U>,
    preservesPartitioning?: Preserves,
  ): RDDOf<U>;
  /** As `mapPartitions`; `f` is given the number of the partition, from 0, as well. */
  mapPartitionsWithIndex<U extends Hint>(
    f: (index: number, records: IterableIterator<T>) => Iterable<U>,
    preservesPartitioning?: Preserves,
  ): RDDOf<U>;
  /** The old name of `mapPartitionsWithIndex`. */
  mapPartitionsWithSplit<U extends Hint>(
    f: (index: number, records: IterableIterator<T>) => Iterable<U>,
    preservesPartitioning?: Preserves,
  ): RDDOf<U>;
  /** Each partition as one array. */
  glom(): RDD<T[]>;
  /** Partitions of all, side by side. */
  union(...others: readonly RDD<T>[]): this;
  /** Equal records once, in order of first appearance; equality is by value. */
  distinct(partitions?: Partitions<T>): this;
  /** Records that `other` does not have, as often as they stand here. */
  subtract(other: RDD<T>, partitions?: Partitions<T>): this;
  /** Records that both have, once. */
  intersection(other: RDD<T>, partitions?: Partitions<T>): this;
  /** Every pair of a record of this and one of `other`. */
  cartesian<W>(other: RDD<W>): PairRDD<T, W>;
  /** Pairs of the k-th records: both need as many partitions, and in each as many records. */
  zip<W>(other: RDD<W>): PairRDD<T, W>;
  /** What `f` makes of the k-th partitions of both, which have as many. */
  zipPartitions<W, U extends Hint>(
    other: RDD<W>,
    f: (records: IterableIterator<T>, others: IterableIterator<W>) => Iterable<U>,
  ): RDDOf<U>;
  /** Pairs of record and its number in partition order. The records are computed twice: first they are counted. */
  zipWithIndex(): PairRDD<T, number>;
  /** The k-th record of partition p of n gets k·n + p. */
  zipWithUniqueId(): PairRDD<T, number>;
  /** About `fraction` of the records; with replacement each as often as chance has it. Equal seeds, equal samples; the default is the batch time. */
  sample(withReplacement: boolean, fraction: number, seed?: number): this;
  /** Each record in one of as many data sets as there are weights. The default seed is the batch time. */
  randomSplit(weights: readonly number[], seed?: number): this[];
  /**
   * The lines that a program prints which reads the records of a partition as lines: one process a partition. A text is cut
   * into words with quotes and backslashes as for a shell, which is not involved itself. `checkCode`: an exit code other than 0 is `PIPE_FAILED`.
   */
  pipe(command: string | readonly string[], env?: Readonly<Record<string, string>>, checkCode?: boolean): RDD<string>;
  /** In the natural order of `key(x)`: see `sortByKey`. */
  sortBy<S>(
    key: ((x: T) => S) & MakesRecords<S>,
    ascending?: boolean,
    partitions?: number | { readonly numPartitions?: number },
  ): this;
  /** Fewer partitions, without a shuffle unless `shuffle` is set. */
  coalesce(numPartitions: number, shuffle?: boolean): this;
  /** Exactly `numPartitions` partitions of about equal size, by a shuffle. */
  repartition(numPartitions: number): this;
  /** Pairs of the key that `f` makes of a record, and the record. */
  keyBy<K extends Hint>(f: ((x: T) => K) & MakesRecords<K>): PairRDD<K, T>;
  /** For each key that `f` makes of records, the list of these records. */
  groupBy<K extends Hint>(
    f: ((x: T) => K) & MakesRecords<K>,
    partitions?: Partitions<K>,
    partitionFunc?: (key: K) => number,
  ): PairRDD<K, T[]>;
  /** Keeps the partitions after their first computation. Default: `MEMORY_ONLY`. */
  persist(level?: StorageLevelLike): this;
  /** As `persist()`. */
  cache(): this;
  /** Drops what is kept, at once, whatever `blocking` says. */
  unpersist(blocking?: boolean): this;
  /** Sets the name that logs and `toDebugString()` show. */
  setName(name: string): this;

  /** What `setName` said. */
  name(): string | undefined;
  /** How its partitions are kept: `NONE` unless it is persisted. */
  getStorageLevel(): StorageLevel;
  /**
   * The first action that needs the data set writes it to the directory of `sc.setCheckpointDir`; from then on it is read
   * from there. Throws `CHECKPOINT_DIR_MISSING`.
   */
  checkpoint(): void;
  /** Whether it has been written to the checkpoint directory. */
  isCheckpointed(): boolean;
  /** The directory that it was written to; undefined before that. */
  getCheckpointFile(): string | undefined;
  /** Keeps the partitions as `persist` does, on disk where memory does not do. What is lost is made again from the lineage. */
  localCheckpoint(): void;
  /** Whether `localCheckpoint` was called. */
  isLocallyCheckpointed(): boolean;
  /** What the data set is made of. */
  toDebugString(): string;

  /** All records, partition by partition. */
  collect(): Promise<T[]>;
  /** `setJobGroup` and `collect`. */
  collectWithJobGroup(groupId: string, description: string, interruptOnCancel?: boolean): Promise<T[]>;
  /** How many records there are. */
  count(): Promise<number>;
  /** The first record. Rejects with `COLLECTION_EMPTY` where there is none. */
  first(): Promise<T>;
  /**
   * The first `n` records in partition order, or all where there are fewer. Computes one partition, then more, until there are enough.
   */
  take(n: number): Promise<T[]>;
  /** Whether there is no record. */
  isEmpty(): Promise<boolean>;
  /** The first `n` in the natural order of `key(x)`, or of the records. */
  takeOrdered(n: number, key?: (x: T) => unknown): Promise<T[]>;
  /** The last `n`, greatest first. */
  top(n: number, key?: (x: T) => unknown): Promise<T[]>;
  /**
   * The greatest record in the natural order of `key(x)`, or of the records. Rejects with `COLLECTION_EMPTY` where
   * there is none.
   */
  max(key?: (x: T) => unknown): Promise<T>;
  /** The least record, as `max` has the greatest. */
  min(key?: (x: T) => unknown): Promise<T>;
  /** Exactly `n` records, or all where there are fewer. The default seed is the batch time. */
  takeSample(withReplacement: boolean, n: number, seed?: number): Promise<T[]>;
  /**
   * The records one by one, with one partition at a time in memory: `for await (const x of rdd.toLocalIterator())`. None is fetched
   * beforehand, whatever `prefetchPartitions` says.
   */
  toLocalIterator(prefetchPartitions?: boolean): AsyncGenerator<T, undefined>;
  /** The sum of all numbers; 0 of none. */
  sum(this: RDD<number>): Promise<number>;
  /** Count, mean, variance and so on, in one pass. */
  stats(this: RDD<number>): Promise<StatCounter>;
  /** The arithmetic mean; 0 of no numbers. */
  mean(this: RDD<number>): Promise<number>;
  /**
   * How far the numbers spread around their mean, squared: that of the whole population; `sampleVariance` estimates it
   * of a sample. NaN of no numbers.
   */
  variance(this: RDD<number>): Promise<number>;
  /** The standard deviation of the whole population: the root of `variance()`. */
  stdev(this: RDD<number>): Promise<number>;
  /** The variance of a population of which these numbers are a sample: divided by one less than their count. */
  sampleVariance(this: RDD<number>): Promise<number>;
  /** The standard deviation of a population of which these numbers are a sample: the root of `sampleVariance()`. */
  sampleStdev(this: RDD<number>): Promise<number>;
  /**
   * Bounds and counts of as many buckets of equal width, or of buckets between the bounds given, in ascending order. The last
   * bound is inside. Rejects with `COLLECTION_EMPTY` where bounds have to be found and there are no records.
   */
  histogram<B = T>(this: RDD<B>, buckets: number | readonly B[]): Promise<[buckets: B[], counts: number[]]>;
  /** As `count()`. It is exact here, as are the others of the name: they wait, however long that takes. */
  countApprox(timeoutMs: number, confidence?: number): Promise<number>;
  /** As `sum()`: exact, whatever time-out is given. */
  sumApprox(this: RDD<number>, timeoutMs: number, confidence?: number): Promise<number>;
  /** As `mean()`: exact, whatever time-out is given. */
  meanApprox(this: RDD<number>, timeoutMs: number, confidence?: number): Promise<number>;
  /** How many different records there are: exact, whatever deviation is allowed. */
  countApproxDistinct(relativeSD?: number): Promise<number>;
  /** As `reduce`; `depth` is Spark's. */
  treeReduce(f: (a: T, b: T) => T, depth?: number): Promise<T>;
  /** As `aggregate`, where the partitions' results are combined in `depth` (2) steps. */
  treeAggregate<A>(
    zero: A,
    seqOp: (acc: A, x: T) => A,
    combOp: (a: NoInfer<A>, b: NoInfer<A>) => NoInfer<A>,
    depth?: number,
  ): Promise<A>;
  /** All records combined by `f`, which is associative. Rejects with `COLLECTION_EMPTY` where there are no records. */
  reduce(f: (a: T, b: T) => T): Promise<T>;
  /**
   * As `reduce`, from a copy of `zero` in each partition and once more over their results: `zero` where there are no
   * records.
   */
  fold(zero: T, f: (a: T, b: T) => T): Promise<T>;
  /** `seqOp` inside each partition from a copy of `zero`, then `combOp` over the partitions' results. */
  aggregate<A>(zero: A, seqOp: (acc: A, x: T) => A, combOp: (a: NoInfer<A>, b: NoInfer<A>) => NoInfer<A>): Promise<A>;
  /** Calls `f` for each record, where it lies. Nobody waits for promises: `foreachPartition` does. */
  foreach<R>(f: ((x: T) => R) & NotAsync<R>): Promise<void>;
  /**
   * Calls `f` once per partition, for empty ones too; an async one is awaited. Inside `foreachRDD` partitions come one
   * after the other: the stream has a parallel form.
   */
  foreachPartition(f: (records: IterableIterator<T>) => unknown): Promise<void>;
  /** How often each value comes, in order of first appearance. Values are equal by value, one entry each. */
  countByValue(): Promise<Map<T, number>>;
  /**
   * Writes a directory of text files, one a partition, as `print` shows the records; compressed with a codec (`gzip`, `deflate`). It
   * appears whole. Rejects with `OUTPUT_EXISTS` where one is, but in a batch, which replaces it. The same for all that follow.
   */
  saveAsTextFile(path: string, codec?: ClassName): Promise<void>;
  /** Writes any records, for `sc.objectFile`. Classes of one's own need `registerClass` (`RECORD_NOT_SERIALIZABLE`). */
  saveAsObjectFile(path: string): Promise<void>;
  /** How many partitions it has. */
  getNumPartitions(): number;
  /** What says which partition a key is in, after a shuffle by key. */
  readonly partitioner: Partitioner | undefined;
  /** The context that it belongs to. */
  context(): SparkContext;
  /** Its number in its context, from 0. */
  id(): number;
  /** Its name, if it has one, its number and the operation that made it: `RDD[3] at map`. */
  toString(): string;
}

/** A data set of `[key, value]` pairs. */
export interface PairRDD<out K, out V> extends RDD<[K, V]> {
  /** Pairs by an output format: text (default), Hadoop's sequence files, or one's own. */
  saveAsHadoopFile(path: string, options?: SaveOptions): Promise<void>;
  /** As `saveAsHadoopFile`, with the file names of Hadoop's new API: `part-r-00000`. */
  saveAsNewAPIHadoopFile(path: string, options?: SaveOptions): Promise<void>;
  /** Hadoop's sequence files. With a codec (`gzip`, `deflate`) compressed by block. */
  saveAsSequenceFile(path: string, codec?: ClassName): Promise<void>;
  /** Where and how the settings say (`mapreduce.output.fileoutputformat.outputdir`, `mapred.output.format.class` …). */
  saveAsHadoopDataset(conf: Configuration | Readonly<Record<string, string>>): Promise<void>;
  /** As `saveAsHadoopDataset`, with the file names of Hadoop's new API: `part-r-00000`. */
  saveAsNewAPIHadoopDataset(conf: Configuration | Readonly<Record<string, string>>): Promise<void>;
  /** The values of each key combined by `f`, which is associative: values are combined before the shuffle as well. */
  reduceByKey(f: (a: V, b: V) => V, partitions?: Partitions<K>, partitionFunc?: (key: K) => number): PairRDD<K, V>;
  /** The values of each key in one list. Where it is only to be reduced, `reduceByKey` shuffles less. */
  groupByKey(partitions?: Partitions<K>, partitionFunc?: (key: K) => number): PairRDD<K, V[]>;
  /**
   * The values of each key in a combiner of another kind: made of the first value, merged with later ones, and with the
   * combiners of other partitions.
   */
  combineByKey<C>(
    createCombiner: ((value: V) => C) & MakesRecords<C>,
    mergeValue: (combiner: C, value: V) => C,
    mergeCombiners: (a: C, b: C) => C,
    partitions?: Partitions<K>,
    partitionFunc?: (key: K) => number,
  ): PairRDD<K, C>;
  /** The same keys with what `f` makes of the values; the partitioner stays. */
  mapValues<U extends Hint>(f: ((value: V) => U) & MakesRecords<U>): PairRDD<K, U>;
  /** A pair for each value that `f` gives, under the same key; the partitioner stays. */
  flatMapValues<U extends Hint>(f: (value: V) => Iterable<U>): PairRDD<K, U>;
  /** The key of each pair, as often as it comes. */
  keys<A>(this: PairRDD<A, unknown>): RDDOf<A>;
  /** The value of each pair. */
  values<B>(this: PairRDD<unknown, B>): RDDOf<B>;
  /** Pairs as they are, each in the partition where its key belongs. */
  partitionBy(partitions: Partitions<K>, partitioner?: (key: K) => number): PairRDD<K, V>;
  /** Folds the values of each key from a copy of `zero`. */
  aggregateByKey<A>(
    zero: A,
    seqOp: (acc: A, value: V) => A,
    combOp: (a: NoInfer<A>, b: NoInfer<A>) => NoInfer<A>,
    partitions?: Partitions<K>,
    partitionFunc?: (key: K) => number,
  ): PairRDD<K, A>;
  /** Folds the values of each key by `f` from a copy of `zero`, once in each partition that has the key. */
  foldByKey(
    zero: V,
    f: (a: V, b: V) => V,
    partitions?: Partitions<K>,
    partitionFunc?: (key: K) => number,
  ): PairRDD<K, V>;
  /** Inner join: a pair for each combination of values. */
  join<W>(other: PairRDD<K, W>, partitions?: Partitions<K>): PairRDD<K, [V, W]>;
  /** As `join`, and `undefined` on the right for keys that only this data set has. */
  leftOuterJoin<W>(other: PairRDD<K, W>, partitions?: Partitions<K>): PairRDD<K, [V, W | undefined]>;
  /** As `join`, and `undefined` on the left for keys that only the other one has. */
  rightOuterJoin<W>(other: PairRDD<K, W>, partitions?: Partitions<K>): PairRDD<K, [V | undefined, W]>;
  /** As `join`, and `undefined` where one of them does not have the key. */
  fullOuterJoin<W>(other: PairRDD<K, W>, partitions?: Partitions<K>): PairRDD<K, [V | undefined, W | undefined]>;
  /** All values of a key on either side. */
  cogroup<W>(other: PairRDD<K, W>, partitions?: Partitions<K>): PairRDD<K, [V[], W[]]>;
  /** Another name of `cogroup`. */
  groupWith<W>(other: PairRDD<K, W>): PairRDD<K, [V[], W[]]>;
  /** All values of a key on any of three sides, a list for each. */
  groupWith<W, X>(a: PairRDD<K, W>, b: PairRDD<K, X>): PairRDD<K, [V[], W[], X[]]>;
  /** All values of a key on any of four sides, a list for each. */
  groupWith<W, X, Y>(a: PairRDD<K, W>, b: PairRDD<K, X>, c: PairRDD<K, Y>): PairRDD<K, [V[], W[], X[], Y[]]>;
  /** About the given fraction of the pairs of each key. */
  sampleByKey(
    withReplacement: boolean,
    fractions: Iterable<readonly [K, number]> | Readonly<Record<string, number>>,
    seed?: number,
  ): PairRDD<K, V>;
  /** Partitioned by key, and in the order of keys, or of `key(k)`, inside each partition. */
  repartitionAndSortWithinPartitions(
    partitions?: Partitions<K>,
    partitionFunc?: (key: K) => number,
    ascending?: boolean,
    key?: (key: K) => unknown,
  ): PairRDD<K, V>;
  /** As `reduceByKey`, as a map in the driver. */
  reduceByKeyLocally(f: (a: V, b: V) => V): Promise<Map<K, V>>;
  /** Pairs whose key `other` does not have. */
  subtractByKey(other: PairRDD<K, unknown>, partitions?: Partitions<K>): PairRDD<K, V>;
  /**
   * In the natural order of keys: numbers as numbers, strings by UTF-16 unit, dates, lists of these; nothing first. Pairs
   * of equal keys keep their order. The first job looks at some keys beforehand, to part them into ranges.
   */
  sortByKey(
    ascending?: boolean,
    partitions?: number | { readonly numPartitions?: number },
    key?: (key: K) => unknown,
  ): PairRDD<K, V>;
  /** The values of a key. Where the data set is partitioned by key only one partition is looked at. */
  lookup(key: K): Promise<V[]>;
  /** All pairs as a map in the driver. The last value of a repeated key wins. */
  collectAsMap(): Promise<Map<K, V>>;
  /** How many pairs each key has, in order of first appearance. */
  countByKey(): Promise<Map<K, number>>;
}

/** Makes data sets. */
export interface SparkContext {
  /** The name of the program, for logs. */
  readonly appName: string;
  /** Where tasks run: `local`, `local[N]`, `local[*]`. */
  readonly master: string;
  /** Partitions of a shuffle that names no number: `spark.default.parallelism`, else the master's threads. */
  readonly defaultParallelism: number;
  /** `local-` and the time at which the context was made. */
  readonly applicationId: string;
  /** When the context was made, in ms since the epoch. */
  readonly startTime: number;
  /** There is no page to look at. */
  readonly uiWebUrl: null;
  /** Whose process this is. */
  sparkUser(): string;
  /** A data set of values. Slice i of n holds the elements from i·length/n on. Default: `defaultParallelism` slices. */
  parallelize<T extends Hint>(values: Iterable<T>, numSlices?: number): RDDOf<T>;
  /** Whole numbers from 0 up to, not including, `end`. */
  range(end: number): RDD<number>;
  /**
   * Whole numbers from `start` up to, not including, `end`, `step` (1) apart. Throws `OPTIONS_INVALID` for a step of 0.
   */
  range(start: number, end: number, step?: number, numSlices?: number): RDD<number>;
  /** A data set without records and partitions. */
  emptyRDD<T = never>(): RDDOf<T>;
  /** The records of all data sets, their partitions side by side. */
  union<T>(rdds: readonly RDD<T>[]): RDDOf<T>;
  /**
   * The lines of text files: of a file, a directory, a pattern (`*`, `?`, `[a-z]`, `{a,b}`), or several with commas between. `.gz` and
   * `.deflate` are decompressed. Read where tasks run, again for each action. The same paths for all that follow.
   */
  textFile(path: string, minPartitions?: number, useUnicode?: true): RDD<string>;
  /** Pairs of a file's path (`file:/a/b`) and its text. */
  wholeTextFiles(path: string, minPartitions?: number, useUnicode?: true): PairRDD<string, string>;
  /** Pairs of a file's path and its bytes. */
  binaryFiles(path: string, minPartitions?: number): PairRDD<string, Uint8Array>;
  /** Records of `recordLength` bytes each. */
  binaryRecords(path: string, recordLength: number): RDD<Uint8Array>;
  /** What `saveAsObjectFile` wrote. */
  objectFile<T = unknown>(path: string, minPartitions?: number): RDDOf<T>;
  /** Pairs of Hadoop's sequence files, as plain values: texts, numbers, booleans, bytes, null. */
  sequenceFile<K = unknown, V = unknown>(
    path: string,
    options?: { keyClass?: WritableName; valueClass?: WritableName; minPartitions?: number },
  ): PairRDD<K, V>;
  /** Pairs by an input format: a name of Hadoop's, or one's own. */
  hadoopFile<K = unknown, V = unknown>(
    path: string,
    format: InputFormatLike<K, V>,
    options?: ReadOptions,
  ): PairRDD<K, V>;
  /** As `hadoopFile`, with a partition for each file. */
  newAPIHadoopFile<K = unknown, V = unknown>(
    path: string,
    format: InputFormatLike<K, V>,
    options?: ReadOptions,
  ): PairRDD<K, V>;
  /** As `hadoopFile`, of the path that the settings name: `mapreduce.input.fileinputformat.inputdir`. */
  hadoopRDD<K = unknown, V = unknown>(format: InputFormatLike<K, V>, options?: ReadOptions): PairRDD<K, V>;
  /** As `newAPIHadoopFile`, of the path that the settings name. */
  newAPIHadoopRDD<K = unknown, V = unknown>(format: InputFormatLike<K, V>, options?: ReadOptions): PairRDD<K, V>;
  /** Settings for all inputs and outputs; `spark.hadoop.…` keys are in it. */
  hadoopConfiguration(): Configuration;
  /** A value for all tasks, sent once. Throws `RECORD_NOT_SERIALIZABLE` for what cannot be. */
  broadcast<T>(value: T): Broadcast<T>;
  /** A sum of numbers that tasks add to and the driver reads. */
  accumulator(initial: number): Accumulator<number>;
  /** The same of any values, which `param` adds up. */
  accumulator<T extends Hint>(initial: T, param: AccumulatorParam<T>): Accumulator<T>;
  /** The version of Spark whose behaviour this follows. */
  readonly version: string;
  /** `min(defaultParallelism, 2)`: of files. */
  readonly defaultMinPartitions: number;
  /** Where `rdd.checkpoint()` writes: a folder of this run's own below it. Streams have `ssc.checkpoint`. */
  setCheckpointDir(directory: string): void;
  /** What `setCheckpointDir` made; undefined before it is called. */
  getCheckpointDir(): string | undefined;
  /** For ports: there is nobody to show groups and properties to. They are kept; `null` takes one away. */
  setLocalProperty(key: string, value: string | null): void;
  /** What `setLocalProperty` said. */
  getLocalProperty(key: string): string | undefined;
  /** For ports: kept as properties, as there is nobody to show groups to. */
  setJobGroup(groupId: string, description: string, interruptOnCancel?: boolean): void;
  /** For ports: kept as a property; null takes it away. */
  setJobDescription(description: string | null): void;
  /** For ports: files are where they are. What was added is listed. */
  addFile(path: string, recursive?: boolean): void;
  /** For ports: as `addFile`. */
  addPyFile(path: string): void;
  /** For ports: listed, and not unpacked. */
  addArchive(path: string): void;
  /** What `addFile` and `addPyFile` were given. */
  readonly listFiles: readonly string[];
  /** What `addArchive` was given. */
  readonly listArchives: readonly string[];
  /** What `f` makes of each partition, or of those that are asked for, in one list. Rejects with `PARTITIONS_INVALID`. */
  runJob<T, U extends Hint>(
    rdd: RDD<T>,
    f: (records: IterableIterator<T>) => Iterable<U>,
    partitions?: readonly number[] | null,
    allowLocal?: boolean,
  ): Promise<U[]>;
  /** A copy of the configuration; changing it changes nothing. */
  getConf(): SparkConf;
  /**
   * The least level that is logged, of the process: `ALL`, `TRACE`, `DEBUG`, `INFO`, `WARN`, `ERROR`, `FATAL` or `OFF`.
   */
  setLogLevel(level: string): void;
  /** Stops the workers and drops all blocks. Idempotent. */
  stop(): Promise<void>;
}
