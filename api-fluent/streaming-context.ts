import {
  activeEngine,
  type AnyFunction,
  binaryRecordsStream,
  checkFunction,
  type CreateInfo,
  DirectoryEngine,
  DStreamsError,
  Duration,
  durationMs,
  ENGINE,
  fileStream,
  getOrCreate,
  inputFormatOf,
  isDriver,
  needsConnector,
  type ActorReceiver,
  actorReceiver,
  type ActorStreamOptions,
  type Props,
  type NetworkReceiver,
  networkReceiver,
  queueInput,
  rawSocket,
  type Rdd,
  type Receiver,
  receiverInput,
  type ReceiverSource,
  rddOps,
  type SocketConverter,
  socketStream,
  socketText,
  SparkConf,
  type StorageLevel,
  SparkCore,
  type Status,
  type TwitterArguments,
  StreamEngine,
  type StreamingEvent,
  type StreamingListener,
  streamOps,
  type StreamRef,
  textFileStream,
  TextLines,
  type TextShape,
  type Time,
  twitterStream,
  printAsText,
  checkIterable,
  describeValue,
  wrongArgument,
  refOf,
  checkObject,
} from '../core/internal.ts';
import { ms } from './arguments.ts';
import { checkOptions } from './check-options.ts';
import type { StreamingContextOptions } from './context-classes.ts';
import { fluentStream, overRdds } from './dstream.ts';
import type { FlumeEvent, KafkaTopics } from './external-sources.ts';
import type { Hint } from './pair-types.ts';
import { otherRdd } from './rdd.ts';
import { levelOf, receiverFrom } from './receivers.ts';
import type { RDD, RDDOf, SparkContext } from './rdd-types.ts';
import { confOf, coreOf, type FluentSparkContext, sparkContextOf } from './spark-context.ts';
import type { StreamingContext as StreamingContextType, DStream, PairDStream, StreamOf } from './types.ts';
import type {
  DurationLike,
  EventName,
  FileStreamOptions,
  Queue,
  QueueOptions,
  ReceiverObject,
  ReceiverOptions,
  StopOptions,
} from './option-types.ts';

const EVENTS: readonly EventName[] = [
  'streamingStarted',
  'batchSubmitted',
  'batchStarted',
  'batchCompleted',
  'outputOperationStarted',
  'outputOperationCompleted',
  'receiverStarted',
  'receiverError',
  'receiverStopped',
];

const views = new WeakMap<StreamEngine, FluentStreamingContext>();

/** What `StreamingContext` is at run time. */
export class FluentStreamingContext implements StreamingContextType {
  private readonly life: StreamEngine | DirectoryEngine;

  constructor(
    first: string | StreamingContextOptions | SparkContext | SparkConf | StreamEngine,
    second?: string | DurationLike,
    third?: DurationLike,
  ) {
    this.life = first instanceof StreamEngine ? first : lifeOf(first, second, third);
    if (this.life instanceof StreamEngine) views.set(this.life, this);
  }

  /** Throws `CONTEXT_NOT_STARTED` in a context made of a checkpoint directory, before its start. */
  private get engine(): StreamEngine {
    return this.life instanceof StreamEngine ? this.life : this.life.get();
  }

  /** Of what a factory made. */
  private static engineOf(context: unknown): StreamEngine {
    if (context instanceof FluentStreamingContext) return context.engine;
    throw new DStreamsError('OPTIONS_INVALID', 'The factory has to return a StreamingContext.');
  }

  private get owner(): { context: FluentStreamingContext; engine: StreamEngine; sparkContext: SparkContext } {
    return { context: this, engine: this.engine, sparkContext: this.sparkContext };
  }

  toString(): string {
    return this.life.toString();
  }

  get sparkContext(): FluentSparkContext {
    return sparkContextOf(this.engine.sc);
  }

  /** @internal For whatever serves contexts of either surface. */
  get [ENGINE](): StreamEngine {
    return this.engine;
  }

  static getActive(): StreamingContextType | undefined {
    const engine = activeEngine();
    return engine instanceof StreamEngine ? streamingContextOf(engine) : undefined;
  }

  static getActiveOrCreate(
    first: ((info: CreateInfo) => StreamingContextType) | string | null,
    second?: (info: CreateInfo) => StreamingContextType,
  ): StreamingContextType {
    const active = FluentStreamingContext.getActive();
    if (active !== undefined) return active;
    if (typeof first === 'string') return FluentStreamingContext.getOrCreate(first, second!);
    const context = (first ?? second!)({ recovered: false, driver: isDriver() });
    FluentStreamingContext.engineOf(context);
    return context;
  }

  static getOrCreate(
    checkpointPath: string,
    create: (info: CreateInfo) => StreamingContextType,
    options: { readonly createOnError?: boolean } = {},
  ): StreamingContextType {
    checkOptions(options, ['createOnError'], 'getOrCreate');
    const { createOnError = false } = options;
    checkFunction(create, 'getOrCreate');
    return getOrCreate(checkpointPath, create, FluentStreamingContext.engineOf, createOnError);
  }

  get batchDuration(): Duration {
    return new Duration(this.engine.batchMs);
  }

  socketTextStream(host: string, port: number, storageLevel?: StorageLevel | ReceiverOptions): DStream<string> {
    return this.receive('socketTextStream', socketText(host, port, levelOf(storageLevel, 'socketTextStream')));
  }
  socketStream<T extends Hint = string>(
    host: string,
    port: number,
    converter?: SocketConverter<T>,
    storageLevel?: StorageLevel | ReceiverOptions,
  ): StreamOf<T> {
    const name = 'socketStream';
    const level = levelOf(storageLevel, name);
    const receiver =
      converter === undefined
        ? socketText(host, port, level, undefined, name)
        : socketStream(host, port, converter, level);
    return this.receive(name, receiver);
  }
  rawSocketStream<T extends Hint>(
    host: string,
    port: number,
    storageLevel?: StorageLevel | ReceiverOptions,
  ): StreamOf<T> {
    return this.receive('rawSocketStream', rawSocket(host, port, levelOf(storageLevel, 'rawSocketStream')));
  }
  actorStream<T extends Hint>(
    props: Props<ActorReceiver<T>>,
    name: string,
    options?: ActorStreamOptions | null,
  ): StreamOf<T> {
    checkOptions(options, ['storageLevel', 'supervisorStrategy'], 'actorStream');
    return this.receive('actorStream', actorReceiver(props, name, options ?? {}));
  }
  twitterStream(...args: TwitterArguments): DStream<Status> {
    return this.stream(twitterStream(this.engine, 'twitterStream', args));
  }
  kafkaStream(
    _zkQuorum: string,
    _groupId: string,
    _topics: KafkaTopics,
    _level?: StorageLevel | ReceiverOptions,
  ): PairDStream<string, string> {
    return needsConnector('kafkaStream', 'Kafka');
  }
  flumeStream(_host: string, _port: number, _level?: StorageLevel | ReceiverOptions): DStream<FlumeEvent> {
    return needsConnector('flumeStream', 'Flume');
  }
  mqttStream(_brokerUrl: string, _topic: string, _level?: StorageLevel | ReceiverOptions): DStream<string> {
    return needsConnector('mqttStream', 'MQTT');
  }
  zeroMQStream<T extends Hint>(
    _publisherUrl: string,
    _subscribe: string,
    _bytesToObjects: (frames: readonly Uint8Array[]) => Iterable<T>,
    _level?: StorageLevel | ReceiverOptions,
  ): StreamOf<T> {
    return needsConnector('zeroMQStream', 'ZeroMQ');
  }
  networkStream<T extends Hint>(receiver: NetworkReceiver<T>): StreamOf<T> {
    return this.receive('networkStream', networkReceiver(receiver, this.engine));
  }
  receiverStream<T extends Hint>(
    source: ReceiverSource<T> | ReceiverObject<T>,
    options?: StorageLevel | ReceiverOptions,
  ): StreamOf<T> {
    return this.receive('receiverStream', receiverFrom(source, options));
  }

  queueStream<T extends Hint>(
    queue: Queue<T>,
    options: QueueOptions<T> | boolean = {},
    defaultRDD?: RDD<T> | readonly T[] | null,
  ): StreamOf<T> {
    if (typeof options !== 'boolean') checkOptions(options, ['oneAtATime', 'default'], 'queueStream');
    const { oneAtATime = true, default: whenEmpty } =
      typeof options === 'boolean' ? { oneAtATime: options, default: defaultRDD } : (options ?? {});
    if (typeof (queue as Partial<Queue<T>> | null)?.shift !== 'function')
      throw wrongArgument('queueStream', 'an array, or a queue with a method shift', queue);
    const toRdd = (entry: RDD<T> | readonly T[]): Rdd =>
      Array.isArray(entry) ? rddOps.parallelize(this.engine.sc, entry) : otherRdd(entry, 'queueStream');
    const shift = (): Rdd | undefined => {
      const entry = queue.shift();
      return entry === undefined ? undefined : toRdd(entry);
    };
    const defaultRdd = whenEmpty === undefined || whenEmpty === null ? whenEmpty : toRdd(whenEmpty);
    return this.stream(this.engine.addInput('queueStream', queueInput({ shift }, { oneAtATime, defaultRdd })));
  }

  textFileStream(directory: string): DStream<string> {
    return this.stream(textFileStream(this.engine, directory));
  }
  binaryRecordsStream(directory: string, recordLength: number): DStream<Uint8Array> {
    return this.stream(binaryRecordsStream(this.engine, directory, recordLength));
  }
  fileStream<K extends Hint = number, V extends Hint = string>(
    directory: string,
    fileOptions?: FileStreamOptions<K, V> | null,
  ): PairDStream<K, V> {
    checkOptions(fileOptions, ['format', 'filter', 'newFilesOnly', 'conf'], 'fileStream');
    const { format, filter, newFilesOnly, conf } = fileOptions ?? {};
    const input = format === undefined || format === null ? new TextLines() : inputFormatOf(format);
    const options = { format: input, records: 'array', filter, newFilesOnly, conf } as const;
    return this.stream(fileStream(this.engine, 'fileStream', directory, options), { kind: 'pair' });
  }

  union<T>(...streams: readonly DStream<T>[]): StreamOf<T> {
    return this.stream(streamOps.union(streams.map((stream) => refOf(stream, 'union'))));
  }

  transform<T extends readonly unknown[], U extends Hint>(
    streams: readonly [...{ [I in keyof T]: DStream<T[I]> }],
    f: (rdds: { -readonly [I in keyof T]: RDDOf<T[I]> }, time: Time) => RDD<U> | Promise<RDD<U>>,
  ): StreamOf<U> {
    checkIterable(streams, 'transform', 'a list of streams');
    const refs = Array.from(streams, (stream) => refOf(stream, 'transform'));
    return this.stream(streamOps.transform(refs, overRdds(f as AnyFunction, 'transform', this.sparkContext)));
  }

  remember(duration: DurationLike): void {
    this.engine.remember(ms(duration, 'the remember duration'));
  }
  checkpoint(directory: string | null): void {
    this.engine.checkpoint(directory);
  }
  explain(): string {
    const text = this.engine.explain();
    this.engine.sc.write(text);
    return text;
  }
  getState(): 'INITIALIZED' | 'ACTIVE' | 'STOPPED' {
    return this.life.getState();
  }

  addStreamingListener(listener: StreamingListener): void {
    checkObject(listener, 'addStreamingListener', 'a listener');
    this.life.addListener(listener);
  }
  removeStreamingListener(listener: StreamingListener): void {
    checkObject(listener, 'removeStreamingListener', 'a listener');
    this.life.removeListener(listener);
  }
  on<E extends EventName>(event: E, f: (event: Extract<StreamingEvent, { type: E }>) => unknown): () => void {
    if (!EVENTS.includes(event)) {
      throw new DStreamsError(
        'OPTIONS_INVALID',
        `There is no event like ${describeValue(event)}; there are ${EVENTS.join(', ')}.`,
      );
    }
    const listener: StreamingListener = { [`on${event[0]!.toUpperCase()}${event.slice(1)}`]: f };
    this.life.addListener(listener);
    return () => this.life.removeListener(listener);
  }

  start(): Promise<void> {
    return this.life.start();
  }
  stop(options: StopOptions | boolean = {}, graceful?: boolean): Promise<void> {
    if (typeof options === 'boolean') return this.life.stop({ stopSparkContext: options, graceful });
    checkOptions(options, ['graceful', 'stopGraceFully', 'stopSparkContext'], 'stop');
    return this.life.stop({ ...options, graceful: options.graceful ?? options.stopGraceFully });
  }
  async awaitTermination(timeout?: DurationLike): Promise<void> {
    if (timeout === undefined) await this.life.awaitTermination();
    else await this.awaitTerminationOrTimeout(timeout);
  }
  awaitTerminationOrTimeout(timeout: DurationLike): Promise<boolean> {
    // Not refused below 5 ms: a time-out of 0 asks how things are.
    return this.life.awaitTerminationOrTimeout(durationMs(timeout, 'the time-out'));
  }
  [Symbol.asyncDispose](): Promise<void> {
    return this.life.getState() === 'STOPPED' ? this.life.terminated : this.life.stop();
  }

  private receive<S>(name: string, receiver: Receiver): S {
    return this.stream(this.engine.addInput(name, receiverInput(receiver)));
  }
  private stream<S>(ref: StreamRef, shape?: TextShape): S {
    return fluentStream(ref, this.owner, shape);
  }

  /** @internal `DStream.fromDStream`. */
  static adopt<S>(stream: unknown): S {
    const ref = refOf(stream, 'fromDStream');
    const { owner } = ref.graph;
    if (owner instanceof StreamEngine) return fluentStream(ref, streamingContextOf(owner).owner);
    throw new DStreamsError('OPTIONS_INVALID', 'fromDStream: this stream belongs to no streaming context.');
  }
}

/** One StreamingContext of the fluent surface for each engine. */
export const streamingContextOf = (engine: StreamEngine): FluentStreamingContext =>
  views.get(engine) ?? new FluentStreamingContext(engine);

function lifeOf(
  first: string | StreamingContextOptions | SparkContext | SparkConf,
  second: string | DurationLike | undefined,
  third: DurationLike | undefined,
): StreamEngine | DirectoryEngine {
  if (typeof first === 'string' && second === undefined) return DirectoryEngine.of(first);
  if (typeof first === 'string') {
    const batchMs = batchOf(third);
    return new StreamEngine(new SparkCore(confOf({ master: first, appName: second as string })), batchMs);
  }
  if (first instanceof SparkConf) {
    const batchMs = batchOf(second);
    return new StreamEngine(new SparkCore(confOf({ conf: first })), batchMs);
  }
  const core = coreOf(first);
  if (core !== undefined) return new StreamEngine(core, batchOf(second));
  if (typeof first !== 'object' || first === null || !('batchDuration' in first)) {
    throw new DStreamsError(
      'OPTIONS_INVALID',
      'A StreamingContext is made by new StreamingContext(master, appName, batchDuration), ({ master, appName, batchDuration }) or (sparkContext, batchDuration).',
    );
  }
  checkOptions(first, ['master', 'appName', 'batchDuration', 'checkpointDir', 'conf'], 'new StreamingContext');
  const { batchDuration, checkpointDir, ...options } = first as StreamingContextOptions;
  const batchMs = batchOf(batchDuration);
  const engine = new StreamEngine(new SparkCore(confOf(options)), batchMs);
  if (checkpointDir !== undefined) engine.checkpoint(checkpointDir);
  return engine;
}

/** Looked at before anything is made, so that a mistake leaves nothing behind. */
function batchOf(batchDuration: string | DurationLike | undefined): number {
  if (batchDuration === undefined || batchDuration === null) {
    throw new DStreamsError(
      'BATCH_DURATION_INVALID',
      'Batch duration for streaming context cannot be null. Give one, for example Seconds(1).',
    );
  }
  const batchMs = ms(batchDuration, 'the batch duration');
  if (batchMs > 0) return batchMs;
  throw new DStreamsError(
    'BATCH_DURATION_INVALID',
    `Batch duration must be positive, got ${batchMs} ms. Give one such as Seconds(1).`,
  );
}

printAsText(FluentStreamingContext);
