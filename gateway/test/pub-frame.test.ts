import { expect } from 'chai';
import fc from 'fast-check';
import { Packr } from 'msgpackr';
import { decodeEntries, encodeEntries, type LogEntry } from '../ingress/entry.ts';
import { recordAt } from '../ingress/records.ts';
import { MSGPACK_CODEC } from '../protocol/codec.ts';
import { type PubFrame, pubFrameOf } from '../protocol/pub-frame.ts';
import { PubMsgpackReader } from '../protocol/pub-msgpack.ts';

const packr = new Packr({ useRecords: false, mapsAsObjects: true, variableMapSize: true, encodeUndefinedAsNil: true });
const BOUNDS = { depthMax: 32, itemsMax: 10_000 };

/** What a frame says, in whatever way its records are kept. */
const told = ({ id, stream, pe, seq, ack, records }: PubFrame) => {
  const { length = 0, isWhole, values, keys } = records ?? {};
  const list = Array.from({ length }, (_, i) => recordAt(records!, i) as { k?: unknown; v?: unknown });
  return { id, stream, pe, seq, ack, isWhole, values, keys, records: list.map((record) => [record?.k, record?.v]) };
};

/** What the way for any frame gives. */
function slowly(bytes: Uint8Array, bounds = BOUNDS): unknown {
  try {
    return told(pubFrameOf(MSGPACK_CODEC.decode(bytes, bounds) as object));
  } catch (error) {
    return error;
  }
}

const scalar = fc.oneof(
  fc.string({ maxLength: 12 }),
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.integer(),
  fc.integer({ min: -200, max: 70_000 }),
  fc.double(),
  fc.boolean(),
  fc.constant(null),
);
const plainRecord = fc.oneof(fc.record({ v: scalar }), fc.record({ k: scalar, v: scalar }));
const anyRecord = fc.oneof(
  plainRecord,
  fc.record({ v: fc.oneof(fc.object({ maxDepth: 2 }), fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n)), ts: fc.integer() }),
  fc.record({ k: scalar }),
  scalar,
);
const frameOf = (record: fc.Arbitrary<unknown>) =>
  fc.record(
    {
      t: fc.constant('pub'),
      id: fc.oneof(fc.nat(), fc.string({ maxLength: 40 })),
      stream: fc.constant('clicks'),
      pe: fc.nat(),
      seq: fc.integer({ min: 1, max: 2 ** 31 }),
      records: fc.array(record, { maxLength: 40 }),
      ack: fc.constantFrom('durable', 'memory'),
    },
    { requiredKeys: ['t', 'id', 'stream', 'records'] },
  );

describe('a pub frame of msgpack', () => {
  it('is read in one pass as it would be decoded, where its records are scalars', () =>
    fc.assert(
      fc.property(frameOf(plainRecord), (message) => {
        const bytes = packr.pack(message);
        const fast = new PubMsgpackReader().read(bytes, BOUNDS);
        expect(fast, 'is not read in one pass').to.not.equal(undefined);
        expect(told(fast!)).to.deep.equal(slowly(bytes));
      }),
    ));

  it('is left to the other way, or is the same, whatever it is', () =>
    fc.assert(
      fc.property(frameOf(anyRecord), fc.nat(), fc.nat(255), fc.nat(), (message, at, byte, cut) => {
        const whole = Buffer.from(packr.pack(message));
        const changed = Buffer.from(whole);
        changed[at % whole.length] = byte;
        for (const bytes of [whole, changed, whole.subarray(0, cut % whole.length)]) {
          const fast = new PubMsgpackReader().read(bytes, BOUNDS);
          if (fast === undefined) continue;
          expect(told(fast)).to.deep.equal(slowly(bytes));
        }
      }),
    ));

  it('is left to the other way when it is beyond the bounds', () => {
    const bytes = packr.pack({ t: 'pub', id: 1, stream: 's', records: [{ v: 1 }, { v: 2 }] });
    const items = 1 + 4 * 2 + 2 * 3;
    expect(new PubMsgpackReader().read(bytes, { depthMax: 3, itemsMax: items })).to.not.equal(undefined);
    expect(new PubMsgpackReader().read(bytes, { depthMax: 3, itemsMax: items - 1 })).to.equal(undefined);
    expect(new PubMsgpackReader().read(bytes, { depthMax: 2, itemsMax: items })).to.equal(undefined);
    expect(slowly(bytes, { depthMax: 3, itemsMax: items })).to.not.be.instanceOf(Error);
    expect(slowly(bytes, { depthMax: 3, itemsMax: items - 1 })).to.be.instanceOf(Error);
    expect(slowly(bytes, { depthMax: 2, itemsMax: items })).to.be.instanceOf(Error);
  });
});

describe('a reader of pub frames', () => {
  const frame = (text: (i: number) => string) =>
    packr.pack({ t: 'pub', id: 1, stream: 's', records: Array.from({ length: 20 }, (_, i) => ({ v: text(i) })) });

  it('leaves texts that do not come again to the library, and then tries anew', () => {
    const reader = new PubMsgpackReader();
    let next = 0;
    const isRead = Array.from(
      { length: 65 },
      () =>
        reader.read(
          frame(() => `text ${next++}`),
          BOUNDS,
        ) !== undefined,
    );
    expect(isRead.flatMap((read, i) => (read ? [i] : []))).to.deep.equal([0, 32, 64]);
  });

  it('gives texts that come again as they are, short ones and long ones, whatever stood in their slot', () => {
    const reader = new PubMsgpackReader();
    for (let round = 0; round < 3; round++) {
      for (const length of [0, 1, 4, 5, 8, 9, 31, 32, 33, 255]) {
        const texts = Array.from({ length: 4 }, (_, i) => String.fromCharCode(97 + i).repeat(length));
        const found = reader.read(
          frame((i) => texts[i % 4]!),
          BOUNDS,
        );
        if (found !== undefined) expect(found.records!.values.slice(0, 4)).to.deep.equal(texts);
      }
    }
  });
});

describe('frames in the log', () => {
  const entry = fc.record({
    codec: fc.constantFrom<'json' | 'msgpack'>('json', 'msgpack'),
    producer: fc.option(fc.string({ minLength: 1, maxLength: 20 }), { nil: undefined }),
    epoch: fc.nat(),
    seq: fc.nat(),
    skip: fc.nat(100),
    frame: fc.uint8Array({ minLength: 1, maxLength: 50 }),
  });

  it('come back as they went in, many in a record', () =>
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 5 }), (entries: LogEntry[]) => {
        const back = decodeEntries(encodeEntries(entries)).map((e) => ({ ...e, frame: new Uint8Array(e.frame) }));
        expect(back).to.deep.equal(entries);
      }),
    ));

  it('are read as the first version wrote them', () => {
    const head = Buffer.alloc(24);
    head[0] = 1;
    head[1] = 1;
    head.writeUInt32LE(3, 2);
    head.writeDoubleLE(7, 6);
    head.writeDoubleLE(41, 14);
    head.writeUInt16LE(2, 22);
    const [found, ...others] = decodeEntries(Buffer.concat([head, Buffer.from('p1'), Buffer.from([0x80])]));
    expect(others).to.deep.equal([]);
    expect({ ...found, frame: [...found!.frame] }).to.deep.equal({
      codec: 'msgpack',
      producer: 'p1',
      epoch: 7,
      seq: 41,
      skip: 3,
      frame: [0x80],
    });
  });

  it('are none where the bytes are something else', () => {
    expect(decodeEntries(new Uint8Array(0))).to.deep.equal([]);
    expect(decodeEntries(Buffer.from([9, 1, 2, 3]))).to.deep.equal([]);
  });
});
