import {
  type AnyFunction,
  type Configuration,
  type Duration,
  type JIterator,
  JList,
  type MapAsyncOptions,
  type Optional,
  type Rdd,
  type rddOps,
  STREAM,
  streamOps,
  type StreamRef,
  Time,
  Tuple2,
  type Tuple3,
  wrongArgument,
  refOf,
} from '../core/internal.ts';
import {
  type BatchFn,
  type BatchFn2,
  type DoubleFunction,
  type FlatFn,
  type Fn,
  type Fn2,
  type Fn4,
  type FnObject,
  type FnObject2,
  makesPairs,
  type PairFlatFn,
  type PairFlatMapFunction,
  type PairFn,
  type PairFunction,
  type RecordFn,
  type RecordLambda,
  type RecordObject,
  toLambda,
} from './functions.ts';
import type { Groups } from './java-util.ts';
import { type OutputFormatLike, pairsPlan, type RecordClassName } from './hadoop.ts';
import { type Parts, streamEngineOf, streamPartitioner, TUPLE } from './partitions.ts';
import { JavaPairRDD, JavaRDD } from './rdd.ts';
import { overPartition, rddOf, unwrapRdd } from './rdd-actions.ts';
import { shareMethods } from './share-methods.ts';
import { migrateFunction, partitionUpdate, type StateEvolution, StateSpec, updateFunction } from './state-spec.ts';
import { type AnyStream, StreamBase, type StreamKind } from './stream-base.ts';
import { reducedByKeyAndWindow, reducedByWindow, windowOf } from './windows.ts';

type CogroupEmit = rddOps.CogroupEmit;
/** A stream by the kind of its data sets, from which the compiler finds it out. */
type StreamOf<R> = AnyStream & { wrapRDD(rdd: Rdd): R };
/** A data set of values or of pairs. */
// biome-ignore lint/suspicious/noExplicitAny: of whatever records: data sets are not covariant in theirs.
export type AnyRDD = JavaRDD<any> | JavaPairRDD<any, any>;
/** @internal */
type Made<F> = F extends (...args: never) => infer Out
  ? Awaited<Out>
  : F extends { call(...args: never): infer Out }
    ? Awaited<Out>
    : never;
/**
 * The stream of what a function of batches returns, from `F` itself. An overload for each kind would infer as much, but
 * the compiler would speak of both where the function's body or result is wrong.
 */
export type StreamMadeBy<F> = StreamOfMade<Made<F>>;
/** @internal */
type StreamOfMade<Out> = [Out] extends [JavaPairRDD<infer K, infer V>]
  ? JavaPairDStream<K, V>
  : [Out] extends [JavaRDD<infer U>]
    ? JavaDStream<U>
    : Out extends JavaPairRDD<infer K, infer V>
      ? JavaPairDStream<K, V>
      : Out extends JavaRDD<infer U>
        ? JavaDStream<U>
        : never;

// The two kinds of streams refer to each other, so they stand in one file.

/**
 * Operations that may change the kind of a stream: a pair function object gives a stream of pairs, anything else one of
 * values. Lambdas always give values; `…ToPair` is their way to pairs, as in Java.
 */
export abstract class JavaDStreamLike<T, R, S> extends StreamBase<T, R, S> {
  private narrow(name: string, op: 'map' | 'flatMap' | 'mapPartitions' | 'glom', fns: AnyFunction[]): StreamRef {
    return streamOps.narrow(this[STREAM], name, op, fns, TUPLE);
  }

  /** A pair function object, as in 0.9, makes a stream of pairs: one for each record, in the records' order. */
  map<K, V>(f: PairFunction<T, K, V>): JavaPairDStream<K, V>;
  /** The number that `f` makes of each record. Streams of numbers have no class of their own, as in Spark. */
  map(f: DoubleFunction<T>): JavaDStream<number>;
  /** What the `call` of a function object makes of each record, in the records' order. */
  map<U>(f: RecordObject<T, U>): JavaDStream<U>;
  /**
   * What `f` makes of each record, in the records' order. Tuples stay values: `mapToPair` makes pairs of them. An `f`
   * that returns a promise is `ASYNC_FUNCTION`.
   */
  map<U>(f: RecordLambda<T, U>): JavaDStream<U>;
  /** Either form of `f`: what it makes of each record, in the records' order. */
  map<U>(f: RecordFn<T, U>): JavaDStream<U>;
  map(f: unknown): unknown {
    return streamOf(this.narrow('map', 'map', [toLambda(f, 'map')]), makesPairs(f));
  }

  /** The tuple that `f` makes of each record: a stream of pairs, with operations by key. */
  mapToPair<K, V>(f: PairFn<T, K, V>): JavaPairDStream<K, V> {
    return new JavaPairDStream<K, V>(this.narrow('mapToPair', 'map', [toLambda(f, 'mapToPair')]));
  }

  /** All tuples that a pair function object gives for each record, as a stream of pairs. */
  flatMap<K, V>(f: PairFlatMapFunction<T, K, V>): JavaPairDStream<K, V>;
  /**
   * All records that `f` gives for each record: none, one or many, as an iterable or an iterator (`ITERABLE_EXPECTED`
   * otherwise).
   */
  flatMap<U>(f: FlatFn<T, U>): JavaDStream<U>;
  flatMap(f: unknown): unknown {
    return streamOf(this.narrow('flatMap', 'flatMap', [toLambda(f, 'flatMap')]), makesPairs(f));
  }

  /** All tuples that `f` gives for each record: a stream of pairs, with operations by key. */
  flatMapToPair<K, V>(f: PairFlatFn<T, K, V>): JavaPairDStream<K, V> {
    return new JavaPairDStream<K, V>(this.narrow('flatMapToPair', 'flatMap', [toLambda(f, 'flatMapToPair')]));
  }

  /**
   * A pair function object is called once per partition and batch, for empty partitions too; its tuples make a stream
   * of pairs.
   */
  mapPartitions<K, V>(f: PairFlatMapFunction<JIterator<T>, K, V>): JavaPairDStream<K, V>;
  /**
   * `f` is called once per partition and batch, for empty partitions too, with an iterator over the records; it gives
   * any number.
   */
  mapPartitions<U>(f: FlatFn<JIterator<T>, U>): JavaDStream<U>;
  mapPartitions(f: unknown): unknown {
    return streamOf(this.narrow('mapPartitions', 'mapPartitions', [overPartition(f, 'mapPartitions')]), makesPairs(f));
  }

  /** As `mapPartitions`, where the tuples that `f` gives make a stream of pairs. */
  mapPartitionsToPair<K, V>(f: PairFlatFn<JIterator<T>, K, V>): JavaPairDStream<K, V> {
    const each = overPartition(f, 'mapPartitionsToPair');
    return new JavaPairDStream<K, V>(this.narrow('mapPartitionsToPair', 'mapPartitions', [each]));
  }

  /**
   * One asynchronous call per record, at most `concurrency` (16) at once per partition; results come in the records'
   * order unless `ordered` is false. Not in Spark, whose functions may block.
   */
  mapAsync<U>(f: (t: T) => U | PromiseLike<U>, options?: MapAsyncOptions): JavaDStream<U>;
  /** As with a function, by the `call` of an object. */
  mapAsync<U>(f: FnObject<T, U | PromiseLike<U>>, options?: MapAsyncOptions): JavaDStream<U>;
  mapAsync<U>(f: unknown, options?: MapAsyncOptions | null): JavaDStream<U> {
    return new JavaDStream<U>(
      streamOps.mapAsync(this[STREAM], toLambda(f, 'mapAsync', { mayWait: true }), options ?? {}, TUPLE),
    );
  }

  /** One list per partition. */
  glom(): JavaDStream<JList<T>> {
    return new JavaDStream<JList<T>>(this.narrow('glom', 'glom', []));
  }

  /** How many records: one record a batch, 0 for an empty one. */
  count(): JavaDStream<number> {
    return new JavaDStream<number>(streamOps.count(this[STREAM], streamEngineOf(this[STREAM]).sc));
  }

  /** How often each value comes. */
  countByValue(numPartitions?: number): JavaPairDStream<T, number> {
    const partitioner = streamPartitioner(this[STREAM], numPartitions, 'countByValue');
    return new JavaPairDStream<T, number>(streamOps.countByValue(this[STREAM], partitioner, TUPLE));
  }

  /** One record a batch; none for an empty batch. */
  reduce(f: Fn2<T, T, T>): JavaDStream<T> {
    return new JavaDStream<T>(streamOps.reduce(this[STREAM], toLambda(f, 'reduce')));
  }

  /**
   * A function of each batch's data set and time, called in the driver before the batch's jobs; it must be pure in both.
   * It may return values or pairs; say `transformToPair` where the compiler should know that they are pairs.
   */
  transform<F extends BatchFn<R, Time, AnyRDD>>(f: F): StreamMadeBy<F> {
    return ofEitherKind<F>(this.transformed(f, 'transform'));
  }

  /** As `transform`, by a function that returns a data set of pairs. */
  transformToPair<K, V>(f: BatchFn<R, Time, JavaPairRDD<K, V>>): JavaPairDStream<K, V> {
    return new JavaPairDStream<K, V>(this.transformed(f, 'transformToPair'));
  }

  /** A function of the batches of this stream and of another, and the batch time; else as `transform`. Equal slides. */
  transformWith<R2, F extends BatchFn2<R, R2, Time, AnyRDD>>(other: StreamOf<R2>, f: F): StreamMadeBy<F> {
    return ofEitherKind<F>(this.transformedWith(other, f, 'transformWith'));
  }

  /** As `transformWith`, by a function that returns a data set of pairs. */
  transformWithToPair<R2, K, V>(
    other: StreamOf<R2>,
    f: BatchFn2<R, NoInfer<R2>, Time, JavaPairRDD<K, V>>,
  ): JavaPairDStream<K, V> {
    return new JavaPairDStream<K, V>(this.transformedWith(other, f, 'transformWithToPair'));
  }

  private transformedWith(other: AnyStream, f: unknown, name: string): StreamRef {
    const fn = toLambda(f, name, { mayWait: true });
    refOf(other, name);
    const that = other instanceof StreamBase ? other : JavaDStream.fromDStream(other);
    return streamOps.transform([this[STREAM], that[STREAM]], ([rdd, otherRdd], timeMs) =>
      unwrapRdd(fn(this.wrapRDD(rdd!), that.wrapRDD(otherRdd!), new Time(timeMs))),
    );
  }

  // --- windows: window and slide are multiples of this stream's slide ---

  /**
   * One record a window, none for an empty one. `reduce` is associative, gets older values first, and returns a new
   * value: those that it is given are kept for later windows.
   */
  reduceByWindow(reduce: Fn2<T, T, T>, windowDuration: Duration, slideDuration: Duration): JavaDStream<T>;
  /**
   * The same kept up to date by what enters (`reduce`) and what leaves (`invReduce`), which needs a checkpoint
   * directory. Once there was a record there always is one.
   */
  reduceByWindow(
    reduce: Fn2<T, T, T>,
    invReduce: Fn2<T, T, T>,
    windowDuration: Duration,
    slideDuration: Duration,
  ): JavaDStream<T>;
  reduceByWindow(reduce: unknown, ...rest: unknown[]): JavaDStream<T> {
    return new JavaDStream<T>(reducedByWindow(this[STREAM], reduce, rest));
  }

  /** How many records the window has. Kept up to date: needs a checkpoint directory. None before the first record. */
  countByWindow(windowDuration: Duration, slideDuration: Duration): JavaDStream<number> {
    const spec = windowOf(this[STREAM], 'countByWindow', windowDuration, slideDuration);
    return new JavaDStream<number>(streamOps.countByWindow(this[STREAM], spec));
  }

  /** How often each value comes in the window. Kept up to date: needs a checkpoint directory. */
  countByValueAndWindow(
    windowDuration: Duration,
    slideDuration: Duration,
    numPartitions?: number,
  ): JavaPairDStream<T, number> {
    const spec = windowOf(this[STREAM], 'countByValueAndWindow', windowDuration, slideDuration);
    const partitioner = streamPartitioner(this[STREAM], numPartitions, 'countByValueAndWindow');
    return new JavaPairDStream<T, number>(streamOps.countByValueAndWindow(this[STREAM], spec, partitioner, TUPLE));
  }

  /** The streams that this one is made of. */
  dependencies(): JList<JavaDStream<unknown>> {
    const { graph, node } = this[STREAM];
    return new JList(
      graph.parentsOf(node).map((parent) => new JavaDStream<unknown>({ graph, node: parent }, 'either')),
    );
  }

  /** Boxes nothing here: a stream of numbers as it is. */
  scalaIntToJavaLong(stream: AnyStream): JavaDStream<number> {
    refOf(stream, 'scalaIntToJavaLong');
    return JavaDStream.fromDStream<number>(stream);
  }

  private transformed(f: unknown, name: string): StreamRef {
    const fn = toLambda(f, name, { mayWait: true });
    return streamOps.transform([this[STREAM]], ([rdd], timeMs) => unwrapRdd(fn(this.wrapRDD(rdd!), new Time(timeMs))));
  }
}

function streamOf(ref: StreamRef, isPairs: boolean): JavaDStream<unknown> | JavaPairDStream<unknown, unknown> {
  return isPairs ? new JavaPairDStream(ref) : new JavaDStream(ref);
}

/** A stream whose batches a function makes: of which kind is not known before they are there. */
export function ofEitherKind<F>(ref: StreamRef): StreamMadeBy<F> {
  return new JavaDStream(ref, 'either') as unknown as StreamMadeBy<F>;
}

/** A stream of values. */
export class JavaDStream<T> extends JavaDStreamLike<T, JavaRDD<T>, JavaDStream<T>> {
  /** @internal */
  constructor(ref: StreamRef, kind: StreamKind = 'values') {
    super(ref, kind);
  }

  protected override derived(ref: StreamRef): JavaDStream<T> {
    return new JavaDStream<T>(ref, this.kind);
  }

  /** A data set of the engine as one of values. */
  override wrapRDD(rdd: Rdd): JavaRDD<T> {
    return new JavaRDD<T>(rdd);
  }

  /** A stream of either surface as one of this. Its records stay as they are. */
  static fromDStream<T>(stream: AnyStream & { readonly __element?: T }): JavaDStream<T> {
    return new JavaDStream<T>(refOf(stream, 'fromDStream'));
  }

  static override [Symbol.hasInstance](x: unknown): boolean {
    return isStreamOf(this, JavaDStream, x, 'pairs');
  }
}

/** A stream of pairs, `Tuple2` each: operations by key. Without `parts` they use the context's default parallelism. */
export class JavaPairDStream<K, V> extends JavaDStreamLike<Tuple2<K, V>, JavaPairRDD<K, V>, JavaPairDStream<K, V>> {
  /** @internal */
  constructor(ref: StreamRef, kind: StreamKind = 'pairs') {
    super(ref, kind);
  }

  protected override derived(ref: StreamRef): JavaPairDStream<K, V> {
    return new JavaPairDStream<K, V>(ref);
  }

  /** A data set of the engine as one of pairs. */
  override wrapRDD(rdd: Rdd): JavaPairRDD<K, V> {
    return new JavaPairRDD<K, V>(rdd);
  }

  /** Views a stream of tuples as one of pairs. */
  static fromJavaDStream<K, V>(stream: JavaDStream<Tuple2<K, V>>): JavaPairDStream<K, V> {
    return JavaPairDStream.fromPairDStream<K, V>(stream);
  }

  /** A stream of pairs of either surface; `[key, value]` records become tuples. */
  static fromPairDStream<K, V>(stream: AnyStream): JavaPairDStream<K, V> {
    if (stream instanceof StreamBase) return new JavaPairDStream<K, V>(stream[STREAM]);
    return new JavaPairDStream<K, V>(
      streamOps.narrow(refOf(stream, 'fromPairDStream'), 'fromPairDStream', 'map', [toTuple], TUPLE),
    );
  }

  /** Boxes nothing here: the stream itself. */
  static scalaToJavaLong<K>(stream: JavaPairDStream<K, number>): JavaPairDStream<K, number> {
    return stream;
  }

  /**
   * Each batch as a directory `prefix-<ms>.suffix` of files of a format, text where none is given; a `JobConf` may follow. The format
   * is a class, an object or a name of Hadoop's; sequence files need the classes of keys and values, or take those of the records.
   */
  saveAsHadoopFiles(
    prefix: string | null,
    suffix?: string | null,
    keyClass?: RecordClassName,
    valueClass?: RecordClassName,
    formatClass?: OutputFormatLike | null,
    conf?: Configuration | null,
  ): void {
    const plan = pairsPlan(streamEngineOf(this[STREAM]).sc, false, keyClass, valueClass, formatClass, conf);
    this.saveFiles('saveAsHadoopFiles', prefix, suffix ?? null, plan);
  }

  /** As `saveAsHadoopFiles`, with the file names of Hadoop's new API: `part-r-00000`. */
  saveAsNewAPIHadoopFiles(
    prefix: string | null,
    suffix?: string | null,
    keyClass?: RecordClassName,
    valueClass?: RecordClassName,
    formatClass?: OutputFormatLike | null,
    conf?: Configuration | null,
  ): void {
    const plan = pairsPlan(streamEngineOf(this[STREAM]).sc, true, keyClass, valueClass, formatClass, conf);
    this.saveFiles('saveAsNewAPIHadoopFiles', prefix, suffix ?? null, plan);
  }

  /** The same stream as one of tuples, for what takes a `JavaDStream`. */
  toJavaDStream(): JavaDStream<Tuple2<K, V>> {
    return new JavaDStream<Tuple2<K, V>>(this[STREAM]);
  }

  /**
   * The values of each key of a batch in one list. Where it is only to be reduced, `reduceByKey` shuffles less. A result
   * that is declared with `Iterable<V>`, as in Java, is that.
   */
  groupByKey<G extends Iterable<V> = JList<V>>(parts?: Parts): JavaPairDStream<K, Groups<V, G>> {
    const partitioner = streamPartitioner(this[STREAM], parts, 'groupByKey');
    return new JavaPairDStream<K, Groups<V, G>>(streamOps.groupByKey(this[STREAM], partitioner, TUPLE));
  }

  /**
   * The values of each key of a batch combined by `f`, which must be associative: values are combined before the
   * shuffle as well.
   */
  reduceByKey(f: Fn2<V, V, V>, parts?: Parts): JavaPairDStream<K, V> {
    const partitioner = streamPartitioner(this[STREAM], parts, 'reduceByKey');
    return new JavaPairDStream<K, V>(
      streamOps.reduceByKey(this[STREAM], toLambda(f, 'reduceByKey'), partitioner, TUPLE),
    );
  }

  /**
   * The values of each key of a batch in a combiner of another kind: made of the first value, merged with later ones,
   * and with the combiners of other partitions. `partitioner`: a number of partitions will do. `mapSideCombine` false
   * sends the values as they are.
   */
  combineByKey<C>(
    createCombiner: RecordLambda<V, C>,
    mergeValue: Fn2<NoInfer<C>, V, NoInfer<C>>,
    mergeCombiners: Fn2<NoInfer<C>, NoInfer<C>, NoInfer<C>>,
    partitioner: Parts,
    mapSideCombine?: boolean,
  ): JavaPairDStream<K, C>;
  /** The same with a function object for `createCombiner`. */
  combineByKey<C>(
    createCombiner: RecordObject<V, C>,
    mergeValue: Fn2<NoInfer<C>, V, NoInfer<C>>,
    mergeCombiners: Fn2<NoInfer<C>, NoInfer<C>, NoInfer<C>>,
    partitioner: Parts,
    mapSideCombine?: boolean,
  ): JavaPairDStream<K, C>;
  combineByKey<C>(
    createCombiner: unknown,
    mergeValue: unknown,
    mergeCombiners: unknown,
    partitioner: Parts,
    mapSideCombine = true,
  ): JavaPairDStream<K, C> {
    const combiner = {
      createCombiner: toLambda(createCombiner, 'combineByKey'),
      mergeValue: toLambda(mergeValue, 'combineByKey'),
      mergeCombiners: toLambda(mergeCombiners, 'combineByKey'),
      mapSideCombine,
    };
    const by = streamPartitioner(this[STREAM], partitioner, 'combineByKey');
    return new JavaPairDStream<K, C>(streamOps.combineByKey(this[STREAM], combiner, by, TUPLE));
  }

  /** The same keys with what `f` makes of the values. Keeps the partitioner. */
  mapValues<U>(f: RecordLambda<V, U>): JavaPairDStream<K, U>;
  /** The same keys with what a function object makes of the values. Keeps the partitioner. */
  mapValues<U>(f: RecordObject<V, U>): JavaPairDStream<K, U>;
  mapValues<U>(f: unknown): JavaPairDStream<K, U> {
    return new JavaPairDStream<K, U>(
      streamOps.narrow(this[STREAM], 'mapValues', 'mapValues', [toLambda(f, 'mapValues')], TUPLE),
    );
  }

  /** A pair for each value that `f` gives, under the same key. Keeps the partitioner. */
  flatMapValues<U>(f: FlatFn<V, U>): JavaPairDStream<K, U> {
    const fns = [toLambda(f, 'flatMapValues')];
    return new JavaPairDStream<K, U>(streamOps.narrow(this[STREAM], 'flatMapValues', 'flatMapValues', fns, TUPLE));
  }

  // --- two streams, of equal slides ---

  private cogrouped<W, X>(emit: CogroupEmit, other: JavaPairDStream<K, W>, parts?: Parts): JavaPairDStream<K, X> {
    const partitioner = streamPartitioner(this[STREAM], parts, emit);
    return new JavaPairDStream<K, X>(streamOps.cogroup([this[STREAM], refOf(other, emit)], emit, partitioner, TUPLE));
  }

  /** The values of each key of either side, in two lists. A result that is declared with `Iterable`s is that. */
  cogroup<W, G extends Iterable<V> = JList<V>, H extends Iterable<W> = JList<W>>(
    other: JavaPairDStream<K, W>,
    parts?: Parts,
  ): JavaPairDStream<K, Tuple2<Groups<V, G>, Groups<W, H>>> {
    return this.cogrouped('cogroup', other, parts);
  }

  /** All combinations of a key's values on both sides. */
  join<W>(other: JavaPairDStream<K, W>, parts?: Parts): JavaPairDStream<K, Tuple2<V, W>> {
    return this.cogrouped('join', other, parts);
  }

  /** As `join`, and an absent `Optional` for keys that only this stream has. */
  leftOuterJoin<W>(other: JavaPairDStream<K, W>, parts?: Parts): JavaPairDStream<K, Tuple2<V, Optional<W>>> {
    return this.cogrouped('leftOuterJoin', other, parts);
  }

  /** As `join`, and an absent `Optional` for keys that only the other stream has. */
  rightOuterJoin<W>(other: JavaPairDStream<K, W>, parts?: Parts): JavaPairDStream<K, Tuple2<Optional<V>, W>> {
    return this.cogrouped('rightOuterJoin', other, parts);
  }

  /** As `join`, and an absent `Optional` on the side that does not have the key. */
  fullOuterJoin<W>(other: JavaPairDStream<K, W>, parts?: Parts): JavaPairDStream<K, Tuple2<Optional<V>, Optional<W>>> {
    return this.cogrouped('fullOuterJoin', other, parts);
  }

  // --- windows by key ---

  /** Values of one key in one list, oldest batch first. A result that is declared with `Iterable<V>` is that. */
  groupByKeyAndWindow<G extends Iterable<V> = JList<V>>(
    windowDuration: Duration,
    slideDuration?: Duration,
    parts?: Parts,
  ): JavaPairDStream<K, Groups<V, G>> {
    const spec = windowOf(this[STREAM], 'groupByKeyAndWindow', windowDuration, slideDuration);
    const partitioner = streamPartitioner(this[STREAM], parts, 'groupByKeyAndWindow');
    return new JavaPairDStream<K, Groups<V, G>>(streamOps.groupByKeyAndWindow(this[STREAM], spec, partitioner, TUPLE));
  }

  /**
   * Reduces each batch by key, then the batches of each window, at a cost that does not grow with it. `reduce` is
   * associative, gets older values first, and returns a new value: those that it is given are kept for later windows. A
   * key leaves with its last value.
   */
  reduceByKeyAndWindow(
    reduce: Fn2<V, V, V>,
    windowDuration: Duration,
    slideDuration?: Duration,
    parts?: Parts,
  ): JavaPairDStream<K, V>;
  /**
   * The same kept up to date by what enters (`reduce`) and what leaves (`invReduce`), which needs a checkpoint
   * directory: keys stay for ever, with what is left, unless `filter` of the pair drops them.
   */
  reduceByKeyAndWindow(
    reduce: Fn2<V, V, V>,
    invReduce: Fn2<V, V, V>,
    windowDuration: Duration,
    slideDuration: Duration,
    parts?: Parts,
    filter?: Fn<Tuple2<K, V>, boolean> | null,
  ): JavaPairDStream<K, V>;
  reduceByKeyAndWindow(reduce: unknown, ...rest: unknown[]): JavaPairDStream<K, V> {
    return new JavaPairDStream<K, V>(reducedByKeyAndWindow(this[STREAM], reduce, rest));
  }

  // --- state by key: needs a checkpoint directory ---

  /**
   * `f(new values, state)` gives the next state; absent forgets the key. Called in every batch for each key with state,
   * and each with new values. It must not change the state in place. `initial` is the state before the first batch;
   * `evolution` says how state of an older program is taken over from a checkpoint.
   */
  updateStateByKey<S = V>(
    f: (values: JList<V>, state: Optional<S>) => Optional<S>,
    parts?: Parts,
    initial?: JavaPairRDD<K, S>,
    evolution?: StateEvolution<S>,
  ): JavaPairDStream<K, S>;
  /** The same by an object whose `call` gets the new values and the state. */
  updateStateByKey<S = V>(
    f: FnObject2<JList<V>, Optional<S>, Optional<S>>,
    parts?: Parts,
    initial?: JavaPairRDD<K, S>,
    evolution?: StateEvolution<S>,
  ): JavaPairDStream<K, S>;
  /**
   * The same by a function of a whole partition: it is given an iterator over (key, new values, state) and gives the keys that stay,
   * with their states. It gives no keys that it was not given (`STATE_KEY_UNKNOWN`). `rememberPartitioner` false: an
   * operation by key behind it shuffles.
   */
  updateStateByKey<S = V>(
    f: FlatFn<JIterator<Tuple3<K, JList<V>, Optional<S>>>, Tuple2<K, S>>,
    partitioner: Parts,
    rememberPartitioner: boolean,
    initial?: JavaPairRDD<K, S> | null,
    evolution?: StateEvolution<S>,
  ): JavaPairDStream<K, S>;
  /** The same by a function of time, key, new values and state: one that has four parameters. */
  updateStateByKey<S = V>(
    f: Fn4<Time, K, JList<V>, Optional<S>, Optional<S>>,
    partitioner: Parts,
    rememberPartitioner: boolean,
    initial?: JavaPairRDD<K, S> | null,
    evolution?: StateEvolution<S>,
  ): JavaPairDStream<K, S>;
  updateStateByKey<S>(f: unknown, parts?: Parts, ...rest: unknown[]): JavaPairDStream<K, S> {
    const remembers = typeof rest[0] === 'boolean' ? (rest.shift() as boolean) : undefined;
    const [initial, evolution] = rest as [(JavaPairRDD<K, S> | null)?, (StateEvolution<S> | null)?];
    const { stateVersion, migrate } = evolution ?? {};
    const options = {
      partitioner: streamPartitioner(this[STREAM], parts, 'updateStateByKey'),
      dialect: TUPLE,
      initial: initial ? rddOf(initial, 'updateStateByKey: initial') : undefined,
      stateVersion,
      migrate: migrate && migrateFunction(migrate, 'updateStateByKey: migrate'),
    } as const;
    return new JavaPairDStream<K, S>(
      remembers === undefined
        ? streamOps.updateStateByKey(this[STREAM], updateFunction(f), options)
        : streamOps.updateStateByPartition(this[STREAM], partitionUpdate(f), remembers, options),
    );
  }

  /** State by key where only keys with new values are visited, and those that time out: see `StateSpec`. */
  mapWithState<S, M>(spec: StateSpec<K, V, S, M>): JavaMapWithStateDStream<K, V, S, M> {
    if (!(spec instanceof StateSpec)) throw wrongArgument('mapWithState', 'a StateSpec: StateSpec.function(f)', spec);
    const { fn, initial, parts, timeoutMs, stateVersion, migrate } = spec.settings;
    const partitioner = streamPartitioner(this[STREAM], parts, 'mapWithState');
    const options = {
      partitioner,
      dialect: TUPLE,
      initial: initial ? rddOf(initial, 'StateSpec.initialState') : undefined,
      stateVersion,
      migrate,
    } as const;
    const { mapped, snapshots } = streamOps.mapWithState(this[STREAM], fn, timeoutMs, options);
    return new JavaMapWithStateDStream<K, V, S, M>(mapped, snapshots);
  }

  static override [Symbol.hasInstance](x: unknown): boolean {
    return isStreamOf(this, JavaPairDStream, x, 'values');
  }
}

/** What a `mapWithState` function emitted. */
export class JavaMapWithStateDStream<K, V, S, M> extends JavaDStream<M> {
  /** For the compiler: the values that the function sees. */
  declare readonly __values?: V;
  readonly #state: StreamRef;
  #snapshots: StreamRef | undefined;

  /** @internal */
  constructor(mapped: StreamRef, state: StreamRef) {
    super(mapped);
    this.#state = state;
  }

  /** All keys with their state, each batch. */
  stateSnapshots(): JavaPairDStream<K, S> {
    this.#snapshots ??= streamOps.stateSnapshots(this.#state);
    return new JavaPairDStream<K, S>(this.#snapshots);
  }
}

const toTuple = (x: unknown): unknown => (Array.isArray(x) ? new Tuple2(x[0], x[1]) : x);

/** `instanceof`: by kind for the two kinds, where a transformed stream may be either; as always for their subclasses. */
function isStreamOf(asked: unknown, base: unknown, x: unknown, otherKind: StreamKind): boolean {
  if (asked !== base) return Function.prototype[Symbol.hasInstance].call(asked, x);
  return x instanceof StreamBase && x.kind !== otherKind;
}

shareMethods(JavaPairDStream, JavaDStream);
