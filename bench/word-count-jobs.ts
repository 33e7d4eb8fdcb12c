import type { BatchTimes } from './jobs.ts';
import { jobsInTurn, PAIRS } from './jobs-in-turn.ts';
import type { Bench } from './row.ts';
import { fixed, median, quantile, short } from './stats.ts';
import { WORD_COUNT } from './word-count.ts';

const ratiosOf = (ones: readonly BatchTimes[], twos: readonly BatchTimes[]) =>
  ones.map(({ ms }, i) => ms / twos[i]!.ms);
const speed = (times: readonly BatchTimes[]) =>
  `${short((WORD_COUNT.words / median(times.map(({ ms }) => ms))) * 1000)} words/s`;
const spread = (ratios: readonly number[]) =>
  `${PAIRS} pairs, eight of ten ${fixed(quantile(ratios, 0.1))} to ${fixed(quantile(ratios, 0.9))}`;

export const wordCountThreads: Bench = {
  name: 'word-count-threads',
  unit: 'local[2] / local',
  bar: { atLeast: 1.4 },
  async measure() {
    const [ones, twos] = await jobsInTurn(['word-count', 'local'], ['word-count', 'local[2]']);
    const ratios = ratiosOf(ones, twos);
    const work = median(ones.map(({ cpuMs }, i) => twos[i]!.cpuMs / cpuMs));
    return {
      value: median(ratios),
      detail: `local ${speed(ones)}, local[2] ${speed(twos)} for ${fixed(work)} of the CPU time; ${spread(ratios)}`,
    };
  },
};

export const wordCountJava: Bench = {
  name: 'word-count-java',
  unit: 'Java style / fluent',
  bar: { atLeast: 0.8 },
  async measure() {
    const [fluent, java] = await jobsInTurn(['word-count', 'local'], ['word-count-java', 'local']);
    const ratios = ratiosOf(fluent, java);
    return { value: median(ratios), detail: `fluent ${speed(fluent)}, Java style ${speed(java)}; ${spread(ratios)}` };
  },
};
