import { processWide } from '../backend/program/process-wide.ts';

const made = (): { core: object | undefined } => processWide('spark-context', () => ({ core: undefined }));

/** The context of data sets that was made last is what `getOrCreate` gives until it is stopped. */
export function coreMade(core: object): void {
  made().core = core;
}

export function coreStopped(core: object): void {
  if (made().core === core) made().core = undefined;
}

/** A `SparkCore`, maybe one of another copy of the package. */
export const activeCore = (): object | undefined => made().core;
