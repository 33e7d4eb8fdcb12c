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
  key(): K;
  value(): V;
  topic(): string;
  partition(): number;
  offset(): number;
  timestamp(): number;
}

/** A record of a Flume stream. */
export interface SparkFlumeEvent {
  event(): { getBody(): Uint8Array; getHeaders(): ReadonlyMap<string, string> };
}

/** Streams from Kafka, as the class of that name makes them. */
export const KafkaUtils = {
  /** `(jssc, zkQuorum, group, topics[, level])`, or with classes, decoders and parameters. */
  createStream<K = string, V = string>(
    _jssc: StreamingContext,
    ..._rest: Arguments
  ): JavaPairReceiverInputDStream<K, V> {
    return needsConnector('KafkaUtils.createStream', 'Kafka');
  },
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
  readonly name: string;
}

/** Where consumers of Kafka run. All are the same here: they run in the driver. */
export const LocationStrategies = {
  PreferConsistent: (): LocationStrategy => ({ name: 'PreferConsistent' }),
  PreferBrokers: (): LocationStrategy => ({ name: 'PreferBrokers' }),
  PreferFixed: (_hosts: unknown): LocationStrategy => ({ name: 'PreferFixed' }),
};

/** What a consumer of Kafka reads. */
export interface ConsumerStrategy<K, V> {
  readonly name: string;
  readonly topics: unknown;
  readonly kafkaParams: unknown;
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
  Subscribe: strategy('Subscribe'),
  SubscribePattern: strategy('SubscribePattern'),
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

  static create(topic: string, partition: number, fromOffset: number, untilOffset: number): OffsetRange {
    return new OffsetRange(topic, partition, fromOffset, untilOffset);
  }

  topic(): string {
    return this.ofTopic;
  }
  partition(): number {
    return this.ofPartition;
  }
  fromOffset(): number {
    return this.from;
  }
  untilOffset(): number {
    return this.until;
  }
  count(): number {
    return this.until - this.from;
  }
  toString(): string {
    return `OffsetRange(topic: '${this.ofTopic}', partition: ${this.ofPartition}, range: [${this.from} -> ${this.until}])`;
  }
}

/** A data set that knows which offsets it holds. */
export interface HasOffsetRanges {
  offsetRanges(): OffsetRange[];
}

/** A stream whose offsets can be committed. */
export interface CanCommitOffsets {
  commitAsync(ranges: readonly OffsetRange[]): void;
}

/** Streams from Flume, as the class of that name makes them. */
export const FlumeUtils = {
  createStream: (_jssc: StreamingContext, ..._rest: Arguments): JavaReceiverInputDStream<SparkFlumeEvent> =>
    needsConnector('FlumeUtils.createStream', 'Flume'),
  createPollingStream: (_jssc: StreamingContext, ..._rest: Arguments): JavaReceiverInputDStream<SparkFlumeEvent> =>
    needsConnector('FlumeUtils.createPollingStream', 'Flume'),
};

/** Streams from MQTT, as the class of that name makes them. */
export const MQTTUtils = {
  createStream: (_jssc: StreamingContext, ..._rest: Arguments): JavaReceiverInputDStream<string> =>
    needsConnector('MQTTUtils.createStream', 'MQTT'),
};

/** Streams from ZeroMQ, as the class of that name makes them. */
export const ZeroMQUtils = {
  createStream: <T>(_jssc: StreamingContext, ..._rest: Arguments): JavaReceiverInputDStream<T> =>
    needsConnector('ZeroMQUtils.createStream', 'ZeroMQ'),
};

/** Streams from Kinesis, as the class of that name makes them. */
export const KinesisUtils = {
  createStream: <T = Uint8Array>(_jssc: StreamingContext, ..._rest: Arguments): JavaReceiverInputDStream<T> =>
    needsConnector('KinesisUtils.createStream', 'Kinesis'),
};
