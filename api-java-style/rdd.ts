import {
  ActionPromise,
  type AnyFunction,
  type ClassName,
  type Configuration,
  equalKeys,
  type FnSlot,
  JIterator,
  JList,
  JMap,
  Partitioner,
  type Rdd,
  rddOps,
  type ShuffleMode,
  type Tuple2,
} from '../core/internal.ts';
import {
  type FlatFn,
  type Fn2,
  type FnObject,
  makesPairs,
  type NotAsync,
  type PairFlatFn,
  type PairFlatMapFunction,
  type PairFn,
  type PairFunction,
  type Results,
  toLambda,
} from './functions.ts';
import { datasetPlan, type OutputFormatLike, pairsPlan, type RecordClassName } from './hadoop.ts';
import { type Parts, rddPartitioner, sparkOf, TUPLE } from './partitions.ts';
import { overPartition, RddActions } from './rdd-actions.ts';
import { shareMethods } from './share-methods.ts';

/** Operations that may change the kind: a pair function gives pairs, anything else values. */
export abstract class JavaRDDLike<T, R> extends RddActions<T, R> {
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

  map<K, V>(f: PairFunction<T, K, V>): JavaPairRDD<K, V>;
  map<U>(f: (t: T) => U, ...notAsync: NotAsync<U>): JavaRDD<U>;
  map<U>(f: FnObject<T, U>, ...notAsync: NotAsync<U>): JavaRDD<U>;
  map(f: unknown, ..._notAsync: unknown[]): unknown {
    const fns = [toLambda(f, 'map')];
    return makesPairs(f) ? this.toPairs('map', fns) : this.toValues('map', fns);
  }

  mapToPair<K, V>(f: PairFn<T, K, V>): JavaPairRDD<K, V> {
    return this.toPairs('map', [toLambda(f, 'mapToPair')]);
  }

  flatMap<K, V>(f: PairFlatMapFunction<T, K, V>): JavaPairRDD<K, V>;
  flatMap<U>(f: FlatFn<T, U>): JavaRDD<U>;
  flatMap(f: unknown): unknown {
    const fns = [toLambda(f, 'flatMap')];
    return makesPairs(f) ? this.toPairs('flatMap', fns) : this.toValues('flatMap', fns);
  }

  flatMapToPair<K, V>(f: PairFlatFn<T, K, V>): JavaPairRDD<K, V> {
    return this.toPairs('flatMap', [toLambda(f, 'flatMapToPair')]);
  }

  /** Once per partition, empty ones too. */
  mapPartitions<K, V>(f: PairFlatMapFunction<JIterator<T>, K, V>, preservesPartitioning?: boolean): JavaPairRDD<K, V>;
  mapPartitions<U>(f: FlatFn<JIterator<T>, U>, preservesPartitioning?: boolean): JavaRDD<U>;
  mapPartitions(f: unknown, preserves?: boolean): unknown {
    const fns = [overPartition(f, 'mapPartitions')];
    return makesPairs(f)
      ? this.toPairs('mapPartitions', fns, preserves)
      : this.toValues('mapPartitions', fns, preserves);
  }

  mapPartitionsToPair<K, V>(f: PairFlatFn<JIterator<T>, K, V>, preservesPartitioning?: boolean): JavaPairRDD<K, V> {
    return this.toPairs('mapPartitions', [overPartition(f, 'mapPartitionsToPair')], preservesPartitioning);
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

  keyBy<K>(f: (t: T) => K): JavaPairRDD<K, T>;
  keyBy<K>(f: FnObject<T, K>): JavaPairRDD<K, T>;
  keyBy<K>(f: unknown): JavaPairRDD<K, T> {
    return this.toPairs('keyBy', [toLambda(f, 'keyBy')]);
  }

  groupBy<K>(f: (t: T) => K, parts?: Parts): JavaPairRDD<K, JList<T>>;
  groupBy<K>(f: FnObject<T, K>, parts?: Parts): JavaPairRDD<K, JList<T>>;
  groupBy<K>(f: unknown, parts?: Parts): JavaPairRDD<K, JList<T>> {
    return this.toPairs<K, T>('keyBy', [toLambda(f, 'groupBy')]).groupByKey(parts);
  }
}

/** A data set of values. */
export class JavaRDD<T> extends JavaRDDLike<T, JavaRDD<T>> {
  override wrapRDD(rdd: Rdd): JavaRDD<T> {
    return new JavaRDD<T>(rdd);
  }

  static fromRDD<T>(rdd: Rdd<T>): JavaRDD<T> {
    return new JavaRDD<T>(rdd);
  }

  static toRDD<T>(rdd: JavaRDD<T>): Rdd<T> {
    return rdd.rdd();
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

  combineByKey<C>(
    createCombiner: (v: V) => C,
    mergeValue: Fn2<NoInfer<C>, V, NoInfer<C>>,
    mergeCombiners: Fn2<NoInfer<C>, NoInfer<C>, NoInfer<C>>,
    parts?: Parts,
    mapSideCombine?: boolean,
  ): JavaPairRDD<K, C>;
  combineByKey<C>(
    createCombiner: FnObject<V, C>,
    mergeValue: Fn2<NoInfer<C>, V, NoInfer<C>>,
    mergeCombiners: Fn2<NoInfer<C>, NoInfer<C>, NoInfer<C>>,
    parts?: Parts,
    mapSideCombine?: boolean,
  ): JavaPairRDD<K, C>;
  combineByKey<C>(
    createCombiner: unknown,
    mergeValue: unknown,
    mergeCombiners: unknown,
    parts?: Parts,
    mapSideCombine = true,
  ): JavaPairRDD<K, C> {
    const fns = [createCombiner, mergeValue, mergeCombiners].map((f) => toLambda(f, 'combineByKey'));
    const mode = (slots: SlotMaker): ShuffleMode => {
      const [create, merge, mergeAll] = slots(fns);
      return { kind: 'combine', create, mergeValue: merge!, mergeCombiners: mergeAll!, mapSide: mapSideCombine };
    };
    return this.byKey(mode, parts, 'combineByKey');
  }

  /** Keeps the partitioner. */
  mapValues<U>(f: (v: V) => U, ...notAsync: NotAsync<U>): JavaPairRDD<K, U>;
  mapValues<U>(f: FnObject<V, U>, ...notAsync: NotAsync<U>): JavaPairRDD<K, U>;
  mapValues<U>(f: unknown, ..._notAsync: unknown[]): JavaPairRDD<K, U> {
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

  // --- actions ---

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

  /** All values of the key, in order. */
  lookup(key: K): ActionPromise<JList<V>> {
    return ActionPromise.of(async () => {
      const found = new JList<V>();
      for (const pair of await this.collect()) if (equalKeys(pair.first, key)) found.push(pair.second);
      return found;
    });
  }
}

type SlotMaker = (fns: AnyFunction[]) => readonly FnSlot[];

// What a transform function returns is not known before the first batch (api §17): at run time both kinds have all methods.
shareMethods(JavaPairRDD, JavaRDD);
