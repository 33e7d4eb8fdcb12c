import { describeValue } from '../data/index.ts';
import { DStreamsError } from '../errors.ts';
import {
  type Disk,
  type DiskFile,
  type DiskStat,
  errnoOf,
  parentOf,
  readFile,
  removeAll,
  writeFile,
  writeFileDurably,
} from './disk.ts';
import { globWalk } from './glob-walk.ts';

/** One file or directory, as a listing shows it. */
export interface FileStatus {
  /** As `FileSystem.resolve` gives it. */
  readonly path: string;
  /** The last part of the path. */
  readonly name: string;
  /** Whether it is a directory; else a file. */
  readonly isDirectory: boolean;
  /** How long a file is. */
  readonly sizeBytes: number;
  /** Epoch ms. */
  readonly modifiedMs: number;
}

/**
 * Files by the paths that programs write: `/a/b`, `a/b` (from the working directory), `file:///a/b`. Whoever connects
 * another store (HDFS, S3) implements this. Errors: `IO_FAILED`; `NEEDS_CONNECTOR` for a scheme that nobody serves.
 */
export interface FileSystem {
  /** The path in the one form that the other methods return. Throws `NEEDS_CONNECTOR`, `OPTIONS_INVALID`. */
  resolve(path: string): string;
  /** undefined when nothing is there. */
  status(path: string): Promise<FileStatus | undefined>;
  /** What stands directly in a directory, by name. What vanishes meanwhile is left out. */
  list(path: string): Promise<FileStatus[]>;
  /** Files and directories that match a pattern of `*`, `?`, `[a-z]` and `{a,b}` in any part, by path, a backslash before what stands for itself; see `isGlob`. */
  glob(pattern: string): Promise<FileStatus[]>;
  /** As `glob`, at once: for operations that make a data set of files and must know how many there are. */
  globNow(pattern: string): FileStatus[];
  /** As `list`, at once; nothing where no directory is. */
  listNow(path: string): FileStatus[];
  /** Throws `IO_FAILED` (`EFBIG`) for a file of more than `bytesMax`. */
  read(path: string, bytesMax: number): Promise<Uint8Array>;
  /** For reading piece by piece; the caller closes it. */
  open(path: string): Promise<DiskFile>;
  /** A new file for writing piece by piece, in a directory that is there; the caller syncs and closes it. `EEXIST` where one is. */
  create(path: string): Promise<DiskFile>;
  /** Makes or replaces a file; the directories above it are made. Not durable. */
  write(path: string, content: Uint8Array): Promise<void>;
  /** As `write`; old or new content after loss of power, the new one once it resolves. */
  writeDurably(path: string, content: Uint8Array): Promise<void>;
  /** Makes a directory and those above it; nothing happens where it is there. */
  makeDirectory(path: string): Promise<void>;
  /** Atomic, and durable once it resolves. */
  rename(from: string, to: string): Promise<void>;
  /** That something has this name is durable once it resolves: whoever gave it the name may have died before it was. */
  settle(path: string): Promise<void>;
  /** A directory goes with all that it holds; nothing happens where nothing is. */
  remove(path: string): Promise<void>;
}

/** Of a local file system: where it is. */
export interface LocalFileSystemOptions {
  /** The disk that it is on. */
  readonly disk: Disk;
  /** What relative paths start from: an absolute path. */
  readonly workingDirectory: string;
}

/** The local file system, over a disk. */
export class LocalFileSystem implements FileSystem {
  readonly #disk: Disk;
  readonly #workingDirectory: string;

  /** Files of the disk given, and relative paths from `workingDirectory` on. */
  constructor({ disk, workingDirectory }: LocalFileSystemOptions) {
    this.#disk = disk;
    this.#workingDirectory = workingDirectory;
  }

  resolve(path: string): string {
    return resolvePath(path, this.#workingDirectory);
  }

  async status(path: string): Promise<FileStatus | undefined> {
    const resolved = this.resolve(path);
    const stat = await this.#disk.stat(resolved);
    return stat && statusOf(resolved, stat);
  }

  async list(path: string): Promise<FileStatus[]> {
    const resolved = this.resolve(path);
    const found: FileStatus[] = [];
    for (const name of await this.#disk.list(resolved)) {
      const child = resolved === '/' ? `/${name}` : `${resolved}/${name}`;
      const stat = await this.#disk.stat(child);
      if (stat !== undefined) found.push(statusOf(child, stat));
    }
    return found;
  }

  async glob(pattern: string): Promise<FileStatus[]> {
    const walk = globWalk<FileStatus>(pattern, (path) => this.resolve(path));
    let step = walk.next();
    while (!step.done) {
      const { kind, path } = step.value;
      const one = kind === 'status' ? await this.status(path) : undefined;
      step = walk.next(kind === 'list' ? await this.#listIfThere(path) : one === undefined ? [] : [one]);
    }
    return step.value;
  }

  globNow(pattern: string): FileStatus[] {
    const walk = globWalk<FileStatus>(pattern, (path) => this.resolve(path));
    let step = walk.next();
    while (!step.done) {
      const { kind, path } = step.value;
      step = walk.next(kind === 'list' ? this.listNow(path) : this.#statusNow(path));
    }
    return step.value;
  }

  listNow(path: string): FileStatus[] {
    const resolved = this.resolve(path);
    const below = resolved === '/' ? '/' : `${resolved}/`;
    return this.#disk.listNow(resolved).flatMap((name) => this.#statusNow(below + name));
  }

  #statusNow(path: string): FileStatus[] {
    const stat = this.#disk.statNow(path);
    return stat === undefined ? [] : [statusOf(path, stat)];
  }

  async #listIfThere(path: string): Promise<FileStatus[]> {
    try {
      return await this.list(path);
    } catch (error) {
      if (errnoOf(error) === 'ENOENT') return [];
      throw error;
    }
  }

  async read(path: string, bytesMax: number): Promise<Uint8Array> {
    return readFile(this.#disk, this.resolve(path), bytesMax);
  }

  async open(path: string): Promise<DiskFile> {
    return this.#disk.open(this.resolve(path), 'read');
  }

  async create(path: string): Promise<DiskFile> {
    return this.#disk.open(this.resolve(path), 'create');
  }

  async write(path: string, content: Uint8Array): Promise<void> {
    const resolved = this.resolve(path);
    await this.#disk.makeDirectory(parentOf(resolved));
    await writeFile(this.#disk, resolved, content);
  }

  async writeDurably(path: string, content: Uint8Array): Promise<void> {
    const resolved = this.resolve(path);
    await this.#disk.makeDirectory(parentOf(resolved));
    await writeFileDurably(this.#disk, resolved, content);
  }

  async makeDirectory(path: string): Promise<void> {
    return this.#disk.makeDirectory(this.resolve(path));
  }

  async rename(from: string, to: string): Promise<void> {
    const [source, target] = [this.resolve(from), this.resolve(to)];
    await this.#disk.rename(source, target);
    await this.#disk.syncDirectory(parentOf(target));
    if (parentOf(source) !== parentOf(target)) await this.#disk.syncDirectory(parentOf(source));
  }

  async settle(path: string): Promise<void> {
    await this.#disk.syncDirectory(parentOf(this.resolve(path)));
  }

  async remove(path: string): Promise<void> {
    return removeAll(this.#disk, this.resolve(path));
  }
}

function statusOf(path: string, stat: DiskStat): FileStatus {
  return {
    path,
    name: path.slice(path.lastIndexOf('/') + 1),
    isDirectory: stat.kind === 'directory',
    sizeBytes: stat.sizeBytes,
    modifiedMs: stat.modifiedMs,
  };
}

/**
 * The one reading of paths for all that take one. An absolute path without `.`, `..`, doubled or trailing slashes; escapes of `file:` URLs are
 * resolved. Throws `NEEDS_CONNECTOR` for any other scheme, and `OPTIONS_INVALID`.
 */
export function resolvePath(path: string, workingDirectory: string): string {
  if (typeof path !== 'string' || path === '' || path.includes('\0')) {
    throw new DStreamsError('OPTIONS_INVALID', `A path is needed, and ${describeValue(path)} is none.`);
  }
  // A slash has to follow: `report-12:30` is a name like any other.
  const scheme = /^([a-z][a-z0-9+.-]+):\//i.exec(path)?.[1]?.toLowerCase();
  if (scheme === undefined) return normalise(path.startsWith('/') ? path : `${workingDirectory}/${path}`);
  if (scheme !== 'file') {
    throw new DStreamsError(
      'NEEDS_CONNECTOR',
      `${path}: nothing serves ${scheme}: paths; use a local path, or mount the store as one`,
      { details: { path, scheme } },
    );
  }
  // As Hadoop reads it: file:/a and file:///a are the same; a host must be empty or this one.
  const match = /^file:(?:\/\/(?:localhost)?)?(\/.*)$/is.exec(path);
  const isHosted = match === null || match[1]!.startsWith('//');
  if (isHosted) throw new DStreamsError('OPTIONS_INVALID', `${path} is no local path; write file:///path or /path`);
  return normalise(decoded(match[1]!));
}

/** A URL's escapes (`%20`) become what they stand for; a `%` that begins none is itself. */
function decoded(path: string): string {
  try {
    const plain = decodeURIComponent(path);
    return plain.includes('\0') ? path : plain;
  } catch {
    return path;
  }
}

function normalise(path: string): string {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return `/${parts.join('/')}`;
}
