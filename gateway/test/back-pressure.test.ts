import { expect } from 'chai';
import { closeAll, Peer, testServer } from './peer.ts';

const credits = (peer: Peer) => peer.messages.filter(({ t }) => t === 'credit').length;

describe('back-pressure of a gateway', () => {
  afterEach(closeAll);

  it('gives no credit while more than eight batches are under way, and counts for how long', async () => {
    let letGo = () => {};
    const held = new Promise<void>((resolve) => (letGo = resolve));
    const server = await testServer(
      (t, gateway) => t.ssc.receiverStream(gateway.receiver('in')).foreachRDD(() => held),
      { limits: { creditRecords: 10 } },
    );
    const peer = await Peer.connect(server);
    const begins = async () => {
      expect(await peer.pub('in', [1])).to.include({ t: 'puback' });
      server.t.clock.advance(1000);
      await peer.next('puback', ({ batchTime }) => batchTime !== undefined);
    };
    for (let i = 0; i < 8; i++) await begins();
    expect((await Peer.connect(server)).welcome.credit).to.include({ records: 10 });
    await begins();
    expect((await Peer.connect(server)).welcome.credit).to.deep.equal({ records: 0, bytes: 0 });
    // What was granted counts, and is not more from here on.
    expect(await peer.pub('in', Array(10).fill(1))).to.include({ t: 'puback' });
    expect(await peer.pub('in', [1])).to.include({ t: 'puberr', code: 'FLOW' });
    peer.messages.length = 0;
    server.t.clock.advance(500);
    letGo();
    expect(await peer.next('credit')).to.include({ records: 29 });
    expect(await peer.pub('in', [1])).to.include({ t: 'puback' });
    expect(await server.metrics()).to.match(/^dstreams_gateway_no_credit_ms_total 500$/m);
  });

  it('gives no credit, and ends nobody, while the queue of a stream is full', async () => {
    const server = await testServer(
      (t, gateway) => {
        for (const name of ['in', 'other']) {
          t.ssc.receiverStream(gateway.receiver(name)).foreachRDD(gateway.publisher(`${name}-out`));
        }
      },
      {},
      { conf: { 'dstreams.receiver.queueBytesMax': '4000b' } },
    );
    const [peer, other] = [await Peer.connect(server), await Peer.connect(server)];
    for (let i = 0; i < 2; i++) expect(await peer.pub('in', ['x'.repeat(2000)])).to.include({ t: 'puback' });
    for (const each of [other, other, other]) {
      expect(await each.pub('in', [1])).to.include({ t: 'puberr', code: 'FLOW', retryMs: 1000 });
    }
    // Each stream has a queue of its own.
    expect(await other.pub('other', [1])).to.include({ t: 'puback' });
    expect((await Peer.connect(server)).welcome.credit.bytes).to.equal(0);
    const before = credits(peer);
    await server.batch();
    expect(await other.pub('in', [1])).to.include({ t: 'puback' });
    peer.send({ t: 'ping' });
    await peer.next('pong');
    expect(credits(peer)).to.be.above(before);
  });

  for (const [name, protocol, value] of [
    ['objects', 'dstreams.v1.json', {}],
    ['bytes', 'dstreams.v1.msgpack', new Uint8Array(0)],
  ] as const) {
    it(`counts records by the memory that they need, where that is much more: ${name}`, async () => {
      const server = await testServer(
        (t, gateway) => {
          t.ssc
            .receiverStream(gateway.receiver<unknown[]>('in'))
            .map((list) => list.length)
            .foreachRDD(gateway.publisher('out'));
        },
        { limits: { itemsPerFrame: 100_000, controlPerSecond: 1000 } },
        { conf: { 'dstreams.receiver.queueBytesMax': '2m' } },
      );
      const peer = await Peer.connect(server, { protocol });
      const list = Array(1000).fill(value);
      gc!();
      const before = process.memoryUsage();
      let taken = 0;
      while ((await peer.pub('in', [list])).t === 'puback') taken++;
      gc!();
      const after = process.memoryUsage();
      // 8 MiB, and what else there is; it was as many as have 2 MiB in their frames, which need 43 and 108.
      const bytes = after.heapUsed + after.external - before.heapUsed - before.external;
      expect(taken).to.be.above(10);
      expect(bytes).to.be.below(24 << 20);
      await server.batch();
      expect(await peer.pub('in', [list])).to.include({ t: 'puback' });
    });
  }
});
