export * from './by-key.ts';
export * from './foreach-partition.ts';
export * from './joins.ts';
export * from './narrow.ts';
export * from './state.ts';
export * from './transform.ts';
