import { Child } from './processes.ts';
import { KEYS, LINE_BYTES, LOG_BYTES, type Recovery } from './recovery-job.ts';
import type { Bench } from './row.ts';
import { inFolder } from './log.ts';
import { fixed } from './stats.ts';

async function one<T>(master: string, step: 'make' | 'recover', dir: string): Promise<T> {
  const child = Child.start('job', ['recovery', [master, step, dir]]);
  try {
    return await child.ask<T>();
  } finally {
    // As kill -9 does: nothing is closed.
    await child.end();
  }
}

function recoveryBench(name: string, master: string): Bench {
  return {
    name,
    unit: 's to the first batch',
    bar: { atMost: 10 },
    measure: () =>
      inFolder(async (dir) => {
        await one(master, 'make', dir);

        const { beganMs, startedMs, firstBatchMs, cpuMs, keys, sum } = await one<Recovery>(master, 'recover', dir);
        const expected = KEYS + LOG_BYTES / LINE_BYTES;
        return {
          value: firstBatchMs / 1000,
          detail:
            `after kill -9, from the start of the process to the end of the first batch: ${fixed(beganMs / 1000)} s until the program begins, ` +
            `${fixed((startedMs - beganMs) / 1000)} s until it has started, ${fixed((firstBatchMs - startedMs) / 1000)} s for 9 batches of 1 GiB in all again and the first new one; ` +
            `${fixed(cpuMs / 1000)} s of CPU time; 1 M keys, lines of ${LINE_BYTES} bytes`,
          failed: keys !== KEYS || sum !== expected,
        };
      }),
  };
}

export const recovery: readonly Bench[] = [
  recoveryBench('recovery-local', 'local'),
  recoveryBench('recovery-threads', 'local[2]'),
];
