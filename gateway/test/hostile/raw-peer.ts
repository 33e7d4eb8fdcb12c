import { connect, type Socket } from 'node:net';
import { messageFrame, ServerReader, type UpgradeOptions, upgradeRequest } from './wire.ts';

type Message = { readonly t: string } & Record<string, any>;

/**
 * A bare TCP connection to a gateway that can send any bytes, at any time, and understands what comes back. It does what an
 * attacker wants, so that nothing of a library stands in between.
 */
export class RawPeer {
  private readonly reader = new ServerReader((payload, opcode) => this.take(payload, opcode));
  private isOver = false;
  private wakers: (() => void)[] = [];
  readonly messages: Message[] = [];
  /** It does not say goodbye to a goodbye. */
  isRude = false;

  private constructor(readonly socket: Socket) {
    socket.setNoDelay(true);
    socket.on('data', (bytes) => {
      this.reader.take(bytes);
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
    while (peer.reader.status === undefined && !peer.isOver) await peer.changed();
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
    const { closeCode, status } = this.reader;
    if (closeCode !== undefined) return `close ${closeCode}`;
    return status === undefined || status === 101 ? 'cut' : `HTTP ${status}`;
  }

  private changed(): Promise<void> {
    return new Promise((resolve) => this.wakers.push(resolve));
  }

  private wake(): void {
    for (const wake of this.wakers.splice(0)) wake();
  }

  private take(payload: Buffer, opcode: number): void {
    if (opcode === 1) this.messages.push(JSON.parse(payload.toString()));
    if (opcode === 8 && !this.isRude) this.socket.end(messageFrame(payload, { opcode: 8 }));
  }
}
