import type { StateStep } from '../rdd/index.ts';
import { ABSENT, CHUNK } from './columns.ts';
import { CHUNKS, type Loop } from './loop.ts';
import { News, NO_VALUES } from './news.ts';
import type { PairReader } from './pair-reader.ts';
import type { StateVersion } from './version.ts';

/** Calls the function for every key with a state or news, in the order of slots. */
export async function updateByKey(
  before: StateVersion,
  records: readonly unknown[],
  { update, dialect }: StateStep,
  pairs: PairReader,
  loop: Loop,
): Promise<StateVersion> {
  if (update.kind !== 'updateByKey') throw new TypeError('updateByKey');
  const { fn } = update.fn;
  const after = await before.next(loop);
  const { index, values } = after;
  const news = await News.of(index, records, dialect, pairs, loop);
  const nothing = NO_VALUES[dialect];
  const visit = (slot: number): void => {
    const known = news.valuesOf(slot);
    const state = values.get(slot);
    if (state === ABSENT && known === nothing) return;
    const next = fn(known, state === ABSENT ? undefined : state) as unknown;
    if (next !== state) after.setAt(slot, next === undefined || next === null ? ABSENT : next);
  };
  const run = (from: number, to: number): void => {
    for (let c = from; c < to; c++) {
      if (news.isIn(c)) {
        for (let slot = c * CHUNK; slot < (c + 1) * CHUNK; slot++) visit(slot);
        continue;
      }
      // Most chunks have no news: a tight loop over what was there before.
      const chunk = values.chunkAt(c);
      if (chunk === undefined) continue;
      for (let i = 0; i < CHUNK; i++) {
        const state = chunk[i];
        if (state === ABSENT) continue;
        const next = fn(nothing, state) as unknown;
        if (next !== state) after.setAt(c * CHUNK + i, next === undefined || next === null ? ABSENT : next);
      }
    }
  };
  await loop(Math.ceil(news.slotCount / CHUNK), run, CHUNKS);
  return after;
}
