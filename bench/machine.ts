import { setTimeout as sleep } from 'node:timers/promises';
import { availableParallelism, cpus, loadavg, totalmem } from 'node:os';

/** Cores' worth of work by others above which figures are not to be trusted. */
export const BUSY_MAX = 0.3;
const LOOK_MS = 500;
const LOOKS_MAX = 20;

export function describeMachine(): string {
  const model = cpus()[0]?.model ?? 'unknown';
  const memory = Math.round(totalmem() / 2 ** 30);
  return `Node ${process.version} on ${process.platform} ${process.arch}, ${availableParallelism()} x ${model}, ${memory} GiB, load average ${loadavg()[0]!.toFixed(2)}`;
}

/** How many cores' worth of work the machine does while this process does nothing. */
export async function busyCores(): Promise<number> {
  const before = times();
  await sleep(LOOK_MS);
  const after = times();
  const total = after.total - before.total;
  return total === 0 ? 0 : ((after.busy - before.busy) / total) * cpus().length;
}

/** Waits until nobody else works here, ten seconds at most; resolves with the cores' worth of work at the end. */
export async function quiet(): Promise<number> {
  let busy = await busyCores();
  for (let i = 1; i < LOOKS_MAX && busy > BUSY_MAX; i++) busy = await busyCores();
  return busy;
}

function times(): { busy: number; total: number } {
  let busy = 0;
  let total = 0;
  for (const { times: t } of cpus()) {
    busy += t.user + t.nice + t.sys + t.irq;
    total += t.user + t.nice + t.sys + t.irq + t.idle;
  }
  return { busy, total };
}
