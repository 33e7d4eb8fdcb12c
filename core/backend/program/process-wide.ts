/**
 * One value per process (or worker thread), by name: made on first use, the same for whoever asks, even when two copies
 * of the package are loaded. For what belongs to the process itself, such as the program that it runs.
 */
export function processWide<T extends object>(name: string, create: () => T): T {
  const holder = globalThis as unknown as Record<symbol, T | undefined>;
  const key = Symbol.for(`dstreams.${name}`);
  holder[key] ??= create();
  return holder[key];
}
