import type { StateStep } from '../rdd/index.ts';
import { ABSENT } from './columns.ts';
import { CHUNKS, type Loop } from './loop.ts';
import type { PairReader } from './pair-reader.ts';
import { State } from './state.ts';
import type { StateVersion } from './version.ts';

/** Calls the function for each record, then, in a batch that looks for them, for each key that has been idle for long. */
export async function mapWithState(
  before: StateVersion,
  records: readonly unknown[],
  { update, timeMs }: StateStep,
  pairs: PairReader,
  loop: Loop,
): Promise<StateVersion> {
  if (update.kind !== 'mapWithState') throw new TypeError('mapWithState');
  const { fn } = update.fn;
  const { timeoutMs, scan } = update;
  const after = await before.next(loop);
  const state = new State<unknown>();
  const emit = (result: unknown): void => {
    if (result !== undefined) after.emitted.push(result);
  };
  await loop(records.length, (from, to) => {
    const keys = new Array<unknown>(to - from);
    for (let i = from; i < to; i++) {
      pairs.check(records[i]);
      keys[i - from] = pairs.key(records[i]);
    }
    const slots = after.index.findAll(keys);
    for (let i = from; i < to; i++) {
      const pair = records[i];
      const key = keys[i - from];
      const slot = slots[i - from]!;
      // A record before it may have been the key's first.
      const known = slot >= 0 ? slot : after.index.find(key);
      state.reset(known === undefined ? ABSENT : after.values.get(known), false);
      emit(fn(timeMs, key, pairs.value(pair), state));
      const value = state.now;
      if (value === ABSENT) {
        if (known !== undefined) after.setAt(known, ABSENT);
      } else if (state.isChanged || timeoutMs !== undefined) {
        const at = known ?? after.index.slotOf(key);
        after.setAt(at, value);
        // When a key was touched matters to time-outs alone.
        if (timeoutMs !== undefined) after.touched.set(at, timeMs);
      }
    }
  });
  if (timeoutMs === undefined || !scan) return after;
  const overdue: number[] = [];
  const look = (_: unknown, __: unknown, slot: number): void => {
    if ((after.touched.get(slot) as number) < timeMs - timeoutMs) overdue.push(slot);
  };
  await loop(after.chunkCount, (from, to) => after.forEachIn(from, to, look), CHUNKS);
  await loop(overdue.length, (from, to) => {
    for (let i = from; i < to; i++) {
      const slot = overdue[i]!;
      state.reset(after.values.get(slot), true);
      emit(fn(timeMs, after.index.keyAt(slot), undefined, state));
      after.setAt(slot, ABSENT);
    }
  });
  return after;
}
