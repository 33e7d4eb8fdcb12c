import { type AddressInfo, createServer } from 'node:net';
import { expect } from 'chai';
import { z } from 'zod';
import { registerClass, Tuple2 } from '../../core/internal.ts';
import { startGateway } from '../index.ts';
import { SERVER_MESSAGES } from '../protocol/messages.ts';
import { createTestContext } from '../../testing/index.ts';
import { closeAll, Peer, testServer, turn } from './peer.ts';

class Point {
  constructor(
    readonly x: number,
    readonly y: number,
  ) {}
}

class Circle {
  constructor(readonly radius: number) {}
}

class Shown {
  private readonly hidden = 1;

  toJSON(): unknown {
    return this.hidden === 1 ? ['shown'] : [];
  }
}

describe('a gateway that has just begun to listen', () => {
  afterEach(closeAll);

  it('knows the streams of its program: receivers are started before it listens', async () => {
    const t = createTestContext({ batchMs: 1000 });
    const gateway = startGateway(t.ssc, { port: 0, durability: 'memory' });
    t.ssc.receiverStream(gateway.receiver('in')).foreachRDD(gateway.publisher('out'));
    const starting = t.start();
    try {
      while (gateway.port === 0) await turn();
      const peer = await Peer.connect({ url: `ws://127.0.0.1:${gateway.port}/` });
      peer.send({ t: 'sub', id: 1, stream: 'out' });
      expect(await peer.pub('in', [1])).to.include({ t: 'puback' });
      await peer.next('subok');
    } finally {
      await starting;
      await t.stop();
    }
  });
});

describe('streams of a gateway', () => {
  afterEach(closeAll);

  it('are the same on either surface', async () => {
    const seen: unknown[] = [];
    const server = await testServer((t, gateway) => {
      const fluent = t.ssc.receiverStream<[string, number]>(gateway.receiver<number, string>('a', { pairs: true }));
      fluent.foreachRDD(gateway.publisher('fluent'));
      const java = t.jssc.receiverStream(gateway.receiver<number, string>('b', { pairs: true }));
      java.foreachRDD(gateway.publisher('java'));
      java.foreachRDD(async (rdd) => {
        seen.push(...(await rdd.collect()).toArray());
      });
    });
    const peer = await Peer.connect(server);
    for (const stream of ['fluent', 'java']) peer.send({ t: 'sub', id: stream, stream });
    const subs = [(await peer.next('subok')).sub, (await peer.next('subok')).sub];
    for (const stream of ['a', 'b']) await peer.pub(stream, [], { records: [{ k: 'key', v: 1 }] });
    await server.batch();
    for (const sub of subs) {
      expect((await peer.next('batch', (m) => m.sub === sub)).records).to.deep.equal([['key', 1]]);
    }
    expect(seen[0]).to.be.instanceOf(Tuple2);
  });

  it('have the type and the checks of a schema', async () => {
    const server = await testServer((t, gateway) => {
      const schema = z.object({ word: z.string(), n: z.coerce.number().default(1) });
      const stream = t.ssc.receiverStream(gateway.receiver('in', { schema, deadLetter: 'in.dead' }));
      stream.map((r) => r.n + 1).foreachRDD(gateway.publisher('out'));
    });
    const peer = await Peer.connect(server, { hello: { producer: { id: 'p' } } });
    peer.send({ t: 'describe', id: 0 });
    const { streams } = await peer.next('described');
    expect(streams[0]).to.nested.include({ stream: 'in', deadLetter: 'in.dead', 'schema.type': 'object' });
    for (const stream of ['out', 'in.dead']) peer.send({ t: 'sub', id: stream, stream });
    const [out, dead] = [(await peer.next('subok')).sub, (await peer.next('subok')).sub];
    expect(await peer.pub('in', [{ word: 'a' }, { word: 5 }, { word: 'b', n: '7' }], { seq: 1 })).to.include({
      seq: 3,
    });
    await server.batch();
    expect((await peer.next('batch', ({ sub }) => sub === out)).records).to.deep.equal([2, 8]);
    const [letter] = (await peer.next('batch', ({ sub }) => sub === dead)).records;
    expect(letter).to.include({ stream: 'in', producer: 'p', sequence: 2, key: null });
    expect(letter.value).to.deep.equal({ word: 5 });
    expect(letter.issues[0]).to.include({ path: 'word' });
  });

  it('say of ten records at most what is wrong with them, and take none', async () => {
    const server = await testServer((t, gateway) => {
      t.ssc.receiverStream(gateway.receiver('in', { schema: z.number() })).foreachRDD(gateway.publisher('out'));
    });
    const peer = await Peer.connect(server);
    peer.send({ t: 'sub', id: 1, stream: 'out' });
    const { bad, ...refused } = await peer.pub('in', [0, ...Array(15).fill('x')]);
    expect(refused).to.include({ t: 'puberr', code: 'SCHEMA' });
    expect(refused.message).to.include('15 of 16 records');
    expect(bad.map(({ index }: { index: number }) => index)).to.deep.equal([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    await server.batch();
    expect((await peer.next('batch')).records).to.deep.equal([]);
  });

  it('say that they stop, to whoever publishes while the last batch runs, and so is to come again', async () => {
    const [begun, ended] = [new Signal(), new Signal()];
    const server = await testServer((t, gateway) => {
      gateway.receiver('unused');
      t.ssc.receiverStream(gateway.receiver('in')).foreachRDD(() => {
        begun.resolve();
        return ended.promise;
      });
    });
    const peer = await Peer.connect(server);
    const stopped = server.t.stop({ graceful: true });
    await begun.promise;
    expect(await peer.pub('in', ['late'])).to.include({ t: 'puberr', code: 'STOPPING' });
    expect(await peer.pub('unused', ['x'])).to.include({ t: 'puberr', code: 'STREAM_UNKNOWN' });
    ended.resolve();
    await stopped;
  });

  it('are of this machine only where there are no tokens, which the log says', async () => {
    const server = await testServer((t, gateway) => {
      t.ssc.receiverStream(gateway.receiver('in')).foreachRDD(gateway.publisher('out'));
    });
    expect(server.t.log.messages('INFO').join('\n')).to.include('no tokens: this machine only, and everybody on it');
  });

  for (const protocol of ['dstreams.v1.json', 'dstreams.v1.msgpack']) {
    it(`go out in the forms of the protocol, whatever they are (${protocol})`, async () => {
      const server = await testServer((t, gateway) => {
        registerClass(Circle, { encode: ({ radius }) => ({ circle: radius }), decode: () => new Circle(0) });
        registerClass(Point);
        const values = [
          new Circle(2),
          [new Point(1, 2)],
          new Shown(),
          new Date(0),
          new Date(Number.NaN),
          new Map<unknown, unknown>([['a', 1n]]),
          new Set([undefined, 1]),
          new Tuple2('k', new Tuple2(1, 2)),
          {
            at: new Date(1500),
            is: undefined,
            big: 2n ** 70n,
            deep: [2n ** 60n, Number.NaN, Number.NEGATIVE_INFINITY],
          },
          new Uint8Array([0, 255]),
          new Int16Array([-1, 1]),
        ];
        t.ssc
          .queueStream<unknown>([[0]])
          .flatMap(() => values as never[])
          .foreachRDD(gateway.publisher('out'));
      });
      const peer = await Peer.connect(server, { protocol });
      peer.send({ t: 'sub', id: 1, stream: 'out' });
      await peer.next('subok');
      await server.batch();
      expect(SERVER_MESSAGES.batch.parse(await peer.next('batch')).records).to.deep.equal([
        { circle: 2 },
        [{ x: 1, y: 2 }],
        ['shown'],
        '1970-01-01T00:00:00.000Z',
        null,
        [['a', 1]],
        [null, 1],
        ['k', [1, 2]],
        {
          at: '1970-01-01T00:00:01.500Z',
          is: null,
          big: 2n ** 70n,
          deep: [2n ** 60n, Number.NaN, Number.NEGATIVE_INFINITY],
        },
        protocol.endsWith('json') ? new Uint8Array([0, 255]) : Buffer.from([0, 255]),
        [-1, 1],
      ]);
    });
  }

  it('tell what came with a record', async () => {
    const server = await testServer((t, gateway) => {
      t.ssc.receiverStream(gateway.receiver('in', { withMetadata: true })).foreachRDD(gateway.publisher('out'));
    });
    const peer = await Peer.connect(server, { hello: { producer: { id: 'p' } } });
    peer.send({ t: 'sub', id: 1, stream: 'out' });
    await peer.next('subok');
    await peer.pub('in', [], { seq: 1, records: [{ k: 'k', v: 1, ts: 5, h: { a: 'b' } }, { v: 2 }] });
    await server.batch();
    expect((await peer.next('batch')).records).to.deep.equal([
      { key: 'k', value: 1, timestampMs: 5, headers: { a: 'b' }, producer: 'p', sequence: 1 },
      { key: null, value: 2, timestampMs: null, headers: null, producer: 'p', sequence: 2 },
    ]);
  });

  it('begin where a reader says', async () => {
    const server = await testServer(
      (t, gateway) => {
        t.input([['a'], ['b'], ['c'], ['d'], ['e']]).foreachRDD(gateway.publisher('out'));
      },
      { limits: { retentionMs: 2000 } },
    );
    for (let i = 0; i < 4; i++) await server.batch();
    const peer = await Peer.connect(server);
    const { epoch } = peer.welcome;
    const cases = [
      { from: 'latest', gives: [], gap: undefined },
      { from: 'earliest', gives: ['b', 'c', 'd'], gap: undefined },
      { from: { batchTime: 3000 }, gives: ['c', 'd'], gap: undefined },
      { from: { after: 3000 }, epoch, gives: ['d'], gap: undefined },
      { from: { after: 500 }, epoch, gives: ['b', 'c', 'd'], gap: { from: 500, to: 2000, why: 'retention' } },
      {
        from: { batchTime: Number.MIN_SAFE_INTEGER },
        gives: ['b', 'c', 'd'],
        gap: { from: Number.MIN_SAFE_INTEGER, to: 2000, why: 'retention' },
      },
      { from: { after: 3000 }, epoch: 'other', gives: ['b', 'c', 'd'], gap: { from: 3000, to: 2000, why: 'epoch' } },
    ];
    for (const { gives, gap, ...position } of cases) {
      peer.send({ t: 'sub', id: 1, stream: 'out', ...position });
      const { sub, oldest, latest } = await peer.next('subok');
      expect([oldest, latest]).to.deep.equal([2000, 4000]);
      if (gap !== undefined) expect(await peer.next('gap')).to.deep.equal({ t: 'gap', sub, ...gap });
      for (const record of gives) expect((await peer.next('batch')).records).to.deep.equal([record]);
      peer.send({ t: 'unsub', sub });
      peer.send({ t: 'ping' });
      await peer.next('pong');
    }
    expect(peer.messages).to.deep.equal([]);
  });

  it('wait for the credit of a reader, and say what it lost meanwhile', async () => {
    const server = await testServer(
      (t, gateway) => {
        t.input([['a'], ['b'], ['c'], ['d']]).foreachRDD(gateway.publisher('out'));
      },
      { limits: { retentionMs: 1000 } },
    );
    const peer = await Peer.connect(server);
    peer.send({ t: 'sub', id: 1, stream: 'out', credit: { records: 1, bytes: 1_000_000 } });
    const { sub } = await peer.next('subok');
    for (let i = 0; i < 4; i++) await server.batch();
    expect((await peer.next('batch')).records).to.deep.equal(['a']);
    // Absolute totals: the same again changes nothing.
    peer.send({ t: 'credit', sub, records: 1, bytes: 1_000_000 });
    peer.send({ t: 'ping' });
    await peer.next('pong');
    expect(peer.messages).to.deep.equal([]);
    peer.send({ t: 'credit', sub, records: 10, bytes: 1_000_000 });
    expect(await peer.next('gap')).to.deep.equal({ t: 'gap', sub, from: 1000, to: 3000, why: 'overload' });
    expect((await peer.next('batch')).records).to.deep.equal(['c']);
  });

  it('come again some time after a nack', async () => {
    const server = await testServer((t, gateway) => {
      t.input([['a'], ['b']]).foreachRDD(gateway.publisher('out'));
    });
    const peer = await Peer.connect(server);
    peer.send({ t: 'sub', id: 1, stream: 'out', ack: 'manual' });
    const { sub } = await peer.next('subok');
    await server.batch();
    await peer.next('batch');
    peer.send({ t: 'nack', sub, batchTime: 1000, delayMs: 1500 });
    peer.send({ t: 'ping' });
    await peer.next('pong');
    await server.batch();
    peer.send({ t: 'ping' });
    await peer.next('pong');
    expect(peer.messages).to.deep.equal([]);
    server.t.clock.advance(500);
    expect(await peer.next('batch')).to.include({ batchTime: 1000, redelivery: 1 });
    const next = await peer.next('batch');
    expect(next.batchTime).to.equal(2000);
    expect(next).to.not.have.property('redelivery');
  });

  it('need a checkpoint directory, or the word that memory is enough', async () => {
    const t = createTestContext({ batchMs: 1000 });
    startGateway(t.ssc, { port: 0 });
    t.record(t.input([['a']]));
    let error: unknown;
    await t.start().catch((e: unknown) => (error = e));
    expect(error).to.have.property('code', 'GATEWAY_NEEDS_CHECKPOINT');
    await t.stop();
  });

  for (const [name, options, code] of [
    ['tokens off loopback', { host: '0.0.0.0' }, 'GATEWAY_NEEDS_TOKENS'],
    ['TLS off loopback', { host: '0.0.0.0', tokens: { secret: 'sixteen letters.' } }, 'GATEWAY_NEEDS_TLS'],
    ['options that there are', { prot: 1 }, 'OPTIONS_INVALID'],
    ['a secret that is one', { tokens: { secret: 'short' } }, 'OPTIONS_INVALID'],
  ] as const)
    it(`need ${name}`, () => {
      const t = createTestContext({ batchMs: 1000 });
      expect(() => startGateway(t.ssc, options as object))
        .to.throw()
        .with.property('code', code);
    });

  it('are published by one publisher each', () => {
    const gateway = startGateway(createTestContext({ batchMs: 1000 }).ssc, { durability: 'memory' });
    gateway.publisher('out');
    gateway.receiver('typed', { deadLetter: 'dead' });
    gateway.receiver('typed-too', { deadLetter: 'dead' });
    for (const again of [
      () => gateway.publisher('out'),
      () => gateway.publisher('dead'),
      () => gateway.receiver('third', { deadLetter: 'out' }),
    ]) {
      expect(again).to.throw().with.property('code', 'OPTIONS_INVALID');
    }
  });

  for (const [first, second] of [
    ['ssc', 'ssc'],
    ['jssc', 'jssc'],
    ['ssc', 'jssc'],
  ] as const)
    it(`have a publisher each, where streams of ${first} and ${second} are given the same one`, async () => {
      const t = createTestContext({ batchMs: 1000 });
      const gateway = startGateway(t.ssc, { port: 0, durability: 'memory' });
      const publish = gateway.publisher('out');
      for (const [i, surface] of [first, second].entries()) {
        const receiver = gateway.receiver(`in${i}`);
        if (surface === 'ssc') t.ssc.receiverStream(receiver).foreachRDD(publish);
        else t.jssc.receiverStream(receiver).foreachRDD(publish);
      }
      expect(() => t.start())
        .to.throw()
        .with.property('code', 'OPTIONS_INVALID');
      await t.stop();
    });

  it('need a port that is free', async () => {
    const plain = createServer();
    await new Promise<void>((resolve) => plain.listen(0, '127.0.0.1', resolve));
    const t = createTestContext({ batchMs: 1000 });
    startGateway(t.ssc, { port: (plain.address() as AddressInfo).port, durability: 'memory' });
    t.record(t.input([['a']]));
    let error: unknown;
    await t.start().catch((e: unknown) => (error = e));
    expect(error).to.have.property('code', 'GATEWAY_LISTEN_FAILED');
    await t.stop();
    await new Promise((resolve) => plain.close(resolve));
  });
});

/** A promise that a test resolves. */
class Signal {
  resolve!: () => void;
  readonly promise = new Promise<void>((resolve) => {
    this.resolve = resolve;
  });
}
