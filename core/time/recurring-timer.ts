import { invariant } from '../assert.ts';
import type { Clock, Timer } from './clock.ts';

export interface RecurringTimerOptions {
  readonly clock: Clock;
  /** Distance of two calls, ms, above 0. */
  readonly periodMs: number;
  /** The first nominal time, epoch ms; see `firstTimeMs` and `restartTimeMs`. */
  readonly startMs: number;
  /** Called with each nominal time, exact multiples of the period from `startMs`. Must not throw. */
  readonly callback: (nominalMs: number) => void;
}

type State = 'created' | 'running' | 'draining' | 'stopped';

/**
 * Calls back at `startMs`, `startMs + periodMs`, … When it is late it calls once for every time it missed, one per turn
 * of the event loop: no batch is ever skipped (semantics §1.3).
 */
export class RecurringTimer {
  readonly #options: RecurringTimerOptions;
  #state: State = 'created';
  #nextMs: number;
  #timer: Timer | undefined;
  #lastMs: number | undefined;
  #ended: { promise: Promise<number>; resolve: (lastMs: number) => void } | undefined;

  constructor(options: RecurringTimerOptions) {
    invariant(options.periodMs > 0, 'the period of a recurring timer is positive');
    this.#options = options;
    this.#nextMs = options.startMs;
  }

  /** The nominal time of the last call, epoch ms; before the first one, `startMs - periodMs`. */
  get lastMs(): number {
    return this.#lastMs ?? this.#options.startMs - this.#options.periodMs;
  }

  start(): void {
    invariant(this.#state === 'created', 'a recurring timer starts once');
    this.#state = 'running';
    this.#arm();
  }

  /** Ends at once: no call from now on. Idempotent. Returns `lastMs`. */
  stop(): number {
    this.#state = 'stopped';
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#ended?.resolve(this.lastMs);
    return this.lastMs;
  }

  /** Calls back once more, at its time, then ends; resolves with the last nominal time. For a graceful stop. */
  stopAfterOneMore(): Promise<number> {
    if (this.#ended === undefined) {
      let resolve: (lastMs: number) => void = () => {};
      const promise = new Promise<number>((settle) => {
        resolve = settle;
      });
      this.#ended = { promise, resolve };
      if (this.#state === 'running') this.#state = 'draining';
      else this.stop();
    }
    return this.#ended.promise;
  }

  #arm(): void {
    this.#timer = this.#options.clock.setTimer(this.#nextMs, () => {
      const nominalMs = this.#nextMs;
      this.#lastMs = nominalMs;
      this.#nextMs = nominalMs + this.#options.periodMs;
      const isLast = this.#state === 'draining';
      // Before the call, which may stop the timer.
      if (!isLast) this.#arm();
      this.#options.callback(nominalMs);
      if (isLast) this.stop();
    });
  }
}

/** The first multiple of `periodMs` strictly after `nowMs` (semantics §1.1). */
export function firstTimeMs(nowMs: number, periodMs: number): number {
  return (Math.floor(nowMs / periodMs) + 1) * periodMs;
}

/** The first time strictly after `nowMs` on the grid of a run whose zero time was `zeroMs` (semantics §1.6). */
export function restartTimeMs(nowMs: number, periodMs: number, zeroMs: number): number {
  return zeroMs + firstTimeMs(nowMs - zeroMs, periodMs);
}
