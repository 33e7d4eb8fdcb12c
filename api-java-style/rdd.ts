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
  ): JavaRDD<U> {
    return new JavaRDD<U>(rddOps.transformRecords(this.rdd(), op, fns, TUPLE, preserves));
  }

  private toPairs<K, V>(
    op: 'map' | 'flatMap' | 'mapPartitions' | 'keyBy',
    fns: AnyFunction[],
    preserves?: boolean,
  ): JavaPairRDD<K, V> {
    return new JavaPairRDD<K, V>(rddOps.transformRecords(this.rdd(), op, fns, TUPLE, preserves));
  }

  private toDoubles(op: 'map' | 'flatMap' | 'mapPartitions', fns: AnyFunction[], preserves?: boolean): JavaDoubleRDD {
    return new JavaDoubleRDD(rddOps.transformRecords(this.rdd(), op, fns, TUPLE, preserves));
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

  map<K, V>(f: PairFunction<T, K, V>): JavaPairRDD<K, V>;
  map(f: DoubleFunction<T>): JavaDoubleRDD;
  map<U>(f: RecordObject<T, U>): JavaRDD<U>;
  map<U>(f: RecordLambda<T, U>): JavaRDD<U>;
  map<U>(f: RecordFn<T, U>): JavaRDD<U>;
  map(f: unknown): unknown {
    return this.toKind(f, 'map', [toLambda(f, 'map')]);
  }

  mapToPair<K, V>(f: PairFn<T, K, V>): JavaPairRDD<K, V> {
    return this.toPairs('map', [toLambda(f, 'mapToPair')]);
  }

  flatMap<K, V>(f: PairFlatMapFunction<T, K, V>): JavaPairRDD<K, V>;
  flatMap(f: DoubleFlatMapFunction<T>): JavaDoubleRDD;
  flatMap<U>(f: FlatFn<T, U>): JavaRDD<U>;
  flatMap(f: unknown): unknown {
    return this.toKind(f, 'flatMap', [toLambda(f, 'flatMap')]);
  }

  flatMapToPair<K, V>(f: PairFlatFn<T, K, V>): JavaPairRDD<K, V> {
    return this.toPairs('flatMap', [toLambda(f, 'flatMapToPair')]);
  }

  /** Once per partition, empty ones too. */
  mapPartitions<K, V>(f: PairFlatMapFunction<JIterator<T>, K, V>, preservesPartitioning?: boolean): JavaPairRDD<K, V>;
  mapPartitions(f: DoubleFlatMapFunction<JIterator<T>>, preservesPartitioning?: boolean): JavaDoubleRDD;
  mapPartitions<U>(f: FlatFn<JIterator<T>, U>, preservesPartitioning?: boolean): JavaRDD<U>;
  mapPartitions(f: unknown, preserves?: boolean): unknown {
    return this.toKind(f, 'mapPartitions', [overPartition(f, 'mapPartitions')], preserves);
  }

  mapPartitionsToPair<K, V>(f: PairFlatFn<JIterator<T>, K, V>, preservesPartitioning?: boolean): JavaPairRDD<K, V> {
    return this.toPairs('mapPartitions', [overPartition(f, 'mapPartitionsToPair')], preservesPartitioning);
  }

  mapToDouble(f: Fn<T, number>): JavaDoubleRDD {
    return this.toDoubles('map', [toLambda(f, 'mapToDouble')]);
  }

  flatMapToDouble(f: FlatFn<T, number>): JavaDoubleRDD {
    return this.toDoubles('flatMap', [toLambda(f, 'flatMapToDouble')]);
  }

  mapPartitionsToDouble(f: FlatFn<JIterator<T>, number>, preservesPartitioning?: boolean): JavaDoubleRDD {
    return this.toDoubles('mapPartitions', [overPartition(f, 'mapPartitionsToDouble')], preservesPartitioning);
  }

  mapPartitionsWithIndex<U>(f: Fn2<number, JIterator<T>, Results<U>>, preservesPartitioning?: boolean): JavaRDD<U> {
    const lambda = toLambda(f, 'mapPartitionsWithIndex');
    const each = (records: readonly T[], index: number): unknown => lambda(index, new JIterator(records));
    return this.toValues('mapPartitions', [each], preservesPartitioning);
  }

  /** One list per partition. */
  glom(): JavaRDD<JList<T>> {
    return this.toValues('glom', []);
  }

  keyBy<K>(f: RecordLambda<T, K>): JavaPairRDD<K, T>;
  keyBy<K>(f: RecordObject<T, K>): JavaPairRDD<K, T>;
  keyBy<K>(f: unknown): JavaPairRDD<K, T> {
    return this.toPairs('keyBy', [toLambda(f, 'keyBy')]);
  }

  groupBy<K>(f: RecordLambda<T, K>, parts?: Parts): JavaPairRDD<K, JList<T>>;
  groupBy<K>(f: RecordObject<T, K>, parts?: Parts): JavaPairRDD<K, JList<T>>;
  groupBy<K>(f: unknown, parts?: Parts): JavaPairRDD<K, JList<T>> {
    return this.toPairs<K, T>('keyBy', [toLambda(f, 'groupBy')]).groupByKey(parts);
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
  override wrapRDD(rdd: Rdd): JavaRDD<T> {
    return new JavaRDD<T>(rdd);
  }

  /** In the natural order of what `f` makes of the records. */
  sortBy<K>(f: RecordLambda<T, K>, ascending?: boolean, numPartitions?: number): JavaRDD<T>;
  sortBy<K>(f: RecordObject<T, K>, ascending?: boolean, numPartitions?: number): JavaRDD<T>;
  sortBy(f: unknown, ascending = true, numPartitions?: number): JavaRDD<T> {
    const keyed = rddOps.transformRecords(this.rdd(), 'keyBy', [toLambda(f, 'sortBy')], TUPLE);
    return new JavaPairRDD<unknown, T>(keyed).sortByKey(ascending, numPartitions).values();
  }

  static fromRDD<T>(rdd: Rdd<T>): JavaRDD<T> {
    return new JavaRDD<T>(rdd);
  }

  static toRDD<T>(rdd: JavaRDD<T>): Rdd<T> {
    return rdd.rdd();
  }
}

/** A data set of numbers. */
export class JavaDoubleRDD extends JavaRDDLike<number, JavaDoubleRDD> {
  override wrapRDD(rdd: Rdd): JavaDoubleRDD {
    return new JavaDoubleRDD(rdd);
  }

  /** The wrapped data set. */
  srdd(): Rdd<number> {
    return this.rdd();
  }

  static fromRDD(rdd: Rdd<number>): JavaDoubleRDD {
    return new JavaDoubleRDD(rdd);
  }

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

  mean(): ActionPromise<number> {
    return this.statistic((stats) => stats.mean());
  }

  /** Of the whole population. */
  variance(): ActionPromise<number> {
    return this.statistic((stats) => stats.variance());
  }

  popVariance(): ActionPromise<number> {
    return this.variance();
  }

  /** Estimated of a sample. */
  sampleVariance(): ActionPromise<number> {
    return this.statistic((stats) => stats.sampleVariance());
  }

  stdev(): ActionPromise<number> {
    return this.statistic((stats) => stats.stdev());
  }

  popStdev(): ActionPromise<number> {
    return this.stdev();
  }

  sampleStdev(): ActionPromise<number> {
    return this.statistic((stats) => stats.sampleStdev());
  }

  sumApprox(_timeoutMs: number, _confidence = 0.95): ActionPromise<PartialResult<BoundedDouble>> {
    return ActionPromise.of(async () => new PartialResult(BoundedDouble.exactly(await this.sum())));
  }

  meanApprox(_timeoutMs: number, _confidence = 0.95): ActionPromise<PartialResult<BoundedDouble>> {
    return ActionPromise.of(async () => new PartialResult(BoundedDouble.exactly(await this.mean())));
  }

  /**
   * With a number of buckets, of equal width: their bounds and counts. With bounds, in ascending order: the counts, the
   * last bound included. `evenBuckets` is Spark's hint that they are of equal width, which is not needed here.
   */
  histogram(bucketCount: number): ActionPromise<Tuple2<number[], number[]>>;
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
  override wrapRDD(rdd: Rdd): JavaPairRDD<K, V> {
    return new JavaPairRDD<K, V>(rdd);
  }

  /** A data set of tuples seen as pairs. */
  static fromJavaRDD<K, V>(rdd: JavaRDD<Tuple2<K, V>>): JavaPairRDD<K, V> {
    return new JavaPairRDD<K, V>(rdd.rdd());
  }

  static fromRDD<K, V>(rdd: Rdd<Tuple2<K, V>>): JavaPairRDD<K, V> {
    return new JavaPairRDD<K, V>(rdd);
  }

  static toRDD<K, V>(rdd: JavaPairRDD<K, V>): Rdd<Tuple2<K, V>> {
    return rdd.rdd();
  }

  private byKey<W>(mode: (slot: SlotMaker) => ShuffleMode, parts: Parts | undefined, name: string): JavaPairRDD<K, W> {
    const rdd = this.rdd();
    const partitioner = rddPartitioner(rdd, parts, name);
    const slots: SlotMaker = (fns) => rddOps.slotsFor(rdd.ctx, [rdd], name, fns);
    return new JavaPairRDD<K, W>(rddOps.combineByKey(rdd, mode(slots), partitioner, TUPLE, name));
  }

  /** `(f)`, `(f, partitions)`, or with the partitioner first, as Java has it. */
  reduceByKey(f: Fn2<V, V, V>, parts?: Parts): JavaPairRDD<K, V>;
  reduceByKey(partitioner: Partitioner, f: Fn2<V, V, V>): JavaPairRDD<K, V>;
  reduceByKey(first: Partitioner | Fn2<V, V, V>, second?: Parts | Fn2<V, V, V>): JavaPairRDD<K, V> {
    const isPartitionerFirst = first instanceof Partitioner;
    const f = toLambda(isPartitionerFirst ? second : first, 'reduceByKey');
    const parts = (isPartitionerFirst ? first : second) as Parts | undefined;
    return this.byKey((slots) => rddOps.SHUFFLES.reduce(slots([f])[0]!), parts, 'reduceByKey');
  }

  groupByKey(parts?: Parts): JavaPairRDD<K, JList<V>> {
    return this.byKey(() => rddOps.SHUFFLES.group, parts, 'groupByKey');
  }

  /** What goes through the shuffle has the one serializer of the context, whichever is given. */
  combineByKey<C>(
    createCombiner: RecordLambda<V, C>,
    mergeValue: Fn2<NoInfer<C>, V, NoInfer<C>>,
    mergeCombiners: Fn2<NoInfer<C>, NoInfer<C>, NoInfer<C>>,
    parts?: Parts,
    mapSideCombine?: boolean,
    serializer?: unknown,
  ): JavaPairRDD<K, C>;
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

  /** Keeps the partitioner. */
  mapValues<U>(f: RecordLambda<V, U>): JavaPairRDD<K, U>;
  mapValues<U>(f: RecordObject<V, U>): JavaPairRDD<K, U>;
  mapValues<U>(f: unknown): JavaPairRDD<K, U> {
    return new JavaPairRDD<K, U>(rddOps.transformRecords(this.rdd(), 'mapValues', [toLambda(f, 'mapValues')], TUPLE));
  }

  /** Keeps the partitioner. */
  flatMapValues<U>(f: FlatFn<V, U>): JavaPairRDD<K, U> {
    return new JavaPairRDD<K, U>(
      rddOps.transformRecords(this.rdd(), 'flatMapValues', [toLambda(f, 'flatMapValues')], TUPLE),
    );
  }

  keys(): JavaRDD<K> {
    return new JavaRDD<K>(rddOps.transformRecords(this.rdd(), 'keys', [], TUPLE));
  }

  values(): JavaRDD<V> {
    return new JavaRDD<V>(rddOps.transformRecords(this.rdd(), 'values', [], TUPLE));
  }

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

  saveAsNewAPIHadoopDataset(conf: Configuration): ActionPromise<void> {
    const { path, plan } = datasetPlan(sparkOf(this.rdd()), conf, true);
    return this.save('saveAsNewAPIHadoopDataset', path, plan);
  }

  /** `(zero, f)`, or with partitions in between. */
  foldByKey(zero: V, f: Fn2<V, V, V>): JavaPairRDD<K, V>;
  foldByKey(zero: V, parts: Parts, f: Fn2<V, V, V>): JavaPairRDD<K, V>;
  foldByKey(zero: V, ...rest: unknown[]): JavaPairRDD<K, V> {
    const { parts, fns } = partsFirst(rest);
    return this.aggregated('foldByKey', zero, [fns[0], fns[0]], parts);
  }

  /** `(zero, seq, comb)`, or with partitions behind `zero`. Each key starts from a copy of `zero`. */
  aggregateByKey<U>(
    zero: U,
    seq: Fn2<NoInfer<U>, V, NoInfer<U>>,
    comb: Fn2<NoInfer<U>, NoInfer<U>, NoInfer<U>>,
  ): JavaPairRDD<K, U>;
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
   * In the order of keys, natural by default: numbers as numbers, strings by UTF-16 unit. `(ascending?, partitions?)` or
   * `(comparator, ascending?, partitions?)`.
   */
  sortByKey(ascending?: boolean, numPartitions?: number): JavaPairRDD<K, V>;
  sortByKey(compare: Compare<K> | null, ascending?: boolean, numPartitions?: number): JavaPairRDD<K, V>;
  sortByKey(first?: boolean | Compare<K> | null, second?: boolean | number, third?: number): JavaPairRDD<K, V> {
    const isOrdered = isCompare(first);
    const [ascending = true, n] = (isOrdered || first === null ? [second, third] : [first, second]) as [
      boolean?,
      number?,
    ];
    const compare = isOrdered ? toCompare(first, 'sortByKey') : undefined;
    const rdd = this.rdd();
    const count = n ?? sparkOf(rdd).settings.defaultParallelism ?? Math.max(1, rdd.partitionCount);
    return this.wrapRDD(rddOps.sortByKey(rdd, ascending, count, TUPLE, compare));
  }

  repartitionAndSortWithinPartitions(partitioner: Partitioner, compare?: Compare<K>): JavaPairRDD<K, V> {
    const order = compare && toCompare(compare, 'repartitionAndSortWithinPartitions');
    return this.wrapRDD(rddOps.repartitionAndSortWithinPartitions(this.rdd(), partitioner, true, TUPLE, order));
  }

  private cogrouped<X>(emit: rddOps.CogroupEmit, others: readonly Rdd[], parts: Parts | undefined): JavaPairRDD<K, X> {
    const sides = [this.rdd(), ...others];
    const partitioner = jointPartitioner(sides, parts, emit);
    return new JavaPairRDD<K, X>(rddOps.cogroup(sides, emit, partitioner, TUPLE, emit));
  }

  /** All values of a key, a list a side: with one other, two or three. */
  cogroup<W>(other: JavaPairRDD<K, W>, parts?: Parts): JavaPairRDD<K, Tuple2<JList<V>, JList<W>>>;
  cogroup<W, X>(
    a: JavaPairRDD<K, W>,
    b: JavaPairRDD<K, X>,
    parts?: Parts,
  ): JavaPairRDD<K, Tuple3<JList<V>, JList<W>, JList<X>>>;
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

  groupWith<W>(other: JavaPairRDD<K, W>): JavaPairRDD<K, Tuple2<JList<V>, JList<W>>>;
  groupWith<W, X>(a: JavaPairRDD<K, W>, b: JavaPairRDD<K, X>): JavaPairRDD<K, Tuple3<JList<V>, JList<W>, JList<X>>>;
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

  leftOuterJoin<W>(other: JavaPairRDD<K, W>, parts?: Parts): JavaPairRDD<K, Tuple2<V, Optional<W>>> {
    return this.cogrouped('leftOuterJoin', [rddOf(other, 'leftOuterJoin')], parts);
  }

  rightOuterJoin<W>(other: JavaPairRDD<K, W>, parts?: Parts): JavaPairRDD<K, Tuple2<Optional<V>, W>> {
    return this.cogrouped('rightOuterJoin', [rddOf(other, 'rightOuterJoin')], parts);
  }

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
    return this.groupByKey().flatMapToPair(({ first, second }) =>
      (pick(first, second) as V[]).map((value) => new Tuple2(first, value)),
    );
  }

  /** Pairs whose key is in `[lower, upper]`, in the natural order or that of a comparator in front. */
  filterByRange(lower: K, upper: K): JavaPairRDD<K, V>;
  filterByRange(compare: Compare<K>, lower: K, upper: K): JavaPairRDD<K, V>;
  filterByRange(...args: unknown[]): JavaPairRDD<K, V> {
    const [lower, upper] = args.slice(-2);
    const order = toCompare(args.length === 3 ? (args[0] as Compare<K>) : undefined, 'filterByRange');
    return this.filter(({ first }) => order(lower, first) <= 0 && order(first, upper) <= 0);
  }

  /** How many different values each key has: exact here. */
  countApproxDistinctByKey(_relativeSD: number, parts?: Parts): JavaPairRDD<K, number> {
    return this.distinct()
      .mapValues(() => 1)
      .reduceByKey((a, b) => a + b, parts);
  }

  // --- actions ---

  /** The values of each key, folded. */
  reduceByKeyLocally(f: Fn2<V, V, V>): ActionPromise<JMap<K, V>> {
    return this.reduceByKey(f).collectAsMap();
  }

  countByKeyApprox(timeoutMs: number, confidence = 0.95): ActionPromise<PartialResult<JMap<K, BoundedDouble>>> {
    return this.keys().countByValueApprox(timeoutMs, confidence);
  }

  /** The last value of a key that comes more than once. */
  collectAsMap(): ActionPromise<JMap<K, V>> {
    return ActionPromise.of(async () => {
      const map = new JMap<K, V>();
      for (const { first, second } of await this.collect()) map.set(first, second);
      return map;
    });
  }

  countByKey(): ActionPromise<JMap<K, number>> {
    return this.keys().countByValue();
  }

  /** All values of the key, in order. Where the data set is partitioned by key only one partition is looked at. */
  lookup(key: K): ActionPromise<JList<V>> {
    const found = rddOps.lookup(this.rdd(), key);
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
