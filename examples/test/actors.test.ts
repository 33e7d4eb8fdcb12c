import { expect } from 'chai';
import { freePort } from '../../bin/test/free-port.ts';
import { endAll, printedBatches, startExample } from './run-example.ts';

describe('the examples with actors', function () {
  this.timeout(60_000);
  afterEach(endAll);

  for (const args of [['ActorWordCount', 'local[2]'], ['JavaActorWordCount']]) {
    it(`${args[0]} counts what FeederActor sends`, async () => {
      const port = String(await freePort());
      const feeder = startExample('FeederActor', '127.0.0.1', port);
      await feeder.printed(/Feeder started as:/);
      const example = startExample(...args, '127.0.0.1', port);
      await example.printed(/\((words|may|count),\d+\)/);
      example.kill('SIGINT');
      const { exitCode, stdout, stderr } = await example.ended;
      expect(exitCode, stderr).to.equal(0);
      await feeder.printed(/received unsubscribe from/);
      feeder.kill('SIGINT');
      const lines = (await feeder.ended).stdout.split('\n');
      const ref = String.raw`Actor\[akka\.tcp://spark@127\.0\.0\.1:\d+/user/Supervisor0/SampleReceiver\]`;
      expect(lines[0]).to.equal(`Feeder started as:Actor[akka.tcp://test@127.0.0.1:${port}/user/FeederActor]`);
      expect(lines[1]).to.match(new RegExp(`^received subscribe from ${ref}$`));
      expect(lines[2]).to.match(new RegExp(`^received unsubscribe from ${ref}$`));
      const batch = printedBatches(stdout).find(({ records }) => records.length > 0)!;
      const counts = new Map(batch.records.map((text) => text.slice(1, -1).split(',') as [string, string]));
      // Each message is "may may ", or words and count in some order.
      expect(counts.get('words')).to.equal(counts.get('count'));
      expect(Number(counts.get('may') ?? 0) % 2).to.equal(0);
    });
  }

  const misuse = [
    { args: ['ActorWordCount', 'local', 'h'], message: 'Usage: ActorWordCount <master> <hostname> <port>\n' },
    { args: ['JavaActorWordCount', 'h'], message: 'Usage: JavaActorWordCount <hostname> <port>\n' },
    { args: ['FeederActor', 'h'], message: 'Usage: FeederActor <hostname> <port>\n' },
  ];
  for (const { args, message } of misuse) {
    it(`refuse ${args.join(' ')}`, async () => {
      const { exitCode, stdout, stderr } = await startExample(...args).ended;
      expect({ exitCode, stdout, stderr }).to.deep.equal({ exitCode: 1, stdout: '', stderr: message });
    });
  }
});
