import type {
  ActorReceiver,
  ActorStreamOptions,
  Duration,
  MakesRecords,
  NetworkReceiver,
  Props,
  ReceiverSource,
  STREAM,
  SocketConverter,
  State,
  Status,
  StorageLevel,
  StorageLevelLike,
  StreamingEvent,
  StreamingListener,
  Time,
  TwitterArguments,
} from '../core/internal.ts';
import type { FlumeEvent, KafkaTopics } from './external-sources.ts';
import type { SaveOptions } from './files.ts';
import type {
  DurationLike,
  EventName,
  FileStreamOptions,
  InitialState,
  InverseWindowOptions,
  MapWithStateOptions,
  PartitionStateOptions,
  Queue,
  QueueOptions,
  ReceiverObject,
  ReceiverOptions,
  StateOptions,
  StopOptions,
  WindowOptions,
} from './option-types.ts';
import type { AnyStream, Hint, IsAny, Partitions, Preserves } from './pair-types.ts';
import type { PairRDD, RDD, RDDOf, SparkContext } from './rdd-types.ts';

/** Pairs make a `PairDStream`, which has operations by key; anything else makes a `DStream` (decision 28). */
export type StreamOf<U> =
  IsAny<U> extends true
    ? // biome-ignore lint/suspicious/noExplicitAny: a record that is `any` stays it.
      DStream<any>
    : [U] extends [never]
      ? DStream<never>
      : [U] extends [readonly [infer K, infer V]]
        ? PairDStream<K, V>
        : DStream<U>;

/** One batch of `stream.batches()`. */
export interface Batch<T> {
  /** The time of the batch: the end of its interval. */
  readonly time: Time;
  /** Its records, partition by partition. */
  readonly values: T[];
}

/** A stream: one data set per batch. Each operation is one on all of them. */
export interface DStream<out T> extends AnyStream {
  /** @internal */
  readonly [STREAM]: object;
  /**
   * What `f` makes of each record, in the records' order; one that returns `[key, value]` makes a `PairDStream`. With
   * `preservesPartitioning` the caller promises that `f` leaves keys alone: a join after it need not shuffle. An async
   * `f` is `ASYNC_FUNCTION`.
   */
  map<U extends Hint>(f: ((x: T) => U) & MakesRecords<U>, preservesPartitioning?: Preserves): StreamOf<U>;
  /** The records for which a type guard is true, of its type. */
  filter<S extends T>(f: (x: T) => x is S): StreamOf<S>;
  /** The records for which `f` is true. */
  filter(f: (x: T) => boolean): this;
  /**
   * All records that `f` gives for each record: none, one or many. `f` returns any iterable, or is a generator
   * function.
   */
  flatMap<U extends Hint>(f: (x: T) => Iterable<U>, preservesPartitioning?: Preserves): StreamOf<U>;
  /** What `f` makes of the records of each partition. It is called once per partition and batch, for empty ones too. */
  mapPartitions<U extends Hint>(
    f: (records: IterableIterator<T>) => Iterable<U>,
    preservesPartitioning?: Preserves,
  ): StreamOf<U>;
  /** As `mapPartitions`; `f` is given the number of the partition, from 0, as well. */
  mapPartitionsWithIndex<U extends Hint>(
    f: (index: number, records: IterableIterator<T>) => Iterable<U>,
    preservesPartitioning?: Preserves,
  ): StreamOf<U>;
  /**
   * What a promise of `f` resolves with, for each record: one asynchronous call per record, at most `concurrency` (16)
   * at once per partition; in the records' order unless `ordered: false`. Where one rejects, the batch fails.
   */
  mapAsync<U extends Hint>(
    f: (x: T) => Promise<U> | U,
    options?: { concurrency?: number; ordered?: boolean },
  ): StreamOf<U>;
  /** Each partition as one array. */
  glom(): DStream<T[]>;
  /** The same records in exactly `numPartitions` partitions of about equal size, by a shuffle. */
  repartition(numPartitions: number): this;
  /**
   * The records of all streams, batch by batch, their partitions side by side. They have equal slides
   * (`SLIDES_DIFFER`).
   */
  union(...others: readonly DStream<T>[]): this;
  /** How many records each batch has: one record a batch, 0 for an empty one. */
  count(): DStream<number>;
  /** The records of each batch combined by `f`, which is associative: one record a batch, none for an empty one. */
  reduce(f: (a: T, b: T) => T): this;
  /** How often each value comes in a batch, as pairs of value and count. Values are equal by value, as keys are. */
  countByValue(partitions?: Partitions<T>): PairDStream<T, number>;
  /**
   * Any operation of data sets: what `f` makes of the data set of each batch. `f` is called on the driver for each
   * batch, must depend on nothing but its arguments, and may be async.
   */
  transform<U extends Hint>(f: (rdd: RDD<T>, time: Time) => RDD<U> | Promise<RDD<U>>): StreamOf<U>;
  /**
   * As `transform`, of this stream and another one of the same slide. The arguments may stand the other way round, too, as
   * in Python, whose `keepSerializer` means nothing here.
   */
  transformWith<W, U extends Hint>(
    other: DStream<W>,
    f: (rdd: RDD<T>, other: RDDOf<W>, time: Time) => RDD<U> | Promise<RDD<U>>,
  ): StreamOf<U>;
  /** The same with the arguments in Python's order; `keepSerializer` means nothing here. */
  transformWith<W, U extends Hint>(
    f: (rdd: RDD<T>, other: RDDOf<W>, time: Time) => RDD<U> | Promise<RDD<U>>,
    other: DStream<W>,
    keepSerializer?: boolean,
  ): StreamOf<U>;
  /** The batches of the last `windowDuration`, every `slideDuration` (default: the stream's own). Both multiples of that. */
  window(windowDuration: DurationLike, slideDuration?: DurationLike): this;
  /** One record a window, none before there was the first one. Kept up to date: needs a checkpoint directory. */
  countByWindow(windowDuration: DurationLike, slideDuration: DurationLike): DStream<number>;
  /**
   * One record a window, none for an empty one. `f` is associative, gets older values first, and returns a new value:
   * those that it is given are kept for later windows.
   */
  reduceByWindow(f: (a: T, b: T) => T, windowDuration: DurationLike, slideDuration: DurationLike): this;
  /**
   * The same kept up to date: `inverse` takes away what leaves the window. Once there was a record there is always one.
   * Needs a checkpoint directory. Without an inverse (null): as above.
   */
  reduceByWindow(
    f: (a: T, b: T) => T,
    inverse: ((a: T, b: T) => T) | null,
    windowDuration: DurationLike,
    slideDuration: DurationLike,
  ): this;
  /** How often each value comes in the window. Kept up to date: needs a checkpoint directory. */
  countByValueAndWindow(
    windowDuration: DurationLike,
    slideDuration: DurationLike,
    partitions?: Partitions<T>,
  ): PairDStream<T, number>;
  /** The data sets of the batches from `from` to `to`, both included. Only after `start()`. */
  slice(from: Time | Date | number, to: Time | Date | number): Promise<RDD<T>[]>;
  /** Default: `MEMORY_ONLY_SER`. */
  persist(level?: StorageLevelLike): this;
  /** As `persist()`. */
  cache(): this;
  /** Every how long this stream is checkpointed. */
  checkpoint(interval: DurationLike): this;
  /** The name by which its state is found again when the program around it has changed. */
  uid(name: string): this;
  /** The context that the stream belongs to. */
  context(): StreamingContext;

  /** The first `num` (10) records of each batch on standard output, in Spark's form: `(hello,1)`. */
  print(num?: number | { num?: number }): void;
  /** The same in Python's form: `('hello', 1)`. */
  pprint(num?: number | { num?: number }): void;
  /**
   * Each batch as a directory of text files, `prefix-<ms>.suffix`, one file a partition, in the form of `print`. It
   * appears whole, and replaces one of the same name. `hdfs://` and the like throw NEEDS_CONNECTOR here.
   */
  saveAsTextFiles(prefix: string | null, suffix?: string | null | { suffix?: string | null }): void;
  /** As `saveAsTextFiles`, for what `sc.objectFile` reads: any record that can be kept. */
  saveAsObjectFiles(prefix: string | null, suffix?: string | null): void;
  /** Called on the driver for each batch; it may be async, and its batch ends when its promise settles. */
  foreachRDD(f: (rdd: RDD<T>, time: Time) => unknown): void;
  /** The guide's name of `foreachRDD`. */
  foreach(f: (rdd: RDD<T>, time: Time) => unknown): void;
  /** Called on the executors, once per partition and batch; an async `f` is awaited. */
  foreachPartition(f: (records: IterableIterator<T>) => unknown): void;
  /**
   * The batches as an asynchronous iterable, to be asked for before `start()`. It ends when the context stops, and throws what
   * made a batch fail. At most 64 batches wait in it, then the stream's jobs wait.
   */
  batches(): AsyncIterableIterator<Batch<T>>;
}

/** A stream of `[key, value]` pairs. */
export interface PairDStream<out K, out V> extends DStream<[K, V]> {
  /** Each batch as a directory `prefix-<ms>.suffix` of files of a format: text or Hadoop's sequence files, or one's own. */
  saveAsHadoopFiles(prefix: string | null, suffix?: string | null, options?: SaveOptions): void;
  /** As `saveAsHadoopFiles`, with the file names of Hadoop's new API: `part-r-00000`. */
  saveAsNewAPIHadoopFiles(prefix: string | null, suffix?: string | null, options?: SaveOptions): void;
  /** The values of each key of a batch combined by `f`, which is associative: values are combined before the shuffle as well. */
  reduceByKey(f: (a: V, b: V) => V, partitions?: Partitions<K>): PairDStream<K, V>;
  /** The values of each key of a batch in one list. Where it is only to be reduced, `reduceByKey` shuffles less. */
  groupByKey(partitions?: Partitions<K>): PairDStream<K, V[]>;
  /**
   * The values of each key of a batch in a combiner of another kind: made of the first value, merged with later ones,
   * and with the combiners of other partitions. `mapSideCombine: false` sends the values as they are.
   */
  combineByKey<C>(
    createCombiner: ((value: V) => C) & MakesRecords<C>,
    mergeValue: (combiner: C, value: V) => C,
    mergeCombiners: (a: C, b: C) => C,
    partitions?: Partitions<K>,
    options?: { mapSideCombine?: boolean },
  ): PairDStream<K, C>;
  /** The same keys with other values; the partitioner stays. */
  mapValues<U extends Hint>(f: ((value: V) => U) & MakesRecords<U>): PairDStream<K, U>;
  /** A pair for each value that `f` gives, under the same key; the partitioner stays. */
  flatMapValues<U extends Hint>(f: (value: V) => Iterable<U>): PairDStream<K, U>;
  /** Pairs as they are, each where its key belongs. */
  partitionBy(partitions: Partitions<K>, partitioner?: (key: K) => number): PairDStream<K, V>;
  /** Inner join of the batches of two streams of the same slide: a pair for each combination of values. */
  join<W>(other: PairDStream<K, W>, partitions?: Partitions<K>): PairDStream<K, [V, W]>;
  /** As `join`, and `undefined` on the right for keys that only this stream has. */
  leftOuterJoin<W>(other: PairDStream<K, W>, partitions?: Partitions<K>): PairDStream<K, [V, W | undefined]>;
  /** As `join`, and `undefined` on the left for keys that only the other stream has. */
  rightOuterJoin<W>(other: PairDStream<K, W>, partitions?: Partitions<K>): PairDStream<K, [V | undefined, W]>;
  /** As `join`, and `undefined` where one of them does not have the key. */
  fullOuterJoin<W>(
    other: PairDStream<K, W>,
    partitions?: Partitions<K>,
  ): PairDStream<K, [V | undefined, W | undefined]>;
  /** All values of a key on either side. */
  cogroup<W>(other: PairDStream<K, W>, partitions?: Partitions<K>): PairDStream<K, [V[], W[]]>;
  /** The values of the window in one list for each key, oldest batch first. */
  groupByKeyAndWindow(
    windowDuration: DurationLike,
    slideDuration?: DurationLike | WindowOptions<K>,
    partitions?: Partitions<K>,
  ): PairDStream<K, V[]>;
  /**
   * Reduces each batch, then the batches of each window, at a cost that does not grow with it. A key leaves with its last
   * value. `f` is associative, gets older values first, and returns a new value: those that it is given are kept.
   */
  reduceByKeyAndWindow(
    f: (a: V, b: V) => V,
    windowDuration: DurationLike,
    slideDuration?: DurationLike | WindowOptions<K>,
    partitions?: Partitions<K>,
  ): PairDStream<K, V>;
  /**
   * The same kept up to date: `inverse` takes away what leaves the window. Keys stay for ever, with what the inverse
   * leaves, unless `filter` drops them. Needs a checkpoint directory. Without an inverse (null): as above.
   */
  reduceByKeyAndWindow(
    f: (a: V, b: V) => V,
    inverse: ((a: V, b: V) => V) | null,
    windowDuration: DurationLike,
    slideDuration?: DurationLike | InverseWindowOptions<K, V>,
    options?: Partitions<K> | InverseWindowOptions<K, V>,
    filter?: ((pair: [K, V]) => boolean) | null,
  ): PairDStream<K, V>;
  /**
   * State by key by a function of a whole partition: of an iterator over `[key, new values, state]`. It gives the keys that stay,
   * with their states, and none that it was not given (`STATE_KEY_UNKNOWN`). Or by a function of time, key, values and state: one of
   * four parameters, with their types. `rememberPartitioner` tells these forms from the one below; false: an operation by key behind it
   * shuffles.
   */
  updateStateByKey<S = V>(
    f: (entries: IterableIterator<[key: K, values: V[], state: S | undefined]>) => Iterable<readonly [K, S]>,
    options: PartitionStateOptions<K, S>,
  ): PairDStream<K, S>;
  /** The same by a function of time, key, new values and state, which gives the next state. */
  updateStateByKey<S = V>(
    f: ((time: Time, key: K, values: V[], state: S | undefined) => S | null | undefined) & MakesRecords<S>,
    options: PartitionStateOptions<K, S>,
  ): PairDStream<K, S>;
  /**
   * State by key: `f` is called in every batch, for each key that has a state or new values (`[]` where nothing came). What
   * it returns is the next state; undefined or null forgets the key. It must not change the state that it is given. Needs a
   * checkpoint directory.
   */
  updateStateByKey<S = V>(
    f: ((values: V[], state: S | undefined) => S | null | undefined) & MakesRecords<S>,
    options?: Partitions<K> | StateOptions<K, S>,
    initial?: InitialState<K, S>,
  ): PairDStream<K, S>;
  /**
   * State by key where only keys with news are visited: `f` is called for each record, and once more, with
   * `value === undefined` and `state.isTimingOut()`, for a key that nothing came for during `timeout` (looked at in every
   * tenth batch, or at the checkpoint interval). What it returns is a record of the result, undefined none. Needs a
   * checkpoint directory.
   */
  mapWithState<S = V, M extends Hint = unknown>(
    f: ((key: K, value: V | undefined, state: State<S>, time: Time) => M) & MakesRecords<M>,
    options?: MapWithStateOptions<K, S>,
  ): MapWithStateDStream<K, S, M>;
  /** The key of each pair. */
  keys<A>(this: PairDStream<A, unknown>): StreamOf<A>;
  /** The value of each pair. */
  values<B>(this: PairDStream<unknown, B>): StreamOf<B>;
  /** As for any stream, with operations by key of the data set as well. */
  transform<U extends Hint>(f: (rdd: PairRDD<K, V>, time: Time) => RDD<U> | Promise<RDD<U>>): StreamOf<U>;
  /** As for any stream, with operations by key of the data set as well. */
  transformWith<W, U extends Hint>(
    other: DStream<W>,
    f: (rdd: PairRDD<K, V>, other: RDDOf<W>, time: Time) => RDD<U> | Promise<RDD<U>>,
  ): StreamOf<U>;
  /** The same with the arguments in Python's order; `keepSerializer` means nothing here. */
  transformWith<W, U extends Hint>(
    f: (rdd: PairRDD<K, V>, other: RDDOf<W>, time: Time) => RDD<U> | Promise<RDD<U>>,
    other: DStream<W>,
    keepSerializer?: boolean,
  ): StreamOf<U>;
  /** The data sets of the batches from `from` to `to`, both included. Only after `start()`. */
  slice(from: Time | Date | number, to: Time | Date | number): Promise<PairRDD<K, V>[]>;
  /** Called on the driver for each batch; it may be async, and its batch ends when its promise settles. */
  foreachRDD(f: (rdd: PairRDD<K, V>, time: Time) => unknown): void;
  /** The guide's name of `foreachRDD`. */
  foreach(f: (rdd: PairRDD<K, V>, time: Time) => unknown): void;
}

/** What `mapWithState` gives: the records that its function returned. */
export type MapWithStateDStream<K, S, M> = StreamOf<Exclude<M, undefined | void>> & {
  /** All keys with their state, in each batch. */
  stateSnapshots(): PairDStream<K, S>;
};

/** A streaming program: sources, their streams, a life cycle. */
export interface StreamingContext extends AsyncDisposable {
  /** The context of data sets that its tasks run on. */
  readonly sparkContext: SparkContext;
  /** The interval of batches. */
  readonly batchDuration: Duration;

  /** Lines of UTF-8 text that a TCP server sends; connects as a client, again and again where it has to. */
  socketTextStream(host: string, port: number, storageLevel?: StorageLevel | ReceiverOptions): DStream<string>;
  /** Without a converter: lines, as `socketTextStream`. */
  socketStream(host: string, port: number): DStream<string>;
  /**
   * What `converter`, mostly an async generator, makes of the bytes of each connection. Connects again as
   * `socketTextStream` does.
   */
  socketStream<T extends Hint>(
    host: string,
    port: number,
    converter: SocketConverter<T>,
    storageLevel?: StorageLevel | ReceiverOptions,
  ): StreamOf<T>;
  /**
   * Blocks of packed records from a TCP server, which sends frames made by `rawFrame(records)`; each becomes a partition and is decoded
   * where a task needs it. Connects again as `socketTextStream` does.
   */
  rawSocketStream<T extends Hint>(
    host: string,
    port: number,
    storageLevel?: StorageLevel | ReceiverOptions,
  ): StreamOf<T>;
  /**
   * What an actor stores, which subscribes to others by `context.actorSelection(url)`. Made anew when it throws, by the supervisor's
   * strategy, and when a connection that it made was refused or lost.
   */
  actorStream<T extends Hint>(props: Props<ActorReceiver<T>>, name: string, options?: ActorStreamOptions): StreamOf<T>;
  /**
   * Tweets, those that match one of the filters if there are any: of the feed given to `setTwitterFeed`, else of the recording
   * that `dstreams.twitter.feed` names; where there is neither, `NEEDS_CONNECTOR`.
   */
  twitterStream(...args: TwitterArguments): DStream<Status>;
  /**
   * `[key, message]` pairs of topics. Throws `NEEDS_CONNECTOR`, as do the next three: there is no connector yet, and the message
   * says what to use in its place. Their shapes stay when there is one.
   */
  kafkaStream(
    zkQuorum: string,
    groupId: string,
    topics: KafkaTopics,
    storageLevel?: StorageLevel | ReceiverOptions,
  ): PairDStream<string, string>;
  /** Events from Flume agents, which would connect to this port. Throws `NEEDS_CONNECTOR`. */
  flumeStream(host: string, port: number, storageLevel?: StorageLevel | ReceiverOptions): DStream<FlumeEvent>;
  /** Messages of a topic, as text. Throws `NEEDS_CONNECTOR`. */
  mqttStream(brokerUrl: string, topic: string, storageLevel?: StorageLevel | ReceiverOptions): DStream<string>;
  /** What `bytesToObjects` makes of the frames of each message, but for that of the topic. Throws `NEEDS_CONNECTOR`. */
  zeroMQStream<T extends Hint>(
    publisherUrl: string,
    subscribe: string,
    bytesToObjects: (frames: readonly Uint8Array[]) => Iterable<T>,
    storageLevel?: StorageLevel | ReceiverOptions,
  ): StreamOf<T>;
  /** What a receiver of Spark 0.9's kind stores. It is not started again when it fails. */
  networkStream<T extends Hint>(receiver: NetworkReceiver<T>): StreamOf<T>;
  /**
   * Records from anything: an iterable, synchronous or not, a Node `Readable`, a function `async (out, signal) => { await
   * out(record); … }` or a generator function, or an object with `onStart(supervisor)` and `onStop()`. A source that ends has
   * ended; a function that throws is called again after `spark.streaming.receiverRestartDelay`.
   */
  receiverStream<T extends Hint>(source: ReceiverSource<T>, options?: StorageLevel | ReceiverOptions): StreamOf<T>;
  /** What a receiver object stores through the supervisor that its `onStart` is given. */
  receiverStream<T extends Hint>(receiver: ReceiverObject<T>, options?: StorageLevel | ReceiverOptions): StreamOf<T>;
  /**
   * The lines of the text files that appear in a directory, each batch those of the files that are new then. A file has to
   * appear at once, whole: write it elsewhere and move it here. `directory` may be a pattern of directories (`/logs/*`).
   * Throws `NEEDS_CONNECTOR` for `hdfs://` and the like.
   */
  textFileStream(directory: string): DStream<string>;
  /** The same for files of records that are `recordLength` bytes long each. */
  binaryRecordsStream(directory: string, recordLength: number): DStream<Uint8Array>;
  /** The same for files of any format, as pairs of key and value. Default: text, keyed by the byte offset of the line. */
  fileStream<K extends Hint = number, V extends Hint = string>(
    directory: string,
    options?: FileStreamOptions<K, V>,
  ): PairDStream<K, V>;
  /**
   * The data sets or arrays of a queue, one a batch unless told otherwise. Where the queue is empty: see
   * `QueueOptions.default`.
   */
  queueStream<T extends Hint>(queue: Queue<T>, options?: QueueOptions<T>): StreamOf<T>;
  /** The same with Python's arguments in their places. */
  queueStream<T extends Hint>(
    queue: Queue<T>,
    oneAtATime: boolean,
    defaultRDD?: RDD<T> | readonly T[] | null,
  ): StreamOf<T>;
  /**
   * The records of all streams, batch by batch, their partitions side by side. They have equal slides
   * (`SLIDES_DIFFER`).
   */
  union<T>(...streams: readonly DStream<T>[]): StreamOf<T>;
  /**
   * What `f` makes of the data sets of several streams, which it is given in the order of the streams. See
   * `DStream.transform`.
   */
  transform<T extends readonly unknown[], U extends Hint>(
    streams: readonly [...{ [I in keyof T]: DStream<T[I]> }],
    f: (rdds: { -readonly [I in keyof T]: RDDOf<T[I]> }, time: Time) => RDD<U> | Promise<RDD<U>>,
  ): StreamOf<U>;

  /** The least time that every stream keeps its batches. */
  remember(duration: DurationLike): void;
  /** The directory for checkpoints; null turns them off. */
  checkpoint(directory: string | null): void;
  /** Writes the graph on standard output, a line an operator, and returns that text. */
  explain(): string;
  /** Where the context is in its life. It starts once. */
  getState(): 'INITIALIZED' | 'ACTIVE' | 'STOPPED';
  /** The listener learns what happens from now on: an object with some of the methods. */
  addStreamingListener(listener: StreamingListener): void;
  /** The listener learns nothing from now on. */
  removeStreamingListener(listener: StreamingListener): void;
  /** Calls `f` for each event of that name: `ssc.on('batchCompleted', (e) => …)`. Returns a function that ends it. */
  on<E extends EventName>(event: E, f: (event: Extract<StreamingEvent, { type: E }>) => unknown): () => void;

  /** Throws at once what is wrong with the program; the promise rejects with what fails later. It need not be awaited. */
  start(): Promise<void>;
  /**
   * Stops receivers and batches, and the `SparkContext` unless told otherwise. Resolves when all is down. Idempotent.
   */
  stop(options?: StopOptions): Promise<void>;
  /** The same with Python's arguments in their places. */
  stop(stopSparkContext: boolean, stopGracefully?: boolean): Promise<void>;
  /**
   * Resolves when the context has stopped, or, if one is given, when the time is over; rejects with the first error of a
   * batch, after which the context goes on.
   */
  awaitTermination(timeout?: DurationLike): Promise<void>;
  /** true: stopped; false: the time was over. */
  awaitTerminationOrTimeout(timeout: DurationLike): Promise<boolean>;
}
