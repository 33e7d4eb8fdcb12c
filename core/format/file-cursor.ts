import type { DiskFile } from '../storage/disk.ts';
import { DataReader } from './data-bytes.ts';
import { fileCorrupt, READ_BYTES, recordTooLarge } from './file-bytes.ts';

/** A window over a file that moves forward: what is asked for is checked against the file's length before memory is given to it. */
export class FileCursor {
  private buffer = Buffer.alloc(0);
  private at = 0;
  /** Of the first byte of `buffer`. */
  private base: number;

  private constructor(
    readonly path: string,
    private readonly file: DiskFile,
    readonly sizeBytes: number,
    start: number,
    private readonly bytesMax: number,
  ) {
    this.base = start;
  }

  static async over(path: string, file: DiskFile, start: number, bytesMax: number): Promise<FileCursor> {
    return new FileCursor(path, file, await file.sizeBytes(), start, bytesMax);
  }

  /** Where the next byte stands in the file. */
  get position(): number {
    return this.base + this.at;
  }

  get left(): number {
    return this.sizeBytes - this.position;
  }

  /** Whether `count` bytes are here already: then `take` needs no `need`. */
  has(count: number): boolean {
    return this.buffer.length - this.at >= count;
  }

  seek(position: number): void {
    this.buffer = Buffer.alloc(0);
    this.at = 0;
    this.base = position;
  }

  /** Makes `count` bytes available. Throws `FILE_CORRUPT` where the file has fewer left, `RECORD_TOO_LARGE` above the limit. */
  async need(count: number, what: string): Promise<void> {
    if (this.has(count)) return;
    if (count > this.left) {
      throw fileCorrupt(this.path, this.position, `${what} of ${count} bytes, and the file ends after ${this.left}`);
    }
    if (count > this.bytesMax) {
      throw recordTooLarge(this.path, this.position, `${what} of ${count} bytes, at most ${this.bytesMax} are read`);
    }
    await this.fill(count);
    if (!this.has(count))
      throw fileCorrupt(this.path, this.position, `${what}: the file became shorter while it was read`);
  }

  /** As many of `count` bytes as the file has. */
  async fill(count: number): Promise<void> {
    const held = this.buffer.subarray(this.at);
    const wanted = Math.min(Math.max(count, READ_BYTES) - held.length, this.left - held.length);
    if (wanted <= 0) return;
    const next = Buffer.allocUnsafe(held.length + wanted);
    held.copy(next);
    const read = await this.file.read(next.subarray(held.length), this.position + held.length);
    this.base = this.position;
    this.at = 0;
    this.buffer = next.subarray(0, held.length + read);
  }

  /** The next bytes, which are here: a view that stays as it is. */
  take(count: number): Buffer {
    const bytes = this.buffer.subarray(this.at, this.at + count);
    this.at += count;
    return bytes;
  }

  /** What is here of the next `count` bytes, left in place. */
  peek(count: number): Buffer {
    return this.buffer.subarray(this.at, this.at + count);
  }

  /** An `int` that is here. */
  int32(): number {
    const value = this.buffer.readInt32BE(this.at);
    this.at += 4;
    return value;
  }

  /** Over the next bytes that are here; `skip` says how many of them were used. */
  reader(count: number): DataReader {
    return new DataReader(this.peek(count));
  }

  skip(count: number): void {
    this.at += count;
  }
}
