import type { BatchTimes } from './jobs.ts';
import { Child } from './processes.ts';
import type { Bench } from './row.ts';
import { fixed, median, quantile, short } from './stats.ts';
import { WORD_COUNT } from './word-count.ts';

const WARM_UP_RUNS = 10;
const PAIRS = 25;

/** Two processes, one with each master, that run a batch in turn: who waits does nothing. */
export const wordCountThreads: Bench = {
  name: 'word-count-threads',
  unit: 'local[2] / local',
  bar: { atLeast: 1.4 },
  async measure() {
    const one = Child.start('job', ['word-count', ['local']]);
    const two = Child.start('job', ['word-count', ['local[2]']]);
    try {
      const ones: BatchTimes[] = [];
      const twos: BatchTimes[] = [];
      for (let i = 0; i < WARM_UP_RUNS + PAIRS; i++) {
        const a = await one.ask<BatchTimes>();
        const b = await two.ask<BatchTimes>();
        if (i < WARM_UP_RUNS) continue;
        ones.push(a);
        twos.push(b);
      }
      const ratios = ones.map(({ ms }, i) => ms / twos[i]!.ms);
      const speed = (times: BatchTimes[]) =>
        `${short((WORD_COUNT.words / median(times.map(({ ms }) => ms))) * 1000)} words/s`;
      const work = median(ones.map(({ cpuMs }, i) => twos[i]!.cpuMs / cpuMs));
      const spread = `${fixed(quantile(ratios, 0.1))} to ${fixed(quantile(ratios, 0.9))}`;
      return {
        value: median(ratios),
        detail: `local ${speed(ones)}, local[2] ${speed(twos)} for ${fixed(work)} of the CPU time; ${PAIRS} pairs, eight of ten ${spread}`,
      };
    } finally {
      await one.end();
      await two.end();
    }
  },
};
