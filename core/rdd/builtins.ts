import { builtIn } from './function-slot.ts';

/** The engine's own record functions: they have coordinates everywhere, so they run on every executor. */
export const BUILTINS = {
  identity: builtIn('identity', (x: unknown) => x),
  add: builtIn('add', (a: number, b: number) => a + b),
  one: builtIn('one', () => 1),
  first: builtIn('first', (a: unknown) => a),
};
