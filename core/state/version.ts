import { ABSENT, CHUNK, Column } from './columns.ts';
import { CHUNKS, type Loop } from './loop.ts';
import { StateIndex } from './state-index.ts';
import type { WindowStacks } from './window-stacks.ts';

const SAMPLES_MAX = 1000;

/** Compact when more than half of the slots are empty, and there are enough of them to be worth it. */
const COMPACT_MIN = 1024;

/**
 * The state of one partition after one batch. Immutable once its batch's step has made it: the next batch makes a new
 * version over it, so that a function that throws loses nothing and a retry sees what the first try saw.
 */
export class StateVersion {
  private constructor(
    readonly index: StateIndex,
    readonly values: Column,
    /** When each key was last touched, in ms; kept where keys time out. */
    readonly touched: Column,
    /** Keys with a state. */
    public count: number,
    /** What the step emitted, for mapWithState. */
    readonly emitted: unknown[],
  ) {}

  /** Some of the values that this version was given, if they are objects: whoever keeps it looks at their classes. */
  readonly samples: unknown[] = [];

  /** What a window without inverse goes on from. A version that came from another executor has none. */
  stacks: WindowStacks | undefined;

  static empty(): StateVersion {
    return new StateVersion(new StateIndex(), Column.empty(ABSENT), Column.empty(0), 0, []);
  }

  /** What the next batch changes; this version stays as it is. */
  async next(loop: Loop): Promise<StateVersion> {
    if (this.index.slotCount > COMPACT_MIN && this.count * 2 < this.index.slotCount) return this.compacted(loop);
    return new StateVersion(this.index, this.values.next(), this.touched.next(), this.count, []);
  }

  /** Keys in the same order, in slots without gaps. */
  private async compacted(loop: Loop): Promise<StateVersion> {
    const fresh = StateVersion.empty();
    const put = (key: unknown, value: unknown, slot: number) =>
      void fresh.put(key, value, this.touched.get(slot) as number);
    await loop(this.chunkCount, (from, to) => this.forEachIn(from, to, put), CHUNKS);
    return fresh;
  }

  has(key: unknown): boolean {
    const slot = this.index.find(key);
    return slot !== undefined && this.values.get(slot) !== ABSENT;
  }

  put(key: unknown, value: unknown, touchedMs: number): void {
    const slot = this.index.slotOf(key);
    this.setAt(slot, value);
    if (touchedMs !== 0) this.touched.set(slot, touchedMs);
  }

  /** Sets or, with ABSENT, removes. */
  setAt(slot: number, value: unknown): void {
    const before = this.values.get(slot);
    if (before === value) return;
    if (typeof value === 'object' && this.samples.length < SAMPLES_MAX) this.samples.push(value);
    if (before === ABSENT) this.count++;
    else if (value === ABSENT) this.count--;
    this.values.set(slot, value);
  }

  get chunkCount(): number {
    return this.values.chunks.length;
  }

  /** Keys with a state, of some chunks. */
  forEachIn(from: number, to: number, f: (key: unknown, value: unknown, slot: number) => void): void {
    const { chunks } = this.values;
    const { keys } = this.index;
    for (let c = from; c < to; c++) {
      const chunk = chunks[c]!;
      for (let i = 0; i < CHUNK; i++) {
        const value = chunk[i];
        if (value !== ABSENT) f(keys[c * CHUNK + i], value, c * CHUNK + i);
      }
    }
  }

  forEach(f: (key: unknown, value: unknown, slot: number) => void): void {
    this.forEachIn(0, this.chunkCount, f);
  }
}
