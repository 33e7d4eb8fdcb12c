import {
  ActionPromise,
  type AnyFunction,
  type ClassName,
  type Configuration,
  DStreamsError,
  type FnSlot,
  JIterator,
  JList,
  JMap,
  javaText,
  type Optional,
  Partitioner,
  type Rdd,
  rddOps,
  type ShuffleMode,
  Tuple2,
  type Tuple3,
  type Tuple4,
  wrongArgument,
  checkIterable,
} from '../core/internal.ts';
import { type Compare, isCompare, toCompare } from './comparator.ts';
import {
  type DoubleFlatMapFunction,
  type DoubleFunction,
  type FlatFn,
  type FlatFn2,
  type Fn,
  type Fn2,
  makesDoubles,
  makesPairs,
  type PairFlatFn,
  type PairFlatMapFunction,
  type PairFn,
  type PairFunction,
  type RecordFn,
  type RecordLambda,
  type RecordObject,
  type Results,
  toLambda,
} from './functions.ts';
import type { Groups } from './java-util.ts';
import { BoundedDouble, PartialResult } from './partial-result.ts';
import { datasetPlan, type OutputFormatLike, pairsPlan, type RecordClassName } from './hadoop.ts';
import { jointPartitioner, type Parts, rddPartitioner, sparkOf, TUPLE } from './partitions.ts';
import { overPartition, rddOf, type RddActions } from './rdd-actions.ts';
import { RddOperations } from './rdd-operations.ts';
import { shareMethods } from './share-methods.ts';

/** Operations that may change the kind: a pair function gives pairs, anything else values. */
export abstract class JavaRDDLike<T, R> extends RddOperations<T, R> {
  private toValues<U>(
    op: 'map' | 'flatMap' | 'mapPartitions' | 'glom',
    fns: AnyFunction[],
    preserves?: boolean,
    label: string = op,
  ): JavaRDD<U> {
    return new JavaRDD<U>(rddOps.transformRecords(this.rdd(), op, fns, TUPLE, preserves, label));
  }

  /** `label`: what the user called. */
  protected toPairs<K, V>(
    op: 'map' | 'flatMap' | 'mapPartitions' | 'keyBy',
    fns: AnyFunction[],
    preserves?: boolean,
    label: string = op,
  ): JavaPairRDD<K, V> {
    return new JavaPairRDD<K, V>(rddOps.transformRecords(this.rdd(), op, fns, TUPLE, preserves, label));
  }

  private toDoubles(
    op: 'map' | 'flatMap' | 'mapPartitions',
    fns: AnyFunction[],
    preserves?: boolean,
    label: string = op,
  ): JavaDoubleRDD {
    return new JavaDoubleRDD(rddOps.transformRecords(this.rdd(), op, fns, TUPLE, preserves, label));
  }

  private toKind(
    f: unknown,
    op: 'map' | 'flatMap' | 'mapPartitions',
    fns: AnyFunction[],
    preserves?: boolean,
  ): unknown {
    if (makesPairs(f)) return this.toPairs(op, fns, preserves);
    return makesDoubles(f) ? this.toDoubles(op, fns, preserves) : this.toValues(op, fns, preserves);
  }

  /** A pair function object, as in 0.9, makes a data set of pairs: one for each record. */
  map<K, V>(f: PairFunction<T, K, V>): JavaPairRDD<K, V>;
  /** The number that a function object makes of each record: a data set of numbers. */
  map(f: DoubleFunction<T>): JavaDoubleRDD;
  /** What the `call` of a function object makes of each record, in the records' order. */
  map<U>(f: RecordObject<T, U>): JavaRDD<U>;
  /**
   * What `f` makes of each record, in the records' order. Tuples stay values: `mapToPair` makes pairs of them. An `f`
   * that returns a promise is `ASYNC_FUNCTION`.
   */
  map<U>(f: RecordLambda<T, U>): JavaRDD<U>;
  /** Either form of `f`: what it makes of each record, in the records' order. */
  map<U>(f: RecordFn<T, U>): JavaRDD<U>;
  map(f: unknown): unknown {
    return this.toKind(f, 'map', [toLambda(f, 'map')]);
  }

  /** The tuple that `f` makes of each record: a data set of pairs, with operations by key. */
  mapToPair<K, V>(f: PairFn<T, K, V>): JavaPairRDD<K, V> {
    return this.toPairs('map', [toLambda(f, 'mapToPair')], undefined, 'mapToPair');
  }

  /** All tuples that a pair function object gives for each record: a data set of pairs. */
  flatMap<K, V>(f: PairFlatMapFunction<T, K, V>): JavaPairRDD<K, V>;
  /** All numbers that a function object gives for each record: a data set of numbers. */
  flatMap(f: DoubleFlatMapFunction<T>): JavaDoubleRDD;
  /**
   * All records that `f` gives for each record: none, one or many, as an iterable or an iterator (`ITERABLE_EXPECTED`
   * otherwise).
   */
  flatMap<U>(f: FlatFn<T, U>): JavaRDD<U>;
  flatMap(f: unknown): unknown {
    return this.toKind(f, 'flatMap', [toLambda(f, 'flatMap')]);
  }

  /** All tuples that `f` gives for each record: a data set of pairs, with operations by key. */
  flatMapToPair<K, V>(f: PairFlatFn<T, K, V>): JavaPairRDD<K, V> {
    return this.toPairs('flatMap', [toLambda(f, 'flatMapToPair')], undefined, 'flatMapToPair');
  }

  /**
   * A pair function object is called once per partition, for empty ones too; its tuples make a data set of pairs. With
   * `preservesPartitioning` the caller promises that it leaves keys alone: a join after it need not shuffle.
   */
  mapPartitions<K, V>(f: PairFlatMapFunction<JIterator<T>, K, V>, preservesPartitioning?: boolean): JavaPairRDD<K, V>;
  /** The same by a function object of numbers: a data set of numbers. */
  mapPartitions(f: DoubleFlatMapFunction<JIterator<T>>, preservesPartitioning?: boolean): JavaDoubleRDD;
  /** `f` is called once per partition, for empty ones too, with an iterator over the records; it gives any number. */
  mapPartitions<U>(f: FlatFn<JIterator<T>, U>, preservesPartitioning?: boolean): JavaRDD<U>;
  mapPartitions(f: unknown, preserves?: boolean): unknown {
    return this.toKind(f, 'mapPartitions', [overPartition(f, 'mapPartitions')], preserves);
  }

  /** As `mapPartitions`, where the tuples that `f` gives make a data set of pairs. */
  mapPartitionsToPair<K, V>(f: PairFlatFn<JIterator<T>, K, V>, preservesPartitioning?: boolean): JavaPairRDD<K, V> {
    const name = 'mapPartitionsToPair';
    return this.toPairs('mapPartitions', [overPartition(f, name)], preservesPartitioning, name);
  }

  /** The number that `f` makes of each record: a data set of numbers, with `sum`, `mean` and the like. */
  mapToDouble(f: Fn<T, number>): JavaDoubleRDD {
    return this.toDoubles('map', [toLambda(f, 'mapToDouble')], undefined, 'mapToDouble');
  }

  /** All numbers that `f` gives for each record: a data set of numbers. */
  flatMapToDouble(f: FlatFn<T, number>): JavaDoubleRDD {
    return this.toDoubles('flatMap', [toLambda(f, 'flatMapToDouble')], undefined, 'flatMapToDouble');
  }

  /** As `mapPartitions`, where the numbers that `f` gives make a data set of numbers. */
  mapPartitionsToDouble(f: FlatFn<JIterator<T>, number>, preservesPartitioning?: boolean): JavaDoubleRDD {
    const name = 'mapPartitionsToDouble';
    return this.toDoubles('mapPartitions', [overPartition(f, name)], preservesPartitioning, name);
  }

  /** As `mapPartitions`, by a function of the partition's number, from 0, and the iterator over its records. */
  mapPartitionsWithIndex<U>(f: Fn2<number, JIterator<T>, Results<U>>, preservesPartitioning?: boolean): JavaRDD<U> {
    const name = 'mapPartitionsWithIndex';
    const lambda = toLambda(f, name);
    const each = (records: readonly T[], index: number): unknown => lambda(index, new JIterator(records));
    return this.toValues('mapPartitions', [each], preservesPartitioning, name);
  }

  /** One list per partition. */
  glom(): JavaRDD<JList<T>> {
    return this.toValues('glom', []);
  }

  /** Pairs of the key that `f` makes of a record, and the record. */
  keyBy<K>(f: RecordLambda<T, K>): JavaPairRDD<K, T>;
  /** Pairs of the key that a function object makes of a record, and the record. */
  keyBy<K>(f: RecordObject<T, K>): JavaPairRDD<K, T>;
  keyBy<K>(f: unknown): JavaPairRDD<K, T> {
    return this.toPairs('keyBy', [toLambda(f, 'keyBy')]);
  }

  /** For each key that `f` makes of records, the list of these records. */
  groupBy<K>(f: RecordLambda<T, K>, parts?: Parts): JavaPairRDD<K, JList<T>>;
  /** For each key that a function object makes of records, the list of these records. */
  groupBy<K>(f: RecordObject<T, K>, parts?: Parts): JavaPairRDD<K, JList<T>>;
  groupBy<K>(f: unknown, parts?: Parts): JavaPairRDD<K, JList<T>> {
    const keyed = this.toPairs<K, T>('keyBy', [toLambda(f, 'groupBy')], undefined, 'groupBy');
    return keyed.groupByKey(parts === undefined ? undefined : rddPartitioner(this.rdd(), parts, 'groupBy'));
  }

  /** Every pair of a record of this and one of `other`. */
  cartesian<U>(other: RddActions<U, unknown>): JavaPairRDD<T, U> {
    return new JavaPairRDD<T, U>(rddOps.cartesian(this.rdd(), rddOf(other, 'cartesian'), TUPLE));
  }

  /** Pairs of the k-th records: both need as many partitions, and in each as many records. */
  zip<U>(other: RddActions<U, unknown>): JavaPairRDD<T, U> {
    return new JavaPairRDD<T, U>(rddOps.zip(this.rdd(), rddOf(other, 'zip'), TUPLE));
  }

  /** `f` is called with partition p of both, for each p: both need as many partitions. */
  zipPartitions<U, W>(other: RddActions<U, unknown>, f: FlatFn2<JIterator<T>, JIterator<U>, W>): JavaRDD<W> {
    const lambda = toLambda(f, 'zipPartitions');
    const both = (mine: readonly T[], theirs: readonly U[]): unknown =>
      lambda(new JIterator(mine), new JIterator(theirs));
    return new JavaRDD<W>(
      rddOps.mergePartitions([this.rdd(), rddOf(other, 'zipPartitions')], both as AnyFunction, TUPLE),
    );
  }

  /** Pairs of record and its number in partition order. The records are computed twice: first they are counted. */
  zipWithIndex(): JavaPairRDD<T, number> {
    return new JavaPairRDD<T, number>(rddOps.zipWithIndex(this.rdd(), TUPLE));
  }

  /** The k-th record of partition p of n gets k·n + p. */
  zipWithUniqueId(): JavaPairRDD<T, number> {
    return new JavaPairRDD<T, number>(rddOps.zipWithUniqueId(this.rdd(), TUPLE));
  }

  /**
   * The lines that a program prints which reads the records of a partition as lines: one process a partition. A text is
   * cut at white space; no shell is involved. Another exit code than 0 is `PIPE_FAILED`. All processes have the driver's
   * working directory, and their text is UTF-8: anything else is `OPTIONS_INVALID`.
   */
  pipe(
    command: string | readonly string[],
    env?: ReadonlyMap<string, string> | Readonly<Record<string, string>>,
    separateWorkingDir = false,
    _bufferSize?: number,
    encoding = 'UTF-8',
  ): JavaRDD<string> {
    if (separateWorkingDir || !/^utf-?8$/i.test(encoding)) {
      throw new DStreamsError(
        'OPTIONS_INVALID',
        'pipe: a working directory of its own and other encodings than UTF-8 are not there. Let the program do that.',
      );
    }
    const pairs = env instanceof Map ? (env as ReadonlyMap<string, string>) : Object.entries(env ?? {});
    const options = { command, env: pairs, checkCode: true, textOf: javaText };
    return new JavaRDD<string>(rddOps.pipe(this.rdd(), options, TUPLE));
  }
}

/** A data set of values. */
export class JavaRDD<T> extends JavaRDDLike<T, JavaRDD<T>> {
  /** A data set of the engine as one of values. */
  override wrapRDD(rdd: Rdd): JavaRDD<T> {
    return new JavaRDD<T>(rdd);
  }

  /** In the natural order of what `f` makes of the records: see `JavaPairRDD.sortByKey`. */
  sortBy<K>(f: RecordLambda<T, K>, ascending?: boolean, numPartitions?: number): JavaRDD<T>;
  /** In the natural order of what a function object makes of the records. */
  sortBy<K>(f: RecordObject<T, K>, ascending?: boolean, numPartitions?: number): JavaRDD<T>;
  sortBy(f: unknown, ascending = true, numPartitions?: number): JavaRDD<T> {
    const keyed = this.toPairs<unknown, T>('keyBy', [toLambda(f, 'sortBy')], undefined, 'sortBy');
    return keyed.sortByKey(ascending, numPartitions).values();
  }

  /** A data set of the engine, which `rdd()` gives, as one of values. */
  static fromRDD<T>(rdd: Rdd<T>): JavaRDD<T> {
    return new JavaRDD<T>(rdd);
  }

  /** As `rdd.rdd()`, which has no Java face. */
  static toRDD<T>(rdd: JavaRDD<T>): Rdd<T> {
    return rdd.rdd();
  }
}

/** A data set of numbers. */
export class JavaDoubleRDD extends JavaRDDLike<number, JavaDoubleRDD> {
  /** A data set of the engine as one of numbers. */
  override wrapRDD(rdd: Rdd): JavaDoubleRDD {
    return new JavaDoubleRDD(rdd);
  }

  /** The wrapped data set. */
  srdd(): Rdd<number> {
    return this.rdd();
  }

  /** A data set of the engine, which `rdd()` gives, as one of numbers. */
  static fromRDD(rdd: Rdd<number>): JavaDoubleRDD {
    return new JavaDoubleRDD(rdd);
  }

  /** As `rdd.rdd()`, which has no Java face. */
  static toRDD(rdd: JavaDoubleRDD): Rdd<number> {
    return rdd.rdd();
  }

  /** Of no numbers: 0. */
  sum(): ActionPromise<number> {
    return rddOps.sum(this.rdd());
  }

  /** Count, mean, variance and so on, in one pass. */
  stats(): ActionPromise<rddOps.StatCounter> {
    return rddOps.stats(this.rdd());
  }

  private statistic(of: (stats: rddOps.StatCounter) => number): ActionPromise<number> {
    return ActionPromise.of(async () => of(await rddOps.stats(this.rdd())));
  }

  /** The arithmetic mean; 0 of no numbers. */
  mean(): ActionPromise<number> {
    return this.statistic((stats) => stats.mean());
  }

  /** How far the numbers spread around their mean, squared: that of the whole population. NaN of no numbers. */
  variance(): ActionPromise<number> {
    return this.statistic((stats) => stats.variance());
  }

  /** Another name of `variance()`, which is that of the whole population. */
  popVariance(): ActionPromise<number> {
    return this.variance();
  }

  /** The variance of a population of which these numbers are a sample: divided by one less than their count. */
  sampleVariance(): ActionPromise<number> {
    return this.statistic((stats) => stats.sampleVariance());
  }

  /** The standard deviation of the whole population: the root of `variance()`. */
  stdev(): ActionPromise<number> {
    return this.statistic((stats) => stats.stdev());
  }

  /** Another name of `stdev()`, which is that of the whole population. */
  popStdev(): ActionPromise<number> {
    return this.stdev();
  }

  /** The standard deviation of a population of which these numbers are a sample: the root of `sampleVariance()`. */
  sampleStdev(): ActionPromise<number> {
    return this.statistic((stats) => stats.sampleStdev());
  }

  /** The sum as a `PartialResult` that is final at once: exact, whatever time-out is given. */
  sumApprox(_timeoutMs: number, _confidence = 0.95): ActionPromise<PartialResult<BoundedDouble>> {
    return ActionPromise.of(async () => new PartialResult(BoundedDouble.exactly(await this.sum())));
  }

  /** The mean as a `PartialResult` that is final at once: exact, whatever time-out is given. */
  meanApprox(_timeoutMs: number, _confidence = 0.95): ActionPromise<PartialResult<BoundedDouble>> {
    return ActionPromise.of(async () => new PartialResult(BoundedDouble.exactly(await this.mean())));
  }

  /**
   * Bounds and counts of `bucketCount` buckets of equal width. Rejects with `COLLECTION_EMPTY` where there are no
   * numbers.
   */
  histogram(bucketCount: number): ActionPromise<Tuple2<number[], number[]>>;
  /**
   * How many numbers are in each bucket between bounds in ascending order; the last bound is inside. `evenBuckets` is
   * Spark's hint that they are of equal width, which is not needed here.
   */
  histogram(bounds: readonly number[], evenBuckets?: boolean): ActionPromise<number[]>;
  histogram(buckets: number | readonly number[], _evenBuckets = false): ActionPromise<unknown> {
    const found = rddOps.histogram(this.rdd(), buckets);
    return ActionPromise.of(async () => {
      const { buckets: bounds, counts } = await found;
      return typeof buckets === 'number' ? new Tuple2(bounds, counts) : counts;
    });
  }
}

/** A data set of pairs, `Tuple2` each. */
export class JavaPairRDD<K, V> extends JavaRDDLike<Tuple2<K, V>, JavaPairRDD<K, V>> {
  /** A data set of the engine as one of pairs. */
  override wrapRDD(rdd: Rdd): JavaPairRDD<K, V> {
    return new JavaPairRDD<K, V>(rdd);
  }

  /** A data set of tuples seen as pairs. */
  static fromJavaRDD<K, V>(rdd: JavaRDD<Tuple2<K, V>>): JavaPairRDD<K, V> {
    return new JavaPairRDD<K, V>(rdd.rdd());
  }

  /** A data set of the engine, which `rdd()` gives, as one of pairs. */
  static fromRDD<K, V>(rdd: Rdd<Tuple2<K, V>>): JavaPairRDD<K, V> {
    return new JavaPairRDD<K, V>(rdd);
  }

  /** As `rdd.rdd()`, which has no Java face. */
  static toRDD<K, V>(rdd: JavaPairRDD<K, V>): Rdd<Tuple2<K, V>> {
    return rdd.rdd();
  }

  private byKey<W>(mode: (slot: SlotMaker) => ShuffleMode, parts: Parts | undefined, name: string): JavaPairRDD<K, W> {
    const rdd = this.rdd();
    const partitioner = rddPartitioner(rdd, parts, name);
    const slots: SlotMaker = (fns) => rddOps.slotsFor(rdd.ctx, [rdd], name, fns);
    return new JavaPairRDD<K, W>(rddOps.combineByKey(rdd, mode(slots), partitioner, TUPLE, name));
  }

  /**
   * The values of each key combined by `f`, which must be associative: values are combined before the shuffle as well.
   */
  reduceByKey(f: Fn2<V, V, V>, parts?: Parts): JavaPairRDD<K, V>;
  /** The same with the partitioner first, as Java has it. */
  reduceByKey(partitioner: Partitioner, f: Fn2<V, V, V>): JavaPairRDD<K, V>;
  reduceByKey(first: Partitioner | Fn2<V, V, V>, second?: Parts | Fn2<V, V, V>): JavaPairRDD<K, V> {
    const isPartitionerFirst = first instanceof Partitioner;
    const f = toLambda(isPartitionerFirst ? second : first, 'reduceByKey');
    const parts = (isPartitionerFirst ? first : second) as Parts | undefined;
    return this.byKey((slots) => rddOps.SHUFFLES.reduce(slots([f])[0]!), parts, 'reduceByKey');
  }

  /**
   * The values of each key in one list. Where it is only to be reduced, `reduceByKey` shuffles less. A result that is
   * declared with `Iterable<V>`, as in Java, is that.
   */
  groupByKey<G extends Iterable<V> = JList<V>>(parts?: Parts): JavaPairRDD<K, Groups<V, G>> {
    return this.byKey(() => rddOps.SHUFFLES.group, parts, 'groupByKey');
  }

  /**
   * The values of each key in a combiner of another kind: made of the first value, merged with later ones, and with the
   * combiners of other partitions. `mapSideCombine` false sends the values as they are. What goes through the shuffle
   * has the one serializer of the context, whichever is given.
   */
  combineByKey<C>(
    createCombiner: RecordLambda<V, C>,
    mergeValue: Fn2<NoInfer<C>, V, NoInfer<C>>,
    mergeCombiners: Fn2<NoInfer<C>, NoInfer<C>, NoInfer<C>>,
    parts?: Parts,
    mapSideCombine?: boolean,
    serializer?: unknown,
  ): JavaPairRDD<K, C>;
  /** The same with a function object for `createCombiner`. */
  combineByKey<C>(
    createCombiner: RecordObject<V, C>,
    mergeValue: Fn2<NoInfer<C>, V, NoInfer<C>>,
    mergeCombiners: Fn2<NoInfer<C>, NoInfer<C>, NoInfer<C>>,
    parts?: Parts,
    mapSideCombine?: boolean,
    serializer?: unknown,
  ): JavaPairRDD<K, C>;
  combineByKey<C>(
    createCombiner: unknown,
    mergeValue: unknown,
    mergeCombiners: unknown,
    parts?: Parts,
    mapSideCombine = true,
    _serializer?: unknown,
  ): JavaPairRDD<K, C> {
    const fns = [createCombiner, mergeValue, mergeCombiners].map((f) => toLambda(f, 'combineByKey'));
    const mode = (slots: SlotMaker): ShuffleMode => {
      const [create, merge, mergeAll] = slots(fns);
      return { kind: 'combine', create, mergeValue: merge!, mergeCombiners: mergeAll!, mapSide: mapSideCombine };
    };
    return this.byKey(mode, parts, 'combineByKey');
  }

  /** The same keys with what `f` makes of the values. Keeps the partitioner. */
  mapValues<U>(f: RecordLambda<V, U>): JavaPairRDD<K, U>;
  /** The same keys with what a function object makes of the values. Keeps the partitioner. */
  mapValues<U>(f: RecordObject<V, U>): JavaPairRDD<K, U>;
  mapValues<U>(f: unknown): JavaPairRDD<K, U> {
    return new JavaPairRDD<K, U>(rddOps.transformRecords(this.rdd(), 'mapValues', [toLambda(f, 'mapValues')], TUPLE));
  }

  /** A pair for each value that `f` gives, under the same key. Keeps the partitioner. */
  flatMapValues<U>(f: FlatFn<V, U>): JavaPairRDD<K, U> {
    return new JavaPairRDD<K, U>(
      rddOps.transformRecords(this.rdd(), 'flatMapValues', [toLambda(f, 'flatMapValues')], TUPLE),
    );
  }

  /** The key of each pair, as often as it comes. */
  keys(): JavaRDD<K> {
    return new JavaRDD<K>(rddOps.transformRecords(this.rdd(), 'keys', [], TUPLE));
  }

  /** The value of each pair. */
  values(): JavaRDD<V> {
    return new JavaRDD<V>(rddOps.transformRecords(this.rdd(), 'values', [], TUPLE));
  }

  /** The same pairs, each in the partition that the partitioner says. */
  partitionBy(partitioner: Partitioner): JavaPairRDD<K, V> {
    return this.byKey(() => rddOps.SHUFFLES.pairs, partitioner, 'partitionBy');
  }

  // --- files ---

  /** By an output format of Hadoop's old API; last a `JobConf`, or a codec, which compresses sequence files by block. */
  saveAsHadoopFile(
    path: string,
    keyClass?: RecordClassName,
    valueClass?: RecordClassName,
    formatClass?: OutputFormatLike | null,
    confOrCodec?: Configuration | ClassName | null,
  ): ActionPromise<void> {
    const plan = pairsPlan(sparkOf(this.rdd()), false, keyClass, valueClass, formatClass, confOrCodec);
    return this.save('saveAsHadoopFile', path, plan);
  }

  /** By one of its new API: the files are `part-r-00000` and so on. */
  saveAsNewAPIHadoopFile(
    path: string,
    keyClass?: RecordClassName,
    valueClass?: RecordClassName,
    formatClass?: OutputFormatLike | null,
    conf?: Configuration | null,
  ): ActionPromise<void> {
    const plan = pairsPlan(sparkOf(this.rdd()), true, keyClass, valueClass, formatClass, conf);
    return this.save('saveAsNewAPIHadoopFile', path, plan);
  }

  /** Where and how the settings say: `FileOutputFormat.setOutputPath(conf, path)`, `conf.setOutputFormat(…)`. */
  saveAsHadoopDataset(conf: Configuration): ActionPromise<void> {
    const { path, plan } = datasetPlan(sparkOf(this.rdd()), conf, false);
    return this.save('saveAsHadoopDataset', path, plan);
  }

  /** As `saveAsHadoopDataset`, with the file names of Hadoop's new API: `part-r-00000`. */
  saveAsNewAPIHadoopDataset(conf: Configuration): ActionPromise<void> {
    const { path, plan } = datasetPlan(sparkOf(this.rdd()), conf, true);
    return this.save('saveAsNewAPIHadoopDataset', path, plan);
  }

  /** The values of each key folded by `f` from a copy of `zero`, once in each partition that has the key. */
  foldByKey(zero: V, f: Fn2<V, V, V>): JavaPairRDD<K, V>;
  /** The same into as many partitions, or by the partitioner, that is given. */
  foldByKey(zero: V, parts: Parts, f: Fn2<V, V, V>): JavaPairRDD<K, V>;
  foldByKey(zero: V, ...rest: unknown[]): JavaPairRDD<K, V> {
    const { parts, fns } = partsFirst(rest);
    return this.aggregated('foldByKey', zero, [fns[0], fns[0]], parts);
  }

  /**
   * Folds the values of each key by `seq` from a copy of `zero` in each partition, then the partitions' results by
   * `comb`.
   */
  aggregateByKey<U>(
    zero: U,
    seq: Fn2<NoInfer<U>, V, NoInfer<U>>,
    comb: Fn2<NoInfer<U>, NoInfer<U>, NoInfer<U>>,
  ): JavaPairRDD<K, U>;
  /** The same into as many partitions, or by the partitioner, that is given. */
  aggregateByKey<U>(
    zero: U,
    parts: Parts,
    seq: Fn2<NoInfer<U>, V, NoInfer<U>>,
    comb: Fn2<NoInfer<U>, NoInfer<U>, NoInfer<U>>,
  ): JavaPairRDD<K, U>;
  aggregateByKey<U>(zero: U, ...rest: unknown[]): JavaPairRDD<K, U> {
    const { parts, fns } = partsFirst(rest);
    return this.aggregated('aggregateByKey', zero, fns, parts);
  }

  private aggregated<U>(name: string, zero: U, fns: readonly unknown[], parts: Parts | undefined): JavaPairRDD<K, U> {
    const [seq, comb] = [0, 1].map((i) => toLambda(fns[i], name)) as [AnyFunction, AnyFunction];
    const mode = (slots: SlotMaker): ShuffleMode => {
      const [create, merge, mergeAll] = slots([(value: V) => seq(rddOps.copyOfZero(zero), value), seq, comb]);
      return { kind: 'combine', create, mergeValue: merge!, mergeCombiners: mergeAll!, mapSide: true };
    };
    return this.byKey(mode, parts, name);
  }

  /**
   * In the natural order of keys: numbers as numbers, strings by UTF-16 unit. The first job looks at some keys
   * beforehand, to part them into ranges.
   */
  sortByKey(ascending?: boolean, numPartitions?: number): JavaPairRDD<K, V>;
  /** In the order of keys that a comparator says; null: the natural one. */
  sortByKey(compare: Compare<K> | null, ascending?: boolean, numPartitions?: number): JavaPairRDD<K, V>;
  sortByKey(first?: boolean | Compare<K> | null, second?: boolean | number, third?: number): JavaPairRDD<K, V> {
    const isOrdered = isCompare(first);
    const [ascending = true, n] = (isOrdered || first === null ? [second, third] : [first, second]) as [
      boolean?,
      number?,
    ];
    const compare = isOrdered ? toCompare(first, 'sortByKey') : undefined;
    const rdd = this.rdd();
    const count = n ?? Math.max(1, rdd.partitionCount);
    return this.wrapRDD(rddOps.sortByKey(rdd, ascending, count, TUPLE, compare));
  }

  /** The pairs where the partitioner puts them, and in the order of keys, natural by default, inside each partition. */
  repartitionAndSortWithinPartitions(partitioner: Partitioner, compare?: Compare<K>): JavaPairRDD<K, V> {
    const order = compare && toCompare(compare, 'repartitionAndSortWithinPartitions');
    return this.wrapRDD(rddOps.repartitionAndSortWithinPartitions(this.rdd(), partitioner, true, TUPLE, order));
  }

  private cogrouped<X>(emit: rddOps.CogroupEmit, others: readonly Rdd[], parts: Parts | undefined): JavaPairRDD<K, X> {
    const sides = [this.rdd(), ...others];
    const partitioner = jointPartitioner(sides, parts, emit);
    return new JavaPairRDD<K, X>(rddOps.cogroup(sides, emit, partitioner, TUPLE, emit));
  }

  /** All values of each key of either side, in two lists. A result that is declared with `Iterable`s is that. */
  cogroup<W, G extends Iterable<V> = JList<V>, H extends Iterable<W> = JList<W>>(
    other: JavaPairRDD<K, W>,
    parts?: Parts,
  ): JavaPairRDD<K, Tuple2<Groups<V, G>, Groups<W, H>>>;
  /** All values of each key of three sides, a list for each. */
  cogroup<W, X>(
    a: JavaPairRDD<K, W>,
    b: JavaPairRDD<K, X>,
    parts?: Parts,
  ): JavaPairRDD<K, Tuple3<JList<V>, JList<W>, JList<X>>>;
  /** All values of each key of four sides, a list for each. */
  cogroup<W, X, Y>(
    a: JavaPairRDD<K, W>,
    b: JavaPairRDD<K, X>,
    c: JavaPairRDD<K, Y>,
    parts?: Parts,
  ): JavaPairRDD<K, Tuple4<JList<V>, JList<W>, JList<X>, JList<Y>>>;
  cogroup(...args: unknown[]): unknown {
    // The last one may say how many partitions, or be left open.
    const isParts = args.length > 1 && !(args.at(-1) instanceof JavaRDDLike);
    const others = (isParts ? args.slice(0, -1) : args).map((other) => rddOf(other, 'cogroup'));
    if (others.length === 0) throw wrongArgument('cogroup', 'one to three data sets', undefined);
    return this.cogrouped('cogroup', others, isParts ? (args.at(-1) as Parts | undefined) : undefined);
  }

  /** Another name of `cogroup(other)`. */
  groupWith<W>(other: JavaPairRDD<K, W>): JavaPairRDD<K, Tuple2<JList<V>, JList<W>>>;
  /** Another name of `cogroup(a, b)`. */
  groupWith<W, X>(a: JavaPairRDD<K, W>, b: JavaPairRDD<K, X>): JavaPairRDD<K, Tuple3<JList<V>, JList<W>, JList<X>>>;
  /** Another name of `cogroup(a, b, c)`. */
  groupWith<W, X, Y>(
    a: JavaPairRDD<K, W>,
    b: JavaPairRDD<K, X>,
    c: JavaPairRDD<K, Y>,
  ): JavaPairRDD<K, Tuple4<JList<V>, JList<W>, JList<X>, JList<Y>>>;
  groupWith(...others: JavaPairRDD<K, unknown>[]): unknown {
    const rdds = others.map((other) => rddOf(other, 'groupWith'));
    if (rdds.length === 0) throw wrongArgument('groupWith', 'one to three data sets', undefined);
    return this.cogrouped('cogroup', rdds, undefined);
  }

  /** A pair for each combination of values of a key that both have. */
  join<W>(other: JavaPairRDD<K, W>, parts?: Parts): JavaPairRDD<K, Tuple2<V, W>> {
    return this.cogrouped('join', [rddOf(other, 'join')], parts);
  }

  /** As `join`, and an absent `Optional` for keys that only this data set has. */
  leftOuterJoin<W>(other: JavaPairRDD<K, W>, parts?: Parts): JavaPairRDD<K, Tuple2<V, Optional<W>>> {
    return this.cogrouped('leftOuterJoin', [rddOf(other, 'leftOuterJoin')], parts);
  }

  /** As `join`, and an absent `Optional` for keys that only the other one has. */
  rightOuterJoin<W>(other: JavaPairRDD<K, W>, parts?: Parts): JavaPairRDD<K, Tuple2<Optional<V>, W>> {
    return this.cogrouped('rightOuterJoin', [rddOf(other, 'rightOuterJoin')], parts);
  }

  /** As `join`, and an absent `Optional` on the side that does not have the key. */
  fullOuterJoin<W>(other: JavaPairRDD<K, W>, parts?: Parts): JavaPairRDD<K, Tuple2<Optional<V>, Optional<W>>> {
    return this.cogrouped('fullOuterJoin', [rddOf(other, 'fullOuterJoin')], parts);
  }

  /** Pairs whose key `other` does not have. */
  subtractByKey<W>(other: JavaPairRDD<K, W>, parts?: Parts): JavaPairRDD<K, V> {
    const partitioner = parts === undefined ? rddOps.ownPartitioner(this.rdd()) : parts;
    return this.cogrouped('subtractByKey', [rddOf(other, 'subtractByKey')], partitioner);
  }

  /** About `fractions.get(key)` of the pairs of each key. */
  sampleByKey(
    withReplacement: boolean,
    fractions: ReadonlyMap<K, number>,
    seed = rddOps.defaultSeed(this.rdd()),
  ): JavaPairRDD<K, V> {
    checkIterable(fractions, 'sampleByKey', 'a map of fractions by key');
    const pairs = [...(fractions as ReadonlyMap<K, number>)];
    return this.wrapRDD(rddOps.sampleByKey(this.rdd(), withReplacement, pairs, seed, TUPLE));
  }

  /**
   * Of each key's pairs exactly `fractions.get(key)`, rounded up. Needs a shuffle and the values of one key in memory;
   * `sampleByKey` does not.
   */
  sampleByKeyExact(
    withReplacement: boolean,
    fractions: ReadonlyMap<K, number>,
    seed = rddOps.defaultSeed(this.rdd()),
  ): JavaPairRDD<K, V> {
    checkIterable(fractions, 'sampleByKeyExact', 'a map of fractions by key');
    const pick = rddOps.exactPicker(withReplacement, [...(fractions as ReadonlyMap<K, number>)], seed);
    const picked = ({ first, second }: Tuple2<K, V[]>) => pick(first, second).map((value) => new Tuple2(first, value));
    return this.groupByKey().toPairs('flatMap', [picked], undefined, 'sampleByKeyExact');
  }

  /** Pairs whose key is in `[lower, upper]`, both included, in the natural order. */
  filterByRange(lower: K, upper: K): JavaPairRDD<K, V>;
  /** Pairs whose key is in `[lower, upper]`, both included, in the order of a comparator. */
  filterByRange(compare: Compare<K>, lower: K, upper: K): JavaPairRDD<K, V>;
  filterByRange(...args: unknown[]): JavaPairRDD<K, V> {
    const [lower, upper] = args.slice(-2);
    const order = toCompare(args.length === 3 ? (args[0] as Compare<K>) : undefined, 'filterByRange');
    return this.filter(({ first }) => order(lower, first) <= 0 && order(first, upper) <= 0);
  }

  /** How many different values each key has: exact here. */
  countApproxDistinctByKey(_relativeSD: number, parts?: Parts): JavaPairRDD<K, number> {
    const partitioner = parts === undefined ? parts : rddPartitioner(this.rdd(), parts, 'countApproxDistinctByKey');
    return this.distinct()
      .mapValues(() => 1)
      .reduceByKey((a, b) => a + b, partitioner);
  }

  // --- actions ---

  /** The values of each key, folded. */
  reduceByKeyLocally(f: Fn2<V, V, V>): ActionPromise<JMap<K, V>> {
    if (this.getNumPartitions() === 0) {
      return ActionPromise.of(() => Promise.reject(rddOps.emptyCollection('reduceByKeyLocally')));
    }
    const name = 'reduceByKeyLocally';
    const lambda = toLambda(f, name);
    return this.byKey<V>((slots) => rddOps.SHUFFLES.reduce(slots([lambda])[0]!), undefined, name).collectAsMap();
  }

  /** How many pairs each key has, as a `PartialResult` that is final at once: exact, whatever time-out is given. */
  countByKeyApprox(timeoutMs: number, confidence = 0.95): ActionPromise<PartialResult<JMap<K, BoundedDouble>>> {
    return this.keys().countByValueApprox(timeoutMs, confidence);
  }

  /** The last value of a key that comes more than once. */
  collectAsMap(): ActionPromise<JMap<K, V>> {
    return ActionPromise.of(async () => {
      const map = new JMap<K, V>();
      const pairs = await rddOps.collectPairs(this.rdd(), TUPLE, 'collectAsMap');
      for (const { first, second } of pairs as Tuple2<K, V>[]) map.set(first, second);
      return map;
    });
  }

  /** How many pairs each key has, in order of first appearance. */
  countByKey(): ActionPromise<JMap<K, number>> {
    return new JavaRDD<K>(
      rddOps.transformRecords(this.rdd(), 'keys', [], TUPLE, undefined, 'countByKey'),
    ).countByValue();
  }

  /** All values of the key, in order. Where the data set is partitioned by key only one partition is looked at. */
  lookup(key: K): ActionPromise<JList<V>> {
    const found = rddOps.lookup(this.rdd(), key, 'tuple');
    return ActionPromise.of(async () => new JList(await found) as JList<V>);
  }
}

/** Java's overloads have the partitions before the functions; they may stand behind them, too. */
function partsFirst(args: readonly unknown[]): { readonly parts: Parts | undefined; readonly fns: readonly unknown[] } {
  const isParts = (x: unknown) => typeof x === 'number' || x instanceof Partitioner;
  return { parts: args.find(isParts) as Parts | undefined, fns: args.filter((x) => !isParts(x)) };
}

type SlotMaker = (fns: AnyFunction[]) => readonly FnSlot[];

// What a transform function returns is not known before the first batch (api §17): at run time both kinds have all methods.
shareMethods(JavaPairRDD, JavaRDD);
