import { type Codec, defaultCodec } from '../data/index.ts';
import { DStreamsError, messageOf } from '../errors.ts';
import type { ByteSink, PartInfo } from './output-format.ts';
import type { FileSplit, InputFormat, ReadContext } from './input-format.ts';
import { SequenceInput } from './sequence-input.ts';
import { SequenceOutput } from './sequence-output.ts';
import { BytesWritable, NullWritable } from './writables.ts';

/** Records that stand together in one value, as Spark groups them. */
const GROUP = 10;

/** Writes any records that the codec keeps: a sequence file of nothing and groups of ten, each as msgpack. */
export async function objectWriter(sink: ByteSink, part: PartInfo, codec: Codec = defaultCodec) {
  const format = new SequenceOutput({ keyClass: NullWritable.className, valueClass: BytesWritable.className });
  const out = await format.writer(sink, part);
  let group: unknown[] = [];
  const packed = (records: unknown[]) =>
    [NullWritable.get(), new BytesWritable(codec.encodeBlock(records, 'saveAsObjectFile'))] as const;
  return {
    async write(records: readonly unknown[]): Promise<void> {
      const groups: (readonly [NullWritable, BytesWritable])[] = [];
      for (const record of records) {
        group.push(record);
        if (group.length < GROUP) continue;
        groups.push(packed(group));
        group = [];
      }
      await out.write(groups);
    },
    async close(): Promise<void> {
      if (group.length > 0) await out.write([packed(group)]);
      await out.close();
    },
  };
}

/** Reads what `objectWriter` writes; the values are the records. Java's serialized objects, as Spark writes them, are `FILE_CORRUPT`. */
export class ObjectInput implements InputFormat<null, unknown> {
  private readonly sequence = new SequenceInput({ keyClass: 'NullWritable', valueClass: 'BytesWritable' });

  constructor(private readonly codec: Codec = defaultCodec) {}

  isSplittable(): boolean {
    return true;
  }

  async *read(split: FileSplit, context: ReadContext): AsyncGenerator<[null, unknown][]> {
    for await (const values of this.readValues(split, context)) {
      yield values.map((value): [null, unknown] => [null, value]);
    }
  }

  async *readValues(split: FileSplit, context: ReadContext): AsyncGenerator<unknown[]> {
    for await (const groups of this.sequence.read(split, context)) {
      const out: unknown[] = [];
      for (const [, bytes] of groups) {
        for (const value of this.decoded((bytes as BytesWritable).getBytes(), split.path)) out.push(value);
      }
      yield out;
    }
  }

  private decoded(bytes: Uint8Array, path: string): unknown[] {
    try {
      return this.codec.decodeBlock(bytes);
    } catch (error) {
      const isOther = !(error instanceof DStreamsError) || error.code === 'RECORD_CORRUPT';
      const hint = bytes[0] === 0xac && bytes[1] === 0xed ? ' (they are objects that Java serialized)' : '';
      throw new DStreamsError(
        isOther ? 'FILE_CORRUPT' : (error as DStreamsError).code,
        `${path}: its records were not written by saveAsObjectFile of this library${hint}: ${messageOf(error)}`,
        { cause: error, details: { path } },
      );
    }
  }
}
