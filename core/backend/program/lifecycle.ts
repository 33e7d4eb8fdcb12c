import { toError } from '../../errors.ts';
import { processWide } from './process-wide.ts';

/** What whoever runs a program has to know of a started context; the engine registers one per `start()`. */
export interface ActiveContext {
  /** Resolves when all is stopped; graceful: what was received is processed first. Idempotent. */
  stop(options: { graceful: boolean }): Promise<void>;
  /** Settles, and never rejects, when the context has stopped, for whatever reason. */
  readonly terminated: Promise<void>;
  /** The first failure that nobody learns of by `awaitTermination`; `undefined` as long as there is none. */
  readonly failed: Error | undefined;
}

interface Contexts {
  readonly active: Set<ActiveContext>;
  readonly watchers: Set<(error: Error) => void>;
  /** Failures that nobody watched when they were reported. */
  readonly unseen: Error[];
}

const unseenMax = 16;

const contexts = (): Contexts => processWide('active', () => ({ active: new Set(), watchers: new Set(), unseen: [] }));

/** The engine calls this when a context starts, in the driver only. */
export function registerActive(context: ActiveContext): void {
  contexts().active.add(context);
}

/** The engine calls this when a context has stopped, before it settles `terminated`. Its failure, if any, is kept. */
export function unregisterActive(context: ActiveContext): void {
  const { active } = contexts();
  if (active.delete(context) && context.failed !== undefined) reportUnawaitedFailure(context.failed);
}

/** In order of start. */
export function activeContexts(): ActiveContext[] {
  return [...contexts().active];
}

/** Resolves when no context is active; at once when none is. A context started meanwhile is waited for too. */
export async function whenIdle(): Promise<void> {
  const { active } = contexts();
  for (const context of active) {
    await context.terminated;
    // A context that has ended counts as gone even if its owner forgot to say so: this loop must end.
    active.delete(context);
    if (context.failed !== undefined) reportUnawaitedFailure(context.failed);
  }
}

/**
 * The engine calls this when a batch fails and nobody waits in `awaitTermination`: whoever runs the program then ends it
 * with a failure. Reporting one error twice is harmless.
 */
export function reportUnawaitedFailure(error: unknown): void {
  const { watchers, unseen } = contexts();
  if (watchers.size > 0) for (const watcher of watchers) watcher(toError(error));
  else if (unseen.length < unseenMax) unseen.push(toError(error));
}

/** Calls `watcher` for failures that nobody awaits, earlier ones first; returns what ends this. */
export function watchUnawaitedFailures(watcher: (error: Error) => void): () => void {
  const { watchers, unseen } = contexts();
  watchers.add(watcher);
  for (const error of unseen.splice(0)) watcher(error);
  return () => void watchers.delete(watcher);
}
