import { DStreamsError } from '../errors.ts';
import { type Disk, errnoOf, readFile, removeAll, writeFile } from '../storage/disk.ts';
import type { Random } from '../time/random.ts';
import type { ProcessIdentity, Processes } from './processes.ts';

export interface LockOptions {
  readonly disk: Disk;
  /** The checkpoint directory; made if missing. */
  readonly dir: string;
  readonly processes: Processes;
  readonly random: Random;
}

const NAME = /^lock-(\d+)$/;
const OWNER_BYTES_MAX = 4096;
const TRIES_MAX = 100;

/**
 * Keeps a second writer out of a checkpoint directory. A lock is a directory `lock-N` with the file `owner`, made under
 * another name and renamed, so that it appears with its owner or not at all. Whoever finds the highest one free (released,
 * or its process dead) takes N + 1; of several who try, one gets it. Numbers never go back, else someone who looked long
 * ago could take a number that was used meanwhile.
 */
export class DirectoryLock {
  private isReleased = false;

  private constructor(
    private readonly disk: Disk,
    private readonly path: string,
    private readonly owner: ProcessIdentity,
  ) {}

  /** Throws `CHECKPOINT_IN_USE` where the holder is alive, this process itself included; `IO_FAILED`. */
  static async take({ disk, dir, processes, random }: LockOptions): Promise<DirectoryLock> {
    await disk.makeDirectory(dir);
    const self = await processes.self();
    for (let tries = 0; tries < TRIES_MAX; tries++) {
      const highest = await highestLock(disk, dir);
      if (highest > 0) {
        const holder = await ownerOf(disk, `${dir}/lock-${highest}`);
        if (holder === 'gone') continue;
        if (holder !== undefined && (await processes.isAlive(holder))) throw inUse(dir, holder);
      }
      const path = `${dir}/lock-${highest + 1}`;
      const made = `${dir}/lock.${random.uint32().toString(16)}${random.uint32().toString(16)}.tmp`;
      await disk.makeDirectory(made);
      await writeFile(disk, `${made}/owner`, new TextEncoder().encode(JSON.stringify(self)));
      try {
        await disk.rename(made, path);
      } catch (error) {
        await removeAll(disk, made);
        const errno = errnoOf(error);
        if (errno === 'ENOTEMPTY' || errno === 'EEXIST' || errno === 'EPERM') continue;
        throw error;
      }
      if ((await highestLock(disk, dir)) !== highest + 1) {
        // Others have been faster by more than one.
        await removeLock(disk, path);
        continue;
      }
      const lock = new DirectoryLock(disk, path, self);
      await sweep(disk, dir, highest);
      return lock;
    }
    throw new DStreamsError('CHECKPOINT_IN_USE', `others keep taking and leaving ${dir}`, { details: { path: dir } });
  }

  /** Whether it is still this one's: another machine that shares the disk may have thought this process dead. */
  async isHeld(): Promise<boolean> {
    const dir = this.path.slice(0, this.path.lastIndexOf('/'));
    return !this.isReleased && this.path === `${dir}/lock-${await highestLock(this.disk, dir)}`;
  }

  /** Lets the next one in. Idempotent. Throws `IO_FAILED`. */
  async release(): Promise<void> {
    if (this.isReleased) return;
    this.isReleased = true;
    await writeFile(this.disk, `${this.path}/owner`, new TextEncoder().encode('{"released":true}'));
  }

  toString(): string {
    return `${this.path} of process ${this.owner.pid}`;
  }
}

/** Who works in a checkpoint directory, alive or not; undefined where it is free. For `inspect`. */
export async function lockHolder(disk: Disk, dir: string): Promise<ProcessIdentity | undefined> {
  const highest = await highestLock(disk, dir);
  if (highest === 0) return undefined;
  const owner = await ownerOf(disk, `${dir}/lock-${highest}`);
  return owner === 'gone' ? undefined : owner;
}

async function highestLock(disk: Disk, dir: string): Promise<number> {
  let highest = 0;
  for (const name of await disk.list(dir)) highest = Math.max(highest, Number(NAME.exec(name)?.[1] ?? 0));
  return highest;
}

/** undefined: released, or torn by a loss of power, which ended the process too. */
async function ownerOf(disk: Disk, path: string): Promise<ProcessIdentity | undefined | 'gone'> {
  try {
    const text = new TextDecoder().decode(await readFile(disk, `${path}/owner`, OWNER_BYTES_MAX));
    const { pid, bootId, started }: Partial<Record<string, unknown>> = JSON.parse(text);
    if (typeof pid !== 'number' || typeof bootId !== 'string' || typeof started !== 'string') return undefined;
    return { pid, bootId, started };
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    if (errnoOf(error) !== 'ENOENT') throw error;
    // Removed by whoever took a higher one, or lost with the power before it was on the disk.
    return (await disk.stat(path)) === undefined ? 'gone' : undefined;
  }
}

/** Older locks. */
async function sweep(disk: Disk, dir: string, upTo: number): Promise<void> {
  for (const name of await disk.list(dir)) {
    const number = Number(NAME.exec(name)?.[1] ?? Number.NaN);
    if (number <= upTo) await removeLock(disk, `${dir}/${name}`);
  }
}

/** Others may be sweeping it too, or taking its place too late, which they will notice. */
async function removeLock(disk: Disk, path: string): Promise<void> {
  try {
    await removeAll(disk, path);
  } catch (error) {
    const errno = errnoOf(error);
    if (errno !== 'ENOENT' && errno !== 'ENOTEMPTY' && errno !== 'EEXIST') throw error;
  }
}

function inUse(dir: string, { pid }: ProcessIdentity): DStreamsError {
  return new DStreamsError(
    'CHECKPOINT_IN_USE',
    `${dir} is in use by process ${pid}${pid === process.pid ? ', which is this one' : ''}: stop it, or choose another directory`,
    { details: { path: dir, pid } },
  );
}
