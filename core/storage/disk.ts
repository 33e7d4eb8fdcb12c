import { DStreamsError, isDStreamsError } from '../errors.ts';

/** Room on a file system. */
export interface DiskSpace {
  /** That can still be written. */
  readonly freeBytes: number;
  /** All there is, written or not. */
  readonly totalBytes: number;
}

/** What stands at a path. */
export interface DiskStat {
  /** What it is. Links are followed. */
  readonly kind: 'file' | 'directory' | 'other';
  /** How long a file is. */
  readonly sizeBytes: number;
  /** Last change of the content, epoch ms; may have a fraction. */
  readonly modifiedMs: number;
}

/**
 * How a file is opened. `read`: it must exist. `write`: read and write, made if missing, kept as it is. `create`: read and
 * write, must not exist (the way to take a lock).
 */
export type OpenMode = 'read' | 'write' | 'create';

/** An open file. Positions are bytes from the start. One call at a time. */
export interface DiskFile {
  /** Where it was opened. */
  readonly path: string;
  /** Fills `into` from `position` on; returns how many bytes: fewer only at the end of the file. */
  read(into: Uint8Array, position: number): Promise<number>;
  /** Writes at `position` and returns how many bytes were taken, at least 1: see `writeAll`. Not durable before `sync`. */
  write(bytes: Uint8Array, position: number): Promise<number>;
  /** When it resolves, content and size of the file survive loss of power; its name does after `syncDirectory`. */
  sync(): Promise<void>;
  /** Cuts the file, or fills it up with zeros, to `sizeBytes`. */
  truncate(sizeBytes: number): Promise<void>;
  /** How long it is now. */
  sizeBytes(): Promise<number>;
  /** Idempotent. Does not sync. */
  close(): Promise<void>;
}

/**
 * Durable storage, as low as a file system offers it: what promises not to lose anything is built on this alone, so that
 * a simulated disk can lose, tear and reorder whatever was not synced. Paths are absolute, with `/`. Everything throws
 * `IO_FAILED` with the system's code (`ENOENT`, `ENOSPC`, `EIO` …) as `details.errno`; nothing is ever retried.
 */
export interface Disk {
  /** Opens a file, or makes it, as `mode` says. */
  open(path: string, mode: OpenMode): Promise<DiskFile>;
  /** Atomic; replaces a file, or an empty directory. Durable after the directories of both are synced. */
  rename(from: string, to: string): Promise<void>;
  /** Removes a file, or an empty directory. */
  remove(path: string): Promise<void>;
  /** Makes the directory and those above it, each durable at once; nothing happens where it exists. */
  makeDirectory(path: string): Promise<void>;
  /** The names in a directory, in order of their UTF-16 code units. */
  list(path: string): Promise<string[]>;
  /** undefined when nothing is there. Follows symbolic links. */
  stat(path: string): Promise<DiskStat | undefined>;
  /** As `stat` and `list`, at once: they hold the calling thread. Nothing there: undefined, no names. */
  statNow(path: string): DiskStat | undefined;
  /** As `list`, holding the calling thread; no names where nothing is. */
  listNow(path: string): string[];
  /** When it resolves, files made, renamed and removed in this directory stay so after loss of power. */
  syncDirectory(path: string): Promise<void>;
  /** Of the file system that `path`, a directory, is on. */
  space(path: string): Promise<DiskSpace>;
}

/** The system's code of an `IO_FAILED`, such as `ENOENT`; undefined for anything else. */
export function errnoOf(error: unknown): string | undefined {
  if (!isDStreamsError(error, 'IO_FAILED')) return undefined;
  const errno = error.details?.errno;
  return typeof errno === 'string' ? errno : undefined;
}

/** An `IO_FAILED` for what could not be done to `path`. */
export function ioError(operation: string, path: string, errno: string, cause?: unknown): DStreamsError {
  const reason = cause instanceof Error ? cause.message : errno;
  return new DStreamsError('IO_FAILED', `cannot ${operation} ${path}: ${reason}`, {
    cause,
    details: { operation, path, errno },
  });
}

/** Writes all of `bytes` at `position`, however short the single writes are. */
export async function writeAll(file: DiskFile, bytes: Uint8Array, position: number): Promise<void> {
  let done = 0;
  while (done < bytes.length) {
    const written = await file.write(done === 0 ? bytes : bytes.subarray(done), position + done);
    // A disk that takes nothing and says nothing would keep this loop for ever.
    if (written < 1) throw ioError('write', file.path, 'EIO');
    done += written;
  }
}

/** The whole file. Throws `IO_FAILED` (`EFBIG`) when it has more than `bytesMax`, before reading it. */
export async function readFile(disk: Disk, path: string, bytesMax: number): Promise<Uint8Array> {
  const file = await disk.open(path, 'read');
  try {
    const sizeBytes = await file.sizeBytes();
    if (sizeBytes > bytesMax)
      throw ioError('read', path, 'EFBIG', new Error(`${sizeBytes} bytes, at most ${bytesMax}`));
    const content = new Uint8Array(sizeBytes);
    let done = 0;
    while (done < sizeBytes) {
      const count = await file.read(content.subarray(done), done);
      if (count === 0) break; // It became shorter meanwhile.
      done += count;
    }
    return done === sizeBytes ? content : content.subarray(0, done);
  } finally {
    await file.close();
  }
}

/** Makes or replaces a file's content, without syncing and not atomically: for what need not survive. */
export async function writeFile(disk: Disk, path: string, content: Uint8Array): Promise<void> {
  const file = await disk.open(path, 'write');
  try {
    await file.truncate(0);
    await writeAll(file, content, 0);
  } finally {
    await file.close();
  }
}

/**
 * Makes or replaces a file so that, whenever power is lost, the path has the old content or the new one, and the new one
 * once this resolves. The temporary sibling `<path>.tmp` belongs to it: one writer per path.
 */
export async function writeFileDurably(disk: Disk, path: string, content: Uint8Array): Promise<void> {
  const temporary = `${path}.tmp`;
  const file = await disk.open(temporary, 'write');
  try {
    await file.truncate(0);
    await writeAll(file, content, 0);
    await file.sync();
  } finally {
    await file.close();
  }
  await disk.rename(temporary, path);
  await disk.syncDirectory(parentOf(path));
}

/** Removes a file or a directory with all that it holds; nothing happens where nothing is. */
export async function removeAll(disk: Disk, path: string): Promise<void> {
  const stat = await disk.stat(path);
  if (stat?.kind === 'directory') {
    for (const name of await disk.list(path)) await removeAll(disk, `${path}/${name}`);
  }
  await removeIfThere(disk, path);
}

/** Removes a file, or an empty directory; nothing happens where nothing is. */
export async function removeIfThere(disk: Disk, path: string): Promise<void> {
  try {
    await disk.remove(path);
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw error;
  }
}

/** The directory that a path stands in. */
export function parentOf(path: string): string {
  const end = path.lastIndexOf('/');
  return end <= 0 ? '/' : path.slice(0, end);
}
