import { expect } from 'chai';
import fc from 'fast-check';
import { unpack } from 'msgpackr';
import { Subscription } from '../egress/subscription.ts';
import { OutputStream } from '../egress/output-stream.ts';
import { RetainedBatch } from '../egress/retained-batch.ts';
import { type FrameCodec, JSON_CODEC, MSGPACK_CODEC } from '../protocol/codec.ts';
import { encodeParts } from '../protocol/parts.ts';
import { finish } from '../protocol/steps.ts';
import { createTestContext } from '../../testing/index.ts';
import { startGateway } from '../index.ts';
import { closeAll, Peer, turn } from './peer.ts';

const BOUNDS = { depthMax: 100, itemsMax: 1_000_000 };
const listIn = (codec: FrameCodec, bytes: Uint8Array) => codec.decode(bytes, BOUNDS) as unknown[];

describe('the parts of a batch', () => {
  const record = fc.oneof(
    { weight: 8, arbitrary: fc.tuple(fc.string({ maxLength: 8 }), fc.integer()) },
    { weight: 1, arbitrary: fc.string({ minLength: 50, maxLength: 900 }) },
    { weight: 1, arbitrary: fc.constantFrom(null, 1.5, true, [], { a: [1] }) },
  );
  for (const codec of [JSON_CODEC, MSGPACK_CODEC]) {
    it(`hold its records in order, and are as large as they may be (${codec.name})`, () => {
      fc.assert(
        fc.property(
          fc.array(record, { maxLength: 1500, size: 'max' }),
          fc.integer({ min: 20, max: 4000 }),
          fc.integer({ min: 1, max: 700 }),
          (records, bytesMax, recordsMax) => {
            const parts = finish(encodeParts(codec, records, { bytesMax, recordsMax }));
            expect(parts.flatMap(({ bytes }) => listIn(codec, bytes))).to.deep.equal(records);
            // Heads of lists, which stand round what is counted, have up to 5 bytes.
            for (const [i, { bytes, count }] of parts.entries()) {
              expect(listIn(codec, bytes)).to.have.length(count);
              expect(count).to.be.at.most(recordsMax);
              if (count > 1) expect(bytes.length).to.be.at.most(bytesMax + 5);
              const next = parts[i + 1];
              if (next !== undefined && count < recordsMax) {
                expect(bytes.length + next.bytes.length + 5).to.be.above(Math.min(bytesMax, 32_768));
              }
            }
            if (records.length === 0) expect(parts).to.have.length(1);
          },
        ),
        { numRuns: 50 },
      );
    });
  }

  it('are made of fewer records at a time where so many are too long for one text', () => {
    const calls: number[] = [];
    const codec: FrameCodec = Object.create(JSON_CODEC, {
      encodeItems: {
        value: (records: readonly unknown[]) => {
          calls.push(records.length);
          if (records.length > 3) throw new RangeError('Invalid string length');
          return JSON_CODEC.encodeItems(records);
        },
      },
    }) as FrameCodec;
    const records = Array.from({ length: 100 }, (_, i) => i);
    const parts = finish(encodeParts(codec, records, { bytesMax: 10_000, recordsMax: 60 }));
    expect(parts.map(({ count }) => count)).to.deep.equal([60, 40]);
    expect(parts.flatMap(({ bytes }) => listIn(JSON_CODEC, bytes))).to.deep.equal(records);
    expect(Math.max(...calls)).to.equal(60);
  });

  const SMALL = Array.from({ length: 300 }, (_, i) => ['word', i]);
  const LARGE: Readonly<Record<string, unknown>> = {
    'a text': 'x'.repeat(50_000),
    'a list': Array.from({ length: 10_000 }, (_, i) => i),
    'an object': Object.fromEntries(Array.from({ length: 5000 }, (_, i) => [`key${i}`, i])),
    'a map': new Map(Array.from({ length: 5000 }, (_, i) => [`key${i}`, i])),
    bytes: new Uint8Array(50_000),
    'lists within lists': Array.from({ length: 100 }, () => Array.from({ length: 100 }, (_, i) => i)),
  };
  for (const [what, large] of Object.entries(LARGE)) {
    it(`are made in steps of few bytes, or of one record: ${what}`, () => {
      const records = [...SMALL, ...Array.from({ length: 12 }, () => large), ...SMALL, large];
      let calls: { count: number; bytes: number }[] = [];
      const codec: FrameCodec = Object.create(JSON_CODEC, {
        encodeItems: {
          value: (some: readonly unknown[]) => {
            const bytes = JSON_CODEC.encodeItems(some);
            calls.push({ count: some.length, bytes: bytes.length });
            return bytes;
          },
        },
      }) as FrameCodec;
      const steps = encodeParts(codec, records, { bytesMax: 1 << 20, recordsMax: 10_000 });
      for (let step = steps.next(); ; step = steps.next()) {
        expect(calls).to.have.length(1);
        const [{ count, bytes }] = calls as [{ count: number; bytes: number }];
        if (count > 1) expect(bytes).to.be.at.most(32_768);
        calls = [];
        if (step.done === true) break;
      }
    });
  }

  it('have records that have a form, whatever their fields say', () => {
    const shy = Object.defineProperty({ toJSON: () => 'shy' }, 'secret', {
      enumerable: true,
      get: () => {
        throw new Error('nobody looks');
      },
    });
    const [part] = finish(encodeParts(JSON_CODEC, [1, shy, 2], { bytesMax: 1000, recordsMax: 10 }));
    expect(listIn(JSON_CODEC, part!.bytes)).to.deep.equal([1, 'shy', 2]);
  });

  for (const codec of [JSON_CODEC, MSGPACK_CODEC]) {
    it(`have fields of any name (${codec.name})`, () => {
      const words = { constructor: 1, toJSON: 2, hasOwnProperty: 3, valueOf: { constructor: 'x', toJSON: ['y'] } };
      const [part] = finish(encodeParts(codec, [words], { bytesMax: 1000, recordsMax: 10 }));
      // Nobody may send such names to the gateway: a decoder that knows nothing of that.
      const read = codec === JSON_CODEC ? JSON.parse(part!.bytes.toString()) : unpack(part!.bytes);
      expect(read).to.deep.equal([words]);
    });
  }

  it('are refused with what the one record says that has no form', () => {
    const circle: unknown[] = [];
    circle.push(circle);
    const records = [...Array.from({ length: 300 }, (_, i) => i), circle, 1];
    expect(() => finish(encodeParts(JSON_CODEC, records, { bytesMax: 1000, recordsMax: 1000 }))).to.throw(
      'in a circle',
    );
  });
});

describe('a record that no reader could be sent', () => {
  afterEach(closeAll);

  it('fails its batch, and the stream goes on', async () => {
    const t = createTestContext({ batchMs: 1000, onFailure: 'keep' });
    const limits = { frameBytes: 4096, outgoingSoftBytes: 4096, outgoingHardBytes: 8192 };
    const gateway = startGateway(t.ssc, { port: 0, durability: 'memory', limits });
    t.input([['small'], ['x'.repeat(9000)], ['x'.repeat(6000)]]).foreachRDD(gateway.publisher('out'));
    await t.run(2);
    const [failure] = t.failures;
    expect(failure?.error).to.have.property('code', 'RECORD_TOO_LARGE');
    expect(String(failure?.error))
      .to.contain('out')
      .and.contain('2000 ms')
      .and.contain('9004 bytes')
      .and.contain('8192');
    await t.run(1);
    const peer = await Peer.connect({ url: `ws://127.0.0.1:${gateway.port}/` });
    peer.send({ t: 'sub', id: 1, stream: 'out', from: 'earliest' });
    const got = [await peer.next('batch'), await peer.next('gap'), await peer.next('batch')];
    expect(
      got.map(({ batchTime, records }) => [batchTime, (records as string[] | undefined)?.[0]?.length]),
    ).to.deep.equal([
      [1000, 5],
      [undefined, undefined],
      [3000, 6000],
    ]);
    await t.stop();
  });
});

describe('a record that is larger in msgpack', () => {
  afterEach(closeAll);

  it('fails its batch where it is too large for readers of that', async () => {
    const t = createTestContext({ batchMs: 1000, onFailure: 'keep' });
    const limits = { frameBytes: 4096, outgoingSoftBytes: 4096, outgoingHardBytes: 8192 };
    const gateway = startGateway(t.ssc, { port: 0, durability: 'memory', limits });
    // In JSON 1,601 bytes and 4,001, in msgpack 3,603 and 9,003; the list that they stand in has one more, or two.
    const [small, large] = [400, 1000].map((length) => new Array<number>(length).fill(0.5));
    t.input<unknown>([[small], [large], ['last']]).foreachRDD(gateway.publisher('out'));
    await t.run(3);
    expect(t.failures.map(({ error }) => (error as { code?: string }).code)).to.deep.equal(['RECORD_TOO_LARGE']);
    expect(String(t.failures[0]!.error)).to.contain('9004 bytes');
    const peer = await Peer.connect(
      { url: `ws://127.0.0.1:${gateway.port}/` },
      { protocol: MSGPACK_CODEC.subprotocol },
    );
    peer.send({ t: 'sub', id: 1, stream: 'out', from: 'earliest' });
    expect((await peer.next('batch')).records).to.deep.equal([small]);
    await peer.next('gap');
    expect((await peer.next('batch')).records).to.deep.equal(['last']);
    await t.stop();
  });
});

const LIMITS = { frameBytes: 1 << 16, recordsPerFrame: 10_000 };

describe('a large batch', () => {
  const records = Array.from({ length: 50_000 }, (_, i) => [`word${i}`, i]);
  const clock = () => {
    let nowMs = 0;
    let yields = 0;
    return {
      // Each look at it is 2 ms later.
      monotonic: () => (nowMs += 2),
      yield: async () => {
        yields++;
        await turn();
      },
      get yields() {
        return yields;
      },
    };
  };

  it('lets others have the event loop while it is encoded', async () => {
    const slow = clock();
    const batch = await RetainedBatch.inPieces(1, records, LIMITS, undefined, slow);
    expect(batch.parts.length).to.be.above(10);
    expect(slow.yields).to.be.at.least(Math.floor(batch.parts.length / 2));
    expect(batch.count).to.equal(records.length);
    const before = slow.yields;
    await batch.prepare(slow);
    expect(slow.yields - before).to.be.above(5);
    const values = Array.from({ length: batch.partCount(MSGPACK_CODEC) }, (_, part) => {
      const frame = MSGPACK_CODEC.decode(batch.frame(MSGPACK_CODEC, part, 1, false), BOUNDS);
      return (frame as { records: unknown[] }).records;
    });
    expect(values.flat()).to.deep.equal(records);
  });

  it('comes once to each reader of msgpack, however often that one is woken meanwhile, and not to who has left', async () => {
    const slow = clock();
    const stream = new OutputStream('out', 1, { ms: 1000, bytes: 1 << 30 }, LIMITS, () => slow);
    const reader = (codec: FrameCodec) => {
      const got: [batchTime: number, part: readonly [number, number]][] = [];
      const outlet = {
        codec,
        isFull: false,
        sendFrame: (frame: Buffer) => {
          const { batchTime, part } = codec.decode(frame, BOUNDS) as { batchTime: number; part: [number, number] };
          got.push([batchTime, part]);
        },
        sendGap: () => {},
        broke: (error: unknown) => expect.fail(String(error)),
      };
      const credit = { records: Number.POSITIVE_INFINITY, bytes: Number.POSITIVE_INFINITY };
      const options = { sub: 1, stream, isManual: false, credit, afterMs: 0, gap: undefined };
      const subscription = new Subscription(options, outlet, undefined as never);
      subscription.start();
      return { subscription, got };
    };
    const [json, msgpack, leaving] = [reader(JSON_CODEC), reader(MSGPACK_CODEC), reader(MSGPACK_CODEC)];
    const large = await RetainedBatch.inPieces(1, records, LIMITS, undefined, slow);
    stream.publish(large);
    stream.publish(RetainedBatch.of(2, ['small'], LIMITS));
    for (let i = 0; i < 5; i++) msgpack.subscription.wake();
    leaving.subscription.wake();
    leaving.subscription.stop();
    while (json.got.length === 0) await turn();
    expect(msgpack.got).to.have.length(0);
    while (msgpack.got.at(-1)?.[0] !== 2) {
      await turn();
      msgpack.subscription.wake();
    }
    for (const { got } of [json, msgpack]) {
      const [, count] = got[0]![1];
      const expected = Array.from({ length: count }, (_, part) => [1, [part, count]]);
      expect(got).to.deep.equal([...expected, [2, [0, 1]]]);
    }
    expect(leaving.got).to.have.length(0);
  });
});
