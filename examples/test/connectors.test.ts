import { expect } from 'chai';
import { endAll, startExample } from './run-example.ts';

describe('the examples whose source needs a connector', function () {
  this.timeout(60_000);
  afterEach(endAll);

  const cases = [
    {
      name: 'JavaKafkaWordCount',
      args: ['local[2]', 'zoo', 'group', 'a,b', '1'],
      usage: 'Usage: KafkaWordCount <master> <zkQuorum> <group> <topics> <numThreads>\n',
      system: 'kafkaStream needs a connector to Kafka',
    },
    {
      name: 'JavaFlumeEventCount',
      args: ['local[2]', 'localhost', '4141'],
      usage: 'Usage: JavaFlumeEventCount <master> <host> <port>\n',
      system: 'flumeStream needs a connector to Flume',
    },
    {
      name: 'JavaDirectKafkaWordCount',
      args: ['localhost:9092', 'group', 'a,b'],
      usage: 'Usage: JavaDirectKafkaWordCount <brokers> <groupId> <topics>\n',
      system: 'KafkaUtils.createDirectStream needs a connector to Kafka',
    },
    {
      name: 'FlumeEventCount',
      args: ['local[2]', 'localhost', '4141'],
      usage: 'Usage: FlumeEventCount <master> <host> <port>\n',
      system: 'flumeStream needs a connector to Flume',
    },
    {
      name: 'MQTTWordCount',
      args: ['local[2]', 'tcp://localhost:1883', 'foo'],
      usage: 'Usage: MQTTWordCount <master> <MqttbrokerUrl> <topic>\n',
      system: 'mqttStream needs a connector to MQTT',
    },
    {
      name: 'ZeroMQWordCount',
      args: ['local[2]', 'tcp://127.0.1.1:1234', 'foo'],
      usage: 'Usage: ZeroMQWordCount <master> <zeroMQurl> <topic>\n',
      system: 'zeroMQStream needs a connector to ZeroMQ',
    },
  ];
  for (const { name, args, usage, system } of cases) {
    it(`${name} says how it is used, and what it needs`, async () => {
      const misused = await startExample(name, ...args.slice(1)).ended;
      expect({ exitCode: misused.exitCode, stdout: misused.stdout }).to.deep.equal({ exitCode: 1, stdout: '' });
      expect(misused.stderr.startsWith(usage), misused.stderr).to.equal(true);
      const { exitCode, stdout, stderr } = await startExample(name, ...args).ended;
      expect({ exitCode, stdout }).to.deep.equal({ exitCode: 1, stdout: '' });
      expect(stderr).to.include(`NEEDS_CONNECTOR: ${system}`);
    });
  }
});
