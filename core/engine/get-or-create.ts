import { executorMode, isDriver } from '../backend/program/index.ts';
import { checkpointIsThere } from './machine.ts';
import type { StreamEngine } from './stream-engine.ts';

/** What the function given to `getOrCreate` is told: what must happen once stands behind `!recovered && driver`. */
export interface CreateInfo {
  /** There is a checkpoint, from which the context that is made now goes on. */
  readonly recovered: boolean;
  /** False on an executor, which calls the function to hold the same graph. */
  readonly driver: boolean;
}

/**
 * A context that goes on from the checkpoint in `dir`, where there is one (Spark `getOrCreate`). `create` is always called:
 * the graph comes back by it (decision 2). Reads nothing else: `start()` does, and says what is wrong (decision 3).
 */
export function getOrCreate<C>(
  dir: string,
  create: (info: CreateInfo) => C,
  engineOf: (context: C) => StreamEngine,
  createOnError: boolean,
): C {
  const recovered = isDriver() && checkpointIsThere(dir);
  const context = create({ recovered, driver: isDriver() });
  if (!executorMode()) engineOf(context).recoverFrom(dir, { createOnError, isRequired: false });
  return context;
}
