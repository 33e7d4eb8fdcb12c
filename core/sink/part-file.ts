import type { ByteSink, FormatConf } from '../format/index.ts';
import { type DiskFile, errnoOf, writeAll } from '../storage/disk.ts';
import type { FileSystem } from '../storage/file-system.ts';

/** Writes the records of one partition, some at a time. */
export interface PartWriter {
  write(records: readonly unknown[]): Promise<void>;
  /** After the last record: what is held back, and the end of the file. */
  close(): Promise<void>;
}

/** Where a task writes its partition. Plain data: it travels. */
export interface PartTarget {
  /** The directory that will be renamed into place. */
  readonly temporary: string;
  /** The place. */
  readonly directory: string;
  /** Before the partition's number: `part-`, `part-r-`. */
  readonly prefix: string;
}

/** What a task wrote: plain data for the driver, which gives the file its name. */
export interface WrittenPart {
  /** `part-00003`, without extension. */
  readonly name: string;
  /** The name under which it lies in the temporary directory. */
  readonly file: string;
}

/** A writer over a file: `args` is what the action carries for it. */
export type OpenPart = (args: unknown, sink: ByteSink, part: OpenPartInfo) => Promise<PartWriter>;

export interface OpenPartInfo {
  readonly name: string;
  readonly directory: string;
}

/** How many tasks may have died at a partition before: each leaves a file that nobody counts. */
const ATTEMPTS_MAX = 1000;

/**
 * Writes one partition as a file of its own name, synced when this resolves; when it rejects, nothing is left. A task that
 * is run again, as its thread was lost, writes another file: what the lost one may still write harms nobody.
 */
export async function writePart(
  files: FileSystem,
  target: PartTarget,
  partition: number,
  open: (sink: ByteSink, part: OpenPartInfo) => Promise<PartWriter>,
  feed: (writer: PartWriter) => Promise<void>,
): Promise<WrittenPart> {
  const { temporary, directory } = target;
  const name = `${target.prefix}${String(partition).padStart(5, '0')}`;
  const { file, path } = await newFile(files, `${temporary}/${name}`);
  try {
    const sink = new FileSink(file);
    const writer = await open(sink, { name, directory });
    await feed(writer);
    await writer.close();
    await sink.flush();
    await file.sync();
    await file.close();
  } catch (error) {
    // Whatever closing and removing meet: the first failure is the one to report.
    await file.close().catch(() => {});
    await files.remove(path).catch(() => {});
    throw error;
  }
  return { name, file: path.slice(temporary.length + 1) };
}

async function newFile(files: FileSystem, path: string): Promise<{ file: DiskFile; path: string }> {
  for (let attempt = 0; ; attempt++) {
    const own = `${path}.${attempt}`;
    try {
      return { file: await files.create(own), path: own };
    } catch (error) {
      if (errnoOf(error) !== 'EEXIST' || attempt >= ATTEMPTS_MAX) throw error;
    }
  }
}

/** Small writes are gathered to this size: each is a call of the system otherwise. */
const GATHER_BYTES = 64 * 1024;

class FileSink implements ByteSink {
  position = 0;
  private readonly gathered = new Uint8Array(GATHER_BYTES);
  private gatheredBytes = 0;

  constructor(private readonly file: DiskFile) {}

  async write(bytes: Uint8Array): Promise<void> {
    if (this.gatheredBytes + bytes.length > GATHER_BYTES) await this.flush();
    if (bytes.length > GATHER_BYTES) await writeAll(this.file, bytes, this.position);
    else {
      this.gathered.set(bytes, this.gatheredBytes);
      this.gatheredBytes += bytes.length;
    }
    this.position += bytes.length;
  }

  async flush(): Promise<void> {
    const { gathered, gatheredBytes, position } = this;
    if (gatheredBytes === 0) return;
    await writeAll(this.file, gathered.subarray(0, gatheredBytes), position - gatheredBytes);
    this.gatheredBytes = 0;
  }
}

/** The settings of an output as plain data, and back. */
export const confOf = (entries: Readonly<Record<string, string>>): FormatConf => ({
  get: (key) => entries[key] ?? null,
});
