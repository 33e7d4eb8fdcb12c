import { GatewayError } from './errors.ts';
import type { ClientHost, SocketLike } from './host.ts';
import type { ClientOptions, ClientStatus } from './options.ts';
import { type AnySaid, numbers, type Said } from './said.ts';

const SUBPROTOCOL = 'dstreams.v1.json';
const TOKEN_EXPIRED = 4010;
const HEARTBEAT_LOST = 4009;
const SILENT_BEATS_MAX = 3;
/** For a connection, from its beginning to its welcome: a peer that takes it and says nothing is no gateway. */
const WELCOME_MS = 20_000;
/** For the peer's answer to a goodbye. */
const CLOSE_MS = 1000;
/** Questions that may wait for their answers: no more than a server takes in one second, beside subscriptions. */
const QUESTIONS_MAX = 32;

/** What a session begins with. Of the limits: those that this client keeps to. */
export type Welcome = Omit<Said<'welcome'>, 'limits'> & {
  readonly limits: {
    readonly frameBytes: number;
    readonly recordsPerFrame: number;
    readonly itemsPerFrame: number;
    readonly depth: number;
    readonly unackedFrames: number;
    readonly unackedBytes: number;
    readonly creditRecords: number;
  };
};

const LIMITS = [
  'frameBytes',
  'recordsPerFrame',
  'itemsPerFrame',
  'depth',
  'unackedFrames',
  'unackedBytes',
  'creditRecords',
] as const;

/** Whose connection it is. */
export interface LinkOwner {
  readonly producerId: string | undefined;
  /** A session begins. */
  welcomed(welcome: Welcome): void;
  received(message: AnySaid, text: string): void;
  /** The session is over; another one follows, unless the link has failed. */
  lost(): void;
  /** There will be no other one. Called once. */
  failed(error: GatewayError): void;
}

/** Waits across connections: asked again on each until it is answered. */
interface Question {
  /** The one to be taken, of `authenticate`. */
  readonly token: string | undefined;
  readonly message: object;
  resolve(answer: AnySaid): void;
  reject(error: GatewayError): void;
}

/** One WebSocket after the other: with backoff, heartbeat, fresh tokens, and questions that survive them. */
export class Link {
  /** Set once: from then on there is no connection. */
  failure: GatewayError | undefined;
  isOpen = false;
  private socket: SocketLike | undefined;
  /** Of messages: one row for all, across connections. */
  readonly ids = { next: 1 };
  private readonly questions = new Map<number, Question>();
  /** Since a connection has shown to be good: by what came over it, or as it lasted. One that is taken and closed at once has not. */
  private attempt = 0;
  private goawayMs = 0;
  /** Heartbeats in a row in which nothing was heard; −1: something was, since the last one. */
  private silentBeats = 0;
  /** Until the next attempt, or until this one is given up. */
  private timer: { cancel(): void } | undefined;
  private heart: { cancel(): void } | undefined;
  /** For the connections to come, or for the next one where the option is a function. */
  private freshToken: string | undefined;
  /** What the server was told last on this connection, or was going to be. */
  private saidToken: string | undefined;

  constructor(
    private readonly url: string,
    private readonly options: ClientOptions,
    private readonly host: ClientHost,
    private readonly owner: LinkOwner,
  ) {}

  newId(): number {
    return this.ids.next++;
  }

  send(message: object): void {
    this.sendText(JSON.stringify(message));
  }

  sendText(text: string): void {
    if (this.isOpen) this.socket?.send(text);
  }

  /**
   * Resolves with the answer, of this connection or a later one. `token`: goes out ahead of it, and once. Later connections
   * begin with it.
   */
  ask(message: object, token?: string): Promise<AnySaid> {
    if (this.failure !== undefined) return Promise.reject(this.failure);
    if (this.questions.size >= QUESTIONS_MAX) {
      return Promise.reject(
        new GatewayError('BUFFER_FULL', `${QUESTIONS_MAX} questions wait for their answers, more may not: await them`),
      );
    }
    const id = this.newId();
    return new Promise((resolve, reject) => {
      const question = { token, message: { ...message, id }, resolve, reject };
      this.questions.set(id, question);
      if (token !== undefined) {
        this.freshToken = token;
        this.sayFresh();
      }
      this.send(question.message);
    });
  }

  /** The server is told of a token that came after this connection was begun. */
  private sayFresh(): void {
    const { freshToken: token } = this;
    if (!this.isOpen || token === undefined || token === this.saidToken) return;
    this.saidToken = token;
    this.send({ t: 'auth', token });
  }

  /** `answer`: of the question of that id, or why there is none. */
  answered(id: number, answer: AnySaid | GatewayError): void {
    const question = this.questions.get(id);
    this.questions.delete(id);
    if (answer instanceof GatewayError) question?.reject(answer);
    else question?.resolve(answer);
  }

  /** Resolves when the server has taken the token or a newer one, on this connection or, should it break, a later one. */
  async authenticate(token: string): Promise<void> {
    try {
      // Frames are answered in order, and a token that is refused ends the connection.
      await this.ask({ t: 'ping' }, token);
    } finally {
      if (typeof this.options.token === 'function' && this.freshToken === token) this.freshToken = undefined;
    }
  }

  /** The next one waits so much longer. */
  goesAway(retryMs: number): void {
    this.goawayMs = retryMs;
  }

  async connect(): Promise<void> {
    this.status({ state: 'connecting' });
    let token: string | undefined;
    try {
      const { token: given } = this.options;
      token = this.freshToken ?? (typeof given === 'function' ? await given() : given);
    } catch (error) {
      if (this.failure === undefined) this.reconnect(undefined, `no token: ${String(error)}`);
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
    this.timer = this.host.setTimer(WELCOME_MS, () => this.giveUp(undefined, `no welcome within ${WELCOME_MS} ms`));
    socket.onopen = () => {
      const { owner, options } = this;
      const producer = owner.producerId === undefined ? undefined : { id: owner.producerId };
      const client = { name: options.name ?? 'dstreams-js', version: '1' };
      this.saidToken = this.freshToken ?? token;
      socket.send(JSON.stringify({ t: 'hello', v: 1, token: this.saidToken, producer, client }));
    };
    socket.onmessage = (event: { data: unknown }) => {
      if (this.socket === socket && typeof event.data === 'string') this.received(event.data);
    };
    let trouble = '';
    socket.onrefused = (status, text) => {
      trouble = `HTTP ${status}${text === '' ? '' : `: ${text}`}`;
      if (this.socket !== socket || !isFinalStatus(status)) return;
      const { url } = this;
      this.end(new GatewayError('CLOSED', `${url}: ${trouble}`), { state: 'closed', reason: trouble });
    };
    socket.onerror = ({ message = '' }: { readonly message?: string }) => {
      trouble ||= message; // Browsers do not say.
    };
    socket.onclose = ({ code, reason }: { code: number; reason: string }) => {
      if (this.socket === socket) this.closed(code, String(reason) || trouble);
    };
  }

  private received(text: string): void {
    this.silentBeats = -1;
    try {
      const message = JSON.parse(text) as AnySaid;
      if (typeof message.t !== 'string') throw new TypeError('no message');
      if (message.t === 'welcome') this.welcomed(message as Welcome);
      else if (message.t === 'ping') this.send({ t: 'pong' });
      else this.owner.received(message, text);
      if (message.t === 'puback' || message.t === 'batch') this.attempt = 0;
    } catch (error) {
      // None of this protocol: perhaps the next connection is. The program is not to end by it.
      this.giveUp(undefined, `the server said what this client does not understand: ${String(error)}`);
    }
  }

  private welcomed(welcome: Welcome): void {
    numbers(welcome, 'heartbeatMs');
    numbers(welcome.credit, 'records', 'bytes');
    numbers(welcome.limits, ...LIMITS);
    this.timer?.cancel();
    this.isOpen = true;
    const { heartbeatMs, producer } = welcome;
    this.owner.welcomed(welcome);
    this.sayFresh();
    for (const { message } of this.questions.values()) this.send(message);
    this.beat(heartbeatMs);
    // Last: what it asks for goes out by itself.
    this.status({ state: 'open', ...(producer === undefined ? {} : { known: producer.known }) });
  }

  private closed(code: number | undefined, reason: string): void {
    this.socket = undefined;
    this.isOpen = false;
    this.timer?.cancel();
    this.heart?.cancel();
    this.owner.lost();
    const hasNewer = this.freshToken !== undefined && this.freshToken !== this.saidToken;
    const canRenew = code === TOKEN_EXPIRED && (hasNewer || typeof this.options.token === 'function');
    if (canRenew && !hasNewer && this.freshToken !== undefined) this.forgetToken(reason);
    const isFinal = code !== undefined && ((code >= 4500 && code < 5000) || (code === TOKEN_EXPIRED && !canRenew));
    if (!isFinal) return this.reconnect(code, reason);
    const words = `the gateway ended the connection for good: ${code} ${reason}`;
    this.end(new GatewayError('CLOSED', words, { closeCode: code }), { state: 'closed', code, reason });
  }

  /** The fresh token has expired: the option is asked for the next one, and who gave this one is told. */
  private forgetToken(reason: string): void {
    this.freshToken = undefined;
    const words = `the gateway does not take the token: ${TOKEN_EXPIRED} ${reason}`;
    for (const [id, { token }] of this.questions) {
      if (token !== undefined) this.answered(id, new GatewayError('CLOSED', words, { closeCode: TOKEN_EXPIRED }));
    }
  }

  private reconnect(code: number | undefined, reason: string): void {
    const { backoffMs = 200, backoffMaxMs = 15_000 } = this.options;
    const longest = Math.min(backoffMaxMs, backoffMs * 2 ** Math.min(this.attempt++, 20));
    const waitMs = this.goawayMs + longest * (0.5 + this.host.random() / 2);
    this.goawayMs = 0;
    this.timer = this.host.setTimer(waitMs, () => void this.connect());
    this.status({ state: 'waiting', ...(code === undefined ? {} : { code }), reason });
  }

  /**
   * Browsers do not show the server's pings: it is asked for a sign when nothing has been heard for long. What counts is how
   * often it was asked, not the time: in a page that nobody sees timers fire a minute late.
   */
  private beat(everyMs: number): void {
    this.heart?.cancel();
    this.heart = this.host.setTimer(everyMs, () => {
      this.attempt = 0;
      this.silentBeats++;
      if (this.silentBeats >= SILENT_BEATS_MAX) return this.giveUp(HEARTBEAT_LOST, 'heartbeat lost');
      if (this.silentBeats > 0) this.send({ t: 'ping' });
      this.beat(everyMs);
    });
  }

  /** Nothing comes of this connection: another one is tried. */
  private giveUp(code: number | undefined, reason: string): void {
    const { socket } = this;
    this.socket = undefined;
    if (socket !== undefined) this.hangUp(socket, code, reason);
    this.closed(code, reason);
  }

  /** Says goodbye. A peer that does not answer is left all the same: on Node an open socket keeps the program from its end. */
  private hangUp(socket: SocketLike, code?: number, reason?: string): void {
    const timer = this.host.setTimer(CLOSE_MS, () => socket.terminate?.());
    socket.onclose = () => timer.cancel();
    if (code === undefined) socket.close();
    else socket.close(code, reason);
  }

  /** Idempotent. */
  end(error: GatewayError, status: ClientStatus): void {
    if (this.failure !== undefined) return;
    this.failure = error;
    this.timer?.cancel();
    this.heart?.cancel();
    const { socket } = this;
    this.socket = undefined;
    this.isOpen = false;
    this.owner.failed(error);
    for (const { reject } of this.questions.values()) reject(error);
    this.questions.clear();
    if (socket !== undefined) this.hangUp(socket, 1000);
    this.status(status);
  }

  private status(status: ClientStatus): void {
    try {
      this.options.onStatus?.(status);
    } catch (error) {
      // The connection goes on: it is not its fault.
      console.error('dstreams client: onStatus failed:', error);
    }
  }
}

/** Trying again would be no use, as in the clients of Python and Java. */
const isFinalStatus = (status: number): boolean => status >= 400 && status < 500 && status !== 408 && status !== 429;
