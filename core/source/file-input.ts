import { DStreamsError, messageOf } from '../errors.ts';
import { type InputFormat, Path, splitFilled } from '../format/index.ts';
import type { InputHost, InputInfo, InputRun, InputSpec, Json, PlannedBatch } from '../plan/index.ts';
import { filesRdd, type Rdd, type Step } from '../rdd/index.ts';
import type { FileStatus } from '../storage/file-system.ts';
import { NewFiles, type SelectedFile } from './new-files.ts';

export interface FileInputOptions {
  /** A directory, or a pattern of directories (`/logs/*`). */
  readonly directory: string;
  /** Which files are read. Default: those whose name does not begin with a dot. */
  readonly filter: ((path: Path) => unknown) | undefined;
  /** false: also files that were there when the stream was made, if a batch still looks back at them. */
  readonly newFilesOnly: boolean;
  /** When the stream was made, epoch ms. */
  readonly madeMs: number;
  readonly format: InputFormat<unknown, unknown>;
  /** Reads the splits, where the task runs. */
  readonly read: Step;
}

/** New files of a directory as a stream (semantics §6): each batch has a data set of the files that appeared. No receiver. */
export function fileInput(options: FileInputOptions): InputSpec {
  return { kind: 'files', isReceiver: false, create: (host) => new FileRun(options, host) };
}

class FileRun implements InputRun {
  private newFiles: NewFiles;
  /** Files changed at or before this are old. */
  private thresholdMs: number;
  private readonly directory: string;
  private tail: Promise<void> = Promise.resolve();
  private latestMs = Number.NEGATIVE_INFINITY;
  /** The last listing found no directory, and that has been said. */
  private isMissing = false;
  /** Batches whose files are written down. One that is only listed is listed again after a restart. */
  private readonly writtenMs = new Set<number>();

  constructor(
    private readonly options: FileInputOptions,
    private readonly host: InputHost,
  ) {
    this.directory = host.files.resolve(options.directory);
    this.thresholdMs = options.newFilesOnly ? options.madeMs : 0;
    this.newFiles = this.makeNewFiles();
  }

  private makeNewFiles(): NewFiles {
    const { filter = isShown } = this.options;
    const { batchMs, conf, keepMs } = this.host;
    const rememberMs = Math.ceil(conf.fileStreamMinRememberMs / batchMs) * batchMs;
    return new NewFiles({
      initialThresholdMs: this.thresholdMs,
      rememberMs,
      // Spark forgets names when the batch before has ended (semantics §6.4).
      namesMs: Math.max(rememberMs, keepMs) + batchMs,
      accepts: ({ path }) => this.accepts(filter, Path.ofLocal(path)),
    });
  }

  start(): void {}

  /** One listing after the other, so that each knows what the one before has taken. */
  plan(timeMs: number): Promise<void> {
    const found = this.tail.then(() => this.find(timeMs));
    // What the filter throws fails this batch; the next one looks at the same files again.
    this.tail = found.catch(() => {});
    return found;
  }

  rdd(timeMs: number): Rdd {
    const { options, host } = this;
    const found = this.newFiles.filesOf(timeMs) ?? [];
    return filesRdd(host.rdds, splitFilled(found, options.format), options.read, timeMs);
  }

  planned(timeMs: number): readonly SelectedFile[] | undefined {
    const files = this.newFiles.filesOf(timeMs);
    if (files !== undefined) this.writtenMs.add(timeMs);
    return files;
  }

  /** Files are new by the age of the first stream, not of the one after a restart; and names are remembered for longer than batches. */
  snapshot(): Json {
    const taken = this.newFiles.entries().filter(([timeMs]) => this.writtenMs.has(timeMs));
    return { thresholdMs: this.thresholdMs, taken };
  }

  restore(snapshot: Json | undefined, planned: readonly PlannedBatch[]): void {
    const { thresholdMs, taken } = (snapshot ?? { thresholdMs: this.thresholdMs, taken: [] }) as {
      readonly thresholdMs: number;
      readonly taken: readonly PlannedBatch[];
    };
    this.thresholdMs = thresholdMs;
    this.newFiles = this.makeNewFiles();
    for (const [timeMs, files] of [...taken, ...planned]) {
      this.latestMs = Math.max(this.latestMs, timeMs);
      this.writtenMs.add(timeMs);
      this.newFiles.take(timeMs, files as unknown as readonly SelectedFile[]);
    }
  }

  release(timeMs: number): void {
    this.newFiles.forget(timeMs, this.latestMs);
    for (const at of this.writtenMs) if (this.newFiles.filesOf(at) === undefined) this.writtenMs.delete(at);
  }

  /** Files have no number of records before they are read (semantics §12). */
  info(timeMs: number): InputInfo | undefined {
    const files = this.newFiles.filesOf(timeMs);
    if (files === undefined) return undefined;
    return { numRecords: 0, description: files.map(({ path }) => Path.ofLocal(path).toString()).join('\n') };
  }

  async stop(): Promise<void> {
    await this.tail;
  }

  hasUnplanned(): boolean {
    return false;
  }

  private async find(timeMs: number): Promise<void> {
    const { host, directory } = this;
    const startedMs = host.clock.monotonic();
    this.latestMs = Math.max(this.latestMs, timeMs);
    let listing: FileStatus[] = [];
    try {
      listing = await this.list();
    } catch (error) {
      host.logger.warn(
        SOURCE,
        `Error finding new files in ${directory} (${messageOf(error)}): batch ${timeMs} ms has none`,
      );
    }
    this.newFiles.select(timeMs, listing);
    for (const { path, sizeBytes } of this.newFiles.filesOf(timeMs) ?? []) {
      if (sizeBytes > 0) continue;
      host.logger.error(
        SOURCE,
        `File ${path} has no data in it, and is not read again: write files elsewhere, and move them into the directory when they are complete.`,
      );
    }
    const tookMs = host.clock.monotonic() - startedMs;
    if (tookMs > host.batchMs) {
      host.logger.warn(
        SOURCE,
        `Time taken to find new files ${Math.round(tookMs)} ms exceeds the batch size. Consider increasing the batch size or ` +
          'reducing the number of files in the monitored directories.',
      );
    }
  }

  private async list(): Promise<FileStatus[]> {
    const { files } = this.host;
    const directories = (await files.glob(this.directory)).filter(({ isDirectory }) => isDirectory);
    if (directories.length === 0 && !this.isMissing) {
      this.host.logger.warn(SOURCE, `There is no directory ${this.directory}: batches are empty until there is one.`);
    }
    this.isMissing = directories.length === 0;
    const found: FileStatus[] = [];
    for (const { path } of directories) found.push(...(await files.list(path)));
    return found;
  }

  private accepts(filter: (path: Path) => unknown, path: Path): boolean {
    const answer = filter(path);
    if (!(answer instanceof Promise)) return Boolean(answer);
    answer.catch(() => {});
    throw new DStreamsError('ASYNC_FUNCTION', `${this.host.uid}: the filter of a file stream must not be async.`);
  }
}

const SOURCE = 'FileInputDStream';

const isShown = (path: Path): boolean => !path.getName().startsWith('.');
