import type { StreamOf } from '../api-fluent/index.ts';
import { JavaDStream, Lists, Pattern, Tuple2 } from '../api-java-style/index.ts';
import type { TextBlock } from './text-blocks.ts';

/** The work of most rows: 2 M words, 10 k distinct, in four blocks, so that two threads have the same to do. */
export const WORD_COUNT = { seed: 20131, words: 2_000_000, distinct: 10_000, blocks: 4 } as const;

/** The program as a user writes it; how many keys there were goes to `onCount`. */
export function wordCount(lines: StreamOf<string>, onCount: (keys: number) => void): void {
  const counts = lines
    .flatMap((line) => line.split(' '))
    .map((word) => [word, 1] as [string, number])
    .reduceByKey((a, b) => a + b);
  counts.foreachRDD(async (rdd) => onCount(await rdd.count()));
}

const SPACE = Pattern.compile(' ');

/** The same as in Spark's JavaNetworkWordCount. */
export function wordCountJavaStyle(lines: StreamOf<string>, onCount: (keys: number) => void): void {
  const words = JavaDStream.fromDStream<string>(lines).flatMap((line) => Lists.newArrayList(SPACE.split(line)));
  const counts = words.mapToPair((word) => new Tuple2(word, 1)).reduceByKey((a, b) => a + b);
  counts.foreachRDD(async (rdd) => onCount(await rdd.count()));
}

/** The same by hand, as well as it is known to go: one loop, mutable cells. */
export function wordCountByHand(blocks: readonly TextBlock[]): number {
  const counts = new Map<string, { n: number }>();
  for (const { bytes } of blocks) {
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8');
    const lines = text.split('\n');
    // What stands behind the last line end is no line.
    for (let i = 0; i < lines.length - 1; i++) {
      const words = lines[i]!.split(' ');
      for (let w = 0; w < words.length; w++) {
        const word = words[w]!;
        const cell = counts.get(word);
        if (cell === undefined) counts.set(word, { n: 1 });
        else cell.n++;
      }
    }
  }
  return counts.size;
}
