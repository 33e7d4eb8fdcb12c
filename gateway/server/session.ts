import { DStreamsError, secretText, type Timer } from '../../core/internal.ts';
import type { z } from 'zod';
import type { Hub, Member, ReaderShown } from '../hub.ts';
import { producerKey } from '../ingress/producer-key.ts';
import type { FrameCodec } from '../protocol/codec.ts';
import { CLOSE, type CloseCode, PROTOCOL_VERSION, Refusal, STREAM_NAME } from '../protocol/codes.ts';
import { type AnyServerMessage, CLIENT_MESSAGES, type ClientMessage, messageIdOf } from '../protocol/messages.ts';
import { finish, type Steps } from '../protocol/steps.ts';
import { allows, type Claims } from '../rights/tokens.ts';
import type { Link } from './link.ts';
import { Heartbeat, ReaderWatch } from './liveness.ts';
import { Publishing } from './publishing.ts';
import { readFrame } from './read-frame.ts';
import type { Speaker } from './speaker.ts';
import { described } from './streams-shown.ts';
import { Subscriptions } from './subscriptions.ts';
import { TokenBucket } from './token-bucket.ts';

type State = 'greeting' | 'open' | 'closed';

const NEXT: Readonly<Record<State, readonly State[]>> = {
  greeting: ['open', 'closed'],
  open: ['closed'],
  closed: [],
};

/** What a close frame has room for. */
const REASON_BYTES_MAX = 120;

/** One connection: greeting → open → closed. Frames come in whole, and in order; everything is answered in order. */
export class Session implements Member, Speaker {
  readonly id = secretText(8);
  private state: State = 'greeting';
  private claims: Claims | undefined;
  private readonly publishing: Publishing;
  private readonly subscriptions: Subscriptions;
  private readonly heartbeat: Heartbeat;
  private readonly reader: ReaderWatch;
  private readonly control: TokenBucket;
  private readonly helloTimer: Timer;
  private expiryTimer: Timer | undefined;
  /** A producer that this connection said it is, with a token that publishes nothing. */
  private claimedProducer: string | undefined;
  /** As it calls itself, which anybody may: for people to read. */
  private clientName = '';

  constructor(
    readonly hub: Hub,
    readonly link: Link,
    readonly codec: FrameCodec,
  ) {
    const { clock, limits } = hub;
    const nowMs = clock.now();
    this.publishing = new Publishing(this);
    this.subscriptions = new Subscriptions(this);
    this.heartbeat = new Heartbeat(this);
    this.reader = new ReaderWatch(this);
    this.control = new TokenBucket(limits.controlPerSecond, 2 * limits.controlPerSecond, nowMs);
    this.helloTimer = clock.setTimer(nowMs + limits.helloMs, () => this.end(CLOSE.noHello, 'no hello in time'));
    hub.members.add(this);
    hub.beforeHello++;
  }

  get isGreeted(): boolean {
    return this.state === 'open';
  }

  get subscriptionCount(): number {
    return this.subscriptions.size;
  }

  readers(): readonly ReaderShown[] {
    const { clientName: client } = this;
    return this.subscriptions
      .list()
      .map(({ stream, sentMs, doneMs }) => ({ client, stream: stream.name, sentMs, doneMs }));
  }

  // --- frames ---

  /**
   * One frame. Never throws. A large one is done only when the steps that it gives are; `receive` and steps of frames that follow
   * wait for that.
   */
  receive(bytes: Uint8Array, isBinary: boolean): Iterator<void> | undefined {
    if (this.state === 'closed') return undefined;
    const { counters } = this.hub.metrics;
    counters.add('frames_in');
    counters.add('bytes_in', bytes.length);
    this.heartbeat.heard();
    return this.guarded(() => {
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
      const steps = this.handle(bytes);
      if (bytes.length > this.hub.stepSizes.frame) return this.guardedSteps(steps);
      finish(steps);
      return undefined;
    });
  }

  /** Whatever goes wrong in `work` is told to the client; undefined then. */
  private guarded<T>(work: () => T): T | undefined {
    try {
      return work();
    } catch (error) {
      if (error instanceof Refusal) this.refuse(error);
      else {
        this.hub.logger.error('Gateway', `session ${this.id} of ${shown(this.clientName)} failed`, error);
        this.end(CLOSE.protocol, 'internal error');
      }
      return undefined;
    }
  }

  private *guardedSteps(steps: Steps<void>): Steps<void> {
    while (this.state !== 'closed') {
      const step = this.guarded(() => steps.next());
      if (step === undefined || step.done === true) return;
      yield;
    }
  }

  private *handle(bytes: Uint8Array): Steps<void> {
    const { limits, stepSizes } = this.hub;
    const { pub, message } = yield* readFrame(this.codec, bytes, limits, stepSizes, this.isGreeted);
    try {
      if (pub !== undefined) this.publishing.take(pub, bytes);
      else this.answer(message);
    } catch (error) {
      // Whoever asked would wait for ever.
      if (error instanceof Refusal) error.id = messageIdOf(pub ?? message);
      throw error;
    }
  }

  /** Throws `Refusal`. */
  private answer(value: object): void {
    const { t } = value as { t?: unknown };
    if (this.state === 'greeting') {
      if (t !== 'hello') throw new Refusal('HELLO_FIRST', 'say hello first: {"t":"hello","v":1}', CLOSE.protocol);
      this.hello(parse(CLIENT_MESSAGES.hello, value, CLOSE.protocol));
      return;
    }
    this.countControl();
    switch (t) {
      case 'hello':
        throw new Refusal('HELLO_TWICE', 'hello comes once', CLOSE.protocol);
      case 'credit': {
        const { sub, records, bytes: granted } = parse(CLIENT_MESSAGES.credit, value);
        this.subscriptions.get(sub).grant(records, granted);
        return;
      }
      case 'sub':
        this.subscriptions.add(parse(CLIENT_MESSAGES.sub, value));
        return;
      case 'ack': {
        const { sub, batchTime } = parse(CLIENT_MESSAGES.ack, value);
        this.subscriptions.get(sub).ack(batchTime);
        return;
      }
      case 'nack': {
        const { sub, batchTime, delayMs = 0 } = parse(CLIENT_MESSAGES.nack, value);
        this.subscriptions.get(sub).nack(batchTime, Math.min(delayMs, 3_600_000));
        return;
      }
      case 'unsub':
        this.subscriptions.remove(parse(CLIENT_MESSAGES.unsub, value).sub);
        return;
      case 'describe':
        this.send(described(this.hub, this.claims!, parse(CLIENT_MESSAGES.describe, value).id));
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
    this.heartbeat.heard();
    try {
      this.countControl();
      // The pong has been sent: whoever reads none of them must not have more and more of them waiting.
      this.watchReader();
    } catch (error) {
      if (error instanceof Refusal) this.refuse(error);
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
    this.helloTimer.cancel();
    this.clientName = client === undefined ? '' : `${client.name} ${client.version ?? ''}`.trim();
    this.to('open');
    let known: { epoch: number; last: Record<string, number>; known: boolean } | undefined;
    if (producer !== undefined && !this.mayPublish) {
      // It must not fence the one that is there, nor learn its sequences.
      this.claimedProducer = producer.id;
    } else if (producer !== undefined) {
      const key = producerKey(producer.id, this.claims!.name);
      known = hub.producers.enter(key);
      this.publishing.producer = { key, epoch: known.epoch };
      hub.speakers.get(key)?.end(CLOSE.duplicateSession, 'the same producer connected again');
      hub.speakers.set(key, this);
    }
    this.send({
      t: 'welcome',
      session: this.id,
      epoch: hub.epoch,
      now: clock.now(),
      limits: { ...limits, durability: hub.options.durability, streamName: STREAM_NAME.source },
      heartbeatMs: limits.heartbeatMs,
      credit: this.publishing.firstCredit(),
      ...(known === undefined ? {} : { producer: { id: producer!.id, ...known } }),
    });
    this.heartbeat.start();
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
    const { claims, key } = access;
    this.claims = claims;
    this.publishing.allow(claims, key);
    this.expiryTimer?.cancel();
    const { exp } = claims;
    if (exp !== undefined) {
      this.expiryTimer = hub.clock.setTimer(exp, () => this.end(CLOSE.tokenExpired, 'the token has expired'));
    }
    const [lost] = this.subscriptions.allow(claims);
    if (lost !== undefined) {
      // A reader that is not told would wait for ever. Publishers are told by the answer to their next frame.
      throw new Refusal('FORBIDDEN', `the new token may not subscribe to ${lost}`, CLOSE.forbidden);
    }
    if (this.claimedProducer !== undefined && this.mayPublish) {
      // Sequences begin with a welcome: without them a resend would be taken twice.
      this.goAway(0, 'connect again to publish as a producer');
    }
  }

  /** Whether the token has a right to any stream that there is. */
  private get mayPublish(): boolean {
    for (const name of this.hub.inputs.keys()) if (allows(this.claims!.pub, name)) return true;
    return false;
  }

  // --- what the hub says ---

  planned(timeMs: number): void {
    this.publishing.planned(timeMs);
  }

  refresh(): void {
    this.publishing.refresh();
  }

  goAway(retryMs: number, why: string): void {
    if (this.state === 'open') this.send({ t: 'goaway', retryMs, why });
    this.end(CLOSE.goingAway, why);
  }

  // --- sending ---

  get isFull(): boolean {
    return this.state !== 'open' || this.link.bufferedBytes() >= this.hub.limits.outgoingSoftBytes;
  }

  send(message: AnyServerMessage): void {
    if (this.state === 'closed') return;
    this.sendFrame(this.codec.encode(withoutUndefined(message)));
  }

  sendFrame(frame: Buffer): void {
    if (this.state === 'closed') return;
    const { metrics } = this.hub;
    metrics.counters.add('frames_out');
    metrics.counters.add('bytes_out', frame.length);
    this.link.send(frame, this.codec.isBinary);
    this.watchReader();
  }

  /** Something was sent: ends the session of a peer that reads too little. */
  private watchReader(): void {
    const { metrics, limits } = this.hub;
    const buffered = this.link.bufferedBytes();
    if (buffered > metrics.outgoingBytesMax) metrics.outgoingBytesMax = buffered;
    if (buffered > limits.outgoingHardBytes) {
      this.end(CLOSE.slowConsumer, `more than ${limits.outgoingHardBytes} bytes wait to be read`);
    } else if (buffered >= limits.outgoingSoftBytes) this.reader.start();
  }

  /** The network has taken something: subscriptions may go on. */
  drained(): void {
    if (this.state !== 'open' || this.isFull) return;
    this.reader.stop();
    this.subscriptions.wake();
  }

  // --- life ---

  private refuse({ id, code, message, close }: Refusal): void {
    this.send({ t: 'err', id, code, message, fatal: close !== undefined });
    if (close !== undefined) this.end(close, message);
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
    this.helloTimer.cancel();
    this.expiryTimer?.cancel();
    this.heartbeat.stop();
    this.reader.stop();
    this.subscriptions.close();
    this.publishing.close();
    hub.members.delete(this);
    const { producer } = this.publishing;
    if (producer !== undefined && hub.speakers.get(producer.key) === this) hub.speakers.delete(producer.key);
  }

  private to(state: State): void {
    if (!NEXT[this.state].includes(state)) {
      throw new DStreamsError('INVARIANT', `a session cannot go from ${this.state} to ${state}`);
    }
    if (this.state === 'greeting') this.hub.beforeHello--;
    this.state = state;
  }
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
  for (const name in message) {
    if ((message as Record<string, unknown>)[name] !== undefined) continue;
    return Object.fromEntries(Object.entries(message).filter(([, value]) => value !== undefined));
  }
  return message;
}

/** A text of a client in a message of ours. */
const shown = (text: string): string => JSON.stringify(text.slice(0, 60));
