import { type FormatConf, type InputFormat, inputFormatOf, type Path, TextLines } from '../core/internal.ts';
import { type Fn, toLambda } from './functions.ts';

/** Any class that stands for `K.class`: types are erased, so it is not looked at. */
export interface TypeToken {
  /** All that classes have in common, those without a public constructor too. */
  readonly prototype: unknown;
}

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

/** An object, a class or a name; lines as plain texts where none is said. Throws `UNSUPPORTED`, `OPTIONS_INVALID`. */
export function formatOf(format: unknown): InputFormat<unknown, unknown> {
  return format === undefined || format === null ? new TextLines() : inputFormatOf(format);
}

/** Which files a file stream reads. */
export type PathFilter = Fn<Path, boolean>;
