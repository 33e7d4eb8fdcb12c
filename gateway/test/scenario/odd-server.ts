import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';

export const LIMITS = {
  frameBytes: 1 << 20,
  recordBytes: 1 << 18,
  recordsPerFrame: 10_000,
  itemsPerFrame: 200_000,
  depth: 32,
  unackedFrames: 64,
  unackedBytes: 8 << 20,
  creditRecords: 640_000,
};

export type Message = { readonly t: string } & Record<string, any>;

export interface OddConnection {
  /** Which one it is, from 0. */
  readonly index: number;
  /** A message, or a text that is none. */
  say(what: object | string): void;
  close(code: number): void;
  /** Hears nothing from now on. */
  pause(): void;
}

/** A server that says hello, and otherwise what a test says: also what no gateway would. */
export class OddServer {
  private connections = 0;

  private constructor(
    private readonly server: WebSocketServer,
    private readonly limits: object,
    private readonly onMessage: (connection: OddConnection, message: Message) => void,
    private readonly greeting: (welcome: object, index: number) => object,
  ) {
    server.on('connection', (socket) => this.serve(socket));
  }

  static async start(
    limits: object,
    onMessage: (connection: OddConnection, message: Message) => void,
    /** What it says in place of this welcome. */
    greeting: (welcome: object, index: number) => object = (welcome) => welcome,
  ): Promise<OddServer> {
    const server = new WebSocketServer({ port: 0, host: '127.0.0.1', handleProtocols: ([first]) => first! });
    await once(server, 'listening');
    return new OddServer(server, limits, onMessage, greeting);
  }

  get url(): string {
    return `ws://127.0.0.1:${(this.server.address() as AddressInfo).port}/`;
  }

  private serve(socket: WebSocket): void {
    const connection: OddConnection = {
      index: this.connections++,
      say: (what) => socket.send(typeof what === 'string' ? what : JSON.stringify(what)),
      close: (code) => socket.close(code),
      pause: () => socket.pause(),
    };
    socket.on('message', (data) => {
      const message = JSON.parse(String(data)) as Message;
      if (message.t === 'hello') connection.say(this.greeting(this.welcome(message), connection.index));
      if (message.t === 'ping') connection.say({ t: 'pong', id: message['id'] });
      this.onMessage(connection, message);
    });
  }

  private welcome({ producer }: Message): object {
    const limits = { ...LIMITS, ...this.limits };
    const credit = { records: 640_000, bytes: 8 << 20 };
    const known = { id: producer?.id, epoch: 1, last: {}, known: false };
    return { t: 'welcome', session: 's', epoch: 'e', now: 0, limits, heartbeatMs: 15_000, credit, producer: known };
  }

  async stop(): Promise<void> {
    for (const socket of this.server.clients) socket.terminate();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

/**
 * It closes its connections as soon as they are open, but for two: the fourth one takes a record first, the sixth one stays. The first
 * two have no welcome that is one.
 */
export const barelyGood = (): Promise<OddServer> =>
  OddServer.start(
    {},
    ({ index, say, close }, { t, id, stream, seq }) => {
      if (t === 'hello' && index !== 3 && index !== 5) close(4011);
      if (t !== 'pub') return;
      say({ t: 'puback', id, stream, seq });
      if (index === 3) close(4011);
    },
    (welcome, index) => (index < 2 ? { ...welcome, heartbeatMs: null } : welcome),
  );
