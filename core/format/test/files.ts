import { MemoryDisk } from '../../storage/disk-memory.ts';
import { LocalFileSystem } from '../../storage/file-system.ts';
import { ManualClock } from '../../time/index.ts';
import { type FileSplit, type InputFormat, NO_CONF } from '../index.ts';

/** Files in memory, in `/home`. */
export async function filesOf(content: Readonly<Record<string, string | Uint8Array>>) {
  const files = new LocalFileSystem({ disk: new MemoryDisk(new ManualClock()), workingDirectory: '/home' });
  for (const [path, bytes] of Object.entries(content)) {
    await files.write(path, typeof bytes === 'string' ? new TextEncoder().encode(bytes) : bytes);
  }
  return files;
}

/** All records of a split. */
export async function recordsOf<K, V>(
  format: InputFormat<K, V>,
  files: LocalFileSystem,
  path: string,
  range: Pick<FileSplit, 'start' | 'length'> = { start: 0 },
): Promise<[K, V][]> {
  const found: [K, V][] = [];
  const split = { path: files.resolve(path), ...range };
  for await (const records of format.read(split, { files, conf: NO_CONF })) found.push(...records);
  return found;
}

/** The code of what a promise rejects with; undefined where it resolves. */
export const codeOf = (done: Promise<unknown>): Promise<string | undefined> =>
  done.then(
    () => undefined,
    (error: { code: string }) => error.code,
  );
