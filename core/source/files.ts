import { DStreamsError } from '../errors.ts';
import {
  type FileSplit,
  type InputFormat,
  Path,
  pathText,
  type ReadSplit,
  splitFiles,
  splitFilled,
} from '../format/index.ts';
import { filesRdd, type Rdd, type RddContext, readStep, slotsFor } from '../rdd/index.ts';
import { errnoOf } from '../storage/disk.ts';
import type { FileStatus, FileSystem } from '../storage/file-system.ts';
import { splitAtCommas } from '../storage/file-system-glob.ts';

/** A context of data sets that can read files. */
export interface FileContext extends RddContext {
  readonly files: FileSystem;
}

export interface ReadOptions {
  /** What the user called: errors name it. */
  readonly label: string;
  /** At least so many partitions, as Hadoop's old API has it; without it, one for each 32 MiB of a file. */
  readonly splitsMin?: number | undefined;
  /** Files side by side in `splitsMin` partitions, each file whole. */
  readonly isGrouped?: boolean;
}

/**
 * A data set of the files at a path: a file, a directory (without hidden files and those that begin with `_`), a pattern, or several
 * of these with commas between them. Looked for now; where there is none, the first action rejects with `INPUT_NOT_FOUND`, as in
 * Spark. Throws `NEEDS_CONNECTOR` at once.
 */
export function readFiles(
  ctx: FileContext,
  path: string,
  format: InputFormat<unknown, unknown>,
  read: ReadSplit,
  { label, splitsMin, isGrouped = false }: ReadOptions,
): Rdd {
  const { files } = ctx;
  const found: FileStatus[] = [];
  const missing: FileSplit[] = [];
  for (const part of splitAtCommas(pathText(path, label))) {
    files.resolve(part);
    const here = filesAt(files, part);
    if (here === undefined) missing.push({ path: files.resolve(part), start: 0 });
    else found.push(...here);
  }
  const splits = [
    ...(isGrouped ? splitFiles(found, {}, splitsMin) : splitFilled(found, format, splitsMin)),
    ...missing,
  ];
  const [slot] = slotsFor(ctx, [], label, [reportMissing(read)]);
  return filesRdd(ctx, isGrouped ? grouped(splits, splitsMin ?? 1) : splits, readStep(slot!, label));
}

/** undefined: there is nothing by this name. */
function filesAt(files: FileSystem, path: string): FileStatus[] | undefined {
  const matches = files.globNow(path);
  if (matches.length === 0) return undefined;
  return matches.flatMap((status) =>
    status.isDirectory
      ? files.listNow(status.path).filter(({ name, isDirectory }) => !isDirectory && !/^[_.]/.test(name))
      : [status],
  );
}

function grouped(splits: readonly FileSplit[], n: number): FileSplit[][] {
  const groups = Math.max(1, Math.min(n, splits.length));
  return Array.from({ length: splits.length === 0 ? 0 : groups }, (_, i) =>
    splits.slice(Math.floor((i * splits.length) / groups), Math.floor(((i + 1) * splits.length) / groups)),
  );
}

function reportMissing(read: ReadSplit): ReadSplit {
  return async function* (split, files) {
    try {
      yield* read(split, files);
    } catch (error) {
      if (errnoOf(error) !== 'ENOENT') throw error;
      const path = Path.ofLocal(split.path).toString();
      throw new DStreamsError('INPUT_NOT_FOUND', `Input path does not exist: ${path}`, {
        cause: error,
        details: { path: split.path },
      });
    }
  };
}
