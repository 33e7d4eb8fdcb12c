import { executorMode, isDriver } from '../backend/program/index.ts';
import { DStreamsError } from '../errors.ts';
import { checkpointIsThere } from './machine.ts';
import { noCheckpoint } from './no-checkpoint.ts';
import type { StreamEngine } from './stream-engine.ts';

/**
 * `new StreamingContext(directory)`. Throws `CHECKPOINT_NOT_FOUND` where there is no checkpoint, and `UNSUPPORTED` where there
 * is one: functions do not come out of a checkpoint, so the program has to say how its graph is made.
 */
export function recoverByDirectory(dir: string): never {
  if (!checkpointIsThere(dir)) throw noCheckpoint(dir);
  throw new DStreamsError(
    'UNSUPPORTED',
    `A checkpoint in ${dir} has no functions, so a context cannot be made of it alone. Use getOrCreate(${JSON.stringify(dir)}, create), whose function makes the graph again.`,
  );
}

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
