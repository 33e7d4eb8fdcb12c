import {
  activeEngine,
  type Configuration,
  binaryRecordsStream,
  Duration,
  type CreateInfo,
  DirectoryEngine,
  DStreamsError,
  getOrCreate,
  isDriver,
  fileStream,
  type FormatConf,
  JList,
  needsConnector,
  Optional,
  actorReceiver,
  type ActorStreamOptions,
  type OneForOneStrategy,
  type Props,
  type NetworkReceiver,
  networkReceiver,
  queueInput,
  rawSocket,
  type Receiver as CoreReceiver,
  receiverInput,
  type ReceiverSource,
  socketStream,
  socketText,
  type StorageLevel,
  StorageLevels,
  type Rdd,
  SparkConf,
  SparkCore,
  type Status,
  type TwitterArguments,
  StreamEngine,
  streamOps,
  type StreamRef,
  textFileStream,
  Time,
  checkIterable,
  refOf,
  claimForOneStream,
} from '../core/internal.ts';
import { engineOf, type EngineSource, SparkContext, StreamingContext } from './context-views.ts';
import { type AnyRDD, JavaDStream, JavaPairDStream, ofEitherKind, type StreamMadeBy } from './dstream.ts';
import { type BatchFn, type Fn0, type FnObject, isFunctionLike, toLambda } from './functions.ts';
import { fileStreamArguments, type PathFilter, type TypeToken } from './file-streams.ts';
import type { InputFormatLike } from './hadoop.ts';
import {
  JavaInputDStream,
  JavaPairInputDStream,
  type JavaPairReceiverInputDStream,
  JavaReceiverInputDStream,
} from './input-dstream.ts';
import type { SparkFlumeEvent } from './external-sources.ts';
import { JInputStream } from './input-stream.ts';
import { coreListenerOf, type StreamingListenerLike } from './listener.ts';
import type { JavaPairRDD, JavaRDD } from './rdd.ts';
import { Receiver, receiverOf } from './receiver.ts';
import { unwrapRdd, rddOf } from './rdd-actions.ts';
import { confOf, type Environment, type Jars, JavaSparkContext } from './spark-context.ts';
import { type AnyStream, StreamBase } from './stream-base.ts';
import { tweets } from './twitter.ts';
import { msOf } from './windows.ts';

/** @internal */
// biome-ignore lint/suspicious/noExplicitAny: Java's JavaRDD<?>, which a port takes as what it knows it to be.
type SomeRDD = JavaRDD<any>;

/** What makes a context: a function, an object with `call`, or the factory of 0.9 with `create`. */
export type ContextFactory =
  | JavaStreamingContextFactory
  | Fn0<JavaStreamingContext>
  | ((info: CreateInfo) => JavaStreamingContext);

/** The factory of 0.9 to 1.6. */
export abstract class JavaStreamingContextFactory {
  /** A context with its graph, not started. */
  abstract create(): JavaStreamingContext;
}

/** The entry of a streaming program: makes sources, starts and stops. */
export class JavaStreamingContext extends StreamingContext {
  /** A view of a context that is there: `new JavaStreamingContext(stream.context())`. */
  constructor(ssc: EngineSource);
  /** A streaming context on a context of data sets that is there; `stop(false)` leaves that one running. */
  constructor(sparkContext: SparkContext, batchDuration: Duration);
  /** A streaming context by a copy of `conf`. Throws `BATCH_DURATION_INVALID` for a duration of zero or less. */
  constructor(conf: SparkConf, batchDuration: Duration);
  /**
   * Goes on from the checkpoint in a directory: `start()` runs the job module that is named in it, and this is the context
   * that it starts. Until then it has listeners and the methods of its life alone. Throws `CHECKPOINT_NOT_FOUND`. The
   * configuration is accepted. `getOrCreate` needs no module.
   */
  constructor(path: string, hadoopConf?: Configuration);
  /** The guide's form. A home and jars of null (environment variables that are not set) are accepted. */
  constructor(
    master: string,
    appName: string,
    batchDuration: Duration,
    sparkHome?: string | null,
    jars?: Jars,
    environment?: Environment,
  );
  constructor(
    first: EngineSource | SparkContext | SparkConf | string,
    second?: string | Duration | Configuration,
    third?: Duration,
    sparkHome?: string | null,
    jars?: Jars,
    environment?: Environment,
  ) {
    if (typeof first === 'string' && (second === undefined || typeof second === 'object')) {
      super(DirectoryEngine.of(first));
    } else if (typeof first === 'string') {
      const batchMs = batchMsOf(third);
      super(new StreamEngine(new SparkCore(confOf(first, second as string, sparkHome, jars, environment)), batchMs));
    } else if (first instanceof SparkConf) {
      const batchMs = batchMsOf(second as Duration);
      super(new StreamEngine(new SparkCore(first.clone()), batchMs));
    } else if (first instanceof SparkContext) {
      super(new StreamEngine(first.core, batchMsOf(second as Duration)));
    } else {
      super(engineOf(first));
    }
  }

  /** The started, not yet stopped context of this process. */
  static getActive(): Optional<JavaStreamingContext> {
    const engine = activeEngine();
    return engine instanceof StreamEngine ? Optional.of(new JavaStreamingContext(engine)) : Optional.absent();
  }

  /**
   * The active context, else what the factory makes. `(path, factory)` has the checkpoint directory of `getOrCreate` in
   * front, as in Spark; what follows is accepted.
   */
  static getActiveOrCreate(factory: ContextFactory): JavaStreamingContext;
  /**
   * The active context; where there is none, one that goes on from the checkpoint in `path`, as `getOrCreate` makes it.
   */
  static getActiveOrCreate(
    path: string,
    factory: ContextFactory,
    conf?: Configuration,
    createOnError?: boolean,
  ): JavaStreamingContext;
  static getActiveOrCreate(...args: unknown[]): JavaStreamingContext {
    const active = JavaStreamingContext.getActive().orNull();
    if (active !== null) return active;
    if (typeof args[0] === 'string') return recoverable(args, 'getActiveOrCreate');
    return contextOf(factoryOf(args, 'getActiveOrCreate'), { recovered: false, driver: isDriver() });
  }

  /**
   * A context that goes on from the checkpoint in `path`, where there is one; else begins there. The factory builds the graph and
   * is always called, in executors too, with `{ recovered, driver }`: what must happen once stands behind
   * `if (!recovered && driver)`. The configuration may stand before or behind the factory. `createOnError`: begin anew where
   * the checkpoint cannot be used, in place of failing in `start()`.
   */
  static getOrCreate(
    path: string,
    factory: ContextFactory,
    conf?: Configuration,
    createOnError?: boolean,
  ): JavaStreamingContext;
  static getOrCreate(
    path: string,
    conf: Configuration,
    factory: ContextFactory,
    createOnError?: boolean,
  ): JavaStreamingContext;
  static getOrCreate(...args: unknown[]): JavaStreamingContext {
    return recoverable(args, 'getOrCreate');
  }

  /** Jars of a class: there are none. */
  static jarOfClass(_type: unknown): string[] {
    return [];
  }

  /** The context without its Java face. */
  ssc(): StreamingContext {
    return this;
  }

  /** The context of data sets that its tasks run on. */
  sparkContext(): JavaSparkContext {
    return new JavaSparkContext(this.engine.sc);
  }

  /** The name of `sparkContext()` in 0.9. */
  sc(): JavaSparkContext {
    return this.sparkContext();
  }

  /** Sets the checkpoint directory; null turns checkpoints off. */
  checkpoint(directory: string | null): void {
    this.engine.checkpoint(directory);
  }

  /** The least time for which every stream keeps its data sets. May be set once. */
  remember(duration: Duration): void {
    this.engine.remember(msOf(duration, 'remember', 'duration'));
  }

  /** The listener learns what happens from now on. A plain object with some of the methods will do. */
  addStreamingListener(listener: StreamingListenerLike): void {
    this.life.addListener(coreListenerOf(listener, 'addStreamingListener'));
  }

  /** The listener learns nothing from now on. */
  removeStreamingListener(listener: StreamingListenerLike): void {
    this.life.removeListener(coreListenerOf(listener, 'removeStreamingListener'));
  }

  /** For ports: an input belongs to its context from its making on. */
  registerInputStream(_stream: AnyStream): void {}

  /** Makes a stream an output although no output operation is called on it. */
  registerOutputStream(stream: AnyStream & { register(): void }): void {
    refOf(stream, 'registerOutputStream');
    stream.register();
  }

  // --- sources ---

  /**
   * A queue of data sets, one per batch, or all at once. As in Java, what is in the queue now is taken: later `add`s have
   * no effect. When it is empty: `defaultRDD`, null for one without partitions, else an empty one of one partition.
   */
  queueStream<T>(queue: Iterable<JavaRDD<T>>, oneAtATime = true, defaultRDD?: JavaRDD<T> | null): JavaInputDStream<T> {
    checkIterable(queue, 'queueStream', 'a queue of data sets');
    const copy: Rdd[] = Array.from(queue, (rdd) => rddOf(rdd, 'queueStream'));
    const options = {
      oneAtATime,
      defaultRdd: defaultRDD === null ? null : defaultRDD && rddOf(defaultRDD, 'queueStream: defaultRDD'),
    };
    return new JavaInputDStream<T>(this.engine.addInput('queueStream', queueInput(copy, options)));
  }

  /** Lines of UTF-8 text from a TCP server; connects again, for ever, when the connection is refused or lost. */
  socketTextStream(host: string, port: number, storageLevel?: StorageLevel): JavaReceiverInputDStream<string> {
    return this.received('socketTextStream', socketText(host, port, storageLevel));
  }

  /**
   * Without a converter: lines, as the guide has it. A converter reads a connection's bytes, asynchronously, and gives
   * records as they come: an async generator over `input.readLine()`.
   */
  socketStream(host: string, port: number): JavaReceiverInputDStream<string>;
  socketStream<T>(
    host: string,
    port: number,
    converter: (input: JInputStream) => AsyncIterable<T> | Iterable<T>,
    storageLevel: StorageLevel,
  ): JavaReceiverInputDStream<T>;
  socketStream<T>(
    host: string,
    port: number,
    converter: FnObject<JInputStream, AsyncIterable<T> | Iterable<T>>,
    storageLevel: StorageLevel,
  ): JavaReceiverInputDStream<T>;
  socketStream(host: string, port: number, converter?: unknown, storageLevel?: StorageLevel): unknown {
    const name = 'socketStream';
    if (converter === undefined) return this.received(name, socketText(host, port, storageLevel, undefined, name));
    const convert = toLambda(converter, name, { mayWait: true });
    const { lineBytesMax } = this.engine.sc.settings;
    const read = (bytes: AsyncIterable<Uint8Array>) =>
      convert(new JInputStream(bytes, lineBytesMax)) as AsyncIterable<unknown>;
    const level = storageLevel ?? StorageLevels.MEMORY_AND_DISK_SER_2;
    return this.received('socketStream', socketStream(host, port, read, level));
  }

  /**
   * Blocks of packed records from a TCP server, which sends frames made by `rawFrame(records)`; each becomes a partition and
   * is decoded where a task needs it. Connects again as `socketTextStream` does.
   */
  rawSocketStream<T>(host: string, port: number, storageLevel?: StorageLevel): JavaReceiverInputDStream<T> {
    return this.received('rawSocketStream', rawSocket(host, port, storageLevel));
  }

  /**
   * Lines of the text files that appear in a directory, or in the directories of a pattern. Each file has to appear whole:
   * moved there. Throws `NEEDS_CONNECTOR` for `hdfs://` and the like.
   */
  textFileStream(directory: string): JavaDStream<string> {
    return new JavaDStream<string>(textFileStream(this.engine, directory));
  }

  /** The same for files of records that are `recordLength` bytes long each. */
  binaryRecordsStream(directory: string, recordLength: number): JavaDStream<Uint8Array> {
    return new JavaDStream<Uint8Array>(binaryRecordsStream(this.engine, directory, recordLength));
  }

  /**
   * The same for files of a format, as pairs of key and value; without one as text by byte offset. `filter` replaces the
   * rule that names with a dot in front are left out; `newFilesOnly` false also takes files of the last minute that are
   * there already.
   */
  fileStream(directory: string): JavaPairInputDStream<number, string>;
  fileStream(directory: string, filter: PathFilter, newFilesOnly: boolean): JavaPairInputDStream<number, string>;
  fileStream<K, V>(
    directory: string,
    keyClass: TypeToken,
    valueClass: TypeToken,
    inputFormat: InputFormatLike<K, V>,
    filter?: PathFilter | null,
    newFilesOnly?: boolean,
    conf?: FormatConf,
  ): JavaPairInputDStream<K, V>;
  fileStream(directory: string, ...args: unknown[]): unknown {
    const options = { ...fileStreamArguments(args), records: 'tuple' } as const;
    return new JavaPairInputDStream(fileStream(this.engine, 'fileStream', directory, options));
  }

  /**
   * What an actor stores, which subscribes to others by `getContext().actorSelection(url)`. Made anew when it throws, by the
   * strategy, and when a connection that it made was refused or lost. The type of its records may be left open, as in Java.
   */
  actorStream<T>(
    props: Props,
    name: string,
    storageLevel?: StorageLevel,
    supervisorStrategy?: OneForOneStrategy,
  ): JavaReceiverInputDStream<T> {
    const options: ActorStreamOptions = { storageLevel, supervisorStrategy };
    return this.received('actorStream', actorReceiver(props, name, options));
  }

  /** What a receiver of Spark 0.9's kind stores. It is not started again when it fails. */
  networkStream<T>(receiver: NetworkReceiver<T>): JavaReceiverInputDStream<T> {
    return this.received('networkStream', networkReceiver(receiver, this.engine));
  }

  /** What a receiver of one's own stores; or what an iterable, asynchronous or not, gives by and by. */
  receiverStream<T>(receiver: Receiver<T> | ReceiverSource<T> | CoreReceiver<T>): JavaReceiverInputDStream<T> {
    const name = 'receiverStream';
    if (receiver instanceof Receiver) claimForOneStream(receiver, this.engine, name);
    return this.received(name, receiverOf(receiver));
  }

  // --- the sources of 0.9 for other systems: each throws `NEEDS_CONNECTOR` with what to use instead ---

  /**
   * Pairs of key and message of topics: `(zkQuorum, group, topics[, level])`. Throws `NEEDS_CONNECTOR`, as do the next
   * three: there is no connector yet, and the message says what to use in its place.
   */
  kafkaStream<K = string, V = string>(..._args: unknown[]): JavaPairReceiverInputDStream<K, V> {
    return needsConnector('kafkaStream', 'Kafka');
  }

  /** Events from Flume agents, which would connect to this port. Throws `NEEDS_CONNECTOR`. */
  flumeStream(_host: string, _port: number, _level?: StorageLevel): JavaReceiverInputDStream<SparkFlumeEvent> {
    return needsConnector('flumeStream', 'Flume');
  }

  /** Messages of a topic, as text. Throws `NEEDS_CONNECTOR`. */
  mqttStream(_brokerUrl: string, _topic: string, _level?: StorageLevel): JavaReceiverInputDStream<string> {
    return needsConnector('mqttStream', 'MQTT');
  }

  /** What a function makes of the frames of each message. Throws `NEEDS_CONNECTOR`. */
  zeroMQStream<T>(_url: string, ..._args: unknown[]): JavaReceiverInputDStream<T> {
    return needsConnector('zeroMQStream', 'ZeroMQ');
  }

  /** As `TwitterUtils.createStream`. */
  twitterStream(...args: TwitterArguments): JavaReceiverInputDStream<Status> {
    return tweets(this.engine, 'twitterStream', args);
  }

  private received<T>(name: string, receiver: CoreReceiver): JavaReceiverInputDStream<T> {
    return new JavaReceiverInputDStream<T>(this.engine.addInput(name, receiverInput(receiver)));
  }

  // --- several streams ---

  /** `(first, list of the others)`, or all as arguments. Equal slides, one context. */
  union<K, V>(first: JavaPairDStream<K, V>, rest: readonly JavaPairDStream<K, V>[]): JavaPairDStream<K, V>;
  union<K, V>(...streams: JavaPairDStream<K, V>[]): JavaPairDStream<K, V>;
  union<T>(first: JavaDStream<T>, rest: readonly JavaDStream<T>[]): JavaDStream<T>;
  union<T>(...streams: JavaDStream<T>[]): JavaDStream<T>;
  union(...args: unknown[]): unknown {
    const streams = args.flat() as AnyStream[];
    const ref = streamOps.union(streams.map((stream) => refOf(stream, 'union')));
    const [first] = streams;
    return first instanceof StreamBase && first.kind === 'pairs'
      ? new JavaPairDStream(ref)
      : new JavaDStream(ref, 'either');
  }

  /**
   * A function of the data sets of several streams and the batch time, called in the driver before each batch's jobs.
   * Streams of pairs go in as `toJavaDStream()`; inside, `JavaPairRDD.fromJavaRDD(rdd)` gives pairs again.
   */
  transform<F extends BatchFn<JList<SomeRDD>, Time, AnyRDD>>(streams: Iterable<AnyStream>, f: F): StreamMadeBy<F> {
    return ofEitherKind<F>(transformed(streams, f, 'transform'));
  }

  /** As `transform`, by a function that returns a data set of pairs. */
  transformToPair<K, V>(
    streams: Iterable<AnyStream>,
    f: BatchFn<JList<SomeRDD>, Time, JavaPairRDD<K, V>>,
  ): JavaPairDStream<K, V> {
    return new JavaPairDStream<K, V>(transformed(streams, f, 'transformToPair'));
  }
}

const isFactory = (x: unknown): boolean =>
  isFunctionLike(x) || typeof (x as { create?: unknown } | null | undefined)?.create === 'function';

/** Wherever it stands: 0.9.0 has the configuration in front of the factory, 1.4 behind it (api §17). */
function factoryOf(args: readonly unknown[], name: string): unknown {
  const factory = args.find(isFactory);
  if (factory !== undefined) return factory;
  throw new DStreamsError(
    'OPTIONS_INVALID',
    `${name} takes a function that makes the context, or an object with a method create or call.`,
  );
}

function recoverable(args: readonly unknown[], name: string): JavaStreamingContext {
  const factory = factoryOf(args, name);
  const create = (info: CreateInfo) => contextOf(factory, info);
  return getOrCreate(args[0] as string, create, ({ engine }) => engine, args.at(-1) === true);
}

function contextOf(factory: unknown, info: CreateInfo): JavaStreamingContext {
  const { create } = factory as { create?: unknown };
  const context: unknown =
    typeof factory !== 'function' && typeof create === 'function'
      ? create.call(factory, info)
      : toLambda(factory, 'the factory of the context')(info);
  if (context instanceof JavaStreamingContext) return context;
  throw new DStreamsError('OPTIONS_INVALID', 'The factory has to return a JavaStreamingContext.');
}

function transformed(streams: Iterable<AnyStream>, f: unknown, name: string): StreamRef {
  const fn = toLambda(f, name, { mayWait: true });
  checkIterable(streams, name, 'a list of streams');
  const all = [...streams];
  const refs = all.map((stream) => refOf(stream, name));
  const views = all.map((stream) => JavaDStream.fromDStream<unknown>(stream));
  return streamOps.transform(refs, (rdds, timeMs) =>
    unwrapRdd(fn(new JList(rdds.map((rdd, i) => views[i]!.wrapRDD(rdd))), new Time(timeMs))),
  );
}

function batchMsOf(duration: unknown): number {
  if (duration instanceof Duration) return duration.milliseconds();
  const what =
    duration === null || duration === undefined ? 'cannot be null' : `must be a Duration, not ${String(duration)}`;
  throw new DStreamsError(
    'BATCH_DURATION_INVALID',
    `Batch duration for streaming context ${what}. For example Durations.seconds(1).`,
  );
}
