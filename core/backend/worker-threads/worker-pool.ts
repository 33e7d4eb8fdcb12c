import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { type CurrentProgram, packageRoot } from '../program/index.ts';
import { processWide } from '../program/process-wide.ts';
import type { WorkerSetup } from './messages.ts';
import { WorkerHandle, type WorkerLimits } from './worker-handle.ts';

/** Threads that a context gave back: the next one takes them over instead of starting its own (decision 12). */
const idle = () => processWide('idle-workers', () => ({ byKey: new Map<string, WorkerHandle[]>() })).byKey;

/** Threads of this process that have not ended. */
const living = () => processWide('living-workers', () => ({ workers: new Set<WorkerHandle>() })).workers;

const keyOf = (setup: WorkerSetup, limits: WorkerLimits): string => JSON.stringify([setup, limits]);

/** Where a backend has its threads from. */
export interface WorkerPool {
  /** A thread with this setup, new or given back. */
  take(setup: WorkerSetup, limits: WorkerLimits): WorkerHandle;
  /** It forgets its program and data, and does not keep the process alive. */
  giveBack(worker: WorkerHandle, limits: WorkerLimits): void;
}

/** What stands in for the threads of this process: in a simulation. */
export interface Executors {
  readonly program: CurrentProgram;
  /** For a context that starts. */
  pool(): WorkerPool;
}

/** Threads of this process. */
export const WORKER_THREADS: WorkerPool = { take: takeWorker, giveBack };

function takeWorker(setup: WorkerSetup, limits: WorkerLimits): WorkerHandle {
  const waiting = idle().get(keyOf(setup, limits)) ?? [];
  for (let worker = waiting.pop(); worker !== undefined; worker = waiting.pop()) {
    if (!worker.isAlive) continue;
    worker.ref();
    return worker;
  }
  const thread = new Worker(pathToFileURL(join(packageRoot(), 'worker.mjs')), {
    workerData: setup,
    resourceLimits: {
      maxYoungGenerationSizeMb: limits.youngGenerationMb,
      ...(limits.memoryMb === undefined ? {} : { maxOldGenerationSizeMb: limits.memoryMb }),
    },
  });
  const worker = new WorkerHandle(thread, setup, { print });
  living().add(worker);
  void worker.died.then(() => living().delete(worker));
  return worker;
}

/**
 * For the end of a program: threads of contexts that it did not stop keep the process alive only while they have something
 * to do, as those of Spark's do.
 */
export function letWorkersRest(): void {
  for (const worker of living()) worker.rest();
}

function giveBack(worker: WorkerHandle, limits: WorkerLimits): void {
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
