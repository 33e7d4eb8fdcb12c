import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDriver } from 'dstreams';
import { LocalFileSystem } from 'dstreams/testing';
import { type DiskStat, removeAll } from '../../core/storage/disk.ts';
import { NodeDisk } from '../../core/storage/disk-node.ts';
import type { Change, Folder, Watched } from './case.ts';

let count = 0;

/** The folder of a case on the local disk, where threads find it as well. */
export class ScriptedFolder {
  readonly files: LocalFileSystem;
  private readonly disk = new DatedDisk();
  private readonly path = join(tmpdir(), `dstreams-case-${process.pid}-${count++}`);

  constructor(private readonly folder: Folder) {
    this.files = new LocalFileSystem({ disk: this.disk, workingDirectory: this.path });
  }

  get madeMs(): number {
    return this.folder.madeMs;
  }

  get conf(): Readonly<Record<string, string>> {
    const { minRemember } = this.folder;
    return minRemember === undefined ? {} : { 'spark.streaming.fileStream.minRememberDuration': minRemember };
  }

  /** The files that are there when the streams are made. */
  async make(): Promise<void> {
    if (!isDriver()) return;
    await this.disk.makeDirectory(this.path);
    await this.change(0);
  }

  /** What an input watches, by the whole path; undefined for an input of another kind. */
  watched(input: string): Watched | undefined {
    if (!Object.hasOwn(this.folder.watched, input)) return undefined;
    const watched = this.folder.watched[input]!;
    return { ...watched, directory: join(this.path, watched.directory) };
  }

  beforeBatch(index: number): Promise<void> {
    return this.change(index + 1);
  }

  async remove(): Promise<void> {
    if (isDriver()) await removeAll(this.disk, this.path);
  }

  private async change(index: number): Promise<void> {
    for (const change of this.folder.changes[index] ?? []) await this.apply(change);
  }

  private async apply(change: Change): Promise<void> {
    const path = join(this.path, change[1]);
    switch (change[0]) {
      case 'write':
        await this.files.write(path, new TextEncoder().encode(change[2]));
        this.disk.date(path, change[3]);
        return;
      case 'move':
        return this.disk.rename(path, join(this.path, change[2]));
      case 'remove':
        return removeAll(this.disk, path);
      case 'makeDirectory':
        return this.disk.makeDirectory(path);
    }
  }
}

/** The real one, but that files are dated by whoever writes them. */
class DatedDisk extends NodeDisk {
  private readonly dates = new Map<string, number>();

  date(path: string, modifiedMs: number): void {
    this.dates.set(path, modifiedMs);
  }

  override async rename(from: string, to: string): Promise<void> {
    await super.rename(from, to);
    const date = this.dates.get(from);
    if (date !== undefined) this.dates.set(to, date);
  }

  override async stat(path: string): Promise<DiskStat | undefined> {
    const stat = await super.stat(path);
    const modifiedMs = this.dates.get(path);
    return stat === undefined || modifiedMs === undefined ? stat : { ...stat, modifiedMs };
  }
}
