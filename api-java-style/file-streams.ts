import { DStreamsError, type FormatConf, type InputFormat, type Path, TextLines } from '../core/internal.ts';
import { type Fn, toLambda } from './functions.ts';

/** A format, or its class: Java names the class. */
export type InputFormatLike<K, V> = InputFormat<K, V> | (new () => InputFormat<K, V>);

/** Any class that stands for `K.class`: types are erased, so it is not looked at. */
export type TypeToken = abstract new (...args: never[]) => unknown;

/** What the overloads of `fileStream` say behind the directory. */
export interface FileStreamArguments {
  readonly format: InputFormat<unknown, unknown>;
  readonly filter: ((path: Path) => unknown) | undefined;
  readonly newFilesOnly: boolean | undefined;
  readonly conf: FormatConf | undefined;
}

/** `(filter, newFilesOnly)`, or `(K.class, V.class, F.class[, filter, newFilesOnly[, conf]])`, or nothing. */
export function fileStreamArguments(args: readonly unknown[]): FileStreamArguments {
  const isByClass = args.length === 0 || typeof args[1] !== 'boolean';
  const [format, filter, newFilesOnly, conf] = isByClass ? args.slice(2) : [undefined, ...args];
  return {
    format: formatOf(format),
    filter: filter === undefined || filter === null ? undefined : toLambda(filter, 'fileStream: filter'),
    newFilesOnly: newFilesOnly as boolean | undefined,
    conf: conf as FormatConf | undefined,
  };
}

/** Throws `OPTIONS_INVALID` for what cannot read. */
export function formatOf(format: unknown): InputFormat<unknown, unknown> {
  if (format === undefined || format === null) return new TextLines();
  const made = typeof format === 'function' ? new (format as new () => unknown)() : format;
  if (typeof (made as Partial<InputFormat<unknown, unknown>>).read === 'function') {
    return made as InputFormat<unknown, unknown>;
  }
  throw new DStreamsError('OPTIONS_INVALID', `${String(format)} is no input format: it has no method read.`);
}

export type PathFilter = Fn<Path, boolean>;
