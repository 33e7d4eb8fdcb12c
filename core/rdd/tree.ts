import { DStreamsError } from '../errors.ts';
import { ActionPromise } from './action-promise.ts';
import { copyOfZero, inDriver, reduce } from './actions.ts';
import { type AnyFunction, checkFunction, type FnSlot } from './function-slot.ts';
import { type Rdd, slotsFor } from './rdd.ts';

/** Whose count of zeros: with one that is not neutral, Scala's Spark and Python's give different results. */
export type ZeroRule = 'scala' | 'python';

/**
 * `aggregate` in levels. The driver combines the partitions' results, in the groups and with the zeros of Spark 3.5
 * (`RDD.treeAggregate`, and PySpark's): in Scala each result of a level is folded from the zero, in Python only each partition.
 */
export function treeAggregate(
  rdd: Rdd,
  zero: unknown,
  seq: AnyFunction,
  comb: AnyFunction,
  depth: number,
  rule: ZeroRule,
  /** Scala's: what is left is combined by one more task, from one more zero. */
  finalOnExecutor = false,
): ActionPromise<unknown> {
  checkFunction(seq, 'treeAggregate');
  checkFunction(comb, 'treeAggregate');
  checkDepth(depth, 'treeAggregate');
  const fold = (records: readonly unknown[]): unknown => records.reduce((acc, x) => seq(acc, x), copyOfZero(zero));
  const [fn] = slotsFor(rdd.ctx, [rdd], 'treeAggregate', [fold]) as [FnSlot];
  return ActionPromise.of(async () => {
    const action = { kind: 'partition', fn, label: 'treeAggregate', isAsync: false } as const;
    const parts = await rdd.ctx.runner.run(rdd, action);
    if (parts.length === 0) return copyOfZero(zero);
    return inDriver('treeAggregate', () => inLevels(parts));
  });

  function inLevels(parts: unknown[]): unknown {
    const folded = (x: unknown): unknown => (rule === 'scala' ? comb(copyOfZero(zero), x) : x);
    const combined = (group: unknown[]): unknown => group.map(folded).reduce((a, b) => comb(a, b));
    const top = levels(parts, depth, rule, combined);
    const last = (finalOnExecutor && top.length > 1 ? [combined(top)] : top).map(folded);
    return rule === 'scala' ? last.reduce((a, b) => comb(a, b), copyOfZero(zero)) : last.reduce((a, b) => comb(a, b));
  }
}

function checkDepth(depth: number, label: string): void {
  if (Number.isInteger(depth) && depth >= 1) return;
  throw new DStreamsError('OPTIONS_INVALID', `${label}: the depth must be a whole number from 1 on, not ${depth}.`);
}

/** As `reduce`: the driver folds the partitions' results, of which there are few on one machine. */
export function treeReduce(rdd: Rdd, f: AnyFunction, depth: number): ActionPromise<unknown> {
  checkDepth(depth, 'treeReduce');
  return reduce(rdd, f, 'treeReduce');
}

/** As long as another level makes the last one smaller: result i goes to group i modulo their number. */
function levels(parts: unknown[], depth: number, rule: ZeroRule, combined: (group: unknown[]) => unknown): unknown[] {
  const whole =
    rule === 'scala' ? { up: Math.ceil, down: Math.trunc } : { up: (x: number) => x, down: (x: number) => x };
  const scale = Math.max(Math.ceil(parts.length ** (1 / depth)), 2);
  let level = parts;
  for (let count = level.length; count > scale + whole.up(count / scale); ) {
    count = whole.down(count / scale);
    const groups = Array.from({ length: Math.trunc(count) }, (): unknown[] => []);
    for (const [i, result] of level.entries()) groups[i % groups.length]!.push(result);
    level = groups.map(combined);
  }
  return level;
}
