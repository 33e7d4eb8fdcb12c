import { from, map, mergeMap, reduce } from 'rxjs';
import { inFreshProcess, type Server } from './processes.ts';
import type { Bench } from './row.ts';
import { SteppedContext } from './stepped-context.ts';
import { fixed, median, quantile, short } from './stats.ts';
import { type TextBlock, textBlocks } from './text-blocks.ts';
import { WORD_COUNT, wordCount } from './word-count.ts';

const WARM_UP_RUNS = 5;
const PAIRS = 15;

interface Times {
  readonly engineMs: number[];
  readonly rxjsMs: number[];
}

export const rxjs: Bench = {
  name: 'rxjs',
  unit: 'engine / RxJS',
  bar: { above: 1 },
  async measure() {
    const { engineMs, rxjsMs } = await inFreshProcess<Times>('rxjs');
    const ratios = engineMs.map((ms, i) => rxjsMs[i]! / ms);
    const speed = (ms: number[]) => `${short((WORD_COUNT.words / median(ms)) * 1000)} words/s`;
    const spread = `${fixed(quantile(ratios, 0.1))} to ${fixed(quantile(ratios, 0.9))}`;
    return {
      value: median(ratios),
      detail: `engine ${speed(engineMs)}, RxJS ${speed(rxjsMs)}; ${PAIRS} pairs, eight of ten ${spread}`,
    };
  },
};

/** As its documentation would have it, with a map that is changed in place. */
function rxjsWordCount(blocks: readonly TextBlock[]): Promise<number> {
  return new Promise((resolve, reject) => {
    from(blocks)
      .pipe(
        mergeMap(({ bytes }) =>
          Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString().trimEnd().split('\n'),
        ),
        mergeMap((line) => line.split(' ')),
        map((word) => [word, 1] as const),
        reduce((counts, [word, n]) => counts.set(word, (counts.get(word) ?? 0) + n), new Map<string, number>()),
      )
      .subscribe({ next: (counts) => resolve(counts.size), error: reject });
  });
}

export const rxjsChild: Server = () => async (): Promise<Times> => {
  const blocks = textBlocks(WORD_COUNT);
  const context = new SteppedContext('local');
  let keys = 0;
  wordCount(context.lines(blocks), (n) => {
    keys = n;
  });
  await context.start();
  const times: Times = { engineMs: [], rxjsMs: [] };
  for (let i = 0; i < WARM_UP_RUNS + PAIRS; i++) {
    const engineMs = await context.batch();
    const startedMs = performance.now();
    const found = await rxjsWordCount(blocks);
    const rxjsMs = performance.now() - startedMs;
    if (found !== keys) throw new Error(`the engine found ${keys} words, RxJS ${found}`);
    if (i < WARM_UP_RUNS) continue;
    times.engineMs.push(engineMs);
    times.rxjsMs.push(rxjsMs);
  }
  return times;
};
