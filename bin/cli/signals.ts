import type { Clock } from '../../core/time/index.ts';

export type StopSignal = 'SIGINT' | 'SIGTERM';

/** As shells report it: 128 and the signal's number. */
export const EXIT_CODES: Readonly<Record<StopSignal, number>> = { SIGINT: 130, SIGTERM: 143 };

/** npm passes on the Ctrl-C that the terminal has already given to all: what comes this soon after is the same key press. */
const echoMs = 300;

/** Calls `onSignal(signal, n)` for the n-th stop signal, n from 1. Returns what ends this. */
export function watchSignals(clock: Clock, onSignal: (signal: StopSignal, count: number) => void): () => void {
  const underNpm = process.env['npm_lifecycle_event'] !== undefined;
  let count = 0;
  let lastMs = Number.NEGATIVE_INFINITY;
  const listener = (signal: StopSignal): void => {
    const nowMs = clock.monotonic();
    if (underNpm && nowMs - lastMs < echoMs) return;
    lastMs = nowMs;
    onSignal(signal, ++count);
  };
  process.on('SIGINT', listener);
  process.on('SIGTERM', listener);
  return () => {
    process.off('SIGINT', listener);
    process.off('SIGTERM', listener);
  };
}
