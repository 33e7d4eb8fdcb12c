import { isUtf8 } from 'node:buffer';
import { expect } from 'chai';
import fc from 'fast-check';
import { type FrameCodec, JSON_CODEC, MSGPACK_CODEC } from '../protocol/codec.ts';
import { finish } from '../protocol/steps.ts';
import { closeAll, Peer, testServer, turn } from './peer.ts';

const BOUNDS = { depthMax: 32, itemsMax: 10_000 };

/** What a message with a list of records is, or the error of it. */
const either = (read: () => unknown): unknown => {
  try {
    return read();
  } catch (error) {
    return (error as Error).message;
  }
};

/** The same message, record by record. */
function recordByRecord(codec: FrameCodec, bytes: Uint8Array): unknown {
  const scanned = finish(codec.scan(bytes, BOUNDS));
  const { records, hasEscapedName } = scanned;
  if (records === undefined || hasEscapedName) return codec.valueOf(bytes, scanned);
  const message = codec.messageOf(bytes, scanned, records) as Record<string, unknown>;
  const read = Array.from({ length: records.length }, (_, i) => codec.recordsOf(bytes, scanned, records, i, i + 1));
  // What comes later by the same name counts.
  if (Array.isArray(message['records'])) message['records'] = read.flat(1);
  return message;
}

const value = fc.oneof(
  fc.jsonValue(),
  fc.object({ maxDepth: 3, key: fc.constantFrom('a', 'records', '$b', '$i', 'é', '\\u0061'), values: [fc.nat()] }),
  fc.constantFrom({ $b: 'AAEC' }, { $i: '9007199254740993' }, '],[', '"},{"', '\\', '\u2028'),
);
const message = fc.record(
  {
    t: fc.constant('pub'),
    id: fc.oneof(fc.nat(), fc.constantFrom('records', '"records":[', 'é')),
    records: fc.oneof(fc.array(fc.oneof(fc.record({ v: value }), value), { maxLength: 8 }), value),
    after: fc.oneof(value, fc.array(value, { maxLength: 3 })),
  },
  { requiredKeys: ['t', 'id'] },
);
const ENCODINGS: Readonly<Record<string, { codec: FrameCodec; encode: (message: object) => Buffer }>> = {
  JSON: { codec: JSON_CODEC, encode: (message) => Buffer.from(JSON.stringify(message)) },
  'JSON with spaces': { codec: JSON_CODEC, encode: (message) => Buffer.from(JSON.stringify(message, undefined, 1)) },
  msgpack: { codec: MSGPACK_CODEC, encode: (message) => MSGPACK_CODEC.encode(message) },
};

describe('a frame that is read record by record', () => {
  for (const [name, { codec, encode }] of Object.entries(ENCODINGS)) {
    it(`is what it is as a whole, or is refused as that is: ${name}`, () =>
      fc.assert(
        fc.property(message, fc.nat(), fc.nat(), fc.nat(255), (message, at, from, byte) => {
          const whole = encode(message);
          const changed = Buffer.from(whole);
          // Half of the changes to what the form itself is made of.
          changed[at % whole.length] = byte % 2 === 0 ? byte : whole[from % whole.length]!;
          for (const bytes of [whole, changed]) {
            if (!codec.isBinary && !isUtf8(bytes)) continue;
            expect(either(() => recordByRecord(codec, bytes))).to.deep.equal(
              either(() => codec.decode(bytes, BOUNDS)),
              bytes.toString('latin1'),
            );
          }
        }),
        { numRuns: 1500 },
      ));
  }

  for (const [name, { codec, encode }] of Object.entries(ENCODINGS)) {
    it(`is gone over in steps as it is at once: ${name}`, () =>
      fc.assert(
        fc.property(message, fc.nat(), fc.nat(255), fc.integer({ min: 1, max: 40 }), (message, at, byte, stepBytes) => {
          const bytes = encode(message);
          if (byte % 4 !== 0) bytes[at % bytes.length] = byte;
          expect(either(() => finish(codec.scan(bytes, BOUNDS, stepBytes)))).to.deep.equal(
            either(() => finish(codec.scan(bytes, BOUNDS))),
          );
        }),
        { numRuns: 1000 },
      ));
  }

  const STEP_BYTES = 1000;
  const LONG: Readonly<Record<string, readonly unknown[]>> = {
    'many records': Array.from({ length: 3000 }, () => ({ v: 1 })),
    'one record of many values': [{ v: new Array(9000).fill('é') }],
  };
  for (const [what, records] of Object.entries(LONG)) {
    for (const [name, { codec, encode }] of Object.entries(ENCODINGS)) {
      it(`has no step that is long, ${what}: ${name}`, () => {
        const bytes = encode({ t: 'pub', records });
        const steps = codec.scan(bytes, BOUNDS, STEP_BYTES);
        let count = 1;
        while (steps.next().done !== true) count++;
        expect(count).to.be.within(Math.floor(bytes.length / STEP_BYTES) - 1, Math.ceil(bytes.length / STEP_BYTES));
      });
    }
  }

  const WRONG = [
    '{"records":[1,,2]}',
    '{"records":[1,]}',
    '{"records":[,]}',
    '{"records":[,1]}',
    '{"records":[1}}',
    '{"records":[{"v":1]}]}',
    '{"records":[{"v":[1}],2]}',
    '{"records":[1] "t":1}',
    '{"records" [1]}',
    '{"t":"records",[1]}',
    '{"records":[1]]}',
    '{"records":[1 2]}',
    '["records",[1]',
  ];
  for (const text of WRONG) {
    it(`is no JSON where it is none: ${text}`, () => {
      const bytes = Buffer.from(text);
      expect(() => JSON_CODEC.decode(bytes, BOUNDS)).to.throw('no JSON');
      expect(() => recordByRecord(JSON_CODEC, bytes)).to.throw('no JSON');
    });
  }
});

describe('a large frame', () => {
  afterEach(closeAll);
  const serve = () =>
    testServer((t, gateway) => {
      t.ssc.receiverStream(gateway.receiver<unknown>('in')).foreachRDD(gateway.publisher('out'));
    });
  const many = (count: number) => Array.from({ length: count }, (_, i) => ({ v: { name: `name ${i}`, at: [i] } }));
  const frame = (records: string, id: number | string = 1) =>
    `{"t":"pub","id":${JSON.stringify(id)},"stream":"in","ack":"memory","records":[${records}]}`;
  const listOf = (count: number) => JSON.stringify(many(count)).slice(1, -1);

  for (const codec of [JSON_CODEC, MSGPACK_CODEC]) {
    it(`is one frame to the job, and is answered before what came after it: ${codec.name}`, async () => {
      const server = await serve();
      const peer = await Peer.connect(server, { protocol: codec.subprotocol });
      const publish = (id: number, records: object[]) =>
        peer.send({ t: 'pub', id, stream: 'in', ack: 'memory', records });
      publish(1, many(5000));
      publish(2, [{ v: 'small' }]);
      publish(3, many(2000));
      peer.send({ t: 'ping', id: 4 });
      await peer.next('pong');
      expect(peer.messages.filter(({ t }) => t === 'puback').map(({ id }) => id)).to.deep.equal([1, 2, 3]);
      peer.send({ t: 'sub', id: 5, stream: 'out', from: 'earliest' });
      await server.batch();
      const records: unknown[] = [];
      for (let last = false; !last; ) {
        const { part, records: some } = await peer.next('batch');
        records.push(...some);
        last = part[0] === part[1] - 1;
      }
      expect(records).to.deep.equal([...many(5000), { v: 'small' }, ...many(2000)].map(({ v }) => v));
    });
  }

  it('that is no JSON in its last record stores nothing and ends the session', async () => {
    const server = await serve();
    const peer = await Peer.connect(server);
    peer.raw(frame(`${listOf(3000)},{"v":tru}`));
    expect(await peer.next('err')).to.include({ code: 'INVALID', message: 'the frame is no JSON' });
    expect((await peer.close()).code).to.equal(4500);
    expect(await server.metrics()).not.to.match(/records_in_total [1-9]/);
  });

  it('counts where the goodbye comes with it', async () => {
    const server = await serve();
    const peer = await Peer.connect(server);
    peer.raw(frame(listOf(5000)));
    peer.ws.close(1000);
    await peer.close();
    while (!(await server.metrics()).includes('records_in_total 5000\n')) await turn();
  });

  it('is refused where a record is too large, or there are too many, by their bytes alone', async () => {
    const server = await serve();
    const peer = await Peer.connect(server);
    // No JSON, if anybody looked.
    peer.raw(frame(`{"v":1},{"v":"${'x'.repeat(1 << 18)}" wrong}`, 'large'));
    expect(await peer.next('puberr')).to.deep.include({
      id: 'large',
      code: 'TOO_LARGE',
      bad: [{ index: 1, path: '', message: 'has more than 262144 bytes' }],
    });
    peer.raw(frame(`${'{"v":{}},'.repeat(10_000)}wrong`, 'many'));
    expect(await peer.next('puberr')).to.include({ id: 'many', code: 'TOO_LARGE' });
    peer.send({ t: 'ping', id: 1 });
    await peer.next('pong');
  });

  it('names its fields as they are, so that no other list is its records', async () => {
    const server = await serve();
    const peer = await Peer.connect(server);
    peer.raw(frame(listOf(3000)).replace(/}$/, ',"r\\u0065cords":[]}'));
    expect(await peer.next('err')).to.include({ code: 'INVALID' });
    expect((await peer.close()).code).to.equal(4500);
  });

  it('has its last list of records where there are two', async () => {
    const server = await serve();
    const peer = await Peer.connect(server);
    peer.raw(frame('{"v":1}').replace(/}$/, `,"records":[${listOf(3000)}]}`));
    await peer.next('puback');
    expect(await server.metrics()).to.include('records_in_total 3000\n');
    peer.raw(frame(listOf(3000)).replace(/}$/, ',"records":[{"v":1}]}'));
    expect(await peer.next('err')).to.include({ code: 'TOO_LARGE' });
    expect((await peer.close()).code).to.equal(4510);
  });
});
