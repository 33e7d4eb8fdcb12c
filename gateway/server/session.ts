import { DStreamsError, secretText, type Timer } from '../../core/internal.ts';
import type { z } from 'zod';
import { Subscription } from '../egress/subscription.ts';
import { type Hub, type Member, OWN_PREFIX } from '../hub.ts';
import type { PubAccepted, PubRefusal } from '../ingress/input-stream.ts';
import type { FrameCodec } from '../protocol/codec.ts';
import { CLOSE, type CloseCode, type ErrCode, PROTOCOL_VERSION, Refusal, STREAM_NAME } from '../protocol/codes.ts';
import { type AnyServerMessage, CLIENT_MESSAGES, type ClientMessage, type MessageId } from '../protocol/messages.ts';
import { recordAt } from '../ingress/records.ts';
import { type PubFrame, pubFrameOf, type RecordColumns } from '../protocol/pub-frame.ts';
import { allows, type Claims } from '../rights/tokens.ts';
import { PublishCredit } from './publish-credit.ts';
import { TokenBucket } from './token-bucket.ts';

/** The connection under a session. */
export interface Link {
  readonly address: string;
  /** The token of the request's header. */
  readonly headerToken: string | undefined;
  send(frame: Buffer, isBinary: boolean): void;
  close(code: number, reason: string): void;
  /** At once, with no close handshake. */
  destroy(): void;
  ping(): void;
  /** Bytes given to `send` that the network has not taken yet. */
  bufferedBytes(): number;
  /** Bytes that it has taken so far: a reader that reads makes it grow. */
  takenBytes(): number;
}

type State = 'greeting' | 'open' | 'closed';

const NEXT: Readonly<Record<State, readonly State[]>> = {
  greeting: ['open', 'closed'],
  open: ['closed'],
  closed: [],
};

/** A frame that waits to be known in its batch. */
interface Planned {
  readonly id: MessageId;
  readonly seq: number | undefined;
}

/** What a close frame has room for. */
const REASON_BYTES_MAX = 120;

/** One connection: greeting → open → closed. Frames come in whole, and in order; everything is answered in order. */
export class Session implements Member {
  readonly id = secretText(8);
  private state: State = 'greeting';
  private claims: Claims | undefined;
  private producer: { readonly id: string; readonly epoch: number } | undefined;
  private readonly subscriptions = new Map<number, Subscription>();
  private nextSub = 1_000_000;
  private readonly credit: PublishCredit;
  private readonly control: TokenBucket;
  private rate: TokenBucket | undefined;
  private slowUntilMs = 0;
  private warned: 'FLOW' | undefined;
  /** By stream, what was acknowledged since the last batch was planned. */
  private readonly planning = new Map<string, Planned>();
  private helloTimer: Timer | undefined;
  private heartTimer: Timer | undefined;
  private expiryTimer: Timer | undefined;
  private heardMs: number;
  private stalled: { readonly takenBytes: number; readonly sinceMs: number } | undefined;
  clientName = '';

  constructor(
    private readonly hub: Hub,
    private readonly link: Link,
    readonly codec: FrameCodec,
  ) {
    const { clock, limits } = hub;
    const nowMs = clock.now();
    this.heardMs = nowMs;
    this.credit = new PublishCredit(hub);
    this.control = new TokenBucket(limits.controlPerSecond, 2 * limits.controlPerSecond, nowMs);
    this.helloTimer = clock.setTimer(nowMs + limits.helloMs, () => this.end(CLOSE.noHello, 'no hello in time'));
    hub.members.add(this);
  }

  get isGreeted(): boolean {
    return this.state === 'open';
  }

  get subscriptionCount(): number {
    return this.subscriptions.size;
  }

  // --- frames ---

  /** One frame. Never throws. */
  receive(bytes: Uint8Array, isBinary: boolean): void {
    if (this.state === 'closed') return;
    const { counters } = this.hub.metrics;
    counters.add('frames_in');
    counters.add('bytes_in', bytes.length);
    this.heard();
    try {
      if (isBinary !== this.codec.isBinary) {
        throw new Refusal(
          'INVALID',
          `${this.codec.subprotocol} uses ${this.codec.isBinary ? 'binary' : 'text'} frames`,
          CLOSE.protocol,
        );
      }
      if (this.state === 'greeting' && bytes.length > this.hub.limits.helloBytes) {
        throw new Refusal('TOO_LARGE', `hello has at most ${this.hub.limits.helloBytes} bytes`, CLOSE.limit);
      }
      this.handle(bytes);
    } catch (error) {
      if (!(error instanceof Refusal)) {
        this.hub.logger.error('Gateway', `session ${this.id} failed`, error);
        this.end(CLOSE.protocol, 'internal error');
        return;
      }
      this.refuse(error.code, error.message, error.close);
    }
  }

  private handle(bytes: Uint8Array): void {
    const { depth: depthMax, itemsPerFrame: itemsMax } = this.hub.limits;
    const bounds = { depthMax, itemsMax };
    const plain = this.state === 'open' ? this.codec.readPub(bytes, bounds) : undefined;
    if (plain !== undefined) {
      this.pub(plain, bytes);
      return;
    }
    const value = this.codec.decode(bytes, bounds);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw new Refusal('INVALID', 'a frame is one object with a type t', CLOSE.protocol);
    }
    const { t } = value as { t?: unknown };
    if (this.state === 'greeting') {
      if (t !== 'hello') throw new Refusal('HELLO_FIRST', 'say hello first: {"t":"hello","v":1}', CLOSE.protocol);
      this.hello(parse(CLIENT_MESSAGES.hello, value, CLOSE.protocol));
      return;
    }
    if (t === 'pub') {
      this.pub(pubFrameOf(value), bytes);
      return;
    }
    this.countControl();
    switch (t) {
      case 'hello':
        throw new Refusal('HELLO_TWICE', 'hello comes once', CLOSE.protocol);
      case 'credit': {
        const { sub, records, bytes: granted } = parse(CLIENT_MESSAGES.credit, value);
        this.subscription(sub).grant(records, granted);
        return;
      }
      case 'sub':
        this.sub(parse(CLIENT_MESSAGES.sub, value));
        return;
      case 'ack': {
        const { sub, batchTime } = parse(CLIENT_MESSAGES.ack, value);
        this.subscription(sub).ack(batchTime);
        return;
      }
      case 'nack': {
        const { sub, batchTime, delayMs = 0 } = parse(CLIENT_MESSAGES.nack, value);
        this.subscription(sub).nack(batchTime, Math.min(delayMs, 3_600_000));
        return;
      }
      case 'unsub': {
        const { sub } = parse(CLIENT_MESSAGES.unsub, value);
        this.subscription(sub).stop();
        this.subscriptions.delete(sub);
        return;
      }
      case 'describe':
        this.describe(parse(CLIENT_MESSAGES.describe, value).id);
        return;
      case 'auth':
        this.authenticate(parse(CLIENT_MESSAGES.auth, value).token);
        return;
      case 'ping':
        this.send({ t: 'pong', id: parse(CLIENT_MESSAGES.ping, value).id, now: this.hub.clock.now() });
        return;
      case 'pong':
        return;
      default:
        throw new Refusal(
          'TYPE_UNKNOWN',
          `a message of type ${typeof t === 'string' ? shown(t) : typeof t} is unknown`,
        );
    }
  }

  /** A ping of WebSocket itself, or a small message: answered, but not without bound. */
  countControl(): void {
    if (this.control.take(1, this.hub.clock.now()) > 0) {
      throw new Refusal('LIMIT', `more than ${this.hub.limits.controlPerSecond} messages a second`, CLOSE.flow);
    }
  }

  /** Of the connection: a ping or pong frame. Nobody has to send a pong that was not asked for, but anybody may. */
  pinged(): void {
    if (this.state === 'closed') return;
    this.heard();
    try {
      this.countControl();
    } catch (error) {
      if (error instanceof Refusal) this.refuse(error.code, error.message, error.close);
    }
  }

  // --- greeting ---

  private hello({ v, token, client, producer }: ClientMessage<'hello'>): void {
    const { hub } = this;
    const { clock, limits } = hub;
    if (v !== PROTOCOL_VERSION) {
      throw new Refusal('VERSION', `this server speaks version ${PROTOCOL_VERSION}, not ${v}`, CLOSE.version);
    }
    if (hub.isGoing) {
      this.end(CLOSE.goingAway, 'the application stops');
      return;
    }
    this.authenticate(token ?? this.link.headerToken);
    this.helloTimer?.cancel();
    this.clientName = client === undefined ? '' : `${client.name} ${client.version ?? ''}`.trim();
    this.to('open');
    let known: { epoch: number; last: Record<string, number>; known: boolean } | undefined;
    if (producer !== undefined) {
      known = hub.producers.enter(producer.id);
      this.producer = { id: producer.id, epoch: known.epoch };
      hub.speakers.get(producer.id)?.end(CLOSE.duplicateSession, 'the same producer connected again');
      hub.speakers.set(producer.id, this);
    }
    this.send({
      t: 'welcome',
      session: this.id,
      epoch: hub.epoch,
      now: clock.now(),
      limits: { ...limits, durability: hub.options.durability, streamName: STREAM_NAME.source },
      heartbeatMs: limits.heartbeatMs,
      credit: this.credit.first(),
      ...(known === undefined ? {} : { producer: { id: producer!.id, ...known } }),
    });
    this.beat();
  }

  private authenticate(token: string | undefined): void {
    const { hub } = this;
    const access = hub.access.check(token);
    if (!access.ok) {
      throw new Refusal(
        'UNAUTHENTICATED',
        access.message,
        access.isExpired ? CLOSE.tokenExpired : CLOSE.unauthenticated,
      );
    }
    const { claims } = access;
    this.claims = claims;
    const { rate, exp } = claims;
    this.rate = rate === undefined ? undefined : new TokenBucket(rate, Math.max(rate, 1), hub.clock.now());
    this.expiryTimer?.cancel();
    if (exp !== undefined) {
      this.expiryTimer = hub.clock.setTimer(exp, () => this.end(CLOSE.tokenExpired, 'the token has expired'));
    }
    for (const [sub, subscription] of this.subscriptions) {
      if (allows(claims.sub, subscription.stream.name)) continue;
      subscription.stop();
      this.subscriptions.delete(sub);
      this.refuse('FORBIDDEN', `the new token may not subscribe to ${subscription.stream.name}`);
    }
  }

  // --- publishing ---

  private pub(frame: PubFrame, bytes: Uint8Array): void {
    const { hub } = this;
    const { id, stream, pe, seq, records, ack = 'durable' } = frame;
    if ((typeof id !== 'string' || id.length > 128) && !Number.isSafeInteger(id)) {
      throw new Refusal('INVALID', 'pub: id is a text of at most 128 characters, or a whole number');
    }
    const name = typeof stream === 'string' && STREAM_NAME.test(stream) ? stream : undefined;
    const refuse = (refusal: PubRefusal & { retryMs?: number }) =>
      this.send({ t: 'puberr', id: id as MessageId, stream: name ?? '-', ...refusal } as AnyServerMessage);
    // Such frames use no credit: what bounds them is what bounds other messages.
    const invalid = (message: string) => {
      this.countControl();
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
      this.end(CLOSE.fenced, `the producer epoch is ${producer.epoch}, not ${pe}`);
      return;
    }
    const { limits } = hub;
    const congestion = this.credit.congestion(name, bytes.length);
    if (congestion !== undefined) {
      // Not this client's fault: it was given credit before others filled the room.
      this.countControl();
      refuse({ code: 'FLOW', message: congestion, retryMs: hub.batchMs });
      return;
    }
    const problem = this.credit.take(records.length, bytes.length);
    if (problem !== undefined) {
      if (this.warned === 'FLOW') this.end(CLOSE.flow, 'published beyond its credit');
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
    if (!allows(this.claims!.pub, name)) {
      return stop({ code: 'FORBIDDEN', message: `the token may not publish to ${name}` });
    }
    const input = hub.inputs.get(name);
    if (input === undefined || !(input.isOpen || hub.isGoing)) {
      return stop({ code: 'STREAM_UNKNOWN', message: this.unknown(name, 'in') });
    }
    const nowMs = hub.clock.now();
    if (this.rate !== undefined && records.length > 0) {
      const waitMs = this.rate.take(records.length, nowMs);
      if (waitMs > 0) {
        if (nowMs < this.slowUntilMs) {
          this.end(CLOSE.flow, 'published faster than its rate');
          return;
        }
        this.slowUntilMs = nowMs + waitMs;
        return stop({ code: 'RATE', message: `the token allows ${this.claims!.rate} records/s`, retryMs: waitMs });
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
      codec: this.codec.name,
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
    if (dup) this.hub.metrics.counters.add('duplicates');
    else this.planning.set(stream, { id, seq });
    this.send({ t: 'puback', id, stream, seq, ...(dup ? { dup } : {}) });
  }

  /** What was acknowledged before is in this batch: said once for each stream. */
  planned(timeMs: number): void {
    if (this.planning.size === 0) return;
    for (const [stream, { id, seq }] of this.planning) {
      this.send({ t: 'puback', id, stream, seq, batchTime: timeMs });
    }
    this.planning.clear();
  }

  /** More credit, where there is some. */
  refresh(): void {
    if (this.state !== 'open') return;
    const grant = this.credit.more();
    if (grant !== undefined) this.send({ t: 'credit', ...grant });
  }

  // --- subscribing ---

  private sub({ id, stream: name, from = 'latest', epoch, ack, credit }: ClientMessage<'sub'>): void {
    const { hub } = this;
    const fail = (code: ErrCode, message: string) => this.send({ t: 'err', id, code, message, fatal: false });
    if (!allows(this.claims!.sub, name)) return fail('FORBIDDEN', `the token may not subscribe to ${name}`);
    const stream = hub.outputs.get(name);
    if (stream === undefined) return fail('STREAM_UNKNOWN', this.unknown(name, 'out'));
    if (this.subscriptions.size >= hub.limits.subscriptions) {
      return fail('LIMIT', `a connection has at most ${hub.limits.subscriptions} subscriptions`);
    }
    const sub = this.subscriptions.has(stream.number) ? this.nextSub++ : stream.number;
    const { counters } = hub.metrics;
    let afterMs = Number.NEGATIVE_INFINITY;
    let gap: { from: number; why: 'retention' | 'epoch' } | undefined;
    if (from === 'latest') afterMs = stream.publishedMs;
    else if (from !== 'earliest') {
      const position = 'after' in from ? from.after : from.batchTime - 1;
      if (epoch !== undefined && epoch !== hub.epoch) {
        counters.add('resumes_epoch');
        gap = { from: position, why: 'epoch' };
      } else if (position < stream.lostMs) {
        counters.add('resumes_gap');
        gap = { from: position, why: 'retention' };
        afterMs = position;
      } else {
        counters.add('resumes_continued');
        afterMs = position;
      }
    }
    if (from === 'earliest' || gap?.why === 'epoch') afterMs = stream.lostMs;
    const limits = credit ?? { records: Number.POSITIVE_INFINITY, bytes: Number.POSITIVE_INFINITY };
    const subscription = new Subscription(
      { sub, stream, isManual: ack === 'manual', credit: limits, afterMs, gap },
      this.outlet,
      hub.clock,
    );
    this.subscriptions.set(sub, subscription);
    this.send({
      t: 'subok',
      id,
      sub,
      epoch: hub.epoch,
      oldest: stream.oldestMs,
      latest: stream.latestMs,
      next: subscription.nextMs,
    });
    subscription.start();
  }

  private subscription(sub: number): Subscription {
    const found = this.subscriptions.get(sub);
    if (found === undefined) throw new Refusal('SUB_UNKNOWN', `there is no subscription ${sub}`);
    return found;
  }

  private describe(id: MessageId | undefined): void {
    const { hub } = this;
    const claims = this.claims!;
    const { retentionMs: ms, retentionBytes: bytes } = hub.limits;
    this.send({
      t: 'described',
      id,
      epoch: hub.epoch,
      streams: [
        ...[...hub.inputs.values()]
          .filter(({ name }) => allows(claims.pub, name))
          .map(({ name, schema, deadLetter }) => ({
            stream: name,
            direction: 'in' as const,
            // Left out, not null: the message's schema says so, and msgpack has a form for undefined.
            ...(schema === undefined ? {} : { schema }),
            ...(deadLetter === undefined ? {} : { deadLetter }),
          })),
        ...[...hub.outputs.values()]
          .filter(({ name }) => allows(claims.sub, name) && !name.startsWith(OWN_PREFIX))
          .map(({ name }) => ({ stream: name, direction: 'out' as const, retention: { ms, bytes } })),
      ],
    });
  }

  /** Names what there is, as far as the token may see it. */
  private unknown(name: string, direction: 'in' | 'out'): string {
    const { hub } = this;
    const claims = this.claims!;
    const [streams, rights] =
      direction === 'in' ? [[...hub.inputs.keys()], claims.pub] : [[...hub.outputs.keys()], claims.sub];
    const visible = streams.filter((stream) => allows(rights, stream) && !stream.startsWith(OWN_PREFIX)).slice(0, 20);
    const what = direction === 'in' ? 'published to' : 'subscribed to';
    const there = visible.length === 0 ? 'there is none' : `there is ${visible.join(', ')}`;
    return `no stream ${name} can be ${what} here; ${there}`;
  }

  // --- sending ---

  private readonly outlet = makeOutlet(this);

  /** @internal */
  get isFull(): boolean {
    return this.state !== 'open' || this.link.bufferedBytes() >= this.hub.limits.outgoingSoftBytes;
  }

  send(message: AnyServerMessage): void {
    if (this.state === 'closed') return;
    this.sendFrame(this.codec.encode(withoutUndefined(message)));
  }

  sendFrame(frame: Buffer): void {
    if (this.state === 'closed') return;
    const { metrics, limits } = this.hub;
    metrics.counters.add('frames_out');
    metrics.counters.add('bytes_out', frame.length);
    this.link.send(frame, this.codec.isBinary);
    const buffered = this.link.bufferedBytes();
    if (buffered > metrics.outgoingBytesMax) metrics.outgoingBytesMax = buffered;
    if (buffered > limits.outgoingHardBytes) {
      this.end(CLOSE.slowConsumer, `more than ${limits.outgoingHardBytes} bytes wait to be read`);
    } else if (buffered >= limits.outgoingSoftBytes && this.stalled === undefined) this.watchReader();
  }

  /** @internal */
  gap(gap: { sub: number; from: number; to: number; why: 'retention' | 'epoch' | 'overload' }): void {
    this.hub.metrics.counters.add('gaps');
    const from = Number.isFinite(gap.from) ? gap.from : 0;
    this.send({ t: 'gap', ...gap, from });
  }

  /** The network has taken something: subscriptions may go on. */
  drained(): void {
    if (this.state !== 'open' || this.isFull) return;
    this.stalled = undefined;
    for (const subscription of this.subscriptions.values()) subscription.wake();
  }

  /** A reader that reads nothing for `stalledMs` while its buffer is full is no reader. */
  private watchReader(): void {
    const { clock, limits } = this.hub;
    const sinceMs = clock.now();
    const watch = { takenBytes: this.link.takenBytes(), sinceMs };
    this.stalled = watch;
    clock.setTimer(sinceMs + limits.stalledMs, () => {
      if (this.stalled !== watch || this.state === 'closed') return;
      this.stalled = undefined;
      if (!this.isFull) return;
      if (this.link.takenBytes() > watch.takenBytes) this.watchReader();
      else this.end(CLOSE.slowConsumer, `nothing was read for ${limits.stalledMs} ms`);
    });
  }

  // --- life ---

  private heard(): void {
    this.heardMs = this.hub.clock.now();
  }

  private beat(): void {
    const { clock, limits } = this.hub;
    this.heartTimer = clock.setTimer(clock.now() + limits.heartbeatMs, () => {
      if (this.state !== 'open') return;
      if (clock.now() - this.heardMs >= limits.deadMs) {
        this.end(CLOSE.heartbeatLost, `nothing heard for ${limits.deadMs} ms`);
        return;
      }
      this.link.ping();
      this.beat();
    });
  }

  private refuse(code: ErrCode, message: string, close?: CloseCode): void {
    this.send({ t: 'err', code, message, fatal: close !== undefined });
    if (close !== undefined) this.end(close, message);
  }

  goAway(retryMs: number, why: string): void {
    if (this.state === 'open') this.send({ t: 'goaway', retryMs, why });
    this.end(CLOSE.goingAway, why);
  }

  /** Idempotent. */
  end(code: CloseCode, reason: string): void {
    if (this.state === 'closed') return;
    this.leave(code);
    this.link.close(code, shortened(reason));
  }

  /** The connection is gone, by whatever code. */
  leave(code: number): void {
    if (this.state === 'closed') return;
    const { hub } = this;
    this.to('closed');
    hub.metrics.closed(code);
    this.helloTimer?.cancel();
    this.heartTimer?.cancel();
    this.expiryTimer?.cancel();
    this.stalled = undefined;
    for (const subscription of this.subscriptions.values()) subscription.stop();
    this.subscriptions.clear();
    this.credit.close();
    hub.members.delete(this);
    if (this.producer !== undefined && hub.speakers.get(this.producer.id) === this) {
      hub.speakers.delete(this.producer.id);
    }
  }

  private to(state: State): void {
    if (!NEXT[this.state].includes(state)) {
      throw new DStreamsError('INVARIANT', `a session cannot go from ${this.state} to ${state}`);
    }
    this.state = state;
  }
}

function makeOutlet(session: Session) {
  return {
    get codec() {
      return session.codec;
    },
    get isFull() {
      return session.isFull;
    },
    sendFrame: (frame: Buffer) => session.sendFrame(frame),
    sendGap: (gap: { sub: number; from: number; to: number; why: 'retention' | 'epoch' | 'overload' }) =>
      session.gap(gap),
  };
}

function parse<S extends z.ZodType>(schema: S, value: unknown, close?: CloseCode): z.output<S> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const path = issue!.path.join('.');
  const message = `${(value as { t: string }).t}${path === '' ? '' : `.${path}`}: ${issue!.message}`;
  throw new Refusal('INVALID', message, close);
}

/** At most so many bytes, cut between characters. */
function shortened(reason: string): string {
  const bytes = Buffer.from(reason);
  if (bytes.length <= REASON_BYTES_MAX) return reason;
  return bytes
    .subarray(0, REASON_BYTES_MAX)
    .toString()
    .replace(/\ufffd+$/, '');
}

function withoutUndefined(message: object): object {
  const entries = Object.entries(message);
  if (entries.every(([, value]) => value !== undefined)) return message;
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}

/** A text of a client in a message of ours. */
const shown = (text: string): string => JSON.stringify(text.slice(0, 60));

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
  else for (const [key, item] of Object.entries(value)) bytes += Buffer.byteLength(key) + sizeOf(item) + 4;
  return bytes;
}
