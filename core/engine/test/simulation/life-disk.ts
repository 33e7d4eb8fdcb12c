import {
  type Disk,
  type DiskFile,
  type DiskSpace,
  type DiskStat,
  ioError,
  type OpenMode,
} from '../../../storage/disk.ts';
import type { SimulatedDisk } from '../../../testing/simulated-disk.ts';
import type { Turns } from './turns.ts';

/**
 * The disk as one process sees it: a call takes its turn before it happens and once more before it returns, so that
 * others happen in between, and nothing happens once the process is dead.
 */
export class LifeDisk implements Disk {
  isDead = false;
  /** Told after each call that changed something: may end the process, before it learns of it. */
  onChange: () => void = () => {};

  constructor(
    private readonly disk: SimulatedDisk,
    private readonly turns: Turns,
  ) {}

  private async call<T>(operation: string, path: string, changes: boolean, f: () => Promise<T>): Promise<T> {
    await this.turns.wait();
    this.check(operation, path);
    try {
      return await f();
    } finally {
      if (changes) {
        this.onChange();
        await this.turns.wait();
      }
      this.check(operation, path);
    }
  }

  private check(operation: string, path: string): void {
    if (this.isDead) throw ioError(operation, path, 'EIO', new Error('the process is dead'));
  }

  async open(path: string, mode: OpenMode): Promise<DiskFile> {
    const file = await this.call('open', path, mode !== 'read', () => this.disk.open(path, mode));
    return {
      path,
      read: (into, position) => this.call('read', path, false, () => file.read(into, position)),
      write: (bytes, position) => this.call('write', path, true, () => file.write(bytes, position)),
      sync: () => this.call('sync', path, true, () => file.sync()),
      truncate: (sizeBytes) => this.call('truncate', path, true, () => file.truncate(sizeBytes)),
      sizeBytes: () => this.call('stat', path, false, () => file.sizeBytes()),
      close: () => file.close(),
    };
  }
  rename(from: string, to: string): Promise<void> {
    return this.call('rename', from, true, () => this.disk.rename(from, to));
  }
  remove(path: string): Promise<void> {
    return this.call('remove', path, true, () => this.disk.remove(path));
  }
  makeDirectory(path: string): Promise<void> {
    return this.call('make directory', path, true, () => this.disk.makeDirectory(path));
  }
  list(path: string): Promise<string[]> {
    return this.call('list', path, false, () => this.disk.list(path));
  }
  stat(path: string): Promise<DiskStat | undefined> {
    return this.call('stat', path, false, () => this.disk.stat(path));
  }
  statNow(path: string): DiskStat | undefined {
    this.check('stat', path);
    return this.disk.statNow(path);
  }
  listNow(path: string): string[] {
    this.check('list', path);
    return this.disk.listNow(path);
  }
  syncDirectory(path: string): Promise<void> {
    return this.call('sync', path, true, () => this.disk.syncDirectory(path));
  }
  async space(path: string): Promise<DiskSpace> {
    this.check('stat', path);
    return this.disk.space(path);
  }
}
