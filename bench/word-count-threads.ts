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
      const oneMs: number[] = [];
      const twoMs: number[] = [];
      for (let i = 0; i < WARM_UP_RUNS + PAIRS; i++) {
        const a = await one.ask<number>();
        const b = await two.ask<number>();
        if (i < WARM_UP_RUNS) continue;
        oneMs.push(a);
        twoMs.push(b);
      }
      const ratios = oneMs.map((ms, i) => ms / twoMs[i]!);
      const speed = (ms: number[]) => `${short((WORD_COUNT.words / median(ms)) * 1000)} words/s`;
      const spread = `${fixed(quantile(ratios, 0.1))} to ${fixed(quantile(ratios, 0.9))}`;
      return {
        value: median(ratios),
        detail: `local ${speed(oneMs)}, local[2] ${speed(twoMs)}; ${PAIRS} pairs, eight of ten ${spread}`,
      };
    } finally {
      await one.end();
      await two.end();
    }
  },
};
