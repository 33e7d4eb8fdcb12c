import { DStreamsError } from '../errors.ts';
import type { StateStep } from '../rdd/index.ts';
import { ABSENT } from './columns.ts';
import type { Loop } from './loop.ts';
import type { PairReader } from './pair-reader.ts';
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
  const sum = async (parts: readonly (readonly unknown[])[]): Promise<Sums> => {
    const bySlot = new Map<number, unknown>();
    const slots: number[] = [];
    for (const records of parts) {
      await loop(records.length, (from, to) => {
        for (let i = from; i < to; i++) {
          const pair = records[i];
          const slot = after.index.slotOf(pairs.key(pair));
          const value = pairs.value(pair);
          if (bySlot.has(slot)) bySlot.set(slot, reduce(bySlot.get(slot), value));
          else {
            slots.push(slot);
            bySlot.set(slot, value);
          }
        }
      });
    }
    return { slots, bySlot };
  };
  const leaving = await sum(inputs.slice(0, update.leaving));
  const entering = await sum(inputs.slice(update.leaving));
  await eachOf(leaving, loop, (slot, value) => {
    const state = after.values.get(slot);
    if (state !== ABSENT) after.setAt(slot, inverse(state, value));
    else if (!entering.bySlot.has(slot)) {
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
    if (!leaving.bySlot.has(slot)) check(slot);
  });
  return after;
}

/** Values by slot, and the slots in order of first appearance. */
interface Sums {
  readonly slots: readonly number[];
  readonly bySlot: ReadonlyMap<number, unknown>;
}

const eachOf = ({ slots, bySlot }: Sums, loop: Loop, f: (slot: number, value: unknown) => void): void | Promise<void> =>
  loop(slots.length, (from, to) => {
    for (let i = from; i < to; i++) f(slots[i]!, bySlot.get(slots[i]!));
  });
