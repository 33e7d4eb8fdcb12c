import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { expect } from 'chai';
import { SeededRandom } from '../../../core/internal.ts';
import type { Driver } from '../scenario/driver.ts';
import { Proxy } from '../scenario/proxy.ts';
import { ServerProcess } from './server-process.ts';

/** Publishes that wait for their acknowledgement at one time, and records in each. */
const OUTSTANDING = 16;
const RECORDS = 5;

export interface KillOptions {
  readonly kills: number;
  readonly seed: number;
  /** The longest time under load before a kill. */
  readonly lifeMsMax: number;
}

/** A client that publishes as fast as it is acknowledged: whole numbers, each once. */
class Producer {
  /** How many were acknowledged, over all lives of the server. */
  acknowledged = 0;
  private published = 0;
  private isStopping = false;
  private wakers: (() => void)[] = [];
  private readonly workers: Promise<void>[] = [];

  constructor(private readonly driver: Driver) {}

  start(): void {
    for (let i = 0; i < OUTSTANDING; i++) this.workers.push(this.work());
    for (const worker of this.workers) worker.catch(() => {}); // Said by `stop`.
  }

  /** Resolves when so many more were acknowledged. */
  async progress(count: number): Promise<void> {
    const until = this.acknowledged + count;
    const failed = Promise.all(this.workers);
    while (this.acknowledged < until) {
      await Promise.race([failed, new Promise<void>((resolve) => this.wakers.push(resolve))]);
    }
  }

  /** Resolves with how many were published, once all of them are acknowledged. */
  async stop(): Promise<number> {
    this.isStopping = true;
    await Promise.all(this.workers);
    return this.published;
  }

  private async work(): Promise<void> {
    while (!this.isStopping) {
      const values = Array.from({ length: RECORDS }, () => this.published++);
      const answer = await this.driver.ask({ do: 'publish', client: 'p', stream: 'numbers', values, ack: 'durable' });
      // With its message, which says what the server has: an error's JSON has none.
      expect(answer.error, inspect(answer)).to.equal(undefined);
      this.acknowledged += RECORDS;
      for (const wake of this.wakers.splice(0)) wake();
    }
  }
}

/**
 * Kills the server again and again while a client publishes, and compares what was acknowledged with what the batches
 * contain: each record once. Returns how much that was.
 */
export async function killUnderLoad(
  driver: Driver,
  options: KillOptions,
): Promise<{ records: number; batches: number }> {
  const { kills, seed, lifeMsMax } = options;
  const random = new SeededRandom(seed);
  const folder = mkdtempSync(join(tmpdir(), 'dstreams-kill-'));
  const server = new ServerProcess(folder, driver.origins);
  let proxy: Proxy | undefined;
  try {
    proxy = await Proxy.to(await server.start());
    await driver.ask({ do: 'connect', client: 'p', url: proxy.url });
    const producer = new Producer(driver);
    producer.start();
    for (let kill = 0; kill < kills; kill++) {
      await producer.progress(OUTSTANDING * RECORDS);
      await new Promise((resolve) => setTimeout(resolve, random.next() * lifeMsMax));
      proxy.targetPort = undefined;
      await server.end('SIGKILL');
      proxy.targetPort = await server.start();
    }
    await producer.progress(OUTSTANDING * RECORDS);
    const published = await producer.stop();
    await driver.ask({ do: 'close', client: 'p' });
    // A graceful end runs what was taken.
    expect(await server.end('SIGTERM')).to.equal(0);
    const batches = batchesIn(server.batches);
    const contained = batches.flat() as number[];
    expect(contained.sort((a, b) => a - b)).to.deep.equal(Array.from({ length: published }, (_, i) => i));
    return { records: published, batches: batches.length };
  } finally {
    await server.end('SIGKILL');
    await driver.end();
    await proxy?.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

function batchesIn(folder: string): unknown[][] {
  const files = readdirSync(folder);
  expect(
    files.filter((name) => name.endsWith('.differs')),
    'batches that ran again with other input',
  ).to.deep.equal([]);
  return files
    .filter((name) => name.endsWith('.json'))
    .map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')));
}
