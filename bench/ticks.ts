/** Calls `tick` at an even rate, many at a time where the timer is late, until the signal is aborted. */
export function ticks(perSecond: number, signal: AbortSignal, tick: () => void): void {
  const startedMs = performance.now();
  let done = 0;
  const timer = setInterval(() => {
    for (const due = ((performance.now() - startedMs) / 1000) * perSecond; done < due; done++) tick();
  }, 1);
  signal.addEventListener('abort', () => clearInterval(timer));
}
