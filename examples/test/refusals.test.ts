import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { bundleProgram, loadEntry, packageRoot } from '../../core/backend/program/index.ts';
import { isDStreamsError } from '../../core/errors.ts';
import { commandLineConf } from '../../core/options/index.ts';
import { EXAMPLES, type Example, findExample } from '../registry.ts';
import { scenario } from './scenario.ts';

const LATER = 'org.apache.spark.examples.streaming.';

interface Refused {
  /** Undefined when it has not asked for its end. */
  readonly exitCode: unknown;
  readonly stdout: string;
  readonly stderr: string;
  /** What `main` threw. */
  readonly error: unknown;
}

/**
 * Calls the program in this process, which takes a tenth of the time of one of its own, as far as it asks to be ended or
 * throws. That the command line makes an exit code and a text of either is for the scenarios below to show.
 */
async function refused({ file, version }: Example, ...args: string[]): Promise<Refused> {
  const bundle = await bundleProgram(`examples/${file}`, { packageRoot: packageRoot() });
  const main = await loadEntry(bundle.path);
  const output = { stdout: '', stderr: '' };
  const { exit } = process;
  const { stdout, stderr } = process;
  const writes = { stdout: stdout.write, stderr: stderr.write };
  const asked: { exitCode?: unknown } = {};
  const stopped = new Error('exit');
  try {
    if (version === 'later') commandLineConf.set('spark.master', 'local[2]');
    for (const name of ['stdout', 'stderr'] as const) {
      process[name].write = (text: string | Uint8Array) => {
        output[name] += String(text);
        return true;
      };
    }
    process.exit = (exitCode) => {
      asked.exitCode ??= exitCode;
      throw stopped;
    };
    const error = await Promise.resolve()
      .then(() => main(args))
      .then(
        () => undefined,
        (thrown: unknown) => thrown,
      );
    return { exitCode: asked.exitCode, ...output, error: error === stopped ? undefined : error };
  } finally {
    process.exit = exit;
    stdout.write = writes.stdout;
    stderr.write = writes.stderr;
    commandLineConf.delete('spark.master');
  }
}

/** The line ` *   NAME <argument> …` of the comment at its head, without the name. */
function parametersOf({ name, file }: Example): string {
  const short = name.slice(name.lastIndexOf('.') + 1);
  const line = new RegExp(`^ \\*   ${short}(?: (.*))?$`, 'm').exec(readFileSync(`examples/${file}`, 'utf8'));
  expect(line, `${file} names its arguments`).not.to.equal(null);
  return line![1] ?? '';
}

describe('the examples refuse', () => {
  for (const example of EXAMPLES) {
    const { name, version } = example;
    const parameters = parametersOf(example);
    const required = parameters.replace(/\[.*/, '').match(/<[^>]+>/g) ?? [];
    if (required.length === 0) continue;
    // Some programs in Java call themselves as those in Scala, as the originals do.
    const short = name.slice(name.lastIndexOf('.') + 1).replace(/^Java/, '');
    for (const args of new Set([[], required.slice(1).map(() => '1')])) {
      it(`${version === 'later' ? LATER : ''}${name} ${args.join(' ')}`, async () => {
        const { exitCode, stdout, stderr, error } = await refused(example, ...args);
        expect({ exitCode, stdout, error }).to.deep.equal({ exitCode: 1, stdout: '', error: undefined });
        const [, usage = ''] = /^(?:The arguments were \[.*\]\n)?Usage: (?:Java)?((?:.*\n)*.*\S\n)$/.exec(stderr) ?? [];
        // It may be longer than a line.
        expect(usage.replace(/\s+/g, ' '), stderr).to.satisfy((text: string) =>
          text.startsWith(`${short} ${parameters}`),
        );
      });
    }
  }

  const cases = [
    { args: ['PageViewStream', 'views', 'h', '1'], stderr: 'Invalid metric entered: views\n' },
    // Numbers that are none: nothing below would notice.
    { args: ['PageViewGenerator', '44444', 'x'] },
    { args: ['PageViewGenerator', 'x', '10'] },
    { args: ['RawTextSender', 'x', 'README.md', '1', '1'] },
    { args: ['RawTextSender', '9999', 'README.md', 'x', '1'] },
    { args: ['RawTextSender', '9999', 'README.md', '1', '0'] },
    { args: ['RawNetworkGrep', 'local', 'x', 'localhost', '9999', '1000'] },
    { args: [`${LATER}RawNetworkGrep`, '0', 'localhost', '9999', '1000'] },
    { args: [`${LATER}RawNetworkGrep`, '1', 'localhost', '9999', 'x'] },
    { args: ['CustomReceiver', 'local', 'localhost', 'x'] },
    { args: [`${LATER}CustomReceiver`, 'localhost', 'x'] },
    { args: ['ActorWordCount', 'local', 'localhost', 'x'] },
    { args: ['FeederActor', 'localhost', 'x'] },
    { args: ['KafkaWordCount', 'local', 'zoo', 'group', 'a', 'x'] },
    { args: ['KafkaWordCountProducer', 'broker', 'topic', '1', 'x'] },
    { args: ['FlumeEventCount', 'local', 'localhost', 'x'] },
    { args: ['GatewayWordCount', 'x'] },
    { args: ['GatewayWordCount', '8090', 'x'] },
  ];
  for (const { args, stderr: expected } of cases) {
    it(args.join(' '), async () => {
      const { exitCode, stdout, stderr, error } = await refused(findExample(args[0]!)!, ...args.slice(1));
      expect({ exitCode, stdout, error }).to.deep.equal({ exitCode: 1, stdout: '', error: undefined });
      if (expected === undefined) expect(stderr).to.match(/^Usage: /);
      else expect(stderr).to.equal(expected);
    });
  }

  for (const [name, usage] of [
    ['NetworkWordCount', 'NetworkWordCount <master> <hostname> <port>'],
    [`${LATER}JavaNetworkWordCount`, 'JavaNetworkWordCount <hostname> <port>'],
  ] as const) {
    scenario(`${name} as a user sees it`, async (stage) => {
      const { exitCode, stdout, stderr } = await stage.start(name).ended;
      expect({ exitCode, stdout }).to.deep.equal({ exitCode: 1, stdout: '' });
      expect(stderr).to.match(new RegExp(`^Usage: ${usage}\n`));
    });
  }
});

describe('the examples that need a connector', () => {
  const kafka = 'a connector to Kafka';
  const cases = [
    ['KafkaWordCount', 'local[2] zoo group a,b 1', `kafkaStream needs ${kafka}`],
    ['JavaKafkaWordCount', 'local[2] zoo group a,b 1', `kafkaStream needs ${kafka}`],
    [`${LATER}JavaKafkaWordCount`, 'zoo group a,b 1', `KafkaUtils.createStream needs ${kafka}`],
    ['DirectKafkaWordCount', 'localhost:9092 group a,b', `KafkaUtils.createDirectStream needs ${kafka}`],
    ['DirectKerberizedKafkaWordCount', 'localhost:9092 group a,b', `KafkaUtils.createDirectStream needs ${kafka}`],
    ['JavaDirectKafkaWordCount', 'localhost:9092 group a,b', `KafkaUtils.createDirectStream needs ${kafka}`],
    ['JavaDirectKerberizedKafkaWordCount', 'localhost:9092 group a,b', `KafkaUtils.createDirectStream needs ${kafka}`],
    ['KafkaWordCountProducer', 'localhost:9092 topic 1 5', 'KafkaWordCountProducer needs a client of Kafka'],
    ['FlumeEventCount', 'local[2] localhost 4141', 'flumeStream needs a connector to Flume'],
    ['JavaFlumeEventCount', 'local[2] localhost 4141', 'flumeStream needs a connector to Flume'],
    [`${LATER}JavaFlumeEventCount`, 'localhost 4141', 'FlumeUtils.createStream needs a connector to Flume'],
    ['MQTTWordCount', 'local[2] tcp://localhost:1883 foo', 'mqttStream needs a connector to MQTT'],
    ['MQTTPublisher', 'tcp://localhost:1883 foo', 'MQTTPublisher needs a client of MQTT'],
    ['ZeroMQWordCount', 'local[2] tcp://127.0.1.1:1234 foo', 'zeroMQStream needs a connector to ZeroMQ'],
    ['SimpleZeroMQPublisher', 'tcp://127.0.1.1:1234 foo.bar', 'SimpleZeroMQPublisher needs a client of ZeroMQ'],
    [
      'JavaKinesisWordCountASL',
      'app stream https://kinesis.us-east-1.amazonaws.com',
      'KinesisUtils.createStream needs a connector to Kinesis',
    ],
    ['TwitterPopularTags', 'local[2]', 'twitterStream needs a connector to Twitter'],
    ['TwitterAlgebirdCMS', 'local[2]', 'twitterStream needs a connector to Twitter'],
    ['TwitterAlgebirdHLL', 'local[2]', 'twitterStream needs a connector to Twitter'],
    [
      'JavaTwitterHashTagJoinSentiments',
      'key secret token secret',
      'TwitterUtils.createStream needs a connector to Twitter',
    ],
  ].map(([name, args, needs]) => ({ name: name!, args: args!.split(' '), needs: needs! }));
  for (const { name, args, needs } of cases) {
    it(`${name} says what is missing`, async () => {
      const { exitCode, stdout, error } = await refused(findExample(name)!, ...args);
      expect({ exitCode, stdout }).to.deep.equal({ exitCode: undefined, stdout: '' });
      expect(isDStreamsError(error, 'NEEDS_CONNECTOR'), String(error)).to.equal(true);
      expect((error as Error).message).to.match(new RegExp(`^${needs}, `));
    });
  }

  for (const { name, args, needs } of cases.filter((_, i) => i % 7 === 0)) {
    scenario(`${name} as a user sees it`, async (stage) => {
      const { exitCode, stdout, stderr } = await stage.start(name, ...args).ended;
      expect({ exitCode, stdout }).to.deep.equal({ exitCode: 1, stdout: '' });
      expect(stderr).to.match(new RegExp(`^NEEDS_CONNECTOR: ${needs}, `, 'm'));
    });
  }
});
