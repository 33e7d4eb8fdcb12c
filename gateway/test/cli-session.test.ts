import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { expect } from 'chai';
import { readToken } from '../rights/tokens.ts';
import { closeAll, testServer } from './peer.ts';

const run = (args: readonly string[], input = '', env: Record<string, string> = {}) =>
  new Promise<{ code: number | null; out: string; err: string }>((resolve) => {
    const cli = join(process.env.DSTREAMS_BUILD!, 'cli.mjs');
    const child = spawn(process.execPath, [cli, ...args], { env: { ...process.env, ...env } });
    let out = '';
    let err = '';
    child.stdout.on('data', (chunk) => (out += chunk));
    child.stderr.on('data', (chunk) => (err += chunk));
    child.on('close', (code) => resolve({ code, out, err }));
    child.stdin.end(input);
  });

describe('the command line of a gateway', function () {
  this.timeout(60_000);
  afterEach(closeAll);

  it('publishes and subscribes', async () => {
    const server = await testServer((t, gateway) => {
      t.ssc.receiverStream(gateway.receiver<unknown>('in')).foreachRDD(gateway.publisher('out'));
    });
    const published = await run(['publish', '--url', server.url, '--ack', 'memory', 'in'], '{"a":1}\n\n"two"\n');
    expect(published).to.deep.equal({ code: 0, out: '', err: '' });
    await server.batch();
    const args = ['subscribe', 'out', '--url', server.url, '--from', 'earliest', '--batches', '1'];
    expect(await run(args)).to.deep.equal({ code: 0, out: '{"a":1}\n"two"\n', err: '' });
    const json = await run([...args, '--json']);
    expect(JSON.parse(json.out)).to.deep.equal({ batchTime: 1000, records: [{ a: 1 }, 'two'] });
    const wrong = await run(['publish', '--url', server.url, '--ack', 'memory', 'inn'], '1\n');
    expect(wrong.code).to.equal(1);
    expect(wrong.err).to.include('there is in');
  });

  it('makes tokens', async () => {
    const secret = 'a secret of enough letters';
    const made = await run(['token', '--pub', 'clicks', '--sub', 'counts*', '--ttl', '1h'], '', {
      DSTREAMS_SECRET: secret,
    });
    expect(readToken([secret], made.out.trim())).to.deep.include({ pub: ['clicks'], sub: ['counts*'] });
    expect((await run(['token', '--ttl', 'soon'], '', { DSTREAMS_SECRET: secret })).code).to.equal(2);
  });
});
