import type { Random } from '../../../core/internal.ts';
import { type FrameCodec, JSON_CODEC, MSGPACK_CODEC } from '../../protocol/codec.ts';
import { allows, type ClaimsInput, createToken } from '../../rights/tokens.ts';
import type { Message } from './answers.ts';
import type { Connection } from './connection.ts';
import { encode, fragments, mutateBytes, mutateFrame, mutateValue, pick } from './mutate.ts';
import { messageFrame, upgradeRequest } from './wire.ts';
import { FUZZ_LIMITS, World } from './world.ts';

const INPUTS = ['in', 'in', 'in', 'typed', 'letters', 'pairs', 'full', 'nowhere'];
const OUTPUTS = [
  'in-out',
  'typed-out',
  'letters-out',
  'pairs-out',
  'full-out',
  'dead',
  'dead',
  'nowhere',
  'dstreams.status',
];

const RIGHTS: readonly ClaimsInput[] = [
  { pub: ['*'], sub: ['*'] },
  { pub: ['in', 'typed'], sub: ['in-*'] },
  { pub: ['*'], sub: ['dead'], rate: 40 },
  { pub: [], sub: ['*'] },
];

/** A `pub` that goes out as it is. */
interface Sent {
  readonly tags: readonly string[];
  /** How often it was acknowledged as new. */
  acks: number;
  times: number;
  /** Another form of it went out as well: what an answer is for, or which of them a record is of, is not known. */
  isMuddled: boolean;
  /** Its sequence may be another one than the server has: its records may have been there. */
  isMoved: boolean;
}

interface Piece {
  readonly bytes: Buffer;
  readonly frames: number;
  readonly pub?: { readonly id: number; readonly tags: readonly string[]; readonly hasSequence: boolean };
  /** The id of a message of which this is a changed form. */
  readonly muddles?: unknown;
}

/** One client's life: a valid session, and then not. */
export class Life {
  private readonly codec: FrameCodec;
  /** Frames are made of them when their time comes: most lives end before. */
  private messages: readonly object[] = [];
  /** How much of it is wrong. */
  private share = 0;
  private at = 0;
  private readonly sent = new Map<number, Sent>();
  readonly connection: Connection;
  /** Its bytes are changed under way: what an answer is for is not known. */
  private readonly isTorn: boolean;
  private closesItself = false;
  private hasMutated = false;
  /** Some stay for long with nothing to say. */
  private readonly patience: number;
  /** Others speak for its producer as well. */
  private isShared = false;
  private used = 0;
  private readonly claims: ClaimsInput[] = [];

  constructor(
    private readonly world: World,
    private readonly random: Random,
    private readonly name: string,
  ) {
    this.codec = random.int(2) === 0 ? JSON_CODEC : MSGPACK_CODEC;
    this.isTorn = random.int(8) === 0;
    this.patience = random.int(6) === 0 ? 500 : 5;
    this.connection = world.connect(this.codec, (message) => this.take(message), random.int(3) === 0);
    this.write();
    // Nothing about rights is known of a life without tokens.
    const claims = this.claims.map(({ pub = [], sub = [] }) => ({ pub, sub }));
    if (world.options.hasTokens) world.rights.set(name, claims);
  }

  private take({ t, id, seq, batchTime, dup, sub, code }: Message): void {
    if (t === 'batch') this.mayRead(sub);
    const sent = this.sent.get(id);
    if (sent === undefined || this.isTorn) return;
    if (t === 'puberr' && code === 'TOO_LARGE' && !sent.isMuddled && sent.tags.length <= FUZZ_LIMITS.recordsPerFrame) {
      throw new Error(`${sent.tags.length} records were too large`);
    }
    if (t !== 'puback' || batchTime !== undefined) return;
    // What is booked was granted before.
    this.used += sent.tags.length;
    const { granted } = this.connection.answers;
    if (!this.hasMutated && this.used > granted.records) {
      throw new Error(`${this.used} records were taken, ${granted.records} were granted`);
    }
    if (sent.tags.length > FUZZ_LIMITS.recordsPerFrame) throw new Error(`${sent.tags.length} records were in a frame`);
    if (dup !== true) sent.acks++;
    if (dup === true && seq === undefined) throw new Error('a duplicate without a sequence');
  }

  /** The first subscription of a stream has its number. */
  private mayRead(sub: number): void {
    const { hub, options } = this.world;
    if (!options.hasTokens) return;
    const stream = [...hub.outputs.values()].find(({ number }) => number === sub)?.name;
    if (stream === undefined || this.claims.some((claims) => allows(claims.sub ?? [], stream))) return;
    throw new Error(`a batch of ${stream} for somebody who may not read it`);
  }

  private write(): void {
    const { random } = this;
    const messages = random.int(40) === 0 ? [] : this.session();
    // Most sessions are wrong in a few places: a server that closes at once is easily right.
    const share = pick(random, [0, 0.05, 0.1, 0.2, 0.5]);
    this.share = share;
    for (let i = 1; i < messages.length - 1; i++) {
      if (random.next() >= share / 4) continue;
      const act = random.int(3);
      if (act === 0) messages.splice(i, 1);
      else if (act === 1) messages.splice(i, 0, messages[random.int(messages.length)]!);
      else [messages[i], messages[i + 1]] = [messages[i + 1]!, messages[i]!];
    }
    this.messages = messages;
  }

  private nextPiece(): Piece {
    const { random, codec } = this;
    if (this.at > 0) return this.piece(this.messages[this.at++ - 1]!);
    this.at++;
    const head = Buffer.from(upgradeRequest({ protocol: codec.subprotocol }));
    return { bytes: random.int(40) === 0 ? mutateBytes(random, JSON_CODEC, head) : head, frames: 0 };
  }

  private piece(message: object): Piece {
    const { random, codec, share } = this;
    const opcode = codec.isBinary ? 2 : 1;
    const { id, t, seq, records = [] } = message as { id?: any; t?: string; seq?: number; records?: { v?: unknown }[] };
    // Values first: other bytes, or another frame, mostly end the session.
    const kind = random.next() < share ? pick(random, [1, 1, 1, 1, 1, 1, 2, 3]) : 0;
    let bytes = encode(codec, kind === 1 ? mutateValue(random, message) : message);
    if (kind === 2) bytes = mutateBytes(random, codec, bytes);
    // Its producer may be another one's now: such texts come again.
    if (kind !== 0 && t === 'hello') this.isShared = true;
    if (kind === 3) {
      const { bytes: frame, closes } = mutateFrame(random, bytes, opcode);
      this.closesItself ||= closes;
      return { bytes: frame, frames: 1, muddles: id };
    }
    const frame = random.int(10) === 0 ? fragments(random, bytes, opcode) : messageFrame(bytes, { opcode });
    if (kind !== 0) return { bytes: frame, frames: 1, muddles: id };
    const tags = t === 'pub' ? records.map(({ v }) => v) : [];
    const isTagged = tags.length > 0 && tags.every((tag) => typeof tag === 'string' && tag.startsWith('tag '));
    if (!isTagged) return { bytes: frame, frames: 1 };
    return { bytes: frame, frames: 1, pub: { id, tags: tags as string[], hasSequence: seq !== undefined } };
  }

  private token(): string | undefined {
    const { random, world } = this;
    if (!world.options.hasTokens || random.int(20) === 0) return random.int(2) === 0 ? 'dst1.e30.AAAA' : undefined;
    const claims = { ...pick(random, RIGHTS) };
    if (random.int(5) === 0) claims.exp = world.t.clock.now() + random.int(5000) - 500;
    this.claims.push(claims);
    return createToken(World.secret, claims);
  }

  private session(): object[] {
    const { random, name } = this;
    const kind = random.int(3);
    // Some share a producer, and fence each other.
    this.isShared = kind === 1;
    const producer = [undefined, { id: `p${random.int(10)}` }, { id: `q${name}` }][kind];
    const hello = {
      t: 'hello',
      v: 1,
      token: this.token(),
      ...(random.int(4) === 0 ? { client: { name: 'fuzz', version: '1' } } : {}),
      ...(producer === undefined ? {} : { producer }),
    };
    const seqs = new Map<string, number>();
    const list: object[] = [hello];
    for (let n = random.int(120); n >= 0; n--) {
      list.push(this.message(producer?.id, seqs));
    }
    return list;
  }

  private message(producer: string | undefined, seqs: Map<string, number>): object {
    const { random } = this;
    const sub = 1 + random.int(6);
    // No bit that changes makes another one of it; the same holds of tags.
    const id = 1 + random.int(2 ** 31);
    const tag = `tag ${this.name}.${id}`;
    switch (random.int(14)) {
      case 0:
        return {
          t: 'sub',
          id,
          stream: pick(random, OUTPUTS),
          ...pick<object>(random, [
            {},
            { from: 'earliest' },
            { from: { after: 500 * random.int(20) } },
            { from: { batchTime: 1000 }, epoch: 'x' },
          ]),
          ...pick<object>(random, [{}, { ack: 'manual' }, { credit: { records: 10, bytes: 2000 } }]),
        };
      case 1:
        return { t: 'credit', sub, records: random.int(500), bytes: random.int(50_000) };
      case 2:
        return {
          t: pick(random, ['ack', 'nack']),
          sub,
          batchTime: 500 * random.int(40),
          ...(random.int(3) === 0 ? { delayMs: random.int(1000) } : {}),
        };
      case 3:
        return pick<object>(random, [
          { t: 'unsub', sub },
          { t: 'describe', id },
          { t: 'pong' },
          { t: 'auth', token: this.token() ?? 'x' },
        ]);
      case 4:
        return { t: 'ping', id };
      default: {
        const stream = pick(random, INPUTS);
        const count = random.int(40) === 0 ? 49 + random.int(3) : 1 + random.int(random.int(8) === 0 ? 20 : 3);
        const hasSequence = producer !== undefined && random.int(5) > 0;
        const seq = seqs.get(stream) ?? 1;
        if (hasSequence) seqs.set(stream, seq + count);
        const records = Array.from({ length: count }, (_, i) => ({
          v: this.value(stream, `${tag}.${i}`),
          ...this.extras(),
        }));
        const ack = this.world.options.isDurable && random.int(3) > 0 ? 'durable' : 'memory';
        return { t: 'pub', id, stream, ...(hasSequence ? { seq } : {}), records, ack };
      }
    }
  }

  private value(stream: string, tag: string): unknown {
    const { random } = this;
    if (stream === 'typed') return { n: random.int(100) };
    if (stream === 'letters') return random.int(3) === 0 ? 'no number' : 1;
    if (stream !== 'nowhere') return tag;
    return pick<unknown>(random, [
      ...[1, 'x', [1, 2], { a: { b: [null] } }, new Uint8Array(5), 2n ** 60n, Number.NaN, new Date(0)],
    ]);
  }

  private extras(): object {
    const { random } = this;
    if (random.int(3) > 0) return {};
    return { k: random.int(10), ...(random.int(2) === 0 ? { ts: random.int(1000), h: { from: 'here', x: [1] } } : {}) };
  }

  /** Sends some more; how many frames. */
  step(): number {
    const { random, connection } = this;
    let frames = 0;
    for (let n = 1 + random.int(4); n > 0 && !this.isOver; n--) {
      const piece = this.nextPiece();
      frames += piece.frames;
      this.note(piece);
      const { bytes } = piece;
      // A change may have left nothing of it.
      if (bytes.length === 0) continue;
      if (this.isTorn && this.at > 1 && random.int(10) === 0) {
        const copy = Buffer.from(bytes);
        copy[random.int(copy.length)]! ^= 1 << random.int(8);
        connection.socket.feed(copy);
      } else if (random.int(10) === 0) {
        const cut = random.int(bytes.length);
        connection.socket.feed(bytes.subarray(0, cut));
        connection.socket.feed(bytes.subarray(cut));
      } else connection.socket.feed(bytes);
    }
    if (random.int(300) === 0) connection.socket.isStuck = true;
    return frames;
  }

  private note({ pub, muddles }: Piece): void {
    if (muddles !== undefined) {
      const none = { tags: [], acks: 0, times: 0, isMoved: false };
      this.sent.set(muddles as number, { ...(this.sent.get(muddles as number) ?? none), isMuddled: true });
    }
    if (pub === undefined) {
      if (muddles !== undefined) this.hasMutated = true;
      return;
    }
    const { id, tags, hasSequence } = pub;
    const known = this.sent.get(id);
    const isMoved = hasSequence && (this.isShared || this.hasMutated);
    const isMuddled = known?.isMuddled === true;
    this.sent.set(id, { tags, acks: known?.acks ?? 0, times: (known?.times ?? 0) + 1, isMuddled, isMoved });
  }

  get isOver(): boolean {
    return this.at > this.messages.length || this.connection.isClosed;
  }

  /** It would leave now. */
  get isTired(): boolean {
    return this.random.int(this.patience) === 0;
  }

  check(): void {
    this.world.checkConnection(this.connection, this.closesItself || this.isTorn);
  }

  /** Once the world is over. How many records were acknowledged; throws where the job had one more often, or less. */
  checkSeen(): number {
    const { seen } = this.world;
    let count = 0;
    for (const { tags, acks, times, isMuddled, isMoved } of this.sent.values()) {
      if (this.isTorn || isMuddled) continue;
      if (!isMoved) count += tags.length;
      for (const tag of tags) {
        const n = seen.get(tag) ?? 0;
        if ((n < acks && !isMoved) || n > times) {
          throw new Error(`${tag} was sent ${times} times, acknowledged ${acks} times, and is in the job ${n} times`);
        }
      }
    }
    return count;
  }
}
