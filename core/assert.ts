import { DStreamsError } from './errors.ts';

/**
 * States what only a bug in dstreams can break; stays on in production. Throws `INVARIANT`. Keep the message
 * constant where it is called per record: building one per call costs far more than the check.
 */
export function invariant(condition: unknown, message: string): asserts condition {
  if (!condition) throw new DStreamsError('INVARIANT', message);
}

/** For the `default` of a switch over a closed union: the compiler shows that it cannot be reached. Throws `INVARIANT`. */
export function unreachable(value: never, what: string): never {
  throw new DStreamsError('INVARIANT', `unexpected ${what}: ${String(value)}`);
}
