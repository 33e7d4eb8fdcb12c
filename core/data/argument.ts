import { DStreamsError } from '../errors.ts';
import { describeValue } from './describe.ts';

/** An argument that an operation cannot use: what it takes, and what it was given. */
export const wrongArgument = (operation: string, takes: string, got: unknown): DStreamsError =>
  new DStreamsError('OPTIONS_INVALID', `${operation} takes ${takes}, and got ${describeValue(got)}.`);

/** Throws `OPTIONS_INVALID` for what has no members. */
export function checkObject(value: unknown, operation: string, takes: string): asserts value is object {
  if (typeof value !== 'object' || value === null) throw wrongArgument(operation, takes, value);
}

/** Throws `OPTIONS_INVALID` for what has no items: a text has none either. */
export function checkIterable(value: unknown, operation: string, takes: string): asserts value is Iterable<unknown> {
  const isList = typeof value === 'object' && value !== null && Symbol.iterator in value;
  if (!isList) throw wrongArgument(operation, takes, value);
}

/** Throws `OPTIONS_INVALID` for what counts no records. Fewer than none are none, as in Spark; all are infinitely many. */
export function checkCount(n: unknown, operation: string): asserts n is number {
  if (!Number.isInteger(n) && n !== Number.POSITIVE_INFINITY) {
    throw wrongArgument(operation, 'a whole number of records', n);
  }
}
