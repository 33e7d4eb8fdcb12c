import { DStreamsError } from '../errors.ts';
import type { AccumulatorCell, AccumulatorRule } from '../rdd/index.ts';

/** @internal A sum and how many were added: what `LongAccumulator` and `DoubleAccumulator` keep. */
export interface SumState {
  readonly sum: number;
  readonly count: number;
}

export const SUM: AccumulatorRule<number, SumState> = {
  zero: () => ({ sum: 0, count: 0 }),
  add: ({ sum, count }, term) => ({ sum: sum + term, count: count + 1 }),
  merge: (a, b) => ({ sum: a.sum + b.sum, count: a.count + b.count }),
};

export const LIST: AccumulatorRule<unknown, unknown[]> = {
  zero: () => [],
  add: (list, term) => {
    list.push(term);
    return list;
  },
  merge: (a, b) => [...a, ...b],
};

/** @internal How values of one's own add up: Spark's `AccumulableParam`. */
export interface AddingParam<R, T> {
  zero(initial: R): R;
  addAccumulator(value: R, term: T): R;
  addInPlace(a: R, b: R): R;
}

export const ruleOf = <R, T>(param: AddingParam<R, T>, initial: R): AccumulatorRule<T, R> => ({
  zero: () => param.zero(initial),
  add: (value, term) => param.addAccumulator(value, term),
  merge: (a, b) => param.addInPlace(a, b),
});

export const NUMBERS: AddingParam<number, number> = {
  zero: () => 0,
  addAccumulator: (value, term) => value + term,
  addInPlace: (a, b) => a + b,
};

/** The value in the driver. Throws `ACCUMULATOR_IN_TASK`, as Spark's first accumulators do. */
export function valueInDriver<T, S>(cell: AccumulatorCell<T, S>, doing = 'read'): S {
  if (cell.inTask === undefined) return cell.state;
  throw new DStreamsError(
    'ACCUMULATOR_IN_TASK',
    `Can't ${doing} accumulator value in task${cell.name === undefined ? '' : ` (${cell.name})`}: a task knows only what it has added itself. ${doing === 'read' ? 'Read it' : 'Set it'} in the driver, after an action.`,
  );
}
