import { expect } from 'chai';
import { type Disk, MemoryDisk } from '../../core/internal.ts';
import type { GatewayLimits } from '../index.ts';
import { limitsSchema } from '../options.ts';
import { MSGPACK_CODEC } from '../protocol/codec.ts';
import { askUpgrade, goSilent, passUntil, rawConnection, socketOf, stuff } from './hostile/acts.ts';
import { messageFrame } from './hostile/wire.ts';
import { closeAll, Peer, type PeerOptions, type TestServer, testServer, turn } from './peer.ts';

interface Crossing {
  /** Small values: the limit that is crossed, and others that would come first. */
  readonly limits: Partial<GatewayLimits>;
  /** Goes up to the limit, where nothing happens, and beyond it. */
  readonly cross: (server: TestServer, connect: Connect) => Promise<unknown>;
  /** The log of this gateway is on a disk that does what the test says. */
  readonly disk?: HeldDisk;
}

type Connect = (options?: PeerOptions) => Promise<Peer>;

/** A disk whose syncs hang while it is held, and of which as much is free as the test says. */
class HeldDisk {
  freePercent = 100;
  private release: (() => void) | undefined;
  private held: Promise<void> | undefined;
  readonly disk: Disk;

  constructor() {
    const memory = new MemoryDisk({ now: () => 0 });
    const waits = () => this.held;
    const space = async () => ({ freeBytes: this.freePercent, totalBytes: 100 });
    this.disk = new Proxy<Disk>(memory, {
      get(target, name) {
        const member: unknown = Reflect.get(target, name);
        if (typeof member !== 'function') return member;
        if (name === 'space') return space;
        if (name !== 'open') return member.bind(target);
        return async (...args: Parameters<Disk['open']>) => {
          const file = await target.open(...args);
          const sync = file.sync.bind(file);
          file.sync = async () => {
            await waits();
            await sync();
          };
          return file;
        };
      },
    });
  }

  hold(): void {
    this.held = new Promise((resolve) => (this.release = resolve));
  }

  letGo(): void {
    this.held = undefined;
    this.release?.();
  }
}

const pub = (peer: Peer, id: number, v: unknown, rest: object = {}) =>
  peer.send({ t: 'pub', id, stream: 'in', records: [{ v }], ack: 'memory', ...rest });
const closes = async (peer: Peer, code: number) => expect((await peer.close()).code).to.equal(code);
const silent: PeerOptions = { hello: null };
const lists = (depth: number): unknown => (depth === 0 ? 1 : [lists(depth - 1)]);
const LARGE = { frameBytes: 20 << 20, recordBytes: 20 << 20, unackedBytes: 64 << 20 };

/** Publishes until two in a row are beyond the credit: the first is told so, the second ends the connection. */
async function beyondCredit(peer: Peer, send: () => void): Promise<void> {
  send();
  expect(await peer.next('puberr')).to.include({ code: 'FLOW' });
  send();
  await closes(peer, 4429);
}

/** By name, so that a new limit does not compile without one. */
const CROSSINGS: { readonly [Name in keyof GatewayLimits]: Crossing } = {
  frameBytes: {
    limits: { frameBytes: 9000 },
    cross: async (_, connect) => {
      const peer = await connect();
      peer.raw(`{"t":"ping"}${' '.repeat(9000 - 12)}`);
      await peer.next('pong');
      peer.raw(`{"t":"ping"}${' '.repeat(9001 - 12)}`);
      await closes(peer, 4510);
    },
  },
  recordBytes: {
    limits: { recordBytes: 50 },
    cross: async (_, connect) => {
      const peer = await connect();
      expect(await peer.pub('in', ['x'.repeat(30), 'x'.repeat(30)])).to.include({ t: 'puback' });
      const answer = await peer.pub('in', [1, 'x'.repeat(60)]);
      expect(answer).to.include({ t: 'puberr', code: 'TOO_LARGE', message: 'record 1 has more than 50 bytes' });
      expect(answer.bad).to.deep.equal([{ index: 1, path: '', message: 'has more than 50 bytes' }]);
      // Characters are not bytes, and bytes are no list of numbers.
      expect(await peer.pub('in', [1, '€'.repeat(20)])).to.include({ t: 'puberr', code: 'TOO_LARGE' });
      const binary = await connect({ protocol: MSGPACK_CODEC.subprotocol });
      expect(await binary.pub('in', ['x'.repeat(30), 'x'.repeat(30)])).to.include({ t: 'puback' });
      const bytes = Buffer.alloc(40, 200);
      expect(await binary.pub('in', [bytes, bytes])).to.include({ t: 'puback' });
    },
  },
  messageBytes: {
    limits: { messageBytes: 100 },
    cross: async (_, connect) => {
      const records = [{ v: { text: 'x'.repeat(300) } }];
      for (const options of [{}, { protocol: MSGPACK_CODEC.subprotocol }]) {
        const peer = await connect(options);
        peer.send({ t: 'pub', id: 1, stream: 'in', records, ack: 'memory', trace: '' });
        await peer.next('puback');
        peer.send({ t: 'pub', id: 2, stream: 'in', records, ack: 'memory', trace: 'x'.repeat(100) });
        expect(await peer.next('err')).to.include({ code: 'TOO_LARGE' });
        await closes(peer, 4510);
      }
    },
  },
  recordsPerFrame: {
    limits: { recordsPerFrame: 2 },
    cross: async (_, connect) => {
      const peer = await connect();
      expect(await peer.pub('in', [1, 2])).to.include({ t: 'puback' });
      expect(await peer.pub('in', [1, 2, 3])).to.include({ t: 'puberr', code: 'TOO_LARGE' });
    },
  },
  depth: {
    limits: { depth: 6 },
    cross: async (_, connect) => {
      const peer = await connect();
      expect(await peer.pub('in', [lists(3)])).to.include({ t: 'puback' });
      pub(peer, 1, lists(4));
      await closes(peer, 4510);
    },
  },
  itemsPerFrame: {
    limits: { itemsPerFrame: 50 },
    cross: async (_, connect) => {
      const peer = await connect();
      expect(await peer.pub('in', [Array(40).fill(0)])).to.include({ t: 'puback' });
      pub(peer, 1, Array(50).fill(0));
      await closes(peer, 4510);
    },
  },
  fragmentsPerMessage: {
    limits: { fragmentsPerMessage: 4 },
    cross: async (_, connect) => {
      const peer = await connect();
      for (const text of ['{"t"', ':', '"pi']) peer.ws.send(text, { fin: false });
      peer.ws.send('ng"}');
      await peer.next('pong');
      for (let i = 0; i < 5; i++) peer.ws.send('x', { fin: false });
      await closes(peer, 4510);
    },
  },
  chunksBuffered: {
    limits: { chunksBuffered: 8 },
    cross: async (server, connect) => {
      const peer = await connect();
      // The library counts what the network delivers, so each piece gets a turn of its own.
      const send = async (frame: Buffer, pieces: number) => {
        const size = Math.ceil(frame.length / pieces);
        for (let at = 0; at < frame.length && !peer.isClosed; at += size) {
          socketOf(peer).write(frame.subarray(at, at + size));
          await turn();
        }
      };
      await send(messageFrame('{"t":"ping"}'), 4);
      await peer.next('pong');
      await send(messageFrame(`{"t":"ping"}${' '.repeat(5000)}`), 5000);
      await closes(peer, 4510);
      expect(server.t.log.messages('ERROR')).to.deep.equal([]);
    },
  },
  messageMs: {
    limits: { messageMs: 500 },
    cross: async (server, connect) => {
      const peer = await connect();
      socketOf(peer).write(messageFrame('{"t":', { fin: false }));
      await passUntil(server, peer.close(), 100);
      await closes(peer, 4510);
    },
  },
  unackedFrames: {
    limits: { unackedFrames: 2 },
    disk: new HeldDisk(),
    async cross(_, connect) {
      const peer = await connect();
      this.disk!.hold();
      for (let id = 1; id <= 3; id++) pub(peer, id, id, { ack: 'durable' });
      expect(await peer.next('puberr')).to.include({ id: 3, code: 'FLOW' });
      this.disk!.letGo();
      expect(await peer.next('puback', ({ id }) => id === 2)).to.include({ id: 2 });
      expect(await peer.pub('in', [4], { ack: 'durable' })).to.include({ t: 'puback' });
      this.disk!.hold();
      for (let id = 5; id <= 8; id++) pub(peer, id, id, { ack: 'durable' });
      await closes(peer, 4429);
    },
  },
  unackedBytes: {
    limits: { unackedBytes: 300 },
    cross: async (_, connect) => {
      const peer = await connect();
      expect(await peer.pub('in', ['x'.repeat(200)])).to.include({ t: 'puback' });
      await beyondCredit(peer, () => pub(peer, 1, 'x'.repeat(400)));
    },
  },
  unackedBytesProcess: {
    limits: { unackedBytesProcess: 1500 },
    disk: new HeldDisk(),
    async cross(server, connect) {
      const [one, other] = [await connect(), await connect()];
      this.disk!.hold();
      // Each of them was given credit before the other used any.
      pub(one, 1, 'x'.repeat(900), { ack: 'durable' });
      while (!(await server.metrics()).includes('unacknowledged_bytes 9')) await turn();
      for (const id of [2, 3, 4]) {
        pub(other, id, 'x'.repeat(900), { ack: 'durable' });
        expect(await other.next('puberr')).to.include({ id, code: 'FLOW', retryMs: 1000 });
      }
      // Who comes now gets what is left.
      expect((await connect()).welcome.credit.bytes).to.be.within(1, 600);
      this.disk!.letGo();
      await one.next('puback');
      expect(await other.pub('in', ['x'.repeat(900)], { ack: 'durable' })).to.include({ t: 'puback' });
    },
  },
  creditRecords: {
    limits: { creditRecords: 3 },
    cross: async (_, connect) => {
      const peer = await connect();
      expect(await peer.pub('in', [1, 2, 3])).to.include({ t: 'puback' });
      await beyondCredit(peer, () => pub(peer, 1, 0, { records: [1, 2, 3, 4].map((v) => ({ v })) }));
    },
  },
  outgoingSoftBytes: {
    limits: { ...LARGE, outgoingSoftBytes: 1000, outgoingHardBytes: 64 << 20 },
    cross: async (server, connect) => {
      const peer = await connect();
      peer.send({ t: 'sub', id: 1, stream: 'out' });
      await peer.next('subok');
      await stuff(peer, server, 16 << 20);
      // The next batches wait in the stream, not in the buffer.
      for (let i = 0; i < 3; i++) await server.batch();
      const metrics = await server.metrics();
      expect(metrics).to.match(/frames_out_total 6\n/);
      expect(Number(/outgoing_bytes_max (\d+)\n/.exec(metrics)![1])).to.be.above(1000);
      peer.ws.resume();
      for (let i = 0; i < 4; i++) await peer.next('batch');
    },
  },
  outgoingHardBytes: {
    limits: { ...LARGE, outgoingSoftBytes: 8 << 20, outgoingHardBytes: 8 << 20 },
    cross: async (server, connect) => {
      const peer = await connect();
      peer.send({ t: 'sub', id: 1, stream: 'out' });
      await peer.next('subok');
      // The network takes some of it, and each may be sent that finds less than the soft limit.
      for (let i = 0; i < 3; i++) await stuff(peer, server, 7 << 20);
      peer.ws.resume();
      await closes(peer, 4008);
    },
  },
  stalledMs: {
    limits: { ...LARGE, outgoingSoftBytes: 1000, outgoingHardBytes: 64 << 20, stalledMs: 500 },
    cross: async (server, connect) => {
      const peer = await connect();
      peer.send({ t: 'sub', id: 1, stream: 'out' });
      await peer.next('subok');
      await stuff(peer, server, 16 << 20);
      server.t.clock.advance(500);
      peer.ws.resume();
      await closes(peer, 4008);
    },
  },
  connections: {
    limits: { connections: 2 },
    cross: async (_, connect) => {
      await connect();
      await connect();
      await closes(await connect(silent), 4013);
    },
  },
  connectionsPerAddress: {
    limits: { connectionsPerAddress: 1, connectionsBeforeHello: 20 },
    cross: async (server, connect) => {
      const first = await connect();
      await closes(await connect(silent), 4013);
      // Also of those that only ask for pages there are not more than so many beyond it.
      const asking = await Promise.all(Array.from({ length: 20 }, () => rawConnection(server)));
      for (const { socket } of asking) socket.write('GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n');
      const tooMany = await rawConnection(server);
      await tooMany.closed;
      expect(asking.some(({ isClosed }) => isClosed())).to.equal(false);
      for (const { socket } of asking) socket.destroy();
      // Room again once the first has left.
      first.ws.close();
      await first.close();
      await turn();
      await connect();
    },
  },
  connectionsBeforeHello: {
    limits: { connectionsBeforeHello: 1 },
    cross: async (server, connect) => {
      await connect();
      await connect(silent);
      expect((await askUpgrade(server, {})).status).to.equal(503);
    },
  },
  subscriptions: {
    limits: { subscriptions: 1 },
    cross: async (_, connect) => {
      const peer = await connect();
      peer.send({ t: 'sub', id: 1, stream: 'out' });
      await peer.next('subok');
      peer.send({ t: 'sub', id: 6, stream: 'out' });
      expect(await peer.next('err')).to.include({ id: 6, code: 'LIMIT' });
    },
  },
  headerBytes: {
    limits: { headerBytes: 2000 },
    cross: async (server) => {
      expect((await askUpgrade(server, { x: 'y'.repeat(1000) })).status).to.equal(101);
      expect((await askUpgrade(server, { x: 'y'.repeat(3000) })).status).to.equal(431);
    },
  },
  upgradeMs: {
    limits: { upgradeMs: 300 },
    cross: async (server) => {
      const { closed } = await rawConnection(server);
      await passUntil(server, closed, 300);
    },
  },
  helloMs: {
    limits: { helloMs: 200 },
    cross: async (server, connect) => {
      const peer = await connect(silent);
      expect(await server.metrics()).to.match(/connections_before_hello 1\n/);
      server.t.clock.advance(199);
      await turn();
      expect(peer.isClosed).to.equal(false);
      server.t.clock.advance(1);
      await closes(peer, 4508);
    },
  },
  helloBytes: {
    limits: { helloBytes: 100 },
    cross: async (_, connect) => {
      await connect({ hello: { token: 'x'.repeat(60) } });
      const peer = await connect(silent);
      peer.send({ t: 'hello', v: 1, token: 'x'.repeat(100) });
      await closes(peer, 4510);
    },
  },
  heartbeatMs: {
    limits: { heartbeatMs: 100 },
    cross: async (server, connect) => {
      const peer = await connect();
      const pinged = new Promise((resolve) => peer.ws.once('ping', resolve));
      await passUntil(server, pinged, 100);
    },
  },
  deadMs: {
    limits: { heartbeatMs: 100, deadMs: 300 },
    cross: async (server, connect) => {
      const peer = await connect();
      goSilent(peer);
      await passUntil(server, peer.close(), 100);
      await closes(peer, 4009);
    },
  },
  controlPerSecond: {
    limits: { controlPerSecond: 5 },
    cross: async (_, connect) => {
      const floods: readonly ((peer: Peer) => void)[] = [
        (peer) => peer.send({ t: 'ping' }),
        (peer) => peer.ws.ping(),
        (peer) => peer.ws.pong(),
        (peer) => peer.send({ t: 'pub', id: 1, stream: 'in', records: 'none' }),
      ];
      for (const send of floods) {
        const peer = await connect();
        for (let i = 0; i < 10; i++) send(peer);
        expect(await peer.pub('in', [1])).to.include({ t: 'puback' });
        send(peer);
        await closes(peer, 4429);
      }
    },
  },
  producers: {
    limits: { producers: 2 },
    cross: async (_, connect) => {
      const known = async (id: string) => (await connect({ hello: { producer: { id } } })).welcome.producer.known;
      for (const id of ['a', 'b', 'c']) expect(await known(id)).to.equal(false);
      expect(await known('c')).to.equal(true);
      // The one that was used least was forgotten.
      expect(await known('a')).to.equal(false);
    },
  },
  retentionMs: {
    limits: { retentionMs: 2000 },
    cross: async (server, connect) => {
      await retained(server, await connect(), 3);
    },
  },
  retentionBytes: {
    limits: { retentionBytes: 1000 },
    cross: async (server, connect) => {
      // What stands round the records counts: 256 bytes for each batch.
      await retained(server, await connect(), 3);
    },
  },
  diskFreePercent: {
    limits: { diskFreePercent: 20, creditRecords: 10 },
    disk: new HeldDisk(),
    async cross(server, connect) {
      const { clock } = server.t;
      const disk = this.disk!;
      /** What the gateway finds a second later. */
      const becomes = async (freePercent: number) => {
        disk.freePercent = freePercent;
        clock.advance(1000);
        for (let i = 0; i < 3; i++) await turn();
      };
      await becomes(20);
      const peer = await connect();
      expect(peer.welcome.credit).to.include({ records: 10 });
      await becomes(19);
      // What was granted counts; there is no more of it, for nobody.
      expect(await peer.pub('in', Array(10).fill(1))).to.include({ t: 'puback' });
      expect((await connect()).welcome.credit).to.deep.equal({ records: 0, bytes: 0 });
      await becomes(24);
      peer.send({ t: 'ping', id: 1 });
      await peer.next('pong');
      expect(peer.messages.filter(({ t }) => t === 'credit')).to.deep.equal([]);
      await becomes(25);
      expect(await peer.next('credit')).to.include({ records: 20 });
      expect(await peer.pub('in', [1])).to.include({ t: 'puback' });
      await becomes(19);
      await beyondCredit(peer, () => pub(peer, 1, 1, { records: Array(11).fill({ v: 1 }) }));
    },
  },
};

/** After five batches of one record the last `kept` are there. */
async function retained(server: TestServer, peer: Peer, kept: number): Promise<void> {
  for (let i = 1; i <= 5; i++) {
    expect(await peer.pub('in', [i])).to.include({ t: 'puback' });
    await server.batch();
  }
  peer.send({ t: 'sub', id: 1, stream: 'out', from: { after: 0 } });
  expect(await peer.next('gap')).to.include({ why: 'retention', from: 0 });
  for (let i = 6 - kept; i <= 5; i++) expect((await peer.next('batch')).records).to.deep.equal([i]);
}

describe('each limit of a gateway', () => {
  afterEach(closeAll);

  it('has a test that crosses it', () => {
    expect(Object.keys(CROSSINGS)).to.have.members(Object.keys(limitsSchema.shape));
    for (const [name, { limits }] of Object.entries(CROSSINGS)) expect(limits).to.have.property(name);
  });

  for (const [name, crossing] of Object.entries(CROSSINGS)) {
    it(`holds: ${name}`, async () => {
      const { limits, disk } = crossing;
      const server = await testServer(
        (t, gateway) => {
          t.ssc.receiverStream(gateway.receiver<unknown>('in')).foreachRDD(gateway.publisher('out'));
        },
        disk === undefined ? { limits } : { limits, durability: 'durable' },
        disk === undefined ? {} : { disk: disk.disk },
      );
      try {
        await crossing.cross(server, (options) => Peer.connect(server, options));
      } finally {
        disk?.letGo();
      }
    });
  }
});
