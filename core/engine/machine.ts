import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SpillDisk } from '../storage/block-store.ts';

export const machineCores = (): number => availableParallelism();

/** Spilled blocks in a folder that is made at the first of them and removed with the context. */
export function scratchDisk(parent: string | undefined): SpillDisk & { close(): Promise<void> } {
  const folder = join(parent ?? tmpdir(), `dstreams-${process.pid}-${randomUUID()}`);
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
      if (made !== undefined) await rm(folder, { recursive: true, force: true });
    },
  };
}
