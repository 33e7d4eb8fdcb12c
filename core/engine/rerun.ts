import { AsyncLocalStorage } from 'node:async_hooks';
import { processWide } from '../backend/program/process-wide.ts';
import type { StartingEngine } from './active.ts';

/** A run of a recorded module, whose first context that starts is to go on from a checkpoint. */
export interface Rerun {
  /** The module calls `start()` of a context. Throws to refuse it. */
  starting(engine: StartingEngine): void;
  /** That `start()` is under way. */
  started(engine: StartingEngine, start: Promise<void>): void;
}

interface Reruns {
  /** In code of a module that is run again, however late. */
  readonly inside: AsyncLocalStorage<Rerun>;
  /** The run that has not come to a `start()`: code whose origin is lost belongs to it too. */
  awaited: Rerun | undefined;
}

const reruns = (): Reruns => processWide('rerun', () => ({ inside: new AsyncLocalStorage(), awaited: undefined }));

/** The run that the code which calls this belongs to. */
export const currentRerun = (): Rerun | undefined => reruns().inside.getStore() ?? reruns().awaited;

/** Whether a run has not come to a `start()` yet. There is one at a time. */
export const isRerunAwaited = (): boolean => reruns().awaited !== undefined;

export function awaitRerun(rerun: Rerun): void {
  reruns().awaited = rerun;
}

/** The run has come to a `start()`, or never will. */
export function rerunArrived(rerun: Rerun): void {
  if (reruns().awaited === rerun) reruns().awaited = undefined;
}

/** Runs `main` as a part of `rerun`; what it throws rejects. */
export const runInside = (rerun: Rerun, main: () => unknown): Promise<unknown> =>
  reruns().inside.run(rerun, async () => main());
