import { pathToFileURL } from 'node:url';
import { join } from 'node:path';
import { packageRoot } from '../program/index.ts';
import { processWide } from '../program/process-wide.ts';
import type { WorkerSetup } from './messages.ts';
import { WorkerHandle, type WorkerLimits } from './worker-handle.ts';

/** Threads that a context gave back: the next one takes them over instead of starting its own (decision 12). */
const idle = () => processWide('idle-workers', () => ({ byKey: new Map<string, WorkerHandle[]>() })).byKey;

const keyOf = (setup: WorkerSetup, limits: WorkerLimits): string => JSON.stringify([setup, limits]);

/** A thread with this setup, new or given back. */
export function takeWorker(setup: WorkerSetup, limits: WorkerLimits): WorkerHandle {
  const waiting = idle().get(keyOf(setup, limits)) ?? [];
  for (let worker = waiting.pop(); worker !== undefined; worker = waiting.pop()) {
    if (!worker.isAlive) continue;
    worker.ref();
    return worker;
  }
  return new WorkerHandle(pathToFileURL(join(packageRoot(), 'worker.mjs')), setup, limits, { print });
}

/** Gives a thread back: it forgets its program and data, and does not keep the process alive. */
export function giveBack(worker: WorkerHandle, limits: WorkerLimits): void {
  if (!worker.isAlive) return;
  worker.send({ type: 'reset' });
  worker.unref();
  const key = keyOf(worker.setup, limits);
  idle().set(key, [...(idle().get(key) ?? []), worker]);
}

/** What workers print appears on the driver's streams, marked. */
function print(stream: 'stdout' | 'stderr', index: number, line: string): void {
  process[stream].write(`[worker ${index}] ${line}\n`);
}
