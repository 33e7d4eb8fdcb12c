import { createHash } from 'node:crypto';
import { lstatSync, mkdirSync, readFileSync, realpathSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { DStreamsError } from '../../errors.ts';

/** The file access that bundling needs. Apart from `Disk`, which promises durability: a bundle can be made again. */
export interface ProgramFiles {
  /** The path without symbolic links, or `undefined` when there is no such regular file. */
  realFile(path: string): string | undefined;
  readText(path: string): string;
  /** A folder for bundles that nobody else can write to. Throws `IO_FAILED`. */
  privateFolder(): string;
  /** Makes `folder/name` hold `text`, atomically, unless it does already. */
  ensureFile(folder: string, name: string, text: string): void;
}

export class NodeProgramFiles implements ProgramFiles {
  private temporaryCount = 0;

  /** `base` is where the private folder is made; the system's folder for temporary files unless given. */
  constructor(private readonly base: string = tmpdir()) {}

  realFile(path: string): string | undefined {
    return statSync(path, { throwIfNoEntry: false })?.isFile() ? realpathSync(path) : undefined;
  }

  readText(path: string): string {
    return readFileSync(path, 'utf8');
  }

  privateFolder(): string {
    const uid = process.getuid?.();
    const folder = join(this.base, `dstreams-${uid ?? hashText(userInfo().username, 8)}`);
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const stat = lstatSync(folder);
    // In a shared folder such as /tmp anybody could have made it first, and would then choose what we run.
    const others = uid !== undefined && (stat.uid !== uid || (stat.mode & 0o022) !== 0);
    if (!stat.isDirectory() || others) {
      throw new DStreamsError(
        'IO_FAILED',
        `${folder} is not a folder that only you can write to, so programs cannot be kept there. ` +
          'Remove it, or set TMPDIR to a folder of your own.',
        { details: { path: folder } },
      );
    }
    return folder;
  }

  ensureFile(folder: string, name: string, text: string): void {
    const path = join(folder, name);
    if (this.realFile(path) !== undefined && this.readText(path) === text) return;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const temporary = `${path}.${process.pid}.${this.temporaryCount++}.tmp`;
    writeFileSync(temporary, text, { mode: 0o600 });
    renameSync(temporary, path);
  }
}

/** The first `digits` hexadecimal digits of SHA-256. */
export function hashText(text: string, digits: number): string {
  return createHash('sha256').update(text).digest('hex').slice(0, digits);
}
