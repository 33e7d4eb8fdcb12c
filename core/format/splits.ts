import type { FileStatus } from '../storage/file-system.ts';
import type { FileSplit, InputFormat } from './input-format.ts';

/** The block size of Hadoop's local file system: no split is larger. */
const BLOCK_BYTES = 32 * 1024 * 1024;
/** A last stretch that is hardly larger than a split is not cut once more. */
const SLOP = 1.1;

type Splittable = Pick<InputFormat<unknown, unknown>, 'isSplittable'>;
type SizedFile = Pick<FileStatus, 'path' | 'sizeBytes'>;

/**
 * What the tasks read of these files, as Hadoop cuts them: `splitsMin` stretches of about equal size over all files (its old API), or,
 * without it, stretches of 32 MiB (the new one). A file that is not splittable is one, and so is an empty one.
 */
export function splitFiles(found: readonly SizedFile[], format: Splittable, splitsMin?: number): FileSplit[] {
  const total = found.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  const goal = splitsMin === undefined ? BLOCK_BYTES : Math.floor(total / Math.max(1, splitsMin));
  const size = Math.max(1, Math.min(goal, BLOCK_BYTES));
  return found.flatMap(({ path, sizeBytes }) => {
    if (sizeBytes === 0 || !format.isSplittable?.(path)) return [{ path, start: 0 }];
    const splits: FileSplit[] = [];
    let start = 0;
    for (; (sizeBytes - start) / size > SLOP; start += size) splits.push({ path, start, length: size });
    if (start < sizeBytes) splits.push({ path, start, length: sizeBytes - start });
    return splits;
  });
}

/** The same where files without a byte have no part, and so no partition (Spark 3.2 and later). */
export const splitFilled = (found: readonly SizedFile[], format: Splittable, splitsMin?: number): FileSplit[] =>
  splitFiles(
    found.filter(({ sizeBytes }) => sizeBytes > 0),
    format,
    splitsMin,
  );
