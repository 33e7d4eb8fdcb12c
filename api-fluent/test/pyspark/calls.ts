import { CONTEXT_CALLS } from './context-calls.ts';
import { RDD_CALLS } from './rdd-calls.ts';
import type { Calls } from './scene.ts';
import { STREAM_CALLS } from './stream-calls.ts';

/**
 * Each method of PySpark with all its parameters, in its order, as a program that is ported line by line calls it. The
 * compiler and the run both have to accept it.
 */
export const CALLS: Calls = { ...STREAM_CALLS, ...CONTEXT_CALLS, ...RDD_CALLS };
