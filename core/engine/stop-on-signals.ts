/** `spark.streaming.stopGracefullyOnShutdown`: the first signal calls `stop`, the second has its usual effect. */
export function stopOnSignals(stop: () => void, terminated: Promise<void>): void {
  const signals = ['SIGINT', 'SIGTERM'] as const;
  const forget = () => {
    for (const signal of signals) process.removeListener(signal, first);
  };
  const first = () => {
    forget();
    stop();
  };
  for (const signal of signals) process.on(signal, first);
  void terminated.then(forget);
}
