import { expect } from 'chai';
import {
  ConsumerStrategies,
  DStreamsError,
  FlumeUtils,
  type JavaStreamingContext,
  KafkaUtils,
  KinesisUtils,
  LocationStrategies,
  MQTTUtils,
  OffsetRange,
  StorageLevels,
  ZeroMQUtils,
} from '../index.ts';
import { virtualContext } from './run.ts';

const CALLS: Readonly<Record<string, (ssc: JavaStreamingContext) => unknown>> = {
  kafkaStream: (ssc) => ssc.kafkaStream('zk:2181', 'group', new Map([['topic', 1]])),
  flumeStream: (ssc) => ssc.flumeStream('localhost', 4141, StorageLevels.MEMORY_ONLY),
  mqttStream: (ssc) => ssc.mqttStream('tcp://localhost:1883', 'topic'),
  zeroMQStream: (ssc) => ssc.zeroMQStream('tcp://127.0.0.1:1234', 'foo', (frames: unknown) => frames),
  'KafkaUtils.createStream': (ssc) => KafkaUtils.createStream(ssc, 'zk:2181', 'group', new Map([['topic', 1]])),
  'KafkaUtils.createDirectStream': (ssc) =>
    KafkaUtils.createDirectStream(
      ssc,
      LocationStrategies.PreferConsistent(),
      ConsumerStrategies.Subscribe<string, string>(['topic'], {}),
    ).map((record) => record.value()),
  'FlumeUtils.createStream': (ssc) => FlumeUtils.createStream(ssc, 'localhost', 4141),
  'FlumeUtils.createPollingStream': (ssc) => FlumeUtils.createPollingStream(ssc, 'localhost', 4141),
  'MQTTUtils.createStream': (ssc) => MQTTUtils.createStream(ssc, 'tcp://localhost:1883', 'topic'),
  'ZeroMQUtils.createStream': (ssc) => ZeroMQUtils.createStream(ssc, 'tcp://127.0.0.1:1234', 'foo'),
  'KinesisUtils.createStream': (ssc) => KinesisUtils.createStream(ssc, 'app', 'stream'),
};

describe('a source that needs a connector', () => {
  for (const [name, call] of Object.entries(CALLS)) {
    it(`${name} says at the call what to use instead`, async () => {
      const { ssc, stop } = virtualContext();
      const error = thrown(() => call(ssc));
      await stop();
      expect(error.code).to.equal('NEEDS_CONNECTOR');
      expect(error.message).to.match(new RegExp(`^${name} needs a connector to \\w+, .*Instead .*receiverStream`));
    });
  }
});

describe('OffsetRange', () => {
  it('tells its parts', () => {
    const range = OffsetRange.create('words', 2, 10, 15);
    expect([range.topic(), range.partition(), range.fromOffset(), range.untilOffset(), range.count()]).to.deep.equal([
      'words',
      2,
      10,
      15,
      5,
    ]);
    expect(String(range)).to.equal("OffsetRange(topic: 'words', partition: 2, range: [10 -> 15])");
  });
});

function thrown(f: () => unknown): DStreamsError {
  try {
    f();
  } catch (error) {
    if (error instanceof DStreamsError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}
