import { inFreshProcess, type Server } from './processes.ts';
import { runOtherPipelines } from './other-pipelines.ts';
import type { Bench } from './row.ts';
import { SteppedContext } from './stepped-context.ts';
import { fixed, median, quantile, short } from './stats.ts';
import { textBlocks } from './text-blocks.ts';
import { WORD_COUNT, wordCount, wordCountByHand } from './word-count.ts';

const WARM_UP_RUNS = 8;
const PAIRS = 25;

interface Times {
  readonly engineMs: number[];
  readonly handMs: number[];
  /** The same in time of processors, which others who use the machine disturb less. */
  readonly engineCpuMs: number[];
  readonly handCpuMs: number[];
}

function bench(name: string, afterOthers: boolean): Bench {
  return {
    name,
    unit: 'engine / hand',
    bar: { atLeast: 0.9 },
    async measure() {
      const { engineMs, handMs, engineCpuMs, handCpuMs } = await inFreshProcess<Times>('word-count-memory', [
        afterOthers,
      ]);
      const ratios = engineMs.map((ms, i) => handMs[i]! / ms);
      const speed = (ms: number[]) => `${short((WORD_COUNT.words / median(ms)) * 1000)} words/s`;
      const spread = `${fixed(quantile(ratios, 0.1))} to ${fixed(quantile(ratios, 0.9))}`;
      return {
        value: median(ratios),
        detail: `by CPU time ${fixed(median(engineCpuMs.map((ms, i) => handCpuMs[i]! / ms)))}; engine ${speed(engineMs)}, hand ${speed(handMs)}; ${PAIRS} pairs, eight of ten ${spread}`,
      };
    },
  };
}

export const wordCountMemory: readonly Bench[] = [
  bench('word-count-memory-fresh', false),
  bench('word-count-memory-after-others', true),
];

/** Both ways in one process, in turn, over the same blocks. */
export const wordCountMemoryChild: Server = (afterOthers: boolean) => async (): Promise<Times> => {
  if (afterOthers) await runOtherPipelines();
  const blocks = textBlocks(WORD_COUNT);
  const context = new SteppedContext('local');
  let keys = 0;
  wordCount(context.lines(blocks), (n) => {
    keys = n;
  });
  await context.start();
  const times: Times = { engineMs: [], handMs: [], engineCpuMs: [], handCpuMs: [] };
  for (let i = 0; i < WARM_UP_RUNS + PAIRS; i++) {
    keys = 0;
    const cpuAtStart = cpuMs();
    const engineMs = await context.batch();
    const cpuBetween = cpuMs();
    const startedMs = performance.now();
    const keysByHand = wordCountByHand(blocks);
    const handMs = performance.now() - startedMs;
    const cpuAtEnd = cpuMs();
    if (keys !== keysByHand) throw new Error(`the engine found ${keys} words, the loop ${keysByHand}`);
    if (i < WARM_UP_RUNS) continue;
    times.engineMs.push(engineMs);
    times.handMs.push(handMs);
    times.engineCpuMs.push(cpuBetween - cpuAtStart);
    times.handCpuMs.push(cpuAtEnd - cpuBetween);
  }
  await context.stop();
  return times;
};

function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
