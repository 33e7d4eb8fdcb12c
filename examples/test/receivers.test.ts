import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { freePort } from '../../bin/test/free-port.ts';
import { endAll, printedBatches, startExample, startLineServer } from './run-example.ts';

describe('the examples with receivers of their own', function () {
  this.timeout(60_000);
  afterEach(endAll);

  it('CustomReceiver counts what a server sends', async () => {
    const server = await startLineServer('to be or not\nto be\n');
    try {
      const example = startExample('CustomReceiver', 'local[2]', '127.0.0.1', String(server.port));
      await example.printed(/\(or,1\)/);
      example.kill('SIGINT');
      const { exitCode, stdout, stderr } = await example.ended;
      expect(exitCode, stderr).to.equal(0);
      const counts = printedBatches(stdout).flatMap(({ records }) => records);
      expect(counts.sort()).to.deep.equal(['(be,2)', '(not,1)', '(or,1)', '(to,2)']);
    } finally {
      server.close();
    }
  });

  it('JavaCustomReceiver counts what a server sends, and prints it', async () => {
    const server = await startLineServer('to be or not\nto be\n');
    try {
      const example = startExample('JavaCustomReceiver', '127.0.0.1', String(server.port));
      await example.printed(/\(or,1\)/);
      example.kill('SIGINT');
      const { exitCode, stdout, stderr } = await example.ended;
      expect(exitCode, stderr).to.equal(0);
      expect(stdout).to.contain("Received data 'to be or not'\nReceived data 'to be'\n");
      const rest = stdout.replace(/Received data .*\n/g, '');
      const counts = printedBatches(rest).flatMap(({ records }) => records);
      expect(counts.sort()).to.deep.equal(['(be,2)', '(not,1)', '(or,1)', '(to,2)']);
    } finally {
      server.close();
    }
  });

  it('RawNetworkGrep counts in what RawTextSender sends', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'dstreams-raw-'));
    try {
      const file = join(folder, 'text');
      writeFileSync(file, 'the first\nanother\nand one more\n');
      const port = String(await freePort());
      // A block of nine lines, six of which hold "the".
      const sender = startExample('RawTextSender', port, file, '90', '2000');
      await sender.printed(new RegExp(`^Listening on port ${port}`));
      const grep = startExample('RawNetworkGrep', 'local[2]', '2', '127.0.0.1', port, '500');
      await grep.printed(/Grep count: [1-9]/);
      grep.kill('SIGINT');
      const { exitCode, stdout, stderr } = await grep.ended;
      expect(exitCode, stderr).to.equal(0);
      expect(stdout).to.match(/^(Grep count: \d+\n)+$/);
      sender.kill('SIGINT');
      expect((await sender.ended).stdout).to.contain('Got a new connection\nGot a new connection\n');
      const total = [...stdout.matchAll(/\d+/g)].reduce((sum, [n]) => sum + Number(n), 0);
      expect(total % 6).to.equal(0);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  const misuse = [
    { args: ['CustomReceiver', 'local', 'h'], message: 'Usage: CustomReceiver <master> <hostname> <port>\n' },
    { args: ['JavaCustomReceiver', 'h'], message: 'Usage: JavaCustomReceiver <hostname> <port>\n' },
    {
      args: ['RawNetworkGrep', 'local', '1', 'h', '1'],
      message: 'Usage: RawNetworkGrep <master> <numStreams> <host> <port> <batchMillis>\n',
    },
    { args: ['RawTextSender', '1'], message: 'Usage: RawTextSender <port> <file> <blockSize> <bytesPerSec>\n' },
  ];
  for (const { args, message } of misuse) {
    it(`refuse ${args.join(' ')}`, async () => {
      const { exitCode, stdout, stderr } = await startExample(...args).ended;
      expect({ exitCode, stdout, stderr }).to.deep.equal({ exitCode: 1, stdout: '', stderr: message });
    });
  }
});
