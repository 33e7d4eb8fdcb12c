import {
  ActionPromise,
  Duration,
  Interval,
  javaText,
  printAsText,
  JIterator,
  JList,
  type Rdd,
  rddOps,
  saveOps,
  STREAM,
  type StorageLevel,
  StorageLevels,
  streamOps,
  type StreamRef,
  Time,
  wrongArgument,
  refOf,
} from '../core/internal.ts';
import { StreamingContext } from './context-views.ts';
import { type Fn, toLambda, type VFn, type VFn2 } from './functions.ts';
import { linesPlan } from './hadoop.ts';
import { streamEngineOf, TUPLE } from './partitions.ts';
import { msOf, windowOf } from './windows.ts';

/** A stream of either surface: it carries its place in the graph. */
export interface AnyStream {
  readonly [STREAM]: object;
}

/** What the values of a stream are: known when it is made, but for what `transform` gives. */
export type StreamKind = 'values' | 'pairs' | 'either';

/**
 * What streams of values and of pairs have in common, but for what changes the kind. `T`: its records, `R`: the kind of
 * its data sets, `S`: the kind of stream that operations which keep the kind return. All operations are lazy.
 */
export abstract class StreamBase<T, R, S> implements AnyStream {
  readonly [STREAM]: StreamRef;
  /** @internal What `instanceof` and `union` tell streams of values and of pairs apart by. */
  readonly kind: StreamKind;

  /** @internal */
  constructor(ref: StreamRef, kind: StreamKind) {
    this[STREAM] = ref;
    this.kind = kind;
  }

  /** `JavaDStream[2] at map (uid …)`: its number in `explain()`, and the operation that made it. */
  toString(): string {
    const { graph, node } = this[STREAM];
    return graph.textOf(node.id, this.constructor.name);
  }

  /** A stream of this kind at another place of the graph. */
  protected abstract derived(ref: StreamRef): S;

  /** A data set of this stream's kind. */
  abstract wrapRDD(rdd: Rdd): R;

  /** The stream without its Java face: here the same object, which both surfaces take. */
  dstream(): this {
    return this;
  }

  /** The context that the stream belongs to. */
  context(): StreamingContext {
    return new StreamingContext(streamEngineOf(this[STREAM]));
  }

  /** How far apart its batches are: the batch duration, or a window's slide. */
  slideDuration(): Duration {
    return new Duration(this[STREAM].node.slideMs);
  }

  /** The records for which `f` is true. */
  filter(f: Fn<T, boolean>): S {
    return this.derived(streamOps.narrow(this[STREAM], 'filter', 'filter', [toLambda(f, 'filter')], TUPLE));
  }

  /** Exactly `numPartitions` partitions, by a shuffle. */
  repartition(numPartitions: number): S {
    return this.derived(streamOps.repartition(this[STREAM], numPartitions, TUPLE));
  }

  /** Partitions of both, side by side. */
  union(that: S & AnyStream): S {
    return this.derived(streamOps.union([this[STREAM], refOf(that, 'union')]));
  }

  /** The batches of the last `windowDuration`, every `slideDuration` (default: this stream's own). Both: multiples of it. */
  window(windowDuration: Duration, slideDuration?: Duration): S {
    const { windowMs, slideMs } = windowOf(this[STREAM], 'window', windowDuration, slideDuration);
    return this.derived(streamOps.window(this[STREAM], windowMs, slideMs));
  }

  /** `persist()`: serialized, in memory. */
  cache(): this {
    return this.persist();
  }

  /**
   * Keeps the partitions of each batch after their first computation, for as long as an operator needs them. Default:
   * `MEMORY_ONLY_SER`. Throws `STORAGE_LEVEL_FIXED` after the start.
   */
  persist(level: StorageLevel = StorageLevels.MEMORY_ONLY_SER): this {
    this[STREAM].graph.persist(this[STREAM].node, level);
    return this;
  }

  /** Saves the data sets every `interval`, a multiple of the slide. Also persists, serialized, as in Spark. */
  checkpoint(interval: Duration): this {
    this[STREAM].graph.checkpointEvery(this[STREAM].node, msOf(interval, 'checkpoint', 'interval'));
    return this;
  }

  /** Names the stream: in errors, `explain()`, and as the name of its state in checkpoints. */
  uid(name: string): this {
    this[STREAM].graph.setUid(this[STREAM].node, name);
    return this;
  }

  // --- output ---

  /** Prints the first `num` records of each batch, in the guide's form. */
  print(num = 10): void {
    streamOps.print(this[STREAM], num, javaText, streamEngineOf(this[STREAM]).sc.write);
  }

  /** Each batch as a directory of text files, `prefix-<ms>.suffix`, as Java prints the records; see semantics §5. */
  saveAsTextFiles(prefix: string | null, suffix: string | null = null): void {
    this.saveFiles('saveAsTextFiles', prefix, suffix, linesPlan());
  }

  /** Each batch as a directory of object files, which `sc.objectFile` reads: records that the codec keeps. */
  saveAsObjectFiles(prefix: string | null, suffix: string | null = null): void {
    this.saveFiles('saveAsObjectFiles', prefix, suffix, saveOps.objectPlan());
  }

  /** @internal */
  protected saveFiles(name: string, prefix: string | null, suffix: string | null, plan: saveOps.PlanSpec): void {
    streamOps.saveFiles(this[STREAM], name, prefix, suffix, plan, streamEngineOf(this[STREAM]).sc.files);
  }

  /** Calls `f(rdd, time)` for each batch, in the driver; a promise ends the job when it settles. */
  foreachRDD(f: VFn2<R, Time>): void {
    this.eachRdd('foreachRDD', f);
  }

  /** The guide's name of `foreachRDD`. */
  foreach(f: VFn2<R, Time>): void {
    this.eachRdd('foreach', f);
  }

  private eachRdd(name: string, f: VFn2<R, Time>): void {
    const each = toLambda(f, name, { mayWait: true });
    streamOps.output(this[STREAM], name, (rdd, timeMs) => each(this.wrapRDD(rdd), new Time(timeMs)), f);
  }

  /** Calls `f` once per partition and batch where the partition lies: on the executors. It may be async. */
  foreachPartition(f: VFn<JIterator<T>>): void {
    const each = toLambda(f, 'foreachPartition', { mayWait: true });
    const lists = streamOps.narrow(this[STREAM], 'foreachPartition', 'glom', [], TUPLE);
    const one = (records: readonly T[]): unknown => each(new JIterator(records));
    materialize(streamOps.mapAsync(lists, one, { concurrency: 1 }, TUPLE), 'foreachPartition');
  }

  /** Makes the stream an output: each batch computes it, and drops the result. */
  register(): void {
    materialize(this[STREAM], 'register');
  }

  /** The data set of the batch at `time`, null where there is none. Throws `STREAM_NOT_INITIALIZED` before `start()`. */
  compute(time: Time): R | null | PromiseLike<R | null> {
    const { node } = this[STREAM];
    const ms = timeOf(time, 'compute');
    const rdds = streamEngineOf(this[STREAM]).slice(node, ms, ms);
    return ActionPromise.of(async () => {
      const [rdd] = await rdds;
      return rdd === undefined ? null : this.wrapRDD(rdd);
    });
  }

  /** The data sets of the batches in [from, to], both ends included. */
  slice(interval: Interval): ActionPromise<JList<R>>;
  slice(from: Time, to: Time): ActionPromise<JList<R>>;
  slice(from: Time | Interval, to?: Time): ActionPromise<JList<R>> {
    const [first, last] = from instanceof Interval ? [from.beginTime(), from.endTime()] : [from, to];
    const { node } = this[STREAM];
    const rdds = streamEngineOf(this[STREAM]).slice(node, timeOf(first, 'slice'), timeOf(last, 'slice'));
    return ActionPromise.of(async () => new JList((await rdds).map((rdd) => this.wrapRDD(rdd))));
  }
}

printAsText(StreamBase);

/** A tag of Scala's: accepted where Java code passes one, never looked at. */
export type ClassTag = unknown;

function timeOf(time: unknown, operation: string): number {
  if (time instanceof Time) return time.milliseconds();
  throw wrongArgument(operation, 'a Time', time);
}

function materialize(ref: StreamRef, name: string): void {
  streamOps.output(ref, name, (rdd) => rddOps.count(rdd));
}
