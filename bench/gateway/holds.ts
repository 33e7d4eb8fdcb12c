import { open } from 'node:fs/promises';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';

/** The longest that a process waited since it was last asked, ms: what explains a stall that is seen from outside. */
export interface Holds {
  /** One turn of the event loop. */
  readonly loopMs: number;
  /** Until the disk had what was written: `fdatasync`, `fsync`. */
  readonly syncMs: number;
}

const LOOK_MS = 5;

/** Watches this process from now on. */
export async function watchHolds(): Promise<() => Holds> {
  const loop = monitorEventLoopDelay({ resolution: LOOK_MS });
  loop.enable();
  let syncMs = 0;
  // The class of open files has no name of its own.
  const file = await open(fileURLToPath(import.meta.url));
  const handles = Object.getPrototypeOf(file) as typeof file;
  await file.close();
  for (const name of ['datasync', 'sync'] as const) {
    const original = handles[name];
    handles[name] = async function () {
      const startMs = performance.now();
      await original.call(this);
      syncMs = Math.max(syncMs, performance.now() - startMs);
    };
  }
  return () => {
    const holds = { loopMs: Math.max(0, loop.max / 1e6 - LOOK_MS), syncMs };
    loop.reset();
    syncMs = 0;
    return holds;
  };
}
