import { DStreamsError } from '../errors.ts';
import { parentOf } from '../storage/disk.ts';
import type { FileSystem } from '../storage/file-system.ts';
import type { WrittenPart } from './part-file.ts';

/**
 * What to do where the directory exists. `fail`: refuse, as Spark does outside streaming jobs. `replace`: a batch that runs again.
 * `keep`: a batch that runs again after a recovery; what is complete stays as it is (decision 21).
 */
export type WhenExists = 'fail' | 'replace' | 'keep';

/** Names under which a directory is prepared, and put aside while another takes its place: hidden, so that no reader takes them. */
const WRITING = 'writing';
const REPLACED = 'replaced';
const MARKER = '_SUCCESS';

/**
 * A directory that appears whole or not at all: it is filled beside its place and renamed. One that stood there is moved aside
 * first. Whatever a process leaves when it dies in between, the next one finishes or takes away.
 */
export class OutputDirectory {
  readonly path: string;
  /** Where the parts are written. */
  readonly temporary: string;
  private readonly aside: string;

  /** Throws `NEEDS_CONNECTOR` and `OPTIONS_INVALID` for a path that cannot be served. */
  constructor(
    private readonly files: FileSystem,
    path: string,
  ) {
    this.path = files.resolve(path);
    this.temporary = hidden(this.path, WRITING);
    this.aside = hidden(this.path, REPLACED);
  }

  /** false: it is there, and stays. Otherwise the temporary directory is there and empty. Throws `OUTPUT_EXISTS`. */
  async prepare(whenExists: WhenExists): Promise<boolean> {
    const { files, path, temporary } = this;
    await this.settle();
    const found = await files.status(path);
    if (found !== undefined) {
      if (whenExists === 'fail') {
        throw new DStreamsError(
          'OUTPUT_EXISTS',
          `Output directory ${path} already exists. Remove it, or write to another one.`,
          { details: { path } },
        );
      }
      if (whenExists === 'keep' && (await files.status(`${path}/${MARKER}`)) !== undefined) {
        await files.settle(path);
        return false;
      }
    }
    await files.makeDirectory(temporary);
    return true;
  }

  /** Gives the parts their names and the directory its place. Durable once it resolves. */
  async commit(parts: readonly WrittenPart[], extension: string): Promise<void> {
    const { files, path, temporary, aside } = this;
    const counted = new Set(parts.map(({ file }) => file));
    // A thread that was lost may have left a part that another one wrote again.
    for (const { name, path: left } of await files.list(temporary)) if (!counted.has(name)) await files.remove(left);
    for (const { name, file } of parts) await files.rename(`${temporary}/${file}`, `${temporary}/${name}${extension}`);
    await files.writeDurably(`${temporary}/${MARKER}`, new Uint8Array(0));
    if ((await files.status(path)) !== undefined) await files.rename(path, aside);
    await files.rename(temporary, path);
    await files.remove(aside);
  }

  /** After a failure. What stood at the place stays. */
  async abandon(): Promise<void> {
    await this.settle();
  }

  /** Ends what a process that died, or a failure, left half done. */
  private async settle(): Promise<void> {
    const { files, path, temporary, aside } = this;
    const wasMoved = (await files.status(aside)) !== undefined;
    if (wasMoved && (await files.status(path)) === undefined) {
      // Between the two renames: the new one is complete if it has its marker, which is written last.
      const isComplete = (await files.status(`${temporary}/${MARKER}`)) !== undefined;
      await files.rename(isComplete ? temporary : aside, path);
    }
    await files.remove(temporary);
    await files.remove(aside);
  }
}

function hidden(path: string, what: string): string {
  return path.replace(/([^/]*)$/, `.$1.${what}`);
}

/** Settles whatever earlier runs left of directories whose names `isOurs` knows: called once, before the first is written. */
export async function sweep(files: FileSystem, path: string, isOurs: (name: string) => boolean): Promise<void> {
  const parent = parentOf(files.resolve(path));
  if ((await files.status(parent)) === undefined) return;
  for (const { name } of await files.list(parent)) {
    const match = new RegExp(`^\\.(.+)\\.(?:${WRITING}|${REPLACED})$`).exec(name);
    if (match !== null && isOurs(match[1]!)) await new OutputDirectory(files, `${parent}/${match[1]!}`).abandon();
  }
}
