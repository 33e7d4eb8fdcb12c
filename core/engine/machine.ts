import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rm, rmdir, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SpillDisk } from '../storage/block-store.ts';

export const machineCores = (): number => availableParallelism();

/** One folder per process for what spills: threads that are given back and taken again keep theirs. */
const scratchId = randomUUID();
let disks = 0;

export const scratchFolder = (parent: string | undefined): string =>
  join(parent ?? tmpdir(), `dstreams-${process.pid}-${scratchId}`);

/** Spilled blocks in a folder that is made at the first of them and removed with the context. */
export function scratchDisk(parent: string | undefined): SpillDisk & { close(): Promise<void> } {
  const folder = join(scratchFolder(parent), `driver-${disks++}`);
  let made: Promise<unknown> | undefined;
  return {
    async write(name, bytes) {
      made ??= mkdir(folder, { recursive: true });
      await made;
      await writeFile(join(folder, name), bytes);
    },
    read: (name) => readFile(join(folder, name)),
    remove: (name) => rm(join(folder, name), { force: true }),
    async close() {
      if (made === undefined) return;
      await rm(folder, { recursive: true, force: true });
      await rmdir(scratchFolder(parent)).catch(() => {});
    },
  };
}
