export * from './batch-info.ts';
export * from './counters.ts';
export * from './histogram.ts';
export * from './listener.ts';
export * from './listener-bus.ts';
export * from './logger.ts';
export * from './stats-report-listener.ts';
