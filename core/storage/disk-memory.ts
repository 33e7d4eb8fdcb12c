import type { Clock } from '../time/clock.ts';
import { type Disk, type DiskFile, type DiskSpace, type DiskStat, ioError, type OpenMode, parentOf } from './disk.ts';

interface Content {
  bytes: Uint8Array;
  sizeBytes: number;
  modifiedMs: number;
}

/**
 * A disk in memory, for tests: every write is durable at once, so it says nothing of what a crash would leave. As on a
 * real one, an open file keeps its content when its name is removed or replaced.
 */
export class MemoryDisk implements Disk {
  readonly #clock: Pick<Clock, 'now'>;
  /** By path; directories have no content. */
  readonly #entries = new Map<string, Content | 'directory'>([['/', 'directory']]);

  /** `clock` dates the files. */
  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock;
  }

  async open(path: string, mode: OpenMode): Promise<DiskFile> {
    let entry = this.#entries.get(path);
    if (entry === 'directory') throw ioError('open', path, mode === 'create' ? 'EEXIST' : 'EISDIR');
    if (entry !== undefined && mode === 'create') throw ioError('open', path, 'EEXIST');
    if (entry === undefined) {
      if (mode === 'read') throw ioError('open', path, 'ENOENT');
      this.#needDirectory('open', path, parentOf(path));
      entry = { bytes: new Uint8Array(0), sizeBytes: 0, modifiedMs: this.#clock.now() };
      this.#entries.set(path, entry);
    }
    return new MemoryDiskFile(path, entry, mode !== 'read', this.#clock);
  }

  async rename(from: string, to: string): Promise<void> {
    const source = this.#entries.get(from);
    if (source === undefined) throw ioError('rename', from, 'ENOENT');
    this.#needDirectory('rename', from, parentOf(to));
    if (to === from) return;
    if (to.startsWith(`${from}/`)) throw ioError('rename', from, 'EINVAL');
    const target = this.#entries.get(to);
    if (target === 'directory' && source !== 'directory') throw ioError('rename', from, 'EISDIR');
    if (target === 'directory' && this.#namesIn(to).length > 0) throw ioError('rename', from, 'ENOTEMPTY');
    if (target !== undefined && target !== 'directory' && source === 'directory') {
      throw ioError('rename', from, 'ENOTDIR');
    }
    for (const [path, entry] of [...this.#entries]) {
      if (path !== from && !path.startsWith(`${from}/`)) continue;
      this.#entries.delete(path);
      this.#entries.set(to + path.slice(from.length), entry);
    }
  }

  async remove(path: string): Promise<void> {
    const entry = this.#entries.get(path);
    if (entry === undefined) throw ioError('remove', path, 'ENOENT');
    if (entry === 'directory' && (path === '/' || this.#namesIn(path).length > 0)) {
      throw ioError('remove', path, 'ENOTEMPTY');
    }
    this.#entries.delete(path);
  }

  async makeDirectory(path: string): Promise<void> {
    for (let end = path.indexOf('/', 1); ; end = path.indexOf('/', end + 1)) {
      const directory = end < 0 ? path : path.slice(0, end);
      const entry = this.#entries.get(directory);
      if (entry === undefined) this.#entries.set(directory, 'directory');
      else if (entry !== 'directory') {
        throw ioError('make directory', path, directory === path ? 'EEXIST' : 'ENOTDIR');
      }
      if (end < 0) return;
    }
  }

  async list(path: string): Promise<string[]> {
    this.#needDirectory('list', path, path);
    return this.#namesIn(path).sort();
  }

  async stat(path: string): Promise<DiskStat | undefined> {
    return this.statNow(path);
  }

  listNow(path: string): string[] {
    return this.#entries.get(path) === 'directory' ? this.#namesIn(path).sort() : [];
  }

  statNow(path: string): DiskStat | undefined {
    const entry = this.#entries.get(path);
    if (entry === undefined) return undefined;
    if (entry === 'directory') return { kind: 'directory', sizeBytes: 0, modifiedMs: 0 };
    return { kind: 'file', sizeBytes: entry.sizeBytes, modifiedMs: entry.modifiedMs };
  }

  async syncDirectory(path: string): Promise<void> {
    this.#needDirectory('sync directory', path, path);
  }

  /** Memory is not counted: there always is some. */
  async space(path: string): Promise<DiskSpace> {
    this.#needDirectory('look at', path, path);
    return { freeBytes: Number.MAX_SAFE_INTEGER, totalBytes: Number.MAX_SAFE_INTEGER };
  }

  #needDirectory(operation: string, path: string, directory: string): void {
    const entry = this.#entries.get(directory);
    if (entry === undefined) throw ioError(operation, path, 'ENOENT');
    if (entry !== 'directory') throw ioError(operation, path, 'ENOTDIR');
  }

  #namesIn(path: string): string[] {
    const prefix = path === '/' ? '/' : `${path}/`;
    const names: string[] = [];
    for (const other of this.#entries.keys()) {
      if (other.length > prefix.length && other.startsWith(prefix) && other.indexOf('/', prefix.length) < 0) {
        names.push(other.slice(prefix.length));
      }
    }
    return names;
  }
}

class MemoryDiskFile implements DiskFile {
  readonly path: string;
  readonly #content: Content;
  readonly #isWritable: boolean;
  readonly #clock: Pick<Clock, 'now'>;
  #isClosed = false;

  constructor(path: string, content: Content, isWritable: boolean, clock: Pick<Clock, 'now'>) {
    this.path = path;
    this.#content = content;
    this.#isWritable = isWritable;
    this.#clock = clock;
  }

  async read(into: Uint8Array, position: number): Promise<number> {
    this.#check('read', true);
    const { bytes, sizeBytes } = this.#content;
    const count = Math.max(0, Math.min(into.length, sizeBytes - position));
    into.set(bytes.subarray(position, position + count));
    return count;
  }

  async write(bytes: Uint8Array, position: number): Promise<number> {
    this.#check('write', this.#isWritable);
    this.#reserve(position + bytes.length);
    this.#content.bytes.set(bytes, position);
    this.#content.sizeBytes = Math.max(this.#content.sizeBytes, position + bytes.length);
    this.#content.modifiedMs = this.#clock.now();
    return bytes.length;
  }

  async sync(): Promise<void> {
    this.#check('sync', true);
  }

  async truncate(sizeBytes: number): Promise<void> {
    this.#check('truncate', this.#isWritable);
    this.#reserve(sizeBytes);
    this.#content.bytes.fill(0, sizeBytes);
    this.#content.sizeBytes = sizeBytes;
    this.#content.modifiedMs = this.#clock.now();
  }

  async sizeBytes(): Promise<number> {
    this.#check('look at', true);
    return this.#content.sizeBytes;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
  }

  #check(operation: string, isAllowed: boolean): void {
    if (this.#isClosed || !isAllowed) throw ioError(operation, this.path, 'EBADF');
  }

  #reserve(capacity: number): void {
    const { bytes } = this.#content;
    if (bytes.length >= capacity) return;
    const grown = new Uint8Array(Math.max(capacity, bytes.length * 2, 64));
    grown.set(bytes);
    this.#content.bytes = grown;
  }
}
