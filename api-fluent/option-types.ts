import type {
  Duration,
  FormatConf,
  InputFormat,
  Partitioner,
  Path,
  Receiver,
  StorageLevel,
  StreamingEvent,
} from '../core/internal.ts';
import type { RDD } from './rdd-types.ts';

/** A length of time: `Seconds(1)`, `'1s'`, `'500ms'`, or a number of ms (not below 5, which are nearly always seconds). */
export type DurationLike = Duration | string | number;

/** State from before the first batch: pairs of key and state. */
export type InitialState<K, S> = RDD<readonly [K, S]> | Iterable<readonly [K, S]>;

/** A function of the key, compared as methods are: beside `initial` in one object it would make a stream invariant. */
type KeyFunction<K> = { of(key: K): number }['of'];

/** Of operations that shuffle: how many partitions, and which key goes where. */
interface PartitionOptions<K> {
  /** How many partitions. Default: `spark.default.parallelism`, or the master's threads. */
  readonly numPartitions?: number;
  /**
   * Which key goes where: a partitioner, or a function of the key, whose answer is taken modulo `numPartitions`.
   * Default: the hash of the key.
   */
  readonly partitioner?: Partitioner | KeyFunction<K>;
  /** Python's name of `partitioner`. */
  readonly partitionFunc?: KeyFunction<K>;
}

/** Of a window by key: its slide and its partitions. */
export interface WindowOptions<K> extends PartitionOptions<K> {
  /** Default: the stream's own slide. */
  readonly slideDuration?: DurationLike;
}

/** Of a window that is kept up to date by an inverse function. */
export interface InverseWindowOptions<K, V> extends WindowOptions<K> {
  /** Which pairs stay, asked after each window; what it drops is forgotten. Default, and null: all. */
  readonly filter?: ((pair: [K, V]) => boolean) | null;
  /** Python's name of `filter`. */
  readonly filterFunc?: ((pair: [K, V]) => boolean) | null;
}

/** Of state by key: what it begins with, its partitions, the version of its form. */
export interface StateOptions<K, S> extends PartitionOptions<K> {
  /** The state of keys before the first batch. Default: none. */
  readonly initial?: InitialState<K, S>;
  /** Python's name of `initial`. */
  readonly initialRDD?: InitialState<K, S>;
  /** The version of the state's form, from 1 on. Default 1. A program that changes the form counts it up: see `migrate`. */
  readonly stateVersion?: number;
  /**
   * Makes the state that a checkpoint of an older `version` holds into this program's; undefined or null forgets the
   * key. Called once a key, when the program goes on from such a checkpoint. Default: none, such a checkpoint is
   * refused (`STATE_DIFFERS`).
   */
  readonly migrate?: (old: never, version: number) => S | null | undefined;
}

/** Of the forms of `updateStateByKey` that see a whole partition, or time and key. */
export interface PartitionStateOptions<K, S> extends StateOptions<K, S> {
  /** Whether an operation by key behind it need not shuffle. */
  readonly rememberPartitioner: boolean;
}

/** Of `mapWithState`: as for other state, and how long a key may be idle. */
export interface MapWithStateOptions<K, S> extends StateOptions<K, S> {
  /** How long a key may be idle. Default: for ever. */
  readonly timeout?: DurationLike;
}

/** What a queue stream reads: data sets, or plain arrays. It is read while the stream runs, so the program may add to it. */
export type Queue<T> = (RDD<T> | readonly T[])[] | { shift(): RDD<T> | readonly T[] | undefined };

/** Of `fileStream`: which files are read, and how. */
export interface FileStreamOptions<K, V> {
  /** How files are read. Default: text, keyed by the byte offset of the line. */
  readonly format?: InputFormat<K, V>;
  /** Which files are read. Default: those whose name does not begin with a dot. */
  readonly filter?: (path: Path) => boolean;
  /** false: also files of the last minute that were there when the stream was made. Default true. */
  readonly newFilesOnly?: boolean;
  /** What the format may ask for. Default: nothing. */
  readonly conf?: FormatConf;
}

/** Of `queueStream`: what a batch takes of the queue. */
export interface QueueOptions<T> {
  /** One entry a batch (default), or all there are. */
  oneAtATime?: boolean;
  /** What an empty queue gives; null: a data set without partitions. Default: an empty one of one partition. */
  default?: RDD<T> | readonly T[] | null;
}

/** Of `stop`: what is done first, and what is stopped with it. */
export interface StopOptions {
  /** First process what was received. Default false. */
  graceful?: boolean;
  /** Python's name of `graceful`. */
  stopGraceFully?: boolean;
  /** Default: `spark.streaming.stopSparkContextByDefault`, which is true. */
  stopSparkContext?: boolean;
}

/** The names of events: those of `StreamingListener` without `on`. */
export type EventName = StreamingEvent['type'];

/** Where received blocks are kept, and what logs call the receiver. */
export interface ReceiverOptions {
  /** Default: `MEMORY_AND_DISK_SER_2`, or what the receiver itself says. */
  storageLevel?: StorageLevel;
  /** What logs and listeners call it. Default: the receiver's own name. */
  name?: string;
}

/** A receiver as an object of one's own; a source that can be iterated over, and a function, need none. */
export type ReceiverObject<T = unknown> = Pick<Receiver<T>, 'onStart' | 'onStop'> &
  Partial<Pick<Receiver<T>, 'name' | 'storageLevel' | 'onRestore' | 'withDialect' | '__record'>>;
