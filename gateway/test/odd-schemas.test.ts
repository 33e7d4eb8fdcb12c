import { expect } from 'chai';
import { MSGPACK_CODEC } from '../protocol/codec.ts';
import type { StandardSchema } from '../index.ts';
import { closeAll, Peer, testServer } from './peer.ts';

const schemaOf = (validate: (value: unknown) => unknown): StandardSchema =>
  ({ '~standard': { version: 1, vendor: 'test', validate } }) as StandardSchema;

/** What a schema of one's own may do with a value that it did not expect. */
const ODD: Readonly<Record<string, (value: unknown) => unknown>> = {
  'gives nothing': () => undefined,
  'gives null': () => null,
  'gives issues without a message': () => ({ issues: [{}] }),
  'gives issues that are no list': () => ({ issues: true }),
  'throws what has no text': () => {
    throw Object.create(null);
  },
  'gives a promise of its own kind': () => ({ then: () => {} }),
};

describe('a schema that does what no schema should', () => {
  afterEach(closeAll);

  for (const [what, validate] of Object.entries(ODD)) {
    it(`refuses the record where it ${what}`, async () => {
      const server = await testServer((t, gateway) => {
        t.ssc.receiverStream(gateway.receiver('in', { schema: schemaOf(validate) })).foreachRDD(async () => {});
      });
      const peer = await Peer.connect(server);
      const answer = await peer.pub('in', ['x']);
      expect(answer).to.include({ t: 'puberr', code: 'SCHEMA' });
      expect(answer.bad).to.have.length(1);
      // What it took on the books is off them.
      expect(await server.metrics()).to.match(/^dstreams_gateway_unacknowledged_bytes 0$/m);
    });
  }

  it('has a program go on where a record has keys that are written at length in its letter', async () => {
    const names = 'abcdefghij'.split('');
    const server = await testServer((t, gateway) => {
      const schema = schemaOf((value) => ({
        issues: names.map((name) => ({ message: 'missing', path: [...Object.keys(value as object), name] })),
      }));
      t.ssc.receiverStream(gateway.receiver('in', { schema, deadLetter: 'letters' })).foreachRDD(async () => {});
    });
    const peer = await Peer.connect(server, { protocol: MSGPACK_CODEC.subprotocol });
    peer.send({ t: 'sub', id: 1, stream: 'letters' });
    await peer.next('subok');
    // A byte each on the way in, and six as JSON.
    expect(await peer.pub('in', [{ ['\u0001'.repeat(250_000)]: {} }])).to.include({ t: 'puback' });
    await server.batch();
    const { records } = await peer.next('batch');
    expect(records[0].issues).to.have.length(names.length);
    expect(records[0].issues[0].path.length).to.be.at.most(300);
  });

  it('has a program go on where a letter is larger than what readers are sent', async () => {
    const limits = { outgoingSoftBytes: 20_000, outgoingHardBytes: 20_000 };
    const server = await testServer(
      (t, gateway) => {
        const schema = schemaOf(() => ({ issues: [{ message: 'no' }] }));
        t.ssc.receiverStream(gateway.receiver('in', { schema, deadLetter: 'letters' })).foreachRDD(async () => {});
      },
      { limits },
    );
    const peer = await Peer.connect(server, { protocol: MSGPACK_CODEC.subprotocol });
    peer.send({ t: 'sub', id: 1, stream: 'letters' });
    await peer.next('subok');
    expect(await peer.pub('in', ['small', '\u0001'.repeat(5000)])).to.include({ t: 'puback' });
    await server.batch();
    const { records } = await peer.next('batch');
    expect(records[0]).to.deep.include({ value: 'small', issues: [{ path: '', message: 'no' }] });
    expect(records[1].value).to.equal(null);
    expect(records[1].issues[0].message).to.match(
      /^the key and the value are left out: the letter has 30\d\d\d bytes$/,
    );
    expect(records[1].issues[1].message).to.equal('no');
  });

  it('gives no credit when letters fill the memory that the queue stands for, however small their records are', async () => {
    const server = await testServer(
      (t, gateway) => {
        const schema = schemaOf(() => ({ issues: [{ message: 'x'.repeat(100) }] }));
        t.ssc.receiverStream(gateway.receiver('in', { schema, deadLetter: 'letters' })).foreachRDD(async () => {});
      },
      {},
      { conf: { 'dstreams.receiver.queueBytesMax': '1m' } },
    );
    const peer = await Peer.connect(server);
    const records = Array(1000).fill(1);
    let taken = 0;
    while (taken < 20_000 && (await peer.pub('in', records)).t === 'puback') taken += records.length;
    // 4 MiB; where none of a frame is a record of the stream, it was without an end.
    expect(taken).to.be.within(5000, 15_000);
    await server.batch();
    expect(await peer.pub('in', records)).to.include({ t: 'puback' });
  });
});
