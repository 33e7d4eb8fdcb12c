import { type Block, shareBytes, textBlock } from '../core/internal.ts';
import { SeededRandom } from '../core/time/random.ts';

export type TextBlock = Extract<Block, { kind: 'text' }>;

export const WORDS_PER_LINE = 10;

export interface TextOptions {
  readonly seed: number;
  readonly words: number;
  readonly distinct: number;
  readonly blocks: number;
}

/** Distinct words of 3 to 8 letters: a line of ten has about 60 bytes. */
export function vocabulary(random: SeededRandom, distinct: number): string[] {
  const words = new Set<string>();
  while (words.size < distinct) {
    let word = '';
    for (let length = 3 + random.int(6); length > 0; length--) word += String.fromCharCode(97 + random.int(26));
    words.add(word);
  }
  return [...words];
}

/** Lines of random words, every word as likely as every other, each line with its end. */
export function randomLines(random: SeededRandom, words: readonly string[], lines: number): string {
  const out = new Array<string>(lines);
  for (let i = 0; i < lines; i++) {
    let line = words[random.int(words.length)]!;
    for (let w = 1; w < WORDS_PER_LINE; w++) line += ` ${words[random.int(words.length)]!}`;
    out[i] = `${line}\n`;
  }
  return out.join('');
}

/** Blocks of text bytes as a receiver stores them: in memory that threads share. */
export function textBlocks({ seed, words, distinct, blocks }: TextOptions): TextBlock[] {
  const random = new SeededRandom(seed);
  const known = vocabulary(random, distinct);
  const lines = Math.ceil(words / WORDS_PER_LINE / blocks);
  return Array.from({ length: blocks }, () => {
    const block = textBlock(shareBytes(Buffer.from(randomLines(random, known, lines))));
    if (block.kind !== 'text') throw new TypeError('a text block');
    return block;
  });
}
