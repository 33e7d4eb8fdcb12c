import { appendTo, JList, type Tuple2 } from '../data/index.ts';
import { builtIn } from './function-slot.ts';

/** The engine's own record functions: they have coordinates everywhere, so they run on every executor. */
export const BUILTINS = {
  identity: builtIn('identity', (x: unknown) => x),
  add: builtIn('add', (a: number, b: number) => a + b),
  subtract: builtIn('subtract', (a: number, b: number) => a - b),
  one: builtIn('one', () => 1),
  /** Lists of grouped values are copied before they grow: batches share them. */
  copyList: builtIn('copyList', (list: readonly unknown[]) => (list instanceof JList ? new JList(list) : list.slice())),
  appendAll: builtIn('appendAll', (all: unknown[], list: readonly unknown[]) => appendTo(all, list)),
  pairCounts: builtIn('pairCounts', (pair: readonly [unknown, number]) => pair[1] !== 0),
  tupleCounts: builtIn('tupleCounts', (pair: Tuple2<unknown, number>) => pair.second !== 0),
  first: builtIn('first', (a: unknown) => a),
};
