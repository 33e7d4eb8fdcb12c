import { DStreamsError } from '../errors.ts';
import { output } from '../operator/index.ts';
import type { StreamRef } from '../plan/index.ts';
import type { Rdd } from '../rdd/index.ts';
import type { FileSystem } from '../storage/file-system.ts';

/** `prefix-<ms>.suffix`; without a prefix `<ms>.suffix`, without a suffix no dot (semantics §5, as 3.5 has it). */
export function batchPath(
  prefix: string | null | undefined,
  suffix: string | null | undefined,
  timeMs: number,
): string {
  const name = prefix === null || prefix === undefined || prefix === '' ? String(timeMs) : `${prefix}-${timeMs}`;
  return suffix === null || suffix === undefined || suffix === '' ? name : `${name}.${suffix}`;
}

/**
 * Writes a data set as a directory of text files, `part-00000` and so on, one a partition, and `_SUCCESS`. The directory
 * appears whole: it is written beside its place, under a hidden name, and renamed. With `replace` one that is there is
 * moved aside first; without, it is refused (OUTPUT_EXISTS), as Spark does outside streaming jobs.
 */
export async function saveAsTextFile(
  rdd: Rdd,
  path: string,
  files: FileSystem,
  textOf: (record: unknown) => string,
  replace: boolean,
): Promise<void> {
  const target = files.resolve(path);
  const exists = (await files.status(target)) !== undefined;
  if (exists && !replace) {
    throw new DStreamsError(
      'OUTPUT_EXISTS',
      `Output directory ${target} already exists. Remove it, or write to another one.`,
    );
  }
  const sibling = (name: string) => target.replace(/([^/]*)$/, `.$1.${name}`);
  const temporary = sibling('writing');
  await files.remove(temporary);
  await files.makeDirectory(temporary);
  const encoder = new TextEncoder();
  for (let p = 0; p < rdd.partitionCount; p++) {
    // One partition at a time in the driver's memory.
    const [records] = (await rdd.ctx.runner.run(rdd, { kind: 'collect' }, [p])) as [unknown[]];
    const text = records.map((record) => `${textOf(record)}\n`).join('');
    await files.writeDurably(`${temporary}/part-${String(p).padStart(5, '0')}`, encoder.encode(text));
  }
  await files.writeDurably(`${temporary}/_SUCCESS`, new Uint8Array(0));
  const aside = sibling('replaced');
  if (exists) {
    await files.remove(aside);
    await files.rename(target, aside);
  }
  await files.rename(temporary, target);
  await files.remove(aside);
}

/** Each batch as a directory of text files, named by its time: a batch that runs again leaves the same bytes. */
export function saveAsTextFiles(
  stream: StreamRef,
  prefix: string | null | undefined,
  suffix: string | null | undefined,
  files: FileSystem,
  textOf: (record: unknown) => string,
): void {
  // A path that cannot be served is refused here, not in the first batch.
  files.resolve(batchPath(prefix, suffix, 0));
  output(stream, 'saveAsTextFiles', (rdd, timeMs) =>
    saveAsTextFile(rdd, batchPath(prefix, suffix, timeMs), files, textOf, true),
  );
}
