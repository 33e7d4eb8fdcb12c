import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { CountingDisk } from './counting-disk.ts';
import { inFreshProcess, type Server } from './processes.ts';
import type { Bench } from './row.ts';
import { fixed, median, short } from './stats.ts';
import { BATCH_MS, SteppedContext } from './stepped-context.ts';

const KEYS = 100_000;
/** Between two checkpoints 1 % of the keys change. */
const CHANGED = KEYS / 100;
/** Of which the last takes the checkpoint of the state. */
const BATCHES_PER_CHECKPOINT = 5;
const WARM_UP = 12;
const CYCLES = 33;
const HOLD_RESOLUTION_MS = 1;

/** One checkpoint and the batches around it. */
interface Cycle {
  /** Of the batch that takes it; of the one that begins while it is being written; of one without. */
  readonly takesMs: number;
  readonly besideMs: number;
  readonly plainMs: number;
  /** How long the event loop was held at most: from the batch that takes it until it is written; in a batch without. */
  readonly heldMs: number;
  readonly plainHeldMs: number;
  readonly bytes: number;
  readonly isWhole: boolean;
}

/** State of 100 k keys on a real disk, a checkpoint of it every few batches. */
export const checkpointChild: Server = () => async (): Promise<Cycle[]> => {
  const dir = mkdtempSync(join(tmpdir(), 'dstreams-bench-'));
  const disk = new CountingDisk();
  const context = new SteppedContext('local', { dir, disk });
  let next = 0;
  const key = () => `key-${(next++ * 7919) % KEYS}`;
  let batch = 0;
  context
    .pairs(() => {
      const n = batch++ === 0 ? KEYS : CHANGED / BATCHES_PER_CHECKPOINT;
      return Array.from({ length: n }, (): [string, number] => [key(), 1]);
    })
    .updateStateByKey<number>((values, sum) => {
      let total = sum ?? 0;
      for (let i = 0; i < values.length; i++) total += values[i]!;
      return total;
    })
    .checkpoint(BATCHES_PER_CHECKPOINT * BATCH_MS)
    .foreachRDD(async (rdd) => void (await rdd.count()));
  await context.start();
  const cycles: Cycle[] = [];
  try {
    const holds = monitorEventLoopDelay({ resolution: HOLD_RESOLUTION_MS });
    holds.enable();
    const heldMs = () => {
      const ms = holds.max / 1e6 - HOLD_RESOLUTION_MS;
      holds.reset();
      return ms;
    };
    // A cycle's batches: beside (the last checkpoint), plain, plain, plain, takes.
    for (let i = 0; i < BATCHES_PER_CHECKPOINT - 1; i++) await context.batch();
    await context.idle();
    let wholeBytes = 0;
    for (let i = 0; i < WARM_UP + CYCLES; i++) {
      heldMs();
      disk.writtenBytes = 0;
      const takesMs = await context.batch();
      const besideMs = await context.batch();
      await context.idle();
      const held = heldMs();
      const bytes = disk.writtenBytes;
      wholeBytes = Math.max(wholeBytes, bytes);
      await context.batch();
      await context.idle();
      heldMs();
      const plainMs = await context.batch();
      await context.idle();
      const plainHeldMs = heldMs();
      await context.batch();
      await context.idle();
      if (i < WARM_UP) continue;
      cycles.push({
        takesMs,
        besideMs,
        plainMs,
        heldMs: held,
        plainHeldMs,
        bytes,
        isWhole: bytes > wholeBytes / 2,
      });
    }
  } finally {
    await context.stop();
    rmSync(dir, { recursive: true, force: true });
  }
  return cycles;
};

const cycles = () => inFreshProcess<Cycle[]>('checkpoint');

export const checkpoint: readonly Bench[] = [
  {
    name: 'checkpoint-time',
    unit: 'ms more a batch',
    bar: { atMost: 10 },
    async measure() {
      const all = await cycles();
      const of = (name: 'takesMs' | 'besideMs' | 'plainMs') => median(all.map((cycle) => cycle[name]));
      const most = (name: 'takesMs' | 'besideMs' | 'plainMs') => Math.max(...all.map((cycle) => cycle[name]));
      return {
        value: Math.max(of('takesMs'), of('besideMs')) - of('plainMs'),
        detail:
          `median (most): ${fixed(of('plainMs'))} (${fixed(most('plainMs'))}) ms without, ${fixed(of('takesMs'))} (${fixed(most('takesMs'))}) ms in the batch that takes it, ` +
          `${fixed(of('besideMs'))} (${fixed(most('besideMs'))}) ms in the next one, which begins at once; 100 k keys, 1 % changed`,
      };
    },
  },
  {
    name: 'checkpoint-hold',
    unit: 'ms, the longest',
    bar: { atMost: 10 },
    async measure() {
      const all = await cycles();
      const tail = (ms: number[]) => `median ${fixed(median(ms))}, most ${fixed(Math.max(...ms))}`;
      const whole = all.filter(({ isWhole }) => isWhole).map(({ heldMs }) => heldMs);
      return {
        value: Math.max(...all.map(({ heldMs }) => heldMs)),
        detail:
          `how long the event loop was held at most: batches without a checkpoint ${tail(all.map(({ plainHeldMs }) => plainHeldMs))}; ` +
          `with one, until it is written, ${tail(all.map(({ heldMs }) => heldMs))}; ${whole.length} of ${all.length} are whole ones: ${tail(whole)}`,
      };
    },
  },
  {
    name: 'checkpoint-bytes',
    unit: 'of a whole one',
    bar: { atMost: 0.05 },
    async measure() {
      const all = await cycles();
      const bytes = (isWhole: boolean) => median(all.filter((c) => c.isWhole === isWhole).map((c) => c.bytes));
      return {
        value: bytes(false) / bytes(true),
        detail: `${short(bytes(false))} bytes of ${short(bytes(true))}, all that is written with the checkpoint; 100 k keys, 1 % changed`,
      };
    },
  },
];
