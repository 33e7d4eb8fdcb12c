import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { WebSocketServer } from 'ws';
import { z } from 'zod';
import { readToken } from '../rights/tokens.ts';
import type { GatewayOptions } from '../index.ts';
import { closeAll, testServer, turn } from './peer.ts';

/** What stands in `{ first }` is not the end of the input, as at a terminal. */
const begin = (
  args: readonly string[],
  input: string | Buffer | { first: string } = '',
  env: Record<string, string> = {},
) => {
  const cli = join(process.env.DSTREAMS_BUILD!, 'cli.mjs');
  const child = spawn(process.execPath, [cli, ...args], { env: { ...process.env, ...env } });
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk) => (out += chunk));
  child.stderr.on('data', (chunk) => (err += chunk));
  // It may end before it has read all.
  child.stdin.on('error', () => {});
  if (typeof input === 'string' || Buffer.isBuffer(input)) child.stdin.end(input);
  else child.stdin.write(input.first);
  return {
    child,
    ended: new Promise<{ code: number | null; out: string; err: string }>((resolve) => {
      child.on('close', (code) => resolve({ code, out, err }));
    }),
    /** Resolves once it has written that to stderr. */
    said: async (pattern: RegExp) => {
      while (!pattern.test(err)) await once(child.stderr, 'data');
    },
  };
};
const run = (...given: Parameters<typeof begin>) => begin(...given).ended;

const echo = (options: GatewayOptions = {}) =>
  testServer((t, gateway) => {
    t.ssc.receiverStream(gateway.receiver<unknown>('in')).foreachRDD(gateway.publisher('out'));
  }, options);

const NOTHING = 'No line was read, and none is published.';

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
        err: /^COMMAND_INVALID: line 2 is no JSON.*\nThe lines before line 2 are published: go on from there.\n/,
        taken: [1],
      },
      {
        name: 'at a number that would be rounded',
        args: ['publish', 'in'],
        input:
          '{"id":"9007199254740993\\"","x":[0.1234567890123456,9007199254740991,1152921504606847000,1e300]}\n[{"id":-9007199254740993}]\n2\n',
        code: 2,
        err: /^COMMAND_INVALID: line 2: the number -9007199254740993 would become -9007199254740992: write \{"\$i":"-9007199254740993"\}, .*\nThe lines before line 2 are published: go on from there.\n/,
        taken: [{ id: '9007199254740993"', x: [0.1234567890123456, 9007199254740991, 1152921504606847000, 1e300] }],
      },
      {
        name: 'at the lines that a schema refuses',
        args: ['publish', 'typed'],
        input: '{"n":1}\n\n{"n":"two"}\n{"n":3}\n{}\n',
        err: /^SCHEMA: 2 lines are refused\nline 3: n: .*\nline 5: n: .*\nThe other lines before line 6 are published: go on from there.\n$/,
        taken: [{ n: 1 }, { n: 3 }],
      },
      {
        name: 'at a line that no gateway takes',
        args: ['publish', 'in'],
        input: '1\n{"__proto__":1}\n3\n',
        err: /^INVALID: a line is refused\nline 2: has the key __proto__, which .*\nThe other lines before line 4 are published: go on from there.\n$/,
        taken: [1, 3],
      },
      {
        name: 'at a line that is too long',
        args: ['publish', 'in'],
        input: `1\n"${'x'.repeat(300_000)}"\n3\n`,
        err: /^TOO_LARGE: a line is refused\nline 2: has more than 262144 bytes\nThe other lines before line [34] are published: go on from there.\n$/,
      },
    ];
    for (const { name, args, input, code = 1, err, taken } of cases) {
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
        if (taken === undefined) return;
        // Nothing is lost of those that are good.
        await server.batch();
        const output = args[1] === 'typed' ? 'typed-out' : 'out';
        const read = await run(['subscribe', output, '--url', server.url, '--from', 'earliest', '--batches', '1']);
        expect(read.out.split('\n').slice(0, -1)).to.deep.equal(taken.map((value) => JSON.stringify(value)));
      });
    }
  });

  it('reads lines as they were written, and the last one without its end', async () => {
    const server = await echo();
    const publish = ['publish', '--url', server.url, '--ack', 'memory', 'in'];
    const many = Array.from({ length: 3000 }, (_, i) => `{"n":${i},"é":"${'x'.repeat(i % 100)}"}`);
    const input = `\ufeff"first"\r\n  \n\n${many.join('\n')}\n"last"`;
    expect(await run(publish, input)).to.deep.equal({ code: 0, out: '', err: '' });
    expect(await run([...publish, '--text'], 'a\n\n b')).to.deep.equal({ code: 0, out: '', err: '' });
    await server.batch();
    const read = await run(['subscribe', 'out', '--url', server.url, '--from', 'earliest', '--batches', '1']);
    expect(read.out).to.equal(`"first"\n${many.join('\n')}\n"last"\n"a"\n""\n" b"\n`);
  });

  it('says what is published where it is told to stop', async () => {
    const server = await echo();
    const publishing = begin(['publish', '--url', server.url, '--ack', 'memory', 'in'], { first: '1\n2\n3' });
    while (!(await server.metrics()).includes('records_in_total 2\n')) await turn();
    publishing.child.kill('SIGINT');
    expect(await publishing.ended).to.deep.equal({
      code: 130,
      out: '',
      err: 'The lines before line 3 are published: go on from there.\n',
    });
    const away = begin(['publish', '--url', 'ws://127.0.0.1:9/', 'in'], { first: '1\n' });
    await away.said(/ECONNREFUSED.*; trying again\n/);
    away.child.kill('SIGTERM');
    const { code, err } = await away.ended;
    expect([code, err.split('\n').at(-2)]).to.deep.equal([143, NOTHING]);
  });

  it('ends by its time where there is no gateway', async () => {
    const refused = /^ws:\/\/127.0.0.1:9\/: .*ECONNREFUSED.*; trying again\n/;
    const published = await run(['publish', '--url', 'ws://127.0.0.1:9/', '--timeout', '0.3', 'in'], { first: '1\n' });
    expect({ code: published.code, out: published.out }).to.deep.equal({ code: 75, out: '' });
    expect(published.err).to.match(refused);
    // Told of once, though it was tried more often.
    expect(published.err.split('\n').slice(1)).to.deep.equal(['TIMEOUT: no connection for 0.3 s', NOTHING, '']);
    const read = await run(['subscribe', '--url', 'ws://127.0.0.1:9/', '--timeout=0.3', 'out']);
    expect({ code: read.code, out: read.out }).to.deep.equal({ code: 75, out: '' });
    expect(read.err).to.match(refused);
    expect(read.err.split('\n').slice(1)).to.deep.equal(['TIMEOUT: no connection for 0.3 s', '']);
    for (const text of ['0', 'soon', '1e3', '-1']) {
      const wrong = await run(['subscribe', `--timeout=${text}`, 'out']);
      expect(wrong.code).to.equal(2);
      expect(wrong.err).to.match(/--timeout is a number of seconds, as 30, not /);
    }
  });

  it('reads nothing before there is a gateway, so that a pipe has it still', async () => {
    const cli = join(process.env.DSTREAMS_BUILD!, 'cli.mjs');
    const publish = [process.execPath, cli, 'publish', '--url', 'ws://127.0.0.1:9/', '--timeout', '0.3', 'in'];
    const child = spawn('sh', ['-c', '"$@"; cat', 'sh', ...publish]);
    let [out, err] = ['', ''];
    child.stdout.on('data', (chunk) => (out += chunk));
    child.stderr.on('data', (chunk) => (err += chunk));
    child.stdin.write('1\n2\n');
    while (!err.includes(NOTHING)) await once(child.stderr, 'data');
    child.stdin.end('3\n');
    await once(child, 'close');
    expect(out).to.equal('1\n2\n3\n');
  });

  it('says what was acknowledged, and what was not, where an acknowledgement does not come', async () => {
    const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
    await once(server, 'listening');
    const limits = {
      frameBytes: 1 << 20,
      recordsPerFrame: 2,
      recordBytes: 1 << 18,
      unackedFrames: 64,
      unackedBytes: 8 << 20,
      depth: 32,
    };
    const welcome = {
      limits: { ...limits, itemsPerFrame: 1000, creditRecords: 100 },
      credit: { records: 100, bytes: 1 << 20 },
    };
    server.on('connection', (socket) => {
      socket.on('message', (text) => {
        const { t, id, stream, seq, producer } = JSON.parse(String(text));
        const answer =
          t === 'hello'
            ? { t: 'welcome', heartbeatMs: 15_000, ...welcome, producer: { ...producer, epoch: 1, last: {} } }
            : t === 'pub' && seq === 1
              ? { t: 'puback', id, stream, seq: 2 }
              : undefined;
        if (answer !== undefined) socket.send(JSON.stringify(answer));
      });
    });
    const url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const result = await run(['publish', '--url', url, '--timeout', '0.3', 'in'], { first: '1\n2\n3\n4\n5\n' });
    expect(result).to.deep.equal({
      code: 75,
      out: '',
      err: 'TIMEOUT: no acknowledgement for 0.3 s\nThe lines before line 3 are published: go on from there.\nLines 3 to 5 are read and not acknowledged.\n',
    });
    // Most of them wait for credit: they are read nonetheless.
    const many = await run(['publish', '--url', url, '--timeout', '0.3', 'in'], '1\n'.repeat(300));
    expect(many.err.split('\n').at(-2)).to.equal('Lines 3 to 300 are read and not acknowledged.');
    for (const socket of server.clients) socket.terminate();
    await new Promise((resolve) => server.close(resolve));
  });

  it('says how a certificate of one’s own is trusted', async () => {
    const at = (name: string) => fileURLToPath(new URL(`./tls/${name}`, import.meta.url));
    const tls = { cert: readFileSync(at('certificate.pem'), 'utf8'), key: readFileSync(at('key.pem'), 'utf8') };
    const server = await echo({ tls });
    const url = server.url.replace('ws://127.0.0.1', 'wss://localhost');
    const publish = ['publish', '--url', url, '--ack', 'memory', 'in'];
    const distrusting = begin(publish, '1\n');
    await distrusting.said(/certificate \(NODE_EXTRA_CA_CERTS=FILE .*\); trying again\n/);
    distrusting.child.kill('SIGINT');
    expect((await distrusting.ended).code).to.equal(130);
    const trusting = await run(publish, '1\n', { NODE_EXTRA_CA_CERTS: at('certificate.pem') });
    expect(trusting).to.deep.equal({ code: 0, out: '', err: '' });
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
