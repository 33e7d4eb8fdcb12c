import { fixed } from '../stats.ts';

export interface OnDisk<T> {
  readonly found: T;
  /** The longest that the server waited for its disk. */
  readonly diskMs: number;
}

/** One wait takes less than 10 where nothing is wrong with the disk. */
const STANDS_STILL_MS = 50;
const TRIES = 3;

/**
 * What is not safe is not sent: where the disk stands still, how late something comes is the disk's doing. Measures again then,
 * twice at most. `note`, for the row's detail, tells of each time before the last; `figure`: of such a one.
 */
export async function onSteadyDisk<T>(
  measure: () => Promise<OnDisk<T>>,
  figure: (found: T) => string,
): Promise<{ readonly found: T; readonly note: string }> {
  let note = '';
  for (let tries = 1; ; tries++) {
    const { found, diskMs } = await measure();
    if (diskMs <= STANDS_STILL_MS || tries === TRIES) return { found, note };
    note += `; measured again, since the disk stood still for ${fixed(diskMs, 0)} ms, which made ${figure(found)}`;
  }
}
