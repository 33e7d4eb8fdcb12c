import type { ActionResult } from '../rdd/index.ts';
import { processWide } from '../backend/program/process-wide.ts';

interface Replay {
  results: readonly ActionResult[];
  broadcasts: ReadonlyMap<string, Uint8Array>;
  ids: readonly number[];
}

const held = (): Replay =>
  processWide('replay', () => ({ results: [], broadcasts: new Map<string, Uint8Array>(), ids: [] }));

/**
 * On an executor, before `main` runs: the driver's results of the actions that `main` awaits before `start()`, and the
 * values of its broadcast variables by coordinate, and the numbers of its data sets.
 */
export function setReplay(
  results: readonly ActionResult[],
  broadcasts: ReadonlyMap<string, Uint8Array>,
  ids: readonly number[] = [],
): void {
  Object.assign(held(), { results, broadcasts, ids });
}

export const staticReplay = (): Readonly<Replay> => held();
