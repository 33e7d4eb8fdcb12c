import type { Pair } from './program.ts';

const MODULUS = 1_000_003;

/** The user's functions: the program runs them, and the model calls them on whole lists. */
export const mapped = ([key, value]: Pair, factor: number, keys: number): Pair => [
  `k${(key.charCodeAt(key.length - 1) + value) % keys}`,
  ((value * factor) % MODULUS) + 1,
];
export const passes = ([, value]: Pair, rest: number): boolean => value % 3 !== rest;
export const twice = ([key, value]: Pair): Pair[] => [
  [key, value],
  [`${key}x`, 1],
];
export const add = (a: number, b: number): number => a + b;
export const subtract = (a: number, b: number): number => a - b;
/** Of a group, whatever its order. */
export const digest = (values: Iterable<number>): number => {
  let sum = 1;
  for (const value of values) sum = (sum + (value % MODULUS) * (value % MODULUS)) % MODULUS;
  return sum;
};
export const joined = (a: number, b: number): number => (((a % MODULUS) * 31 + b) % MODULUS) + 1;
export const shifted = ([key, value]: Pair, timeMs: number): Pair => [key, value + ((timeMs / 1000) % 5)];
export const moved = ([key, value]: Pair, count: number): Pair => [key, value + (count % 5)];
export const crossed = ([key, value]: Pair, n: number): Pair => [key, 2 * value + n];
/** In the order of these texts records that differ have their places, whatever came first. */
export const rankKey = ([key, value]: Pair): string => `${String(value).padStart(16, '0')} ${key}`;
export const ranked = (rankKey: string, index: number): Pair => [rankKey.slice(17), index + 1];
export const total = (count: number): Pair => ['total', count + 1];

/** State of `updateStateByKey`: it fades, and a key without any is dropped. */
export function faded(values: readonly number[], state: number | undefined): number | undefined {
  const sum = Math.floor((state ?? 0) / 2) + (values.reduce(add, 0) % MODULUS);
  return sum === 0 ? undefined : sum;
}

/** State of `mapWithState`: how many values, and their sum. */
export type Counted = readonly [count: number, sum: number];
export const counted = (value: number, state: Counted | undefined): Counted => [
  (state?.[0] ?? 0) + 1,
  ((state?.[1] ?? 0) + value) % MODULUS,
];
export const shown = (key: string, state: Counted): Pair => [key, state[0] * 2 * MODULUS + state[1] + 1];
/** What a key says when it times out. */
export const farewell = (key: string, state: Counted): Pair => [`${key} ends`, state[0] * 2 * MODULUS + state[1] + 1];
