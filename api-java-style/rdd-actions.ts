import {
  ActionPromise,
  type ClassName,
  DStreamsError,
  HashPartitioner,
  JIterator,
  JList,
  JMap,
  Optional,
  type Partitioner,
  type Rdd,
  rddOps,
  saveOps,
  type StorageLevel,
  StorageLevels,
  printAsText,
  wrongArgument,
  checkIterable,
} from '../core/internal.ts';
import { SparkContext } from './context-views.ts';
import { type Fn, type Fn2, type SyncVFn, toLambda, type VFn } from './functions.ts';
import { linesPlan } from './hadoop.ts';
import { rddPartitioner, sparkOf, TUPLE } from './partitions.ts';

/** One partition of a data set, by its number. */
export class Partition {
  /** @internal */
  constructor(private readonly i: number) {}

  /** Its place in the data set, from 0. */
  index(): number {
    return this.i;
  }

  toString(): string {
    return `Partition(${this.i})`;
  }
}

/**
 * What data sets of values and of pairs have in common, but for what changes the kind. Operations are lazy; actions
 * return promises, on every master. `R` is the kind of data set that operations which keep the kind return.
 */
export abstract class RddActions<T, R> {
  private readonly core: Rdd;

  /** @internal */
  constructor(rdd: Rdd) {
    this.core = rdd;
  }

  /** The wrapped data set. */
  rdd(): Rdd<T> {
    return this.core as Rdd<T>;
  }

  /** `names JavaRDD[3] at map`: its name, if it has one, its number and the operation that made it. */
  toString(): string {
    return this.core.textAs(this.constructor.name);
  }

  /** A data set of this kind around another. */
  abstract wrapRDD(rdd: Rdd): R;

  /** The context that the data set belongs to. */
  context(): SparkContext {
    return new SparkContext(sparkOf(this.core));
  }

  /** Its number in its context, from 0. */
  id(): number {
    return this.core.id;
  }

  /** What `setName` said; null where nothing did. */
  name(): string | null {
    return this.core.name ?? null;
  }

  /** Sets the name that logs and `toDebugString()` show. */
  setName(name: string): this {
    this.core.name = name;
    return this;
  }

  /** How many partitions it has. */
  getNumPartitions(): number {
    return this.core.partitionCount;
  }

  /** Its partitions in order, each by its number. */
  partitions(): JList<Partition> {
    return new JList(Array.from({ length: this.core.partitionCount }, (_, i) => new Partition(i)));
  }

  /** The name of `partitions()` in 0.9. */
  splits(): JList<Partition> {
    return this.partitions();
  }

  /** What says which partition a key is in: present after a shuffle by key. */
  partitioner(): Optional<Partitioner> {
    return Optional.fromNullable(this.core.partitioner);
  }

  /** How its partitions are kept: `NONE` unless it is persisted. */
  getStorageLevel(): StorageLevel {
    return this.core.storageLevel;
  }

  // --- operations that keep the kind ---

  /** The records for which `f` is true. */
  filter(f: Fn<T, boolean>): R {
    return this.wrapRDD(rddOps.transformRecords(this.core, 'filter', [toLambda(f, 'filter')], TUPLE));
  }

  /** Each value once, compared as keys are; in as many partitions as there are, unless told otherwise. */
  distinct(numPartitions = this.core.partitionCount): R {
    const { partitioner: own, partitionCount } = this.core;
    if (own !== undefined && numPartitions === partitionCount)
      return this.wrapRDD(rddOps.distinctInside(this.core, TUPLE));
    const pairs = rddOps.transformRecords(this.core, 'pairWithOne', [], TUPLE);
    const partitioner =
      partitionCount === 0 && numPartitions === 0
        ? new HashPartitioner(0)
        : rddPartitioner(pairs, numPartitions, 'distinct');
    const counted = rddOps.combineByKey(pairs, rddOps.SHUFFLES.sum, partitioner, TUPLE, 'distinct');
    return this.wrapRDD(rddOps.transformRecords(counted, 'keys', [], TUPLE));
  }

  /** Partitions of both, side by side. */
  union(other: RddActions<T, R>): R {
    return this.wrapRDD(rddOps.union([this.core, rddOf(other, 'union')]));
  }

  /** Fewer partitions, without a shuffle unless `shuffle` is set. */
  coalesce(numPartitions: number, shuffle = false): R {
    const rdd = this.core;
    return this.wrapRDD(
      shuffle ? rddOps.repartition(rdd, numPartitions, TUPLE, 'coalesce') : rddOps.coalesce(rdd, numPartitions),
    );
  }

  /** Exactly `numPartitions` partitions of about equal size, by a shuffle. */
  repartition(numPartitions: number): R {
    return this.wrapRDD(rddOps.repartition(this.core, numPartitions, TUPLE));
  }

  /** Keeps the values in memory (deserialized, unlike streams). */
  cache(): this {
    return this.persist();
  }

  /**
   * Keeps the partitions after their first computation. Default: `MEMORY_ONLY`. Throws `STORAGE_LEVEL_FIXED` where
   * another level is set.
   */
  persist(level: StorageLevel = StorageLevels.MEMORY_ONLY): this {
    this.core.persist(level);
    return this;
  }

  /** Drops what is kept, at once, whatever `blocking` says. */
  unpersist(_blocking = true): this {
    this.core.unpersist();
    return this;
  }

  // --- files: a directory that appears whole; where one is, `OUTPUT_EXISTS`, but in a batch, which replaces it ---

  /** A line a record, as Java prints it. `codec`: `GzipCodec.class`, `DefaultCodec.class`. */
  saveAsTextFile(path: string, codec?: ClassName | null): ActionPromise<void> {
    return this.save('saveAsTextFile', path, linesPlan(codec));
  }

  /** For `sc.objectFile`: any records that the codec keeps. */
  saveAsObjectFile(path: string): ActionPromise<void> {
    return this.save('saveAsObjectFile', path, saveOps.objectPlan());
  }

  /** @internal */
  protected save(label: string, path: string, plan: saveOps.PlanSpec): ActionPromise<void> {
    return saveOps.save(this.core, path, plan, sparkOf(this.core).files, label);
  }

  // --- actions ---

  /** All records, in order of the partitions. */
  collect(): ActionPromise<JList<T>> {
    return ActionPromise.of(async () => listOf<T>(await rddOps.collect(this.core)));
  }

  /** One list for each partition number that is given; all partitions unless told otherwise. */
  collectPartitions(partitionIds?: readonly number[]): ActionPromise<JList<T>[]> {
    if (partitionIds !== undefined) checkIterable(partitionIds, 'collectPartitions', 'an array of partition numbers');
    const ids = partitionIds === undefined ? undefined : [...partitionIds];
    const unknown = ids?.find((i) => !(Number.isInteger(i) && i >= 0 && i < this.core.partitionCount));
    if (unknown !== undefined) {
      throw new DStreamsError(
        'PARTITIONS_INVALID',
        `collectPartitions: Attempting to access a non-existent partition: ${unknown}. Total number of partitions: ${this.core.partitionCount}.`,
      );
    }
    return ActionPromise.of(async () => {
      const parts = await rddOps.collectPartitions(this.core, ids);
      return parts.map((part) => listOf<T>(part));
    });
  }

  /** How many records there are. */
  count(): ActionPromise<number> {
    return rddOps.count(this.core);
  }

  /** Rejects with `COLLECTION_EMPTY` when there is none. */
  first(): ActionPromise<T> {
    return rddOps.first(this.core) as ActionPromise<T>;
  }

  /**
   * The first `n` records in partition order, or all where there are fewer. Computes one partition, then more, until there
   * are enough.
   */
  take(n: number): ActionPromise<JList<T>> {
    return ActionPromise.of(async () => listOf<T>(await rddOps.take(this.core, n)));
  }

  /** Whether there is no record. */
  isEmpty(): ActionPromise<boolean> {
    return rddOps.isEmpty(this.core);
  }

  /** Rejects with `COLLECTION_EMPTY` when there is nothing to fold. */
  reduce(f: Fn2<T, T, T>): ActionPromise<T> {
    return rddOps.reduce(this.core, toLambda(f, 'reduce')) as ActionPromise<T>;
  }

  /**
   * As `reduce`, from a copy of `zero` in each partition and once more over their results: `zero` where there are no
   * records.
   */
  fold(zero: T, f: Fn2<T, T, T>): ActionPromise<T> {
    const fold = toLambda(f, 'fold');
    return rddOps.aggregate(this.core, zero, fold, fold, 'fold') as ActionPromise<T>;
  }

  /** `seq` inside each partition from a copy of `zero`, then `comb` over the partitions' results. */
  aggregate<U>(
    zero: U,
    seq: Fn2<NoInfer<U>, T, NoInfer<U>>,
    comb: Fn2<NoInfer<U>, NoInfer<U>, NoInfer<U>>,
  ): ActionPromise<U> {
    return rddOps.aggregate(
      this.core,
      zero,
      toLambda(seq, 'aggregate'),
      toLambda(comb, 'aggregate'),
    ) as ActionPromise<U>;
  }

  /** How often each value comes, in order of first appearance; values are equal as keys are. */
  countByValue(): ActionPromise<JMap<T, number>> {
    return ActionPromise.of(async () => new JMap(await rddOps.countByValuePairs(this.core)) as JMap<T, number>);
  }

  /** Once per record, where it lies. `foreachPartition` may be asynchronous. */
  foreach<U>(f: SyncVFn<T, U>): ActionPromise<void> {
    return rddOps.foreach(this.core, toLambda(f, 'foreach'));
  }

  /** Once per partition, empty ones too; a promise is waited for. Inside `foreachRDD` this runs in the driver. */
  foreachPartition(f: VFn<JIterator<T>>): ActionPromise<void> {
    return eachPartition(this.core, f, 'foreachPartition');
  }
}

/** `foreachPartition`, under the name by which it was called. */
export function eachPartition<T>(rdd: Rdd, f: VFn<JIterator<T>>, label: string): ActionPromise<void> {
  const each = toLambda(f, label, { mayWait: true });
  return rddOps.foreachPartition(rdd, (records: readonly T[]) => each(new JIterator(records)), label);
}

/** The data set that an operation is given beside its own. Throws `OPTIONS_INVALID` for anything else. */
export function rddOf(other: unknown, operation: string): Rdd {
  if (other instanceof RddActions) return other.rdd();
  throw wrongArgument(operation, 'a data set (JavaRDD, JavaPairRDD or JavaDoubleRDD)', other);
}

const listOf = <T>(values: readonly unknown[]): JList<T> => new JList<T>(values as readonly T[]);

/** A function of Java's iterator over a partition, as the engine calls it. */
export function overPartition(f: unknown, operator: string): (records: readonly unknown[]) => unknown {
  const lambda = toLambda(f, operator);
  return (records) => lambda(new JIterator(records));
}

/** What a function that makes data sets returned, for the engine; which refuses what is none. */
export function unwrapRdd(result: unknown): Rdd {
  if (result instanceof Promise) return result.then(unwrapRdd) as unknown as Rdd;
  return (result instanceof RddActions ? result.rdd() : result) as Rdd;
}

printAsText(RddActions);
