import { DStreamsError } from 'dstreams';

/** What the programs that send need of a client. */
export interface Publisher {
  /** Resolves when the client has taken the message, which is one frame or several. */
  publish(topic: string, ...frames: string[]): Promise<void>;
}

const needsClient = (program: string, system: string): never => {
  throw new DStreamsError(
    'NEEDS_CONNECTOR',
    `${program} needs a client of ${system}, which dstreams does not bring along. Take one from npm, and return it from ` +
      'examples/publishers.ts.',
  );
};

/** A producer that knows these brokers. */
export const kafkaProducer = (_brokers: string): Publisher => needsClient('KafkaWordCountProducer', 'Kafka');

/** A client that is connected to this broker. */
export const mqttClient = (_brokerUrl: string): Publisher => needsClient('MQTTPublisher', 'MQTT');

/** A socket that is bound to this address, for subscribers to connect to. */
export const zeroMQPublisher = (_url: string): Publisher => needsClient('SimpleZeroMQPublisher', 'ZeroMQ');
