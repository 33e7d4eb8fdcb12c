import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Bench } from './row.ts';
import { type Run, run } from './socket-word-count.ts';
import { fixed, median, short } from './stats.ts';

const PAIRS = 3;

/** A folder of its own on the machine's disk, for as long as `f` takes. */
export async function inFolder<T>(f: (dir: string) => Promise<T>): Promise<T> {
  const dir = mkdtempSync(join(tmpdir(), 'dstreams-bench-'));
  try {
    return await f(dir);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

export const logThroughput: Bench = {
  name: 'log-throughput',
  unit: 'with log / without',
  bar: { atLeast: 0.8 },
  async measure() {
    const pairs: { on: Run; off: Run }[] = [];
    for (let i = 0; i < PAIRS; i++) {
      const off = await run(0);
      pairs.push({ off, on: await inFolder((dir) => run(0, dir)) });
    }
    const ratios = pairs.map(({ on, off }) => on.capacity / off.capacity);
    const byCpu = pairs.map(({ on, off }) => off.cpuMs / on.cpuMs);
    return {
      value: median(ratios),
      detail:
        `flat out on local[2], lines/s worked through: ${pairs.map(({ on, off }) => `${short(on.capacity)} / ${short(off.capacity)}`).join(', ')}; ` +
        `by CPU time ${fixed(median(byCpu))} (${byCpu.map((ratio) => fixed(ratio)).join(', ')}); without: no checkpoint directory either`,
    };
  },
};
