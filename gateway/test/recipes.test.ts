import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { build } from 'esbuild';
import { needs } from '../../bin/test/needs.ts';
import { toolFolder } from '../../bin/test-tools/tools.mjs';
import { type Disk, MemoryDisk } from '../../core/internal.ts';
import { createTestContext, type TestContext } from '../../testing/index.ts';
import { connect, type GatewayClient } from '../clients/js/node.ts';
import { startGateway } from '../index.ts';
import { Proxy } from './scenario/proxy.ts';

const at = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
type Counts = Readonly<Record<string, number>>;

/** The code block of a page that has this text. */
function sampleOf(page: string, language: string, text: string): string {
  const blocks = [...readFileSync(at(page), 'utf8').matchAll(new RegExp(`^\`\`\`${language}\n([^]*?)^\`\`\`$`, 'gm'))];
  return blocks.map(([, code]) => code!).find((code) => code.includes(text))!;
}

/** A program that counts words, over several lives, behind an address that stays; and who publishes. */
class WordCount {
  private disk: Disk = new MemoryDisk({ now: () => 0 });
  private t: TestContext | undefined;
  private proxy!: Proxy;
  private client!: GatewayClient;

  get url(): string {
    return this.proxy.url;
  }

  async start(): Promise<void> {
    const port = await this.serve(0);
    this.proxy = await Proxy.to(port);
    this.client = connect(this.url, { backoffMs: 5, backoffMaxMs: 50 });
  }

  private async serve(nowMs: number): Promise<number> {
    const t = createTestContext({
      batchMs: 1000,
      nowMs,
      disk: this.disk,
      checkpointDir: '/checkpoint',
      recovers: true,
      onFailure: 'throw',
    });
    const gateway = startGateway(t.ssc, { port: 0, limits: { helloMs: 3_600_000 } });
    const words = t.ssc.receiverStream(gateway.receiver<string>('words'));
    words.countByValue().foreachRDD(gateway.publisher('counts'));
    await t.start();
    this.t = t;
    return gateway.port;
  }

  /** Published, and in a batch. */
  async say(...words: string[]): Promise<void> {
    await this.client.publish('words', words);
    await this.t!.run(1);
  }

  /** Is killed, and goes on. */
  async dies(): Promise<void> {
    const nowMs = this.t!.clock.now();
    this.proxy.targetPort = undefined;
    this.proxy.cut();
    await this.t!.crash();
    this.proxy.targetPort = await this.serve(nowMs + 500);
    this.t!.clock.advance(500);
    await this.t!.run(0);
  }

  /** Its log begins anew, at a later time. */
  async forgets(): Promise<void> {
    this.disk = new MemoryDisk({ now: () => 0 });
    await this.dies();
  }

  async end(): Promise<void> {
    await this.client.close({ waitMs: 0 });
    await this.t!.stop();
    await this.proxy.close();
  }
}

/** Until it is so, in half a minute. */
async function until(isSo: () => boolean | Promise<boolean>, what: () => unknown): Promise<void> {
  for (let i = 0; i < 1000; i++) {
    if (await isSo()) return;
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
  expect.fail(`it is ${JSON.stringify(what())}`);
}

const same = (a: Counts, b: Counts): boolean =>
  JSON.stringify(Object.entries(a).sort()) === JSON.stringify(Object.entries(b).sort());

describe('the recipe of exactly once', function () {
  this.timeout(180_000);
  let server: WordCount;
  let folder: string;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'dstreams-recipe-'));
    server = new WordCount();
    await server.start();
  });
  afterEach(async () => {
    await server.end();
    rmSync(folder, { recursive: true, force: true });
  });

  it('holds in JavaScript, whoever ends when', async () => {
    const file = join(folder, 'follow.mjs');
    await build({
      stdin: { contents: sampleOf('docs/gateway.md', 'ts', 'function follow'), loader: 'ts', resolveDir: at('.') },
      alias: { 'dstreams/client': at('gateway/clients/js/node.ts') },
      banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
      bundle: true,
      format: 'esm',
      platform: 'node',
      outfile: file,
      logLevel: 'silent',
    });
    const { follow } = (await import(pathToFileURL(file).href)) as {
      readonly follow: (store: object, url: string) => Promise<void>;
    };
    let counts: Record<string, number> = {};
    let position: { epoch: string; after: number } | undefined;
    let dies: 'before' | 'after' | 'at the next one' | undefined;
    const store = {
      position: () => position,
      write(records: readonly (readonly [string, number])[], epoch: string, after: number) {
        if (dies === 'at the next one' || (dies === 'before' && records.length > 0)) throw new Error('killed');
        for (const [word, n] of records) counts[word] = (counts[word] ?? 0) + n;
        position = { epoch, after };
        if (dies === 'after' && records.length > 0) throw new Error('killed');
      },
      clear() {
        counts = {};
        position = undefined;
      },
    };
    let following: Promise<string>;
    const begin = () => {
      following = follow(store, server.url).then(
        () => 'ended',
        (error: Error) => error.message,
      );
    };
    const ends = async (where: typeof dies, ...words: string[]) => {
      dies = where;
      await server.say(...words);
      expect(await following).to.equal('killed');
      dies = undefined;
    };
    begin();
    const become = (wanted: Counts) =>
      until(
        () => same(counts, wanted),
        () => counts,
      );
    await server.say('a', 'b');
    await become({ a: 1, b: 1 });
    await ends('before', 'a');
    begin();
    await become({ a: 2, b: 1 });
    await ends('after', 'b');
    begin();
    await server.say('c');
    await become({ a: 2, b: 2, c: 1 });
    await server.dies();
    await server.say('a');
    await become({ a: 3, b: 2, c: 1 });
    await server.forgets();
    await server.say('b');
    await become({ b: 1 });
    await ends('at the next one');
    begin();
    await server.say('b');
    await become({ b: 2 });
    await ends('at the next one');
  });

  it('holds in Python, whoever ends when', async function () {
    needs(this, 'python', 'websockets');
    const python = `${toolFolder('websockets')}/bin/python`;
    const options = { cwd: folder, env: { ...process.env, PYTHONPATH: at('gateway/clients/python/src') } };
    const code = sampleOf('gateway/clients/python/README.md', 'python', 'sqlite3');
    expect(code).to.include('ws://127.0.0.1:8090/');
    writeFileSync(join(folder, 'follow.py'), code.replace('ws://127.0.0.1:8090/', server.url));
    const read =
      "import sqlite3, json; print(json.dumps(dict(sqlite3.connect('counts.db').execute('SELECT * FROM counts'))))";
    let counts: Counts = {};
    const become = (wanted: Counts) =>
      until(
        async () => {
          const { stdout } = await promisify(execFile)(python, ['-c', read], options).catch(() => ({ stdout: '{}' }));
          counts = JSON.parse(stdout) as Counts;
          return same(counts, wanted);
        },
        () => counts,
      );
    let child: ChildProcess;
    const follow = () => {
      child = spawn(python, ['-B', 'follow.py'], { ...options, stdio: ['ignore', 'ignore', 'inherit'] });
    };
    const kill = async () => {
      if (child.exitCode !== null) return;
      const ended = new Promise((resolve) => child.once('close', resolve));
      child.kill('SIGKILL');
      await ended;
    };
    follow();
    try {
      await server.say('a', 'b');
      await become({ a: 1, b: 1 });
      await kill();
      await server.say('a');
      follow();
      await become({ a: 2, b: 1 });
      await server.dies();
      await server.say('c');
      await become({ a: 2, b: 1, c: 1 });
      await server.forgets();
      await server.say('b');
      await become({ b: 1 });
      await kill();
      await server.say('b');
      follow();
      await become({ b: 2 });
    } finally {
      await kill();
    }
  });
});
