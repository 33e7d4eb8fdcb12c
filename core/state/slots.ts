import type { Loop } from './loop.ts';
import type { PairReader } from './pair-reader.ts';
import type { StateIndex } from './state-index.ts';

/** Looked up at a time: what that needs of the keys stays in the processor's nearer caches. */
const TOGETHER = 4096;

/** The slot of each record's key. Keys that are new get slots, in the order in which they came. Fails where a record is no pair. */
export async function slotsOf(
  index: StateIndex,
  records: readonly unknown[],
  pairs: PairReader,
  loop: Loop,
): Promise<Int32Array> {
  const slots = new Int32Array(records.length);
  await loop(records.length, (from, to) => {
    for (let start = from; start < to; start += TOGETHER) {
      const end = Math.min(start + TOGETHER, to);
      const keys = new Array<unknown>(end - start);
      for (let i = start; i < end; i++) {
        pairs.check(records[i]);
        keys[i - start] = pairs.key(records[i]);
      }
      const found = index.findAll(keys);
      for (let i = start; i < end; i++) {
        const slot = found[i - start]!;
        slots[i] = slot >= 0 ? slot : index.slotOf(keys[i - start]);
      }
    }
  });
  return slots;
}
