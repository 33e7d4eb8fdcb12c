import { BAD_MAX, type PubAccepted, type Publication, type PubRefusal } from '../ingress/input-stream.ts';
import { CLOSE, Refusal, STREAM_NAME } from '../protocol/codes.ts';
import type { AnyServerMessage, MessageId } from '../protocol/messages.ts';
import { otherNumberWords, textOf } from '../protocol/numbers.ts';
import type { PubFrame } from '../protocol/pub-frame.ts';
import { issueOf, type OtherRecords } from '../protocol/other-numbers.ts';
import { allows, type Claims } from '../rights/tokens.ts';
import { PublishCredit, type Totals } from './publish-credit.ts';
import type { Speaker } from './speaker.ts';
import { unknownStream } from './streams-shown.ts';

type Refused = PubRefusal & { readonly retryMs?: number };

/** A frame that is on the books of credit until it is answered, whatever the answer. */
interface BookedFrame extends Publication {
  readonly id: MessageId;
  readonly stream: string;
  /** The index of a record that is too large. */
  readonly large: number | undefined;
  /** When the stream got it. */
  startMs: number;
  /** Its credit is used, and not given back. */
  isOnBooks: boolean;
}

/** A frame that waits to be known in its batch. */
interface Planned {
  readonly id: MessageId;
  readonly seq: number | undefined;
}

/** What one session publishes: frames in, acknowledgements and credit out. */
export class Publishing {
  /** Whose sequences count; a session without one publishes at least once. */
  producer: { readonly key: string; readonly epoch: number } | undefined;
  private claims: Claims = { pub: [], sub: [] };
  private readonly credit: PublishCredit;
  private tokenKey = '';
  private slowUntilMs = 0;
  /** Frames that came before that: those that were on their way are none of its client's faults. */
  private earlyFrames = 0;
  private warned: 'FLOW' | undefined;
  /** By stream, what the next batch will have. */
  private readonly planning = new Map<string, Planned>();

  constructor(private readonly speaker: Speaker) {
    this.credit = new PublishCredit(speaker.hub);
  }

  /** The rights of a token, from now on. `key`: which one it is. */
  allow(claims: Claims, key: string): void {
    this.claims = claims;
    this.tokenKey = key;
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
    const { hub, codec } = this.speaker;
    const { id: anyId, stream, pe, seq, records, ack = 'durable', memoryBytes = 0, large, otherRecords } = frame;
    if ((typeof anyId !== 'string' || anyId.length > 128) && !Number.isSafeInteger(anyId)) {
      throw new Refusal('INVALID', 'pub: id is a text of at most 128 characters, or a whole number');
    }
    const id = anyId as MessageId;
    const name = typeof stream === 'string' && STREAM_NAME.test(stream) ? stream : undefined;
    const wrong =
      name === undefined ? 'stream is a name of A-Z a-z 0-9 . _ -, at most 128 long' : wrongIn(frame, bytes);
    if (wrong !== undefined || name === undefined || records === undefined) {
      // Such frames use no credit: what bounds them is what bounds other messages.
      this.speaker.countControl();
      this.refuse(id, name ?? '-', { code: 'INVALID', message: wrong! });
      return;
    }
    if (otherRecords !== undefined && hub.inputs.get(name)?.deadLetter === undefined) {
      this.speaker.countControl();
      this.refuse(id, name, othersRefused(bytes, codec.name, otherRecords));
      return;
    }
    const { producer } = this;
    if (producer !== undefined && pe !== undefined && pe !== producer.epoch) {
      this.speaker.end(CLOSE.fenced, `the producer epoch is ${producer.epoch}, not ${pe}`);
      return;
    }
    const congestion = this.credit.congestion(name, bytes.length);
    if (congestion !== undefined) {
      // Not this client's fault: it was given credit before others filled the room.
      this.speaker.countControl();
      this.refuse(id, name, { code: 'FLOW', message: congestion, retryMs: hub.batchMs });
      return;
    }
    const problem = this.credit.take(records.length, bytes.length);
    if (problem !== undefined) {
      if (this.warned === 'FLOW') this.speaker.end(CLOSE.flow, 'published beyond its credit');
      else {
        this.warned = 'FLOW';
        this.refuse(id, name, { code: 'FLOW', message: problem, retryMs: hub.batchMs });
      }
      return;
    }
    this.warned = undefined;
    const booked: BookedFrame = {
      id,
      stream: name,
      records,
      frame: bytes,
      memoryBytes,
      large,
      otherRecords,
      codec: codec.name,
      producer: producer?.key,
      epoch: producer?.epoch ?? 0,
      seq: producer === undefined ? undefined : (seq as number | undefined),
      isDurable: ack === 'durable',
      startMs: 0,
      isOnBooks: true,
      kept: (last) => this.planning.set(name, { id, seq: last }),
      settled: (result) => this.stored(booked, result),
    };
    try {
      this.store(booked);
    } catch (error) {
      // The session ends: what it has on the books of all connections must not stay there.
      this.settle(booked);
      throw error;
    }
  }

  private store(booked: BookedFrame): void {
    const { hub } = this.speaker;
    const { clock, limits, metrics } = hub;
    const { stream, records, large } = booked;
    if (records.length > limits.recordsPerFrame) {
      return this.reject(booked, {
        code: 'TOO_LARGE',
        message: `a frame has at most ${limits.recordsPerFrame} records`,
      });
    }
    if (large !== undefined) {
      const words = `has more than ${limits.recordBytes} bytes`;
      const bad = [{ index: large, path: '', message: words }];
      return this.reject(booked, { code: 'TOO_LARGE', message: `record ${large} ${words}`, bad });
    }
    if (!allows(this.claims.pub, stream)) {
      return this.reject(booked, { code: 'FORBIDDEN', message: `the token may not publish to ${stream}` });
    }
    const input = hub.inputs.get(stream);
    if (input === undefined || !(input.isUsed || hub.isGoing)) {
      const message = unknownStream(hub, this.claims, stream, 'in');
      return this.reject(booked, { code: 'STREAM_UNKNOWN', message });
    }
    const waitMs = this.slowed(records.length);
    if (waitMs > 0) {
      if (this.earlyFrames >= limits.unackedFrames) {
        this.settle(booked);
        this.speaker.end(CLOSE.flow, 'published faster than its rate');
        return;
      }
      const message = `the token allows ${this.claims.rate} records/s`;
      return this.reject(booked, { code: 'RATE', message, retryMs: waitMs });
    }
    booked.startMs = clock.monotonic();
    const countBefore = input.recordCount;
    const result = input.publish(booked);
    if (result !== undefined && 'code' in result) return this.reject(booked, result);
    // Not those of a resend, nor those that went elsewhere.
    metrics.counters.add('records_in', input.recordCount - countBefore);
    if (result !== undefined) this.accept(booked, result);
  }

  /** How long a frame has to wait for the rate of the token, ms; 0: not at all. */
  private slowed(records: number): number {
    const { hub } = this.speaker;
    const { rate } = this.claims;
    if (rate === undefined || records === 0) return 0;
    const nowMs = hub.clock.now();
    const waitMs = hub.rates.take(this.tokenKey, rate, records, nowMs);
    if (waitMs === 0) return 0;
    if (nowMs < this.slowUntilMs) this.earlyFrames++;
    else {
      this.earlyFrames = 0;
      this.slowUntilMs = nowMs + waitMs;
    }
    return waitMs;
  }

  private refuse(id: MessageId, stream: string, refusal: Refused): void {
    this.speaker.send({ t: 'puberr', id, stream, ...refusal } as AnyServerMessage);
  }

  private reject(booked: BookedFrame, refusal: Refused): void {
    this.refuse(booked.id, booked.stream, refusal);
    this.settle(booked);
  }

  private accept(booked: BookedFrame, { seq, dup }: PubAccepted): void {
    const { id, stream, startMs } = booked;
    const { clock, metrics } = this.speaker.hub;
    if (dup) metrics.counters.add('duplicates');
    this.speaker.send(dup ? { t: 'puback', id, stream, seq, dup } : { t: 'puback', id, stream, seq });
    metrics.ackMs.record(clock.monotonic() - startMs);
    this.settle(booked);
  }

  /** It was waited for. */
  private stored(booked: BookedFrame, result: PubAccepted | PubRefusal): void {
    if ('code' in result) return this.reject(booked, result);
    const { clock, metrics } = this.speaker.hub;
    metrics.syncMs.record(clock.monotonic() - booked.startMs);
    this.accept(booked, result);
  }

  private settle(booked: BookedFrame): void {
    if (!booked.isOnBooks) return;
    booked.isOnBooks = false;
    this.credit.settle(booked.records.length, booked.frame.length);
    this.refresh();
  }

  /** What was kept before is in this batch: said once for each stream. */
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

/** What is wrong with the form of a frame, its id and stream aside. */
function wrongIn({ records, ack = 'durable', seq, pe, otherNumber }: PubFrame, bytes: Uint8Array): string | undefined {
  if (records === undefined) return 'records is a list of { k?, v, ts?, h? }';
  if (ack !== 'durable' && ack !== 'memory') return 'ack is "durable" or "memory"';
  if (seq !== undefined && !(Number.isSafeInteger(seq) && (seq as number) > 0)) return 'seq is a whole number from 1';
  if (pe !== undefined && !Number.isSafeInteger(pe)) return 'pe is the producer epoch of welcome';
  // Ids of 64 bits are such: another one must not stand for it.
  if (otherNumber !== undefined) return otherNumberWords(textOf(bytes, otherNumber.from, otherNumber.end));
  return undefined;
}

/** Of records with numbers that JavaScript has not: the first ones are named. */
function othersRefused(frame: Uint8Array, form: 'json' | 'msgpack', others: OtherRecords): PubRefusal {
  const bad = others.numbers
    .slice(0, BAD_MAX)
    .map((number) => ({ index: number.index, ...issueOf(frame, form, others, number) }));
  return { code: 'INVALID', message: `record ${bad[0]!.index}: ${bad[0]!.message}`, bad };
}
