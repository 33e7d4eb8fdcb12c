/**
 * `dstreams/java`: the surface for programs ported from Java, class for class and method for method.
 * @module dstreams/java
 */
export {
  BooleanWritable,
  type ByteSink,
  BytesWritable,
  Configuration,
  DefaultCodec,
  DeflateCodec,
  DoubleWritable,
  type FileSplit,
  FileInputFormat,
  FileOutputFormat,
  FloatWritable,
  type FormatConf,
  GzipCodec,
  type InputFormat,
  IntWritable,
  JobConf,
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
  type CreateInfo,
  defineJob,
  DStreamsError,
  Duration,
  Durations,
  type ErrorCode,
  FixedLengthRecords,
  HashPartitioner,
  Interval,
  isDriver,
  isDStreamsError,
  JIterator,
  JList,
  JMap,
  JMapEntry,
  JSet,
  Milliseconds,
  Minutes,
  Optional,
  Partitioner,
  rawFrame,
  type RecordBlockGenerator,
  ReceiverInfo,
  registerClass,
  Seconds,
  setLogger,
  setLogLevel,
  SparkConf,
  StatCounter,
  StatsReportListener,
  StorageLevel,
  StorageLevels,
  StreamInputInfo,
  TextLines,
  Time,
  HashtagEntity,
  Status,
  type StatusRecord,
  type TwitterArguments,
  type TwitterFeed,
  TwitterUser,
  Tuple2,
  Tuple3,
  Tuple4,
} from '../core/internal.ts';
export { SparkContext, StreamingContext, StreamingContextState } from './context-views.ts';
export {
  type AnyRDD,
  JavaDStream,
  type JavaDStreamLike,
  JavaMapWithStateDStream,
  JavaPairDStream,
  type StreamMadeBy,
} from './dstream.ts';
export { Comparator, type Compare } from './comparator.ts';
export {
  type CanCommitOffsets,
  type ConsumerRecord,
  ConsumerStrategies,
  type ConsumerStrategy,
  FlumeUtils,
  type HasOffsetRanges,
  KafkaUtils,
  KinesisUtils,
  LocationStrategies,
  type LocationStrategy,
  MQTTUtils,
  OffsetRange,
  type SparkFlumeEvent,
  ZeroMQUtils,
} from './external-sources.ts';
export * from './functions.ts';
export { Function as JFunction } from './functions.ts';
export type { PathFilter, TypeToken } from './file-streams.ts';
export { type InputFormatLike, type OutputFormatLike, PortableDataStream, type RecordClassName } from './hadoop.ts';
export {
  JavaInputDStream,
  JavaPairInputDStream,
  JavaPairReceiverInputDStream,
  JavaReceiverInputDStream,
} from './input-dstream.ts';
export { ConstantInputDStream, InputDStream, NetworkInputDStream, ReceiverInputDStream } from './input-classes.ts';
export { JInputStream } from './input-stream.ts';
export {
  ArrayList,
  Arrays,
  Collections,
  type Groups,
  HashMap,
  HashSet,
  LinkedList,
  type List,
  Lists,
  Queue,
} from './java-util.ts';
export {
  BatchInfo,
  OutputOperationInfo,
  StreamingListener,
  StreamingListener as JavaStreamingListener,
  StreamingListenerBatchCompleted,
  StreamingListenerBatchStarted,
  StreamingListenerBatchSubmitted,
  StreamingListenerOutputOperationCompleted,
  StreamingListenerOutputOperationStarted,
  StreamingListenerReceiverError,
  StreamingListenerReceiverStarted,
  StreamingListenerReceiverStopped,
  StreamingListenerStreamingStarted,
} from './listener.ts';
export type { LocalIterator } from './local-iterator.ts';
export type { Parts } from './partitions.ts';
export { javaSplit, Matcher, Pattern } from './pattern.ts';
export { BoundedDouble, PartialResult } from './partial-result.ts';
export { RangePartitioner } from './range-partitioner.ts';
export { RawTextHelper } from './raw-text.ts';
export { JavaDoubleRDD, JavaPairRDD, JavaRDD, type JavaRDDLike } from './rdd.ts';
export { Partition } from './rdd-actions.ts';
export { Receiver } from './receiver.ts';
export {
  Accumulable,
  AccumulableParam,
  Accumulator,
  AccumulatorParam,
  AccumulatorV2,
  Broadcast,
  CollectionAccumulator,
  DoubleAccumulator,
  LongAccumulator,
} from './shared-variables.ts';
export { JavaSparkContext } from './spark-context.ts';
export { AkkaUtils, JavaActorReceiver } from './akka.ts';
export { type ContextFactory, JavaStreamingContext, JavaStreamingContextFactory } from './streaming-context.ts';
export { State, type StateEvolution, StateSpec } from './state-spec.ts';
export {
  Double,
  Float,
  Integer,
  JBoolean,
  JBoolean as Boolean,
  Long,
  MathShim,
  MathShim as Math,
} from './java-lang.ts';
export { type Runnable, Thread } from './java-thread.ts';
export {
  AtomicBoolean,
  AtomicInteger,
  AtomicLong,
  AtomicReference,
  CountDownLatch,
  Semaphore,
} from './java-concurrent.ts';
export { Level, Logger, LoggerFactory, LogManager } from './java-logging.ts';
export { Random } from './java-random.ts';
export { StringBuilder, StringBuilder as StringBuffer } from './string-builder.ts';
export { TwitterUtils } from './twitter.ts';
export { JString, JString as String, System } from './system.ts';
