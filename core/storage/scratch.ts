import type { SpillDisk } from './block-store.ts';
import { type Disk, readFile, removeAll, writeFile } from './disk.ts';

/** A spilled block is one file; nothing larger was ever written. */
const BLOCK_BYTES_MAX = 2 ** 31;

/** Spilled blocks in a folder of `disk` that is made at the first of them. Nothing in it has to survive anything. */
export class ScratchFolder implements SpillDisk {
  private made: Promise<void> | undefined;

  constructor(
    private readonly disk: Disk,
    private readonly folder: string,
  ) {}

  async write(name: string, bytes: Uint8Array): Promise<void> {
    this.made ??= this.disk.makeDirectory(this.folder);
    await this.made;
    await writeFile(this.disk, `${this.folder}/${name}`, bytes);
  }

  read(name: string): Promise<Uint8Array> {
    return readFile(this.disk, `${this.folder}/${name}`, BLOCK_BYTES_MAX);
  }

  remove(name: string): Promise<void> {
    return removeAll(this.disk, `${this.folder}/${name}`);
  }

  /** Removes the folder with all that it holds. Idempotent. */
  async close(): Promise<void> {
    if (this.made === undefined) return;
    await this.made;
    await removeAll(this.disk, this.folder);
    this.made = undefined;
  }
}
