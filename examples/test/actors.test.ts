import { expect } from 'chai';
import { printedBatches } from './run-example.ts';
import { scenario } from './scenario.ts';

describe('the examples with actors', () => {
  for (const args of [['ActorWordCount', 'local[2]'], ['JavaActorWordCount']]) {
    scenario(`${args[0]} counts what FeederActor sends`, async (stage) => {
      const feeder = stage.start('FeederActor', '127.0.0.1', '0');
      const said = await feeder.printed(/^Feeder started as:.*\n/);
      const port = /:(\d+)\/user/.exec(said)![1]!;
      const example = stage.start(...args, '127.0.0.1', port);
      await example.printed(/\((words|may|count),\d+\)/);
      const { stdout } = await example.stop();
      await feeder.printed(/received unsubscribe from/);
      const lines = (await feeder.stop()).stdout.split('\n');
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
});
