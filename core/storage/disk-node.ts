import { constants, readdirSync, type Stats, statSync } from 'node:fs';
import { type FileHandle, mkdir, open, readdir, rename, rmdir, stat, statfs, unlink } from 'node:fs/promises';
import { type Disk, type DiskFile, type DiskSpace, type DiskStat, ioError, type OpenMode, parentOf } from './disk.ts';

const FLAGS: Readonly<Record<OpenMode, number>> = {
  read: constants.O_RDONLY,
  write: constants.O_RDWR | constants.O_CREAT,
  create: constants.O_RDWR | constants.O_CREAT | constants.O_EXCL,
};

/** Wraps what Node throws, once. */
async function attempt<T>(operation: string, path: string, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'EIO';
    throw ioError(operation, path, code, error);
  }
}

function now<T>(operation: string, path: string, missing: T, run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (isMissing(error)) return missing;
    throw ioError(operation, path, error instanceof Error && 'code' in error ? String(error.code) : 'EIO', error);
  }
}

/** The directories that have to be made so that `path` is one, from above. */
async function missingDirectories(path: string): Promise<string[]> {
  const missing: string[] = [];
  for (let at = path; ; at = parentOf(at)) {
    try {
      if ((await stat(at)).isDirectory()) return missing;
      // What is there is something else: mkdir says so, of it or of what is to be below it.
      return missing.length > 0 ? missing : [at];
    } catch (error) {
      if (!isMissing(error) || parentOf(at) === at) throw error;
      missing.unshift(at);
    }
  }
}

/** Another process may have made it meanwhile. */
const unlessDirectory = (path: string) => async (error: unknown) => {
  const isThere = await stat(path).then(
    (stats) => stats.isDirectory(),
    () => false,
  );
  if (!isThere) throw error;
};

const isMissing = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');

const statOf = (found: Stats): DiskStat => ({
  kind: found.isFile() ? 'file' : found.isDirectory() ? 'directory' : 'other',
  sizeBytes: found.size,
  modifiedMs: found.mtimeMs,
});

/** The machine's file system. */
export class NodeDisk implements Disk {
  open(path: string, mode: OpenMode): Promise<DiskFile> {
    return attempt('open', path, async () => new NodeDiskFile(path, await open(path, FLAGS[mode])));
  }

  rename(from: string, to: string): Promise<void> {
    return attempt('rename', from, () => rename(from, to));
  }

  remove(path: string): Promise<void> {
    return attempt('remove', path, async () => {
      try {
        await unlink(path);
      } catch (error) {
        // What unlink says of a directory depends on the system.
        const code = error instanceof Error && 'code' in error ? error.code : undefined;
        if (code !== 'EISDIR' && code !== 'EPERM') throw error;
        await rmdir(path);
      }
    });
  }

  /** Each directory that it makes is durable at once: what is written below must not vanish with it. */
  async makeDirectory(path: string): Promise<void> {
    // One by one: Node's recursive way never ends below a directory that lets nothing be made in it, as /proc.
    for (const missing of await attempt('make directory', path, () => missingDirectories(path))) {
      await attempt('make directory', missing, () => mkdir(missing).catch(unlessDirectory(missing)));
      await this.syncDirectory(parentOf(missing));
    }
  }

  list(path: string): Promise<string[]> {
    return attempt('list', path, async () => (await readdir(path)).sort());
  }

  async stat(path: string): Promise<DiskStat | undefined> {
    return attempt('look at', path, async () => {
      try {
        return statOf(await stat(path));
      } catch (error) {
        if (isMissing(error)) return undefined;
        throw error;
      }
    });
  }

  statNow(path: string): DiskStat | undefined {
    return now('look at', path, undefined, () => statOf(statSync(path)));
  }

  listNow(path: string): string[] {
    return now('list', path, [], () => readdirSync(path).sort());
  }

  syncDirectory(path: string): Promise<void> {
    return attempt('sync directory', path, async () => {
      const handle = await open(path, constants.O_RDONLY);
      try {
        await handle.sync();
      } finally {
        await handle.close();
      }
    });
  }

  space(path: string): Promise<DiskSpace> {
    return attempt('look at', path, async () => {
      const { bavail, blocks, bsize } = await statfs(path);
      return { freeBytes: bavail * bsize, totalBytes: blocks * bsize };
    });
  }
}

class NodeDiskFile implements DiskFile {
  readonly path: string;
  readonly #handle: FileHandle;
  #closed: Promise<void> | undefined;

  constructor(path: string, handle: FileHandle) {
    this.path = path;
    this.#handle = handle;
  }

  read(into: Uint8Array, position: number): Promise<number> {
    return attempt('read', this.path, async () => {
      let done = 0;
      while (done < into.length) {
        const { bytesRead } = await this.#handle.read(into, done, into.length - done, position + done);
        if (bytesRead === 0) break;
        done += bytesRead;
      }
      return done;
    });
  }

  write(bytes: Uint8Array, position: number): Promise<number> {
    return attempt(
      'write',
      this.path,
      async () => (await this.#handle.write(bytes, 0, bytes.length, position)).bytesWritten,
    );
  }

  /** fdatasync: the size is kept as well, since it is needed to read the data back. */
  sync(): Promise<void> {
    return attempt('sync', this.path, () => this.#handle.datasync());
  }

  truncate(sizeBytes: number): Promise<void> {
    return attempt('truncate', this.path, () => this.#handle.truncate(sizeBytes));
  }

  sizeBytes(): Promise<number> {
    return attempt('look at', this.path, async () => (await this.#handle.stat()).size);
  }

  close(): Promise<void> {
    this.#closed ??= attempt('close', this.path, () => this.#handle.close());
    return this.#closed;
  }
}
