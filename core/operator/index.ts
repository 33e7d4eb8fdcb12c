export * from './by-key.ts';
export * from './foreach-partition.ts';
export * from './narrow.ts';
export * from './transform.ts';
