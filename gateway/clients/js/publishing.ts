import { toWire } from '../../protocol/values.ts';
import { GatewayError } from './errors.ts';
import type { ClientHost } from './host.ts';
import type { Link, Welcome } from './link.ts';
import { measure, utf8Bytes } from './measure.ts';
import type { OutgoingRecord, PublishOptions } from './options.ts';
import { type FrameTexts, Outbox, type Receipt, type Ticket } from './outbox.ts';
import type { Said } from './said.ts';

/** Until the server has said its own. Nothing is refused by them, only cut. */
const DEFAULT_LIMITS: Welcome['limits'] = {
  frameBytes: 1 << 20,
  recordsPerFrame: 10_000,
  itemsPerFrame: 200_000,
  depth: 32,
  unackedFrames: 64,
  unackedBytes: 8 << 20,
  creditRecords: 640_000,
};
/** Of a frame: what stands round its records. */
const HEAD_BYTES = 512;
const HEAD_ITEMS = 16;
const HEAD_DEPTH = 2;
/** Whoever sends such a key is cut off. */
const FORBIDDEN_KEY = /[{,]"(__proto__|constructor|prototype)":/;
/** Refusals after which the same frame is sent again. */
const RETRIED = new Set(['FLOW', 'RATE', 'OUT_OF_ORDER', 'STORAGE', 'STOPPING']);
const RETRY_MS = 100;
const STREAM_NAME = /^[A-Za-z0-9._-]{1,128}$/;
const JSON_FORMS = { isBinary: false };

/** Records on their way: what waits, what is sent, and what the server's credit lets go. */
export class Publishing {
  /** Of records that wait for their acknowledgement. */
  bufferedBytes = 0;
  private limits = DEFAULT_LIMITS;
  private knowsLimits = false;
  private producer: Welcome['producer'];
  private credit: Welcome['credit'] = { records: 0, bytes: 0 };
  private used = { records: 0, bytes: 0 };
  /** What each frame without an answer was booked for, by its id. */
  private readonly booked = new Map<number, { readonly records: number; readonly bytes: number }>();
  private readonly outboxes = new Map<string, Outbox>();
  /** Frames that may be without an answer: one where the rate of the token was met, and then one more for each that is taken. */
  private window = Number.POSITIVE_INFINITY;
  /** While the server has asked for a pause. */
  private pause: { cancel(): void } | undefined;

  constructor(
    private readonly link: Link,
    private readonly host: ClientHost,
    private readonly bufferBytesMax: number,
    /** There is more room. */
    private readonly onRoom: () => void,
  ) {}

  async publish(
    stream: string,
    records: readonly OutgoingRecord[],
    { ack = 'durable' }: PublishOptions,
  ): Promise<Receipt> {
    if (this.link.failure !== undefined) throw this.link.failure;
    if (!STREAM_NAME.test(stream)) {
      throw new GatewayError('INVALID', `${JSON.stringify(stream)} is no name of a stream`);
    }
    const texts = records.map(textOf);
    if (texts.length === 0) return { stream, seq: undefined };
    const frames = this.cut(texts, 0);
    const bytes = frames.reduce((sum, frame) => sum + frame.bytes, 0);
    const { bufferedBytes, bufferBytesMax } = this;
    if (bufferedBytes > 0 && bufferedBytes + bytes > bufferBytesMax) {
      throw new GatewayError(
        'BUFFER_FULL',
        `${bufferedBytes} bytes wait for their acknowledgement, at most ${bufferBytesMax} may (bufferBytesMax): await ready()`,
      );
    }
    const outbox = this.outboxOf(stream);
    return new Promise((resolve, reject) => {
      const ticket: Ticket = { left: frames.length, count: 0, resolve, reject, isOver: false };
      for (const frame of frames) outbox.add(frame, ack, ticket);
      this.pump();
    });
  }

  /** A session begins. */
  welcomed({ limits, credit, producer }: Welcome): void {
    this.limits = { ...DEFAULT_LIMITS, ...limits };
    this.knowsLimits = true;
    this.credit = credit;
    this.used = { records: 0, bytes: 0 };
    this.booked.clear();
    this.window = Number.POSITIVE_INFINITY;
    this.producer = producer;
    for (const [stream, outbox] of this.outboxes) {
      outbox.fit((texts, first) => this.cut(texts, first));
      outbox.begin(this.lastOf(stream));
    }
  }

  acked({ id, stream, seq }: Said<'puback'>): void {
    this.booked.delete(id);
    this.window++;
    this.outboxes.get(stream)?.acked(id, seq);
    this.pump();
  }

  granted({ records, bytes }: Welcome['credit']): void {
    const { credit } = this;
    this.credit = { records: Math.max(credit.records, records), bytes: Math.max(credit.bytes, bytes) };
    this.pump();
  }

  refused({ id, stream, code, message, expected, bad, retryMs = RETRY_MS }: Said<'puberr'>): void {
    const booked = this.booked.get(id);
    this.booked.delete(id);
    // The server has not booked such a frame either.
    if ((code === 'FLOW' || code === 'INVALID') && booked !== undefined) {
      this.used.records -= booked.records;
      this.used.bytes -= booked.bytes;
    }
    if (code === 'RATE') this.window = 1;
    const outbox = this.outboxes.get(stream);
    if (!RETRIED.has(code)) {
      outbox?.refused(id, new GatewayError(code, message, bad === undefined ? {} : { bad }));
    } else if (outbox?.rewind(id, expected) === true && code !== 'OUT_OF_ORDER') {
      this.pause?.cancel();
      this.pause = this.host.setTimer(retryMs, () => {
        this.pause = undefined;
        this.pump();
      });
    }
    this.pump();
  }

  fail(error: GatewayError): void {
    this.pause?.cancel();
    for (const outbox of this.outboxes.values()) outbox.fail(error);
  }

  pump(): void {
    if (!this.link.isOpen || this.pause !== undefined) return;
    const { outboxes } = this;
    // A frame of each stream in turn, so that none waits for all that another one has: who has sent goes to the end, where
    // this loop comes to it again. One that may not go yet is the next one.
    for (const [stream, outbox] of outboxes) {
      if (!outbox.hasUnsent) continue;
      if (!outbox.sendNext(this, this.producer?.epoch)) return;
      outboxes.delete(stream);
      outboxes.set(stream, outbox);
    }
  }

  /** @internal */
  trySend(id: number, text: string, records: number): boolean {
    const bytes = utf8Bytes(text);
    const { used, credit } = this;
    if (this.booked.size >= Math.min(this.limits.unackedFrames, this.window)) return false;
    if (used.records + records > credit.records || used.bytes + bytes > credit.bytes) return false;
    used.records += records;
    used.bytes += bytes;
    this.booked.set(id, { records, bytes });
    this.link.sendText(text);
    return true;
  }

  /** The last one that the server said it has safe. */
  lastSequence(stream: string): number {
    const last = this.producer?.last ?? {};
    // A stream may be named `toString`.
    return Object.hasOwn(last, stream) ? last[stream]! : 0;
  }

  /** What one frame takes: no more than there is credit for, and no more values than bytes. */
  get frame(): { readonly records: number; readonly bytes: number } {
    const { frameBytes, unackedBytes, recordsPerFrame, creditRecords, itemsPerFrame } = this.limits;
    return {
      records: Math.min(recordsPerFrame, creditRecords),
      bytes: Math.min(frameBytes - HEAD_BYTES, unackedBytes - HEAD_BYTES, itemsPerFrame - HEAD_ITEMS),
    };
  }

  /** undefined: without a producer there are no sequences. */
  private lastOf(stream: string): number | undefined {
    return this.producer === undefined ? undefined : this.lastSequence(stream);
  }

  private outboxOf(stream: string): Outbox {
    let outbox = this.outboxes.get(stream);
    if (outbox === undefined) {
      outbox = new Outbox(stream, this.link.ids, (bytes) => {
        this.bufferedBytes += bytes;
        if (bytes < 0) this.onRoom();
      });
      this.outboxes.set(stream, outbox);
      if (this.link.isOpen) outbox.begin(this.lastOf(stream));
    }
    return outbox;
  }

  /** Frames that the server takes. `first`: index of the first text in the call. Throws what ends the connection where it is sent. */
  private cut(texts: readonly string[], first: number): FrameTexts[] {
    const { limits } = this;
    // No more than there is credit for.
    const bytesMax = Math.min(limits.frameBytes, limits.unackedBytes) - HEAD_BYTES;
    const recordsMax = Math.min(limits.recordsPerFrame, limits.creditRecords);
    const itemsMax = limits.itemsPerFrame - HEAD_ITEMS;
    const frames: FrameTexts[] = [];
    let group: string[] = [];
    let size = 0;
    let count = 0;
    const flush = () => {
      if (group.length > 0) frames.push({ texts: group, bytes: size });
      group = [];
      size = count = 0;
    };
    for (let i = 0; i < texts.length; i++) {
      const text = texts[i]!;
      const { bytes, items, depth } = measure(text);
      if (this.knowsLimits) {
        if (depth > limits.depth - HEAD_DEPTH) {
          throw wrong('INVALID', first + i, `is nested ${depth} deep, at most ${limits.depth - HEAD_DEPTH} may be`);
        }
        if (bytes > bytesMax || items > itemsMax) {
          const words = `has ${bytes} bytes and ${items} values, at most ${bytesMax} and ${itemsMax} fit a frame`;
          throw wrong('TOO_LARGE', first + i, words);
        }
      }
      if (group.length >= recordsMax || size + bytes + 1 > bytesMax || count + items > itemsMax) flush();
      group.push(text);
      size += bytes + 1;
      count += items;
    }
    flush();
    return frames;
  }
}

function textOf({ value, key, timestampMs, headers }: OutgoingRecord, index: number): string {
  try {
    const rest: { k?: unknown; ts?: number; h?: unknown } = {};
    if (key !== undefined) rest.k = toWire(key, JSON_FORMS);
    if (timestampMs !== undefined) rest.ts = timestampMs;
    if (headers !== undefined) rest.h = toWire(headers, JSON_FORMS);
    const text = JSON.stringify({ v: toWire(value, JSON_FORMS), ...rest });
    if (!text.includes('proto') && !text.includes('constructor')) return text;
    const [, forbidden] = FORBIDDEN_KEY.exec(text) ?? [];
    if (forbidden === undefined) return text;
    throw wrong('INVALID', index, `has the key ${forbidden}, which is not allowed`);
  } catch (error) {
    if (error instanceof RangeError) throw wrong('INVALID', index, `cannot be sent: ${error.message}`);
    throw error;
  }
}

/** Of a record by its index in the call. */
const wrong = (code: string, index: number, message: string): GatewayError =>
  new GatewayError(code, `record ${index} ${message}`, { bad: [{ index, path: '', message }] });
