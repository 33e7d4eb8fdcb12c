import { assertPair, checkCount, defaultCodec, joined, KeyTable, type PairDialect } from '../data/index.ts';
import { DStreamsError } from '../errors.ts';
import { ActionPromise } from './action-promise.ts';
import { type AnyFunction, checkFunction, type FnSlot } from './function-slot.ts';
import { type Rdd, slotsFor } from './rdd.ts';

/** All records, partition by partition. */
export const collect = (rdd: Rdd): ActionPromise<unknown[]> => collectFrom(rdd, undefined);

/** The records of some partitions, in the order given; undefined: of all. Rejects with `PARTITIONS_INVALID`. */
export function collectFrom(rdd: Rdd, partitions: readonly number[] | undefined): ActionPromise<unknown[]> {
  return ActionPromise.of(async () => {
    const unknown = partitions?.find((p) => !Number.isInteger(p) || p < 0 || p >= rdd.partitionCount);
    if (unknown !== undefined) {
      throw new DStreamsError(
        'PARTITIONS_INVALID',
        `There is no partition ${unknown}: the data set has ${rdd.partitionCount}, counted from 0.`,
      );
    }
    const parts = (await rdd.ctx.runner.run(rdd, { kind: 'collect' }, partitions)) as unknown[][];
    return parts.length === 1 ? parts[0]! : joined(parts);
  });
}

/** All records of a data set of pairs. Rejects with `PAIR_EXPECTED`. */
export function collectPairs(rdd: Rdd, dialect: PairDialect, label: string): ActionPromise<unknown[]> {
  return ActionPromise.of(async () => {
    const pairs = await collect(rdd);
    for (const pair of pairs) assertPair(pair, dialect, label);
    return pairs;
  });
}

/** The records of each partition that is asked for, which are the ones that are computed; of all unless told otherwise. */
export function collectPartitions(rdd: Rdd, ids?: readonly number[]): ActionPromise<unknown[][]> {
  return ActionPromise.of(async () => {
    const wanted = ids === undefined ? undefined : [...new Set(ids)];
    const parts = (await rdd.ctx.runner.run(rdd, { kind: 'collect' }, wanted)) as unknown[][];
    return ids === undefined ? parts : ids.map((id) => parts[wanted!.indexOf(id)]!);
  });
}

export function count(rdd: Rdd): ActionPromise<number> {
  return ActionPromise.of(async () => {
    let total = 0;
    for (const n of (await rdd.ctx.runner.run(rdd, { kind: 'count' })) as number[]) total += n;
    return total;
  });
}

/** The first `n` records in partition order: one partition first, then as many more as are needed (semantics §13.6). */
export function take(rdd: Rdd, n: number, label = 'take'): ActionPromise<unknown[]> {
  checkCount(n, label);
  return ActionPromise.of(async () => {
    const taken: unknown[] = [];
    const want = Math.max(0, n);
    for (let next = 0, width = 1; next < rdd.partitionCount && taken.length < want; width *= 4) {
      const partitions: number[] = [];
      while (partitions.length < width && next < rdd.partitionCount) partitions.push(next++);
      const action = { kind: 'take', n: want - taken.length } as const;
      for (const part of (await rdd.ctx.runner.run(rdd, action, partitions)) as unknown[][]) {
        for (const x of part) if (taken.length < want) taken.push(x);
      }
    }
    return taken;
  });
}

export const emptyCollection = (operator: string) =>
  new DStreamsError('COLLECTION_EMPTY', `${operator}: empty collection. Test \`await rdd.isEmpty()\` first.`);

export function first(rdd: Rdd): ActionPromise<unknown> {
  return ActionPromise.of(async () => {
    const taken = await take(rdd, 1);
    if (taken.length === 0) throw emptyCollection('first');
    return taken[0];
  });
}

export const isEmpty = (rdd: Rdd): ActionPromise<boolean> =>
  ActionPromise.of(async () => (await take(rdd, 1)).length === 0);

/** What a user's function throws in the driver is told as what it throws in a task. */
export function inDriver<R>(label: string, run: () => R): R {
  try {
    return run();
  } catch (error) {
    if (error instanceof DStreamsError) throw error;
    const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    throw new DStreamsError('USER_FUNCTION_FAILED', `${label} failed: ${text}`, { cause: error });
  }
}

/** Folds all records, each partition first, then the partitions' results in their order. Rejects when there are none. */
export function reduce(rdd: Rdd, f: AnyFunction, label = 'reduce'): ActionPromise<unknown> {
  checkFunction(f, label);
  const [fn] = slotsFor(rdd.ctx, [rdd], label, [f]) as [FnSlot];
  return ActionPromise.of(async () => {
    const parts = (await rdd.ctx.runner.run(rdd, { kind: 'reduce', fn, label })) as ([unknown] | undefined)[];
    const values = parts.filter((p) => p !== undefined).map(([v]) => v);
    if (values.length === 0) throw emptyCollection(label);
    return inDriver(label, () => values.reduce((a, b) => f(a, b)));
  });
}

/** Spark serializes the zero value and reads it again for each use: a function may change it. */
export const copyOfZero = (zero: unknown): unknown =>
  Object(zero) === zero ? defaultCodec.decodeValue(defaultCodec.encodeValue(zero, 'the zero value')) : zero;

/** Folds each partition with `seq` from a copy of `zero`, then the partitions with `comb` (Spark `aggregate`). */
export function aggregate(
  rdd: Rdd,
  zero: unknown,
  seq: AnyFunction,
  comb: AnyFunction,
  label = 'aggregate',
): ActionPromise<unknown> {
  checkFunction(seq, label);
  checkFunction(comb, label);
  const fold = (records: readonly unknown[]) => {
    let acc: unknown = copyOfZero(zero);
    for (const x of records) acc = seq(acc, x);
    return acc;
  };
  const [fn] = slotsFor(rdd.ctx, [rdd], label, [fold]) as [FnSlot];
  return ActionPromise.of(async () => {
    const parts = await rdd.ctx.runner.run(rdd, { kind: 'partition', fn, label, isAsync: false });
    return inDriver(label, () => parts.reduce((a, b) => comb(a, b), copyOfZero(zero)));
  });
}

/** Calls `f(records, partitionIndex)` for each partition; an async `f` is awaited. Results are dropped. */
export function foreachPartition(rdd: Rdd, f: AnyFunction, label = 'foreachPartition'): ActionPromise<void> {
  const [fn] = slotsFor(rdd.ctx, [rdd], label, [
    (records: readonly unknown[], index: number) => {
      const done = f(records, index) as unknown;
      return done instanceof Promise ? done.then(() => undefined) : undefined;
    },
  ]) as [FnSlot];
  return ActionPromise.of(async () => {
    await rdd.ctx.runner.run(rdd, { kind: 'partition', fn, label, isAsync: true });
  });
}

export function foreach(rdd: Rdd, f: AnyFunction, label = 'foreach'): ActionPromise<void> {
  checkFunction(f, label);
  const each = (records: readonly unknown[]) => {
    for (const x of records) f(x);
  };
  return foreachPartition(rdd, each, label);
}

/** Counts of equal records, in order of first appearance. Equality is by value, as for keys. */
export function countByValuePairs(rdd: Rdd): ActionPromise<[unknown, number][]> {
  return ActionPromise.of(async () => {
    const table = new KeyTable();
    for (const part of (await rdd.ctx.runner.run(rdd, { kind: 'collect' })) as unknown[][]) {
      for (const x of part) {
        const cell = table.find(x);
        if (cell === undefined) table.add(x, 1);
        else cell.v = (cell.v as number) + 1;
      }
    }
    return table.cells.map((c): [unknown, number] => [c.k, c.v as number]);
  });
}
