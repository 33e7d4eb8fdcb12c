import { connect } from '../../clients/js/node.ts';
import type { GatewayLimits } from '../../index.ts';
import { MSGPACK_CODEC } from '../../protocol/codec.ts';
import { RawPeer } from './raw-peer.ts';
import { messageFrame, upgradeRequest } from './wire.ts';

/** One thing that a hostile peer does, and what comes of it. */
export interface Attack {
  readonly name: string;
  /**
   * `close CODE`, `HTTP STATUS`, `cut` (no more than that), or the message that answers what ends no session. `A or B`: who
   * still writes when the server has ended the connection may lose what it said.
   */
  readonly answer: string;
  /** The answer waits for one of the limits below. */
  readonly isSlow?: boolean;
  readonly act: (server: Attacked) => Promise<string>;
}

/** What is attacked. */
export interface Attacked {
  readonly port: number;
  metrics(): Promise<Map<string, number>>;
}

/** Times short enough for a test, and long enough for a loaded machine; small retention, so that nothing is kept of it. */
export const ATTACKED_LIMITS: Partial<GatewayLimits> = {
  upgradeMs: 4000,
  helloMs: 5000,
  messageMs: 6000,
  heartbeatMs: 1000,
  deadMs: 11_000,
  stalledMs: 2000,
  connectionsPerAddress: 5000,
  retentionBytes: 20_000,
};

const text = (content: string | Uint8Array) => messageFrame(content);
const binary = (content: Uint8Array) => messageFrame(content, { opcode: 2 });
const json = (message: object) => text(JSON.stringify(message));
const MSGPACK = { protocol: MSGPACK_CODEC.subprotocol };

const pub = (fields: string) => text(`{"t":"pub","id":1,"stream":"in","ack":"memory",${fields}}`);

/** As many bytes as a frame may have, in four records of so many as they may have. `ends`: of a record's list or object. */
function large(member: (key: () => string) => string, ends: string): string {
  let keys = 36 ** 3;
  const record = () => {
    const members: string[] = [];
    for (let left = (255 << 10) - 20; ; ) {
      const next = member(() => (keys++).toString(36));
      left -= next.length + 1;
      if (left < 0) return `{"v":${ends[0]}${members.join(',')}${ends[1]}}`;
      members.push(next);
    }
  };
  return `"records":[${[record(), record(), record(), record()].join(',')}]`;
}

/** Bytes of msgpack by their hexadecimal text, in a record. */
const inMsgpack = (record: Buffer) =>
  binary(
    Buffer.concat([
      Buffer.from('\x84\xa1t\xa3pub\xa2id\x01\xa6stream\xa2in\xa7records\x91\x81\xa1v', 'latin1'),
      record,
    ]),
  );
const head = (token: number, length: number) => {
  const bytes = Buffer.alloc(5);
  bytes[0] = token;
  bytes.writeUInt32BE(length, 1);
  return bytes;
};

type Sends = () => Buffer | string | readonly (Buffer | string)[];

const sent = (peer: RawPeer, bytes: Sends) => {
  const list = bytes();
  for (const piece of Array.isArray(list) ? list : [list]) peer.write(piece);
};

/** Bytes on a bare connection. */
const onTcp =
  (bytes: Sends): Attack['act'] =>
  async ({ port }) => {
    const peer = await RawPeer.tcp(port);
    sent(peer, bytes);
    return peer.outcome();
  };
/** Bytes instead of a hello. */
const beforeHello =
  (bytes: Sends, options = {}): Attack['act'] =>
  async ({ port }) => {
    const peer = await RawPeer.upgraded(port, options);
    sent(peer, bytes);
    return peer.outcome();
  };
/** Bytes after welcome. */
const inSession =
  (bytes: Sends): Attack['act'] =>
  async ({ port }) => {
    const peer = await RawPeer.greeted(port);
    sent(peer, bytes);
    return peer.outcome();
  };
const greetedMsgpack = async (port: number) => {
  const peer = await RawPeer.upgraded(port, MSGPACK);
  peer.write(binary(MSGPACK_CODEC.encode({ t: 'hello', v: 1 })));
  return peer;
};
const inMsgpackSession =
  (bytes: Sends): Attack['act'] =>
  async ({ port }) => {
    const peer = await greetedMsgpack(port);
    sent(peer, bytes);
    return peer.outcome();
  };
/** The session is not ended by it: what it answers. */
const answered =
  (bytes: Sends, type: string): Attack['act'] =>
  async ({ port }) => {
    const peer = await RawPeer.greeted(port);
    sent(peer, bytes);
    // A refusal is an answer where none was expected, too.
    const { t, code } = await Promise.race([type, 'puberr'].map((each) => peer.next(each)));
    peer.socket.destroy();
    return code === undefined ? t : `${t} ${code}`;
  };

const HANDSHAKES: readonly Attack[] = [
  { name: 'a connection that says nothing', answer: 'HTTP 408 or cut', isSlow: true, act: onTcp(() => '') },
  {
    name: 'half a handshake',
    answer: 'HTTP 408',
    isSlow: true,
    act: onTcp(() => 'GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\n'),
  },
  {
    name: 'headers that come one by one, without end',
    answer: 'HTTP 408 or cut',
    isSlow: true,
    async act({ port }) {
      const peer = await RawPeer.tcp(port);
      peer.write('GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n');
      let count = 0;
      await peer.trickle(() => `X-${count++}: 1\r\n`, 200);
      return peer.outcome();
    },
  },
  {
    name: 'a body that comes byte by byte',
    answer: 'HTTP 200 or cut',
    isSlow: true,
    async act({ port }) {
      const peer = await RawPeer.tcp(port);
      peer.write('POST /ticket HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1000000\r\n\r\n');
      await peer.trickle(() => 'x', 200);
      return peer.outcome();
    },
  },
  {
    name: 'a header that does not end',
    answer: 'HTTP 431',
    act: onTcp(() => `GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX: ${'y'.repeat(100_000)}`),
  },
  {
    name: 'what is no HTTP',
    answer: 'HTTP 400',
    act: onTcp(() => Buffer.from([0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc, 3, 3])),
  },
  {
    name: 'two lengths of one request',
    answer: 'HTTP 400',
    act: onTcp(
      () =>
        'POST /ticket HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET ',
    ),
  },
  { name: 'no subprotocol', answer: 'HTTP 400', act: onTcp(() => upgradeRequest({ protocol: null })) },
  {
    name: 'a wrong subprotocol',
    answer: 'HTTP 400',
    act: onTcp(() => upgradeRequest({ protocol: 'mqtt, graphql-ws' })),
  },
  {
    name: 'a key that is none',
    answer: 'HTTP 400',
    act: onTcp(() => upgradeRequest({ headers: { 'Sec-WebSocket-Key': 'short' } })),
  },
  {
    name: 'a version of WebSocket that is none',
    answer: 'HTTP 400',
    act: onTcp(() => upgradeRequest({ headers: { 'Sec-WebSocket-Version': '7' } })),
  },
  {
    name: 'a page of another site',
    answer: 'HTTP 403',
    act: onTcp(() => upgradeRequest({ headers: { Origin: 'https://evil.example' } })),
  },
  {
    name: 'a page without a site (a file, a sandboxed frame)',
    answer: 'HTTP 403',
    act: onTcp(() => upgradeRequest({ headers: { Origin: 'null' } })),
  },
  {
    name: 'a page under a name of its own that leads here',
    answer: 'HTTP 403',
    act: onTcp(() => upgradeRequest({ headers: { Host: 'evil.example', Origin: 'http://evil.example' } })),
  },
  {
    name: 'requests without end whose answers are not read',
    answer: 'cut',
    isSlow: true,
    async act({ port }) {
      const peer = await RawPeer.tcp(port);
      peer.socket.pause();
      const many = 'GET /schema/client.pub.json HTTP/1.1\r\nHost: localhost\r\n\r\n'.repeat(100);
      await peer.flood(() => many);
      return peer.isClosed ? 'cut' : 'open';
    },
  },
];

const FRAMES: readonly Attack[] = [
  {
    name: 'a frame without a mask',
    answer: 'close 1002',
    act: inSession(() => messageFrame('{}', { isMasked: false })),
  },
  { name: 'reserved bits', answer: 'close 1002', act: inSession(() => messageFrame('{}', { rsv: 4 })) },
  { name: 'a reserved opcode', answer: 'close 1002', act: inSession(() => messageFrame('', { opcode: 3 })) },
  { name: 'a ping in pieces', answer: 'close 1002', act: inSession(() => messageFrame('', { opcode: 9, fin: false })) },
  {
    name: 'a ping of 126 bytes',
    answer: 'close 1002',
    act: inSession(() => messageFrame('x'.repeat(126), { opcode: 9 })),
  },
  { name: 'a piece of no message', answer: 'close 1002', act: inSession(() => messageFrame('x', { opcode: 0 })) },
  {
    name: 'a message within a message',
    answer: 'close 1002',
    act: inSession(() => [messageFrame('{', { fin: false }), text('{}')]),
  },
  {
    name: 'a close code that is none',
    answer: 'close 1002',
    act: inSession(() => messageFrame(Buffer.from([3, 237]), { opcode: 8 })),
  },
  {
    name: 'text that is no UTF-8',
    answer: 'close 1007',
    act: inSession(() => text(Buffer.from([0x22, 0xc3, 0x28, 0x22]))),
  },
  { name: 'a frame of 1 MiB and a byte', answer: 'close 4510', act: inSession(() => text(' '.repeat((1 << 20) + 1))) },
  {
    name: 'a frame that says it has 2^40 bytes',
    answer: 'close 4510',
    act: inSession(() => messageFrame('{', { declaredBytes: 2 ** 40 })),
  },
  {
    name: 'a frame that says it has 2^62 bytes',
    answer: 'close 4510',
    act: inSession(() => messageFrame('{', { declaredBytes: 2 ** 62 })),
  },
  {
    name: 'pieces without end',
    answer: 'close 4510',
    act: inSession(() => [
      messageFrame('[', { fin: false }),
      ...Array(100).fill(messageFrame('', { opcode: 0, fin: false })),
    ]),
  },
  {
    name: 'a message whose end does not come',
    answer: 'close 4510',
    isSlow: true,
    act: inSession(() => messageFrame('{"t":"ping"', { fin: false })),
  },
  {
    name: 'a frame whose end does not come',
    answer: 'close 4510',
    isSlow: true,
    act: inSession(() => messageFrame('{"t":"ping"', { declaredBytes: 1000 })),
  },
  {
    name: 'a frame that comes byte by byte',
    answer: 'close 4510',
    isSlow: true,
    async act({ port }) {
      const peer = await RawPeer.greeted(port);
      peer.write(messageFrame('{', { declaredBytes: 1 << 19 }));
      await peer.trickle(() => ' ', 100);
      return peer.outcome();
    },
  },
  {
    name: 'a goodbye that is not answered',
    answer: 'close 4500',
    isSlow: true,
    async act({ port }) {
      const peer = await RawPeer.greeted(port);
      peer.isRude = true;
      peer.write(text('no JSON'));
      await peer.trickle(() => json({ t: 'ping' }), 50);
      return peer.outcome();
    },
  },
];

const GREETINGS: readonly Attack[] = [
  { name: 'no hello', answer: 'close 4508', isSlow: true, act: beforeHello(() => []) },
  {
    name: 'pings instead of a hello',
    answer: 'close 4508',
    isSlow: true,
    async act({ port }) {
      const peer = await RawPeer.upgraded(port);
      await peer.trickle(() => messageFrame('', { opcode: 9 }), 200);
      return peer.outcome();
    },
  },
  {
    name: 'a hello that comes byte by byte',
    answer: 'close 4508',
    isSlow: true,
    async act({ port }) {
      const peer = await RawPeer.upgraded(port);
      const hello = messageFrame(`{"t":"hello","v":1}${' '.repeat(4000)}`);
      let at = 0;
      await peer.trickle(() => hello.subarray(at, ++at), 100);
      return peer.outcome();
    },
  },
  { name: 'something else than hello', answer: 'close 4500', act: beforeHello(() => json({ t: 'describe' })) },
  { name: 'a hello that is none', answer: 'close 4500', act: beforeHello(() => json({ t: 'hello', v: 'one' })) },
  { name: 'a hello of another version', answer: 'close 4505', act: beforeHello(() => json({ t: 'hello', v: 2 })) },
  {
    name: 'a hello of 9 KiB',
    answer: 'close 4510',
    act: beforeHello(() => json({ t: 'hello', v: 1, token: 'x'.repeat(9000) })),
  },
  {
    name: 'a hello in the other form',
    answer: 'close 4500',
    act: beforeHello(() => binary(MSGPACK_CODEC.encode({ t: 'hello', v: 1 }))),
  },
  { name: 'hello twice', answer: 'close 4500', act: inSession(() => json({ t: 'hello', v: 1 })) },
  {
    name: 'a hello of arrays 2,000 deep',
    answer: 'close 4510',
    act: beforeHello(() => text('['.repeat(2000))),
  },
];

const CONTENTS: readonly Attack[] = [
  { name: 'no JSON', answer: 'close 4500', act: inSession(() => text('{"t":')) },
  { name: 'arrays 500,000 deep', answer: 'close 4510', act: inSession(() => pub(`"records":${'['.repeat(500_000)}`)) },
  {
    name: 'objects 100,000 deep',
    answer: 'close 4510',
    act: inSession(() => pub(`"records":[${'{"v":'.repeat(100_000)}`)),
  },
  {
    name: '500,000 values',
    answer: 'close 4510',
    act: inSession(() => pub(`"records":[{"v":[${'1,'.repeat(500_000)}1]}]`)),
  },
  ...['__proto__', 'constructor', 'prototype', '\\u005f_proto__'].map(
    (key): Attack => ({
      name: `the key \`${key}\``,
      answer: 'close 4500',
      act: inSession(() => pub(`"records":[{"v":{"a":[{"${key}":{"polluted":1}}]}}]`)),
    }),
  ),
  {
    name: 'the key `__proto__` in headers',
    answer: 'close 4500',
    act: inSession(() => pub(`"records":[{"v":1,"h":{"__proto__":{"polluted":1}}}]`)),
  },
  {
    name: 'an integer of 100,000 digits',
    answer: 'puberr INVALID',
    act: answered(() => pub(`"records":[{"v":{"$i":"${'9'.repeat(100_000)}"}}]`), 'puback'),
  },
  {
    name: 'the same key twice',
    answer: 'puback',
    act: answered(() => pub(`"records":[{"v":1,"v":2}],"records":[{"v":3}]`), 'puback'),
  },
  {
    name: 'half of a surrogate pair',
    answer: 'puback',
    act: answered(() => pub(`"records":[{"v":"\\ud800"}]`), 'puback'),
  },
  {
    name: 'a type that is a field of every object',
    answer: 'err TYPE_UNKNOWN',
    act: answered(() => text('{"t":"toString"}'), 'err'),
  },
  {
    name: 'a record of 300 KiB',
    answer: 'puberr TOO_LARGE',
    act: answered(() => pub(`"records":[{"v":"${'x'.repeat(300 << 10)}"}]`), 'puberr'),
  },
  {
    name: 'a frame of 10,001 records',
    answer: 'puberr TOO_LARGE',
    act: answered(() => pub(`"records":[${'{"v":1},'.repeat(10_000)}{"v":1}]`), 'puberr'),
  },
  {
    name: 'the name of a stream of 129 characters',
    answer: 'puberr INVALID',
    act: answered(() => json({ t: 'pub', id: 1, stream: 'x'.repeat(129), records: [] }), 'puberr'),
  },
  {
    name: 'an id of 1,000 characters',
    answer: 'err INVALID',
    act: answered(() => json({ t: 'pub', id: 'x'.repeat(1000), records: [] }), 'err'),
  },
  {
    name: 'msgpack: arrays 72,000 deep',
    answer: 'close 4510',
    act: inMsgpackSession(() => inMsgpack(Buffer.alloc(72_000, 0x91))),
  },
  {
    name: 'msgpack: maps 72,000 deep',
    answer: 'close 4510',
    act: inMsgpackSession(() => inMsgpack(Buffer.alloc(72_000, Buffer.from([0x81, 0xa1, 0x61])))),
  },
  {
    name: 'msgpack: an array that says it has 2^32 − 1 items',
    answer: 'close 4500',
    act: inMsgpackSession(() => inMsgpack(head(0xdd, 2 ** 32 - 1))),
  },
  {
    name: 'msgpack: a map that says it has 2^32 − 1 entries',
    answer: 'close 4500',
    act: inMsgpackSession(() => inMsgpack(head(0xdf, 2 ** 32 - 1))),
  },
  {
    name: 'msgpack: text that says it has 2^32 − 1 bytes',
    answer: 'close 4500',
    act: inMsgpackSession(() => inMsgpack(head(0xdb, 2 ** 32 - 1))),
  },
  {
    name: 'msgpack: 500,000 items',
    answer: 'close 4510',
    act: inMsgpackSession(() => inMsgpack(Buffer.concat([head(0xdd, 500_000), Buffer.alloc(500_000, 1)]))),
  },
  {
    name: 'msgpack: an extension type',
    answer: 'close 4500',
    act: inMsgpackSession(() => inMsgpack(Buffer.from([0xd4, 0x72, 0x40]))),
  },
  {
    name: 'msgpack: a time',
    answer: 'close 4500',
    act: inMsgpackSession(() => inMsgpack(Buffer.from([0xd6, 0xff, 0, 0, 0, 0]))),
  },
  {
    name: 'msgpack: a key that is no text',
    answer: 'close 4500',
    act: inMsgpackSession(() => inMsgpack(Buffer.from([0x81, 1, 1]))),
  },
  {
    name: 'msgpack: the key `__proto__`',
    answer: 'close 4500',
    act: inMsgpackSession(() => inMsgpack(Buffer.from('\x81\xa9__proto__\x80', 'latin1'))),
  },
  {
    name: 'msgpack: text that is no UTF-8',
    answer: 'close 4500',
    act: inMsgpackSession(() => inMsgpack(Buffer.from([0xa2, 0xc3, 0x28]))),
  },
  { name: 'msgpack: nothing at all', answer: 'close 4500', act: inMsgpackSession(() => binary(Buffer.alloc(0))) },
];

const PATIENCE: readonly Attack[] = [
  {
    name: 'a flood of pings',
    answer: 'close 4429',
    act: inSession(() => Buffer.concat(Array(400).fill(json({ t: 'ping' })))),
  },
  {
    name: 'a flood of pings of WebSocket',
    answer: 'close 4429',
    act: inSession(() => Buffer.concat(Array(400).fill(messageFrame('x', { opcode: 9 })))),
  },
  {
    name: 'a flood of pongs that nobody asked for',
    answer: 'close 4429',
    act: inSession(() => Buffer.concat(Array(400).fill(messageFrame('x', { opcode: 10 })))),
  },
  {
    name: 'a flood of pings before hello',
    answer: 'close 4429',
    act: beforeHello(() => Buffer.concat(Array(400).fill(messageFrame('x', { opcode: 9 })))),
  },
  {
    name: 'a flood of subscriptions that come and go',
    answer: 'close 4429',
    act: inSession(() =>
      Buffer.concat(
        Array(200).fill(Buffer.concat([json({ t: 'sub', id: 1, stream: 'out' }), json({ t: 'unsub', sub: 2 })])),
      ),
    ),
  },
  {
    name: 'a flood of frames that are refused',
    answer: 'close 4429',
    act: inSession(() => Buffer.concat(Array(400).fill(pub('"records":5')))),
  },
  {
    name: 'publishing beyond the credit',
    answer: 'close 4429',
    act: inSession(() => Buffer.concat(Array(1000).fill(json({ t: 'pub', id: 1, stream: 'in', records: [{ v: 1 }] })))),
  },
  {
    name: 'credit that is less than none',
    answer: 'err INVALID',
    act: answered(() => json({ t: 'sub', id: 1, stream: 'out', credit: { records: -1, bytes: -1 } }), 'err'),
  },
  {
    name: 'a connection that answers no ping',
    answer: 'close 4009',
    isSlow: true,
    act: inSession(() => []),
  },
];

/** Publishes 3 MB a second to `much`, for those who do not read `more`: a client that keeps to its credit. */
async function feed(port: number, isOver: () => boolean): Promise<void> {
  const client = connect(`ws://127.0.0.1:${port}/`);
  while (!isOver()) {
    await client.publish('much', ['x'.repeat(250_000)], { ack: 'memory' });
    await new Promise((resolve) => setTimeout(resolve, 80));
  }
  await client.close();
}

/** What became of a peer that does not read, and so cannot know: whether the server closed one more as slow. */
async function closedAsSlow(server: Attacked, act: () => Promise<unknown>): Promise<string> {
  const count = async () => (await server.metrics()).get('closes_total{code="4008"}') ?? 0;
  const before = await count();
  await act();
  return (await count()) > before ? 'close 4008' : 'cut';
}

/** Those who do not read. */
export const READERS: readonly Attack[] = [
  {
    name: 'a subscriber that reads nothing',
    answer: 'close 4008',
    isSlow: true,
    act: (server) =>
      closedAsSlow(server, async () => {
        const peer = await RawPeer.greeted(server.port);
        peer.send({ t: 'sub', id: 1, stream: 'more' });
        await peer.next('subok');
        peer.socket.pause();
        const fed = feed(server.port, () => peer.isClosed);
        // Writing is how a socket that does not read learns of its end.
        await peer.trickle(() => json({ t: 'ping' }), 300);
        await fed;
      }),
  },
  {
    // Not told apart here: it may be beyond its credit first, which it does not read either.
    name: 'a publisher that reads no answer',
    answer: 'cut',
    isSlow: true,
    async act({ port }) {
      const peer = await RawPeer.greeted(port);
      peer.socket.pause();
      const frame = json({ t: 'pub', id: 'x'.repeat(128), stream: 'y'.repeat(128), records: [], ack: 'memory' });
      const frames = Buffer.concat(Array(500).fill(frame));
      await peer.flood(() => frames);
      return peer.outcome();
    },
  },
];

/**
 * What anybody with the right to publish may do, and what is hardest for the parser. It breaks no rule, and the batches that have these records
 * take as long as they need: how others fare is said of it by itself.
 */
const LOADS: readonly Attack[] = [
  {
    name: 'a frame of 40,000 objects whose keys are all different',
    answer: 'puback',
    act: answered(() => pub(large((key) => `{"${key()}":1,"${key()}":1,"${key()}":1}`, '[]')), 'puback'),
  },
  {
    name: 'a frame of 130,000 keys that are all different',
    answer: 'puback',
    act: answered(() => pub(large((key) => `"${key()}":1`, '{}')), 'puback'),
  },
];

/** What breaks rules. */
export const ATTACKS: readonly Attack[] = [
  ...HANDSHAKES,
  ...FRAMES,
  ...GREETINGS,
  ...CONTENTS,
  ...PATIENCE,
  ...READERS,
];

export const ATTACKS_AND_LOADS: readonly Attack[] = [...ATTACKS, ...LOADS];

/** As docs/gateway.md has it: a row for each answer. */
export function attackRows(): string[] {
  const byAnswer = new Map<string, string[]>();
  for (const { name, answer } of ATTACKS_AND_LOADS) byAnswer.set(answer, [...(byAnswer.get(answer) ?? []), name]);
  return [...byAnswer]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([answer, names]) => `| ${answer} | ${names.join('; ')} |`);
}

/** Whether this is the answer of the table. */
export const isAnswer = (attack: Attack, got: string): boolean => attack.answer.split(' or ').includes(got);
