import { GatewayError } from './errors.ts';
import type { ClientHost } from './host.ts';
import { Link, type Welcome } from './link.ts';
import { utf8Bytes } from './measure.ts';
import {
  checkOptions,
  checkWindow,
  type ClientOptions,
  type OutgoingRecord,
  type PublishOptions,
  type StreamDescription,
} from './options.ts';
import type { Receipt } from './outbox.ts';
import { Publishing } from './publishing.ts';
import { type AnySaid, numbers, type Said, text as textOf } from './said.ts';
import { type SubscribeOptions, Subscription } from './subscription.ts';

/** A connection to a gateway that comes back by itself: publishes and subscribes. */
export class GatewayClient {
  /** undefined: records are published at least once. */
  readonly producerId: string | undefined;
  private readonly link: Link;
  private readonly publishing: Publishing;
  private readonly bufferBytesMax: number;
  private readonly subscriptions = new Set<Subscription<never>>();
  private readonly starting = new Map<number, Subscription<never>>();
  private readonly bySub = new Map<number, Subscription<never>>();
  private waiters: (() => void)[] = [];

  /** @internal */
  constructor(
    /** Where the gateway is. */
    readonly url: string,
    options: ClientOptions,
    private readonly host: ClientHost,
  ) {
    const { producerId, bufferBytesMax = 64 << 20 } = options;
    checkOptions(options);
    this.producerId = producerId === false ? undefined : (producerId ?? randomId(host));
    this.bufferBytesMax = bufferBytesMax;
    this.link = new Link(url, options, host, {
      producerId: this.producerId,
      welcomed: (welcome) => this.welcomed(welcome),
      received: (message, text) => this.received(message, text),
      lost: () => this.lost(),
      failed: (error) => this.failed(error),
    });
    this.publishing = new Publishing(this.link, host, bufferBytesMax, () => this.wake());
    void this.link.connect();
  }

  /** Bytes of records that wait for their acknowledgement. */
  get buffered(): number {
    return this.publishing.bufferedBytes;
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
  publishRecords(stream: string, records: readonly OutgoingRecord[], options: PublishOptions = {}): Promise<Receipt> {
    return this.publishing.publish(stream, records, options);
  }

  /** Resolves when less than half of the buffer is in use. Rejects once the client has failed. */
  async ready(): Promise<void> {
    await this.while(() => this.buffered > this.bufferBytesMax / 2);
    if (this.link.failure !== undefined) throw this.link.failure;
  }

  /**
   * The last sequence of this producer that the server had safe when the connection began, 0 where none. A producer whose
   * sequence is its position in a source of its own goes on there, after its own end too. Waits for the connection; rejects
   * once the client has failed.
   */
  async lastSequence(stream: string): Promise<number> {
    await this.connected();
    return this.publishing.lastSequence(stream);
  }

  /** @internal Resolves once there is a connection. Rejects once the client has failed. */
  async connected(): Promise<void> {
    await this.while(() => !this.link.isOpen);
    if (this.link.failure !== undefined) throw this.link.failure;
  }

  /** @internal What one frame takes, of this connection. */
  get frame(): { readonly records: number; readonly bytes: number } {
    return this.publishing.frame;
  }

  /** The batches of a stream. Resumes by itself after a reconnect. Throws `INVALID` where a window holds nothing. */
  subscribe<T = unknown>(stream: string, options: SubscribeOptions = {}): Subscription<T> {
    checkWindow(options);
    const subscription = new Subscription<T>(stream, options, (ended) => {
      this.subscriptions.delete(ended);
      for (const [sub, other] of this.bySub) if (other === ended) this.bySub.delete(sub);
    });
    this.subscriptions.add(subscription as unknown as Subscription<never>);
    const { failure, isOpen } = this.link;
    if (failure !== undefined) subscription.fail(failure);
    else if (isOpen) this.begin(subscription as unknown as Subscription<never>);
    return subscription;
  }

  /**
   * The streams that the token may use. Waits for the connection, and survives reconnects. Rejects with `GatewayError`:
   * `CLOSED` and `ENDED` where none comes any more, `BUFFER_FULL` where 32 questions wait for their answers already.
   */
  async describe(): Promise<readonly StreamDescription[]> {
    const { streams } = (await this.link.ask({ t: 'describe' })) as Said<'described'>;
    return streams;
  }

  /**
   * Gives the server a fresh token, without a reconnect; kept for the next one where `token` was a text. Waits and rejects
   * as `describe` does; with `closeCode` 4501 where the token is refused, 4503 where it takes away the right to what is
   * subscribed: that ends the client. With 4010 where it has expired: that ends the client too, unless `token` is a function,
   * which is asked for another one.
   */
  authenticate(token: string): Promise<void> {
    return this.link.authenticate(token);
  }

  /** Waits for what is not acknowledged yet, at most `waitMs` (default 10 s), and ends. Idempotent. */
  async close({ waitMs = 10_000 }: { readonly waitMs?: number } = {}): Promise<void> {
    if (this.link.failure !== undefined) return;
    let isLate = false;
    const timer = this.host.setTimer(waitMs, () => {
      isLate = true;
      this.wake();
    });
    await this.while(() => this.buffered > 0 && !isLate);
    timer.cancel();
    for (const subscription of [...this.subscriptions]) subscription.stop();
    this.link.end(new GatewayError('ENDED', 'the client was closed'), { state: 'closed' });
  }

  // --- what the link says ---

  private welcomed(welcome: Welcome): void {
    this.publishing.welcomed(welcome);
    for (const subscription of this.subscriptions) this.begin(subscription);
    this.publishing.pump();
    this.wake();
  }

  private lost(): void {
    for (const subscription of this.subscriptions) subscription.pause();
    this.bySub.clear();
    this.starting.clear();
  }

  private failed(error: GatewayError): void {
    this.publishing.fail(error);
    for (const subscription of [...this.subscriptions]) subscription.fail(error);
    this.wake();
  }

  private received(message: AnySaid, text: string): void {
    switch (message.t) {
      case 'puback':
        numbers(message, 'id');
        // A later one says in which batch its records are.
        if (message.batchTime === undefined) this.publishing.acked(message);
        return;
      case 'puberr':
        return this.publishing.refused(textOf(numbers(message, 'id'), 'code'));
      case 'credit':
        if (message.sub === undefined) this.publishing.granted(numbers(message, 'records', 'bytes'));
        return;
      case 'subok':
        return this.subscribed(textOf(numbers(message, 'id', 'sub'), 'epoch'));
      case 'batch':
        return this.bySub
          .get(message.sub)
          ?.received(numbers(message, 'batchTime'), utf8Bytes(text), text.includes('"$'));
      case 'gap':
        return this.bySub.get(message.sub)?.gapped(textOf(numbers(message, 'from', 'to'), 'why'));
      case 'described':
      case 'pong':
        if (message.id !== undefined) this.link.answered(message.id, message);
        return;
      case 'goaway':
        return this.link.goesAway(numbers(message, 'retryMs').retryMs);
      case 'err':
        return this.erred(message);
      default:
        return; // Of a later version.
    }
  }

  private begin(subscription: Subscription<never>): void {
    const id = this.link.newId();
    this.starting.set(id, subscription);
    subscription.begin(id, (message) => this.link.send(message));
  }

  private subscribed(message: Said<'subok'>): void {
    const { id, sub } = message;
    const subscription = this.starting.get(id);
    this.starting.delete(id);
    if (subscription === undefined) return;
    if (!this.subscriptions.has(subscription)) return this.link.send({ t: 'unsub', sub });
    this.bySub.set(sub, subscription);
    subscription.started(message);
  }

  private erred({ id, code, message }: Said<'err'>): void {
    if (id === undefined) return;
    const error = new GatewayError(code, message);
    this.starting.get(id)?.fail(error);
    this.starting.delete(id);
    this.link.answered(id, error);
  }

  // --- waiting ---

  /** Until the client fails at the latest. */
  private async while(holds: () => boolean): Promise<void> {
    while (holds() && this.link.failure === undefined) {
      await new Promise<void>((resolve) => this.waiters.push(resolve));
    }
  }

  private wake(): void {
    for (const wake of this.waiters.splice(0)) wake();
  }
}

function randomId(host: ClientHost): string {
  let id = '';
  for (let i = 0; i < 4; i++) id += host.secretBits().toString(16).padStart(8, '0');
  return id;
}
