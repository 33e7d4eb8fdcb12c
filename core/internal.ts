/** For this package's own surfaces, gateway and tools: what users should not build on. */
export * from './backend/program/index.ts';
export * from './data/index.ts';
export * from './checkpoint/index.ts';
export {
  type AddingParam,
  LIST,
  NUMBERS,
  ruleOf,
  SUM,
  type SumState,
  valueInDriver,
} from './engine/accumulators.ts';
export { DirectoryEngine } from './engine/directory-engine.ts';
export { type CreateInfo, getOrCreate } from './engine/get-or-create.ts';
export { activeCore } from './engine/active-core.ts';
export { activeEngine } from './engine/active.ts';
export { ExecutorReady } from './engine/executor-ready.ts';
export { binaryRecordsStream, type FileStreamOptions, fileStream, textFileStream } from './engine/file-stream.ts';
export { machineUser } from './engine/machine.ts';
export { SPARK_VERSION, SparkCore, type SparkCoreOptions } from './engine/spark-core.ts';
export type { EngineState } from './engine/life-cycle.ts';
export { StreamEngine, type StopOptions } from './engine/stream-engine.ts';
export * from './errors.ts';
export { printAsText } from './printed.ts';
export * from './format/index.ts';
export * from './metrics/index.ts';
/** Operators on streams: `streamOps.reduceByKey(ref, f, partitioner, dialect)`. */
export * as streamOps from './engine/stream-ops.ts';
export type { Combiner, MapAsyncOptions, Parallelism, Parts } from './operator/index.ts';
export * from './options/index.ts';
export * from './plan/index.ts';
/** Operations and actions on data sets: `rddOps.collect(rdd)`. */
export * as rddOps from './rdd/index.ts';
export {
  AccumulatorCell,
  type AccumulatorRule,
  ActionPromise,
  type AnyFunction,
  BroadcastCell,
  BUILTINS,
  checkFunction,
  type FnSlot,
  type MakesRecords,
  type NotAsync,
  FunctionPartitioner,
  HashPartitioner,
  Partitioner,
  RangePartitioner,
  Rdd,
  type RddContext,
  SHUFFLES,
  type ShuffleMode,
  StatCounter,
} from './rdd/index.ts';
/** Outputs as files: `saveOps.save(rdd, path, plan, files, label)`. */
export * as saveOps from './sink/save.ts';
export type { Disk, DiskSpace } from './storage/disk.ts';
export { MemoryDisk } from './storage/disk-memory.ts';
export type { WriteText } from './sink/print.ts';
/** Data sets of files: `fileOps.textFile(core, path)`. */
export * as fileOps from './source/file-inputs.ts';
export { iterableReceiver, type Out, type ReceiverFunction, type ReceiverSource } from './source/iterable-receiver.ts';
export * from './source/actor/index.ts';
export { NetworkReceiver, networkReceiver, type RecordBlockGenerator } from './source/network-receiver.ts';
export { claimForOneStream } from './source/one-stream.ts';
export { rawFrame, rawSocket } from './source/raw-socket.ts';
export { countWords, topEntries } from './source/raw-text.ts';
export {
  HashtagEntity,
  isTracked,
  setTwitterFeed,
  Status,
  type StatusRecord,
  type TwitterArguments,
  type TwitterFeed,
  TwitterUser,
} from './source/twitter.ts';
export { twitterStream } from './engine/twitter-stream.ts';
export { type ExternalSystem, needsConnector } from './source/needs-connector.ts';
export { type QueueInputOptions, queueInput, type RddQueue } from './source/queue-input.ts';
export type { Receiver, ReceiverSupervisor, StoreBytesOptions, StoredBytes } from './source/receiver.ts';
export { receiverInput } from './source/receiver-input.ts';
export { type SocketConverter, socketStream } from './source/socket-stream.ts';
export { socketText } from './source/socket-text.ts';
export { State } from './state/index.ts';
export * from './time/index.ts';
