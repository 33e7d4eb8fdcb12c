import { KeyTable } from '../data/index.ts';
import { StringSlots } from './string-slots.ts';

/** From key to slot. Only grows; versions share it, and compaction makes another one. */
export class StateIndex {
  private readonly all: unknown[] = [];
  private readonly strings = new StringSlots(this.all);
  /** Keys that are no text. */
  private readonly others = new KeyTable<number>();

  get slotCount(): number {
    return this.all.length;
  }

  find(key: unknown): number | undefined {
    if (typeof key !== 'string') return this.others.find(key)?.v;
    const slot = this.strings.find(key);
    return slot < 0 ? undefined : slot;
  }

  /** Slots of many keys at once, which is faster than one by one; -1: ask `find`, or there is none. */
  findAll(keys: readonly unknown[]): Int32Array {
    const slots = new Int32Array(keys.length);
    this.strings.findAll(keys, slots);
    return slots;
  }

  slotOf(key: unknown): number {
    const known = this.find(key);
    if (known !== undefined) return known;
    const slot = this.all.length;
    if (typeof key === 'string') {
      const own = detached(key);
      this.all.push(own);
      this.strings.add(own, slot);
    } else {
      this.all.push(key);
      this.others.add(key, slot);
    }
    return slot;
  }

  keyAt(slot: number): unknown {
    return this.all[slot];
  }

  /** By slot. */
  get keys(): readonly unknown[] {
    return this.all;
  }
}

/**
 * A long key that was cut out of a block's text keeps the whole block alive; one that is kept for long gets characters
 * of its own.
 */
function detached(key: string): string {
  return key.length < 13 ? key : Buffer.from(key, 'utf16le').toString('utf16le');
}
