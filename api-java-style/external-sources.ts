import { needsConnector } from '../core/internal.ts';
import type {
  JavaInputDStream,
  JavaPairInputDStream,
  JavaPairReceiverInputDStream,
  JavaReceiverInputDStream,
} from './input-dstream.ts';
import type { StreamingContext } from './context-views.ts';

/**
 * The entry points of Spark's sources for other systems, so that a port finds them. Each call throws `NEEDS_CONNECTOR`
 * with what to use instead: there is no connector yet.
 */
type Arguments = readonly unknown[];

/** A record of a direct Kafka stream. */
export interface ConsumerRecord<K, V> {
  /** The key, decoded. */
  key(): K;
  /** The message, decoded. */
  value(): V;
  /** The topic that it is of. */
  topic(): string;
  /** The partition of the topic, from 0. */
  partition(): number;
  /** Its place in the partition. */
  offset(): number;
  /** Its time, in ms since the epoch. */
  timestamp(): number;
}

/** A record of a Flume stream. */
export interface SparkFlumeEvent {
  /** Flume's event: its body, and its headers by name. */
  event(): { getBody(): Uint8Array; getHeaders(): ReadonlyMap<string, string> };
}

/** Streams from Kafka, as the class of that name makes them. */
export const KafkaUtils = {
  /**
   * Pairs of key and message, by a receiver: `(jssc, zkQuorum, group, topics[, level])`, or with classes, decoders and
   * parameters. Throws `NEEDS_CONNECTOR`.
   */
  createStream<K = string, V = string>(
    _jssc: StreamingContext,
    ..._rest: Arguments
  ): JavaPairReceiverInputDStream<K, V> {
    return needsConnector('KafkaUtils.createStream', 'Kafka');
  },
  /** Records of topics, or pairs of key and message, without a receiver. Throws `NEEDS_CONNECTOR`. */
  createDirectStream: ((): never => needsConnector('KafkaUtils.createDirectStream', 'Kafka')) as {
    <K, V>(
      jssc: StreamingContext,
      where: LocationStrategy,
      what: ConsumerStrategy<K, V>,
    ): JavaInputDStream<ConsumerRecord<K, V>>;
    <K = string, V = string>(jssc: StreamingContext, ...rest: Arguments): JavaPairInputDStream<K, V>;
  },
};

/** Where a consumer of Kafka runs. */
export interface LocationStrategy {
  /** Which strategy it is. */
  readonly name: string;
}

/** Where consumers of Kafka run. All are the same here: they run in the driver. */
export const LocationStrategies = {
  /** Partitions are spread evenly over executors. */
  PreferConsistent: (): LocationStrategy => ({ name: 'PreferConsistent' }),
  /** Partitions go where their broker runs. */
  PreferBrokers: (): LocationStrategy => ({ name: 'PreferBrokers' }),
  /** Partitions go to the hosts that a map names. */
  PreferFixed: (_hosts: unknown): LocationStrategy => ({ name: 'PreferFixed' }),
};

/** What a consumer of Kafka reads. */
export interface ConsumerStrategy<K, V> {
  /** Which strategy it is. */
  readonly name: string;
  /** Topics, a pattern of topics, or partitions. */
  readonly topics: unknown;
  /** The consumer's own settings. */
  readonly kafkaParams: unknown;
  /** Where partitions are begun that have no committed offset. */
  readonly offsets: unknown;
  /** For the compiler: the records' classes. */
  readonly __record?: readonly [K, V];
}

const strategy =
  (name: string) =>
  <K, V>(topics: unknown, kafkaParams: unknown, offsets?: unknown): ConsumerStrategy<K, V> => ({
    name,
    topics,
    kafkaParams,
    offsets,
  });

/** Which topics or partitions a direct stream reads. */
export const ConsumerStrategies = {
  /** All partitions of a list of topics. */
  Subscribe: strategy('Subscribe'),
  /** All partitions of the topics whose names match. */
  SubscribePattern: strategy('SubscribePattern'),
  /** A fixed list of partitions. */
  Assign: strategy('Assign'),
};

/** Offsets `[fromOffset, untilOffset)` of a partition of a topic. */
export class OffsetRange {
  private constructor(
    private readonly ofTopic: string,
    private readonly ofPartition: number,
    private readonly from: number,
    private readonly until: number,
  ) {}

  /** A range of a partition, from an offset up to, not including, another. */
  static create(topic: string, partition: number, fromOffset: number, untilOffset: number): OffsetRange {
    return new OffsetRange(topic, partition, fromOffset, untilOffset);
  }

  /** The topic that it is of. */
  topic(): string {
    return this.ofTopic;
  }
  /** The partition of the topic, from 0. */
  partition(): number {
    return this.ofPartition;
  }
  /** The first offset of the range. */
  fromOffset(): number {
    return this.from;
  }
  /** The offset behind the last one. */
  untilOffset(): number {
    return this.until;
  }
  /** How many offsets there are. */
  count(): number {
    return this.until - this.from;
  }
  toString(): string {
    return `OffsetRange(topic: '${this.ofTopic}', partition: ${this.ofPartition}, range: [${this.from} -> ${this.until}])`;
  }
}

/** A data set that knows which offsets it holds. */
export interface HasOffsetRanges {
  /** A range for each partition of the data set, in their order. */
  offsetRanges(): OffsetRange[];
}

/** A stream whose offsets can be committed. */
export interface CanCommitOffsets {
  /** Commits the ends of ranges to Kafka, without waiting for it. */
  commitAsync(ranges: readonly OffsetRange[]): void;
}

/** Streams from Flume, as the class of that name makes them. */
export const FlumeUtils = {
  /** Events from agents, which would connect to a port. Throws `NEEDS_CONNECTOR`. */
  createStream: (_jssc: StreamingContext, ..._rest: Arguments): JavaReceiverInputDStream<SparkFlumeEvent> =>
    needsConnector('FlumeUtils.createStream', 'Flume'),
  /** Events that are fetched from Spark's sink in an agent. Throws `NEEDS_CONNECTOR`. */
  createPollingStream: (_jssc: StreamingContext, ..._rest: Arguments): JavaReceiverInputDStream<SparkFlumeEvent> =>
    needsConnector('FlumeUtils.createPollingStream', 'Flume'),
};

/** Streams from MQTT, as the class of that name makes them. */
export const MQTTUtils = {
  /** Messages of a topic, as text. Throws `NEEDS_CONNECTOR`. */
  createStream: (_jssc: StreamingContext, ..._rest: Arguments): JavaReceiverInputDStream<string> =>
    needsConnector('MQTTUtils.createStream', 'MQTT'),
};

/** Streams from ZeroMQ, as the class of that name makes them. */
export const ZeroMQUtils = {
  /** What a function makes of the frames of each message. Throws `NEEDS_CONNECTOR`. */
  createStream: <T>(_jssc: StreamingContext, ..._rest: Arguments): JavaReceiverInputDStream<T> =>
    needsConnector('ZeroMQUtils.createStream', 'ZeroMQ'),
};

/** Streams from Kinesis, as the class of that name makes them. */
export const KinesisUtils = {
  /** Records of a Kinesis stream. Throws `NEEDS_CONNECTOR`. */
  createStream: <T = Uint8Array>(_jssc: StreamingContext, ..._rest: Arguments): JavaReceiverInputDStream<T> =>
    needsConnector('KinesisUtils.createStream', 'Kinesis'),
};
