import { countWords, topEntries } from '../core/internal.ts';
import type { SparkContext } from './rdd-types.ts';

/** What Spark's benchmarks of raw text use (`RawTextHelper`). */
export const RawTextHelper = {
  /** The words of lines with their counts, for `mapPartitions`. */
  splitAndCountPartitions: (lines: Iterable<string>): [string, number][] => [...countWords(lines)],
  /** The `k` pairs of the highest counts, highest first, for `mapPartitions`. */
  topK: (pairs: Iterable<readonly [string, number]>, k: number): [string, number][] =>
    topEntries(pairs, k, ([, count]) => count).map(([word, count]) => [word, count]),
  /** Counts some numbers, so that what comes later finds compiled code and started workers. */
  warmUp: async (sc: SparkContext): Promise<void> => {
    for (let i = 0; i < 2; i++) {
      const words = sc.range(1, 200_001, 1, 1000).map((n) => String(n % 1331));
      await words.mapPartitions(RawTextHelper.splitAndCountPartitions).reduceByKey(RawTextHelper.add, 10).count();
    }
  },
  /** `a + b`. */
  add: (a: number, b: number): number => a + b,
  /** `a - b`. */
  subtract: (a: number, b: number): number => a - b,
  /** The greater of the two. */
  max: (a: number, b: number): number => Math.max(a, b),
} as const;
