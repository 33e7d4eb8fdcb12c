export * from './conf-keys.ts';
export * from './conf-table.ts';
export * from './conf-values.ts';
export * from './manifest-schema.ts';
export * from './master.ts';
export * from './nearest.ts';
export * from './resolve-conf.ts';
export * from './spark-conf.ts';
