import { connect, type Socket } from 'node:net';
import { messageFrame } from './wire.ts';

export interface UpgradeOptions {
  /** Null: none is offered. */
  readonly protocol?: string | null;
  readonly headers?: Readonly<Record<string, string>>;
}

type Message = { readonly t: string } & Record<string, any>;

/** The bytes of a request for an upgrade. */
export function upgradeRequest({ protocol = 'dstreams.v1.json', headers = {} }: UpgradeOptions = {}): string {
  const all: Record<string, string> = {
    host: '127.0.0.1',
    connection: 'Upgrade',
    upgrade: 'websocket',
    'sec-websocket-version': '13',
    'sec-websocket-key': 'AAAAAAAAAAAAAAAAAAAAAA==',
    ...(protocol === null ? {} : { 'sec-websocket-protocol': protocol }),
    ...headers,
  };
  return `GET / HTTP/1.1\r\n${Object.entries(all)
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('')}\r\n`;
}

/**
 * A bare TCP connection to a gateway that can send any bytes, at any time, and understands what comes back. It does what an
 * attacker wants, so that nothing of a library stands in between.
 */
export class RawPeer {
  private received: Buffer = Buffer.alloc(0);
  /** Of the answer to its request. */
  private status: number | undefined;
  private closeCode: number | undefined;
  private isOver = false;
  private wakers: (() => void)[] = [];
  readonly messages: Message[] = [];
  /** It does not say goodbye to a goodbye. */
  isRude = false;

  private constructor(readonly socket: Socket) {
    socket.setNoDelay(true);
    socket.on('data', (bytes) => {
      this.received = Buffer.concat([this.received, bytes]);
      this.read();
      this.wake();
    });
    socket.on('connect', () => this.wake());
    socket.on('error', () => {}); // 'close' follows.
    socket.on('close', () => {
      this.isOver = true;
      this.wake();
    });
  }

  static async tcp(port: number): Promise<RawPeer> {
    const peer = new RawPeer(connect(port, '127.0.0.1'));
    while (peer.socket.connecting) await peer.changed();
    return peer;
  }

  /** A WebSocket that has said nothing yet. */
  static async upgraded(port: number, options?: UpgradeOptions): Promise<RawPeer> {
    const peer = await RawPeer.tcp(port);
    peer.write(upgradeRequest(options));
    while (peer.status === undefined && !peer.isOver) await peer.changed();
    return peer;
  }

  /** A WebSocket that was welcomed. */
  static async greeted(port: number, options?: UpgradeOptions): Promise<RawPeer> {
    const peer = await RawPeer.upgraded(port, options);
    peer.send({ t: 'hello', v: 1 });
    await peer.next('welcome');
    return peer;
  }

  get isClosed(): boolean {
    return this.isOver;
  }

  write(bytes: Buffer | string): void {
    if (!this.socket.destroyed) this.socket.write(bytes);
  }

  send(message: object): void {
    this.write(messageFrame(JSON.stringify(message)));
  }

  /** Writes so many bytes at a time, for as long as the connection lives. */
  async trickle(bytes: () => Buffer | string, everyMs: number): Promise<void> {
    while (!this.isOver) {
      this.write(bytes());
      await Promise.race([this.over(), new Promise((resolve) => setTimeout(resolve, everyMs))]);
    }
  }

  /** Writes as fast as the network takes it, until the connection ends. */
  async flood(bytes: () => Buffer | string): Promise<void> {
    this.socket.on('drain', () => this.wake());
    while (!this.isOver) {
      this.write(bytes());
      while (this.socket.writableNeedDrain && !this.isOver) await this.changed();
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  /** The next message of this type, taken out. Rejects when the connection ends without it. */
  async next(t: string, fits: (message: Message) => boolean = () => true): Promise<Message> {
    for (;;) {
      const index = this.messages.findIndex((message) => message.t === t && fits(message));
      if (index >= 0) return this.messages.splice(index, 1)[0]!;
      if (this.isOver) throw new Error(`${this.result}, without ${t}`);
      await this.changed();
    }
  }

  /** What the server did, once the connection is closed: `close 4500`, `HTTP 400`, or `cut`. */
  async outcome(): Promise<string> {
    await this.over();
    return this.result;
  }

  /** Resolves when the connection is closed. */
  async over(): Promise<void> {
    while (!this.isOver) await this.changed();
  }

  private get result(): string {
    if (this.closeCode !== undefined) return `close ${this.closeCode}`;
    return this.status === undefined || this.status === 101 ? 'cut' : `HTTP ${this.status}`;
  }

  private changed(): Promise<void> {
    return new Promise((resolve) => this.wakers.push(resolve));
  }

  private wake(): void {
    for (const wake of this.wakers.splice(0)) wake();
  }

  private read(): void {
    if (this.status === undefined) {
      const end = this.received.indexOf('\r\n\r\n');
      if (end < 0) return;
      this.status = Number(/^HTTP\/1\.1 (\d+)/.exec(this.received.toString('latin1'))![1]);
      this.received = this.received.subarray(end + 4);
    }
    if (this.status === 101) while (this.frame());
  }

  /** One frame of the server's, which are not masked and not in pieces. */
  private frame(): boolean {
    const { received } = this;
    if (received.length < 2) return false;
    const opcode = received[0]! & 15;
    let size = received[1]! & 127;
    let at = 2;
    if (size === 126) {
      if (received.length < 4) return false;
      size = received.readUInt16BE(2);
      at = 4;
    } else if (size === 127) {
      if (received.length < 10) return false;
      size = Number(received.readBigUInt64BE(2));
      at = 10;
    }
    if (received.length < at + size) return false;
    const content = received.subarray(at, at + size);
    this.received = received.subarray(at + size);
    if (opcode === 1) this.messages.push(JSON.parse(content.toString()));
    if (opcode === 8) {
      this.closeCode = content.length >= 2 ? content.readUInt16BE(0) : 1005;
      if (!this.isRude) this.socket.end(messageFrame(content, { opcode: 8 }));
    }
    return true;
  }
}
