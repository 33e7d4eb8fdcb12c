import { toWire } from '../../protocol/values.ts';
import { GatewayError } from './errors.ts';
import type { ClientHost } from './host.ts';
import type { Link, Welcome } from './link.ts';
import type { OutgoingRecord, PublishOptions } from './options.ts';
import { type FrameTexts, Outbox, type Receipt, type Ticket } from './outbox.ts';
import { utf8Bytes } from './utf8.ts';

/** Until the server has said its own. */
const DEFAULT_LIMITS = { frameBytes: 1 << 20, recordsPerFrame: 10_000, unackedFrames: 64, recordBytes: 1 << 18 };
/** Of a frame: what stands round its records. */
const HEAD_BYTES = 512;
/** Refusals after which the same frame is sent again. */
const RETRIED = new Set(['FLOW', 'RATE', 'OUT_OF_ORDER', 'STORAGE', 'STOPPING']);
const RETRY_MS = 100;
const STREAM_NAME = /^[A-Za-z0-9._-]{1,128}$/;
const JSON_FORMS = { isBinary: false };

interface Refused {
  readonly id: number;
  readonly stream: string;
  readonly code: string;
  readonly message: string;
  readonly expected?: number;
  readonly bad?: GatewayError['bad'];
  readonly retryMs?: number;
}

/** Records on their way: what waits, what is sent, and what the server's credit lets go. */
export class Publishing {
  /** Of records that wait for their acknowledgement. */
  bufferedBytes = 0;
  private limits: Welcome['limits'] = DEFAULT_LIMITS;
  private producer: Welcome['producer'];
  private credit: Welcome['credit'] = { records: 0, bytes: 0 };
  private used = { records: 0, bytes: 0 };
  /** What each frame without an answer was booked for, by its id. */
  private readonly booked = new Map<number, { readonly records: number; readonly bytes: number }>();
  private readonly outboxes = new Map<string, Outbox>();
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
    const frames = this.cut(texts);
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
    this.limits = limits;
    this.credit = credit;
    this.used = { records: 0, bytes: 0 };
    this.booked.clear();
    this.producer = producer;
    for (const [stream, outbox] of this.outboxes) {
      outbox.fit((texts) => this.cut(texts));
      outbox.begin(this.lastOf(stream));
    }
  }

  acked({ id, stream, seq }: { readonly id: number; readonly stream: string; readonly seq?: number }): void {
    this.booked.delete(id);
    this.outboxes.get(stream)?.acked(id, seq);
    this.pump();
  }

  granted({ records, bytes }: Welcome['credit']): void {
    const { credit } = this;
    this.credit = { records: Math.max(credit.records, records), bytes: Math.max(credit.bytes, bytes) };
    this.pump();
  }

  refused({ id, stream, code, message, expected, bad, retryMs = RETRY_MS }: Refused): void {
    const booked = this.booked.get(id);
    this.booked.delete(id);
    // The server has not booked such a frame either.
    if (code === 'FLOW' && booked !== undefined) {
      this.used.records -= booked.records;
      this.used.bytes -= booked.bytes;
    }
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
    for (const outbox of this.outboxes.values()) outbox.pump(this, this.producer?.epoch);
  }

  /** @internal */
  trySend(id: number, text: string, records: number): boolean {
    const bytes = utf8Bytes(text);
    const { used, credit } = this;
    if (this.booked.size >= this.limits.unackedFrames) return false;
    if (used.records + records > credit.records || used.bytes + bytes > credit.bytes) return false;
    used.records += records;
    used.bytes += bytes;
    this.booked.set(id, { records, bytes });
    this.link.sendText(text);
    return true;
  }

  /** undefined: without a producer there are no sequences. */
  private lastOf(stream: string): number | undefined {
    return this.producer === undefined ? undefined : (this.producer.last[stream] ?? 0);
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

  private cut(texts: readonly string[]): FrameTexts[] {
    const { frameBytes, recordsPerFrame } = this.limits;
    const frames: FrameTexts[] = [];
    let group: string[] = [];
    let size = 0;
    const flush = () => {
      if (group.length > 0) frames.push({ texts: group, bytes: size });
      group = [];
      size = 0;
    };
    for (const text of texts) {
      const bytes = utf8Bytes(text) + 1;
      if (group.length >= recordsPerFrame || size + bytes > frameBytes - HEAD_BYTES) flush();
      group.push(text);
      size += bytes;
    }
    flush();
    return frames;
  }
}

function textOf({ value, key, timestampMs, headers }: OutgoingRecord): string {
  const rest: { k?: unknown; ts?: number; h?: unknown } = {};
  if (key !== undefined) rest.k = toWire(key, JSON_FORMS);
  if (timestampMs !== undefined) rest.ts = timestampMs;
  if (headers !== undefined) rest.h = toWire(headers, JSON_FORMS);
  return JSON.stringify({ v: toWire(value, JSON_FORMS), ...rest });
}
