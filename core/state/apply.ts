import { JList, type PairDialect } from '../data/index.ts';
import { DStreamsError } from '../errors.ts';
import type { StateStep } from '../rdd/index.ts';
import { ABSENT, CHUNK } from './columns.ts';
import { State } from './state.ts';
import { StateVersion } from './version.ts';

/** How pairs are taken apart; the stage compiler has them by dialect. */
export interface PairReader {
  key(pair: unknown): unknown;
  value(pair: unknown): unknown;
  check(pair: unknown): void;
  make(key: unknown, value: unknown): unknown;
}

/**
 * The version of one partition after a batch. `inputs` are the records that the batch brings, a list a data set. Changes
 * nothing of `before`: what it throws leaves the state as it was.
 */
export function applyState(
  before: StateVersion,
  inputs: readonly (readonly unknown[])[],
  step: StateStep,
  pairs: PairReader,
): StateVersion {
  switch (step.update.kind) {
    case 'updateByKey':
      return updateByKey(before, inputs.flat(), step, pairs);
    case 'mapWithState':
      return mapWithState(before, inputs.flat(), step, pairs);
    case 'inverseWindow':
      return inverseWindow(before, inputs, step, pairs);
  }
}

/** State given from outside: the first version of a partition. */
export function initialState(records: readonly unknown[], timeMs: number, pairs: PairReader): StateVersion {
  const version = StateVersion.empty();
  for (const pair of records) {
    pairs.check(pair);
    version.put(pairs.key(pair), pairs.value(pair), timeMs);
  }
  return version;
}

const EMPTY: Readonly<Record<PairDialect, readonly unknown[]>> = {
  array: Object.freeze([]),
  tuple: Object.freeze(new JList<unknown>()) as readonly unknown[],
};

function updateByKey(
  before: StateVersion,
  records: readonly unknown[],
  { update, dialect }: StateStep,
  pairs: PairReader,
): StateVersion {
  if (update.kind !== 'updateByKey') throw new TypeError('updateByKey');
  const { fn } = update.fn;
  const after = before.next();
  const news = new Map<number, unknown[]>();
  for (const pair of records) {
    pairs.check(pair);
    const slot = after.index.slotOf(pairs.key(pair));
    const values = news.get(slot);
    if (values !== undefined) values.push(pairs.value(pair));
    else {
      const list: unknown[] = dialect === 'tuple' ? new JList() : [];
      list.push(pairs.value(pair));
      news.set(slot, list);
    }
  }
  const nothing = EMPTY[dialect];
  const call = (slot: number, values: readonly unknown[], state: unknown): void => {
    const next = fn(values, state === ABSENT ? undefined : state) as unknown;
    const kept = next === undefined || next === null ? ABSENT : next;
    if (kept !== state) after.setAt(slot, kept);
  };
  // Keys without news run in a tight loop between the touched slots.
  const touched = [...news.keys()].sort((a, b) => a - b);
  touched.push(after.index.slotCount);
  let from = 0;
  for (const end of touched) {
    const { chunks } = after.values;
    for (let slot = from; slot < end; ) {
      const chunk = chunks[slot >> 7];
      if (chunk === undefined) break;
      const stop = Math.min(end, (slot | (CHUNK - 1)) + 1);
      for (; slot < stop; slot++) {
        const state = chunk[slot & (CHUNK - 1)];
        if (state === ABSENT) continue;
        const next = fn(nothing, state) as unknown;
        if (next !== state) after.setAt(slot, next === undefined || next === null ? ABSENT : next);
      }
    }
    const values = news.get(end);
    if (values !== undefined) call(end, values, after.values.get(end));
    from = end + 1;
  }
  return after;
}

function mapWithState(
  before: StateVersion,
  records: readonly unknown[],
  { update, timeMs }: StateStep,
  pairs: PairReader,
): StateVersion {
  if (update.kind !== 'mapWithState') throw new TypeError('mapWithState');
  const { fn } = update.fn;
  const { timeoutMs, scan } = update;
  const after = before.next();
  const state = new State<unknown>();
  const emit = (result: unknown): void => {
    if (result !== undefined) after.emitted.push(result);
  };
  for (const pair of records) {
    pairs.check(pair);
    const key = pairs.key(pair);
    const known = after.index.find(key);
    state.reset(known === undefined ? ABSENT : after.values.get(known), false);
    emit(fn(timeMs, key, pairs.value(pair), state));
    const { value, changed } = state.outcome();
    if (value === ABSENT) {
      if (known !== undefined) after.setAt(known, ABSENT);
    } else if (changed || timeoutMs !== undefined) {
      const slot = known ?? after.index.slotOf(key);
      after.setAt(slot, value);
      // When a key was touched matters to time-outs alone.
      if (timeoutMs !== undefined) after.touched.set(slot, timeMs);
    }
  }
  if (timeoutMs === undefined || !scan) return after;
  const overdue: number[] = [];
  after.forEach((_, __, slot) => {
    if ((after.touched.get(slot) as number) < timeMs - timeoutMs) overdue.push(slot);
  });
  for (const slot of overdue) {
    state.reset(after.values.get(slot), true);
    emit(fn(timeMs, after.index.keyAt(slot), undefined, state));
    after.setAt(slot, ABSENT);
  }
  return after;
}

/** Subtract what leaves, then add what enters (semantics §3.1). Batches of one side are combined before the one call. */
function inverseWindow(
  before: StateVersion,
  inputs: readonly (readonly unknown[])[],
  { update, label }: StateStep,
  pairs: PairReader,
): StateVersion {
  if (update.kind !== 'inverseWindow') throw new TypeError('inverseWindow');
  const reduce = update.reduce.fn;
  const inverse = update.inverse.fn;
  const filter = update.filter?.fn;
  const after = before.next();
  const sum = (parts: readonly (readonly unknown[])[]): Map<number, unknown> => {
    const sums = new Map<number, unknown>();
    for (const records of parts) {
      for (const pair of records) {
        const slot = after.index.slotOf(pairs.key(pair));
        const value = pairs.value(pair);
        sums.set(slot, sums.has(slot) ? reduce(sums.get(slot), value) : value);
      }
    }
    return sums;
  };
  const leaving = sum(inputs.slice(0, update.leaving));
  const entering = sum(inputs.slice(update.leaving));
  for (const [slot, value] of leaving) {
    const state = after.values.get(slot);
    if (state !== ABSENT) after.setAt(slot, inverse(state, value));
    else if (!entering.has(slot)) {
      throw new DStreamsError(
        'INVERSE_KEY_UNKNOWN',
        `${label}: Neither previous window has value for key ${String(after.index.keyAt(slot))}, nor new values found. Are you sure your key class hashes consistently? ` +
          'A filter must not drop a key that still has values in the window.',
      );
    }
  }
  for (const [slot, value] of entering) {
    const state = after.values.get(slot);
    after.setAt(slot, state === ABSENT ? value : reduce(state, value));
  }
  if (filter !== undefined) {
    // Keys that nothing happened to passed the filter before.
    for (const slot of new Set([...leaving.keys(), ...entering.keys()])) {
      const value = after.values.get(slot);
      if (value !== ABSENT && !filter(pairs.make(after.index.keyAt(slot), value))) after.setAt(slot, ABSENT);
    }
  }
  return after;
}
