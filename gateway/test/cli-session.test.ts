import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { expect } from 'chai';
import { z } from 'zod';
import { readToken } from '../rights/tokens.ts';
import { closeAll, testServer } from './peer.ts';

/** What stands in `{ first }` is not the end of the input, as at a terminal. */
const run = (args: readonly string[], input: string | { first: string } = '', env: Record<string, string> = {}) =>
  new Promise<{ code: number | null; out: string; err: string }>((resolve) => {
    const cli = join(process.env.DSTREAMS_BUILD!, 'cli.mjs');
    const child = spawn(process.execPath, [cli, ...args], { env: { ...process.env, ...env } });
    let out = '';
    let err = '';
    child.stdout.on('data', (chunk) => (out += chunk));
    child.stderr.on('data', (chunk) => (err += chunk));
    child.on('close', (code) => resolve({ code, out, err }));
    if (typeof input === 'string') child.stdin.end(input);
    else child.stdin.write(input.first);
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
  });

  it('prints what JSON has no form for as the protocol has it, so that it can be published again', async () => {
    const server = await testServer((t, gateway) => {
      t.ssc.receiverStream(gateway.receiver<unknown>('in')).foreachRDD(gateway.publisher('out'));
    });
    const lines = '{"$i":"99999999999999999999"}\n[{"$b":"AP8="},{"$f":"NaN"}]\n';
    const published = await run(['publish', '--url', server.url, '--ack', 'memory', 'in'], lines);
    expect(published).to.deep.equal({ code: 0, out: '', err: '' });
    await server.batch();
    const args = ['subscribe', 'out', '--url', server.url, '--from', 'earliest', '--batches', '1'];
    expect(await run(args)).to.deep.equal({ code: 0, out: lines, err: '' });
    const { out } = await run([...args, '--json']);
    expect(JSON.parse(out).records).to.deep.equal(
      lines
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
    );
  });

  describe('says what is wrong, and ends', () => {
    const cases = [
      {
        name: 'with an unknown stream',
        args: ['publish', 'inn'],
        input: '1\n',
        err: /^STREAM_UNKNOWN: .*there is in, typed\n$/,
      },
      {
        name: 'with a gateway that has no log',
        args: ['publish', '--ack', 'durable', 'in'],
        input: '1\n',
        err: /^NOT_DURABLE: .*\(--ack memory\)\n$/,
      },
      {
        name: 'at a line that is no JSON',
        args: ['publish', 'in'],
        input: '1\n{bad\n2\n',
        code: 2,
        err: /^COMMAND_INVALID: line 2 is no JSON/,
      },
      {
        name: 'at the lines that a schema refuses',
        args: ['publish', 'typed'],
        input: '{"n":1}\n\n{"n":"two"}\n{"n":3}\n{}\n',
        err: /^SCHEMA: 2 of 4 records are refused .*\nline 3: n: .*\nline 5: n: .*\n$/,
      },
      {
        name: 'of a stream that it cannot subscribe to',
        args: ['subscribe', 'outt'],
        input: '',
        err: /^STREAM_UNKNOWN: .*there is out, typed-out\n$/,
      },
      {
        name: 'of an address that is none',
        args: ['publish', 'in', '--url', 'nowhere'],
        input: '1\n',
        err: /^INVALID: nowhere: .*Invalid URL/,
      },
    ];
    for (const { name, args, input, code = 1, err } of cases) {
      // An end of the input must not be what ends it: a terminal has none.
      it(name, async () => {
        const server = await testServer((t, gateway) => {
          t.ssc.receiverStream(gateway.receiver<unknown>('in')).foreachRDD(gateway.publisher('out'));
          const schema = z.object({ n: z.number() });
          t.ssc.receiverStream(gateway.receiver('typed', { schema })).foreachRDD(gateway.publisher('typed-out'));
        });
        const url = args.includes('--url') ? [] : ['--url', server.url];
        const ack = args[0] === 'subscribe' || args.includes('--ack') ? [] : ['--ack', 'memory'];
        const result = await run([...args, ...url, ...ack], { first: input });
        expect(result.err).to.match(err);
        expect({ code: result.code, out: result.out }).to.deep.equal({ code, out: '' });
      });
    }
  });

  it('makes tokens', async () => {
    const secret = 'a secret of enough letters';
    const made = await run(['token', '--pub', 'clicks', '--sub', 'counts*', '--ttl', '1h'], '', {
      DSTREAMS_SECRET: secret,
    });
    expect(readToken([secret], made.out.trim())).to.deep.include({ pub: ['clicks'], sub: ['counts*'] });
    const refused = [
      { args: ['--pub', 'clicks', '--ttl', 'soon'], err: /--ttl is a number .* not soon/ },
      { args: ['--pub', 'clicks', '--rate', 'fast'], err: /--rate is a number .* not fast/ },
      { args: ['--ttl', '1h'], err: /--pub GLOB, --sub GLOB/ },
    ];
    for (const { args, err } of refused) {
      const result = await run(['token', ...args], '', { DSTREAMS_SECRET: secret });
      expect({ code: result.code, out: result.out }, String(args)).to.deep.equal({ code: 2, out: '' });
      expect(result.err).to.match(err);
    }
    const short = await run(['token', '--pub', 'clicks'], '', { DSTREAMS_SECRET: 'short' });
    expect(short.code).to.equal(2);
    expect(short.err).to.include('at least 16 characters');
  });
});
