import { DStreamsError } from '../errors.ts';

/** The systems that Spark has sources for, and what a program can do without a connector. */
const SYSTEMS = {
  Kafka: 'read with a Kafka client from npm in a receiver of your own',
  Flume: 'let the agent write files and read them with textFileStream, or to a socket and use socketTextStream',
  Twitter:
    'give it a feed (TwitterUtils.setFeed) or a recording (dstreams.twitter.feed), or read with a client from npm in a receiver of your own',
  MQTT: 'subscribe with an MQTT client from npm in a receiver of your own',
  ZeroMQ: 'subscribe with a ZeroMQ client from npm in a receiver of your own',
  Kinesis: 'read with a Kinesis client from npm in a receiver of your own',
} as const;

export type ExternalSystem = keyof typeof SYSTEMS;

/** Always throws `NEEDS_CONNECTOR`: the call `where` needs a connector to `system`, which there is not. */
export function needsConnector(where: string, system: ExternalSystem): never {
  throw new DStreamsError(
    'NEEDS_CONNECTOR',
    `${where} needs a connector to ${system}, which dstreams does not have yet. Instead ${SYSTEMS[system]}: ` +
      'ssc.receiverStream(receiver) takes it (docs/custom-receivers.md).',
    { details: { where, system } },
  );
}
