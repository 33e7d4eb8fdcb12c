import { Child } from './processes.ts';
import type { Bench } from './row.ts';
import type { SocketBatch } from './socket-job.ts';
import { fixed, short } from './stats.ts';

const WARM_UP_BATCHES = 3;
const BATCHES = 8;
const BATCH_MS = 1000;
/** Of what the engine takes flat out, tried one after the other until no batch ends late. */
const SHARES = [0.95, 0.9, 0.85, 0.8, 0.7, 0.6, 0.5];

async function withSender<T>(perSecond: number, f: (port: number) => Promise<T>): Promise<T> {
  const sender = Child.start('sender', [perSecond]);
  try {
    return await f(await sender.ask<number>());
  } finally {
    await sender.end();
  }
}

async function run(perSecond: number): Promise<{ rate: number; delayMs: number; batches: SocketBatch[] }> {
  const batches = await withSender(perSecond, async (port) => {
    const child = Child.start('job', ['socket', ['local[2]', port]]);
    try {
      await child.ask(WARM_UP_BATCHES);
      return await child.ask<SocketBatch[]>(BATCHES);
    } finally {
      await child.end();
    }
  });
  const lines = batches.reduce((sum, { records }) => sum + records, 0);
  return { rate: lines / BATCHES, delayMs: Math.max(...batches.map(({ totalDelayMs }) => totalDelayMs)), batches };
}

const bareReader = () =>
  withSender(0, async (port) => {
    const child = Child.start('reader', [port]);
    try {
      await child.ask(1);
      return await child.ask<number>(BATCHES);
    } finally {
      await child.end();
    }
  });

export const socketWordCount: Bench = {
  name: 'socket-word-count',
  unit: 'engine / bare reader',
  bar: { atLeast: 0.8 },
  async measure() {
    const bare = await bareReader();
    const flatOut = await run(0);
    let best = flatOut;
    for (let i = 0; best.delayMs >= BATCH_MS && i < SHARES.length; i++) best = await run(flatOut.rate * SHARES[i]!);
    const isSteady = best.delayMs < BATCH_MS;
    return {
      value: best.rate / bare,
      detail:
        `engine on local[2] ${short(best.rate)} lines/s, total delay at most ${fixed(best.delayMs, 0)} ms; bare reader ${short(bare)} lines/s; ` +
        `flat out ${short(flatOut.rate)} lines/s, delay at most ${fixed(flatOut.delayMs, 0)} ms; Spark 3.5.7: 400 k lines/s`,
      failed: !isSteady,
    };
  },
};
