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
  /** @internal */
  readonly core: SparkCore;

  /** @internal */
  constructor(core: SparkCore) {
    this.core = core;
  }

  toString(): string {
    return this.core.toString();
  }

  /** A copy of the configuration; changing it changes nothing. */
  getConf(): SparkConf {
    return this.core.conf.clone();
  }

  /** Partitions of a shuffle that names no number. */
  defaultParallelism(): number {
    return this.core.defaultParallelism;
  }

  /** The least number of partitions of files that name none: `min(defaultParallelism(), 2)`. */
  defaultMinPartitions(): number {
    return Math.min(this.core.defaultParallelism, 2);
  }

  /** Where tasks run: `local`, `local[N]`, `local[*]`. */
  master(): string {
    return this.core.conf.get('spark.master', 'local');
  }

  /** The name of the program, for logs; empty where none was given. */
  appName(): string {
    return this.core.conf.get('spark.app.name', '');
  }

  /** True: there are local masters only. */
  isLocal(): boolean {
    return true;
  }

  /** `ALL`, `TRACE`, `DEBUG`, `INFO`, `WARN`, `ERROR`, `FATAL` or `OFF`: the level of the process. */
  setLogLevel(level: string): void {
    setLogLevel(level);
  }

  /** The level of the process, as `setLogLevel` or `dstreams.log.level` says. */
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

  /** A sum of numbers that tasks add to and the driver reads. */
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

  /** What `setCheckpointDir` made; absent before it is called. */
  getCheckpointDir(): Optional<string> {
    return Optional.fromNullable(this.core.checkpoints.directory);
  }

  /** For ports: there is nobody to show groups and properties to. They are kept. */
  setJobGroup(groupId: string, description: string, _interruptOnCancel = false): void {
    this.setLocalProperty('spark.jobGroup.id', groupId);
    this.setLocalProperty('spark.job.description', description);
  }

  /** Forgets what `setJobGroup` said. */
  clearJobGroup(): void {
    this.setLocalProperty('spark.jobGroup.id', null);
    this.setLocalProperty('spark.job.description', null);
  }

  /** For ports: kept as the property `spark.job.description`; null takes it away. */
  setJobDescription(description: string | null): void {
    this.setLocalProperty('spark.job.description', description);
  }

  /** For ports: a property is kept and has no effect. `null` takes it away. */
  setLocalProperty(key: string, value: string | null): void {
    if (value === null) this.core.localProperties.delete(key);
    else this.core.localProperties.set(key, value);
  }

  /** What `setLocalProperty` said; null where nothing did. */
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

  /** A view of a context that is there, of either surface. */
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

  /** @internal For whatever serves contexts of either surface. */
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

  /** As `stop()`. */
  close(): Promise<void> {
    return this.stop();
  }

  /** As `stop()`: for `await using`. */
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
  /** Made, and not started yet. */
  INITIALIZED: 'INITIALIZED',
  /** Started; batches run. */
  ACTIVE: 'ACTIVE',
  /** Stopped; it cannot be started again. */
  STOPPED: 'STOPPED',
  /** All states, in their order. */
  values: (): StreamingContextState[] => ['INITIALIZED', 'ACTIVE', 'STOPPED'],
  /** The state of that name. Throws `OPTIONS_INVALID` for another one. */
  valueOf(name: string): StreamingContextState {
    const state = StreamingContextState.values().find((one) => one === name);
    if (state !== undefined) return state;
    throw new DStreamsError('OPTIONS_INVALID', `No enum constant StreamingContextState.${name}`);
  },
} as const;

printAsText(SparkContext, StreamingContext);
