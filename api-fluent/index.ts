/**
 * `dstreams`: Spark Streaming's model in TypeScript, with plain functions and `[key, value]` pairs.
 * @module dstreams
 */
import { isFluentStream } from './dstream.ts';
import type { SparkContextClass, StreamingContextClass } from './context-classes.ts';
import type { AnyStream } from './pair-types.ts';
import type { SparkContext as SparkContextType } from './rdd-types.ts';
import { FluentSparkContext } from './spark-context.ts';
import { FluentStreamingContext } from './streaming-context.ts';
import type { StreamingContext as StreamingContextType, DStream as DStreamType, StreamOf } from './types.ts';

export {
  type BatchInfo,
  BooleanWritable,
  type ByteSink,
  BytesWritable,
  Configuration,
  DefaultCodec,
  DoubleWritable,
  type FileSplit,
  FloatWritable,
  type FormatConf,
  GzipCodec,
  type InputFormat,
  IntWritable,
  KeyValueTextInputFormat,
  LongWritable,
  Actor,
  type ActorClass,
  type ActorContext,
  ActorReceiver,
  ActorRef,
  ActorSelection,
  type ActorStreamOptions,
  ActorSystem,
  type ActorSystemOptions,
  OneForOneStrategy,
  HashtagEntity,
  setTwitterFeed,
  Status,
  type StatusRecord,
  type TwitterArguments,
  type TwitterFeed,
  TwitterUser,
  Props,
  ReceiverSupervisorStrategy,
  Statistics,
  NetworkReceiver,
  NullWritable,
  type OutputFormat,
  type PartInfo,
  Path,
  type ReadContext,
  type RecordWriter,
  SequenceFileInputFormat,
  SequenceFileOutputFormat,
  Text,
  TextInputFormat,
  TextOutputFormat,
  VIntWritable,
  VLongWritable,
  type Writable,
  type WritableName,
  type ClassOptions,
  type ConfValue,
  type CreateInfo,
  defineJob,
  DStreamsError,
  Duration,
  Durations,
  type ErrorCode,
  HashPartitioner,
  isDriver,
  isDStreamsError,
  FixedLengthRecords,
  type Job,
  type JobMain,
  type LogSink,
  Milliseconds,
  Minutes,
  Partitioner,
  type Out,
  type OutputOperationInfo,
  rawFrame,
  type RecordBlockGenerator,
  type ReceiverFunction,
  type ReceiverInfo,
  type ReceiverSource,
  type ReceiverSupervisor,
  registerClass,
  Seconds,
  setLogger,
  setLogLevel,
  type SocketConverter,
  SparkConf,
  type State,
  StatCounter,
  StorageLevel,
  type StorageLevelLike,
  StorageLevels,
  type StreamInputInfo,
  TextLines,
  type StreamingEvent,
  type StreamingListener,
  Time,
} from '../core/internal.ts';
export type { FlumeEvent, KafkaTopics } from './external-sources.ts';
export type { ReadOptions, SaveOptions } from './files.ts';
export * from './functions.ts';
export { Accumulator, type AccumulatorParam, Broadcast } from './shared-variables.ts';
export type { AnyStream, Partitions } from './pair-types.ts';
export { RawTextHelper } from './raw-text.ts';
export type { PairRDD, RDD, RDDOf } from './rdd-types.ts';
export type {
  SparkContextClass,
  SparkContextOptions,
  StreamingContextClass,
  StreamingContextOptions,
} from './context-classes.ts';
export type {
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
export type { Batch, MapWithStateDStream, PairDStream, StreamOf } from './types.ts';

/** A streaming program: sources, their streams, a life cycle (Spark `StreamingContext`). */
export const StreamingContext: StreamingContextClass = FluentStreamingContext;
/** What `new StreamingContext(…)` gives. */
export type StreamingContext = StreamingContextType;

/** Data sets, shared variables and the configuration of a program (Spark `SparkContext`). */
export const SparkContext: SparkContextClass = FluentSparkContext;
/** What `new SparkContext(…)` and `ssc.sparkContext` give. */
export type SparkContext = SparkContextType;

/** A stream: one data set per batch. Each operation is one on all of them. */
export type DStream<T> = DStreamType<T>;
/** Makes streams of one surface into those of this one, and knows them by `instanceof`. */
export const DStream = {
  /** A stream of either surface as one of this. Its records stay what they are: pairs of the Java surface are `Tuple2`. */
  fromDStream: <T>(stream: AnyStream): StreamOf<T> => FluentStreamingContext.adopt(stream),
  [Symbol.hasInstance]: (value: unknown): boolean => isFluentStream(value),
};
