import { isUtf8 } from 'node:buffer';
import { expect } from 'chai';
import fc from 'fast-check';
import { Packr } from 'msgpackr';
import { decodeEntries, encodeEntries, type LogEntry } from '../ingress/entry.ts';
import { recordAt } from '../ingress/records.ts';
import { type FrameCodec, JSON_CODEC, MSGPACK_CODEC } from '../protocol/codec.ts';
import { type PubFrame, pubFrameOf } from '../protocol/pub-frame.ts';
import type { FrameBounds } from '../protocol/scanned.ts';
import { finish, type Steps } from '../protocol/steps.ts';
import { PubJsonReader } from '../protocol/pub-json.ts';
import { PubMsgpackReader } from '../protocol/pub-msgpack.ts';

const packr = new Packr({ useRecords: false, mapsAsObjects: true, variableMapSize: true, encodeUndefinedAsNil: true });
const BOUNDS: FrameBounds = { depthMax: 32, itemsMax: 10_000, recordBytesMax: 100 };

/** What a frame says, in whatever way its records are kept. */
const told = ({ id, stream, pe, seq, ack, records, large }: PubFrame) => {
  const { length = 0, isWhole, values, keys } = records ?? {};
  const list = Array.from({ length }, (_, i) => recordAt(records!, i) as { k?: unknown; v?: unknown });
  return {
    id,
    stream,
    pe,
    seq,
    ack,
    large,
    isWhole,
    values,
    keys,
    records: list.map((record) => [record?.k, record?.v]),
  };
};

interface Kind {
  readonly codec: FrameCodec;
  readonly reader: () => {
    read(bytes: Uint8Array, bounds: FrameBounds, stepBytes?: number): Steps<PubFrame | undefined>;
  };
  /** Ways in which clients write the same frame. */
  readonly encodings: readonly ((message: unknown) => Buffer)[];
}

const spaced = (message: unknown): string => JSON.stringify(message, undefined, 1).replace(/\n */g, ' ');

const KINDS: Readonly<Record<'msgpack' | 'JSON', Kind>> = {
  msgpack: {
    codec: MSGPACK_CODEC,
    reader: () => new PubMsgpackReader(),
    encodings: [(message) => Buffer.from(packr.pack(message))],
  },
  JSON: {
    codec: JSON_CODEC,
    reader: () => new PubJsonReader(),
    encodings: [
      (message) => Buffer.from(JSON.stringify(message)),
      (message) => Buffer.from(JSON.stringify(message, undefined, 2)),
      (message) => Buffer.from(`${spaced(message)}\r\n`),
    ],
  },
};

/** What the way for any frame gives. */
function slowly({ codec }: Kind, bytes: Uint8Array, bounds = BOUNDS): unknown {
  try {
    const scanned = finish(codec.scan(bytes, bounds));
    return told(pubFrameOf(codec.valueOf(bytes, scanned) as object, scanned));
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
const frameOf = (record: fc.Arbitrary<unknown>, id = fc.string({ maxLength: 40 })) =>
  fc.record(
    {
      t: fc.constant('pub'),
      id: fc.oneof(fc.nat(), id),
      stream: fc.constant('clicks'),
      pe: fc.nat(),
      seq: fc.integer({ min: 1, max: 2 ** 31 }),
      records: fc.array(record, { maxLength: 40 }),
      ack: fc.constantFrom('durable', 'memory'),
    },
    { requiredKeys: ['t', 'id', 'stream', 'records'] },
  );

/** JSON has no numbers that are none, and what it escapes is left to the other way. */
const plainJson = fc.oneof(
  fc.stringMatching(/^[ -!#-[\]-~\u00a0-\ud7ff]{0,12}$/),
  fc.stringMatching(/^[a-z$_]{30,40}$/),
  fc.integer(),
  fc.integer({ min: -(2 ** 53), max: 2 ** 53 }),
  fc.double({ min: -1e5, max: 1e5, noNaN: true }).filter((x) => !String(x).includes('e')),
  fc.constantFrom(-0, 0, 123456789012345680, 0.1, -0.5),
  fc.boolean(),
  fc.constant(null),
);
const jsonRecord = fc.oneof(fc.record({ v: plainJson }), fc.record({ k: plainJson, v: plainJson }));

const PLAIN = { msgpack: frameOf(plainRecord), JSON: frameOf(jsonRecord, fc.stringMatching(/^[a-z0-9 ]{0,40}$/)) };
/** JSON has no whole numbers beyond those of JavaScript. */
const ANY = {
  msgpack: frameOf(anyRecord),
  JSON: frameOf(fc.oneof(jsonRecord, fc.record({ v: fc.jsonValue(), ts: fc.nat() }), scalar)),
};

/** So few records say nothing of whether the next frame is worth to be read in one pass. */
const few = <T extends { readonly records: readonly unknown[] }>(frames: fc.Arbitrary<T>) =>
  frames.map((message) => ({ ...message, records: message.records.slice(0, 15) }));

/** One step of each after the other. */
function inTurn<T>(...all: Steps<T>[]): T[] {
  const found: T[] = [];
  while (Object.keys(found).length < all.length) {
    for (const [i, steps] of all.entries()) {
      if (i in found) continue;
      const step = steps.next();
      if (step.done === true) found[i] = step.value;
    }
  }
  return found;
}

for (const name of ['msgpack', 'JSON'] as const) {
  const kind = KINDS[name];
  describe(`a pub frame of ${name}`, () => {
    it('is read in one pass as it would be decoded, where its records are scalars', () =>
      fc.assert(
        fc.property(PLAIN[name], fc.nat(), fc.integer({ min: 4, max: 60 }), (message, encoding, recordBytesMax) => {
          const bytes = kind.encodings[encoding % kind.encodings.length]!(message);
          const bounds = { ...BOUNDS, recordBytesMax };
          const fast = finish(kind.reader().read(bytes, bounds));
          expect(fast, 'is not read in one pass').to.not.equal(undefined);
          expect(told(fast!)).to.deep.equal(slowly(kind, bytes, bounds));
        }),
        { numRuns: 300 },
      ));

    it('is the same in steps, with those of another frame between them', () =>
      fc.assert(
        fc.property(few(PLAIN[name]), few(ANY[name]), fc.integer({ min: 1, max: 60 }), (one, other, stepBytes) => {
          const reader = kind.reader();
          const frames = [one, other].map((message) => kind.encodings[0]!(message));
          const [first, second] = frames.map((bytes) => reader.read(bytes, BOUNDS, stepBytes));
          const found = inTurn(first!, second!);
          const alone = frames.map((bytes) => finish(kind.reader().read(bytes, BOUNDS)));
          expect(found.map((frame) => frame && told(frame))).to.deep.equal(alone.map((frame) => frame && told(frame)));
        }),
        { numRuns: 500 },
      ));

    it('is left to the other way, or is the same, whatever it is', () =>
      fc.assert(
        fc.property(ANY[name], fc.nat(), fc.nat(), fc.nat(255), fc.nat(), (message, encoding, at, byte, cut) => {
          const whole = kind.encodings[encoding % kind.encodings.length]!(message);
          const changed = Buffer.from(whole);
          // Half of the changes to what the form itself is made of.
          changed[at % whole.length] = byte % 2 === 0 ? byte : whole[(at + byte) % whole.length]!;
          for (const bytes of [whole, changed, whole.subarray(0, cut % whole.length)]) {
            // Frames of text are UTF-8 before anybody reads them.
            if (!kind.codec.isBinary && !isUtf8(bytes)) continue;
            const fast = finish(kind.reader().read(bytes, BOUNDS));
            if (fast === undefined) continue;
            expect(told(fast)).to.deep.equal(slowly(kind, bytes));
          }
        }),
        { numRuns: 1000 },
      ));

    it('is left to the other way when it is beyond the bounds', () => {
      const bytes = kind.encodings[0]!({ t: 'pub', id: 1, stream: 's', records: [{ v: 1 }, { v: 2 }] });
      const [items, depthMax] = name === 'msgpack' ? [1 + 4 * 2 + 2 * 3, 3] : [1 + 4 + 4, 3];
      const reads = (bounds: FrameBounds) => finish(kind.reader().read(bytes, bounds)) !== undefined;
      const BEYOND = [
        { depthMax, itemsMax: items - 1 },
        { depthMax: depthMax - 1, itemsMax: items },
      ];
      expect(reads({ depthMax, itemsMax: items })).to.equal(true);
      expect(slowly(kind, bytes, { depthMax, itemsMax: items })).to.not.be.instanceOf(Error);
      for (const bounds of BEYOND) {
        expect(reads(bounds)).to.equal(false);
        expect(slowly(kind, bytes, bounds)).to.be.instanceOf(Error);
      }
    });
  });
}

describe('a pub frame of JSON that is not quite one', () => {
  const WRONG = [
    '{"t":"pub","id":01,"stream":"s","records":[{"v":1}]}',
    '{"t":"pub","id":1,"stream":"s","records":[{"v":-}]}',
    '{"t":"pub","id":1,"stream":"s","records":[{"v":1.}]}',
    '{"t":"pub","id":1,"stream":"s","records":[{"v":.5}]}',
    '{"t":"pub","id":1,"stream":"s","records":[{"v":+1}]}',
    '{"t":"pub","id":1,"stream":"s","records":[{"v":1},]}',
    '{"t":"pub","id":1,"stream":"s","records":[{"v":1,}]}',
    '{"t":"pub","id":1,"stream":"s","records":[{"v":1}]},',
    '{"t":"pub","id":1,"stream":"s","records":[{"v":1}]',
    '{"t":"pub","id":1,"stream":"s","records":[{"v":tru}]}',
    '{"t":"pub","id":1,"stream":"s","records":[{"v":"a\tb"}]}',
    '{"t":"pub","id":1,"stream":"s","records":[{"v" 1}]}',
    '{"t":"pub","id":1,"stream":"s","records":[{}]}',
    '{"t":"pub","id":1,"stream":"s","records":[{"k":1}]}',
    '{"t":"pub","t":"hello","id":1,"stream":"s","records":[{"v":1}]}',
    '{"t":"pub","id":1,"stream":"s","records":[{"v":"a\\u0062"}]}',
    '{"t":"pub","id":1,"stream":"s","records":[{"v":1e3}]}',
    '{"t":"pub","id":1,"stream":"s","records":[{"v":{"$date":1}}]}',
    '{"t":"pub","id":1,"stream":"s","__proto__":1,"records":[{"v":1}]}',
  ];
  for (const text of WRONG) {
    it(`is left to the other way: ${text}`, () => {
      expect(finish(new PubJsonReader().read(Buffer.from(text), BOUNDS))).to.equal(undefined);
    });
  }
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
        finish(
          reader.read(
            frame(() => `text ${next++}`),
            BOUNDS,
          ),
        ) !== undefined,
    );
    expect(isRead.flatMap((read, i) => (read ? [i] : []))).to.deep.equal([0, 32, 64]);
  });

  it('gives texts that come again as they are, short ones and long ones, whatever stood in their slot', () => {
    const reader = new PubMsgpackReader();
    for (let round = 0; round < 3; round++) {
      for (const length of [0, 1, 4, 5, 8, 9, 31, 32, 33, 255]) {
        const texts = Array.from({ length: 4 }, (_, i) => String.fromCharCode(97 + i).repeat(length));
        const found = finish(
          reader.read(
            frame((i) => texts[i % 4]!),
            BOUNDS,
          ),
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
