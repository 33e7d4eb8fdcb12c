export * from './by-key.ts';
export * from './narrow.ts';
export * from './transform.ts';
