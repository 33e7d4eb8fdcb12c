export * from './explain.ts';
export * from './fingerprint.ts';
export * from './graph.ts';
export * from './input.ts';
export * from './node.ts';
export * from './reachable.ts';
export * from './retention.ts';
export * from './validate.ts';
