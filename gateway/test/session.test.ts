import { expect } from 'chai';
import { z } from 'zod';
import { SERVER_MESSAGES } from '../protocol/messages.ts';
import { RawPeer } from './hostile/raw-peer.ts';
import { messageFrame, upgradeRequest } from './hostile/wire.ts';
import { closeAll, Peer, testServer } from './peer.ts';

const echo = (options = {}) =>
  testServer((t, gateway) => {
    t.ssc.receiverStream(gateway.receiver<number>('numbers')).foreachRDD(gateway.publisher('copies'));
  }, options);

describe('a gateway session', () => {
  afterEach(closeAll);

  it('takes records in and gives batches out', async () => {
    const server = await echo();
    const peer = await Peer.connect(server);
    expect(peer.welcome).to.include({ t: 'welcome', heartbeatMs: 15_000 });
    expect(peer.welcome.limits).to.include({ frameBytes: 1_048_576, durability: 'memory' });
    peer.send({ t: 'sub', id: 's', stream: 'copies' });
    const { sub, epoch } = await peer.next('subok');
    expect(epoch).to.equal(peer.welcome.epoch);
    expect(await peer.pub('numbers', [1, { a: [true, null] }, 'x'])).to.include({ t: 'puback', stream: 'numbers' });
    await server.batch();
    const planned = await peer.next('puback');
    const batch = await peer.next('batch');
    expect(batch).to.deep.equal({
      t: 'batch',
      sub,
      batchTime: planned.batchTime,
      part: [0, 1],
      count: 3,
      records: [1, { a: [true, null] }, 'x'],
    });
    await server.batch();
    expect(await peer.next('batch')).to.include({ count: 0, batchTime: batch.batchTime + 1000 });
  });

  it('hears what a client says before its request is answered', async () => {
    const server = await echo();
    const peer = await RawPeer.tcp(Number(new URL(server.url).port));
    // More than Node is given at a time, before and after the end of the request.
    const hello = { t: 'hello', v: 1, note: 'x'.repeat(3000) };
    const pub = { t: 'pub', id: 1, stream: 'numbers', ack: 'memory', records: [{ v: 'x'.repeat(9000) }] };
    const frames = [hello, pub].map((message) => messageFrame(JSON.stringify(message)));
    peer.write(Buffer.concat([Buffer.from(upgradeRequest({ headers: { X: 'y'.repeat(3000) } })), ...frames]));
    expect(await peer.next('puback')).to.include({ id: 1, stream: 'numbers' });
    peer.socket.destroy();
  });

  it('takes no records before hello, however large a first message may be', async () => {
    const server = await echo({ limits: { helloBytes: 1 << 20 } });
    const peer = await RawPeer.upgraded(Number(new URL(server.url).port));
    const records = Array.from({ length: 40 }, () => ({ v: { text: 'x'.repeat(1000) } }));
    peer.write(messageFrame(JSON.stringify({ t: 'pub', id: 1, stream: 'numbers', ack: 'memory', records })));
    expect(await peer.outcome()).to.equal('close 4500');
    expect(peer.messages.map(({ t, code }) => [t, code])).to.deep.equal([['err', 'HELLO_FIRST']]);
  });

  it('reads no more of who goes on sending in place of a goodbye than may be on its way', async () => {
    const server = await echo({ limits: { unackedBytes: 1 << 20 } });
    const peer = await RawPeer.greeted(Number(new URL(server.url).port));
    peer.isRude = true;
    peer.write(messageFrame('no JSON'));
    const frames = Buffer.concat(Array(500).fill(messageFrame('{"t":"ping"}')));
    await peer.flood(() => frames);
    expect(await peer.outcome()).to.equal('close 4500');
    // What the network itself holds is some MiB: until it was cut off for its silence it got rid of hundreds.
    expect(peer.socket.bytesWritten).to.be.within(1 << 20, 16 << 20);
  });

  it('gives readers of msgpack text that they can read, whatever came as JSON', async () => {
    const server = await testServer((t, gateway) => {
      t.ssc.receiverStream(gateway.receiver('in')).foreachRDD(gateway.publisher('out'));
      const schema = z.string().refine(() => false, `${'x'.repeat(299)}\u{1f600}`);
      t.ssc.receiverStream(gateway.receiver('picky', { schema })).foreachRDD(gateway.publisher('none'));
    });
    const reader = await Peer.connect(server, { protocol: 'dstreams.v1.msgpack' });
    reader.send({ t: 'sub', id: 1, stream: 'out' });
    await reader.next('subok');
    const peer = await Peer.connect(server);
    await peer.pub('in', ['\ud800', { '\udc00': ['a\ud83d', '\u{1f600}'] }]);
    await server.batch();
    expect((await reader.next('batch')).records).to.deep.equal(['\ufffd', { '\ufffd': ['a\ufffd', '\u{1f600}'] }]);
    // A text of ours, too, that was cut in the middle of a character.
    const { bad } = await reader.pub('picky', ['a']);
    expect(bad[0].message).to.equal(`${'x'.repeat(299)}\ufffd`);
  });

  for (const protocol of ['dstreams.v1.json', 'dstreams.v1.msgpack']) {
    it(`describes its streams as the schema of the message says (${protocol})`, async () => {
      const server = await testServer((t, gateway) => {
        const typed = { schema: z.object({ n: z.number() }), deadLetter: 'dead' };
        t.ssc.receiverStream(gateway.receiver('typed', typed)).foreachRDD(gateway.publisher('copies'));
        t.ssc.receiverStream(gateway.receiver('any')).foreachRDD(gateway.publisher('others'));
      });
      const peer = await Peer.connect(server, { protocol });
      peer.send({ t: 'describe', id: 1 });
      const described = SERVER_MESSAGES.described.parse(await peer.next('described'));
      expect(described.streams.map(({ stream, deadLetter }) => [stream, deadLetter])).to.have.deep.members([
        ['typed', 'dead'],
        ['any', undefined],
        ...['dead', 'copies', 'others'].map((name) => [name, undefined]),
      ]);
    });

    it(`refuses the name of a producer that would be another one in the log (${protocol})`, async () => {
      const server = await echo();
      for (const id of ['\ud800', 'a\udc00b', 'a\ufffd', '', 'x'.repeat(129)]) {
        const peer = await Peer.connect(server, { protocol, hello: null });
        peer.send({ t: 'hello', v: 1, producer: { id } });
        expect(await peer.next('err')).to.include({ code: 'INVALID', fatal: true });
        expect(await peer.close()).to.include({ code: 4500 });
      }
      const peer = await Peer.connect(server, { protocol, hello: { producer: { id: '\u{1f600}é' } } });
      expect(peer.welcome.producer).to.include({ id: '\u{1f600}é', known: false });
    });
  }
});
