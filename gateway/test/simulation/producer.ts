import type { Random } from '../../../core/internal.ts';
import type { FrameCodec } from '../../protocol/codec.ts';
import type { Message } from '../hostile/answers.ts';
import { INPUT, type Life, LIMITS } from './life.ts';
import { Wire } from './link.ts';

const AHEAD = 'ahead';
const BEYOND = 'beyond';
/** More bytes than a slice has, mostly. */
const HEADERS = { at: Array.from({ length: 30 }, (_, i) => i) };

/** Publishes until all is acknowledged: keeps what is not, and sends it again, cut anew, after each reconnect. */
export class Producer {
  private wire: Wire | undefined;
  /** Records that are not acknowledged; the first has the sequence `base`. */
  private pending: string[] = [];
  private base = 1;
  /** Sent on this connection, up to this sequence. */
  private sent = 0;
  private sentEver = 0;
  private made = 0;
  private epoch: number | undefined;
  private used = 0;
  /** By id, the records of frames that wait for an answer. */
  private readonly asked = new Map<string, number>();
  private waitUntilMs = 0;
  private wasBeyond = false;
  private ids = 0;

  constructor(
    readonly name: string,
    private readonly random: Random,
    private readonly codec: FrameCodec,
    private readonly promised: (record: string) => void,
  ) {}

  /** All that it has made is acknowledged. */
  get isDone(): boolean {
    return this.pending.length === 0;
  }

  get count(): number {
    return this.made;
  }

  recordAt(seq: number): string {
    return `${this.name} ${seq}`;
  }

  cut(): void {
    this.wire?.cut();
    this.wire = undefined;
    this.epoch = undefined;
  }

  deliver(): void {
    this.wire?.deliver();
    if (this.wire?.closedBy !== undefined) this.cut();
  }

  step(life: Life, makes: boolean): void {
    const { random } = this;
    this.deliver();
    if (this.wire === undefined) {
      if (!life.isServing) return;
      this.used = 0;
      this.asked.clear();
      this.waitUntilMs = 0;
      this.wasBeyond = false;
      this.wire = new Wire(life, this.codec, (message) => this.take(message, life));
      this.wire.send({ t: 'hello', v: 1, producer: { id: this.name } });
      return;
    }
    if (this.epoch === undefined || life.t.clock.now() < this.waitUntilMs) return;
    if (this.asked.has(AHEAD) || this.asked.has(BEYOND)) return;
    const left = this.base + this.pending.length - 1 - this.sent;
    const count = 1 + random.int(LIMITS.recordsPerFrame);
    for (let n = left; makes && n < count; n++) this.pending.push(this.recordAt(++this.made));
    const seq = this.sent + 1;
    const records = this.pending.slice(seq - this.base, seq - this.base + count);
    if (records.length === 0) return;
    const granted = this.wire.answers.granted.records;
    if (this.asked.size >= LIMITS.unackedFrames) return;
    const isBeyond = this.used + records.length > granted;
    // Once: the second time in a row ends the connection.
    if (isBeyond && (this.wasBeyond || random.int(4) > 0)) return;
    this.wasBeyond ||= isBeyond;
    // As if a frame ahead of it were lost; where nothing is on its way that was sent before a reconnect.
    const isAhead = !isBeyond && this.sent === this.sentEver && random.int(12) === 0;
    this.publish(isBeyond ? BEYOND : isAhead ? AHEAD : `f${this.ids++}`, isAhead ? seq + 1 : seq, records);
    if (isAhead) return;
    this.sent += records.length;
    this.sentEver = Math.max(this.sentEver, this.sent);
  }

  private publish(id: string, seq: number, values: readonly string[]): void {
    this.used += values.length;
    this.asked.set(id, values.length);
    // Records with headers are not read in one pass, and with many of them not in one step.
    const kind = this.random.int(8);
    const headers = kind === 0 ? HEADERS : {};
    const records = values.map((v) => (kind < 4 ? { h: headers, v } : { v }));
    this.wire!.send({ t: 'pub', id, stream: INPUT, pe: this.epoch, seq, records });
  }

  private take(message: Message, life: Life): void {
    const { t, id, seq, batchTime, code, expected, retryMs } = message;
    if (t === 'welcome') {
      const last: number = message.producer.last[INPUT] ?? 0;
      if (last < this.base - 1) throw new Error(`${this.name}: ${this.base - 1} were acknowledged, ${last} are known`);
      this.acknowledged(last);
      this.epoch = message.producer.epoch;
      this.sent = this.base - 1;
    } else if (t === 'puback') {
      if (batchTime === undefined) {
        if (id === AHEAD) throw new Error(`${this.name}: a frame was taken that left a hole`);
        if (id === BEYOND && this.used > this.wire!.answers.granted.records) {
          throw new Error(`${this.name}: ${this.used} records were taken, beyond the credit`);
        }
        this.asked.delete(id);
      }
      this.acknowledged(seq);
    } else if (t === 'puberr') {
      if (code === 'FLOW') {
        this.used -= this.asked.get(id)!;
        this.waitUntilMs = life.t.clock.now() + retryMs;
      }
      if (!['FLOW', 'OUT_OF_ORDER', 'STORAGE', 'STOPPING'].includes(code)) {
        throw new Error(`${this.name} was answered ${JSON.stringify(message)}`);
      }
      this.asked.delete(id);
      if (id !== AHEAD) this.sent = Math.min(this.sent, (expected ?? this.base) - 1);
      // What is to be sent again may be acknowledged by another frame before.
      this.sent = Math.max(this.sent, this.base - 1);
    }
  }

  private acknowledged(seq: number): void {
    if (seq > this.sentEver) throw new Error(`${this.name}: ${seq} is acknowledged, ${this.sentEver} was the last`);
    for (; this.base <= seq; this.base++) this.promised(this.pending.shift()!);
    this.sent = Math.max(this.sent, this.base - 1);
  }
}
