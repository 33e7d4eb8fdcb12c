import type { Clock, Timer } from './clock.ts';

/**
 * The longest single wait, in ms. A longer one is cut into several: Node's own limit is 2^31 ms, and a machine whose
 * time is set, or that slept, is noticed within this time.
 */
const WAIT_MAX_MS = 10_000;

/** The machine's clock. Timers are late by about 1 ms and never early. */
export class SystemClock implements Clock {
  now(): number {
    return Date.now();
  }

  monotonic(): number {
    return performance.now();
  }

  setTimer(atMs: number, callback: () => void): Timer {
    let timeout: NodeJS.Timeout | undefined;
    let immediate: NodeJS.Immediate | undefined;
    // Node counts from the start of the event loop's turn, so a timeout may end before the wall clock says so: look again.
    const wake = (): void => {
      const remainingMs = atMs - Date.now();
      if (remainingMs <= 0) callback();
      else timeout = setTimeout(wake, Math.min(Math.ceil(remainingMs), WAIT_MAX_MS));
    };
    const remainingMs = atMs - Date.now();
    if (remainingMs > 0) timeout = setTimeout(wake, Math.min(Math.ceil(remainingMs), WAIT_MAX_MS));
    // A timeout of 0 takes 1 ms in Node; what is late already should not wait for that.
    else immediate = setImmediate(callback);
    return {
      cancel() {
        clearTimeout(timeout);
        clearImmediate(immediate);
      },
    };
  }

  yield(): Promise<void> {
    return new Promise((resolve) => setImmediate(resolve));
  }
}
