import type { Disk, DiskFile, DiskSpace, DiskStat, OpenMode } from '../storage/disk.ts';
import { ioError } from '../storage/disk.ts';

/** A disk that a process can lose: after `crash` whoever still holds it can do nothing more. What was written stays. */
export class CrashDisk implements Disk {
  private isGone = false;

  constructor(private readonly disk: Disk) {}

  crash(): void {
    this.isGone = true;
  }

  private check(operation: string, path: string): void {
    if (this.isGone) throw ioError(operation, path, 'EIO', new Error('the process is dead'));
  }

  async open(path: string, mode: OpenMode): Promise<DiskFile> {
    this.check('open', path);
    const file = await this.disk.open(path, mode);
    const guarded = <A extends unknown[], R>(name: string, f: (...args: A) => Promise<R>) => {
      return async (...args: A): Promise<R> => {
        this.check(name, path);
        return f(...args);
      };
    };
    return {
      path,
      read: guarded('read', (into, position) => file.read(into, position)),
      write: guarded('write', (bytes, position) => file.write(bytes, position)),
      sync: guarded('sync', () => file.sync()),
      truncate: guarded('truncate', (sizeBytes) => file.truncate(sizeBytes)),
      sizeBytes: guarded('stat', () => file.sizeBytes()),
      close: () => file.close(),
    };
  }
  async rename(from: string, to: string): Promise<void> {
    this.check('rename', from);
    return this.disk.rename(from, to);
  }
  async remove(path: string): Promise<void> {
    this.check('remove', path);
    return this.disk.remove(path);
  }
  async makeDirectory(path: string): Promise<void> {
    this.check('make directory', path);
    return this.disk.makeDirectory(path);
  }
  async list(path: string): Promise<string[]> {
    this.check('list', path);
    return this.disk.list(path);
  }
  async stat(path: string): Promise<DiskStat | undefined> {
    this.check('stat', path);
    return this.disk.stat(path);
  }
  statNow(path: string): DiskStat | undefined {
    this.check('stat', path);
    return this.disk.statNow(path);
  }
  listNow(path: string): string[] {
    this.check('list', path);
    return this.disk.listNow(path);
  }
  async syncDirectory(path: string): Promise<void> {
    this.check('sync', path);
    return this.disk.syncDirectory(path);
  }
  async space(path: string): Promise<DiskSpace> {
    this.check('stat', path);
    return this.disk.space(path);
  }
}
