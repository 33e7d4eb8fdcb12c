export * from './apply.ts';
export { ABSENT } from './columns.ts';
export { State } from './state.ts';
export { StateVersion } from './version.ts';
