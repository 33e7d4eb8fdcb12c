import {
  type AnyFunction,
  type JIterator,
  type JList,
  type MapAsyncOptions,
  type Rdd,
  STREAM,
  streamOps,
  type StreamRef,
  Time,
  Tuple2,
} from '../core/internal.ts';
import {
  type BatchFn,
  type FlatFn,
  type Fn2,
  type FnObject,
  makesPairs,
  type NotAsync,
  type PairFlatFn,
  type PairFlatMapFunction,
  type PairFn,
  type PairFunction,
  toLambda,
} from './functions.ts';
import { type Parts, streamEngineOf, streamPartitioner, TUPLE } from './partitions.ts';
import { JavaPairRDD, JavaRDD } from './rdd.ts';
import { overPartition, unwrapRdd } from './rdd-actions.ts';
import { shareMethods } from './share-methods.ts';
import { type AnyStream, StreamBase, type StreamKind } from './stream-base.ts';

// The two kinds of streams refer to each other, so they stand in one file.

/**
 * Operations that may change the kind of a stream: a pair function object gives a stream of pairs, anything else one of
 * values. Lambdas always give values; `…ToPair` is their way to pairs, as in Java.
 */
export abstract class JavaDStreamLike<T, R, S> extends StreamBase<T, R, S> {
  private narrow(name: string, op: 'map' | 'flatMap' | 'mapPartitions' | 'glom', fns: AnyFunction[]): StreamRef {
    return streamOps.narrow(this[STREAM], name, op, fns, TUPLE);
  }

  map<K, V>(f: PairFunction<T, K, V>): JavaPairDStream<K, V>;
  map<U>(f: (t: T) => U, ...notAsync: NotAsync<U>): JavaDStream<U>;
  map<U>(f: FnObject<T, U>, ...notAsync: NotAsync<U>): JavaDStream<U>;
  map(f: unknown, ..._notAsync: unknown[]): unknown {
    return streamOf(this.narrow('map', 'map', [toLambda(f, 'map')]), makesPairs(f));
  }

  mapToPair<K, V>(f: PairFn<T, K, V>): JavaPairDStream<K, V> {
    return new JavaPairDStream<K, V>(this.narrow('mapToPair', 'map', [toLambda(f, 'mapToPair')]));
  }

  flatMap<K, V>(f: PairFlatMapFunction<T, K, V>): JavaPairDStream<K, V>;
  flatMap<U>(f: FlatFn<T, U>): JavaDStream<U>;
  flatMap(f: unknown): unknown {
    return streamOf(this.narrow('flatMap', 'flatMap', [toLambda(f, 'flatMap')]), makesPairs(f));
  }

  flatMapToPair<K, V>(f: PairFlatFn<T, K, V>): JavaPairDStream<K, V> {
    return new JavaPairDStream<K, V>(this.narrow('flatMapToPair', 'flatMap', [toLambda(f, 'flatMapToPair')]));
  }

  /** Once per partition, empty ones too. */
  mapPartitions<K, V>(f: PairFlatMapFunction<JIterator<T>, K, V>): JavaPairDStream<K, V>;
  mapPartitions<U>(f: FlatFn<JIterator<T>, U>): JavaDStream<U>;
  mapPartitions(f: unknown): unknown {
    return streamOf(this.narrow('mapPartitions', 'mapPartitions', [overPartition(f, 'mapPartitions')]), makesPairs(f));
  }

  mapPartitionsToPair<K, V>(f: PairFlatFn<JIterator<T>, K, V>): JavaPairDStream<K, V> {
    const each = overPartition(f, 'mapPartitionsToPair');
    return new JavaPairDStream<K, V>(this.narrow('mapPartitionsToPair', 'mapPartitions', [each]));
  }

  /** One asynchronous call per record: not in Spark, whose functions may block. */
  mapAsync<U>(f: (t: T) => U | PromiseLike<U>, options?: MapAsyncOptions): JavaDStream<U>;
  mapAsync<U>(f: FnObject<T, U | PromiseLike<U>>, options?: MapAsyncOptions): JavaDStream<U>;
  mapAsync<U>(f: unknown, options: MapAsyncOptions = {}): JavaDStream<U> {
    return new JavaDStream<U>(
      streamOps.mapAsync(this[STREAM], toLambda(f, 'mapAsync', { mayWait: true }), options, TUPLE),
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
  transform<K, V>(f: BatchFn<R, Time, JavaPairRDD<K, V>>): JavaPairDStream<K, V>;
  transform<U>(f: BatchFn<R, Time, JavaRDD<U>>): JavaDStream<U>;
  transform(f: unknown): unknown {
    return new JavaDStream(this.transformed(f), 'either');
  }

  transformToPair<K, V>(f: BatchFn<R, Time, JavaPairRDD<K, V>>): JavaPairDStream<K, V> {
    return new JavaPairDStream<K, V>(this.transformed(f));
  }

  private transformed(f: unknown): StreamRef {
    const fn = toLambda(f, 'transform', { mayWait: true });
    return streamOps.transform([this[STREAM]], ([rdd], timeMs) => unwrapRdd(fn(this.wrapRDD(rdd!), new Time(timeMs))));
  }
}

function streamOf(ref: StreamRef, isPairs: boolean): JavaDStream<unknown> | JavaPairDStream<unknown, unknown> {
  return isPairs ? new JavaPairDStream(ref) : new JavaDStream(ref);
}

/** A stream of values. */
export class JavaDStream<T> extends JavaDStreamLike<T, JavaRDD<T>, JavaDStream<T>> {
  constructor(ref: StreamRef, kind: StreamKind = 'values') {
    super(ref, kind);
  }

  protected override derived(ref: StreamRef): JavaDStream<T> {
    return new JavaDStream<T>(ref, this.kind);
  }

  override wrapRDD(rdd: Rdd): JavaRDD<T> {
    return new JavaRDD<T>(rdd);
  }

  /** A stream of either surface as one of this. Its records stay as they are. */
  static fromDStream<T>(stream: AnyStream & { readonly __element?: T }): JavaDStream<T> {
    return new JavaDStream<T>(stream[STREAM]);
  }

  static override [Symbol.hasInstance](x: unknown): boolean {
    return isStreamOf(this, JavaDStream, x, 'pairs');
  }
}

/** A stream that a source made. */
export class JavaInputDStream<T> extends JavaDStream<T> {
  inputDStream(): this {
    return this;
  }
}

/** A stream that a receiver feeds. */
export class JavaReceiverInputDStream<T> extends JavaInputDStream<T> {
  receiverInputDStream(): this {
    return this;
  }
}

/** A stream of pairs, `Tuple2` each: operations by key. Without `parts` they use the context's default parallelism. */
export class JavaPairDStream<K, V> extends JavaDStreamLike<Tuple2<K, V>, JavaPairRDD<K, V>, JavaPairDStream<K, V>> {
  constructor(ref: StreamRef, kind: StreamKind = 'pairs') {
    super(ref, kind);
  }

  protected override derived(ref: StreamRef): JavaPairDStream<K, V> {
    return new JavaPairDStream<K, V>(ref);
  }

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
    return new JavaPairDStream<K, V>(streamOps.narrow(stream[STREAM], 'fromPairDStream', 'map', [toTuple], TUPLE));
  }

  /** Boxes nothing here: the stream itself. */
  static scalaToJavaLong<K>(stream: JavaPairDStream<K, number>): JavaPairDStream<K, number> {
    return stream;
  }

  /** The same stream as one of tuples, for what takes a `JavaDStream`. */
  toJavaDStream(): JavaDStream<Tuple2<K, V>> {
    return new JavaDStream<Tuple2<K, V>>(this[STREAM]);
  }

  /** Values of one key in one list. */
  groupByKey(parts?: Parts): JavaPairDStream<K, JList<V>> {
    const partitioner = streamPartitioner(this[STREAM], parts, 'groupByKey');
    return new JavaPairDStream<K, JList<V>>(streamOps.groupByKey(this[STREAM], partitioner, TUPLE));
  }

  /** `f` must be associative, as values are combined before the shuffle. */
  reduceByKey(f: Fn2<V, V, V>, parts?: Parts): JavaPairDStream<K, V> {
    const partitioner = streamPartitioner(this[STREAM], parts, 'reduceByKey');
    return new JavaPairDStream<K, V>(
      streamOps.reduceByKey(this[STREAM], toLambda(f, 'reduceByKey'), partitioner, TUPLE),
    );
  }

  /** `partitioner`: a number of partitions will do. */
  combineByKey<C>(
    createCombiner: (v: V) => C,
    mergeValue: Fn2<NoInfer<C>, V, NoInfer<C>>,
    mergeCombiners: Fn2<NoInfer<C>, NoInfer<C>, NoInfer<C>>,
    partitioner: Parts,
    mapSideCombine?: boolean,
  ): JavaPairDStream<K, C>;
  combineByKey<C>(
    createCombiner: FnObject<V, C>,
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

  /** Keeps the partitioner. */
  mapValues<U>(f: (v: V) => U, ...notAsync: NotAsync<U>): JavaPairDStream<K, U>;
  mapValues<U>(f: FnObject<V, U>, ...notAsync: NotAsync<U>): JavaPairDStream<K, U>;
  mapValues<U>(f: unknown, ..._notAsync: unknown[]): JavaPairDStream<K, U> {
    return new JavaPairDStream<K, U>(
      streamOps.narrow(this[STREAM], 'mapValues', 'mapValues', [toLambda(f, 'mapValues')], TUPLE),
    );
  }

  /** Keeps the partitioner. */
  flatMapValues<U>(f: FlatFn<V, U>): JavaPairDStream<K, U> {
    const fns = [toLambda(f, 'flatMapValues')];
    return new JavaPairDStream<K, U>(streamOps.narrow(this[STREAM], 'flatMapValues', 'flatMapValues', fns, TUPLE));
  }

  static override [Symbol.hasInstance](x: unknown): boolean {
    return isStreamOf(this, JavaPairDStream, x, 'values');
  }
}

const toTuple = (x: unknown): unknown => (Array.isArray(x) ? new Tuple2(x[0], x[1]) : x);

/** `instanceof`: by kind for the two kinds, where a transformed stream may be either; as always for their subclasses. */
function isStreamOf(asked: unknown, base: unknown, x: unknown, otherKind: StreamKind): boolean {
  if (asked !== base) return Function.prototype[Symbol.hasInstance].call(asked, x);
  return x instanceof StreamBase && x.kind !== otherKind;
}

shareMethods(JavaPairDStream, JavaDStream);
