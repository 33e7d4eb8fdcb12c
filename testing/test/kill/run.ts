import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { freePort } from '../../../bin/test/free-port.ts';
import { type CliProcess, startCli } from '../../../bin/cli/test/run-cli.ts';
import { SeededRandom } from '../../../core/internal.ts';
import { connect, type GatewayClient } from '../../../gateway/clients/js/node.ts';
import { Judge } from './judge.ts';

export interface KillRun {
  readonly master: string;
  readonly kills: number;
  readonly seed: number;
}

const FILE_EVERY_MS = 200;
const PUBLISH_EVERY_MS = 50;
const END_MS = 60_000;

/**
 * Runs the program, kills it at random instants and starts it again, while this process publishes, writes files and keeps
 * the ledger: what was acknowledged, what lies in the folder, what was committed.
 */
export async function killRun({ master, kills, seed }: KillRun): Promise<{ records: number; batches: number }> {
  const random = new SeededRandom(seed);
  const root = mkdtempSync(join(tmpdir(), 'dstreams-kill-'));
  for (const name of ['in', 'out', 'making']) mkdirSync(join(root, name));
  const port = await freePort();
  const judge = new Judge(join(root, 'out'));
  const expected = new Set<string>();
  const start = () =>
    startCli(['submit', '--log-level', 'ERROR', resolve('testing/test/kill/job.ts'), root, master, String(port)], {});
  let app = start();
  let client: GatewayClient | undefined;
  const feeding = new AbortController();
  let problem: unknown;
  const watched = (work: Promise<unknown>) =>
    work.catch((error: unknown) => {
      if (!feeding.signal.aborted) problem ??= error;
    });
  try {
    await started(app);
    client = connect(`ws://127.0.0.1:${port}/`, { producerId: 'ledger', backoffMs: 20, backoffMaxMs: 100 });
    const sending = watched(publish(client, expected, feeding.signal));
    const writing = watched(writeFiles(root, expected, feeding.signal));
    void watched(subscribe(client, judge));
    for (let n = 0; n < kills; n++) {
      if (random.int(2) === 0) mkdirSync(join(root, 'die'), { recursive: true });
      // While it starts, while it recovers, or while it works.
      if (random.int(2) === 0) await sleep(random.int(1000));
      else {
        await started(app);
        await sleep(random.int(700));
      }
      app.kill('SIGKILL');
      const { signal, stderr } = await app.result;
      expect(signal, stderr).to.equal('SIGKILL');
      judge.look();
      if (problem !== undefined) throw problem;
      app = start();
    }
    await started(app);
    feeding.abort();
    await Promise.all([sending, writing]);
    const deadline = performance.now() + END_MS;
    const isAll = () => [...expected].every((id) => judge.seen.has(id));
    for (judge.look(); !isAll() && performance.now() < deadline; judge.look()) await sleep(50);
    app.kill('SIGINT');
    const { exitCode, stderr } = await app.result;
    expect(exitCode, stderr).to.equal(0);
    judge.finish();
    expect(
      [...expected].filter((id) => !judge.seen.has(id)),
      'acknowledged, or in a file, and lost',
    ).to.deep.equal([]);
    expect(
      [...judge.seen].filter((id) => !expected.has(id)),
      'from nowhere',
    ).to.deep.equal([]);
    if (problem !== undefined) throw problem;
    rmSync(root, { recursive: true, force: true });
    return { records: judge.seen.size, batches: judge.batchCount };
  } catch (error) {
    if (error instanceof Error)
      error.message += `\n(${master}, ${kills} kills, seed ${seed}; what it left is in ${root})`;
    throw error;
  } finally {
    feeding.abort();
    app.kill('SIGKILL');
    await client?.close({ waitMs: 0 });
  }
}

const started = (app: CliProcess) => app.waitFor('started\n');

/** Until it is told to stop; resolves when all is acknowledged. What is rejected ends the test. */
async function publish(client: GatewayClient, ledger: Set<string>, signal: AbortSignal): Promise<void> {
  const all: Promise<unknown>[] = [];
  for (let n = 0; !signal.aborted; n++) {
    const ids = Array.from({ length: 1 + (n % 5) }, (_, i) => `e${n}-${i}.${(n * 7 + i * 3) % 10}`);
    const acknowledged = client.publish('events', ids).then(() => {
      for (const id of ids) ledger.add(id);
    });
    // Waited for below: until then a failure is nobody's.
    acknowledged.catch(() => {});
    all.push(acknowledged);
    await sleep(PUBLISH_EVERY_MS);
  }
  await Promise.all(all);
}

/** Files that appear whole: written beside the folder, and renamed. */
async function writeFiles(root: string, ledger: Set<string>, signal: AbortSignal): Promise<void> {
  for (let n = 0; !signal.aborted; n++) {
    const ids = Array.from({ length: 1 + (n % 7) }, (_, i) => `f${n}-${i}.${(n + i) % 10}`);
    writeFileSync(join(root, 'making', `f${n}`), ids.map((id) => `${id}\n`).join(''));
    renameSync(join(root, 'making', `f${n}`), join(root, 'in', `f${n}`));
    for (const id of ids) ledger.add(id);
    await sleep(FILE_EVERY_MS);
  }
}

async function subscribe(client: GatewayClient, judge: Judge): Promise<void> {
  for await (const { epoch, batchTime, records } of client.subscribe<string>('seen', { from: 'earliest' })) {
    judge.sent(epoch, batchTime, records);
  }
}
