import type { BatchTimes } from './jobs.ts';
import { Child } from './processes.ts';

const WARM_UP_RUNS = 10;
export const PAIRS = 25;

/** A job by its name, and the master. */
type Job = readonly [name: string, master: string];

/** Two processes, one with each job, that run a batch in turn: who waits does nothing. Their times, pair by pair. */
export async function jobsInTurn(one: Job, two: Job): Promise<readonly [BatchTimes[], BatchTimes[]]> {
  const first = Child.start('job', [one[0], [one[1]]]);
  const second = Child.start('job', [two[0], [two[1]]]);
  try {
    const times: [BatchTimes[], BatchTimes[]] = [[], []];
    for (let i = 0; i < WARM_UP_RUNS + PAIRS; i++) {
      const a = await first.ask<BatchTimes>();
      const b = await second.ask<BatchTimes>();
      if (i < WARM_UP_RUNS) continue;
      times[0].push(a);
      times[1].push(b);
    }
    return times;
  } finally {
    await first.end();
    await second.end();
  }
}
