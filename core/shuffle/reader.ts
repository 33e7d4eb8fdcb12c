import { appendTo, copyOf, type GroupTable, type KeyTable, ownValue, type PairDialect } from '../data/index.ts';
import type { FnSlot, ShuffleMode } from '../rdd/index.ts';
import { ACCESS, StepError } from '../stage/compile.ts';
import { listOf } from '../stage/support.ts';

type Merge = (pairs: readonly unknown[], from: number, to: number, table: KeyTable, isShared: boolean) => void;

/**
 * Merges `[k1, v1, k2, v2 …]` into a table; `from` and `to` count pairs. A bucket that others may read again, `isShared`,
 * stays as it was written: where two combiners meet they are copies, as a function may change the one that it goes on from
 * and keep parts of the other one.
 */
export function mergeInto(mode: ShuffleMode, label: string): Merge {
  if (mode.kind !== 'combine') throw new RangeError(`${mode.kind} has nothing to merge`);
  const { create, mergeValue, mergeCombiners, mapSide } = mode;
  const merge = (mapSide ? mergeCombiners : mergeValue).fn;
  const first = mapSide ? undefined : create?.fn;
  return (pairs, from, to, table, isShared) => {
    const isCopied = isShared && mapSide;
    try {
      for (let i = from; i < to; i++) {
        const k = pairs[2 * i];
        const v = pairs[2 * i + 1];
        const c = typeof k === 'string' ? table.direct.get(k) : table.find(k);
        if (c === undefined) {
          const w: unknown = first === undefined ? v : first(v);
          table.add(k, w, !isShared || w !== v);
        } else c.v = merge(c.isOwn ? c.v : ownValue(c), isCopied ? copyOf(v) : v);
      }
    } catch (error) {
      throw new StepError(label, error);
    }
  };
}

/** The same of keys and lists. Lists are copied on their way in: buckets stay as they were written, as they may be read again. */
export function mergeGroups(
  groups: readonly unknown[],
  from: number,
  to: number,
  table: GroupTable,
  dialect: PairDialect,
): void {
  const copy = listOf[dialect];
  for (let i = from; i < to; i++) {
    const k = groups[2 * i];
    const values = groups[2 * i + 1] as readonly unknown[];
    const list = typeof k === 'string' ? table.direct.get(k) : table.find(k);
    if (list === undefined) table.add(k, copy(values));
    else appendTo(list, values);
  }
}

/** Records of a dialect out of keys and values in turn. */
export function pairsToRecords(pairs: readonly unknown[], from: number, to: number, dialect: PairDialect): unknown[] {
  const { make } = ACCESS[dialect];
  const out = new Array<unknown>(to - from);
  for (let i = from; i < to; i++) out[i - from] = make(pairs[2 * i], pairs[2 * i + 1]);
  return out;
}

/** The same of keys and lists that are whole: each record gets a list of its own, of its dialect. */
export function groupsToRecords(pairs: readonly unknown[], from: number, to: number, dialect: PairDialect): unknown[] {
  const { make } = ACCESS[dialect];
  const copy = listOf[dialect];
  const out = new Array<unknown>(to - from);
  for (let i = from; i < to; i++) out[i - from] = make(pairs[2 * i], copy(pairs[2 * i + 1] as readonly unknown[]));
  return out;
}

export function tableToRecords(table: KeyTable, from: number, to: number, dialect: PairDialect): unknown[] {
  const { make } = ACCESS[dialect];
  const { cells } = table;
  const out = new Array<unknown>(to - from);
  for (let i = from; i < to; i++) {
    const c = cells[i]!;
    out[i - from] = make(c.k, c.v);
  }
  return out;
}

/** The slot whose function combines on the reduce side: what an error there is about. */
export const mergeSlot = (mode: ShuffleMode): FnSlot | undefined =>
  mode.kind === 'combine' ? (mode.mapSide ? mode.mergeCombiners : mode.mergeValue) : undefined;
