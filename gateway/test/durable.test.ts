import { expect } from 'chai';
import { z } from 'zod';
import { createTestContext, type TestContext } from '../../testing/index.ts';
import { MemoryDisk } from '../../core/internal.ts';
import { type Gateway, startGateway } from '../index.ts';
import { Peer } from './peer.ts';

/** A life of a program with a gateway: what it counts goes into `seen`, by batch time. */
async function life(disk: MemoryDisk, nowMs: number, seen: Map<number, unknown[]>) {
  const t: TestContext = createTestContext({
    batchMs: 1000,
    disk,
    nowMs,
    recovers: true,
    checkpointDir: '/checkpoint',
  });
  const gateway: Gateway = startGateway(t.ssc, { port: 0 });
  const clicks = t.ssc.receiverStream(gateway.receiver('clicks', { schema: z.number() }));
  clicks.foreachRDD(async (rdd, time) => {
    seen.set(Number(time), await rdd.collect());
  });
  clicks.map((n) => n * 10).foreachRDD(gateway.publisher('tens'));
  await t.start();
  return { t, gateway, url: `ws://127.0.0.1:${gateway.port}/` };
}

const hello = { producer: { id: 'p1' } };

describe('a gateway with a checkpoint directory', () => {
  it('keeps what it acknowledged through a kill, each record once, and knows who had sent it', async () => {
    const disk = new MemoryDisk({ now: () => 0 });
    const seen = new Map<number, unknown[]>();
    const first = await life(disk, 0, seen);
    let peer = await Peer.connect(first, { hello });
    const pub = (seq: number, records: number[]) =>
      peer.pub('clicks', records, { ack: 'durable', seq, pe: peer.welcome.producer.epoch });
    expect(await pub(1, [1, 2])).to.include({ t: 'puback', seq: 2 });
    await first.t.run(1);
    expect(await pub(3, [3])).to.include({ t: 'puback', seq: 3 });
    expect(await pub(4, [4, 5])).to.include({ t: 'puback', seq: 5 });
    peer.ws.terminate();
    await first.t.crash();

    const second = await life(disk, 2500, seen);
    peer = await Peer.connect(second, { hello });
    expect(peer.welcome.producer).to.deep.include({ id: 'p1', known: true, last: { clicks: 5 } });
    expect(await pub(4, [4, 5])).to.include({ t: 'puback', dup: true });
    expect(await pub(6, [6])).to.include({ t: 'puback', seq: 6 });
    second.t.clock.advance(500);
    await second.t.run(1);
    expect([...seen.entries()].sort(([a], [b]) => a - b).flatMap(([, records]) => records)).to.deep.equal([
      1, 2, 3, 4, 5, 6,
    ]);
    peer.ws.terminate();
    await second.t.stop();

    const third = await life(disk, 5500, seen);
    peer = await Peer.connect(third, { hello });
    expect(peer.welcome.producer).to.deep.include({ known: true, last: { clicks: 6 } });
    peer.ws.terminate();
    await third.t.stop();
  });
});
