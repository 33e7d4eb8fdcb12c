import { DStreamsError } from '../errors.ts';
import type { StateStep } from '../rdd/index.ts';
import { ABSENT } from './columns.ts';
import type { Loop } from './loop.ts';
import type { PairReader } from './pair-reader.ts';
import { slotsOf } from './slots.ts';
import type { StateVersion } from './version.ts';

/** Subtract what leaves, then add what enters (semantics §3.1). Batches of one side are combined before the one call. */
export async function inverseWindow(
  before: StateVersion,
  inputs: readonly (readonly unknown[])[],
  { update, label }: StateStep,
  pairs: PairReader,
  loop: Loop,
): Promise<StateVersion> {
  if (update.kind !== 'inverseWindow') throw new TypeError('inverseWindow');
  const reduce = update.reduce.fn;
  const inverse = update.inverse.fn;
  const filter = update.filter?.fn;
  const after = await before.next(loop);
  const leaving = await sums(after, inputs.slice(0, update.leaving), reduce, pairs, loop);
  const entering = await sums(after, inputs.slice(update.leaving), reduce, pairs, loop);
  await eachOf(leaving, loop, (slot, value) => {
    const state = after.values.get(slot);
    if (state !== ABSENT) after.setAt(slot, inverse(state, value));
    else if (!has(entering, slot)) {
      throw new DStreamsError(
        'INVERSE_KEY_UNKNOWN',
        `${label}: Neither previous window has value for key ${String(after.index.keyAt(slot))}, nor new values found. Are you sure your key class hashes consistently? ` +
          'A filter must not drop a key that still has values in the window.',
      );
    }
  });
  await eachOf(entering, loop, (slot, value) => {
    const state = after.values.get(slot);
    after.setAt(slot, state === ABSENT ? value : reduce(state, value));
  });
  if (filter === undefined) return after;
  // Keys that nothing happened to passed the filter before.
  const check = (slot: number): void => {
    const value = after.values.get(slot);
    if (value !== ABSENT && !filter(pairs.make(after.index.keyAt(slot), value))) after.setAt(slot, ABSENT);
  };
  await eachOf(leaving, loop, check);
  await eachOf(entering, loop, (slot) => {
    if (!has(leaving, slot)) check(slot);
  });
  return after;
}

/** What the batches of one side come to, a value for each of their keys. */
interface Sums {
  /** In order of first appearance. */
  readonly slots: readonly number[];
  readonly values: readonly unknown[];
  /** By slot: 1 + where it is in the two; 0 for nowhere. Slots of keys that came later are beyond its end. */
  readonly places: Int32Array;
}

async function sums(
  { index }: StateVersion,
  parts: readonly (readonly unknown[])[],
  reduce: (a: unknown, b: unknown) => unknown,
  pairs: PairReader,
  loop: Loop,
): Promise<Sums> {
  const found: Int32Array[] = [];
  for (const records of parts) found.push(await slotsOf(index, records, pairs, loop));
  const slots: number[] = [];
  const values: unknown[] = [];
  const places = new Int32Array(index.slotCount);
  for (const [part, records] of parts.entries()) {
    const slotOf = found[part]!;
    await loop(records.length, (from, to) => {
      for (let i = from; i < to; i++) {
        const slot = slotOf[i]!;
        const value = pairs.value(records[i]);
        const place = places[slot]!;
        if (place > 0) values[place - 1] = reduce(values[place - 1], value);
        else {
          places[slot] = slots.push(slot);
          values.push(value);
        }
      }
    });
  }
  return { slots, values, places };
}

const has = ({ places }: Sums, slot: number): boolean => slot < places.length && places[slot] !== 0;

const eachOf = ({ slots, values }: Sums, loop: Loop, f: (slot: number, value: unknown) => void): void | Promise<void> =>
  loop(slots.length, (from, to) => {
    for (let i = from; i < to; i++) f(slots[i]!, values[i]);
  });
