import { assertPair, checkCount, equalKeys, joined, type PairDialect } from '../data/index.ts';
import { DStreamsError } from '../errors.ts';
import { ActionPromise } from './action-promise.ts';
import { inDriver } from './actions.ts';
import type { AnyFunction, FnSlot } from './function-slot.ts';
import { RangePartitioner } from './range-partitioner.ts';
import { type Rdd, slotsFor } from './rdd.ts';
import { type Compare, firstInOrder } from './first-in-order.ts';

/** Runs `f` over each partition on the executors. */
function eachPartition(rdd: Rdd, label: string, f: AnyFunction): () => Promise<unknown[][]> {
  const [fn] = slotsFor(rdd.ctx, [rdd], label, [f]) as [FnSlot];
  return async () => (await rdd.ctx.runner.run(rdd, { kind: 'partition', fn, label, isAsync: false })) as unknown[][];
}

/** The first `n` records in this order; of equal ones those of earlier partitions. */
export function takeOrdered(rdd: Rdd, n: number, compare: Compare, label = 'takeOrdered'): ActionPromise<unknown[]> {
  checkCount(n, label);
  const run = eachPartition(rdd, label, (records: readonly unknown[]) => firstInOrder(records, n, compare));
  return ActionPromise.of(async () => {
    const found = joined(await run());
    return inDriver(label, () => firstInOrder(found, n, compare));
  });
}

/** The first record in this order. Rejects where there is none. */
export function least(rdd: Rdd, compare: Compare, label: string): ActionPromise<unknown> {
  const taken = takeOrdered(rdd, 1, compare, label);
  return ActionPromise.of(async () => {
    const found = await taken;
    if (found.length > 0) return found[0];
    throw new DStreamsError('COLLECTION_EMPTY', `${label}: empty collection. Test \`await rdd.isEmpty()\` first.`);
  });
}

/**
 * The values of a key, in partition order. Only its own partition is looked at where the data set is partitioned by key.
 * Rejects with `PAIR_EXPECTED`.
 */
export function lookup(rdd: Rdd, key: unknown, dialect: PairDialect): ActionPromise<unknown[]> {
  const find = (records: readonly unknown[]): unknown[] => {
    const values: unknown[] = [];
    for (const pair of records) {
      assertPair(pair, dialect, 'this');
      const { 0: k, 1: v } = pair as readonly [unknown, unknown];
      if (equalKeys(k, key)) values.push(v);
    }
    return values;
  };
  const [fn] = slotsFor(rdd.ctx, [rdd], 'lookup', [find]) as [FnSlot];
  const { partitioner } = rdd;
  const isKnown = partitioner !== undefined && !(partitioner instanceof RangePartitioner && !partitioner.isReady);
  const partitions = isKnown ? [partitioner.getPartition(key)] : undefined;
  return ActionPromise.of(async () => {
    const action = { kind: 'partition', fn, label: 'lookup', isAsync: false } as const;
    return joined((await rdd.ctx.runner.run(rdd, action, partitions)) as unknown[][]);
  });
}
