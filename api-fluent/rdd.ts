import {
  type AnyFunction,
  type ClassName,
  fluentText,
  HashPartitioner,
  KeyTable,
  type Partitioner,
  Rdd,
  rddOps,
  saveOps,
  SequenceFileOutputFormat,
  SHUFFLES,
  type ShuffleMode,
  type SparkCore,
  type StatCounter,
  StorageLevels,
  type StorageLevelLike,
  printAsText,
  wrongArgument,
} from '../core/internal.ts';
import { eachIterator, overIterator, overIterators, overIteratorWithIndex, partitionerFrom } from './arguments.ts';
import { checkOptions } from './check-options.ts';
import { coreOfRdd, linesPlan, pairsPlan, type SaveOptions, settings } from './files.ts';
import type { Preserves } from './pair-types.ts';
import type { PairRDD, SparkContext } from './rdd-types.ts';
import { shellWords } from './shell-words.ts';

const DIALECT = 'array';
const CORE = Symbol('core');

/** What `PairRDD` and `RDD` are at run time: one class, which the types show in two. */
class FluentRdd implements Record<keyof PairRDD<unknown, unknown>, unknown> {
  readonly [CORE]: Rdd;

  constructor(
    rdd: Rdd,
    private readonly sc: SparkContext,
  ) {
    this[CORE] = rdd;
  }

  map(f: AnyFunction, preserves?: Preserves) {
    return this.narrow('map', [f], preserves);
  }
  filter(f: AnyFunction) {
    return this.narrow('filter', [f]);
  }
  flatMap(f: AnyFunction, preserves?: Preserves) {
    return this.narrow('flatMap', [f], preserves);
  }
  mapPartitions(f: AnyFunction, preserves?: Preserves) {
    return this.narrow('mapPartitions', [overIterator(f, 'mapPartitions')], preserves);
  }
  mapPartitionsWithIndex(f: AnyFunction, preserves?: Preserves) {
    return this.withIndex('mapPartitionsWithIndex', f, preserves);
  }
  mapPartitionsWithSplit(f: AnyFunction, preserves?: Preserves) {
    return this.withIndex('mapPartitionsWithSplit', f, preserves);
  }
  glom() {
    return this.narrow('glom', []);
  }
  keys() {
    return this.narrow('keys', []);
  }
  values() {
    return this.narrow('values', []);
  }
  keyBy(f: AnyFunction) {
    return this.narrow('keyBy', [f]);
  }
  mapValues(f: AnyFunction) {
    return this.narrow('mapValues', [f]);
  }
  flatMapValues(f: AnyFunction) {
    return this.narrow('flatMapValues', [f]);
  }
  union(...others: FluentRdd[]) {
    return this.wrap(rddOps.union([this[CORE], ...others.map((other) => otherRdd(other, 'union'))]));
  }
  distinct(partitions?: unknown) {
    return this.wrap(
      rddOps.distinct(this[CORE], this.ofRecords(partitions, this.partitionerFor(partitions, 'distinct'))),
    );
  }
  subtract(other: FluentRdd, partitions?: unknown) {
    const partitioner = this.ofRecords(partitions, this.partitionerOfThis(partitions, 'subtract'));
    return this.wrap(rddOps.subtract(this[CORE], otherRdd(other, 'subtract'), partitioner));
  }
  intersection(other: FluentRdd, partitions?: unknown) {
    const partitioner = this.ofRecords(partitions, this.partitionerOfBoth(other, partitions, 'intersection'));
    return this.wrap(rddOps.intersection(this[CORE], otherRdd(other, 'intersection'), partitioner));
  }
  cartesian(other: FluentRdd) {
    return this.wrap(rddOps.cartesian(this[CORE], otherRdd(other, 'cartesian'), DIALECT));
  }
  zip(other: FluentRdd) {
    return this.wrap(rddOps.zip(this[CORE], otherRdd(other, 'zip'), DIALECT));
  }
  zipPartitions(other: FluentRdd, f: AnyFunction) {
    return this.wrap(
      rddOps.mergePartitions(
        [this[CORE], otherRdd(other, 'zipPartitions')],
        overIterators(f, 'zipPartitions'),
        DIALECT,
      ),
    );
  }
  zipWithIndex() {
    return this.wrap(rddOps.zipWithIndex(this[CORE], DIALECT));
  }
  zipWithUniqueId() {
    return this.wrap(rddOps.zipWithUniqueId(this[CORE], DIALECT));
  }
  sample(withReplacement: boolean, fraction: number, seed = rddOps.defaultSeed(this[CORE])) {
    return this.wrap(rddOps.sample(this[CORE], withReplacement, fraction, seed));
  }
  randomSplit(weights: readonly number[], seed = rddOps.defaultSeed(this[CORE])) {
    return rddOps.randomSplit(this[CORE], weights, seed).map((part) => this.wrap(part));
  }
  sampleByKey(withReplacement: boolean, fractions: Fractions, seed = rddOps.defaultSeed(this[CORE])) {
    if (typeof fractions !== 'object' || fractions === null)
      throw wrongArgument('sampleByKey', 'fractions by key', fractions);
    const pairs = Symbol.iterator in fractions ? fractions : Object.entries(fractions);
    return this.wrap(rddOps.sampleByKey(this[CORE], withReplacement, pairs, seed, DIALECT));
  }
  pipe(command: string | readonly string[], env: Readonly<Record<string, string>> = {}, checkCode = false) {
    const words = typeof command === 'string' ? shellWords(command) : command;
    const options = { command: words, env: Object.entries(env ?? {}), checkCode, textOf: fluentText };
    return this.wrap(rddOps.pipe(this[CORE], options, DIALECT));
  }
  repartitionAndSortWithinPartitions(
    partitions?: unknown,
    partitionFunc?: AnyFunction,
    ascending = true,
    key?: AnyFunction,
  ) {
    const operator = 'repartitionAndSortWithinPartitions';
    const partitioner = this.partitionerFor(withFunction(partitions, partitionFunc), operator);
    const order = key && orderOf(key, operator);
    return this.wrap(rddOps.repartitionAndSortWithinPartitions(this[CORE], partitioner, ascending, DIALECT, order));
  }
  sortBy(key: AnyFunction, ascending = true, partitions?: unknown) {
    return this.sortedBy('sortBy', key, ascending, partitions);
  }
  sortByKey(ascending = true, partitions?: unknown, key?: AnyFunction): FluentRdd {
    const operator = 'sortByKey';
    if (key === undefined) return this.inKeyOrder(operator, ascending, partitions);
    rddOps.checkFunction(key, operator);
    return this.sortedBy(operator, ([k]: readonly unknown[]) => key(k), ascending, partitions);
  }
  coalesce(n: number, shuffle = false) {
    const core = this[CORE];
    return this.wrap(shuffle ? rddOps.repartition(core, n, DIALECT, 'coalesce') : rddOps.coalesce(core, n));
  }
  repartition(n: number) {
    return this.wrap(rddOps.repartition(this[CORE], n, DIALECT));
  }
  groupBy(f: AnyFunction, partitions?: unknown, partitionFunc?: AnyFunction) {
    const keyed = this.narrow('keyBy', [f], undefined, 'groupBy');
    return keyed.byKey('groupBy', SHUFFLES.group, withFunction(partitions, partitionFunc));
  }
  groupByKey(partitions?: unknown, partitionFunc?: AnyFunction) {
    return this.byKey('groupByKey', SHUFFLES.group, withFunction(partitions, partitionFunc));
  }
  reduceByKey(f: AnyFunction, partitions?: unknown, partitionFunc?: AnyFunction) {
    const [fn] = this.slots('reduceByKey', [f]);
    return this.byKey('reduceByKey', SHUFFLES.reduce(fn!), withFunction(partitions, partitionFunc));
  }
  combineByKey(
    createCombiner: AnyFunction,
    mergeValue: AnyFunction,
    mergeCombiners: AnyFunction,
    partitions?: unknown,
    partitionFunc?: AnyFunction,
  ) {
    const fns = [createCombiner, mergeValue, mergeCombiners];
    return this.combined('combineByKey', fns, withFunction(partitions, partitionFunc));
  }
  aggregateByKey(
    zero: unknown,
    seqOp: AnyFunction,
    combOp: AnyFunction,
    partitions?: unknown,
    partitionFunc?: AnyFunction,
  ) {
    return this.aggregated('aggregateByKey', zero, seqOp, combOp, withFunction(partitions, partitionFunc));
  }
  foldByKey(zero: unknown, f: AnyFunction, partitions?: unknown, partitionFunc?: AnyFunction) {
    return this.aggregated('foldByKey', zero, f, f, withFunction(partitions, partitionFunc));
  }
  join(other: FluentRdd, partitions?: unknown) {
    return this.joined('join', other, partitions);
  }
  leftOuterJoin(other: FluentRdd, partitions?: unknown) {
    return this.joined('leftOuterJoin', other, partitions);
  }
  rightOuterJoin(other: FluentRdd, partitions?: unknown) {
    return this.joined('rightOuterJoin', other, partitions);
  }
  fullOuterJoin(other: FluentRdd, partitions?: unknown) {
    return this.joined('fullOuterJoin', other, partitions);
  }
  cogroup(other: FluentRdd, partitions?: unknown) {
    return this.joined('cogroup', other, partitions);
  }
  groupWith(...others: FluentRdd[]) {
    const sides = [this[CORE], ...others.map((other) => otherRdd(other, 'groupWith'))];
    const partitioner = rddOps.jointPartitioner(sides, (this[CORE].ctx as SparkCore).settings.defaultParallelism);
    return this.wrap(rddOps.cogroup(sides, 'cogroup', partitioner, DIALECT, 'groupWith'));
  }
  subtractByKey(other: FluentRdd, partitions?: unknown) {
    return this.cogrouped('subtractByKey', other, this.partitionerOfThis(partitions, 'subtractByKey'));
  }
  partitionBy(partitions: unknown, f?: AnyFunction) {
    const partitioner = this.partitionerFor(withFunction(partitions, f), 'partitionBy');
    if (partitioner.equals(this[CORE].partitioner)) return this;
    return this.wrap(rddOps.shuffle(this[CORE], SHUFFLES.pairs, partitioner, DIALECT, 'partitionBy'));
  }
  persist(level: StorageLevelLike = StorageLevels.MEMORY_ONLY) {
    this[CORE].persist(level);
    return this;
  }
  cache() {
    return this.persist();
  }
  unpersist(_blocking?: boolean) {
    this[CORE].unpersist();
    return this;
  }
  setName(name: string) {
    this[CORE].name = name;
    return this;
  }

  checkpoint() {
    this[CORE].checkpoint();
  }
  isCheckpointed() {
    return this[CORE].checkpointFile !== undefined;
  }
  getCheckpointFile() {
    return this[CORE].checkpointFile;
  }
  localCheckpoint() {
    this[CORE].localCheckpoint();
  }
  isLocallyCheckpointed() {
    return this[CORE].isLocallyCheckpointed;
  }
  getStorageLevel() {
    return this[CORE].storageLevel;
  }
  name() {
    return this[CORE].name;
  }
  toDebugString() {
    return rddOps.debugString(this[CORE]);
  }

  collect() {
    return rddOps.collect(this[CORE]);
  }
  collectWithJobGroup(groupId: string, description: string, interruptOnCancel?: boolean) {
    this.sc.setJobGroup(groupId, description, interruptOnCancel);
    return this.collect();
  }
  count() {
    return rddOps.count(this[CORE]);
  }
  first() {
    return rddOps.first(this[CORE]);
  }
  take(n: number) {
    return rddOps.take(this[CORE], n);
  }
  isEmpty() {
    return rddOps.isEmpty(this[CORE]);
  }
  takeOrdered(n: number, key?: AnyFunction) {
    if (n < 0) throw wrongArgument('takeOrdered', 'a number of records of at least 0', n);
    return rddOps.takeOrdered(this[CORE], n, orderOf(key, 'takeOrdered'));
  }
  top(n: number, key?: AnyFunction) {
    const order = orderOf(key, 'top');
    return rddOps.takeOrdered(this[CORE], n, (a, b) => order(b, a), 'top');
  }
  min(key?: AnyFunction) {
    return rddOps.least(this[CORE], orderOf(key, 'min'), 'min');
  }
  max(key?: AnyFunction) {
    const order = orderOf(key, 'max');
    return rddOps.least(this[CORE], (a, b) => order(b, a), 'max');
  }
  takeSample(withReplacement: boolean, n: number, seed = rddOps.defaultSeed(this[CORE])) {
    return rddOps.takeSample(this[CORE], withReplacement, n, seed);
  }
  toLocalIterator(_prefetchPartitions?: boolean) {
    return rddOps.localIterator(this[CORE]);
  }
  sum() {
    return rddOps.sum(this[CORE]);
  }
  stats() {
    return rddOps.stats(this[CORE]);
  }
  mean() {
    return this.statistic((stats) => stats.mean());
  }
  variance() {
    return this.statistic((stats) => stats.variance());
  }
  stdev() {
    return this.statistic((stats) => stats.stdev());
  }
  sampleVariance() {
    return this.statistic((stats) => stats.sampleVariance());
  }
  sampleStdev() {
    return this.statistic((stats) => stats.sampleStdev());
  }
  histogram(buckets: number | readonly unknown[]) {
    const found = rddOps.histogram(this[CORE], buckets);
    return rddOps.ActionPromise.of(async () => {
      const { buckets: bounds, counts } = await found;
      return [bounds, counts];
    });
  }
  countApprox(_timeoutMs: number, _confidence?: number) {
    return this.count();
  }
  sumApprox(_timeoutMs: number, _confidence?: number) {
    return this.sum();
  }
  meanApprox(_timeoutMs: number, _confidence?: number) {
    return this.mean();
  }
  countApproxDistinct(_relativeSD?: number) {
    return this.distinct().count();
  }
  treeReduce(f: AnyFunction, depth = 2) {
    return rddOps.treeReduce(this[CORE], f, depth);
  }
  treeAggregate(zero: unknown, seqOp: AnyFunction, combOp: AnyFunction, depth = 2) {
    return rddOps.treeAggregate(this[CORE], zero, seqOp, combOp, depth, 'python');
  }
  reduceByKeyLocally(f: AnyFunction) {
    if (this.getNumPartitions() === 0) {
      return rddOps.ActionPromise.of(() => Promise.reject(rddOps.emptyCollection('reduceByKeyLocally')));
    }
    const [fn] = this.slots('reduceByKeyLocally', [f]);
    return this.byKey('reduceByKeyLocally', SHUFFLES.reduce(fn!), undefined).collectAsMap();
  }
  lookup(key: unknown) {
    return rddOps.lookup(this[CORE], key, 'array');
  }
  reduce(f: AnyFunction) {
    return rddOps.reduce(this[CORE], f);
  }
  fold(zero: unknown, f: AnyFunction) {
    return rddOps.aggregate(this[CORE], zero, f, f, 'fold');
  }
  aggregate(zero: unknown, seqOp: AnyFunction, combOp: AnyFunction) {
    return rddOps.aggregate(this[CORE], zero, seqOp, combOp);
  }
  foreach(f: AnyFunction) {
    return rddOps.foreach(this[CORE], f);
  }
  foreachPartition(f: AnyFunction) {
    return rddOps.foreachPartition(this[CORE], eachIterator(f));
  }
  countByValue() {
    return rddOps.ActionPromise.of(async () => new Map(await rddOps.countByValuePairs(this[CORE])));
  }
  countByKey() {
    return this.narrow('keys', [], undefined, 'countByKey').countByValue();
  }
  collectAsMap() {
    return rddOps.ActionPromise.of(async () => {
      const table = new KeyTable();
      const pairs = await rddOps.collectPairs(this[CORE], DIALECT, 'collectAsMap');
      for (const [key, value] of pairs as [unknown, unknown][]) {
        const cell = table.find(key);
        if (cell === undefined) table.add(key, value);
        else cell.v = value;
      }
      return new Map(table.cells.map(({ k, v }) => [k, v]));
    });
  }
  saveAsTextFile(path: string, codec?: ClassName) {
    return this.save('saveAsTextFile', path, linesPlan(undefined, codec));
  }
  saveAsObjectFile(path: string) {
    return this.save('saveAsObjectFile', path, saveOps.objectPlan());
  }
  saveAsHadoopFile(path: string, options: SaveOptions = {}) {
    const name = 'saveAsHadoopFile';
    return this.save(name, path, pairsPlan(coreOfRdd(this[CORE]), options, false, name));
  }
  saveAsNewAPIHadoopFile(path: string, options: SaveOptions = {}) {
    const name = 'saveAsNewAPIHadoopFile';
    return this.save(name, path, pairsPlan(coreOfRdd(this[CORE]), options, true, name));
  }
  saveAsSequenceFile(path: string, codec?: ClassName) {
    const options = { format: SequenceFileOutputFormat, codec };
    const name = 'saveAsSequenceFile';
    return this.save(name, path, pairsPlan(coreOfRdd(this[CORE]), options, false, name));
  }
  saveAsHadoopDataset(conf: SaveOptions['conf']) {
    return this.saveDataset('saveAsHadoopDataset', conf, false);
  }
  saveAsNewAPIHadoopDataset(conf: SaveOptions['conf']) {
    return this.saveDataset('saveAsNewAPIHadoopDataset', conf, true);
  }
  getNumPartitions() {
    return this[CORE].partitionCount;
  }
  get partitioner() {
    return this[CORE].partitioner;
  }
  context() {
    return this.sc;
  }
  id() {
    return this[CORE].id;
  }
  toString() {
    return this[CORE].textAs('RDD');
  }

  private save(label: string, path: string, plan: saveOps.PlanSpec) {
    return saveOps.save(this[CORE], path, plan, coreOfRdd(this[CORE]).files, label);
  }
  private saveDataset(label: string, conf: SaveOptions['conf'], isNewApi: boolean) {
    const all = settings(coreOfRdd(this[CORE]), conf);
    const { path, plan } = saveOps.datasetPlan({ conf: all, dialect: DIALECT, text: { kind: 'fluent' }, isNewApi });
    return this.save(label, path, plan);
  }
  private wrap(rdd: Rdd): FluentRdd {
    return new FluentRdd(rdd, this.sc);
  }
  private statistic(of: (stats: StatCounter) => number) {
    return rddOps.ActionPromise.of(async () => of(await rddOps.stats(this[CORE])));
  }
  private narrow(
    op: Parameters<typeof rddOps.transformRecords>[1],
    fns: AnyFunction[],
    preserves?: Preserves,
    label: string = op,
  ): FluentRdd {
    if (typeof preserves !== 'boolean') checkOptions(preserves, ['preservesPartitioning'], label);
    const keepsKeys = typeof preserves === 'object' ? preserves?.preservesPartitioning : preserves;
    return this.wrap(rddOps.transformRecords(this[CORE], op, fns, DIALECT, keepsKeys, label));
  }
  private withIndex(label: string, f: AnyFunction, preserves?: Preserves): FluentRdd {
    return this.narrow('mapPartitions', [overIteratorWithIndex(f, label)], preserves, label);
  }
  private sortedBy(operator: string, key: AnyFunction, ascending: boolean, partitions: unknown): FluentRdd {
    return this.narrow('keyBy', [key], undefined, operator).inKeyOrder(operator, ascending, partitions).values();
  }
  private inKeyOrder(operator: string, ascending: boolean, partitions: unknown): FluentRdd {
    const n =
      partitions === undefined
        ? Math.max(1, this.defaultPartitions())
        : this.partitionerFor(partitions, operator).numPartitions();
    return this.wrap(rddOps.sortByKey(this[CORE], ascending, n, DIALECT));
  }
  private slots(operator: string, fns: AnyFunction[]) {
    for (const fn of fns) rddOps.checkFunction(fn, operator);
    return rddOps.slotsFor(this[CORE].ctx, [this[CORE]], operator, fns);
  }
  private byKey(operator: string, mode: ShuffleMode, partitions: unknown): FluentRdd {
    return this.wrap(
      rddOps.combineByKey(this[CORE], mode, this.partitionerFor(partitions, operator), DIALECT, operator),
    );
  }
  private combined(operator: string, fns: AnyFunction[], partitions: unknown): FluentRdd {
    const [create, mergeValue, mergeCombiners] = this.slots(operator, fns);
    const mode = {
      kind: 'combine',
      create: create!,
      mergeValue: mergeValue!,
      mergeCombiners: mergeCombiners!,
      mapSide: true,
    } as const;
    return this.byKey(operator, mode, partitions);
  }
  private aggregated(operator: string, zero: unknown, seq: AnyFunction, comb: AnyFunction, partitions: unknown) {
    for (const f of [seq, comb]) rddOps.checkFunction(f, operator);
    const create = (value: unknown) => seq(rddOps.copyOfZero(zero), value);
    return this.combined(operator, [create, seq, comb], partitions);
  }
  /** Default: the data set's own; else `spark.default.parallelism` where it is set, else as many as it has (semantics §13.2). */
  private partitionerFor(partitions: unknown, operator: string): Partitioner {
    const { partitioner, ctx } = this[CORE];
    if (partitions === undefined && partitioner !== undefined) return partitioner;
    if (partitions !== undefined) return partitionerFrom(partitions, ctx, operator);
    return new HashPartitioner(this.defaultPartitions());
  }
  private defaultPartitions(): number {
    const { ctx, partitionCount } = this[CORE];
    return (ctx as SparkCore).settings.defaultParallelism ?? partitionCount;
  }
  /** What takes away leaves records where they are, however many partitions the other one has. */
  private partitionerOfThis(partitions: unknown, operator: string): Partitioner {
    const isGiven = partitions !== undefined && partitions !== null;
    return isGiven ? this.partitionerFor(partitions, operator) : rddOps.ownPartitioner(this[CORE]);
  }
  private partitionerOfBoth(other: FluentRdd, partitions: unknown, operator: string): Partitioner {
    if (partitions !== undefined && partitions !== null) return this.partitionerFor(partitions, operator);
    const sides = [this[CORE], otherRdd(other, operator)];
    return rddOps.jointPartitioner(sides, (this[CORE].ctx as SparkCore).settings.defaultParallelism);
  }
  /** Where whole records are compared: what knows where keys are says nothing of them, unless the program gives it for that. */
  private ofRecords(partitions: unknown, partitioner: Partitioner): Partitioner {
    const isGiven = partitions !== undefined && partitions !== null;
    return isGiven || partitioner instanceof HashPartitioner
      ? partitioner
      : new HashPartitioner(partitioner.numPartitions());
  }
  private joined(emit: Parameters<typeof rddOps.cogroup>[1], other: FluentRdd, partitions: unknown): FluentRdd {
    return this.cogrouped(emit, other, this.partitionerOfBoth(other, partitions, emit));
  }
  private cogrouped(emit: Parameters<typeof rddOps.cogroup>[1], other: FluentRdd, partitioner: Partitioner): FluentRdd {
    return this.wrap(rddOps.cogroup([this[CORE], otherRdd(other, emit)], emit, partitioner, DIALECT, emit));
  }
}

/** PySpark gives the number and the function of the key one after the other. */
const withFunction = (partitions: unknown, partitionFunc: AnyFunction | undefined): unknown =>
  partitionFunc === undefined ? partitions : { numPartitions: partitions, partitionFunc };

type Fractions = Iterable<readonly [unknown, number]> | Readonly<Record<string, number>>;

/** The natural order of records, or of what `key` makes of them. */
function orderOf(key: AnyFunction | undefined, operator: string): (a: unknown, b: unknown) => number {
  if (key === undefined) return rddOps.compareNatural;
  rddOps.checkFunction(key, operator);
  return (a, b) => rddOps.compareNatural(key(a), key(b));
}

/** A data set of core as the fluent surface shows it; the caller knows its type. */
export const fluentRdd = <R>(rdd: Rdd, sc: SparkContext): R => new FluentRdd(rdd, sc) as unknown as R;

/** The data set of core behind one of ours; what is none stays what it is, for core to complain about. */
export const coreRdd = (rdd: unknown): Rdd => (rdd instanceof FluentRdd ? rdd[CORE] : (rdd as Rdd));

/** The data set that an operation is given beside its own. Throws `OPTIONS_INVALID` for anything else. */
export function otherRdd(other: unknown, operation: string): Rdd {
  const rdd = coreRdd(other);
  if (!(rdd instanceof Rdd)) throw wrongArgument(operation, 'an RDD', other);
  return rdd;
}

printAsText(FluentRdd);
