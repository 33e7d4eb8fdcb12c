import { expect } from 'chai';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { WebSocket, WebSocketServer } from 'ws';
import { GatewayClient } from '../clients/js/client.ts';
import { GatewayError } from '../clients/js/errors.ts';
import type { ClientHost, SocketLike } from '../clients/js/host.ts';
import type { ClientStatus } from '../clients/js/options.ts';
import { testClient } from './client-host.ts';
import { closeAll, testServer, type TestServer } from './peer.ts';
import { LIMITS, OddServer } from './scenario/odd-server.ts';

const clients: ReturnType<typeof testClient>[] = [];
const connect = (server: Pick<TestServer, 'url'>, options = {}) => {
  const made = testClient(server.url, options);
  clients.push(made);
  return made;
};

/** Values come back as batches. */
const echo = (options = {}) => {
  const received: unknown[] = [];
  return testServer((t, gateway) => {
    const stream = t.ssc.receiverStream(gateway.receiver<number>('numbers'));
    stream.foreachRDD(gateway.publisher('copies'));
    stream.foreachRDD(async (rdd: { collect(): Promise<unknown[]> }) => {
      received.push(...(await rdd.collect()));
    });
  }, options).then((server) => ({ ...server, received }));
};
const memory = { ack: 'memory' } as const;

describe('the client of a gateway', () => {
  afterEach(async () => {
    for (const { client } of clients.splice(0)) await client.close({ waitMs: 0 });
    await closeAll();
  });

  it('publishes, and reads batches', async () => {
    const server = await echo();
    const { client } = connect(server);
    const batches = client.subscribe<number>('copies');
    const receipt = await client.publish('numbers', [1, 2, 3], memory);
    expect(receipt).to.deep.equal({ stream: 'numbers', seq: 3 });
    await server.batch();
    const { value: batch } = await batches.next();
    expect(batch.records).to.deep.equal([1, 2, 3]);
    expect(batch.gap).to.equal(undefined);
    await server.batch();
    expect((await batches.next()).value.records).to.deep.equal([]);
    batches.stop();
    expect(await batches.next()).to.deep.equal({ value: undefined, done: true });
  });

  it('publishes to streams that are named as what all objects have, also when it comes back', async () => {
    const names = ['constructor', 'toString', '__proto__'];
    const received: Record<string, unknown[]> = Object.fromEntries(names.map((name) => [name, []]));
    const server = await testServer((t, gateway) => {
      for (const name of names) {
        t.ssc.receiverStream(gateway.receiver<number>(name)).foreachRDD(async (rdd) => {
          received[name]!.push(...(await rdd.collect()));
        });
      }
    });
    for (const round of [1, 2]) {
      const { client } = connect(server, { producerId: 'p' });
      for (const name of names) {
        expect(await client.publish(name, [round], memory)).to.deep.equal({ stream: name, seq: round });
      }
      await client.close();
    }
    await server.batch();
    expect(received).to.deep.equal(Object.fromEntries(names.map((name) => [name, [1, 2]])));
  });

  describe('of a peer that says nothing by itself', () => {
    let server: WebSocketServer;
    let pings: number;
    let answers: boolean;

    beforeEach(async () => {
      pings = 0;
      answers = true;
      server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
      await once(server, 'listening');
      server.on('connection', (socket) => {
        socket.on('message', (text) => {
          const { t } = JSON.parse(String(text));
          const credit = { records: 1, bytes: 1 };
          if (t === 'hello') socket.send(JSON.stringify({ t: 'welcome', limits: LIMITS, heartbeatMs: 15_000, credit }));
          if (t !== 'ping') return;
          pings++;
          if (answers) socket.send(JSON.stringify({ t: 'pong' }));
        });
      });
    });
    afterEach(() => {
      for (const socket of server.clients) socket.terminate();
      server.close();
    });
    const urlOf = () => `ws://127.0.0.1:${(server.address() as AddressInfo).port}/`;

    it('keeps it while it answers, also where timers fire a minute late, as in pages that nobody sees', async () => {
      const url = urlOf();
      const timers = new Set<() => void>();
      const sockets: WebSocket[] = [];
      const host: ClientHost = {
        connect: (to, protocol) => {
          const socket = new WebSocket(to, protocol);
          sockets.push(socket);
          return socket as unknown as SocketLike;
        },
        random: () => 0.5,
        secretBits: () => 1,
        setTimer: (_, callback) => {
          timers.add(callback);
          return { cancel: () => timers.delete(callback) };
        },
      };
      const statuses: string[] = [];
      let client!: GatewayClient;
      await new Promise<void>((resolve) => {
        const onStatus = ({ state }: ClientStatus) => {
          statuses.push(state);
          if (state === 'open') resolve();
        };
        client = new GatewayClient(url, { onStatus }, host);
      });
      for (let i = 0; i < 10; i++) {
        const heard = once(sockets[0]!, 'message');
        // The timers of a minute: each once, however late it is.
        for (const fire of [...timers]) {
          timers.delete(fire);
          fire();
        }
        expect(statuses).to.deep.equal(['connecting', 'open']);
        // Every other time something was heard since the last one: it does not ask.
        if (i % 2 === 1) await heard;
      }
      expect(pings).to.equal(5);
      await client.close();
    });

    it('gives it up when it has not answered for three heartbeats', async () => {
      const { clock, statuses, reaches } = connect({ url: urlOf() });
      await reaches('open');
      answers = false;
      clock.advance(30_000);
      expect(statuses.at(-1)).to.equal('open');
      clock.advance(30_000);
      expect(statuses.at(-1)).to.equal('waiting');
    });
  });

  it('has its credit back where a frame was refused for want of room, and asks of each frame what was asked of it', async () => {
    const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
    await once(server, 'listening');
    const pubs: { id: number; ack: string; records: unknown[] }[] = [];
    server.on('connection', (socket) => {
      socket.on('message', (text) => {
        const message = JSON.parse(String(text));
        if (message.t === 'hello') {
          // Credit for three records and never more: two frames of two need what the first, refused, gives back.
          const credit = { records: 3, bytes: 100_000 };
          const limits = { ...LIMITS, recordsPerFrame: 10 };
          const producer = { ...message.producer, epoch: 1, last: {}, known: false };
          socket.send(JSON.stringify({ t: 'welcome', limits, heartbeatMs: 15_000, credit, producer }));
        }
        if (message.t !== 'pub') return;
        pubs.push(message);
        const { id, stream, seq } = message;
        if (pubs.length === 1)
          socket.send(JSON.stringify({ t: 'puberr', id, stream, code: 'FLOW', message: '', retryMs: 0 }));
        else socket.send(JSON.stringify({ t: 'puback', id, stream, seq: seq + message.records.length - 1 }));
      });
    });
    const { client } = connect({ url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}/` });
    expect(await client.publish('numbers', [1, 2], memory)).to.include({ seq: 2 });
    expect(await client.publish('numbers', [3])).to.include({ seq: 3 });
    expect(pubs.map(({ ack, records }) => [ack, records.length])).to.deep.equal([
      ['memory', 2],
      ['memory', 2],
      ['durable', 1],
    ]);
    await client.close({ waitMs: 0 });
    for (const socket of server.clients) socket.terminate();
    await new Promise((resolve) => server.close(resolve));
  });

  it('keeps values that JSON has no form for', async () => {
    const server = await echo();
    const { client } = connect(server);
    const batches = client.subscribe('copies');
    const values = [2n ** 70n, new Uint8Array([0, 255]), Number.NaN, Number.NEGATIVE_INFINITY, { deep: [1n << 60n] }];
    await client.publish('numbers', values, memory);
    await server.batch();
    expect((await batches.next()).value.records).to.deep.equal(values);
  });

  it('resends what was not acknowledged, which is stored once', async () => {
    const server = await echo();
    const peer = connect(server);
    await peer.reaches('open');
    const first = peer.client.publish('numbers', [1], memory);
    // The frame is out, its acknowledgement never comes.
    peer.sockets[0]!.removeAllListeners('message');
    peer.sockets[0]!.onmessage = null;
    await server.t.clock.yield();
    const second = peer.client.publish('numbers', [2], memory);
    await new Promise((resolve) => setImmediate(resolve));
    peer.cut();
    await peer.retry();
    expect(await Promise.all([first, second])).to.have.length(2);
    expect(await peer.client.publish('numbers', [3], memory)).to.include({ seq: 3 });
    await server.batch();
    expect(server.received).to.deep.equal([1, 2, 3]);
  });

  it('says why there is no connection', async () => {
    const reason = await new Promise((resolve) => {
      const onStatus = (status: { state: string; reason?: string }) => {
        if (status.state === 'waiting') resolve(status.reason);
      };
      connect({ url: 'ws://127.0.0.1:1/' }, { onStatus });
    });
    expect(reason).to.include('ECONNREFUSED');
  });

  it('gives up a peer that takes the connection and says nothing', async () => {
    const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
    await once(server, 'listening');
    const peer = connect({ url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}/` });
    server.on('connection', (ws) => ws.once('message', () => ws.pause()));
    const [socket] = await once(server, 'connection');
    await once(socket, 'message'); // hello
    const describing = peer.client.describe();
    peer.clock.advance(19_999);
    expect(peer.statuses).to.deep.equal(['connecting']);
    peer.clock.advance(1);
    expect(peer.statuses).to.deep.equal(['connecting', 'waiting']);
    peer.clock.advance(200);
    expect(peer.statuses).to.deep.equal(['connecting', 'waiting', 'connecting']);
    const [next] = await once(server, 'connection');
    await once(next, 'message');
    await peer.client.close();
    let error: unknown;
    await describing.catch((e: unknown) => (error = e));
    expect(error).to.include({ code: 'ENDED' });
    // It does not answer a goodbye either.
    expect(peer.clock.timerCount).to.be.greaterThan(0);
    const left = peer.sockets.map((each) => once(each, 'close'));
    peer.clock.advance(1000);
    await Promise.all(left);
    expect(peer.clock.timerCount).to.equal(0);
    for (const each of server.clients) each.terminate();
    await new Promise((resolve) => server.close(resolve));
  });

  it('waits longer each time until a connection has shown to be good', async () => {
    let isGood = false;
    const server = await OddServer.start({}, ({ say, close }, { t, id, stream, seq }) => {
      if (t === 'hello' && !isGood) close(4011);
      if (t !== 'pub') return;
      say({ t: 'puback', id, stream, seq });
      close(4011);
    });
    const peer = connect(server);
    const waits = async (longestMs: number) => {
      await peer.reaches('waiting');
      peer.clock.advance(longestMs / 2 - 1);
      expect(peer.statuses.at(-1)).to.equal('waiting');
      peer.clock.advance(longestMs / 2 + 1);
    };
    for (const longestMs of [200, 400, 800]) await waits(longestMs);
    isGood = true;
    await peer.reaches('open');
    isGood = false;
    await peer.client.publish('numbers', [1]);
    await waits(200);
    await waits(400);
    // Or it lasts for a heartbeat.
    isGood = true;
    await peer.reaches('open');
    peer.clock.advance(15_000);
    peer.cut();
    await waits(200);
    await peer.client.close({ waitMs: 0 });
    await server.stop();
  });

  it('publishes what was given while there was no connection', async () => {
    const server = await echo();
    const peer = connect(server);
    await peer.reaches('open');
    peer.cut();
    await peer.reaches('waiting');
    const pending = [4, 5].map((n) => peer.client.publish('numbers', [n], memory));
    expect(peer.client.buffered).to.be.greaterThan(0);
    await peer.retry();
    await Promise.all(pending);
    expect(peer.client.buffered).to.equal(0);
    await server.batch();
    expect(server.received).to.deep.equal([4, 5]);
  });

  it('refuses more than its buffer holds', async () => {
    const server = await echo();
    const peer = connect(server, { bufferBytesMax: 100 });
    await peer.reaches('open');
    peer.cut();
    await peer.reaches('waiting');
    const first = peer.client.publish('numbers', ['x'.repeat(60)], memory);
    let error: unknown;
    await peer.client.publish('numbers', ['y'.repeat(60)], memory).catch((e: unknown) => (error = e));
    expect(error).to.be.instanceOf(GatewayError).with.property('code', 'BUFFER_FULL');
    const ready = peer.client.ready();
    await peer.retry();
    await Promise.all([first, ready]);
  });

  it('goes on with those behind a frame that is refused', async () => {
    const server = await testServer((t, gateway) => {
      const schema = {
        '~standard': {
          version: 1 as const,
          vendor: 'test',
          validate: (value: unknown) =>
            typeof value === 'number' ? { value } : { issues: [{ message: 'no number', path: ['at', { key: 0 }] }] },
        },
      };
      t.ssc.receiverStream(gateway.receiver('numbers', { schema })).foreachRDD(gateway.publisher('copies'));
    });
    const { client } = connect(server);
    const batches = client.subscribe('copies');
    const results = await Promise.allSettled([
      client.publish('numbers', [1], memory),
      client.publish('numbers', ['two'], memory),
      client.publish('numbers', [3], memory),
      client.publish('numbers', [4], memory),
    ]);
    expect(results.map(({ status }) => status)).to.deep.equal(['fulfilled', 'rejected', 'fulfilled', 'fulfilled']);
    const { reason } = results[1] as PromiseRejectedResult;
    expect(reason).to.include({ code: 'SCHEMA' });
    expect(reason.bad).to.deep.equal([{ index: 0, path: 'at.0', message: 'no number' }]);
    await server.batch();
    expect((await batches.next()).value.records).to.deep.equal([1, 3, 4]);
  });

  it('resumes a subscription after the last batch that it has', async () => {
    const server = await echo();
    const peer = connect(server);
    const batches = peer.client.subscribe('copies');
    await peer.client.publish('numbers', [1], memory);
    await server.batch();
    const first = (await batches.next()).value;
    peer.cut();
    await peer.reaches('waiting');
    await server.batch();
    await server.batch();
    await peer.retry();
    const times = [(await batches.next()).value.batchTime, (await batches.next()).value.batchTime];
    expect(times).to.deep.equal([first.batchTime + 1000, first.batchTime + 2000]);
  });

  it('has a position behind what the program has taken, not behind what has come', async () => {
    const server = await echo();
    const first = connect(server).client;
    const batches = first.subscribe<number>('copies', { from: 'earliest' });
    for (const n of [1, 2, 3]) {
      await first.publish('numbers', [n], memory);
      await server.batch();
    }
    const { value: taken } = await batches.next();
    // What follows has come: it is asked for by a subscription of its own, over the same connection.
    const others = first.subscribe<number>('copies', { from: 'earliest' });
    for (let i = 0; i < 3; i++) await others.next();
    const { epoch, after } = batches.position;
    expect({ epoch, after }).to.deep.equal({ epoch: taken.epoch, after: taken.batchTime });
    const again = connect(server).client.subscribe<number>('copies', { from: { after: after! }, epoch: epoch! });
    expect(again.position.after).to.equal(after);
    expect((await again.next()).value.records).to.deep.equal([2]);
  });

  it('is told of what is gone', async () => {
    const server = await echo({ limits: { retentionMs: 2000 } });
    const { client } = connect(server);
    for (let i = 0; i < 5; i++) await server.batch();
    const batches = client.subscribe('copies', { from: { after: 1000 } });
    const { value } = await batches.next();
    expect(value.gap).to.deep.equal({ from: 1000, to: value.batchTime, why: 'retention' });
    expect(value.batchTime).to.equal(3000);
  });

  it('puts parts together, within a window smaller than the batch', async () => {
    const server = await echo({ limits: { frameBytes: 4096 } });
    const { client } = connect(server);
    const batches = client.subscribe<string>('copies', { windowBytes: 5000, windowRecords: 10 });
    const values = Array.from({ length: 50 }, (_, i) => `${i} ${'x'.repeat(400)}`);
    await client.publish('numbers', values, memory);
    await server.batch();
    expect((await batches.next()).value.records).to.deep.equal(values);
    await client.publish('numbers', values, memory);
    await server.batch();
    expect((await batches.next()).value.records).to.deep.equal(values);
  });

  it('acknowledges by hand, and gets a batch again', async () => {
    const server = await echo();
    const { client } = connect(server);
    const batches = client.subscribe('copies', { ack: 'manual' });
    await client.publish('numbers', [7], memory);
    await server.batch();
    const first = (await batches.next()).value;
    first.nack({ why: 'later' });
    const again = (await batches.next()).value;
    expect(again).to.include({ batchTime: first.batchTime, redelivery: 1 });
    expect(again.records).to.deep.equal([7]);
    again.ack();
    await server.batch();
    expect((await batches.next()).value).to.include({ batchTime: first.batchTime + 1000, redelivery: 0 });
  });

  it('publishes at least once without a producer id', async () => {
    const server = await echo();
    const { client } = connect(server, { producerId: false });
    expect(await client.publish('numbers', [1], memory)).to.deep.equal({ stream: 'numbers', seq: undefined });
  });

  it('ends for good where the server says so', async () => {
    const server = await echo();
    const one = connect(server, { producerId: 'the-same' });
    await one.reaches('open');
    const reading = one.client.subscribe('copies').next();
    const two = connect(server, { producerId: 'the-same' });
    await two.reaches('open');
    await one.reaches('closed');
    let error: unknown;
    await reading.catch((e: unknown) => (error = e));
    expect(error).to.include({ code: 'CLOSED', closeCode: 4511 });
    await one.client.publish('numbers', [1]).catch((e: unknown) => (error = e));
    expect(error).to.include({ code: 'CLOSED' });
  });

  it('does not pretend to be durable', async () => {
    const server = await echo();
    const { client } = connect(server);
    let error: unknown;
    await client.publish('numbers', [1]).catch((e: unknown) => (error = e));
    expect(error).to.include({ code: 'NOT_DURABLE' });
  });

  it('reads what there is, and what is wrong with a name', async () => {
    const server = await echo();
    const peer = connect(server);
    await peer.reaches('open');
    expect((await peer.client.describe()).map(({ stream, direction }) => [stream, direction])).to.deep.equal([
      ['numbers', 'in'],
      ['copies', 'out'],
    ]);
    let error: unknown;
    await peer.client
      .subscribe('coppies')
      .next()
      .catch((e: unknown) => (error = e));
    expect(error).to.include({ code: 'STREAM_UNKNOWN' });
    expect(String(error)).to.include('there is copies');
    await peer.client.publish('number', [1], memory).catch((e: unknown) => (error = e));
    expect(String(error)).to.include('there is numbers');
  });

  it('comes back when the server goes away', async () => {
    const server = await echo();
    const peer = connect(server);
    await peer.reaches('open');
    await server.t.stop();
    await peer.reaches('waiting');
    peer.clock.advance(15_000);
    await peer.reaches('connecting');
    await peer.reaches('waiting');
  });
});
