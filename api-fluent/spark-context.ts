import {
  activeCore,
  type Configuration,
  DStreamsError,
  fileOps,
  inputPathOf,
  type InputFormatLike,
  type WritableName,
  machineUser,
  rddOps,
  NUMBERS,
  ruleOf,
  setLogLevel,
  SPARK_VERSION,
  SparkConf,
  SparkCore,
  systemProperties,
  printAsText,
  checkIterable,
  wrongArgument,
} from '../core/internal.ts';
import { overIterator } from './arguments.ts';
import { checkOptions } from './check-options.ts';
import type { SparkContextOptions } from './context-classes.ts';
import { type ReadOptions, settings } from './files.ts';
import type { Hint } from './pair-types.ts';
import { fluentRdd, otherRdd } from './rdd.ts';
import type { PairRDD, RDD, RDDOf, SparkContext as SparkContextType } from './rdd-types.ts';
import { Accumulator, type AccumulatorParam, Broadcast } from './shared-variables.ts';

const views = new WeakMap<SparkCore, FluentSparkContext>();

/** One SparkContext of the fluent surface for each of core. */
export const sparkContextOf = (core: SparkCore): FluentSparkContext => views.get(core) ?? new FluentSparkContext(core);

export function coreOf(sc: unknown): SparkCore | undefined {
  return sc instanceof FluentSparkContext ? sc.core : undefined;
}

/** A configuration with the options in it; the caller's own is left alone. */
export function confOf({ master, appName, conf }: SparkContextOptions): SparkConf {
  const result = conf instanceof SparkConf ? conf.clone() : new SparkConf().setAll(conf ?? {});
  if (master !== undefined) result.setMaster(master);
  if (appName !== undefined) result.setAppName(appName);
  return result;
}

const READ_OPTIONS = ['conf', 'minPartitions'];

/** What `SparkContext` is at run time. */
export class FluentSparkContext implements SparkContextType {
  /** @internal */
  readonly core: SparkCore;
  private readonly added = { files: [] as string[], archives: [] as string[] };

  constructor(first: string | SparkContextOptions | SparkConf | SparkCore = {}, appName?: string) {
    if (typeof first !== 'string') checkOptions(first, ['master', 'appName', 'conf'], 'new SparkContext');
    this.core =
      first instanceof SparkCore
        ? first
        : new SparkCore(
            confOf(
              typeof first === 'string'
                ? { master: first, appName }
                : first instanceof SparkConf
                  ? { conf: first }
                  : first,
            ),
          );
    views.set(this.core, this);
  }

  toString(): string {
    return this.core.toString();
  }

  static getOrCreate(conf?: SparkContextOptions | SparkConf): FluentSparkContext {
    const core = activeCore();
    return core instanceof SparkCore ? sparkContextOf(core) : new FluentSparkContext(conf);
  }

  static setSystemProperty(key: string, value: string): void {
    systemProperties.set(key, value);
  }

  get appName(): string {
    return this.core.settings.appName ?? '';
  }
  get master(): string {
    return this.core.master.text;
  }
  get defaultParallelism(): number {
    return this.core.defaultParallelism;
  }
  get applicationId(): string {
    return `local-${this.startTime}`;
  }
  get startTime(): number {
    return Math.floor(this.core.startMs);
  }
  get uiWebUrl(): null {
    return null;
  }
  sparkUser(): string {
    return machineUser();
  }

  parallelize<T extends Hint>(values: Iterable<T>, numSlices?: number): RDDOf<T> {
    return fluentRdd(rddOps.parallelize(this.core, values, numSlices), this);
  }
  range(first: number, end?: number | null, step = 1, numSlices?: number): RDD<number> {
    const [start, limit] = end === undefined || end === null ? [0, first] : [first, end];
    for (const n of [start, limit, step])
      if (!Number.isSafeInteger(n)) throw wrongArgument('range', 'whole numbers', n);
    if (step === 0) throw new DStreamsError('OPTIONS_INVALID', 'range: the step must not be 0.');
    const length = Math.max(0, Math.ceil((limit - start) / step));
    return fluentRdd(
      rddOps.parallelize(
        this.core,
        Array.from({ length }, (_, i) => start + i * step),
        numSlices,
      ),
      this,
    );
  }
  emptyRDD<T = never>(): RDDOf<T> {
    return fluentRdd(rddOps.sourceRdd(this.core, []), this);
  }
  union<T>(rdds: readonly RDD<T>[]): RDDOf<T> {
    checkIterable(rdds, 'union', 'a list of RDDs');
    return fluentRdd(rddOps.union(Array.from(rdds, (rdd) => otherRdd(rdd, 'union'))), this);
  }
  textFile(path: string, minPartitions?: number, useUnicode = true): RDD<string> {
    checkUnicode(useUnicode, 'textFile');
    return fluentRdd(fileOps.textFile(this.core, path, minPartitions), this);
  }
  wholeTextFiles(path: string, minPartitions?: number, useUnicode = true): PairRDD<string, string> {
    checkUnicode(useUnicode, 'wholeTextFiles');
    return fluentRdd(fileOps.wholeTextFiles(this.core, path, 'array', minPartitions), this);
  }
  binaryFiles(path: string, minPartitions?: number): PairRDD<string, Uint8Array> {
    return fluentRdd(fileOps.binaryFiles(this.core, path, 'array', minPartitions), this);
  }
  binaryRecords(path: string, recordLength: number): RDD<Uint8Array> {
    return fluentRdd(fileOps.binaryRecords(this.core, path, recordLength), this);
  }
  objectFile<T = unknown>(path: string, minPartitions?: number): RDDOf<T> {
    return fluentRdd(fileOps.objectFile(this.core, path, minPartitions), this);
  }
  sequenceFile<K = unknown, V = unknown>(
    path: string,
    options?: { keyClass?: WritableName; valueClass?: WritableName; minPartitions?: number } | null,
  ): PairRDD<K, V> {
    checkOptions(options, ['keyClass', 'valueClass', 'minPartitions'], 'sequenceFile');
    const { minPartitions: splitsMin, ...classes } = options ?? {};
    return fluentRdd(fileOps.sequenceFile(this.core, path, 'array', { ...classes, splitsMin }), this);
  }
  hadoopFile<K = unknown, V = unknown>(
    path: string,
    format: InputFormatLike<K, V>,
    read?: ReadOptions | null,
  ): PairRDD<K, V> {
    checkOptions(read, READ_OPTIONS, 'hadoopFile');
    const { conf, minPartitions: splitsMin } = read ?? {};
    const options = { isNewApi: false, conf: settings(this.core, conf), splitsMin };
    return fluentRdd(fileOps.hadoopFile(this.core, path, format, 'array', options), this);
  }
  newAPIHadoopFile<K = unknown, V = unknown>(
    path: string,
    format: InputFormatLike<K, V>,
    read?: ReadOptions | null,
  ): PairRDD<K, V> {
    checkOptions(read, READ_OPTIONS, 'newAPIHadoopFile');
    const { conf } = read ?? {};
    const options = { isNewApi: true, conf: settings(this.core, conf) };
    return fluentRdd(fileOps.hadoopFile(this.core, path, format, 'array', options), this);
  }
  hadoopRDD<K = unknown, V = unknown>(format: InputFormatLike<K, V>, options?: ReadOptions | null): PairRDD<K, V> {
    return this.hadoopFile(inputPathOf(settings(this.core, options?.conf)), format, options);
  }
  newAPIHadoopRDD<K = unknown, V = unknown>(
    format: InputFormatLike<K, V>,
    options?: ReadOptions | null,
  ): PairRDD<K, V> {
    return this.newAPIHadoopFile(inputPathOf(settings(this.core, options?.conf)), format, options);
  }
  hadoopConfiguration(): Configuration {
    return this.core.hadoopConf;
  }
  broadcast<T>(value: T): Broadcast<T> {
    return new Broadcast(this.core, this.core.broadcast(value));
  }
  accumulator(initial: number): Accumulator<number>;
  accumulator<T extends Hint>(initial: T, param: AccumulatorParam<T>): Accumulator<T>;
  accumulator<T extends Hint>(initial: T, param?: AccumulatorParam<T>): Accumulator<T> {
    if (param === undefined && typeof initial !== 'number') {
      throw new DStreamsError(
        'OPTIONS_INVALID',
        'accumulator: only numbers add up by themselves. Give { zero, addInPlace } as well.',
      );
    }
    const { zero, addInPlace } = param ?? (NUMBERS as unknown as AccumulatorParam<T>);
    const rule = ruleOf({ zero, addInPlace, addAccumulator: addInPlace }, initial);
    return new Accumulator(this.core.accumulator(rule, initial));
  }
  get version(): string {
    return SPARK_VERSION;
  }
  get defaultMinPartitions(): number {
    return Math.min(this.core.defaultParallelism, 2);
  }
  setCheckpointDir(directory: string): void {
    this.core.setCheckpointDir(directory);
  }
  getCheckpointDir(): string | undefined {
    return this.core.checkpoints.directory;
  }
  setLocalProperty(key: string, value: string | null): void {
    if (value === null) this.core.localProperties.delete(key);
    else this.core.localProperties.set(key, value);
  }
  getLocalProperty(key: string): string | undefined {
    return this.core.localProperties.get(key);
  }
  setJobGroup(groupId: string, description: string, _interruptOnCancel = false): void {
    this.setLocalProperty('spark.jobGroup.id', groupId);
    this.setJobDescription(description);
  }
  setJobDescription(description: string | null): void {
    this.setLocalProperty('spark.job.description', description);
  }
  addFile(path: string, _recursive = false): void {
    if (!this.added.files.includes(path)) this.added.files.push(path);
  }
  addPyFile(path: string): void {
    this.addFile(path);
  }
  addArchive(path: string): void {
    if (!this.added.archives.includes(path)) this.added.archives.push(path);
  }
  get listFiles(): readonly string[] {
    return [...this.added.files];
  }
  get listArchives(): readonly string[] {
    return [...this.added.archives];
  }
  runJob<T, U extends Hint>(
    rdd: RDD<T>,
    f: (records: IterableIterator<T>) => Iterable<U>,
    partitions?: readonly number[] | null,
    _allowLocal?: boolean,
  ): Promise<U[]> {
    const mapped = rddOps.transformRecords(
      otherRdd(rdd, 'runJob'),
      'mapPartitions',
      [overIterator(f, 'runJob')],
      'array',
    );
    return rddOps.collectFrom(mapped, partitions ?? undefined) as Promise<U[]>;
  }
  getConf(): SparkConf {
    return this.core.conf.clone();
  }
  setLogLevel(level: string): void {
    setLogLevel(level);
  }
  stop(): Promise<void> {
    return this.core.stop();
  }
}

/** Texts are UTF-8 here; whoever wants their bytes reads bytes. */
function checkUnicode(useUnicode: boolean, method: string): void {
  if (useUnicode) return;
  throw new DStreamsError('OPTIONS_INVALID', `${method}: texts are always decoded. For bytes there is binaryFiles.`);
}

printAsText(FluentSparkContext);
