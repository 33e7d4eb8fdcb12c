import { JList, type PairDialect } from '../data/index.ts';
import type { StateStep } from '../rdd/index.ts';
import { ABSENT, CHUNK } from './columns.ts';
import { CHUNKS, type Loop } from './loop.ts';
import type { PairReader } from './pair-reader.ts';
import type { StateIndex } from './state-index.ts';
import type { StateVersion } from './version.ts';

/** What a key gets that nothing came for. */
export const NO_VALUES: Readonly<Record<PairDialect, readonly unknown[]>> = {
  array: Object.freeze([]),
  tuple: Object.freeze(new JList<unknown>()) as readonly unknown[],
};

/** The new values of each key, in order; keys that are new get slots. */
export async function newsBySlot(
  index: StateIndex,
  records: readonly unknown[],
  dialect: PairDialect,
  pairs: PairReader,
  loop: Loop,
): Promise<Map<number, unknown[]>> {
  const news = new Map<number, unknown[]>();
  await loop(records.length, (from, to) => {
    for (let i = from; i < to; i++) {
      const pair = records[i];
      pairs.check(pair);
      const slot = index.slotOf(pairs.key(pair));
      const known = news.get(slot);
      if (known !== undefined) known.push(pairs.value(pair));
      else {
        const list: unknown[] = dialect === 'tuple' ? new JList() : [];
        list.push(pairs.value(pair));
        news.set(slot, list);
      }
    }
  });
  return news;
}

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
  const news = await newsBySlot(index, records, dialect, pairs, loop);
  const chunkCount = Math.ceil(index.slotCount / CHUNK);
  const hasNews = new Uint8Array(chunkCount * CHUNK);
  const hasNewsIn = new Uint8Array(chunkCount);
  for (const slot of news.keys()) {
    hasNews[slot] = 1;
    hasNewsIn[Math.floor(slot / CHUNK)] = 1;
  }
  const nothing = NO_VALUES[dialect];
  const visit = (slot: number): void => {
    const known = hasNews[slot] === 1 ? news.get(slot)! : nothing;
    const state = values.get(slot);
    if (state === ABSENT && known === nothing) return;
    const next = fn(known, state === ABSENT ? undefined : state) as unknown;
    if (next !== state) after.setAt(slot, next === undefined || next === null ? ABSENT : next);
  };
  const run = (from: number, to: number): void => {
    for (let c = from; c < to; c++) {
      if (hasNewsIn[c] === 1) {
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
  await loop(chunkCount, run, CHUNKS);
  return after;
}
