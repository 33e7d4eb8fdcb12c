import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { printedRecords } from './run-example.ts';
import { scenario } from './scenario.ts';

const LATER = 'org.apache.spark.examples.streaming.';

describe('the examples with receivers of their own', () => {
  const counted = ['(be,2)', '(not,1)', '(or,1)', '(to,2)'];

  for (const args of [['CustomReceiver', 'local[2]'], [`${LATER}CustomReceiver`]]) {
    scenario(`${args[0]} counts what a server sends`, async (stage) => {
      const { port } = await stage.lineServer('to be or not\nto be\n');
      const example = stage.start(...args, '127.0.0.1', port);
      await example.printed(/\(or,1\)/);
      expect(printedRecords((await example.stop()).stdout)).to.deep.equal(counted);
    });
  }

  scenario('JavaCustomReceiver counts what a server sends, and prints it', async (stage) => {
    const { port } = await stage.lineServer('to be or not\nto be\n');
    const example = stage.start('JavaCustomReceiver', '127.0.0.1', port);
    await example.printed(/\(or,1\)/);
    const { stdout } = await example.stop();
    expect(stdout).to.contain("Received data 'to be or not'\nReceived data 'to be'\n");
    expect(printedRecords(stdout.replace(/Received data .*\n/g, ''))).to.deep.equal(counted);
  });

  for (const args of [['RawNetworkGrep', 'local[2]'], [`${LATER}RawNetworkGrep`]]) {
    scenario(`${args[0]} counts in what RawTextSender sends`, async (stage) => {
      const file = join(stage.folder(), 'text');
      writeFileSync(file, 'the first\nanother\nand one more\n');
      // A block of nine lines, six of which hold "the".
      const sender = stage.start('RawTextSender', '0', file, '90', '2000');
      const port = /(\d+)\n/.exec(await sender.printed(/^Listening on port \d+\n/))![1]!;
      const grep = stage.start(...args, '2', '127.0.0.1', port, '500');
      await grep.printed(/Grep count: [1-9]/);
      const { stdout } = await grep.stop();
      expect(stdout).to.match(/^(Grep count: \d+\n)+$/);
      expect((await sender.stop()).stdout).to.contain('Got a new connection\nGot a new connection\n');
      const total = [...stdout.matchAll(/\d+/g)].reduce((sum, [n]) => sum + Number(n), 0);
      expect(total % 6).to.equal(0);
    });
  }
});
