import { countWords, JIterator, topEntries, Tuple2 } from '../core/internal.ts';
import type { JavaSparkContext } from './spark-context.ts';

/** @internal */
type WordCount = Tuple2<string, number>;

/** What Spark's benchmarks of raw text use (`RawTextHelper`). */
export const RawTextHelper = {
  /** The words of lines with their counts, for `mapPartitions`. */
  splitAndCountPartitions: (lines: Iterable<string>): JIterator<WordCount> =>
    new JIterator([...countWords(lines)].map(([word, count]) => new Tuple2(word, count))),
  /** The `k` pairs of the highest counts, highest first, for `mapPartitions`. */
  topK: (pairs: Iterable<WordCount>, k: number): JIterator<WordCount> =>
    new JIterator(topEntries(pairs, k, (pair) => pair._2())),
  /** Counts some numbers, so that what comes later finds compiled code and started workers. */
  warmUp: async (sc: JavaSparkContext): Promise<void> => {
    for (let i = 0; i < 2; i++) {
      const numbers = Array.from({ length: 200_000 }, (_, at) => at + 1);
      const words = sc.parallelize(numbers, 1000).map((n: number) => String(n % 1331));
      await words.mapPartitionsToPair(RawTextHelper.splitAndCountPartitions).reduceByKey(RawTextHelper.add, 10).count();
    }
  },
  /** `a + b`. */
  add: (a: number, b: number): number => a + b,
  /** `a - b`. */
  subtract: (a: number, b: number): number => a - b,
  /** The greater of the two. */
  max: (a: number, b: number): number => Math.max(a, b),
} as const;
