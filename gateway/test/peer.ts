import { WebSocket } from 'ws';
import type { Disk } from '../../core/internal.ts';
import { createTestContext, type TestContext } from '../../testing/index.ts';
import { type Gateway, type GatewayOptions, startGateway } from '../index.ts';
import { type FrameCodec, JSON_CODEC, MSGPACK_CODEC } from '../protocol/codec.ts';

const NO_BOUNDS = { depthMax: 1000, itemsMax: Number.POSITIVE_INFINITY };

type Message = { readonly t: string } & Record<string, any>;

export interface TestServer {
  readonly t: TestContext;
  readonly gateway: Gateway;
  readonly url: string;
  /** Runs the next batch and waits for its end. */
  batch(): Promise<void>;
  /** The text of `/metrics`. */
  metrics(): Promise<string>;
}

const servers: TestServer[] = [];
const peers: Peer[] = [];

/** Ends whatever a test opened. */
export async function closeAll(): Promise<void> {
  for (const peer of peers.splice(0)) peer.ws.terminate();
  for (const { t } of servers.splice(0)) await t.stop();
}

export const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A gateway in virtual time with real sockets. `build` makes the streams. `disk`: where a log is written, if there is to be one. */
export async function testServer(
  build: (t: TestContext, gateway: Gateway) => void,
  options: GatewayOptions = {},
  { batchMs = 1000, disk, conf = {} }: { batchMs?: number; disk?: Disk; conf?: Readonly<Record<string, string>> } = {},
): Promise<TestServer> {
  const t = createTestContext({ batchMs, conf, ...(disk === undefined ? {} : { disk, checkpointDir: '/checkpoint' }) });
  const gateway = startGateway(t.ssc, { port: 0, durability: 'memory', ...options });
  build(t, gateway);
  await t.start();
  const server: TestServer = {
    t,
    gateway,
    url: `ws://127.0.0.1:${gateway.port}/`,
    batch: () => t.run(1),
    metrics: async () => (await fetch(`http://127.0.0.1:${gateway.port}/metrics`)).text(),
  };
  servers.push(server);
  return server;
}

export interface PeerOptions {
  readonly protocol?: string;
  readonly headers?: Record<string, string>;
  /** Fields of hello; null: says none. */
  readonly hello?: Record<string, unknown> | null;
}

/** A bare WebSocket client that keeps what it gets. */
export class Peer {
  readonly messages: Message[] = [];
  welcome!: Message;
  private closed: { code: number; reason: string } | undefined;
  private wakers: (() => void)[] = [];

  constructor(
    readonly ws: WebSocket,
    private readonly codec: FrameCodec = JSON_CODEC,
  ) {
    peers.push(this);
    ws.on('message', (data) => {
      this.messages.push(this.codec.decode(data as Buffer, NO_BOUNDS) as Message);
      this.wake();
    });
    ws.on('error', () => {});
    ws.on('close', (code, reason) => {
      this.closed = { code, reason: String(reason) };
      this.wake();
    });
  }

  static async connect(server: { readonly url: string }, options: PeerOptions = {}): Promise<Peer> {
    const { protocol = 'dstreams.v1.json', headers = {}, hello = {} } = options;
    const codec = protocol === MSGPACK_CODEC.subprotocol ? MSGPACK_CODEC : JSON_CODEC;
    const peer = new Peer(new WebSocket(server.url, protocol, { headers, perMessageDeflate: false }), codec);
    await new Promise((resolve, reject) => {
      peer.ws.once('open', resolve);
      peer.ws.once('error', reject);
    });
    if (hello === null) return peer;
    peer.send({ t: 'hello', v: 1, ...hello });
    peer.welcome = await peer.next('welcome');
    return peer;
  }

  get isClosed(): boolean {
    return this.closed !== undefined;
  }

  private wake(): void {
    for (const wake of this.wakers.splice(0)) wake();
  }

  send(message: object): void {
    this.ws.send(this.codec.encode(message), { binary: this.codec.isBinary });
  }

  raw(text: string | Buffer, options: { binary?: boolean } = {}): void {
    this.ws.send(text, options);
  }

  /** The next message of this type, taken out; waits for it. Rejects when the connection ends first. */
  async next(t: string, fits: (message: Message) => boolean = () => true): Promise<Message> {
    for (;;) {
      const index = this.messages.findIndex((message) => message.t === t && fits(message));
      if (index >= 0) return this.messages.splice(index, 1)[0]!;
      if (this.closed !== undefined) throw new Error(`closed ${this.closed.code} ${this.closed.reason}, without ${t}`);
      await new Promise<void>((resolve) => this.wakers.push(resolve));
    }
  }

  async close(): Promise<{ code: number; reason: string }> {
    while (this.closed === undefined) await new Promise<void>((resolve) => this.wakers.push(resolve));
    return this.closed;
  }

  async pub(stream: string, records: readonly unknown[], rest: object = {}): Promise<Message> {
    const id = `p${Math.floor(Math.random() * 1e9)}`;
    this.send({ t: 'pub', id, stream, records: records.map((v) => ({ v })), ack: 'memory', ...rest });
    return Promise.race([this.next('puback', (m) => m.id === id), this.next('puberr', (m) => m.id === id)]);
  }
}
