import { expect } from 'chai';
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
});
