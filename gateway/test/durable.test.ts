import { expect } from 'chai';
import { z } from 'zod';
import { createTestContext, SimulatedDisk, type TestContext } from '../../testing/index.ts';
import { type Disk, MemoryDisk } from '../../core/internal.ts';
import { type Gateway, type GatewayOptions, startGateway } from '../index.ts';
import { Peer, turn } from './peer.ts';

/** A life of a program with a gateway: what it counts goes into `seen`, by batch time. */
async function life(
  disk: Disk,
  nowMs: number,
  seen: Map<number, unknown[]>,
  limits: NonNullable<GatewayOptions['limits']> = {},
  schema = z.number(),
) {
  const t: TestContext = createTestContext({
    batchMs: 1000,
    disk,
    nowMs,
    recovers: true,
    checkpointDir: '/checkpoint',
  });
  const gateway: Gateway = startGateway(t.ssc, { port: 0, limits });
  const clicks = t.ssc.receiverStream(gateway.receiver('clicks', { schema }));
  clicks.foreachRDD(async (rdd, time) => {
    seen.set(Number(time), await rdd.collect());
  });
  clicks.map((n) => n * 10).foreachRDD(gateway.publisher('tens'));
  await t.start();
  return { t, gateway, url: `ws://127.0.0.1:${gateway.port}/` };
}

/** Lets the disk's calls come to their end. */
const turns = async (): Promise<void> => {
  for (let i = 0; i < 20; i++) await turn();
};

const hello = { producer: { id: 'p1' } };

describe('a gateway with a checkpoint directory', () => {
  it('waits while the disk is full, and acknowledges what came once there is room', async () => {
    const disk = new SimulatedDisk();
    const seen = new Map<number, unknown[]>();
    const server = await life(disk, 0, seen);
    const peer = await Peer.connect(server, { hello });
    const pub = (seq: number, records: number[]) =>
      peer.pub('clicks', records, { ack: 'durable', seq, pe: peer.welcome.producer.epoch });
    expect(await pub(1, [1])).to.include({ t: 'puback', seq: 1 });
    // A write finds no room, and so does a second frame that comes with the first.
    let refused = 0;
    disk.onCall = ({ operation, path }) => {
      if (operation !== 'write' || !path.includes('/log/')) return undefined;
      refused++;
      return { errno: 'ENOSPC' };
    };
    let acknowledged = 0;
    const waiting = [pub(2, [2, 3]), pub(4, [4])];
    for (const answer of waiting) answer.then(() => acknowledged++);
    while (refused === 0) await turn();
    await turns();
    expect(acknowledged).to.equal(0);
    disk.onCall = undefined;
    server.t.clock.advance(1000);
    const [first, second] = await Promise.all(waiting);
    expect(first).to.include({ t: 'puback', seq: 3 });
    expect(second).to.include({ t: 'puback', seq: 4 });
    await server.t.run(1);
    peer.ws.terminate();
    await server.t.crash();
    const again = await life(disk, 2500, seen);
    again.t.clock.advance(500);
    await again.t.run(1);
    expect([...seen.entries()].sort(([a], [b]) => a - b).flatMap(([, records]) => records)).to.deep.equal([1, 2, 3, 4]);
    await again.t.stop();
  });

  for (const graceful of [true, false]) {
    const what = graceful
      ? 'ends with what is on its way into the log'
      : 'says STOPPING to what is on its way into the log';
    it(`${what} when it is stopped${graceful ? ' gracefully' : ''}: no disk has failed`, async () => {
      const disk = new SimulatedDisk();
      const seen = new Map<number, unknown[]>();
      const server = await life(disk, 0, seen);
      const peer = await Peer.connect(server, { hello });
      const reader = await Peer.connect(server);
      reader.send({ t: 'sub', id: 1, stream: 'tens', from: 'earliest' });
      await reader.next('subok');
      let stopped: Promise<void> | undefined;
      disk.onCall = ({ operation, path }) => {
        if (operation === 'sync' && path.includes('/log/')) stopped ??= server.t.stop({ graceful });
        return undefined;
      };
      peer.send({ t: 'pub', id: 1, stream: 'clicks', seq: 1, records: [{ v: 7 }] });
      if (graceful) {
        expect(await peer.next('puback')).to.include({ id: 1, seq: 1 });
        expect((await reader.next('batch', ({ count }) => count > 0)).records).to.deep.equal([70]);
      } else expect(await peer.next('puberr')).to.include({ id: 1, code: 'STOPPING' });
      for (const each of [peer, reader]) expect((await each.close()).code).to.equal(4001);
      await stopped;
      expect(server.t.log.messages('ERROR')).to.deep.equal([]);
      // Whoever was told to come again does so, and it is there once.
      const again = await life(disk, 2500, seen);
      const resending = await Peer.connect(again, { hello });
      expect(await resending.pub('clicks', [7], { ack: 'durable', seq: 1 })).to.include({ seq: 1, dup: true });
      again.t.clock.advance(500);
      await again.t.run(1);
      expect([...seen.values()].flat()).to.deep.equal([7]);
      resending.ws.terminate();
      await again.t.stop();
    });
  }

  it('closes 4011 where the disk fails, and acknowledges nothing', async () => {
    const disk = new SimulatedDisk();
    const server = await life(disk, 0, new Map());
    const peers = [await Peer.connect(server, { hello }), await Peer.connect(server)];
    const [peer] = peers as [Peer];
    expect(await peer.pub('clicks', [1], { ack: 'durable' })).to.include({ t: 'puback' });
    const metrics = await (await fetch(server.url.replace('ws', 'http').concat('metrics'))).text();
    expect(metrics).to.match(/^dstreams_gateway_sync_ms_count 1$/m);
    disk.onCall = ({ operation, path }) =>
      operation === 'sync' && path.includes('/log/') ? { errno: 'EIO' } : undefined;
    peer.send({ t: 'pub', id: 2, stream: 'clicks', records: [{ v: 2 }] });
    for (const each of peers) expect(await each.close()).to.deep.equal({ code: 4011, reason: 'storage failure' });
    expect(peer.messages.filter(({ t }) => t === 'puback')).to.deep.equal([]);
    disk.onCall = undefined;
    await server.t.crash();
  });

  it('acknowledges a frame no sooner than those ahead of it are as safe as they should be', async () => {
    const server = await life(new MemoryDisk({ now: () => 0 }), 0, new Map());
    const peer = await Peer.connect(server, { hello });
    const frames = [
      { id: 'durable', seq: 1, ack: 'durable' },
      { id: 'behind it', seq: 2, ack: 'memory' },
      { id: 'again', seq: 2, ack: 'memory' },
    ];
    for (const frame of frames) peer.send({ t: 'pub', stream: 'clicks', records: [{ v: 1 }], ...frame });
    const acknowledged: unknown[] = [];
    for (const _ of frames) acknowledged.push((await peer.next('puback')).id);
    expect(acknowledged).to.deep.equal(['durable', 'behind it', 'again']);
    // Nothing is ahead of this one.
    expect(await peer.pub('clicks', [1], { seq: 3 })).to.include({ t: 'puback', seq: 3 });
    peer.ws.terminate();
    await server.t.stop();
  });

  it('says of which batch a record is when it is in one: what waits for the disk is in a later one', async () => {
    const disk = new SimulatedDisk();
    const seen = new Map<number, unknown[]>();
    const server = await life(disk, 0, seen);
    const peer = await Peer.connect(server, { hello });
    const planned = () => peer.next('puback', ({ batchTime }) => batchTime !== undefined);
    expect(await peer.pub('clicks', [1], { seq: 1 })).to.include({ t: 'puback', seq: 1 });
    await turns();
    // The disk has no room for the second one until the batch has begun.
    let refused = 0;
    disk.onCall = ({ operation, path }) => {
      if (operation !== 'write' || !path.includes('/log/')) return undefined;
      refused++;
      return { errno: 'ENOSPC' };
    };
    expect(await peer.pub('clicks', [2], { seq: 2 })).to.include({ t: 'puback', seq: 2 });
    while (refused === 0) await turn();
    const batch = server.t.run(1);
    expect(await planned()).to.include({ seq: 1, batchTime: 1000 });
    disk.onCall = undefined;
    server.t.clock.advance(1000);
    await batch;
    await turns();
    await server.t.run(1);
    const { seq, batchTime } = await planned();
    expect(seq).to.equal(2);
    const batches = [...seen].filter(([, records]) => records.length > 0);
    expect(batches).to.deep.equal([
      [1000, [1]],
      [batchTime, [2]],
    ]);
    peer.ws.terminate();
    await server.t.stop();
  });

  it('forgets the producers that were used least, also where a restart has the others from its log', async () => {
    const disk = new MemoryDisk({ now: () => 0 });
    const limits = { producers: 2 };
    const publish = async (server: { readonly url: string }, id: string) => {
      const peer = await Peer.connect(server, { hello: { producer: { id } } });
      expect(await peer.pub('clicks', [1], { ack: 'durable', seq: 1 }), id).to.include({ seq: 1 });
      peer.ws.terminate();
      await peer.close();
    };
    const first = await life(disk, 0, new Map(), limits);
    await publish(first, 'old');
    await publish(first, 'older now');
    // The checkpoint has these two; what comes after it is in the log.
    await first.t.run(2);
    await turns();
    await publish(first, 'newest');
    await first.t.crash();
    const second = await life(disk, 2500, new Map(), limits);
    const peer = await Peer.connect(second, { hello: { producer: { id: 'newest' } } });
    expect(peer.welcome.producer).to.deep.include({ known: true, last: { clicks: 1 } });
    peer.ws.terminate();
    await second.t.stop();
  });

  it('takes no frames that its log cannot take', async () => {
    const limits = { frameBytes: 16 << 20 };
    const wrong = await life(new MemoryDisk({ now: () => 0 }), 0, new Map(), limits).catch((error: Error) => error);
    expect(wrong).to.include({ code: 'OPTIONS_INVALID' });
    expect((wrong as Error).message).to.match(/limits\.frameBytes is 16777216, .* 15728640 at most/);
  });

  it('says how many records of the log the schema of this program refuses', async () => {
    const disk = new MemoryDisk({ now: () => 0 });
    const first = await life(disk, 0, new Map());
    const peer = await Peer.connect(first);
    expect(await peer.pub('clicks', [1, 2, 30], { ack: 'durable' })).to.include({ t: 'puback' });
    peer.ws.terminate();
    await first.t.crash();
    const seen = new Map<number, unknown[]>();
    const second = await life(disk, 500, seen, {}, z.number().min(10));
    expect(second.t.log.messages('WARN').filter((text) => text.includes('"clicks"'))).to.deep.equal([
      'gateway.receiver("clicks"): 2 records in the log were acknowledged under another schema, and this one refuses them: ' +
        'batches from now on are without them. Give the stream a deadLetter to have them there, or the schema that they came with.',
    ]);
    await second.t.run(1);
    expect([...seen.values()].flat()).to.deep.equal([30]);
    await second.t.stop();
  });

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

  it('knows a producer by its id and the name of its token, through a kill, and tells the program of the id', async () => {
    const disk = new MemoryDisk({ now: () => 0 });
    const told: unknown[] = [];
    const secret = 'sixteen letters.';
    const start = async (nowMs: number) => {
      const t = createTestContext({ batchMs: 1000, disk, nowMs, recovers: true, checkpointDir: '/checkpoint' });
      const gateway = startGateway(t.ssc, { port: 0, tokens: { secret } });
      t.ssc.receiverStream(gateway.receiver('in', { withMetadata: true })).foreachRDD(async (rdd) => {
        for (const { producer, sequence, value } of await rdd.collect()) told.push([producer, sequence, value]);
      });
      await t.start();
      const join = (name: string) =>
        Peer.connect(
          { url: `ws://127.0.0.1:${gateway.port}/` },
          { hello: { ...hello, token: gateway.token({ pub: ['in'], name }) } },
        );
      return { t, join };
    };
    const first = await start(0);
    // The log has text as UTF-8.
    for (const name of ['alice', '\ud800']) {
      const peer = await first.join(name);
      expect(await peer.pub('in', [name.length], { ack: 'durable', seq: 1 })).to.include({ t: 'puback', seq: 1 });
      peer.ws.terminate();
    }
    await first.t.crash();

    const second = await start(500);
    for (const [name, last] of [
      ['alice', { in: 1 }],
      ['\ud800', { in: 1 }],
      ['bob', {}],
    ] as const) {
      const peer = await second.join(name);
      expect(peer.welcome.producer.last, name).to.deep.equal(last);
      peer.ws.terminate();
    }
    await second.t.run(1);
    expect(told).to.deep.equal([
      ['p1', 1, 5],
      ['p1', 1, 1],
    ]);
    await second.t.stop();
  });
});
