import type { StreamOf } from '../api-fluent/index.ts';
import { SteppedContext } from './stepped-context.ts';
import { textBlocks } from './text-blocks.ts';

/** Small, but enough for V8 to compile what they use and to have seen their shapes. */
const TEXT = { seed: 7, words: 100_000, distinct: 2_000, blocks: 2 } as const;
const BATCHES = 8;

/** Ten programs that have little in common: other operators, records and keys. */
const PROGRAMS: readonly ((lines: StreamOf<string>) => {
  foreachRDD(f: (rdd: { count(): unknown }) => unknown): void;
})[] = [
  (lines) => lines.map((line) => line.length),
  (lines) => lines.filter((line) => line.length > 60).map((line) => ({ line, at: line.indexOf('a') })),
  (lines) => lines.flatMap((line) => line.split(' ')).filter((word) => word < 'm'),
  (lines) => lines.map((line): [number, string] => [line.length, line]).groupByKey(),
  (lines) => lines.flatMap((line) => line.split(' ')).countByValue(),
  (lines) => lines.map((line): [string, number] => [line[0]!, line.length]).reduceByKey((a, b) => Math.max(a, b)),
  (lines) =>
    lines
      .flatMap((line) => line.split(' '))
      .map((word): [string, { n: number; word: string }] => [word.slice(0, 2), { n: 1, word }])
      .reduceByKey((a, b) => ({ n: a.n + b.n, word: a.word })),
  (lines) => lines.mapPartitions((records) => [...records].map((line) => line.toUpperCase())),
  (lines) =>
    lines
      .map((line): [readonly [number, string], number] => [[line.length, line[0]!], 1])
      .reduceByKey((a, b) => a + b)
      .mapValues((n) => n / 2),
  (lines) => lines.map((line) => line.length).reduce((a, b) => a + b),
];

/** What a process has behind it that has run other jobs: their feedback stays in the code that all share. */
export async function runOtherPipelines(): Promise<void> {
  const blocks = textBlocks(TEXT);
  for (const program of PROGRAMS) {
    const context = new SteppedContext('local');
    program(context.lines(blocks)).foreachRDD(async (rdd) => await rdd.count());
    await context.start();
    for (let i = 0; i < BATCHES; i++) await context.batch();
    await context.stop();
  }
}
