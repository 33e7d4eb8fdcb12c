import { DStreamsError } from '../errors.ts';
import { decompress } from './compress-bytes.ts';
import { DataReader, MalformedBytes, vintSize } from './data-bytes.ts';
import { fileCorrupt, recordTooLarge } from './file-bytes.ts';
import { FileCursor } from './file-cursor.ts';
import type { FileSplit, InputFormat, ReadContext } from './input-format.ts';
import { HEADER_BYTES_MAX, readHeader, type SequenceHeader, SYNC_BYTES, SYNC_ESCAPE } from './sequence-header.ts';
import type { Writable, WritableClass } from './writable.ts';
import { readWritable, writableNamed, type WritableName } from './writable-classes.ts';

/** A record, or a block before and after it is decompressed, has to fit into memory. */
const RECORD_BYTES_MAX = 256 * 1024 * 1024;
/** Records are given out in arrays of about this many bytes. */
const BATCH_BYTES = 64 * 1024;
const BATCH_RECORDS = 1024;

export interface SequenceInputOptions {
  /** What the keys have to be; a file with others is refused. Default: whatever the file says. */
  readonly keyClass?: WritableName | undefined;
  readonly valueClass?: WritableName | undefined;
  /** Default 256 MiB. */
  readonly recordBytesMax?: number;
}

/**
 * Hadoop's sequence files, version 6: plain, compressed by record or by block, with zlib or gzip. Keys and values are writables. Files may
 * be read in stretches, which begin at sync markers. Every length is checked against what is there before memory is given to it.
 */
export class SequenceInput implements InputFormat<Writable, Writable> {
  private readonly keyClass: WritableClass | undefined;
  private readonly valueClass: WritableClass | undefined;
  private readonly recordBytesMax: number;

  constructor({ keyClass, valueClass, recordBytesMax = RECORD_BYTES_MAX }: SequenceInputOptions = {}) {
    this.keyClass = keyClass === undefined ? undefined : writableNamed(keyClass);
    this.valueClass = valueClass === undefined ? undefined : writableNamed(valueClass);
    this.recordBytesMax = recordBytesMax;
  }

  isSplittable(): boolean {
    return true;
  }

  async *read({ path, start, length }: FileSplit, { files }: ReadContext): AsyncGenerator<[Writable, Writable][]> {
    const file = await files.open(path);
    try {
      const cursor = await FileCursor.over(path, file, 0, this.recordBytesMax);
      // A file without a byte is what a writer left that was never used.
      if (cursor.sizeBytes === 0) return;
      const header = await this.head(cursor);
      const keys = this.classOf(path, 'key', header.keyClass, this.keyClass);
      const values = this.classOf(path, 'value', header.valueClass, this.valueClass);
      if (start > cursor.position) await seekSync(cursor, start, header.sync);
      const end = length === undefined ? cursor.sizeBytes : Math.min(cursor.sizeBytes, start + length);
      const records = new Records(cursor, header, keys, values, this.recordBytesMax);
      if (cursor.position >= end) return;
      yield* header.compression === 'block' ? records.ofBlocks(end) : records.oneByOne(end);
    } finally {
      await file.close();
    }
  }

  private async head(cursor: FileCursor): Promise<SequenceHeader> {
    const { path } = cursor;
    const length = Math.min(cursor.left, HEADER_BYTES_MAX);
    // Nearly always a few hundred bytes: a first look needs no more.
    for (let look = Math.min(length, 4096); ; look = length) {
      await cursor.fill(look);
      const reader = cursor.reader(look);
      try {
        const header = readHeader(reader);
        cursor.skip(reader.position);
        return header;
      } catch (error) {
        if (!(error instanceof MalformedBytes)) throw withPath(error, path);
        if (look === length) throw fileCorrupt(path, reader.position, error.message, error);
      }
    }
  }

  private classOf(path: string, what: string, found: string, wanted: WritableClass | undefined): WritableClass {
    if (wanted !== undefined && wanted.className !== found) {
      throw new DStreamsError(
        'RECORD_CLASS_WRONG',
        `${path}: wrong ${what} class: the file holds ${found}, not ${wanted.className}`,
        { details: { path } },
      );
    }
    try {
      return writableNamed(found);
    } catch (error) {
      throw withPath(error, path);
    }
  }
}

function withPath(error: unknown, path: string): unknown {
  if (!(error instanceof DStreamsError)) return error;
  return new DStreamsError(error.code, `${path}: ${error.message}`, { cause: error, details: { path } });
}

/** Moves on to the first sync marker whose escape stands at `position` or behind it; to the end where there is none. */
async function seekSync(cursor: FileCursor, position: number, sync: Uint8Array): Promise<void> {
  cursor.seek(position + 4);
  while (cursor.left >= SYNC_BYTES) {
    await cursor.fill(SYNC_BYTES);
    const here = cursor.peek(Number.POSITIVE_INFINITY);
    const found = here.indexOf(sync);
    if (found >= 0) {
      cursor.seek(cursor.position + found - 4);
      return;
    }
    // A marker may lie across what was read and what comes.
    if (here.length < SYNC_BYTES) break;
    cursor.skip(here.length - SYNC_BYTES + 1);
  }
  cursor.seek(cursor.sizeBytes);
}

class Records {
  private out: [Writable, Writable][] = [];
  private outBytes = 0;

  constructor(
    private readonly cursor: FileCursor,
    private readonly header: SequenceHeader,
    private readonly keys: WritableClass,
    private readonly values: WritableClass,
    private readonly bytesMax: number,
  ) {}

  /** Up to the first sync marker at `end` or behind it. */
  async *oneByOne(end: number): AsyncGenerator<[Writable, Writable][]> {
    const { cursor, header } = this;
    while (cursor.left > 0) {
      const at = cursor.position;
      if (!cursor.has(4)) await cursor.need(4, 'the length of a record');
      const length = cursor.int32();
      if (length === SYNC_ESCAPE) {
        await this.sync();
        if (at >= end) break;
        continue;
      }
      if (!cursor.has(4)) await cursor.need(4, 'the length of a key');
      const keyLength = cursor.int32();
      if (length < 0 || keyLength < 0 || keyLength > length) {
        throw fileCorrupt(cursor.path, at, `a record of ${length} bytes with a key of ${keyLength}`);
      }
      if (!cursor.has(length)) await cursor.need(length, 'a record');
      const key = this.parse(this.keys, cursor.take(keyLength), at);
      const bytes = cursor.take(length - keyLength);
      const plain = header.codec === undefined ? bytes : await this.inflate(bytes, at);
      this.push(key, this.parse(this.values, plain, at), length);
      if (this.isFull()) yield this.flush();
    }
    if (this.out.length > 0) yield this.flush();
  }

  async *ofBlocks(end: number): AsyncGenerator<[Writable, Writable][]> {
    const { cursor } = this;
    while (cursor.left > 0) {
      const at = cursor.position;
      await cursor.need(4, 'the length of a block');
      if (cursor.int32() !== SYNC_ESCAPE) throw fileCorrupt(cursor.path, at, 'a block begins without a sync marker');
      await this.sync();
      if (at >= end) break;
      const count = await this.vint('the number of records of a block');
      const keyLengths = new DataReader(await this.buffer('the lengths of keys'));
      const keyBytes = new DataReader(await this.buffer('the keys'));
      const valueLengths = new DataReader(await this.buffer('the lengths of values'));
      const valueBytes = new DataReader(await this.buffer('the values'));
      for (let i = 0; i < count; i++) {
        const key = this.next(this.keys, keyLengths, keyBytes, at);
        const value = this.next(this.values, valueLengths, valueBytes, at);
        this.push(key.writable, value.writable, key.length + value.length);
        if (this.isFull()) yield this.flush();
      }
      const left = keyLengths.left + keyBytes.left + valueLengths.left + valueBytes.left;
      if (left > 0) throw fileCorrupt(cursor.path, at, `${left} bytes are left of a block of ${count} records`);
    }
    if (this.out.length > 0) yield this.flush();
  }

  private next(type: WritableClass, lengths: DataReader, bytes: DataReader, at: number) {
    try {
      const length = lengths.vint();
      return { length, writable: readWritable(type, new DataReader(bytes.bytes(length))) };
    } catch (error) {
      throw this.located(error, at);
    }
  }

  private async sync(): Promise<void> {
    const { cursor, header } = this;
    const at = cursor.position;
    await cursor.need(SYNC_BYTES, 'a sync marker');
    if (Buffer.compare(cursor.take(SYNC_BYTES), header.sync) !== 0) {
      throw fileCorrupt(cursor.path, at, 'this is not the sync marker of the file');
    }
  }

  /** A compressed part of a block, decompressed. */
  private async buffer(what: string): Promise<Uint8Array> {
    const { cursor } = this;
    const at = cursor.position;
    const length = await this.vint(what);
    await cursor.need(length, what);
    return this.inflate(cursor.take(length), at);
  }

  private async vint(what: string): Promise<number> {
    const { cursor } = this;
    const at = cursor.position;
    await cursor.need(1, what);
    const size = vintSize(cursor.peek(1)[0]!);
    await cursor.need(size, what);
    try {
      const value = cursor.reader(size).vint();
      if (value < 0) throw new MalformedBytes(`${what}: ${value}`);
      cursor.skip(size);
      return value;
    } catch (error) {
      throw this.located(error, at);
    }
  }

  private async inflate(bytes: Uint8Array, at: number): Promise<Uint8Array> {
    try {
      return await decompress(this.header.codec!, bytes, this.bytesMax);
    } catch (error) {
      const { code, message } = error as { code?: string; message?: string };
      if (code !== 'ERR_BUFFER_TOO_LARGE')
        throw fileCorrupt(this.cursor.path, at, `cannot be decompressed: ${message}`, error);
      throw recordTooLarge(this.cursor.path, at, `more than ${this.bytesMax} bytes when decompressed`);
    }
  }

  private parse(type: WritableClass, bytes: Uint8Array, at: number): Writable {
    try {
      return readWritable(type, new DataReader(bytes));
    } catch (error) {
      throw this.located(error, at);
    }
  }

  private located(error: unknown, at: number): unknown {
    return error instanceof MalformedBytes ? fileCorrupt(this.cursor.path, at, error.message, error) : error;
  }

  private push(key: Writable, value: Writable, bytes: number): void {
    this.out.push([key, value]);
    this.outBytes += bytes;
  }

  private isFull(): boolean {
    return this.outBytes >= BATCH_BYTES || this.out.length >= BATCH_RECORDS;
  }

  private flush(): [Writable, Writable][] {
    const { out } = this;
    this.out = [];
    this.outBytes = 0;
    return out;
  }
}
