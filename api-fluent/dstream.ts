import {
  type AnyFunction,
  checkFunction,
  DStreamsError,
  fluentText,
  pythonText,
  Rdd,
  STREAM,
  rddOps,
  type State,
  type StorageLevelLike,
  StorageLevels,
  type StreamEngine,
  saveOps,
  streamOps,
  type StreamRef,
  type TextShape,
  Time,
  printAsText,
  refOf,
  wrongArgument,
} from '../core/internal.ts';
import { linesPlan, pairsPlan, type SaveOptions } from './files.ts';
import {
  eachIterator,
  ms,
  overIterator,
  overIteratorWithIndex,
  partitionerFrom,
  splitOptions,
  partitionUpdate,
} from './arguments.ts';
import { checkOptions, isOptions } from './check-options.ts';
import type { Preserves } from './pair-types.ts';
import { coreRdd, fluentRdd } from './rdd.ts';
import type { SparkContext } from './rdd-types.ts';
import { joinedShape, pythonTime } from './shapes.ts';
import type { StreamingContext, Batch, PairDStream } from './types.ts';
import type { DurationLike } from './option-types.ts';

/** Nothing said leaves it to the operation: `mapValues` keeps keys where they are, `map` may not. */
function preservation(preserves: Preserves | undefined, where: string) {
  if (preserves === undefined || preserves === null) return {};
  if (typeof preserves === 'boolean') return { preservesPartitioning: preserves };
  checkOptions(preserves, PRESERVES, where);
  return preserves;
}

const PRESERVES = ['preservesPartitioning'];
const DIALECT = 'array';

/** What a stream has to know of its context. */
export interface StreamOwner {
  readonly context: StreamingContext;
  readonly engine: StreamEngine;
  readonly sparkContext: SparkContext;
}

/** Stream functions of data sets are given ours in place of core's. */
export function overRdds(f: AnyFunction, operator: string, sc: SparkContext) {
  if (typeof f !== 'function') checkFunction(f, operator);
  return (rdds: readonly Rdd[], timeMs: number): Rdd | Promise<Rdd> => {
    const result: unknown = f(
      rdds.map((rdd) => fluentRdd(rdd, sc)),
      new Time(timeMs),
    );
    return result instanceof Promise ? result.then(coreRdd) : coreRdd(result);
  };
}

/** What `PairDStream` and `DStream` are at run time: one class, which the types show in two. Each method adds a node. */
class FluentStream implements Record<keyof PairDStream<unknown, unknown>, unknown> {
  readonly [STREAM]: StreamRef;

  constructor(
    private readonly ref: StreamRef,
    private readonly owner: StreamOwner,
    /** How records print: pairs and lists are both arrays (decision 27). */
    private readonly shape: TextShape | undefined,
  ) {
    this[STREAM] = ref;
  }

  toString() {
    return this.ref.graph.textOf(this.ref.node.id, 'DStream');
  }
  map(f: AnyFunction, preserves?: Preserves) {
    return this.narrow('map', [f], undefined, preserves);
  }
  filter(f: AnyFunction) {
    return this.next(streamOps.narrow(this.ref, 'filter', 'filter', [f], DIALECT), this.shape);
  }
  flatMap(f: AnyFunction, preserves?: Preserves) {
    return this.narrow('flatMap', [f], undefined, preserves);
  }
  mapPartitions(f: AnyFunction, preserves?: Preserves) {
    return this.narrow('mapPartitions', [overIterator(f, 'mapPartitions')], undefined, preserves);
  }
  mapPartitionsWithIndex(f: AnyFunction, preserves?: Preserves) {
    const name = 'mapPartitionsWithIndex';
    const fn = overIteratorWithIndex(f, name);
    return this.next(streamOps.narrow(this.ref, name, 'mapPartitions', [fn], DIALECT, preservation(preserves, name)));
  }
  mapAsync(f: AnyFunction, options?: { concurrency?: number; ordered?: boolean } | null) {
    checkOptions(options, ['concurrency', 'ordered'], 'mapAsync');
    return this.next(streamOps.mapAsync(this.ref, f, options ?? {}, DIALECT));
  }
  glom() {
    return this.next(streamOps.narrow(this.ref, 'glom', 'glom', [], DIALECT), { kind: 'list', of: this.shape });
  }
  repartition(n: number) {
    return this.next(streamOps.repartition(this.ref, n, DIALECT), this.shape);
  }
  union(...others: FluentStream[]) {
    return this.next(streamOps.union([this.ref, ...others.map((other) => refOf(other, 'union'))]), this.shape);
  }
  count() {
    return this.next(streamOps.count(this.ref, this.owner.engine.sc));
  }
  reduce(f: AnyFunction) {
    return this.next(streamOps.reduce(this.ref, f), this.shape);
  }
  countByValue(partitions?: unknown) {
    const counted = streamOps.countByValue(this.ref, this.partitioner(partitions, 'countByValue'), DIALECT);
    return this.next(counted, { kind: 'pair', key: this.shape });
  }
  transform(f: AnyFunction) {
    checkFunctionOrAsync(f, 'transform');
    const fn = overRdds(([rdd]: readonly unknown[], time: Time) => f(rdd, time), 'transform', this.owner.sparkContext);
    return this.next(streamOps.transform([this.ref], fn));
  }
  window(windowDuration: DurationLike, slideDuration?: DurationLike) {
    const { windowMs, slideMs } = this.span('window', windowDuration, slideDuration);
    return this.next(streamOps.window(this.ref, windowMs, slideMs), this.shape);
  }
  transformWith(first: unknown, second: unknown) {
    const [other, f] = typeof first === 'function' ? [second, first] : [first, second];
    checkFunctionOrAsync(f, 'transformWith');
    const call = ([a, b]: readonly unknown[], time: Time): unknown => (f as AnyFunction)(a, b, time);
    const fn = overRdds(call, 'transformWith', this.owner.sparkContext);
    return this.next(streamOps.transform([this.ref, refOf(other, 'transformWith')], fn));
  }
  countByWindow(windowDuration: DurationLike, slideDuration: DurationLike) {
    return this.next(streamOps.countByWindow(this.ref, this.span('countByWindow', windowDuration, slideDuration)));
  }
  reduceByWindow(f: AnyFunction, second: unknown, third: DurationLike, fourth?: DurationLike) {
    const operator = 'reduceByWindow';
    if (!mayBeInverse(second)) {
      const span = this.span(operator, second as DurationLike, third);
      return this.next(streamOps.reduceByWindow(this.ref, f, span), this.shape);
    }
    const span = this.span(operator, third, fourth);
    const reduced =
      second === null
        ? streamOps.reduceByWindow(this.ref, f, span)
        : streamOps.reduceByInverseWindow(this.ref, f, second, span);
    return this.next(reduced, this.shape);
  }
  countByValueAndWindow(windowDuration: DurationLike, slideDuration: DurationLike, partitions?: unknown) {
    const operator = 'countByValueAndWindow';
    const span = this.span(operator, windowDuration, slideDuration);
    const partitioner = this.partitioner(partitions, operator);
    const counted = streamOps.countByValueAndWindow(this.ref, span, partitioner, DIALECT);
    return this.next(counted, { kind: 'pair', key: this.shape });
  }

  reduceByKey(f: AnyFunction, partitions?: unknown) {
    const reduced = streamOps.reduceByKey(this.ref, f, this.partitioner(partitions, 'reduceByKey'), DIALECT);
    return this.next(reduced, { kind: 'pair', key: this.keyShape, value: this.valueShape });
  }
  groupByKey(partitions?: unknown) {
    const grouped = streamOps.groupByKey(this.ref, this.partitioner(partitions, 'groupByKey'), DIALECT);
    return this.next(grouped, { kind: 'pair', key: this.keyShape, value: { kind: 'list', of: this.valueShape } });
  }
  combineByKey(
    createCombiner: AnyFunction,
    mergeValue: AnyFunction,
    mergeCombiners: AnyFunction,
    partitions?: unknown,
    options: { mapSideCombine?: boolean } = {},
  ) {
    checkOptions(options, ['mapSideCombine'], 'combineByKey');
    const { mapSideCombine } = options;
    const combiner = { createCombiner, mergeValue, mergeCombiners, mapSideCombine: mapSideCombine ?? true };
    const combined = streamOps.combineByKey(this.ref, combiner, this.partitioner(partitions, 'combineByKey'), DIALECT);
    return this.next(combined, { kind: 'pair', key: this.keyShape });
  }
  mapValues(f: AnyFunction) {
    return this.narrow('mapValues', [f], { kind: 'pair', key: this.keyShape });
  }
  flatMapValues(f: AnyFunction) {
    return this.narrow('flatMapValues', [f], { kind: 'pair', key: this.keyShape });
  }
  partitionBy(partitions: unknown, partitioner?: AnyFunction) {
    const parts = partitioner === undefined ? partitions : { numPartitions: partitions, partitioner };
    return this.next(streamOps.partitionBy(this.ref, this.partitioner(parts, 'partitionBy'), DIALECT), this.shape);
  }
  join(other: unknown, partitions?: unknown) {
    return this.joined('join', other, partitions);
  }
  leftOuterJoin(other: unknown, partitions?: unknown) {
    return this.joined('leftOuterJoin', other, partitions);
  }
  rightOuterJoin(other: unknown, partitions?: unknown) {
    return this.joined('rightOuterJoin', other, partitions);
  }
  fullOuterJoin(other: unknown, partitions?: unknown) {
    return this.joined('fullOuterJoin', other, partitions);
  }
  cogroup(other: unknown, partitions?: unknown) {
    return this.joined('cogroup', other, partitions);
  }
  groupByKeyAndWindow(windowDuration: DurationLike, slide?: unknown, partitions?: unknown) {
    const { span, partitioner } = this.windowOf('groupByKeyAndWindow', windowDuration, slide, partitions);
    const grouped = streamOps.groupByKeyAndWindow(this.ref, span, partitioner, DIALECT);
    return this.next(grouped, { kind: 'pair', key: this.keyShape, value: { kind: 'list', of: this.valueShape } });
  }
  reduceByKeyAndWindow(f: AnyFunction, ...rest: unknown[]) {
    const name = 'reduceByKeyAndWindow';
    const inverse = mayBeInverse(rest[0]) ? (rest.shift() as AnyFunction | null) : null;
    const [windowDuration, slide, partitions, lastFilter] = rest;
    const { span, partitioner, filter } = this.windowOf(
      name,
      windowDuration as DurationLike,
      slide,
      partitions,
      lastFilter,
    );
    if (inverse === null && filter !== undefined) {
      throw new DStreamsError(
        'OPTIONS_INVALID',
        `${name}: a filter goes with an inverse function. Without one keys leave by themselves: use .filter(…) after it.`,
      );
    }
    const reduced =
      inverse === null
        ? streamOps.reduceByKeyAndWindow(this.ref, f, span, partitioner, DIALECT)
        : streamOps.reduceByKeyAndInverseWindow(this.ref, f, inverse, filter, span, partitioner, DIALECT);
    return this.next(reduced, { kind: 'pair', key: this.keyShape, value: this.valueShape });
  }
  updateStateByKey(f: AnyFunction, argument?: unknown, initialState?: unknown) {
    const { partitions, options } = splitOptions(
      argument,
      ['initial', 'initialRDD', 'stateVersion', 'migrate', 'rememberPartitioner'],
      'updateStateByKey',
    );
    const initial = initialState ?? options.initial ?? options.initialRDD;
    const spec = this.stateOptions('updateStateByKey', partitions, { ...options, initial });
    const { rememberPartitioner: remembers } = options;
    const state =
      remembers === undefined
        ? streamOps.updateStateByKey(this.ref, f, spec)
        : streamOps.updateStateByPartition(this.ref, partitionUpdate(f), remembers === true, spec);
    return this.next(state, { kind: 'pair', key: this.keyShape });
  }
  mapWithState(f: AnyFunction, argument?: unknown): FluentMapWithState {
    checkFunction(f, 'mapWithState');
    const { partitions, options } = splitOptions(
      argument,
      ['initial', 'timeout', 'stateVersion', 'migrate'],
      'mapWithState',
    );
    const { timeout } = options;
    const timeoutMs = timeout === undefined ? undefined : ms(timeout as DurationLike, 'the time-out of mapWithState');
    let time = new Time(0);
    const fn = (timeMs: number, key: unknown, value: unknown, state: State<unknown>): unknown => {
      if (time.milliseconds() !== timeMs) time = new Time(timeMs);
      return f(key, value, state, time);
    };
    const spec = this.stateOptions('mapWithState', partitions, options);
    const { mapped, snapshots } = streamOps.mapWithState(this.ref, fn, timeoutMs, spec);
    return new FluentMapWithState(mapped, this.owner, snapshots, this.keyShape);
  }
  keys() {
    return this.narrow('keys', [], this.keyShape);
  }
  values() {
    return this.narrow('values', [], this.valueShape);
  }

  persist(level: StorageLevelLike = StorageLevels.MEMORY_ONLY_SER) {
    this.ref.graph.persist(this.ref.node, level);
    return this;
  }
  cache() {
    return this.persist();
  }
  checkpoint(interval: DurationLike) {
    this.ref.graph.checkpointEvery(this.ref.node, ms(interval, 'the interval of checkpoint'));
    return this;
  }
  uid(name: string) {
    this.ref.graph.setUid(this.ref.node, name);
    return this;
  }
  context() {
    return this.owner.context;
  }
  slice(from: Time | Date | number, to: Time | Date | number) {
    const { engine, sparkContext } = this.owner;
    return engine
      .slice(this.ref.node, timeMs(from), timeMs(to))
      .then((rdds) => rdds.map((rdd) => fluentRdd(rdd, sparkContext)));
  }

  print(num?: number | { num?: number }) {
    streamOps.print(
      this.ref,
      countOf(num, 'print'),
      (record) => fluentText(record, this.shape),
      this.owner.engine.sc.write,
    );
  }
  saveAsTextFiles(prefix: string | null, named?: string | null | { suffix?: string | null }, ...more: unknown[]) {
    const where = 'saveAsTextFiles';
    checkNoMore(more, where);
    if (isOptions(named)) checkOptions(named, ['suffix'], where);
    const suffix = (isOptions(named) ? named.suffix : named) ?? null;
    this.saveFiles(where, prefix, suffix, linesPlan(this.shape));
  }
  saveAsObjectFiles(prefix: string | null, suffix: string | null = null, ...more: unknown[]) {
    checkNoMore(more, 'saveAsObjectFiles');
    this.saveFiles('saveAsObjectFiles', prefix, suffix, saveOps.objectPlan());
  }
  saveAsHadoopFiles(prefix: string | null, suffix: string | null = null, options: SaveOptions = {}) {
    const name = 'saveAsHadoopFiles';
    this.saveFiles(name, prefix, suffix, pairsPlan(this.owner.engine.sc, options, false, name));
  }
  saveAsNewAPIHadoopFiles(prefix: string | null, suffix: string | null = null, options: SaveOptions = {}) {
    const name = 'saveAsNewAPIHadoopFiles';
    this.saveFiles(name, prefix, suffix, pairsPlan(this.owner.engine.sc, options, true, name));
  }
  private saveFiles(name: string, prefix: string | null, suffix: string | null, plan: saveOps.PlanSpec) {
    streamOps.saveFiles(this.ref, name, prefix, suffix, plan, this.owner.engine.sc.files);
  }
  pprint(num?: number | { num?: number }) {
    const textOf = (record: unknown) => pythonText(record, this.shape);
    streamOps.print(this.ref, countOf(num, 'pprint'), textOf, this.owner.engine.sc.write, pythonTime, 'pprint');
  }
  foreachRDD(f: AnyFunction) {
    this.output('foreachRDD', f);
  }
  foreach(f: AnyFunction) {
    this.output('foreach', f);
  }
  foreachPartition(f: AnyFunction) {
    streamOps.foreachPartition(this.ref, eachIterator(f));
  }
  batches(): AsyncIterableIterator<Batch<unknown>> {
    const { engine } = this.owner;
    return streamOps.batches(this.ref, {
      make: (timeMs, values) => ({ time: new Time(timeMs), values }),
      ended: () => engine.awaitTermination(),
      halted: engine.halted,
    });
  }

  protected next(ref: StreamRef, shape?: TextShape): FluentStream {
    return new FluentStream(ref, this.owner, shape);
  }
  private narrow(
    op: Parameters<typeof streamOps.narrow>[2],
    fns: AnyFunction[],
    shape?: TextShape,
    preserves?: Preserves,
  ): FluentStream {
    return this.next(streamOps.narrow(this.ref, op, op, fns, DIALECT, preservation(preserves, op)), shape);
  }
  private partitioner(partitions: unknown, operator: string) {
    return partitionerFrom(partitions, this.owner.engine.sc, operator);
  }
  private joined(emit: Parameters<typeof streamOps.cogroup>[1], other: unknown, partitions: unknown): FluentStream {
    const refs = [this.ref, refOf(other, emit)];
    const joined = streamOps.cogroup(refs, emit, this.partitioner(partitions, emit), DIALECT);
    const right = other instanceof FluentStream ? other.valueShape : undefined;
    return this.next(joined, { kind: 'pair', key: this.keyShape, value: joinedShape(emit, this.valueShape, right) });
  }
  /** Without a slide: the stream's own. */
  private span(operator: string, windowDuration: DurationLike, slideDuration: DurationLike | undefined) {
    const windowMs = ms(windowDuration, `the window duration of ${operator}`);
    const slideMs =
      slideDuration === undefined || slideDuration === null
        ? this.ref.node.slideMs
        : ms(slideDuration, `the slide duration of ${operator}`);
    return { windowMs, slideMs };
  }
  /** Slide, partitions and filter of a window, each in its place or by name. */
  private windowOf(
    name: string,
    windowDuration: DurationLike,
    slide: unknown,
    partitions: unknown,
    lastFilter?: unknown,
  ) {
    const named = isOptions(slide) ? slide : isOptions(partitions) ? partitions : undefined;
    const split = splitOptions(named, ['slideDuration', 'filter', 'filterFunc'], name);
    const slideDuration = isOptions(slide) ? split.options.slideDuration : (slide ?? split.options.slideDuration);
    const partitioner = this.partitioner(
      isOptions(partitions) || isOptions(slide) ? split.partitions : partitions,
      name,
    );
    return {
      span: this.span(name, windowDuration, slideDuration as DurationLike | undefined),
      partitioner,
      filter: (lastFilter ?? split.options.filter ?? split.options.filterFunc ?? undefined) as AnyFunction | undefined,
    };
  }
  private stateOptions(
    name: string,
    partitions: unknown,
    { initial, stateVersion, migrate }: { initial?: unknown; stateVersion?: unknown; migrate?: unknown },
  ) {
    return {
      stateVersion: stateVersion as number | undefined,
      migrate,
      partitioner: this.partitioner(partitions, name),
      dialect: DIALECT,
      initial: initial === undefined || initial === null ? undefined : this.initialRdd(name, initial),
    } as const;
  }
  private initialRdd(name: string, initial: unknown): Rdd {
    const rdd = coreRdd(initial);
    if (rdd instanceof Rdd) return rdd;
    if (typeof initial === 'object' && Symbol.iterator in Object(initial)) {
      return rddOps.parallelize(this.owner.engine.sc, initial as Iterable<unknown>);
    }
    throw new DStreamsError(
      'OPTIONS_INVALID',
      `${name}: the initial state must be an RDD or an iterable of [key, state] pairs.`,
    );
  }
  private output(name: string, f: AnyFunction): void {
    checkFunctionOrAsync(f, name);
    const { sparkContext } = this.owner;
    streamOps.output(this.ref, name, (rdd, timeMs) => f(fluentRdd(rdd, sparkContext), new Time(timeMs)), f);
  }
  private get keyShape(): TextShape | undefined {
    return this.shape?.kind === 'pair' ? this.shape.key : undefined;
  }
  private get valueShape(): TextShape | undefined {
    return this.shape?.kind === 'pair' ? this.shape.value : undefined;
  }
}

/** The stream of a `mapWithState`, which knows the state beside it. */
class FluentMapWithState extends FluentStream {
  private snapshots: FluentStream | undefined;

  constructor(
    ref: StreamRef,
    owner: StreamOwner,
    private readonly state: StreamRef,
    private readonly key: TextShape | undefined,
  ) {
    super(ref, owner, undefined);
  }
  stateSnapshots() {
    this.snapshots ??= this.next(streamOps.stateSnapshots(this.state), { kind: 'pair', key: this.key });
    return this.snapshots;
  }
}

/** How many records to print, in place or by name. */
/** Throws `OPTIONS_INVALID` for what is no time. */
function timeMs(time: Time | Date | number): number {
  const ms = time === null ? Number.NaN : Number(time);
  if (Number.isFinite(ms)) return ms;
  throw wrongArgument('slice', 'a Time, a Date or milliseconds', time);
}

function countOf(num: number | { num?: number } | undefined, where: string): number {
  if (!isOptions(num)) return (num as number | undefined) ?? 10;
  checkOptions(num, ['num'], where);
  return num.num ?? 10;
}

/** Options behind the suffix belong to the outputs of pairs: nobody would look at them here. */
function checkNoMore(more: readonly unknown[], where: string): void {
  const given = more.find((one) => one !== undefined && one !== null);
  if (given !== undefined) throw wrongArgument(where, 'a prefix and a suffix (saveAsHadoopFiles has options)', given);
}

/** An inverse function, or null in its place; a duration is neither. */
const mayBeInverse = (argument: unknown): boolean => typeof argument === 'function' || argument === null;

function checkFunctionOrAsync(f: unknown, operator: string): void {
  if (typeof f !== 'function') checkFunction(f, operator);
}

/** A stream of core as the fluent surface shows it; the caller knows its type. */
export const fluentStream = <S>(ref: StreamRef, owner: StreamOwner, shape?: TextShape): S =>
  new FluentStream(ref, owner, shape) as unknown as S;

export const isFluentStream = (value: unknown): boolean => value instanceof FluentStream;

printAsText(FluentStream);
