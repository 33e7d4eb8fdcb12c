import { DStreamsError } from '../errors.ts';
import type { Clock, Timer } from './clock.ts';

/** Of a clock that is moved by hand. */
export interface ManualClockOptions {
  /** Where it starts, epoch ms. Default 0. */
  readonly nowMs?: number;
  /** What `yield()` does. Default: one turn of the real event loop, so that tests with real sockets make progress. */
  readonly turn?: () => Promise<void>;
}

interface Entry {
  readonly atMs: number;
  readonly callback: () => void;
}

/** A clock that stands still until it is told to move. Equal calls give equal order of callbacks, always. */
export class ManualClock implements Clock {
  #nowMs: number;
  #goalMs: number;
  #isFiring = false;
  readonly #turn: () => Promise<void>;
  /** By time, then by order of registration. */
  readonly #timers: Entry[] = [];

  /** A clock that shows `nowMs` (0) until it is moved. */
  constructor(options: ManualClockOptions = {}) {
    this.#nowMs = options.nowMs ?? 0;
    this.#goalMs = this.#nowMs;
    this.#turn = options.turn ?? (() => new Promise((resolve) => setImmediate(resolve)));
  }

  now(): number {
    return this.#nowMs;
  }

  /** The same as `now()`, so that measured delays are part of what a test repeats. */
  monotonic(): number {
    return this.#nowMs;
  }

  yield(): Promise<void> {
    return this.#turn();
  }

  /** A time that has passed already fires in the next microtask, without the clock being moved. */
  setTimer(atMs: number, callback: () => void): Timer {
    const entry = { atMs, callback };
    let low = 0;
    let high = this.#timers.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#timers[middle]!.atMs <= atMs) low = middle + 1;
      else high = middle;
    }
    this.#timers.splice(low, 0, entry);
    if (atMs <= this.#nowMs && !this.#isFiring) queueMicrotask(() => this.#fire());
    return {
      cancel: () => {
        const index = this.#timers.indexOf(entry);
        if (index >= 0) this.#timers.splice(index, 1);
      },
    };
  }

  /** When the next timer is due, epoch ms; undefined when there is none. */
  nextTimerMs(): number | undefined {
    return this.#timers[0]?.atMs;
  }

  /** How many timers are pending: a test of what leaks. */
  get timerCount(): number {
    return this.#timers.length;
  }

  /**
   * Moves to `nowMs` and calls, before it returns, every callback that is due by then, in order of time, with `now()` at
   * each one's time; callbacks that these set and that are due are included. Called from a callback, it moves the goal of
   * the call that is under way. What a callback throws comes out of here; the rest fire on the next call.
   * Throws `OPTIONS_INVALID` for a time before `now()`.
   */
  setTime(nowMs: number): void {
    if (!(nowMs >= this.#nowMs)) {
      throw new DStreamsError(
        'OPTIONS_INVALID',
        `a manual clock does not go back: it is at ${this.#nowMs} ms, asked for ${nowMs} ms`,
      );
    }
    this.#goalMs = Math.max(this.#goalMs, nowMs);
    this.#fire();
  }

  /** Moves on by `byMs`; see `setTime`. */
  advance(byMs: number): void {
    this.setTime(this.#nowMs + byMs);
  }

  #fire(): void {
    if (this.#isFiring) return;
    this.#isFiring = true;
    try {
      let next = this.#timers[0];
      while (next !== undefined && next.atMs <= this.#goalMs) {
        this.#timers.shift();
        this.#nowMs = Math.max(this.#nowMs, next.atMs);
        next.callback();
        next = this.#timers[0];
      }
      this.#nowMs = this.#goalMs;
    } finally {
      this.#isFiring = false;
      this.#goalMs = this.#nowMs;
    }
  }
}
