/** Something that will be called once, later. */
export interface Timer {
  /** The callback is not called from now on. Idempotent; harmless after it has fired. */
  cancel(): void;
}

/** Where all time comes from. Production code never asks which clock it has. */
export interface Clock {
  /** Milliseconds since the epoch; may have a fraction. May jump, as the machine's time does. */
  now(): number;
  /** Milliseconds from an arbitrary origin, never going back: for measuring how long something took. */
  monotonic(): number;
  /**
   * Calls `callback` once when `now()` has reached `atMs`: never early, never inside this call, even if `atMs` has
   * passed. The order of timers for one and the same time is open: only `ManualClock` promises one. `callback` must not
   * throw. A pending timer keeps the process alive.
   */
  setTimer(atMs: number, callback: () => void): Timer;
  /** Lets the event loop turn once, so that sockets and timers get their share. */
  yield(): Promise<void>;
}

/** Resolves when `now()` has advanced by `delayMs`. */
export function sleep(clock: Clock, delayMs: number): Promise<void> {
  return new Promise((resolve) => clock.setTimer(clock.now() + delayMs, resolve));
}
