import type { Steps } from './steps.ts';
import { Repetition, TextCache } from './text-cache.ts';

/** Where a reader of plain `pub` frames is, in which frame. Between the steps of one it may read others. */
export abstract class PubReader {
  protected readonly texts = new TextCache();
  protected readonly repetition = new Repetition();
  protected bytes: Buffer = Buffer.alloc(0);
  protected at = 0;
  protected items = 0;
  /** The index of the first record that is too large. */
  protected large: number | undefined;
  /** `texts.missCount` when the list began, as if no other frame had been read since. */
  protected missed = 0;

  protected open(bytes: Buffer, at: number, items: number): void {
    this.bytes = bytes;
    this.texts.open(bytes);
    this.at = at;
    this.items = items;
  }

  protected *pause(): Steps<void> {
    const { bytes, at, items, large, missed, texts } = this;
    const { missCount } = texts;
    yield;
    this.open(bytes, at, items);
    this.large = large;
    this.missed = missed + texts.missCount - missCount;
  }
}
