import type { Random } from '../../../core/internal.ts';
import type { FrameCodec } from '../../protocol/codec.ts';
import { createToken } from '../../rights/tokens.ts';
import type { Message } from './answers.ts';
import type { Connection } from './connection.ts';
import { World } from './world.ts';

const PREFIX = 'tag good.';
/** Frames that it has under way. */
const UNDERWAY_MAX = 3;

interface Frame {
  readonly seq: number;
  readonly values: readonly string[];
  bytes: number;
}

/** A client that keeps to all rules, while others do not: it is served as if it were alone. */
export class GoodClient {
  private readonly connection: Connection;
  private underway: Frame[] = [];
  private again: Frame[] = [];
  private waitUntilMs = 0;
  private isOpen = false;
  private nextSeq = 1;
  private safeSeq = 0;
  private used = { records: 0, bytes: 0 };
  private received = 0;

  constructor(
    private readonly world: World,
    private readonly random: Random,
    private readonly codec: FrameCodec,
  ) {
    this.connection = world.connect(codec, (message) => this.take(message));
    this.connection.handshake();
    const token = createToken(World.secret, { pub: ['in'], sub: ['in-out'] });
    this.connection.send({ t: 'hello', v: 1, token, producer: { id: 'good' } });
  }

  private take(message: Message): void {
    const { t, seq } = message;
    if (t === 'welcome') {
      this.isOpen = true;
      this.connection.send({ t: 'sub', id: 'good', stream: 'in-out', from: 'earliest' });
    } else if (t === 'batch') {
      for (const record of message.records) if (String(record).startsWith(PREFIX)) this.see(record);
    } else if (t === 'puback') {
      this.safeSeq = Math.max(this.safeSeq, seq);
      this.underway = this.underway.filter((frame) => frame.seq + frame.values.length - 1 > seq);
    } else if (t === 'puberr' && ['FLOW', 'OUT_OF_ORDER'].includes(message.code)) {
      // It was not booked where the server is full; what is behind it comes again with it.
      const frame = this.underway.find(({ seq }) => seq === message.id);
      if (frame === undefined) throw new Error(`an answer to nothing: ${JSON.stringify(message)}`);
      if (message.code === 'FLOW') {
        this.used.records -= frame.values.length;
        this.used.bytes -= frame.bytes;
        this.waitUntilMs = this.world.t.clock.now() + message.retryMs;
      }
      this.underway = this.underway.filter((other) => other !== frame);
      this.again.push(frame);
    } else if (!['subok', 'credit'].includes(t)) throw new Error(`a good client is told ${JSON.stringify(message)}`);
  }

  private see(record: string): void {
    if (record !== `${PREFIX}${this.received + 1}`) {
      throw new Error(`after ${this.received} records a good client was sent ${JSON.stringify(record)}`);
    }
    this.received++;
  }

  /** Publishes some more, as it may. */
  step(goesOn = true): void {
    const { connection, world, random } = this;
    world.checkConnection(connection, false);
    if (connection.isClosed) throw new Error(`a good client was closed with ${connection.closeCode}`);
    if (!this.isOpen || world.t.clock.now() < this.waitUntilMs) return;
    // One that has to be sent again waits until all is answered: in order.
    if (this.again.length > 0) {
      if (this.underway.length > 0) return;
      const frames = this.again.sort((a, b) => a.seq - b.seq);
      this.again = [];
      for (const [i, frame] of frames.entries()) if (!this.send(frame)) return void this.again.push(...frames.slice(i));
      return;
    }
    if (!goesOn || this.underway.length >= UNDERWAY_MAX || random.int(3) > 0) return;
    const count = 1 + random.int(5);
    const values = Array.from({ length: count }, (_, i) => `${PREFIX}${this.nextSeq + i}`);
    const frame = { seq: this.nextSeq, values, bytes: 0 };
    if (this.send(frame)) this.nextSeq += count;
  }

  private send(frame: Frame): boolean {
    const { used, world } = this;
    const { seq, values } = frame;
    const records = values.map((v) => ({ v }));
    const ack = world.options.isDurable ? 'durable' : 'memory';
    const message = { t: 'pub', id: seq, stream: 'in', seq, records, ack };
    frame.bytes = this.codec.encode(message).length;
    const { granted } = this.connection.answers;
    if (used.records + values.length > granted.records || used.bytes + frame.bytes > granted.bytes) return false;
    used.records += values.length;
    used.bytes += frame.bytes;
    // Before it goes out: the answer may come at once.
    this.underway.push(frame);
    this.connection.send(message);
    return true;
  }

  get isDone(): boolean {
    return this.underway.length + this.again.length === 0;
  }

  /** How many records were published, each of which came back once, in order. Throws where they did not. */
  finish(): number {
    this.world.checkConnection(this.connection, false);
    const published = this.nextSeq - 1;
    if (this.safeSeq !== published) throw new Error(`${this.safeSeq} of ${published} records are acknowledged`);
    if (this.received !== published) throw new Error(`${this.received} of ${published} records came back`);
    for (let seq = 1; seq <= published; seq++) {
      const count = this.world.seen.get(`${PREFIX}${seq}`);
      if (count !== 1) throw new Error(`the record ${seq} of a good client was in the job ${count} times`);
    }
    return published;
  }
}
