import { once } from 'node:events';
import { expect } from 'chai';
import { WebSocket } from 'ws';
import type { GatewayOptions } from '../index.ts';
import { askUpgrade, rawConnection } from './hostile/acts.ts';
import { closeAll, Peer, type PeerOptions, type TestServer, testServer, turn } from './peer.ts';

const SECRET = 'a secret of enough letters';

const serve = (options: GatewayOptions = {}) =>
  testServer((t, gateway) => {
    t.ssc.receiverStream(gateway.receiver<unknown>('in')).foreachRDD(gateway.publisher('out'));
  }, options);

interface CloseCase {
  readonly name: string;
  readonly code: number;
  readonly options?: GatewayOptions;
  readonly peer?: PeerOptions;
  readonly act: (peer: Peer, server: TestServer) => unknown;
}

const pub = (peer: Peer, v: unknown, rest: object = {}) =>
  peer.send({ t: 'pub', id: 1, stream: 'in', records: [{ v }], ack: 'memory', ...rest });
const nothing = { hello: null };

describe('a gateway closes a connection', () => {
  afterEach(closeAll);

  const cases: readonly CloseCase[] = [
    {
      name: 'another message before hello',
      code: 4500,
      peer: nothing,
      act: (peer) => peer.send({ t: 'ping' }),
    },
    { name: 'a hello of another version', code: 4505, peer: nothing, act: (peer) => peer.send({ t: 'hello', v: 2 }) },
    { name: 'hello twice', code: 4500, act: (peer) => peer.send({ t: 'hello', v: 1 }) },
    { name: 'what is no JSON', code: 4500, act: (peer) => peer.raw('{"t":') },
    { name: 'a list', code: 4500, act: (peer) => peer.raw('[]') },
    { name: 'bytes where text belongs', code: 4500, act: (peer) => peer.raw(Buffer.from('{}'), { binary: true }) },
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
    ...[
      ['for a record', '\x81\xa1v\xa2\xc3\x28'],
      ['in a list', '\x81\xa1v\x91\xa1\xff'],
    ].map(([where, record]) => ({
      name: `text of msgpack that is no UTF-8, ${where}`,
      code: 4500,
      peer: { protocol: 'dstreams.v1.msgpack' },
      act: (peer: Peer) =>
        peer.raw(Buffer.from(`\x84\xa1t\xa3pub\xa2id\x01\xa6stream\xa2in\xa7records\x91${record}`, 'latin1'), {
          binary: true,
        }),
    })),
    {
      name: 'faster than the rate of its token',
      code: 4429,
      options: { tokens: { secret: SECRET }, limits: { unackedFrames: 3 } },
      peer: { hello: { token: 'RATE' } },
      act: async (peer) => {
        pub(peer, 1);
        // Two more may have been on their way, and then none.
        for (let i = 0; i < 3; i++) {
          pub(peer, 1);
          expect(await peer.next('puberr')).to.include({ code: 'RATE', retryMs: 1000 });
        }
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
      name: 'the end of the application',
      code: 4001,
      act: async (peer, server) => {
        void server.t.stop();
        expect(await peer.next('goaway')).to.include({ retryMs: 1000 });
      },
    },
  ];

  for (const { name, code, options, peer: peerOptions, act } of cases) {
    it(`${code}: ${name}`, async () => {
      const server = await serve(options);
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
      if (code === 4001) return; // It serves no numbers any more.
      expect(await server.metrics()).to.match(/^dstreams_gateway_unacknowledged_bytes 0$/m);
    });
  }

  it('and gives back the code that a peer closes with', async () => {
    const server = await serve();
    for (const code of [1000, 1008, 1009, 3000, 4999]) {
      const peer = await Peer.connect(server);
      peer.ws.close(code, 'bye');
      expect(await peer.close()).to.deep.equal({ code, reason: 'bye' });
    }
    // Not a row of the metrics for each code that a client makes up.
    const metrics = await server.metrics();
    expect(metrics).to.match(/^dstreams_gateway_closes_total\{code="1009"\} 1$/m);
    expect(metrics).to.match(/^dstreams_gateway_closes_total\{code="other"\} 2$/m);
    expect(metrics).to.not.include('4999');
  });
});

describe('a gateway answers', () => {
  afterEach(closeAll);

  const cases: readonly {
    name: string;
    send: object;
    answer: Record<string, unknown>;
  }[] = [
    {
      name: 'an unknown type',
      send: { t: 'what', id: 'w' },
      answer: { t: 'err', id: 'w', code: 'TYPE_UNKNOWN', fatal: false },
    },
    {
      name: 'a type that is no text',
      send: { t: { $i: '99' } },
      answer: { t: 'err', code: 'TYPE_UNKNOWN', fatal: false },
    },
    {
      name: 'a field that is wrong',
      send: { t: 'sub', id: 1, stream: 'a b' },
      answer: { t: 'err', id: 1, code: 'INVALID', fatal: false },
    },
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
  for (const { name, send, answer } of cases) {
    it(name, async () => {
      const peer = await Peer.connect(await serve());
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
});

describe('a gateway that can remember no more producers', () => {
  afterEach(closeAll);

  it('forgets none that is connected, however many come by', async () => {
    const server = await serve({ limits: { producers: 2 } });
    const join = (id: string) => Peer.connect(server, { hello: { producer: { id } } });
    const peer = await join('p');
    expect(await peer.pub('in', [1], { seq: 1 })).to.include({ t: 'puback', seq: 1 });
    for (let i = 0; i < 3; i++) {
      const other = await join(`q${i}`);
      other.ws.close();
      await other.close();
      server.t.clock.advance(2000);
    }
    expect(await peer.pub('in', [1], { seq: 1 })).to.include({ t: 'puback', seq: 1, dup: true });
    expect((await join('q0')).welcome.producer).to.include({ known: false });
  });
});

describe('a gateway refuses an upgrade', () => {
  afterEach(closeAll);

  const cases: readonly { name: string; headers: Record<string, string>; status: number; says: string }[] = [
    { name: 'nothing wrong', headers: {}, status: 101, says: '' },
    { name: 'no subprotocol of ours', headers: { 'sec-websocket-protocol': 'mqtt' }, status: 400, says: 'wscat' },
    { name: 'a page of elsewhere', headers: { origin: 'https://evil.example' }, status: 403, says: 'origins' },
    { name: 'a name that was pointed here', headers: { host: 'evil.example' }, status: 403, says: 'loopback' },
    { name: 'headers too large', headers: { x: 'y'.repeat(20_000) }, status: 431, says: 'too large' },
  ];
  for (const { name, headers, status, says } of cases) {
    it(`${status}: ${name}`, async () => {
      const answer = await askUpgrade(await serve(), headers);
      expect(answer.status).to.equal(status);
      expect(answer.text).to.include(says);
    });
  }

  it('101: pages that are listed, and of the same origin', async () => {
    const server = await serve({ origins: ['https://shop.example'] });
    expect((await askUpgrade(server, { origin: 'https://shop.example' })).status).to.equal(101);
    const { host } = new URL(server.url);
    expect((await askUpgrade(server, { origin: `http://${host}` })).status).to.equal(101);
  });

  it('101: and compression, which is left out', async () => {
    const server = await serve();
    const ws = new WebSocket(server.url, 'dstreams.v1.json', { perMessageDeflate: true });
    await once(ws, 'open');
    expect(ws.extensions).to.equal('');
    ws.terminate();
  });

  it('and ends a connection that does not read the answers', async () => {
    const server = await serve({ limits: { upgradeMs: 300 } });
    const { socket, isClosed } = await rawConnection(server);
    socket.pause();
    // More and more is asked for: writing is how a socket that does not read learns of its end.
    while (!isClosed()) {
      if (socket.writableLength < 65_536)
        socket.write('GET /schema/client.pub.json HTTP/1.1\r\nHost: localhost\r\n\r\n'.repeat(100));
      await turn();
    }
  });

  it('and ends a connection that asks for more and more without waiting', async () => {
    const server = await serve();
    const ask = async (count: number) => {
      const { socket, closed } = await rawConnection(server);
      let text = '';
      socket.on('data', (bytes) => (text += bytes));
      socket.write('GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n'.repeat(count));
      return { answers: () => text.split('HTTP/1.1 200').length - 1, socket, closed };
    };
    const patient = await ask(8);
    while (patient.answers() < 8) await turn();
    patient.socket.destroy();
    const hasty = await ask(1000);
    await hasty.closed;
    expect(hasty.answers()).to.be.at.most(8);
  });

  it('and ends a connection that sends a large body', async () => {
    const server = await serve();
    const send = async (bytes: number) => {
      const { socket, closed, isClosed } = await rawConnection(server);
      let text = '';
      socket.on('data', (bytes) => (text += bytes));
      socket.write(`POST /ticket HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n\r\n${'x'.repeat(bytes)}`);
      return { answer: () => text, socket, closed, isClosed };
    };
    const small = await send(8192);
    while (small.answer() === '') await turn();
    expect(small.isClosed()).to.equal(false);
    small.socket.destroy();
    await (await send(8193)).closed;
  });

  it('and ends a TLS handshake that does not go on', async () => {
    const server = await serve({ limits: { upgradeMs: 300 }, tls: {} });
    const { socket, closed } = await rawConnection(server);
    socket.write(Buffer.from([0x16, 0x03, 0x01]));
    await closed;
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
    const { sub } = await peer.next('subok');
    peer.send({ t: 'describe', id: 2 });
    expect((await peer.next('described')).streams.map(({ stream }: { stream: string }) => stream)).to.deep.equal([
      'out',
    ]);
    peer.send({ t: 'unsub', sub });
    peer.send({ t: 'auth', token: server.gateway.token({ pub: ['in'] }) });
    expect(await peer.pub('in', [1])).to.include({ t: 'puback' });
    peer.send({ t: 'sub', id: 4, stream: 'out' });
    expect(await peer.next('err')).to.include({ id: 4, code: 'FORBIDDEN', fatal: false });
  });

  it('have one rate for all connections of a token, and all of its tickets', async () => {
    const server = await serve({ tokens: { secret: SECRET } });
    const token = server.gateway.token({ pub: ['*'], rate: 2 });
    const join = (said: string) => Peer.connect(server, { hello: { token: said } });
    const peer = await join(token);
    expect(await peer.pub('in', [1, 2])).to.include({ t: 'puback' });
    const slow = { t: 'puberr', code: 'RATE', retryMs: 500 };
    expect(await peer.pub('in', [3])).to.include(slow);
    peer.send({ t: 'auth', token });
    expect(await peer.pub('in', [3])).to.include(slow);
    // Its signature can be spelled otherwise.
    for (const said of [token, `${token}=`]) expect(await (await join(said)).pub('in', [3])).to.include(slow);
    const url = `${server.url.replace('ws', 'http')}ticket`;
    const response = await fetch(url, { method: 'POST', headers: { authorization: `Bearer ${token}` } });
    const { ticket } = (await response.json()) as { ticket: string };
    expect(await (await join(ticket)).pub('in', [3])).to.include(slow);
    const other = await join(server.gateway.token({ pub: ['*'], rate: 2, name: 'other' }));
    expect(await other.pub('in', [3, 4])).to.include({ t: 'puback' });
    server.t.clock.advance(500);
    expect(await peer.pub('in', [3])).to.include({ t: 'puback' });
  });

  it('that are taken away from a reader end its connection, from a publisher its next frames', async () => {
    const server = await serve({ tokens: { secret: SECRET } });
    const all = server.gateway.token({ pub: ['*'], sub: ['*'] });
    const peer = await Peer.connect(server, { hello: { token: all } });
    expect(await peer.pub('in', [1])).to.include({ t: 'puback' });
    peer.send({ t: 'sub', id: 1, stream: 'out' });
    await peer.next('subok');
    peer.send({ t: 'auth', token: server.gateway.token({ sub: ['o*'] }) });
    expect(await peer.pub('in', [1])).to.include({ t: 'puberr', code: 'FORBIDDEN' });
    peer.send({ t: 'auth', token: server.gateway.token({ pub: ['*'], sub: ['o'] }) });
    expect(await peer.next('err')).to.include({ code: 'FORBIDDEN', fatal: true });
    expect(await peer.close()).to.deep.equal({ code: 4503, reason: 'the new token may not subscribe to out' });
  });

  it('to publish are needed for a name as producer', async () => {
    const server = await serve({ tokens: { secret: SECRET } });
    const token = server.gateway.token({ pub: ['in'] });
    const producer = { id: 'p' };
    const owner = await Peer.connect(server, { hello: { token, producer } });
    expect(await owner.pub('in', [1], { seq: 1 })).to.include({ t: 'puback', seq: 1 });
    for (const pub of [[], ['elsewhere']]) {
      const other = await Peer.connect(server, {
        hello: { token: server.gateway.token({ pub, sub: ['*'] }), producer },
      });
      expect(other.welcome).not.to.have.property('producer');
      expect(await other.pub('in', [9], { seq: 2 })).to.include({ t: 'puberr', code: 'FORBIDDEN' });
      expect(await owner.pub('in', [2], { seq: 2 + pub.length })).to.include({ t: 'puback', seq: 2 + pub.length });
      other.send({ t: 'auth', token });
      expect(await other.next('goaway')).to.include({ retryMs: 0 });
      expect((await other.close()).code).to.equal(4001);
    }
    const heir = await Peer.connect(server, { hello: { token, producer } });
    expect(heir.welcome.producer).to.deep.equal({ id: 'p', epoch: 2, last: { in: 3 }, known: true });
    expect((await owner.close()).code).to.equal(4511);
  });

  it('have producers of their own, by the name of the token', async () => {
    const server = await serve({ tokens: { secret: SECRET } });
    const join = (name: string | undefined, producer: string, more: object = {}) => {
      const token = server.gateway.token({ pub: ['in'], ...(name === undefined ? {} : { name }), ...more });
      return Peer.connect(server, { hello: { token, producer: { id: producer } } });
    };
    const alice = await join('alice', 'p');
    expect(await alice.pub('in', [1, 2], { seq: 1 })).to.include({ t: 'puback', seq: 2 });
    for (const [name, id] of [
      ['bob', 'p'],
      ['', 'p'],
      [undefined, 'p'],
      [undefined, 'palice'],
    ] as const) {
      const other = await join(name, id);
      expect(other.welcome.producer).to.deep.equal({ id, epoch: 1, last: {}, known: false });
      expect(await other.pub('in', [3], { seq: 1 })).to.not.have.property('dup');
    }
    expect(await alice.pub('in', [3], { seq: 3 })).to.include({ t: 'puback', seq: 3 });
    const fresh = await join('alice', 'p', { exp: server.t.clock.now() + 3_600_000, pub: ['*'] });
    expect(fresh.welcome.producer).to.deep.equal({ id: 'p', epoch: 2, last: { in: 3 }, known: true });
    expect((await alice.close()).code).to.equal(4511);
  });

  it('travel in no URL, and in no cookie', async () => {
    const server = await serve({ tokens: { secret: SECRET } });
    const token = server.gateway.token({ pub: ['in'] });
    for (const [url, headers] of [
      [`${server.url}?token=${token}`, {}],
      [server.url, { cookie: `token=${token}` }],
    ] as const) {
      const peer = await Peer.connect({ url }, { headers, hello: null });
      peer.send({ t: 'hello', v: 1 });
      expect((await peer.close()).code).to.equal(4501);
    }
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
    // One is good for one hello, and not for the next one: who got it once would have it for ever.
    const authorization = `Bearer ${(await get()).ticket}`;
    const again = await fetch(`${url}ticket`, { method: 'POST', headers: { authorization } });
    expect([again.status, await again.text()]).to.deep.equal([401, 'a ticket is made by a token, not by a ticket\n']);
  });
});
