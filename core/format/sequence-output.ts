import { createHash } from 'node:crypto';
import { DEFLATE } from './compression.ts';
import { compress } from './compress-bytes.ts';
import { DataWriter } from './data-bytes.ts';
import type { CompressionCodec } from './compression.ts';
import type { ByteSink, OutputFormat, PartInfo, RecordWriter } from './output-format.ts';
import { SYNC_BYTES, SYNC_ESCAPE, type SequenceHeader, writeHeader } from './sequence-header.ts';
import type { WritableClass } from './writable.ts';
import { toWritable, writableFor, writableNamed, type WritableName } from './writable-classes.ts';
import { NullWritable } from './writables.ts';

/** A marker about this often, as Hadoop has it: where a reader of a part of the file may begin. */
const SYNC_INTERVAL_BYTES = 100 * 1024;
/** Keys and values of this size together make a block (`io.seqfile.compress.blocksize`). */
const BLOCK_BYTES = 1_000_000;
/** Handed on to the file in pieces of about this size. */
const FLUSH_BYTES = 64 * 1024;

export interface SequenceOutputOptions {
  /** Default: the classes of the first record of each part. */
  readonly keyClass?: WritableName | undefined;
  readonly valueClass?: WritableName | undefined;
  /** Default `none`. */
  readonly compression?: SequenceHeader['compression'];
  /** Default: Hadoop's DefaultCodec, which is zlib. */
  readonly codec?: CompressionCodec;
}

/** Hadoop's sequence files, version 6. Equal records give equal bytes: the sync marker comes from the part's path and classes. */
export class SequenceOutput implements OutputFormat<unknown, unknown> {
  private readonly keyClass: WritableClass | undefined;
  private readonly valueClass: WritableClass | undefined;
  private readonly compression: SequenceHeader['compression'];
  private readonly codec: CompressionCodec | undefined;

  constructor({ keyClass, valueClass, compression = 'none', codec = DEFLATE }: SequenceOutputOptions = {}) {
    this.keyClass = keyClass === undefined ? undefined : writableNamed(keyClass);
    this.valueClass = valueClass === undefined ? undefined : writableNamed(valueClass);
    this.compression = compression;
    this.codec = compression === 'none' ? undefined : codec;
  }

  async writer(sink: ByteSink, part: PartInfo): Promise<RecordWriter<unknown, unknown>> {
    return new LateWriter((key, value) => {
      const keys = this.keyClass ?? writableFor(key);
      const values = this.valueClass ?? writableFor(value);
      const { compression, codec } = this;
      const [keyClass, valueClass] = [keys.className, values.className];
      const sync = syncMarker([part.directory, part.name, keyClass, valueClass, compression, codec?.className ?? '']);
      const header: SequenceHeader = { keyClass, valueClass, compression, codec, sync };
      return compression === 'block'
        ? new BlockWriter(sink, header, keys, values)
        : new PlainWriter(sink, header, keys, values);
    });
  }
}

/** Unlike Hadoop's, which is random: a batch that is written again leaves the same bytes. */
function syncMarker(parts: readonly string[]): Uint8Array {
  return createHash('sha256').update(parts.join('\n')).digest().subarray(0, SYNC_BYTES);
}

/** Waits for the first record, whose classes may be the file's. */
class LateWriter implements RecordWriter<unknown, unknown> {
  private writer: PlainWriter | BlockWriter | undefined;

  constructor(private readonly open: (key: unknown, value: unknown) => PlainWriter | BlockWriter) {}

  async write(records: readonly (readonly [unknown, unknown])[]): Promise<void> {
    if (records.length === 0) return;
    this.writer ??= this.open(records[0]![0], records[0]![1]);
    return this.writer.write(records);
  }

  async close(): Promise<void> {
    const nothing = NullWritable.get();
    await (this.writer ?? this.open(nothing, nothing)).close();
  }
}

/** One record after the other, values compressed or not. */
class PlainWriter implements RecordWriter<unknown, unknown> {
  private readonly out = new DataWriter(FLUSH_BYTES * 2);
  private readonly scratch = new DataWriter();
  private syncedAt = 0;

  constructor(
    private readonly sink: ByteSink,
    private readonly header: SequenceHeader,
    private readonly keys: WritableClass,
    private readonly values: WritableClass,
  ) {
    writeHeader(this.out, header);
    this.syncedAt = this.out.length;
  }

  async write(records: readonly (readonly [unknown, unknown])[]): Promise<void> {
    const { out, scratch, header } = this;
    for (let i = 0; i < records.length; i++) {
      const [key, value] = records[i]!;
      scratch.clear();
      toWritable(key, this.keys, 'key').write(scratch);
      const keyLength = scratch.length;
      toWritable(value, this.values, 'value').write(scratch);
      this.mark();
      if (header.codec === undefined) {
        out.int32(scratch.length);
        out.int32(keyLength);
        out.bytes(scratch.view());
      } else {
        const packed = await compress(header.codec, scratch.view().subarray(keyLength));
        out.int32(keyLength + packed.length);
        out.int32(keyLength);
        out.bytes(scratch.view().subarray(0, keyLength));
        out.bytes(packed);
      }
      if (out.length >= FLUSH_BYTES) await flush(out, this.sink);
    }
  }

  close(): Promise<void> {
    return flush(this.out, this.sink);
  }

  private mark(): void {
    const position = this.sink.position + this.out.length;
    if (position < this.syncedAt + SYNC_INTERVAL_BYTES) return;
    writeSync(this.out, this.header);
    this.syncedAt = position;
  }
}

/** Many records together: lengths of keys, keys, lengths of values, values, each compressed. */
class BlockWriter implements RecordWriter<unknown, unknown> {
  private readonly out = new DataWriter(FLUSH_BYTES);
  private readonly keyLengths = new DataWriter();
  private readonly keyBytes = new DataWriter();
  private readonly valueLengths = new DataWriter();
  private readonly valueBytes = new DataWriter();
  private count = 0;

  constructor(
    private readonly sink: ByteSink,
    private readonly header: SequenceHeader,
    private readonly keys: WritableClass,
    private readonly values: WritableClass,
  ) {
    writeHeader(this.out, header);
  }

  async write(records: readonly (readonly [unknown, unknown])[]): Promise<void> {
    const { keyBytes, keyLengths, valueBytes, valueLengths } = this;
    for (let i = 0; i < records.length; i++) {
      const [key, value] = records[i]!;
      const keyAt = keyBytes.length;
      toWritable(key, this.keys, 'key').write(keyBytes);
      keyLengths.vint(keyBytes.length - keyAt);
      const valueAt = valueBytes.length;
      toWritable(value, this.values, 'value').write(valueBytes);
      valueLengths.vint(valueBytes.length - valueAt);
      this.count++;
      if (keyBytes.length + valueBytes.length >= BLOCK_BYTES) await this.endBlock();
    }
  }

  async close(): Promise<void> {
    if (this.count > 0) await this.endBlock();
    await flush(this.out, this.sink);
  }

  private async endBlock(): Promise<void> {
    const { out, header } = this;
    writeSync(out, header);
    out.vint(this.count);
    for (const part of [this.keyLengths, this.keyBytes, this.valueLengths, this.valueBytes]) {
      const packed = await compress(header.codec!, part.view());
      out.vint(packed.length);
      out.bytes(packed);
      part.clear();
    }
    this.count = 0;
    await flush(out, this.sink);
  }
}

function writeSync(out: DataWriter, { sync }: SequenceHeader): void {
  out.int32(SYNC_ESCAPE);
  out.bytes(sync);
}

async function flush(out: DataWriter, sink: ByteSink): Promise<void> {
  if (out.length > 0) await sink.write(out.view());
  out.clear();
}
