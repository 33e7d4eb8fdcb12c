import { Child } from './processes.ts';
import type { Bench } from './row.ts';
import type { SocketBatch } from './socket-job.ts';
import { fixed, short } from './stats.ts';

const WARM_UP_BATCHES = 3;
const BATCHES = 8;
const BATCH_MS = 1000;
/** From one rate that is tried to the next one. */
const UP = 1.12;
const DOWN = 0.92;
const TRIES_MAX = 8;

async function withSender<T>(perSecond: number, f: (port: number) => Promise<T>): Promise<T> {
  const sender = Child.start('sender', [perSecond]);
  try {
    return await f(await sender.ask<number>());
  } finally {
    await sender.end();
  }
}

export interface Run {
  /** Lines received per second. */
  readonly rate: number;
  /** Lines per second of processing, or of waiting for the next batch. */
  readonly capacity: number;
  readonly delayMs: number;
  /** Of processors, for 1000 lines. */
  readonly cpuMs: number;
}

/** `dir`: with a write-ahead log there. */
export async function run(perSecond: number, dir?: string): Promise<Run> {
  const batches = await withSender(perSecond, async (port) => {
    const child = Child.start('job', ['socket', ['local[2]', port, dir]]);
    try {
      await child.ask(WARM_UP_BATCHES);
      return await child.ask<SocketBatch[]>(BATCHES);
    } finally {
      await child.end();
    }
  });
  const lines = batches.reduce((sum, { records }) => sum + records, 0);
  const busyMs = batches.reduce((sum, { processingMs }) => sum + Math.max(processingMs, BATCH_MS), 0);
  return {
    rate: lines / BATCHES,
    capacity: (lines / busyMs) * 1000,
    delayMs: Math.max(...batches.map(({ totalDelayMs }) => totalDelayMs)),
    cpuMs: ((batches.at(-1)!.cpuMs - batches[0]!.cpuMs) / (lines - batches[0]!.records)) * 1000,
  };
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

const isOnTime = ({ delayMs }: Run) => delayMs < BATCH_MS;

/** The highest rate found at which no batch ends late: upwards from `perSecond` while all goes well, else downwards until it does. */
async function highest(perSecond: number): Promise<Run> {
  let best = await run(perSecond);
  const isUp = isOnTime(best);
  let rate = perSecond;
  for (let i = 1; i < TRIES_MAX && isUp === isOnTime(best); i++) {
    rate *= isUp ? UP : DOWN;
    const next = await run(rate);
    if (isUp && !isOnTime(next)) return best;
    best = next;
  }
  return best;
}

export const socketWordCount: Bench = {
  name: 'socket-word-count',
  unit: 'engine / bare reader',
  bar: { atLeast: 0.8 },
  async measure() {
    const bare = await bareReader();
    const flatOut = await run(0);
    const best = isOnTime(flatOut) ? flatOut : await highest(flatOut.capacity);
    return {
      value: best.rate / bare,
      detail:
        `engine on local[2] ${short(best.rate)} lines/s, total delay at most ${fixed(best.delayMs, 0)} ms; bare reader ${short(bare)} lines/s; ` +
        `flat out it takes in ${short(flatOut.rate)} lines/s and works through ${short(flatOut.capacity)}, delay at most ${fixed(flatOut.delayMs, 0)} ms; Spark 3.5.7: 400 k lines/s`,
      failed: !isOnTime(best),
    };
  },
};
