import type { z } from 'zod';
import { LOG_LEVELS } from '../metrics/logger.ts';
import { bytes, decimal, flag, nonEmpty, oneOf, rateLimit, timeInSeconds, timeMs, whole } from './conf-values.ts';

/** What is known of one key. `default` is a text, as a user would write it; undefined means unset. */
export interface ConfKey<Setting extends string = string, Schema extends z.ZodType = z.ZodType> {
  /** The name in `ResolvedConf`. */
  readonly setting: Setting;
  readonly schema: Schema;
  readonly default: string | undefined;
  readonly unit: string;
  /** One sentence or two, for people. */
  readonly doc: string;
}

function key<Setting extends string, Schema extends z.ZodType<unknown, string>>(
  setting: Setting,
  schema: Schema,
  unit: string,
  defaultText: string,
  doc: string,
): ConfKey<Setting, Schema> {
  return { setting, schema, unit, default: defaultText, doc };
}

function optionalKey<Setting extends string, Schema extends z.ZodType<unknown, string>>(
  setting: Setting,
  schema: Schema,
  unit: string,
  doc: string,
): ConfKey<Setting, z.ZodOptional<Schema>> {
  return { setting, schema: schema.optional(), unit, default: undefined, doc };
}

const logLevel = () => oneOf(...LOG_LEVELS);

/** Every key that means something here, with default and unit: the one list, from which docs and checks come. */
export const CONF_KEYS = {
  'spark.master': optionalKey('master', nonEmpty(), 'text', 'Where the program runs: local, local[N], local[*].'),
  'spark.app.name': optionalKey('appName', nonEmpty(), 'text', 'The name of the program, for logs.'),
  'spark.default.parallelism': optionalKey(
    'defaultParallelism',
    whole(1),
    'partitions',
    'Partitions of a shuffle that is not told a number. Unset: the threads of the master.',
  ),
  'spark.task.maxFailures': key(
    'taskMaxFailures',
    whole(1),
    'attempts',
    '4',
    'How often a task is tried before its job fails. What the master local[N,F] says goes first.',
  ),
  'spark.cleaner.ttl': optionalKey(
    'cleanerTtlMs',
    timeInSeconds(1000),
    's',
    'If set, start() fails when an operator has to remember for longer. Unset: off, memory is bounded by the graph.',
  ),
  'spark.streaming.blockInterval': key(
    'blockIntervalMs',
    timeMs(1),
    'ms',
    '200ms',
    'Length of a block of received records; never longer than the batch. A partition is one block.',
  ),
  'spark.streaming.concurrentJobs': key(
    'concurrentJobs',
    whole(1),
    'jobs',
    '1',
    'Jobs of output operations that run at a time.',
  ),
  'spark.streaming.clock': optionalKey(
    'clock',
    nonEmpty(),
    'text',
    'A class name that ends in ManualClock stands for a clock that tests move.',
  ),
  'spark.streaming.manualClock.jump': key(
    'manualClockJumpMs',
    timeMs(0),
    'ms',
    '0',
    'What a manual clock is moved by at recovery; for tests.',
  ),
  'spark.streaming.unpersist': key(
    'unpersist',
    flag(),
    'true/false',
    'true',
    'Drop the data of batches once forgotten.',
  ),
  'spark.streaming.gracefulStopTimeout': optionalKey(
    'gracefulStopTimeoutMs',
    timeMs(0),
    'ms',
    'Limit of a graceful stop. Unset: ten batches.',
  ),
  'spark.streaming.stopGracefullyOnShutdown': key(
    'stopGracefullyOnShutdown',
    flag(),
    'true/false',
    'false',
    'Stop gracefully on SIGINT and SIGTERM also where the program was not started by the command line.',
  ),
  'spark.streaming.stopSparkContextByDefault': key(
    'stopSparkContextByDefault',
    flag(),
    'true/false',
    'true',
    'Whether stop() without arguments stops the SparkContext too.',
  ),
  'spark.streaming.checkpoint.directory': optionalKey(
    'checkpointDirectory',
    nonEmpty(),
    'path',
    'As if checkpoint(directory) had been called.',
  ),
  'spark.streaming.fileStream.minRememberDuration': key(
    'fileStreamMinRememberMs',
    timeInSeconds(1),
    's',
    '60s',
    'How old a file that turns up late may be to be read still.',
  ),
  'spark.streaming.ui.retainedBatches': key(
    'retainedBatches',
    whole(1),
    'batches',
    '1000',
    'Finished batches of which figures are kept.',
  ),
  'spark.streaming.receiver.maxRate': optionalKey(
    'maxRate',
    rateLimit(),
    'records/s',
    'Records per second that one receiver may store one by one. Unset, 0 and below: no limit.',
  ),
  'spark.streaming.receiverRestartDelay': key(
    'receiverRestartDelayMs',
    timeMs(0),
    'ms',
    '2000ms',
    'Wait before a receiver that failed is started again.',
  ),
  'spark.streaming.blockQueueSize': key(
    'blockQueueSize',
    whole(1),
    'blocks',
    '10',
    'Blocks of one receiver that wait to be stored; more make the receiver wait.',
  ),
  'spark.streaming.receiver.blockStoreTimeout': key(
    'blockStoreTimeoutMs',
    timeInSeconds(1),
    's',
    '30s',
    'Limit for storing and logging one block.',
  ),
  'spark.streaming.receiver.writeAheadLog.enable': key(
    'receiverWalEnable',
    flag(),
    'true/false',
    'false',
    'Log received blocks before they are acknowledged. Needs a checkpoint directory.',
  ),
  'spark.streaming.receiver.writeAheadLog.rollingIntervalSecs': key(
    'receiverWalRollingMs',
    timeInSeconds(1000),
    's',
    '60',
    'After this long the log goes on in a new file: one log has received blocks and batches, and the shorter time counts.',
  ),
  'spark.streaming.receiver.writeAheadLog.maxFailures': key(
    'receiverWalMaxFailures',
    whole(1),
    'attempts',
    '3',
    'Attempts to write a record of the log of received blocks.',
  ),
  'spark.streaming.receiver.writeAheadLog.closeFileAfterWrite': key(
    'receiverWalCloseFileAfterWrite',
    flag(),
    'true/false',
    'false',
    'Close the file of the log after each write, for file systems that cannot flush.',
  ),
  'spark.streaming.driver.writeAheadLog.rollingIntervalSecs': key(
    'driverWalRollingMs',
    timeInSeconds(1000),
    's',
    '60',
    'The same.',
  ),
  'spark.streaming.driver.writeAheadLog.maxFailures': key(
    'driverWalMaxFailures',
    whole(1),
    'attempts',
    '3',
    "Attempts to write a record of the driver's log.",
  ),
  'spark.streaming.driver.writeAheadLog.closeFileAfterWrite': key(
    'driverWalCloseFileAfterWrite',
    flag(),
    'true/false',
    'false',
    "Close the file of the driver's log after each write, for file systems that cannot flush.",
  ),
  'spark.streaming.driver.writeAheadLog.allowBatching': key(
    'driverWalAllowBatching',
    flag(),
    'true/false',
    'true',
    "Write several records of the driver's log at once.",
  ),
  'spark.streaming.driver.writeAheadLog.batchingTimeout': key(
    'driverWalBatchingTimeoutMs',
    timeMs(0),
    'ms',
    '5000ms',
    "Limit for writing records of the driver's log together.",
  ),
  'spark.streaming.backpressure.enabled': key(
    'backpressureEnabled',
    flag(),
    'true/false',
    'false',
    'Let the rate of receivers follow the rate of processing.',
  ),
  'spark.streaming.backpressure.initialRate': optionalKey(
    'backpressureInitialRate',
    rateLimit(),
    'records/s',
    'Rate of a receiver before the first batch is done. Unset: spark.streaming.receiver.maxRate.',
  ),
  'spark.streaming.backpressure.rateEstimator': key(
    'backpressureRateEstimator',
    oneOf('pid'),
    'text',
    'pid',
    'How the rate is found: pid is the only way.',
  ),
  'spark.streaming.backpressure.pid.proportional': key(
    'backpressureProportional',
    decimal(0),
    'factor',
    '1.0',
    'Weight of the difference between the last rate and the rate of processing.',
  ),
  'spark.streaming.backpressure.pid.integral': key(
    'backpressureIntegral',
    decimal(0),
    'factor',
    '0.2',
    'Weight of the backlog.',
  ),
  'spark.streaming.backpressure.pid.derived': key(
    'backpressureDerived',
    decimal(0),
    'factor',
    '0.0',
    'Weight of the change of that difference.',
  ),
  'spark.streaming.backpressure.pid.minRate': key(
    'backpressureMinRate',
    decimal(0, true),
    'records/s',
    '100',
    'Lowest rate that back-pressure sets.',
  ),
  'dstreams.checkpoint.allowDroppedState': key(
    'allowDroppedState',
    flag(),
    'true/false',
    'false',
    'Whether a recovery may leave out state in the checkpoint that no stream of the program has the uid of.',
  ),
  'dstreams.memory.blockBytesMax': key(
    'blockBytesMax',
    bytes(0),
    'bytes',
    '1g',
    'Memory for blocks (persisted, received) of one process; beyond it blocks are dropped or spilled, by storage level.',
  ),
  'dstreams.local.dir': optionalKey(
    'localDir',
    nonEmpty(),
    'path',
    "Where blocks are spilled to. Unset: a folder of its own below the system's temporary one.",
  ),
  'dstreams.worker.memoryMb': key(
    'workerMemoryMb',
    whole(16),
    'MiB',
    '1024',
    'Heap of one worker thread; a worker that needs more is lost and replaced, the process goes on.',
  ),
  'dstreams.worker.youngGenerationMb': key(
    'workerYoungGenerationMb',
    whole(1),
    'MiB',
    '64',
    'Young generation of the heap of one worker thread: more means fewer, longer collections.',
  ),
  'dstreams.source.lineBytesMax': key(
    'lineBytesMax',
    bytes(1),
    'bytes',
    '16m',
    'Longest line that a text source takes; a longer one is LINE_TOO_LONG.',
  ),
  'dstreams.source.frameBytesMax': key(
    'frameBytesMax',
    bytes(1),
    'bytes',
    '64m',
    'Longest frame that rawSocketStream and actors take; a longer one is FRAME_INVALID.',
  ),
  'dstreams.twitter.feed': optionalKey(
    'twitterFeed',
    nonEmpty(),
    'path',
    'A recording that twitterStream reads: a tweet a line, as JSON. Unset: the feed that the program has set.',
  ),
  'dstreams.receiver.queueBytesMax': key(
    'receiverQueueBytesMax',
    bytes(1),
    'bytes',
    '256m',
    'Received bytes of one receiver that wait for their batch; beyond it the sender is made to wait.',
  ),
  'dstreams.scheduler.yieldMs': key(
    'yieldMs',
    timeMs(1),
    'ms',
    '8ms',
    'How long the engine works before it lets the event loop turn, in process.',
  ),
  'dstreams.pendingBatchesMax': key(
    'pendingBatchesMax',
    whole(1),
    'batches',
    '10000',
    'Batches that wait to be run; beyond it new ones are held back until one is done.',
  ),
  'dstreams.log.level': key('logLevel', logLevel(), 'level', 'INFO', 'Least level that is logged, on standard error.'),
} as const satisfies Readonly<Record<string, ConfKey>>;

export type KnownConfKey = keyof typeof CONF_KEYS;

/** Old names of keys, as Spark has them: the value goes to the new name unless that is set. */
export const CONF_ALIASES: Readonly<Record<string, KnownConfKey>> = {
  'spark.streaming.minRememberDuration': 'spark.streaming.fileStream.minRememberDuration',
};

/**
 * Keys of Spark Streaming that are accepted and mean nothing here: setting one warns once. A name that ends in `.` stands
 * for all keys that begin with it. Keys outside `spark.streaming.` and `dstreams.` need not be listed: all are accepted.
 */
export const CONF_IGNORED: Readonly<Record<string, string>> = {
  'spark.streaming.receiver.writeAheadLog.class': 'there is one implementation of the log',
  'spark.streaming.driver.writeAheadLog.class': 'there is one implementation of the log',
  'spark.streaming.sessionByKey.deltaChainThreshold': 'state is kept in another way',
  'spark.streaming.dynamicAllocation.': 'the number of executors is fixed by the master',
  'spark.streaming.kafka.': 'the Kafka source has options of its own',
};
