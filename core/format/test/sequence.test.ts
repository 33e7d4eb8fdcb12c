import { expect } from 'chai';
import fc from 'fast-check';
import { isDStreamsError } from '../../errors.ts';
import {
  BooleanWritable,
  BytesWritable,
  DEFLATE,
  DoubleWritable,
  FloatWritable,
  fromWritable,
  GZIP,
  IntWritable,
  LongWritable,
  NO_CONF,
  NullWritable,
  SequenceInput,
  SequenceOutput,
  type SequenceOutputOptions,
  splitFiles,
  Text,
  VIntWritable,
  VLongWritable,
} from '../index.ts';
import { codeOf, filesOf, recordsOf } from './files.ts';

type Pairs = readonly (readonly [unknown, unknown])[];

/** The bytes of a file of these records. */
async function written(options: SequenceOutputOptions, ...batches: Pairs[]): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  const sink = {
    position: 0,
    async write(bytes: Uint8Array) {
      pieces.push(Uint8Array.from(bytes));
      sink.position += bytes.length;
    },
  };
  const part = { name: 'part-00000', directory: '/out', conf: NO_CONF };
  const writer = await new SequenceOutput(options).writer(sink, part);
  for (const batch of batches) await writer.write(batch);
  await writer.close();
  return Buffer.concat(pieces);
}

async function read(bytes: Uint8Array, options = {}): Promise<unknown[][]> {
  const records = await recordsOf(new SequenceInput(options), await filesOf({ a: bytes }), 'a');
  return records.map((pair) => pair.map(fromWritable));
}

const LAYOUTS: { name: string; options: SequenceOutputOptions }[] = [
  { name: 'plain', options: {} },
  ...(['record', 'block'] as const).flatMap((compression) =>
    [DEFLATE, GZIP].map((codec) => ({ name: `${compression}, ${codec.kind}`, options: { compression, codec } })),
  ),
];

const VALUES: { name: string; type: { of(x: never): unknown; className: string }; values: fc.Arbitrary<unknown> }[] = [
  { name: 'Text', type: Text, values: fc.string({ unit: 'grapheme' }) },
  { name: 'IntWritable', type: IntWritable, values: fc.integer() },
  { name: 'VIntWritable', type: VIntWritable, values: fc.integer() },
  { name: 'LongWritable', type: LongWritable, values: fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n) },
  { name: 'VLongWritable', type: VLongWritable, values: fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n) },
  { name: 'DoubleWritable', type: DoubleWritable, values: fc.double() },
  { name: 'FloatWritable', type: FloatWritable, values: fc.float() },
  { name: 'BooleanWritable', type: BooleanWritable, values: fc.boolean() },
  { name: 'BytesWritable', type: BytesWritable, values: fc.uint8Array() },
  { name: 'NullWritable', type: NullWritable, values: fc.constant(null) },
];

/** One value has one form: bigint only where a number is not exact. */
const exact = (x: unknown): unknown => (typeof x === 'bigint' && Number.isSafeInteger(Number(x)) ? Number(x) : x);

describe('a sequence file', () => {
  for (const { name, options } of LAYOUTS) {
    for (const { name: type, type: valueClass, values } of VALUES) {
      it(`keeps ${type} (${name})`, () =>
        fc.assert(
          fc.asyncProperty(fc.array(fc.tuple(fc.string(), values), { maxLength: 40 }), async (pairs) => {
            const bytes = await written({ ...options, keyClass: Text, valueClass: valueClass.className }, pairs);
            expect(await read(bytes)).to.deep.equal(pairs.map(([k, v]) => [k, exact(v)]));
          }),
          { numRuns: 15 },
        ));
    }

    it(`is read in any stretches, each record once (${name})`, async () => {
      const pairs = Array.from({ length: 3000 }, (_, i): [number, string] => [i, `${i}`.repeat(i % 90)]);
      const content = await written({ ...options, keyClass: IntWritable, valueClass: Text }, pairs);
      const files = await filesOf({ a: content });
      for (const splitsMin of [1, 2, 3, 7, 50]) {
        const found: unknown[] = [];
        for (const split of splitFiles(await files.list('/home'), new SequenceInput(), splitsMin)) {
          for (const [key] of await recordsOf(new SequenceInput(), files, 'a', split)) found.push(fromWritable(key));
        }
        expect(found).to.deep.equal(pairs.map(([key]) => key));
      }
    });

    it(`has the same bytes for the same records (${name})`, async () => {
      const pairs: Pairs = [
        ['a', 1],
        ['b', 2],
      ];
      expect(Buffer.compare(await written(options, pairs), await written(options, [pairs[0]!], [pairs[1]!]))).to.equal(
        0,
      );
    });

    it(`is read to its end or refused, whatever was done to it (${name})`, async () => {
      const pairs = Array.from({ length: 60 }, (_, i): [string, number] => [`key ${i}`, i]);
      const content = await written(options, pairs);
      const damage = fc.record({
        cut: fc.integer({ min: 0, max: content.length }),
        flips: fc.array(fc.tuple(fc.nat(content.length - 1), fc.integer({ min: 1, max: 255 })), { maxLength: 4 }),
      });
      await fc.assert(
        fc.asyncProperty(damage, async ({ cut, flips }) => {
          const bytes = Uint8Array.from(content);
          for (const [at, mask] of flips) bytes[at]! ^= mask;
          try {
            await read(bytes.subarray(0, cut));
          } catch (error) {
            const codes = ['FILE_CORRUPT', 'RECORD_TOO_LARGE', 'UNSUPPORTED'] as const;
            if (!codes.some((code) => isDStreamsError(error, code))) throw error;
            expect(String(error)).to.contain('/home/a');
          }
        }),
        { numRuns: 300 },
      );
    });
  }

  it('allocates nothing for lengths that it cannot have', async () => {
    const content = Buffer.from(await written({ keyClass: Text, valueClass: Text }, [['a', 'b']]));
    const at = content.length - 12; // length, key length, two texts of two bytes
    content.writeInt32BE(2 ** 31 - 1, at);
    expect(await codeOf(read(content))).to.equal('FILE_CORRUPT');
    content.writeInt32BE(-5, at);
    expect(await codeOf(read(content))).to.equal('FILE_CORRUPT');
  });

  it('refuses what would be too large when decompressed', async () => {
    const content = await written({ compression: 'record', keyClass: Text, valueClass: Text }, [
      ['a', 'x'.repeat(9999)],
    ]);
    expect(await codeOf(read(content, { recordBytesMax: 5000 }))).to.equal('RECORD_TOO_LARGE');
    const blocks = await written({ compression: 'block', keyClass: Text, valueClass: Text }, [['a', 'x'.repeat(9999)]]);
    expect(await codeOf(read(blocks, { recordBytesMax: 5000 }))).to.equal('RECORD_TOO_LARGE');
  });

  it('takes classes from the first record, as PySpark does', async () => {
    const cases: [unknown, string][] = [
      ['a', 'Text'],
      [1, 'IntWritable'],
      [2 ** 40, 'LongWritable'],
      [1.5, 'DoubleWritable'],
      [true, 'BooleanWritable'],
      [null, 'NullWritable'],
      [new Uint8Array([1]), 'BytesWritable'],
      [new FloatWritable(1), 'FloatWritable'],
    ];
    for (const [value, name] of cases) {
      const bytes = await written({}, [['k', value]]);
      expect(Buffer.from(bytes).toString('latin1')).to.contain(`org.apache.hadoop.io.${name}`);
    }
  });

  it('refuses a record of another class than its file', async () => {
    expect(await codeOf(written({}, [['a', 1]], [['b', 2.5]]))).to.equal('RECORD_CLASS_WRONG');
    expect(await codeOf(written({ keyClass: IntWritable }, [[new Text('a'), 1]]))).to.equal('RECORD_CLASS_WRONG');
    expect(await codeOf(written({}, [['a', {}]]))).to.equal('RECORD_CLASS_WRONG');
  });

  it('refuses a file of other classes than were asked for', async () => {
    const bytes = await written({}, [['a', 1]]);
    expect(await codeOf(read(bytes, { keyClass: 'IntWritable' }))).to.equal('RECORD_CLASS_WRONG');
    expect(await read(bytes, { keyClass: Text, valueClass: 'org.apache.hadoop.io.IntWritable' })).to.deep.equal([
      ['a', 1],
    ]);
  });

  for (const [name, content] of [
    ['text', 'no sequence file at all'],
    ['an older version', 'SEQ\x04'],
    ['three letters', 'SEQ'],
  ] as const) {
    it(`is not ${name}`, async () => expect(await codeOf(read(Buffer.from(content)))).to.equal('FILE_CORRUPT'));
  }

  it('may be empty', async () => {
    expect(await read(new Uint8Array(0))).to.deep.equal([]);
    expect(await read(await written({ compression: 'block' }))).to.deep.equal([]);
  });
});
