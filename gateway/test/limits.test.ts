import { request } from 'node:http';
import { connect as connectTcp } from 'node:net';
import { expect } from 'chai';
import type { GatewayLimits, GatewayOptions } from '../index.ts';
import { closeAll, Peer, type PeerOptions, type TestServer, testServer, turn } from './peer.ts';

const SECRET = 'a secret of enough letters';

const serve = (options: GatewayOptions = {}) =>
  testServer((t, gateway) => {
    t.ssc.receiverStream(gateway.receiver<unknown>('in')).foreachRDD(gateway.publisher('out'));
  }, options);

interface CloseCase {
  readonly name: string;
  readonly code: number;
  readonly limits?: Partial<GatewayLimits>;
  readonly options?: GatewayOptions;
  readonly peer?: PeerOptions;
  readonly act: (peer: Peer, server: TestServer) => unknown;
}

const pub = (peer: Peer, v: unknown, rest: object = {}) =>
  peer.send({ t: 'pub', id: 1, stream: 'in', records: [{ v }], ack: 'memory', ...rest });
const nothing = { hello: null };
const none = (): void => {};

/** A masked frame by hand: the library would not send such. */
const rawFrame = (first: number, payload: Buffer): Buffer =>
  Buffer.concat([Buffer.from([first, 0x80 | payload.length, 0, 0, 0, 0]), payload]);
const socketOf = (peer: Peer) => (peer.ws as unknown as { _socket: { write(b: Buffer): void } })._socket;

/** Moves time on until the connection is closed. */
async function pass(server: TestServer, peer: Peer, stepMs: number): Promise<void> {
  let isClosed = false;
  void peer.close().then(() => (isClosed = true));
  for (let i = 0; i < 500 && !isClosed; i++) {
    server.t.clock.advance(stepMs);
    await turn();
  }
}

describe('a gateway closes a connection', () => {
  afterEach(closeAll);

  const cases: readonly CloseCase[] = [
    {
      name: 'no hello in time',
      code: 4508,
      limits: { helloMs: 200 },
      peer: nothing,
      act: (_, server) => server.t.clock.advance(200),
    },
    {
      name: 'another message before hello',
      code: 4500,
      peer: nothing,
      act: (peer) => peer.send({ t: 'ping' }),
    },
    { name: 'a hello of another version', code: 4505, peer: nothing, act: (peer) => peer.send({ t: 'hello', v: 2 }) },
    {
      name: 'a hello too large',
      code: 4510,
      peer: nothing,
      act: (peer) => peer.send({ t: 'hello', v: 1, token: 'x'.repeat(8200) }),
    },
    { name: 'hello twice', code: 4500, act: (peer) => peer.send({ t: 'hello', v: 1 }) },
    { name: 'what is no JSON', code: 4500, act: (peer) => peer.raw('{"t":') },
    { name: 'a list', code: 4500, act: (peer) => peer.raw('[]') },
    { name: 'bytes where text belongs', code: 4500, act: (peer) => peer.raw(Buffer.from('{}'), { binary: true }) },
    { name: 'a frame too large', code: 4510, limits: { frameBytes: 9000 }, act: (peer) => peer.raw('x'.repeat(9001)) },
    { name: 'nesting too deep', code: 4510, limits: { depth: 5 }, act: (peer) => pub(peer, [[[[1]]]]) },
    { name: 'too many values', code: 4510, limits: { itemsPerFrame: 50 }, act: (peer) => pub(peer, Array(60).fill(0)) },
    {
      name: 'the key __proto__',
      code: 4500,
      act: (peer) => peer.raw('{"t":"pub","id":1,"stream":"in","records":[{"v":{"__proto__":{"x":1}}}]}'),
    },
    {
      name: 'the key constructor, written otherwise',
      code: 4500,
      act: (peer) => peer.raw('{"t":"pub","id":1,"stream":"in","records":[{"v":{"\\u0063onstructor":1}}]}'),
    },
    {
      name: 'too many fragments',
      code: 4510,
      limits: { fragmentsPerMessage: 4 },
      act: (peer) => {
        for (let i = 0; i < 6; i++) peer.ws.send('x', { fin: false });
      },
    },
    {
      name: 'a message that never ends',
      code: 4510,
      limits: { messageMs: 500 },
      act: async (peer, server) => {
        socketOf(peer).write(rawFrame(0x01, Buffer.from('{"t"')));
        await pass(server, peer, 100);
      },
    },
    {
      name: 'too many messages',
      code: 4429,
      limits: { controlPerSecond: 5 },
      act: (peer) => {
        for (let i = 0; i < 12; i++) peer.send({ t: 'ping' });
      },
    },
    {
      name: 'a flood of pings',
      code: 4429,
      limits: { controlPerSecond: 5 },
      act: (peer) => {
        for (let i = 0; i < 12; i++) peer.ws.ping();
      },
    },
    {
      name: 'publishing beyond the credit, twice',
      code: 4429,
      limits: { unackedBytes: 300 },
      act: async (peer) => {
        pub(peer, 'x'.repeat(400));
        expect(await peer.next('puberr')).to.include({ code: 'FLOW' });
        pub(peer, 'x'.repeat(400));
      },
    },
    {
      name: 'more records than its credit',
      code: 4429,
      limits: { creditRecords: 3 },
      act: async (peer) => {
        const records = [1, 2, 3, 4].map((v) => ({ v }));
        pub(peer, 0, { records });
        expect(await peer.next('puberr')).to.include({ code: 'FLOW' });
        pub(peer, 0, { records });
      },
    },
    {
      name: 'faster than the rate of its token',
      code: 4429,
      options: { tokens: { secret: SECRET } },
      peer: { hello: { token: 'RATE' } },
      act: async (peer) => {
        pub(peer, 1);
        pub(peer, 1);
        expect(await peer.next('puberr')).to.include({ code: 'RATE', retryMs: 1000 });
        pub(peer, 1);
      },
    },
    {
      name: 'an old producer epoch',
      code: 4509,
      peer: { hello: { producer: { id: 'p' } } },
      act: (peer) => pub(peer, 1, { seq: 1, pe: 7 }),
    },
    {
      name: 'a second session of a producer',
      code: 4511,
      peer: { hello: { producer: { id: 'p' } } },
      act: (_, server) => Peer.connect(server, { hello: { producer: { id: 'p' } } }),
    },
    {
      name: 'no token',
      code: 4501,
      options: { tokens: { secret: SECRET } },
      peer: nothing,
      act: (peer) => peer.send({ t: 'hello', v: 1 }),
    },
    {
      name: 'a token that somebody else signed',
      code: 4501,
      options: { tokens: { secret: SECRET } },
      peer: nothing,
      act: (peer) => peer.send({ t: 'hello', v: 1, token: 'dst1.e30.AAAA' }),
    },
    {
      name: 'a token that runs out',
      code: 4010,
      options: { tokens: { secret: SECRET } },
      peer: { hello: { token: 'SHORT' } },
      act: (_, server) => server.t.clock.advance(5000),
    },
    {
      name: 'a peer that says nothing any more',
      code: 4009,
      limits: { heartbeatMs: 100, deadMs: 300 },
      act: async (peer, server) => {
        // Pings are not answered from here on.
        (peer.ws as unknown as { _autoPong: boolean })._autoPong = false;
        await pass(server, peer, 100);
      },
    },
    {
      name: 'a reader that does not read',
      code: 4008,
      limits: { outgoingSoftBytes: 1000, stalledMs: 500, frameBytes: 20 << 20, recordBytes: 20 << 20 },
      act: async (peer, server) => {
        peer.send({ t: 'sub', id: 1, stream: 'out' });
        await peer.next('subok');
        await stuff(peer, server, 16 << 20);
        server.t.clock.advance(500);
        peer.ws.resume();
      },
    },
    {
      name: 'more waiting than the hard limit',
      code: 4008,
      limits: { outgoingSoftBytes: 1000, outgoingHardBytes: 1 << 20, frameBytes: 20 << 20, recordBytes: 20 << 20 },
      act: async (peer, server) => {
        peer.send({ t: 'sub', id: 1, stream: 'out' });
        await peer.next('subok');
        await stuff(peer, server, 16 << 20);
        peer.ws.resume();
      },
    },
    {
      name: 'too many connections',
      code: 4013,
      limits: { connections: 1 },
      peer: { hello: null },
      act: none,
    },
    {
      name: 'the end of the application',
      code: 4001,
      act: async (peer, server) => {
        void server.t.stop();
        expect(await peer.next('goaway')).to.include({ retryMs: 1000 });
      },
    },
  ];

  /** A batch larger than what the network takes, for a peer that has stopped reading. */
  async function stuff(peer: Peer, server: TestServer, bytes: number): Promise<void> {
    peer.ws.pause();
    const other = await Peer.connect(server);
    expect(await other.pub('in', ['x'.repeat(bytes)])).to.include({ t: 'puback' });
    await server.batch();
  }

  for (const { name, code, limits, options, peer: peerOptions, act } of cases) {
    it(`${code}: ${name}`, async () => {
      const wide = limits?.frameBytes !== undefined && limits.frameBytes > 1e6 ? { unackedBytes: 64 << 20 } : {};
      const server = await serve({ ...options, limits: { ...wide, ...limits } });
      if (code === 4013) await Peer.connect(server);
      const given = peerOptions?.hello;
      const hello =
        given?.token === 'RATE'
          ? { token: server.gateway.token({ pub: ['*'], rate: 1 }) }
          : given?.token === 'SHORT'
            ? { token: server.gateway.token({ pub: ['*'], exp: server.t.clock.now() + 5000 }) }
            : given;
      const peer = await Peer.connect(server, { ...peerOptions, ...(hello === undefined ? {} : { hello }) });
      await act(peer, server);
      expect((await peer.close()).code).to.equal(code);
    });
  }

  it('4013: too many connections of one address', async () => {
    const server = await serve({ limits: { connectionsPerAddress: 1 } });
    const first = await Peer.connect(server);
    expect((await (await Peer.connect(server, { hello: null })).close()).code).to.equal(4013);
    // Room again once the first has left.
    first.ws.close();
    await first.close();
    await turn();
    await Peer.connect(server);
  });
});

describe('a gateway answers', () => {
  afterEach(closeAll);

  const cases: readonly {
    name: string;
    limits?: Partial<GatewayLimits>;
    send: object;
    answer: Record<string, unknown>;
  }[] = [
    { name: 'an unknown type', send: { t: 'what' }, answer: { t: 'err', code: 'TYPE_UNKNOWN', fatal: false } },
    { name: 'a field that is wrong', send: { t: 'sub', id: 1, stream: 'a b' }, answer: { t: 'err', code: 'INVALID' } },
    {
      name: 'a subscription that is not there',
      send: { t: 'ack', sub: 77, batchTime: 1 },
      answer: { t: 'err', code: 'SUB_UNKNOWN' },
    },
    {
      name: 'a stream that is not there',
      send: { t: 'sub', id: 5, stream: 'outt' },
      answer: { t: 'err', id: 5, code: 'STREAM_UNKNOWN' },
    },
    {
      name: 'too many subscriptions',
      limits: { subscriptions: 1 },
      send: { t: 'sub', id: 6, stream: 'out' },
      answer: { t: 'err', id: 6, code: 'LIMIT' },
    },
    {
      name: 'a record too large',
      limits: { recordBytes: 50 },
      send: { t: 'pub', id: 1, stream: 'in', ack: 'memory', records: [{ v: 1 }, { v: 'x'.repeat(60) }] },
      answer: { t: 'puberr', id: 1, code: 'TOO_LARGE' },
    },
    {
      name: 'too many records',
      limits: { recordsPerFrame: 1 },
      send: { t: 'pub', id: 1, stream: 'in', ack: 'memory', records: [{ v: 1 }, { v: 2 }] },
      answer: { t: 'puberr', id: 1, code: 'TOO_LARGE' },
    },
    {
      name: 'a durable publication without a log',
      send: { t: 'pub', id: 1, stream: 'in', records: [{ v: 1 }] },
      answer: { t: 'puberr', id: 1, code: 'NOT_DURABLE' },
    },
    {
      name: 'no records',
      send: { t: 'pub', id: 1, stream: 'in', records: 5 },
      answer: { t: 'puberr', code: 'INVALID' },
    },
    {
      name: 'a record without a value',
      send: { t: 'pub', id: 1, stream: 'in', ack: 'memory', records: [{ k: 1 }] },
      answer: { t: 'puberr', code: 'SCHEMA' },
    },
    {
      name: 'a sequence that is none',
      send: { t: 'pub', id: 1, stream: 'in', seq: 1.5, records: [] },
      answer: { t: 'puberr', code: 'INVALID' },
    },
    { name: 'a ping', send: { t: 'ping', id: 'x' }, answer: { t: 'pong', id: 'x' } },
  ];
  for (const { name, limits, send, answer } of cases) {
    it(name, async () => {
      const server = await serve({ limits: limits ?? {} });
      const peer = await Peer.connect(server);
      if (limits?.subscriptions !== undefined) {
        peer.send({ t: 'sub', id: 0, stream: 'out' });
        await peer.next('subok');
      }
      peer.send(send);
      expect(await peer.next(answer.t as string)).to.include(answer);
    });
  }

  it('sequences: taken, taken before, ahead', async () => {
    const server = await serve();
    const peer = await Peer.connect(server, { hello: { producer: { id: 'p' } } });
    expect(peer.welcome.producer).to.deep.equal({ id: 'p', epoch: 1, last: {}, known: false });
    expect(await peer.pub('in', [1, 2], { seq: 1, pe: 1 })).to.include({ t: 'puback', seq: 2 });
    expect(await peer.pub('in', [1, 2], { seq: 1 })).to.include({ t: 'puback', seq: 2, dup: true });
    expect(await peer.pub('in', [9], { seq: 5 })).to.include({ code: 'OUT_OF_ORDER', expected: 3 });
    // Cut differently: its front is there already.
    expect(await peer.pub('in', [2, 3], { seq: 2 })).to.include({ t: 'puback', seq: 3 });
    peer.ws.close();
    await peer.close();
    const again = await Peer.connect(server, { hello: { producer: { id: 'p' } } });
    expect(again.welcome.producer).to.deep.equal({ id: 'p', epoch: 2, last: { in: 3 }, known: true });
    again.send({ t: 'sub', id: 1, stream: 'out' });
    await again.next('subok');
    await server.batch();
    expect((await again.next('batch')).records).to.deep.equal([1, 2, 3]);
  });

  it('forgets the producer that was used least when there are too many', async () => {
    const server = await serve({ limits: { producers: 2 } });
    for (const id of ['a', 'b', 'c']) await Peer.connect(server, { hello: { producer: { id } } });
    expect((await Peer.connect(server, { hello: { producer: { id: 'c' } } })).welcome.producer.known).to.equal(true);
    expect((await Peer.connect(server, { hello: { producer: { id: 'a' } } })).welcome.producer.known).to.equal(false);
  });
});

describe('a gateway refuses an upgrade', () => {
  afterEach(closeAll);

  const upgrade = (server: TestServer, headers: Record<string, string>) =>
    new Promise<{ status: number; text: string }>((resolve, reject) => {
      const url = new URL(server.url.replace('ws', 'http'));
      const asked = request(url, {
        headers: {
          connection: 'upgrade',
          upgrade: 'websocket',
          'sec-websocket-version': '13',
          'sec-websocket-key': 'AAAAAAAAAAAAAAAAAAAAAA==',
          'sec-websocket-protocol': 'dstreams.v1.json',
          ...headers,
        },
      });
      asked.on('upgrade', (_, socket) => {
        socket.destroy();
        resolve({ status: 101, text: '' });
      });
      asked.on('response', (response) => {
        let text = '';
        response.on('data', (chunk) => (text += chunk));
        response.on('end', () => resolve({ status: response.statusCode!, text }));
      });
      asked.on('error', reject);
      asked.end();
    });

  const cases: readonly { name: string; headers: Record<string, string>; status: number; says: string }[] = [
    { name: 'nothing wrong', headers: {}, status: 101, says: '' },
    { name: 'no subprotocol of ours', headers: { 'sec-websocket-protocol': 'mqtt' }, status: 400, says: 'wscat' },
    { name: 'a page of elsewhere', headers: { origin: 'https://evil.example' }, status: 403, says: 'origins' },
    { name: 'a name that was pointed here', headers: { host: 'evil.example' }, status: 403, says: 'loopback' },
    { name: 'headers too large', headers: { x: 'y'.repeat(20_000) }, status: 431, says: 'too large' },
  ];
  for (const { name, headers, status, says } of cases) {
    it(`${status}: ${name}`, async () => {
      const answer = await upgrade(await serve(), headers);
      expect(answer.status).to.equal(status);
      expect(answer.text).to.include(says);
    });
  }

  it('101: pages that are listed, and of the same origin', async () => {
    const server = await serve({ origins: ['https://shop.example'] });
    expect((await upgrade(server, { origin: 'https://shop.example' })).status).to.equal(101);
    const { host } = new URL(server.url);
    expect((await upgrade(server, { origin: `http://${host}` })).status).to.equal(101);
  });

  it('503: too many that have not said hello', async () => {
    const server = await serve({ limits: { connectionsBeforeHello: 1 } });
    await Peer.connect(server, { hello: null });
    expect((await upgrade(server, {})).status).to.equal(503);
  });

  it('ends a connection that says nothing', async () => {
    const server = await serve({ limits: { upgradeMs: 300 } });
    const socket = connectTcp(Number(new URL(server.url).port), '127.0.0.1');
    const closed = new Promise((resolve) => socket.on('close', resolve));
    socket.on('error', none);
    await new Promise((resolve) => socket.on('connect', resolve));
    await turn();
    let isClosed = false;
    void closed.then(() => (isClosed = true));
    while (!isClosed) {
      server.t.clock.advance(300);
      await turn();
    }
  });
});

describe('rights', () => {
  afterEach(closeAll);

  it('are checked for each stream, and again with a fresh token', async () => {
    const server = await serve({ tokens: { secret: [SECRET, 'an older secret of ours'] } });
    const token = server.gateway.token({ sub: ['o*'] });
    const peer = await Peer.connect(server, { headers: { authorization: `Bearer ${token}` } });
    expect(await peer.pub('in', [1])).to.include({ t: 'puberr', code: 'FORBIDDEN' });
    peer.send({ t: 'sub', id: 1, stream: 'out' });
    await peer.next('subok');
    peer.send({ t: 'describe', id: 2 });
    expect((await peer.next('described')).streams.map(({ stream }: { stream: string }) => stream)).to.deep.equal([
      'out',
    ]);
    peer.send({ t: 'auth', token: server.gateway.token({ pub: ['in'] }) });
    expect(await peer.next('err')).to.include({ code: 'FORBIDDEN' });
    expect(await peer.pub('in', [1])).to.include({ t: 'puback' });
    peer.send({ t: 'sub', id: 4, stream: 'out' });
    expect(await peer.next('err')).to.include({ id: 4, code: 'FORBIDDEN' });
  });

  it('travel as a ticket, once, within half a minute', async () => {
    const server = await serve({ tokens: { secret: SECRET } });
    const headers = { authorization: `Bearer ${server.gateway.token({ pub: ['in'] })}` };
    const url = server.url.replace('ws', 'http');
    const get = async () =>
      (await (await fetch(`${url}ticket`, { method: 'POST', headers })).json()) as { ticket: string };
    const { ticket } = await get();
    await Peer.connect(server, { hello: { token: ticket } });
    const replay = await Peer.connect(server, { hello: null });
    replay.send({ t: 'hello', v: 1, token: ticket });
    expect((await replay.close()).code).to.equal(4501);
    const late = (await get()).ticket;
    server.t.clock.advance(30_000);
    const peer = await Peer.connect(server, { hello: null });
    peer.send({ t: 'hello', v: 1, token: late });
    expect((await peer.close()).code).to.equal(4501);
    expect((await fetch(`${url}ticket`, { method: 'POST' })).status).to.equal(401);
  });
});
