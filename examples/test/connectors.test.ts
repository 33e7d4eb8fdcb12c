import { expect } from 'chai';
import { endAll, startExample } from './run-example.ts';

const LATER = 'org.apache.spark.examples.streaming.';

describe('the examples whose source needs a connector', function () {
  this.timeout(60_000);
  afterEach(endAll);

  const cases = [
    {
      name: 'KafkaWordCount',
      args: ['local[2]', 'zoo', 'group', 'a,b', '1'],
      usage: 'KafkaWordCount <master> <zkQuorum> <group> <topics> <numThreads>',
      system: 'kafkaStream needs a connector to Kafka',
    },
    {
      name: 'JavaKafkaWordCount',
      args: ['local[2]', 'zoo', 'group', 'a,b', '1'],
      usage: 'KafkaWordCount <master> <zkQuorum> <group> <topics> <numThreads>',
      system: 'kafkaStream needs a connector to Kafka',
    },
    {
      name: `${LATER}JavaKafkaWordCount`,
      args: ['zoo', 'group', 'a,b', '1'],
      usage: 'JavaKafkaWordCount <zkQuorum> <group> <topics> <numThreads>',
      system: 'KafkaUtils.createStream needs a connector to Kafka',
    },
    {
      name: 'DirectKafkaWordCount',
      args: ['localhost:9092', 'group', 'a,b'],
      usage: 'DirectKafkaWordCount <brokers> <groupId> <topics>',
      system: 'KafkaUtils.createDirectStream needs a connector to Kafka',
    },
    {
      name: 'DirectKerberizedKafkaWordCount',
      args: ['localhost:9092', 'group', 'a,b'],
      usage: 'DirectKerberizedKafkaWordCount <brokers> <groupId> <topics>',
      system: 'KafkaUtils.createDirectStream needs a connector to Kafka',
    },
    {
      name: 'JavaDirectKafkaWordCount',
      args: ['localhost:9092', 'group', 'a,b'],
      usage: 'JavaDirectKafkaWordCount <brokers> <groupId> <topics>',
      system: 'KafkaUtils.createDirectStream needs a connector to Kafka',
    },
    {
      name: 'JavaDirectKerberizedKafkaWordCount',
      args: ['localhost:9092', 'group', 'a,b'],
      usage: 'JavaDirectKerberizedKafkaWordCount <brokers> <groupId> <topics>',
      system: 'KafkaUtils.createDirectStream needs a connector to Kafka',
    },
    {
      name: 'FlumeEventCount',
      args: ['local[2]', 'localhost', '4141'],
      usage: 'FlumeEventCount <master> <host> <port>',
      system: 'flumeStream needs a connector to Flume',
    },
    {
      name: 'JavaFlumeEventCount',
      args: ['local[2]', 'localhost', '4141'],
      usage: 'JavaFlumeEventCount <master> <host> <port>',
      system: 'flumeStream needs a connector to Flume',
    },
    {
      name: `${LATER}JavaFlumeEventCount`,
      args: ['localhost', '4141'],
      usage: 'JavaFlumeEventCount <host> <port>',
      system: 'FlumeUtils.createStream needs a connector to Flume',
    },
    {
      name: 'MQTTWordCount',
      args: ['local[2]', 'tcp://localhost:1883', 'foo'],
      usage: 'MQTTWordCount <master> <MqttbrokerUrl> <topic>',
      system: 'mqttStream needs a connector to MQTT',
    },
    {
      name: 'ZeroMQWordCount',
      args: ['local[2]', 'tcp://127.0.1.1:1234', 'foo'],
      usage: 'ZeroMQWordCount <master> <zeroMQurl> <topic>',
      system: 'zeroMQStream needs a connector to ZeroMQ',
    },
    {
      name: 'JavaKinesisWordCountASL',
      args: ['app', 'stream', 'https://kinesis.us-east-1.amazonaws.com'],
      usage: 'JavaKinesisWordCountASL <app-name> <stream-name> <endpoint-url>',
      system: 'KinesisUtils.createStream needs a connector to Kinesis',
    },
    {
      name: 'KafkaWordCountProducer',
      args: ['localhost:9092', 'topic', '1', '5'],
      usage: 'KafkaWordCountProducer <metadataBrokerList> <topic> <messagesPerSec> <wordsPerMessage>',
      system: 'KafkaWordCountProducer needs a client of Kafka',
    },
    {
      name: 'MQTTPublisher',
      args: ['tcp://localhost:1883', 'foo'],
      usage: 'MQTTPublisher <MqttBrokerUrl> <topic>',
      system: 'MQTTPublisher needs a client of MQTT',
    },
    {
      name: 'SimpleZeroMQPublisher',
      args: ['tcp://127.0.1.1:1234', 'foo.bar'],
      usage: 'SimpleZeroMQPublisher <zeroMQUrl> <topic>',
      system: 'SimpleZeroMQPublisher needs a client of ZeroMQ',
    },
  ];
  for (const { name, args, usage, system } of cases) {
    it(`${name} says how it is used, and what it needs`, async () => {
      const misused = await startExample(name, ...args.slice(1)).ended;
      expect({ exitCode: misused.exitCode, stdout: misused.stdout }).to.deep.equal({ exitCode: 1, stdout: '' });
      expect(misused.stderr.startsWith(`Usage: ${usage}\n`), misused.stderr).to.equal(true);
      const { exitCode, stdout, stderr } = await startExample(name, ...args).ended;
      expect({ exitCode, stdout }).to.deep.equal({ exitCode: 1, stdout: '' });
      expect(stderr).to.include(`NEEDS_CONNECTOR: ${system}`);
    });
  }
});
