import { JList, type PairDialect } from '../data/index.ts';
import { CHUNK } from './columns.ts';
import type { Loop } from './loop.ts';
import type { PairReader } from './pair-reader.ts';
import { slotsOf } from './slots.ts';
import type { StateIndex } from './state-index.ts';

/** What a key gets that nothing came for. */
export const NO_VALUES: Readonly<Record<PairDialect, readonly unknown[]>> = {
  array: Object.freeze([]),
  tuple: Object.freeze(new JList<unknown>()) as readonly unknown[],
};

/**
 * What came for the keys of a batch, by slot. Records of one slot form a chain through a typed array, so that a list of
 * values is made when its key has its turn and is garbage soon after: a million lists that are made before would be copied about by the
 * garbage collector.
 */
export class News {
  private constructor(
    private readonly records: readonly unknown[],
    private readonly dialect: PairDialect,
    private readonly pairs: PairReader,
    /** Slots that there were when all that came had one. */
    readonly slotCount: number,
    /** By slot: 1 + the first record; 0 for none. */
    private readonly heads: Int32Array,
    /** By record: 1 + the next one of the same slot; 0 for none. */
    private readonly links: Int32Array,
    /** By chunk of slots. */
    private readonly chunks: Uint8Array,
  ) {}

  /** Keys that are new get slots, in the order in which they came. */
  static async of(
    index: StateIndex,
    records: readonly unknown[],
    dialect: PairDialect,
    pairs: PairReader,
    loop: Loop,
  ): Promise<News> {
    const n = records.length;
    const slots = await slotsOf(index, records, pairs, loop);
    const { slotCount } = index;
    const chunkCount = Math.ceil(slotCount / CHUNK);
    const heads = new Int32Array(chunkCount * CHUNK);
    const chunks = new Uint8Array(chunkCount);
    // From behind, so that a chain goes forward; the links take the place of the slots.
    await loop(n, (from, to) => {
      for (let i = n - 1 - from; i >= n - to; i--) {
        const slot = slots[i]!;
        slots[i] = heads[slot]!;
        heads[slot] = i + 1;
        chunks[Math.floor(slot / CHUNK)] = 1;
      }
    });
    return new News(records, dialect, pairs, slotCount, heads, slots, chunks);
  }

  /** Whether something came for a slot of this chunk. */
  isIn(chunk: number): boolean {
    return this.chunks[chunk] === 1;
  }

  has(slot: number): boolean {
    return this.heads[slot] !== 0;
  }

  /** In the order in which they came; `NO_VALUES` for none. */
  valuesOf(slot: number): readonly unknown[] {
    const { records, dialect, pairs, links } = this;
    let at = this.heads[slot]!;
    if (at === 0) return NO_VALUES[dialect];
    const values: unknown[] = dialect === 'tuple' ? new JList() : [];
    for (; at !== 0; at = links[at - 1]!) values[values.length] = pairs.value(records[at - 1]);
    return values;
  }
}
