import { parentPort, workerData } from 'node:worker_threads';
import { simulate } from './simulate.ts';

export interface Search {
  readonly seed: number;
  /** Seeds that are tried, from that one on. */
  readonly seeds: number;
}

export interface Found {
  /** After how many. */
  readonly seeds: number;
  readonly what: string;
}

// The entry of a thread that looks for a seed which fails, and says where it is: an application with a bug in it leaves nothing behind that way.
const { seed, seeds } = workerData as Search;
let found: Found | undefined;
for (let n = 0; n < seeds && found === undefined; n++) {
  parentPort!.postMessage(n + 1);
  try {
    await simulate(seed + n);
  } catch (error) {
    found = { seeds: n + 1, what: error instanceof Error ? error.message : String(error) };
  }
}
parentPort!.postMessage({ found });
