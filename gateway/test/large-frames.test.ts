import { isUtf8 } from 'node:buffer';
import { inspect } from 'node:util';
import { expect } from 'chai';
import fc from 'fast-check';
import { type FrameCodec, JSON_CODEC, MSGPACK_CODEC } from '../protocol/codec.ts';
import { finish } from '../protocol/steps.ts';
import { type ValueReader, valueInSteps } from '../protocol/value-reader.ts';
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

/** The same message, record by record, each in steps of about so many bytes. */
function recordByRecord(codec: FrameCodec, bytes: Uint8Array, sliceBytes: number): unknown {
  const scanned = finish(codec.scan(bytes, BOUNDS));
  const { records, hasEscapedName } = scanned;
  if (records === undefined || hasEscapedName) return codec.valueOf(bytes, scanned);
  const message = codec.messageOf(bytes, scanned, records) as Record<string, unknown>;
  const { length, starts, separatorBytes } = records;
  const reader = codec.valuesIn(scanned);
  const read = Array.from({ length }, (_, i) =>
    finish(valueInSteps(reader, bytes, starts[i]!, starts[i + 1]! - separatorBytes, sliceBytes)),
  );
  // What comes later by the same name counts.
  if (Array.isArray(message['records'])) message['records'] = read;
  return message;
}

/** With the order of keys, which is none to `deep.equal`. */
const shown = (value: unknown): string => inspect(value, { depth: null, maxArrayLength: null, maxStringLength: null });

const value = fc.oneof(
  fc.jsonValue(),
  fc.object({ maxDepth: 3, key: fc.constantFrom('a', 'records', '$b', '$i', 'é', '\\u0061'), values: [fc.nat()] }),
  fc.object({ maxDepth: 2, maxKeys: 20, key: fc.oneof(fc.string(), fc.nat(40).map(String)) }),
  fc.array(fc.array(fc.oneof(fc.nat(), fc.string()), { maxLength: 20 }), { maxLength: 20 }),
  fc.constantFrom({ $b: 'AAEC' }, { $i: '9007199254740993' }, '],[', '"},{"', '\\', '\u2028', '"'),
  fc.constantFrom({ $b: 'AAEC', a: 1 }, { a: 1, $b: 'AAEC' }, { $b: { $b: 'AA==' } }, { a: [{ $f: 'NaN' }] }),
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
        fc.property(message, fc.nat(), fc.nat(), fc.nat(255), fc.nat(60), (message, at, from, byte, slice) => {
          const whole = encode(message);
          const changed = Buffer.from(whole);
          // Half of the changes to what the form itself is made of.
          changed[at % whole.length] = byte % 2 === 0 ? byte : whole[from % whole.length]!;
          for (const bytes of [whole, changed]) {
            if (!codec.isBinary && !isUtf8(bytes)) continue;
            expect(shown(either(() => recordByRecord(codec, bytes, slice)))).to.equal(
              shown(either(() => codec.decode(bytes, BOUNDS))),
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

  const RECORDS = [
    '{"a":1,"b":2,"a":3}',
    '{"b":1,"10":2,"9":3,"a":4}',
    '{"$b":"AA==","$b":"AAE="}',
    '{"$b":"AA==","x":1}',
    ' { "$b" : "AA==" } ',
    '{"a":{"$i":"5","$i":"6"},"b":[{"$b":"AA=="}]}',
    '{"\\u0061":[1,2,3],"\\"":["\\"","\\\\"]}',
    '{"__proto__":[1,2,3,4,5]}',
    '{"a":[1,2,3],"__proto__":1,"b":2}',
    '{"a":[{"constructor":1}]}',
    '{"\\u005f_proto__":{"a":1}}',
    '[[[[[]]]],[],{},[ ],{ }]',
    '[ ]',
    '{\t}',
  ];
  for (const text of RECORDS) {
    it(`is what it is as a whole, however small the steps are: ${text}`, () => {
      const bytes = Buffer.from(`{"t":"pub","records":[0,${text},"last"]}`);
      const whole = shown(either(() => JSON_CODEC.decode(bytes, BOUNDS)));
      for (let slice = 0; slice <= text.length; slice++) {
        expect(shown(either(() => recordByRecord(JSON_CODEC, bytes, slice))), `steps of ${slice}`).to.equal(whole);
      }
    });
  }

  const WRONG = [
    '{"records":[{"v":1,}]}',
    '{"records":[{,"v":1}]}',
    '{"records":[{"v":1,,"w":2}]}',
    '{"records":[{"v"}]}',
    '{"records":[{"v":}]}',
    '{"records":[{"v" 1}]}',
    '{"records":[{v:1}]}',
    '{"records":[{"v":[1,2,3],:[1,2,3]}]}',
    '{"records":[{"v":[1,2,3],7:[1,2,3]}]}',
    '{"records":[{"v":[[1,2],[3,4]}]}]}',
    '{"records":[{"v":{[1,2],[3,4]}}]}',
    '{"records":[{"v":[1,2,"3]}]}',
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
      for (const slice of [0, 3, 1000]) expect(() => recordByRecord(JSON_CODEC, bytes, slice)).to.throw('no JSON');
    });
  }
});

const LARGE_RECORDS: Readonly<Record<string, unknown>> = {
  'an object of many fields': Object.fromEntries(Array.from({ length: 3000 }, (_, i) => [`key ${i}`, i])),
  'a list of objects': Array.from({ length: 2000 }, (_, i) => ({ [`a${i}`]: 1, [`b${i}`]: [i] })),
  'lists within lists': [[[[Array.from({ length: 9000 }, (_, i) => i)]]]],
  'fields within fields': { a: { b: { c: Object.fromEntries(Array.from({ length: 2000 }, (_, i) => [i, `${i}`])) } } },
};

describe('a record that is read in steps', () => {
  const SLICE_BYTES = 1000;
  for (const [what, v] of Object.entries(LARGE_RECORDS)) {
    for (const [name, { codec, encode }] of Object.entries(ENCODINGS)) {
      it(`has none that reads more than a slice: ${what}, ${name}`, () => {
        const bytes = encode({ t: 'pub', records: [{ v }] });
        const scanned = finish(codec.scan(bytes, { depthMax: 32, itemsMax: 200_000 }));
        const reader = codec.valuesIn(scanned);
        let read = 0;
        const counting: ValueReader = {
          separatorBytes: reader.separatorBytes,
          membersOf: (...span) => reader.membersOf(...span),
          fieldOf: (...span) => reader.fieldOf(...span),
          valueOf: (bytes, from, end) => {
            read += end - from;
            return reader.valueOf(bytes, from, end);
          },
          itemsOf: (bytes, from, end, count) => {
            read += end - from;
            return reader.itemsOf(bytes, from, end, count);
          },
          addFields: (object, bytes, from, end) => {
            read += end - from;
            reader.addFields(object, bytes, from, end);
          },
        };
        const [from, end] = scanned.records!.starts;
        const steps = valueInSteps(counting, bytes, from!, end! - reader.separatorBytes, SLICE_BYTES);
        let step = steps.next();
        for (; step.done !== true; step = steps.next()) {
          expect(read).to.be.at.most(SLICE_BYTES);
          read = 0;
        }
        expect(read).to.be.at.most(SLICE_BYTES);
        expect(step.value).to.deep.equal({ v });
      });
    }
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
