import { DStreamsError, wrongArgument } from '../core/internal.ts';

/** A plain object of options, as opposed to a Duration, a Partitioner and the like. */
export const isOptions = (argument: unknown): argument is Readonly<Record<string, unknown>> =>
  typeof argument === 'object' &&
  argument !== null &&
  (Object.getPrototypeOf(argument) === Object.prototype || Object.getPrototypeOf(argument) === null);

/** Throws `OPTIONS_INVALID` for a name that no option has, and for what is no options at all: a typo would be a default. */
export function checkOptions(options: unknown, names: readonly string[], where: string): void {
  if (options === undefined || options === null) return;
  if (typeof options !== 'object') throw wrongArgument(where, `options (${names.join(', ')})`, options);
  const unknown = isOptions(options) ? Object.keys(options).find((name) => !names.includes(name)) : undefined;
  if (unknown === undefined) return;
  throw new DStreamsError(
    'OPTIONS_INVALID',
    `${where}: no option is called ${unknown}; there are ${names.join(', ')}.`,
  );
}
