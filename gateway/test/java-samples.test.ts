import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { needs } from '../../bin/test/needs.ts';
import { toolFolder } from '../../bin/test-tools/tools.mjs';
import { MemoryDisk } from '../../core/internal.ts';
import { createTestContext, type TestContext } from '../../testing/index.ts';
import { type Gateway, startGateway } from '../index.ts';
import { compile, JVM } from './java.ts';
import { outputOf } from './printed.ts';

const README = readFileSync(fileURLToPath(new URL('../clients/java/README.md', import.meta.url)), 'utf8');

describe('the samples of the Java client, with the archive that Maven builds', function () {
  this.timeout(120_000);
  const jar = join(toolFolder('javaClient'), 'build', 'dstreams-client-0.1.0.jar');
  const running: ChildProcess[] = [];
  let folder: string;
  let t: TestContext;
  let gateway: Gateway;

  before(function () {
    needs(this, 'java', 'javaClient');
    folder = mkdtempSync(join(tmpdir(), 'dstreams-java-'));
    const files = [...README.matchAll(/^```java\n([\s\S]*?)^```$/gm)].map(([, code]) => {
      const file = join(folder, `${/public class (\w+)/.exec(code!)![1]}.java`);
      writeFileSync(file, code!);
      return file;
    });
    expect(files).to.have.length(2);
    compile(files, join(folder, 'classes'), ['-cp', jar]);
  });

  beforeEach(async () => {
    const disk = new MemoryDisk({ now: () => 0 });
    t = createTestContext({ batchMs: 1000, disk, checkpointDir: '/checkpoint' });
    gateway = startGateway(t.ssc, { port: 0 });
    const clicks = t.ssc.receiverStream(gateway.receiver<{ page: string }>('clicks'));
    clicks
      .map(({ page }) => [page, 1])
      .reduceByKey((a, b) => a + b)
      .foreachRDD(gateway.publisher('counts'));
    await t.start();
  });

  afterEach(async () => {
    for (const child of running.splice(0)) child.kill('SIGKILL');
    await t.stop();
  });

  after(() => {
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  });

  /** Runs a sample; `printed` resolves with what it has written once that fits. */
  const start = (name: string, ...args: string[]) => {
    const url = `ws://127.0.0.1:${gateway.port}/`;
    const path = [jar, join(folder, 'classes')].join(':');
    const child = spawn('java', [...JVM, '-cp', path, name, url, ...args], { cwd: folder });
    running.push(child);
    const printed = outputOf(child, name);
    return { child, printed };
  };

  it('publish, and read the counts of it', async () => {
    const { printed } = start('Clicks');
    await printed(/both are safe/);
    await t.run(1);
    expect(await printed(/\[.*\]\n/)).to.match(/\d+ \[\[\/, 1\], \[\/about, 1\]\]/);
  });

  it('keep a position, and go on from there', async () => {
    const file = join(folder, 'follow.properties');
    const { printed: published } = start('Clicks');
    await published(/both are safe/);
    const first = start('Follow', file);
    await t.run(1);
    await first.printed(/done/);
    first.child.kill('SIGKILL');
    await t.run(1);
    const second = start('Follow', file);
    await second.printed(/done/);
    expect(readFileSync(file, 'utf8'))
      .to.match(/^\/=1$/m)
      .and.match(/^\/about=1$/m);
  });
});
