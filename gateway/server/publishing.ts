import type { PubAccepted, PubRefusal } from '../ingress/input-stream.ts';
import { recordAt } from '../ingress/records.ts';
import { CLOSE, Refusal, STREAM_NAME } from '../protocol/codes.ts';
import type { AnyServerMessage, MessageId } from '../protocol/messages.ts';
import type { PubFrame, RecordColumns } from '../protocol/pub-frame.ts';
import { allows, type Claims } from '../rights/tokens.ts';
import { PublishCredit, type Totals } from './publish-credit.ts';
import type { Speaker } from './speaker.ts';
import { unknownStream } from './streams-shown.ts';
import { TokenBucket } from './token-bucket.ts';

/** A frame that waits to be known in its batch. */
interface Planned {
  readonly id: MessageId;
  readonly seq: number | undefined;
}

/** What one session publishes: frames in, acknowledgements and credit out. */
export class Publishing {
  /** Whose sequences count; a session without one publishes at least once. */
  producer: { readonly id: string; readonly epoch: number } | undefined;
  private claims: Claims = { pub: [], sub: [] };
  private readonly credit: PublishCredit;
  private rate: TokenBucket | undefined;
  private slowUntilMs = 0;
  private warned: 'FLOW' | undefined;
  /** By stream, what was acknowledged since the last batch was planned. */
  private readonly planning = new Map<string, Planned>();

  constructor(private readonly speaker: Speaker) {
    this.credit = new PublishCredit(speaker.hub);
  }

  /** The rights of a token, from now on. */
  allow(claims: Claims): void {
    this.claims = claims;
    const { rate } = claims;
    this.rate = rate === undefined ? undefined : new TokenBucket(rate, Math.max(rate, 1), this.speaker.hub.clock.now());
  }

  /** For `welcome`. */
  firstCredit(): Totals {
    return this.credit.first();
  }

  /** The connection has ended. */
  close(): void {
    this.credit.close();
  }

  /** Answers one `pub` frame. Throws `Refusal`. */
  take(frame: PubFrame, bytes: Uint8Array): void {
    const { hub } = this.speaker;
    const { id, stream, pe, seq, records, ack = 'durable' } = frame;
    if ((typeof id !== 'string' || id.length > 128) && !Number.isSafeInteger(id)) {
      throw new Refusal('INVALID', 'pub: id is a text of at most 128 characters, or a whole number');
    }
    const name = typeof stream === 'string' && STREAM_NAME.test(stream) ? stream : undefined;
    const refuse = (refusal: PubRefusal & { retryMs?: number }) =>
      this.speaker.send({ t: 'puberr', id: id as MessageId, stream: name ?? '-', ...refusal } as AnyServerMessage);
    // Such frames use no credit: what bounds them is what bounds other messages.
    const invalid = (message: string) => {
      this.speaker.countControl();
      refuse({ code: 'INVALID', message });
    };
    if (name === undefined) return invalid('stream is a name of A-Z a-z 0-9 . _ -, at most 128 long');
    if (records === undefined) return invalid('records is a list of { k?, v, ts?, h? }');
    if (ack !== 'durable' && ack !== 'memory') return invalid('ack is "durable" or "memory"');
    if (seq !== undefined && !(Number.isSafeInteger(seq) && (seq as number) > 0)) {
      return invalid('seq is a whole number from 1');
    }
    if (pe !== undefined && !Number.isSafeInteger(pe)) return invalid('pe is the producer epoch of welcome');
    const { producer } = this;
    if (producer !== undefined && pe !== undefined && pe !== producer.epoch) {
      this.speaker.end(CLOSE.fenced, `the producer epoch is ${producer.epoch}, not ${pe}`);
      return;
    }
    const { limits } = hub;
    const congestion = this.credit.congestion(name, bytes.length);
    if (congestion !== undefined) {
      // Not this client's fault: it was given credit before others filled the room.
      this.speaker.countControl();
      refuse({ code: 'FLOW', message: congestion, retryMs: hub.batchMs });
      return;
    }
    const problem = this.credit.take(records.length, bytes.length);
    if (problem !== undefined) {
      if (this.warned === 'FLOW') this.speaker.end(CLOSE.flow, 'published beyond its credit');
      else {
        this.warned = 'FLOW';
        refuse({ code: 'FLOW', message: problem, retryMs: hub.batchMs });
      }
      return;
    }
    this.warned = undefined;
    // Whatever comes of it, the frame is off the books with its answer.
    const settle = () => this.settle(records.length, bytes.length);
    const stop = (refusal: PubRefusal & { retryMs?: number }) => {
      refuse(refusal);
      settle();
    };
    if (records.length > limits.recordsPerFrame) {
      return stop({ code: 'TOO_LARGE', message: `a frame has at most ${limits.recordsPerFrame} records` });
    }
    const large = bytes.length > limits.recordBytes ? tooLarge(records, limits.recordBytes) : undefined;
    if (large !== undefined) {
      const message = `record ${large} has more than ${limits.recordBytes} bytes`;
      return stop({ code: 'TOO_LARGE', message });
    }
    if (!allows(this.claims.pub, name)) {
      return stop({ code: 'FORBIDDEN', message: `the token may not publish to ${name}` });
    }
    const input = hub.inputs.get(name);
    if (input === undefined || !(input.isOpen || hub.isGoing)) {
      return stop({ code: 'STREAM_UNKNOWN', message: unknownStream(hub, this.claims, name, 'in') });
    }
    const nowMs = hub.clock.now();
    if (this.rate !== undefined && records.length > 0) {
      const waitMs = this.rate.take(records.length, nowMs);
      if (waitMs > 0) {
        if (nowMs < this.slowUntilMs) {
          settle();
          this.speaker.end(CLOSE.flow, 'published faster than its rate');
          return;
        }
        this.slowUntilMs = nowMs + waitMs;
        return stop({ code: 'RATE', message: `the token allows ${this.claims.rate} records/s`, retryMs: waitMs });
      }
    }
    const startMs = hub.clock.monotonic();
    const done = (accepted: PubAccepted) => {
      this.puback(id as MessageId, name, accepted);
      hub.metrics.ackMs.record(hub.clock.monotonic() - startMs);
      settle();
    };
    const result = input.publish({
      records,
      producer: producer?.id,
      epoch: producer?.epoch ?? 0,
      seq: producer === undefined ? undefined : (seq as number | undefined),
      isDurable: ack === 'durable',
      frame: bytes,
      codec: this.speaker.codec.name,
      settled: (accepted) => {
        if (accepted === undefined) return stop({ code: 'STORAGE', message: 'the records could not be stored' });
        hub.metrics.syncMs.record(hub.clock.monotonic() - startMs);
        done(accepted);
      },
    });
    if (result !== undefined && 'code' in result) return stop(result);
    hub.metrics.counters.add('records_in', records.length);
    if (result !== undefined) done(result);
  }

  private settle(records: number, bytes: number): void {
    this.credit.settle(records, bytes);
    this.refresh();
  }

  private puback(id: MessageId, stream: string, { seq, dup }: PubAccepted): void {
    if (dup) this.speaker.hub.metrics.counters.add('duplicates');
    else this.planning.set(stream, { id, seq });
    this.speaker.send({ t: 'puback', id, stream, seq, ...(dup ? { dup } : {}) });
  }

  /** What was acknowledged before is in this batch: said once for each stream. */
  planned(timeMs: number): void {
    if (this.planning.size === 0) return;
    for (const [stream, { id, seq }] of this.planning) {
      this.speaker.send({ t: 'puback', id, stream, seq, batchTime: timeMs });
    }
    this.planning.clear();
  }

  /** More credit, where there is some. */
  refresh(): void {
    if (!this.speaker.isGreeted) return;
    const grant = this.credit.more();
    if (grant !== undefined) this.speaker.send({ t: 'credit', ...grant });
  }
}

/** The index of a record that is too large. Only looked at where the frame is. */
function tooLarge(records: RecordColumns, bytesMax: number): number | undefined {
  for (let i = 0; i < records.length; i++) if (sizeOf(recordAt(records, i)) > bytesMax) return i;
  return undefined;
}

/** About the bytes of a value in a frame: those of its texts, bytes and numbers, and what stands between them. */
function sizeOf(value: unknown): number {
  if (typeof value === 'string') return Buffer.byteLength(value) + 2;
  if (typeof value !== 'object' || value === null) return String(value).length;
  if (value instanceof Uint8Array) return value.length;
  let bytes = 2;
  if (Array.isArray(value)) for (const item of value) bytes += sizeOf(item) + 1;
  else {
    for (const [key, item] of Object.entries(value)) {
      if (item !== undefined) bytes += Buffer.byteLength(key) + sizeOf(item) + 4;
    }
  }
  return bytes;
}
