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
    for (let i = from; i < to; i++) {
      const pair = records[i];
      pairs.check(pair);
      const key = pairs.key(pair);
      const known = after.index.find(key);
      state.reset(known === undefined ? ABSENT : after.values.get(known), false);
      emit(fn(timeMs, key, pairs.value(pair), state));
      const value = state.now;
      if (value === ABSENT) {
        if (known !== undefined) after.setAt(known, ABSENT);
      } else if (state.isChanged || timeoutMs !== undefined) {
        const slot = known ?? after.index.slotOf(key);
        after.setAt(slot, value);
        // When a key was touched matters to time-outs alone.
        if (timeoutMs !== undefined) after.touched.set(slot, timeMs);
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
