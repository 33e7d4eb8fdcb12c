export * from './apply.ts';
export { ABSENT } from './columns.ts';
export type { Loop } from './loop.ts';
export { type PackedState, packState } from './pack.ts';
export type { PairReader } from './pair-reader.ts';
export { State } from './state.ts';
export { StateVersion } from './version.ts';
