import { toWire } from '../../protocol/values.ts';
import { GatewayError } from './errors.ts';
import type { ClientHost, SocketLike } from './host.ts';
import { type FrameTexts, Outbox, type Receipt, type Ticket } from './outbox.ts';
import { type SubscribeOptions, Subscription } from './subscription.ts';
import { utf8Bytes } from './utf8.ts';

/** A record with what goes with its value. */
export interface OutgoingRecord {
  readonly value: unknown;
  readonly key?: unknown;
  readonly timestampMs?: number;
  readonly headers?: Readonly<Record<string, unknown>>;
}

/** Of `connect`: who the client is, and what may wait. */
export interface ClientOptions {
  /** A token or ticket; a function is asked for each connection, so that an expired one can be replaced. */
  readonly token?: string | (() => string | Promise<string>);
  /** Names this client's records across connections, so that a resend does no harm. Default: one is made. false: none, at least once. */
  readonly producerId?: string | false;
  /** Bytes of records that may wait for their acknowledgement, the server being down or slow. Default 64 MiB. */
  readonly bufferBytesMax?: number;
  /** First and longest wait before a reconnect, ms. Defaults 200 and 15,000; each wait is chosen by chance up to twice the one before. */
  readonly backoffMs?: number;
  readonly backoffMaxMs?: number;
  /** Shown by the server. */
  readonly name?: string;
  /** Told of each change of the connection. */
  readonly onStatus?: (status: ClientStatus) => void;
}

/** How the connection is. */
export interface ClientStatus {
  readonly state: 'connecting' | 'open' | 'waiting' | 'closed';
  /** Why it is not open: close code and words of the server. */
  readonly code?: number;
  readonly reason?: string;
  /** `open`: the server did not know this producer: it is new, or was forgotten. */
  readonly known?: boolean;
}

/** Of `publish`: what an acknowledgement promises. */
export interface PublishOptions {
  /** Default `durable`: acknowledged when it is safe. */
  readonly ack?: 'durable' | 'memory';
}

/** What the server says of one of its streams. */
export interface StreamDescription {
  readonly stream: string;
  readonly direction: 'in' | 'out';
  readonly schema?: Record<string, unknown>;
  readonly deadLetter?: string;
  readonly retention?: { readonly ms: number; readonly bytes: number };
}

const SUBPROTOCOL = 'dstreams.v1.json';
/** Until the server has said its own. */
const DEFAULT_LIMITS = { frameBytes: 1 << 20, recordsPerFrame: 10_000, unackedFrames: 64, recordBytes: 1 << 18 };
/** Of a frame: what stands round its records. */
const HEAD_BYTES = 512;
/** Refusals after which the same frame is sent again. */
const RETRIED = new Set(['FLOW', 'RATE', 'OUT_OF_ORDER', 'STORAGE', 'STOPPING']);
const RETRY_MS = 100;

type Message = { readonly t: string } & Record<string, never>;

/** A connection to a gateway that comes back by itself: publishes and subscribes. */
export class GatewayClient {
  /** undefined: records are published at least once. */
  readonly producerId: string | undefined;
  private socket: SocketLike | undefined;
  private isOpen = false;
  private failure: GatewayError | undefined;
  private limits = DEFAULT_LIMITS;
  private epoch: number | undefined;
  private credit = { records: 0, bytes: 0 };
  private used = { records: 0, bytes: 0 };
  /** What each frame without an answer was booked for, by its id. */
  private readonly booked = new Map<number, { readonly records: number; readonly bytes: number }>();
  private bufferedBytes = 0;
  private readonly outboxes = new Map<string, Outbox>();
  private readonly ids = { next: 1 };
  private readonly subscriptions = new Set<Subscription<never>>();
  private readonly starting = new Map<number, Subscription<never>>();
  private bySub = new Map<number, Subscription<never>>();
  private readonly asked = new Map<number, { resolve(value: never): void; reject(error: unknown): void }>();
  private waiters: (() => void)[] = [];
  private attempt = 0;
  private goawayMs = 0;
  private heardMs = 0;
  private timer: { cancel(): void } | undefined;
  /** Given to `authenticate`: for the connections after it, or for the next one where the option is a function. */
  private freshToken: string | undefined;
  private heart: { cancel(): void } | undefined;
  private pausedUntilMs = 0;

  constructor(
    readonly url: string,
    private readonly options: ClientOptions,
    private readonly host: ClientHost,
  ) {
    const { producerId } = options;
    this.producerId = producerId === false ? undefined : (producerId ?? randomId(host));
    void this.connect();
  }

  /** Bytes of records that wait for their acknowledgement. */
  get buffered(): number {
    return this.bufferedBytes;
  }

  /**
   * Publishes values, in this order, as one step where they fit one frame. Resolves when all are acknowledged; survives
   * reconnects. Rejects with `GatewayError`: `SCHEMA` and the other codes of a refusal, `BUFFER_FULL`, `CLOSED`.
   */
  publish(stream: string, values: readonly unknown[], options: PublishOptions = {}): Promise<Receipt> {
    return this.publishRecords(
      stream,
      values.map((value) => ({ value })),
      options,
    );
  }

  /** As `publish`, of records with keys, times and headers. */
  async publishRecords(
    stream: string,
    records: readonly OutgoingRecord[],
    { ack = 'durable' }: PublishOptions = {},
  ): Promise<Receipt> {
    if (this.failure !== undefined) throw this.failure;
    if (!/^[A-Za-z0-9._-]{1,128}$/.test(stream)) {
      throw new GatewayError('INVALID', `${JSON.stringify(stream)} is no name of a stream`);
    }
    const texts = records.map(textOf);
    if (texts.length === 0) return { stream, seq: undefined };
    const frames = this.cut(texts);
    const bytes = frames.reduce((sum, frame) => sum + frame.bytes, 0);
    const { bufferBytesMax = 64 << 20 } = this.options;
    if (this.bufferedBytes > 0 && this.bufferedBytes + bytes > bufferBytesMax) {
      throw new GatewayError(
        'BUFFER_FULL',
        `${this.bufferedBytes} bytes wait for their acknowledgement, at most ${bufferBytesMax} may (bufferBytesMax): await ready()`,
      );
    }
    const outbox = this.outboxOf(stream);
    return new Promise((resolve, reject) => {
      const ticket: Ticket = { left: frames.length, count: 0, resolve, reject, isOver: false };
      for (const frame of frames) outbox.add(frame, ack, ticket);
      this.pump();
    });
  }

  /** Resolves when less than half of the buffer is in use. Rejects once the client has failed. */
  async ready(): Promise<void> {
    const { bufferBytesMax = 64 << 20 } = this.options;
    while (this.bufferedBytes > bufferBytesMax / 2 && this.failure === undefined) await this.changed();
    if (this.failure !== undefined) throw this.failure;
  }

  /** The batches of a stream. Resumes by itself after a reconnect. */
  subscribe<T = unknown>(stream: string, options: SubscribeOptions = {}): Subscription<T> {
    const subscription = new Subscription<T>(stream, options, (ended) => {
      this.subscriptions.delete(ended);
      for (const [sub, other] of this.bySub) if (other === ended) this.bySub.delete(sub);
    });
    this.subscriptions.add(subscription as unknown as Subscription<never>);
    if (this.failure !== undefined) subscription.fail(this.failure);
    else if (this.isOpen) this.begin(subscription as unknown as Subscription<never>);
    return subscription;
  }

  /** The streams that the token may use. */
  async describe(): Promise<readonly StreamDescription[]> {
    const { streams } = (await this.ask({ t: 'describe' })) as { streams: readonly StreamDescription[] };
    return streams;
  }

  /**
   * Gives the server a fresh token, without a reconnect; kept for the next one where `token` was a text. Rejects where the
   * token is refused, and with `closeCode` 4503 where it takes away the right to what is subscribed: that ends the client.
   */
  async authenticate(token: string): Promise<void> {
    this.freshToken = token;
    try {
      for (;;) {
        while (!this.isOpen && this.failure === undefined) await this.changed();
        this.send({ t: 'auth', token });
        try {
          // Frames are answered in order; a token that is refused ends the connection.
          await this.ask({ t: 'ping' });
          return;
        } catch (error) {
          if (this.failure !== undefined) throw error;
          // A connection that breaks in between: the next one says hello with this token.
        }
      }
    } finally {
      if (typeof this.options.token === 'function') this.freshToken = undefined;
    }
  }

  /** Waits for what is not acknowledged yet, at most `waitMs` (default 10 s), and ends. Idempotent. */
  async close({ waitMs = 10_000 }: { readonly waitMs?: number } = {}): Promise<void> {
    if (this.failure !== undefined) return;
    let isLate = false;
    const timer = this.host.setTimer(waitMs, () => {
      isLate = true;
      this.wake();
    });
    while (this.bufferedBytes > 0 && !isLate && this.failure === undefined) await this.changed();
    timer.cancel();
    for (const subscription of [...this.subscriptions]) subscription.stop();
    this.end(new GatewayError('ENDED', 'the client was closed'), { state: 'closed' });
  }

  // --- the connection ---

  private async connect(): Promise<void> {
    this.status({ state: 'connecting' });
    let token: string | undefined;
    try {
      const { token: given } = this.options;
      token = this.freshToken ?? (typeof given === 'function' ? await given() : given);
    } catch (error) {
      this.reconnect(undefined, `no token: ${String(error)}`);
      return;
    }
    if (this.failure !== undefined) return;
    let socket: SocketLike;
    try {
      socket = this.host.connect(this.url, SUBPROTOCOL);
    } catch (error) {
      this.end(new GatewayError('INVALID', `${this.url}: ${String(error)}`), { state: 'closed' });
      return;
    }
    this.socket = socket;
    socket.onopen = () => {
      const producer = this.producerId === undefined ? undefined : { id: this.producerId };
      socket.send(JSON.stringify({ t: 'hello', v: 1, token, producer, client: this.clientName() }));
    };
    socket.onmessage = (event: { data: unknown }) => {
      if (this.socket === socket && typeof event.data === 'string') this.received(event.data);
    };
    let trouble = '';
    socket.onerror = ({ message = '' }: { readonly message?: string }) => {
      trouble = message; // Browsers do not say.
    };
    socket.onclose = ({ code, reason }: { code: number; reason: string }) => {
      if (this.socket === socket) this.closed(code, String(reason) || trouble);
    };
  }

  private clientName() {
    return { name: this.options.name ?? 'dstreams-js', version: '1' };
  }

  private closed(code: number, reason: string): void {
    this.socket = undefined;
    this.isOpen = false;
    this.heart?.cancel();
    for (const subscription of this.subscriptions) subscription.pause();
    this.bySub = new Map();
    this.starting.clear();
    const canRenew = code === 4010 && typeof this.options.token === 'function';
    const isFinal = (code >= 4500 && code < 5000) || (code === 4010 && !canRenew);
    const error = isFinal
      ? new GatewayError('CLOSED', `the gateway ended the connection for good: ${code} ${reason}`, { closeCode: code })
      : new GatewayError('CLOSED', `closed: ${code} ${reason}`);
    const asked = [...this.asked.values()];
    this.asked.clear();
    if (this.failure === undefined) {
      if (isFinal) this.end(error, { state: 'closed', code, reason });
      else this.reconnect(code, reason);
    }
    for (const { reject } of asked) reject(error);
  }

  private reconnect(code: number | undefined, reason: string): void {
    const { backoffMs = 200, backoffMaxMs = 15_000 } = this.options;
    const longest = Math.min(backoffMaxMs, backoffMs * 2 ** Math.min(this.attempt++, 20));
    const waitMs = this.goawayMs + longest * (0.5 + this.host.random() / 2);
    this.goawayMs = 0;
    this.status({ state: 'waiting', ...(code === undefined ? {} : { code }), reason });
    this.timer = this.host.setTimer(waitMs, () => void this.connect());
  }

  private received(text: string): void {
    this.heardMs = this.host.now();
    let message: Message;
    try {
      message = JSON.parse(text) as Message;
    } catch {
      return; // Not of this protocol: the heartbeat will end it.
    }
    switch (message.t) {
      case 'welcome':
        return this.welcomed(message as never);
      case 'puback': {
        const { id, stream, seq, batchTime } = message as never as Record<string, never>;
        if (batchTime !== undefined) return;
        this.booked.delete(id!);
        this.outboxes.get(stream!)?.acked(id!, seq);
        return this.pump();
      }
      case 'puberr':
        return this.refused(message as never);
      case 'credit': {
        const { sub, records, bytes } = message as never as Record<string, number>;
        if (sub !== undefined) return;
        this.credit = {
          records: Math.max(this.credit.records, records!),
          bytes: Math.max(this.credit.bytes, bytes!),
        };
        return this.pump();
      }
      case 'subok': {
        const { id, sub } = message as never as { id: number; sub: number };
        const subscription = this.starting.get(id);
        this.starting.delete(id);
        if (subscription === undefined) return;
        if (!this.subscriptions.has(subscription)) return this.send({ t: 'unsub', sub });
        this.bySub.set(sub, subscription);
        return subscription.started(message as never);
      }
      case 'batch': {
        const { sub } = message as never as { sub: number };
        return this.bySub.get(sub)?.received(message as never, utf8Bytes(text), text.includes('"$'));
      }
      case 'gap': {
        const { sub } = message as never as { sub: number };
        return this.bySub.get(sub)?.gapped(message as never);
      }
      case 'described':
      case 'pong': {
        const { id } = message as never as { id: number };
        this.asked.get(id)?.resolve(message as never);
        this.asked.delete(id);
        return;
      }
      case 'goaway': {
        this.goawayMs = (message as never as { retryMs: number }).retryMs;
        return;
      }
      case 'err':
        return this.erred(message as never);
      case 'ping':
        return this.send({ t: 'pong' });
      default:
        return; // Of a later version.
    }
  }

  private welcomed(welcome: {
    limits: typeof DEFAULT_LIMITS;
    heartbeatMs: number;
    credit: { records: number; bytes: number };
    producer?: { epoch: number; last: Record<string, number>; known: boolean };
  }): void {
    const { limits, heartbeatMs, credit, producer } = welcome;
    this.isOpen = true;
    this.attempt = 0;
    this.limits = limits;
    this.credit = credit;
    this.used = { records: 0, bytes: 0 };
    this.booked.clear();
    this.epoch = producer?.epoch;
    for (const { stream, outbox } of this.eachOutbox()) {
      outbox.fit((texts) => this.cut(texts));
      outbox.begin(producer === undefined ? undefined : (producer.last[stream] ?? 0));
    }
    this.lastKnown = producer?.last ?? {};
    this.status({ state: 'open', ...(producer === undefined ? {} : { known: producer.known }) });
    for (const subscription of this.subscriptions) this.begin(subscription);
    this.beat(heartbeatMs);
    this.pump();
    this.wake();
  }

  private lastKnown: Record<string, number> = {};

  private *eachOutbox(): Iterable<{ stream: string; outbox: Outbox }> {
    for (const [stream, outbox] of this.outboxes) yield { stream, outbox };
  }

  private refused(refusal: {
    id: number;
    stream: string;
    code: string;
    message: string;
    expected?: number;
    bad?: GatewayError['bad'];
    retryMs?: number;
  }): void {
    const { id, stream, code, message, expected, bad, retryMs } = refusal;
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
      return this.pump();
    }
    if (outbox?.rewind(id, expected) === true && code !== 'OUT_OF_ORDER') {
      const waitMs = retryMs ?? RETRY_MS;
      this.pausedUntilMs = this.host.now() + waitMs;
      this.host.setTimer(waitMs, () => this.pump());
    }
    this.pump();
  }

  private erred({ id, code, message }: { id?: number; code: string; message: string }): void {
    if (id === undefined) return;
    const error = new GatewayError(code, message);
    this.starting.get(id)?.fail(error);
    this.starting.delete(id);
    this.asked.get(id)?.reject(error);
    this.asked.delete(id);
  }

  /** Browsers do not show the server's pings: it is asked for a sign when nothing has been heard for long. */
  private beat(everyMs: number): void {
    this.heart?.cancel();
    this.heart = this.host.setTimer(everyMs, () => {
      const silentMs = this.host.now() - this.heardMs;
      if (silentMs > 3 * everyMs) {
        const { socket } = this;
        this.socket = undefined;
        socket?.close(4009, 'heartbeat lost');
        this.closed(4009, 'heartbeat lost');
        return;
      }
      if (silentMs >= everyMs / 2) this.send({ t: 'ping' });
      this.beat(everyMs);
    });
  }

  // --- sending ---

  private begin(subscription: Subscription<never>): void {
    const id = this.ids.next++;
    this.starting.set(id, subscription);
    subscription.begin(id, (message) => this.send(message));
  }

  private ask(message: object): Promise<unknown> {
    if (!this.isOpen) {
      return Promise.reject(this.failure ?? new GatewayError('CLOSED', 'the client is not connected now'));
    }
    const id = this.ids.next++;
    return new Promise((resolve, reject) => {
      this.asked.set(id, { resolve, reject });
      this.send({ ...message, id });
    });
  }

  private send(message: object): void {
    if (this.isOpen) this.socket?.send(JSON.stringify(message));
  }

  private pump(): void {
    if (!this.isOpen || this.host.now() < this.pausedUntilMs) return;
    for (const outbox of this.outboxes.values()) outbox.pump(this, this.epoch);
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
    this.socket!.send(text);
    return true;
  }

  private outboxOf(stream: string): Outbox {
    let outbox = this.outboxes.get(stream);
    if (outbox === undefined) {
      outbox = new Outbox(stream, this.ids, (bytes) => {
        this.bufferedBytes += bytes;
        if (bytes < 0) this.wake();
      });
      this.outboxes.set(stream, outbox);
      if (this.isOpen) outbox.begin(this.epoch === undefined ? undefined : (this.lastKnown[stream] ?? 0));
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

  private end(error: GatewayError, status: ClientStatus): void {
    this.failure = error;
    this.timer?.cancel();
    this.heart?.cancel();
    for (const outbox of this.outboxes.values()) outbox.fail(error);
    for (const subscription of [...this.subscriptions]) subscription.fail(error);
    const { socket } = this;
    this.socket = undefined;
    this.isOpen = false;
    socket?.close(1000);
    this.wake();
    this.status(status);
  }

  private status(status: ClientStatus): void {
    this.options.onStatus?.(status);
  }

  private changed(): Promise<void> {
    return new Promise((resolve) => this.waiters.push(resolve));
  }

  private wake(): void {
    for (const wake of this.waiters.splice(0)) wake();
  }
}

const JSON_FORMS = { isBinary: false };

function textOf({ value, key, timestampMs, headers }: OutgoingRecord): string {
  const rest: { k?: unknown; ts?: number; h?: unknown } = {};
  if (key !== undefined) rest.k = toWire(key, JSON_FORMS);
  if (timestampMs !== undefined) rest.ts = timestampMs;
  if (headers !== undefined) rest.h = toWire(headers, JSON_FORMS);
  return JSON.stringify({ v: toWire(value, JSON_FORMS), ...rest });
}

function randomId(host: ClientHost): string {
  let id = '';
  for (let i = 0; i < 4; i++)
    id += Math.floor(host.random() * 2 ** 32)
      .toString(16)
      .padStart(8, '0');
  return id;
}
