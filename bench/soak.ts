import { inFreshProcess, type Server } from './processes.ts';
import type { Bench } from './row.ts';
import { SteppedContext } from './stepped-context.ts';
import { fixed } from './stats.ts';
import { type TextBlock, textBlocks } from './text-blocks.ts';
import { wordCount } from './word-count.ts';

const BATCHES = 100_000;
/** Half a megabyte of a heap of eleven: code that is compiled late, and no leak. */
const GROWTH_MAX = 1.05;

interface HeapSizes {
  readonly at10: number;
  readonly at50: number;
  readonly at100: number;
  readonly seconds: number;
}

function soakBench(name: string, input: 'empty' | 'small'): Bench {
  return {
    name,
    unit: 'heap at the end / at 10 %',
    bar: { below: GROWTH_MAX },
    async measure() {
      const { at10, at50, at100, seconds } = await inFreshProcess<HeapSizes>('soak', [input], ['--expose-gc']);
      const mb = (bytes: number) => `${fixed(bytes / 2 ** 20)} MB`;
      return {
        value: at100 / at10,
        detail: `after GC at 10, 50 and 100 % of 10^5 batches: ${mb(at10)}, ${mb(at50)}, ${mb(at100)}; ${fixed((seconds / BATCHES) * 1e6, 0)} us a batch`,
      };
    },
  };
}

export const soak: readonly Bench[] = [soakBench('soak-empty', 'empty'), soakBench('soak-small', 'small')];

export const soakChild: Server = (input: 'empty' | 'small') => async (): Promise<HeapSizes> => {
  const blocks: readonly TextBlock[] =
    input === 'empty' ? [] : textBlocks({ seed: 11, words: 20, distinct: 15, blocks: 2 });
  const context = new SteppedContext('local');
  wordCount(context.lines(blocks), () => {});
  await context.start();
  const startedMs = performance.now();
  const run = async (n: number) => {
    for (let i = 0; i < n; i++) await context.batch();
    return heapBytes();
  };
  const at10 = await run(BATCHES * 0.1);
  const at50 = await run(BATCHES * 0.4);
  const at100 = await run(BATCHES * 0.5);
  return { at10, at50, at100, seconds: (performance.now() - startedMs) / 1000 };
};

function heapBytes(): number {
  // Twice: what the first one finds to be finalised goes with the second.
  globalThis.gc!();
  globalThis.gc!();
  return process.memoryUsage().heapUsed;
}
