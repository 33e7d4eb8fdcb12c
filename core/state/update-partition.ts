import { describeValue } from '../data/index.ts';
import { DStreamsError } from '../errors.ts';
import type { StateStep } from '../rdd/index.ts';
import { ABSENT } from './columns.ts';
import type { Loop } from './loop.ts';
import { News } from './news.ts';
import type { PairReader } from './pair-reader.ts';
import type { StateVersion } from './version.ts';

/** A key with a state, with new values, or both. */
export type StateEntry = readonly [key: unknown, values: readonly unknown[], state: unknown];

/**
 * Calls the function once, with all keys that have a state or news, in the order of slots: what it gives is the state after. A key
 * that it does not give is forgotten. It can give no other keys than it was given, as those may belong to another partition.
 */
export async function updatePartition(
  before: StateVersion,
  records: readonly unknown[],
  { update, dialect, timeMs, label }: StateStep,
  pairs: PairReader,
  loop: Loop,
): Promise<StateVersion> {
  if (update.kind !== 'updatePartition') throw new TypeError('updatePartition');
  const after = await before.next(loop);
  const { index, values } = after;
  const news = await News.of(index, records, dialect, pairs, loop);
  const { slotCount } = news;
  function* entries(): Generator<StateEntry> {
    for (let slot = 0; slot < slotCount; slot++) {
      const state = values.get(slot);
      if (state === ABSENT && !news.has(slot)) continue;
      yield [index.keyAt(slot), news.valuesOf(slot), state === ABSENT ? undefined : state];
    }
  }
  const result: unknown = update.fn.fn(entries(), timeMs);
  if (typeof result !== 'object' || result === null || !(Symbol.iterator in result)) {
    throw new DStreamsError(
      'ITERABLE_EXPECTED',
      `${label}: the function must give an iterable of keys and states, and gave ${describeValue(result)}.`,
    );
  }
  // Read to its end before anything changes: the function may read its input as it goes.
  const given = [...(result as Iterable<unknown>)];
  const isGiven = new Uint8Array(slotCount);
  await loop(given.length, (from, to) => {
    for (let i = from; i < to; i++) {
      const pair = given[i];
      pairs.check(pair);
      const key = pairs.key(pair);
      const slot = index.find(key);
      if (
        slot === undefined ||
        slot >= slotCount ||
        isGiven[slot] === 1 ||
        (values.get(slot) === ABSENT && !news.has(slot))
      ) {
        throw new DStreamsError(
          'STATE_KEY_UNKNOWN',
          `${label}: the function gave the key ${describeValue(key)} ${slot !== undefined && isGiven[slot] === 1 ? 'twice' : 'without being given it'}. ` +
            'Give each key that comes in at most once, and no others: change keys by a map behind it.',
        );
      }
      isGiven[slot] = 1;
    }
  });
  await loop(slotCount, (from, to) => {
    for (let slot = from; slot < to; slot++) if (isGiven[slot] === 0) after.setAt(slot, ABSENT);
  });
  await loop(given.length, (from, to) => {
    for (let i = from; i < to; i++) {
      const next = pairs.value(given[i]);
      after.setAt(index.find(pairs.key(given[i]))!, next === undefined || next === null ? ABSENT : next);
    }
  });
  return after;
}
