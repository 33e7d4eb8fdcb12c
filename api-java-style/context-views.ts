import {
  DirectoryEngine,
  DStreamsError,
  ENGINE,
  getLogLevel,
  Optional,
  setLogLevel,
  SPARK_VERSION,
  type SparkCore,
  type SparkConf,
  StreamEngine,
  printAsText,
  wrongArgument,
} from '../core/internal.ts';
import {
  AccumulatorV2,
  Broadcast,
  BuiltInAccumulator,
  type CollectionAccumulator,
  collectionAccumulator,
  type DoubleAccumulator,
  doubleAccumulator,
  type LongAccumulator,
  longAccumulator,
} from './shared-variables.ts';

/** The context of data sets as Java reaches it by `rdd.context()`: a view, made as often as one likes. */
export class SparkContext {
  readonly core: SparkCore;

  constructor(core: SparkCore) {
    this.core = core;
  }

  toString(): string {
    return this.core.toString();
  }

  getConf(): SparkConf {
    return this.core.conf.clone();
  }

  /** Partitions of a shuffle that names no number. */
  defaultParallelism(): number {
    return this.core.defaultParallelism;
  }

  defaultMinPartitions(): number {
    return Math.min(this.core.defaultParallelism, 2);
  }

  master(): string {
    return this.core.conf.get('spark.master', 'local');
  }

  appName(): string {
    return this.core.conf.get('spark.app.name', '');
  }

  isLocal(): boolean {
    return true;
  }

  /** `ALL`, `TRACE`, `DEBUG`, `INFO`, `WARN`, `ERROR`, `FATAL` or `OFF`: the level of the process. */
  setLogLevel(level: string): void {
    setLogLevel(level);
  }

  getLogLevel(): string {
    return getLogLevel();
  }

  /** A value for all tasks. Throws `RECORD_NOT_SERIALIZABLE` for what cannot be sent to them. */
  broadcast<T>(value: T): Broadcast<T> {
    return new Broadcast(this.core, this.core.broadcast(value));
  }

  /** A sum of whole numbers that tasks add to and the driver reads. */
  longAccumulator(name?: string): LongAccumulator {
    return longAccumulator(this.core, name);
  }

  doubleAccumulator(name?: string): DoubleAccumulator {
    return doubleAccumulator(this.core, name);
  }

  /** A list of what tasks add. */
  collectionAccumulator<T>(name?: string): CollectionAccumulator<T> {
    return collectionAccumulator<T>(this.core, name);
  }

  /** Makes an accumulator that was made by `new` known, so that tasks can add to it. Once. */
  register(accumulator: AccumulatorV2<never, unknown> | Pick<BuiltInAccumulator, 'registerWith'>, name?: string): void {
    if (accumulator instanceof AccumulatorV2) AccumulatorV2.register(this.core, accumulator, name);
    else if (accumulator instanceof BuiltInAccumulator) accumulator.registerWith(this.core, name);
    else throw wrongArgument('register', 'an accumulator', accumulator);
  }

  /** The version of Spark whose behaviour this follows. */
  version(): string {
    return SPARK_VERSION;
  }

  /** Where `rdd.checkpoint()` writes: a folder of this run's own below it. Streams have `ssc.checkpoint`. */
  setCheckpointDir(directory: string): void {
    this.core.setCheckpointDir(directory);
  }

  getCheckpointDir(): Optional<string> {
    return Optional.fromNullable(this.core.checkpoints.directory);
  }

  /** For ports: there is nobody to show groups and properties to. They are kept. */
  setJobGroup(groupId: string, description: string, _interruptOnCancel = false): void {
    this.setLocalProperty('spark.jobGroup.id', groupId);
    this.setLocalProperty('spark.job.description', description);
  }

  clearJobGroup(): void {
    this.setLocalProperty('spark.jobGroup.id', null);
    this.setLocalProperty('spark.job.description', null);
  }

  setJobDescription(description: string | null): void {
    this.setLocalProperty('spark.job.description', description);
  }

  /** `null` takes it away. */
  setLocalProperty(key: string, value: string | null): void {
    if (value === null) this.core.localProperties.delete(key);
    else this.core.localProperties.set(key, value);
  }

  getLocalProperty(key: string): string | null {
    return this.core.localProperties.get(key) ?? null;
  }

  /** Stops the workers and drops all blocks. Idempotent. */
  stop(): Promise<void> {
    return this.core.stop();
  }
}

/** What a context can be made of: another view, of either surface, or the engine itself. */
export type EngineSource = StreamEngine | { readonly engine: StreamEngine };

export function engineOf(source: EngineSource): StreamEngine {
  const engine = source instanceof StreamEngine ? source : source.engine;
  if (engine instanceof StreamEngine) return engine;
  throw new DStreamsError(
    'OPTIONS_INVALID',
    'JavaStreamingContext: give it a StreamingContext, a SparkConf, or master, application name and batch duration.',
  );
}

/** The streaming context as `stream.context()` gives it: a view of the one engine. */
export class StreamingContext {
  /** What is started and stopped. */
  protected readonly life: StreamEngine | DirectoryEngine;

  constructor(source: EngineSource | DirectoryEngine) {
    this.life = source instanceof DirectoryEngine ? source : engineOf(source);
  }

  toString(): string {
    return this.life.toString();
  }

  /** @internal Throws `CONTEXT_NOT_STARTED` in a context made of a checkpoint directory, before its start. */
  get engine(): StreamEngine {
    return this.life instanceof StreamEngine ? this.life : this.life.get();
  }

  /** For whatever serves contexts of either surface. */
  get [ENGINE](): StreamEngine {
    return this.engine;
  }

  /** `INITIALIZED`, `ACTIVE` or `STOPPED`. */
  getState(): StreamingContextState {
    return this.life.getState();
  }

  /** The graph as text, with what each stream remembers. */
  explain(): string {
    return this.engine.explain();
  }

  /**
   * Validates and starts. Throws at once what validation finds, so that `try` catches it; the promise settles when the
   * receivers run and need not be awaited.
   */
  start(): Promise<void> {
    return this.life.start();
  }

  /** Resolves when all is down. Graceful: what was received is processed first. */
  stop(stopSparkContext?: boolean, stopGracefully?: boolean): Promise<void> {
    return this.life.stop({ stopSparkContext, graceful: stopGracefully });
  }

  close(): Promise<void> {
    return this.stop();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  /** Resolves when the context has stopped, or after `timeoutMs`; rejects with the first error of a batch. */
  async awaitTermination(timeoutMs?: number): Promise<void> {
    if (timeoutMs === undefined) await this.life.awaitTermination();
    else await this.life.awaitTerminationOrTimeout(timeoutMs);
  }

  /** true: stopped; false: the time was over. Rejects with the first error of a batch. */
  awaitTerminationOrTimeout(timeoutMs: number): Promise<boolean> {
    return this.life.awaitTerminationOrTimeout(timeoutMs);
  }
}

/** Where a context is in its life. */
export type StreamingContextState = 'INITIALIZED' | 'ACTIVE' | 'STOPPED';
/** Its names, as `StreamingContextState.ACTIVE`. */
export const StreamingContextState = {
  INITIALIZED: 'INITIALIZED',
  ACTIVE: 'ACTIVE',
  STOPPED: 'STOPPED',
  values: (): StreamingContextState[] => ['INITIALIZED', 'ACTIVE', 'STOPPED'],
  /** Throws `OPTIONS_INVALID` for another name. */
  valueOf(name: string): StreamingContextState {
    const state = StreamingContextState.values().find((one) => one === name);
    if (state !== undefined) return state;
    throw new DStreamsError('OPTIONS_INVALID', `No enum constant StreamingContextState.${name}`);
  },
} as const;

printAsText(SparkContext, StreamingContext);
