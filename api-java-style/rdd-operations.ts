import {
  ActionPromise,
  DStreamsError,
  type JIterator,
  JList,
  JMap,
  Optional,
  type Rdd,
  rddOps,
  HashPartitioner,
} from '../core/internal.ts';
import { type Compare, toCompare } from './comparator.ts';
import { type Fn2, type SyncVFn, toLambda, type VFn } from './functions.ts';
import { LocalIterator } from './local-iterator.ts';
import { BoundedDouble, PartialResult } from './partial-result.ts';
import { type Parts, rddPartitioner, sparkOf, TUPLE } from './partitions.ts';
import { eachPartition, RddActions, rddOf } from './rdd-actions.ts';

/** Samples, sets, orders and checkpoints: what data sets of every kind have beside the actions that all programs use. */
export abstract class RddOperations<T, R> extends RddActions<T, R> {
  /** About `fraction` of the records; with replacement each as often as chance has it. The default seed is the batch time. */
  sample(withReplacement: boolean, fraction: number, seed = rddOps.defaultSeed(this.rdd())): R {
    return this.wrapRDD(rddOps.sample(this.rdd(), withReplacement, fraction, seed));
  }

  /** Each record in one of as many data sets as there are weights. */
  randomSplit(weights: readonly number[], seed = rddOps.defaultSeed(this.rdd())): R[] {
    return rddOps.randomSplit(this.rdd(), weights, seed).map((part) => this.wrapRDD(part));
  }

  /** Records that `other` does not have, as often as they stand here. */
  subtract(other: RddActions<T, R>, parts?: Parts): R {
    const [mine, theirs] = [this.rdd(), rddOf(other, 'subtract')];
    const partitioner = parts === undefined ? rddOps.ownPartitioner(mine) : rddPartitioner(mine, parts, 'subtract');
    if (partitioner.equals(mine.partitioner)) {
      return this.wrapRDD(rddOps.subtractInside(mine, theirs, partitioner, TUPLE));
    }
    return this.wrapRDD(rddOps.subtract(mine, theirs, partitioner));
  }

  /** Records that both have, once. */
  intersection(other: RddActions<T, R>): R {
    const [mine, theirs] = [this.rdd(), rddOf(other, 'intersection')];
    const largest = Math.max(mine.partitionCount, theirs.partitionCount);
    const partitioner = new HashPartitioner(sparkOf(mine).settings.defaultParallelism ?? largest);
    return this.wrapRDD(rddOps.intersection(mine, theirs, partitioner));
  }

  // --- lineage ---

  /**
   * The first action that needs the data set writes it to the directory of `setCheckpointDir`; from then on it is read
   * from there. Throws `CHECKPOINT_DIR_MISSING`.
   */
  checkpoint(): void {
    this.rdd().checkpoint();
  }

  /** Whether it has been written to the checkpoint directory. */
  isCheckpointed(): boolean {
    return this.rdd().checkpointFile !== undefined;
  }

  /** The directory that it was written to; absent before that. */
  getCheckpointFile(): Optional<string> {
    return Optional.fromNullable(this.rdd().checkpointFile);
  }

  /** What the data set is made of. */
  toDebugString(): string {
    return rddOps.debugString(this.rdd());
  }

  // --- actions ---

  /** The records one by one, with one partition at a time in memory: `hasNext()` and `next()` are to be awaited. */
  toLocalIterator(): LocalIterator<T> {
    return new LocalIterator(rddOps.localIterator(this.rdd()) as AsyncGenerator<T, undefined>);
  }

  /** Exactly `num` records, or all where there are fewer. */
  takeSample(withReplacement: boolean, num: number, seed = rddOps.defaultSeed(this.rdd())): ActionPromise<JList<T>> {
    const taken = rddOps.takeSample(this.rdd(), withReplacement, num, seed);
    return ActionPromise.of(async () => new JList(await taken) as JList<T>);
  }

  /** The first `num` in this order; natural by default. */
  takeOrdered(num: number, compare?: Compare<T>): ActionPromise<JList<T>> {
    return this.ordered(num, toCompare(compare, 'takeOrdered'), 'takeOrdered');
  }

  /** The last `num` in this order, the greatest first. */
  top(num: number, compare?: Compare<T>): ActionPromise<JList<T>> {
    const order = toCompare(compare, 'top');
    return this.ordered(num, (a, b) => order(b, a), 'top');
  }

  private ordered(num: number, order: (a: unknown, b: unknown) => number, label: string): ActionPromise<JList<T>> {
    if (num < 0) throw new DStreamsError('OPTIONS_INVALID', `${label}: k (${num}) must be nonnegative.`);
    const taken = rddOps.takeOrdered(this.rdd(), num, order, label);
    return ActionPromise.of(async () => new JList(await taken) as JList<T>);
  }

  /** The greatest record in this order, natural by default. Rejects with `COLLECTION_EMPTY` where there is none. */
  max(compare?: Compare<T>): ActionPromise<T> {
    const order = toCompare(compare, 'max');
    return rddOps.least(this.rdd(), (a, b) => order(b, a), 'max') as ActionPromise<T>;
  }

  /** The least record in this order, natural by default. Rejects with `COLLECTION_EMPTY` where there is none. */
  min(compare?: Compare<T>): ActionPromise<T> {
    return rddOps.least(this.rdd(), toCompare(compare, 'min'), 'min') as ActionPromise<T>;
  }

  /** As `reduce`: the driver folds the partitions' results, of which there are few on one machine. */
  treeReduce(f: Fn2<T, T, T>, depth = 2): ActionPromise<T> {
    return rddOps.treeReduce(this.rdd(), toLambda(f, 'treeReduce'), depth) as ActionPromise<T>;
  }

  /**
   * As `aggregate`, where the partitions' results are combined in `depth` steps. `finalAggregateOnExecutor`: as
   * in Spark the last step starts from one more copy of `zero`.
   */
  treeAggregate<U>(
    zero: U,
    seq: Fn2<NoInfer<U>, T, NoInfer<U>>,
    comb: Fn2<NoInfer<U>, NoInfer<U>, NoInfer<U>>,
    depth = 2,
    finalAggregateOnExecutor = false,
  ): ActionPromise<U> {
    const [fold, merge] = [toLambda(seq, 'treeAggregate'), toLambda(comb, 'treeAggregate')];
    return rddOps.treeAggregate(
      this.rdd(),
      zero,
      fold,
      merge,
      depth,
      'scala',
      finalAggregateOnExecutor,
    ) as ActionPromise<U>;
  }

  // --- approximate ones: exact here, as fast as counting is ---

  /**
   * The count as a `PartialResult` that is final at once: it waits for the exact number, whatever time-out is given.
   */
  countApprox(_timeoutMs: number, _confidence = 0.95): ActionPromise<PartialResult<BoundedDouble>> {
    return ActionPromise.of(async () => new PartialResult(BoundedDouble.exactly(await this.count())));
  }

  /** How often each value comes, as a `PartialResult` that is final at once: exact, whatever time-out is given. */
  countByValueApprox(_timeoutMs: number, _confidence = 0.95): ActionPromise<PartialResult<JMap<T, BoundedDouble>>> {
    return ActionPromise.of(async () => {
      const exact = new JMap<T, BoundedDouble>();
      for (const [value, n] of await rddOps.countByValuePairs(this.rdd()))
        exact.set(value as T, BoundedDouble.exactly(n));
      return new PartialResult(exact);
    });
  }

  /** How many different records there are. */
  countApproxDistinct(_relativeSD = 0.05): ActionPromise<number> {
    const rdd: Rdd = this.rdd();
    return rddOps.count(rddOps.distinct(rdd, new HashPartitioner(rdd.partitionCount)));
  }

  // --- as promises, which all actions here are ---

  /** As `collect()`, which gives a promise itself. */
  collectAsync(): ActionPromise<JList<T>> {
    return this.collect();
  }

  /** As `count()`, which gives a promise itself. */
  countAsync(): ActionPromise<number> {
    return this.count();
  }

  /** As `take(num)`, which gives a promise itself. */
  takeAsync(num: number): ActionPromise<JList<T>> {
    return ActionPromise.of(async () => new JList(await rddOps.take(this.rdd(), num, 'takeAsync')) as JList<T>);
  }

  /** As `foreach(f)`, which gives a promise itself. */
  foreachAsync<U>(f: SyncVFn<T, U>): ActionPromise<void> {
    return rddOps.foreach(this.rdd(), toLambda(f, 'foreachAsync'), 'foreachAsync');
  }

  /** As `foreachPartition(f)`, which gives a promise itself. */
  foreachPartitionAsync(f: VFn<JIterator<T>>): ActionPromise<void> {
    return eachPartition(this.rdd(), f, 'foreachPartitionAsync');
  }
}
