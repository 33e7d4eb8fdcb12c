import type { Socket } from 'node:net';
import { WebSocket } from 'ws';
import { decode, encode, type Encoding, subprotocolOf } from './frames.ts';

export type Message = { readonly t: string } & Readonly<Record<string, unknown>>;

/** A client's side of a socket, with nothing on top of `ws`: the same for the gateway and for what it is compared with. */
export class Connection {
  onMessage: (message: Message) => void = () => {};
  onFrame: ((data: Buffer) => void) | undefined;
  onClose: (code: number, reason: string) => void = () => {};
  private readonly isBinary: boolean;

  private constructor(
    private readonly ws: WebSocket,
    private readonly encoding: Encoding,
  ) {
    this.isBinary = encoding === 'msgpack';
    ws.on('message', (data) => {
      if (this.onFrame !== undefined) this.onFrame(data as Buffer);
      else this.onMessage(decode(data as Buffer, encoding) as Message);
    });
    ws.on('close', (code, reason) => this.onClose(code, String(reason)));
  }

  static async open(port: number, encoding: Encoding): Promise<Connection> {
    const ws = new WebSocket(`ws://127.0.0.1:${port}/`, subprotocolOf(encoding), { perMessageDeflate: false });
    const connection = new Connection(ws, encoding);
    await new Promise((resolve, reject) => {
      ws.once('open', resolve);
      ws.once('error', reject);
    });
    ws.on('error', () => {});
    return connection;
  }

  /** Says hello and waits for the answer. */
  async hello(producer?: string): Promise<Message> {
    this.send({ t: 'hello', v: 1, ...(producer === undefined ? {} : { producer: { id: producer } }) });
    return this.next('welcome');
  }

  async subscribe(stream: string): Promise<void> {
    this.send({ t: 'sub', id: 1, stream });
    await this.next('subok');
  }

  /** The next message of this type. What comes before it is lost. */
  private next(t: string): Promise<Message> {
    return new Promise((resolve, reject) => {
      this.onClose = (code, reason) => reject(new Error(`closed ${code} ${reason}, in place of ${t}`));
      this.onMessage = (message) => {
        if (message.t === t) resolve(message);
        else if (message.t === 'err') reject(new Error(message.message as string));
      };
    });
  }

  send(message: object): void {
    this.sendFrame(encode(message, this.encoding));
  }

  /** The frame is copied before this returns. */
  sendFrame(frame: Buffer, taken?: () => void): void {
    this.ws.send(frame, { binary: this.isBinary }, taken);
  }

  /** Bytes that the network has not taken. */
  get waitingBytes(): number {
    return this.ws.bufferedAmount;
  }

  /** Reads nothing from now on. */
  stopReading(): void {
    (this.ws as unknown as { readonly _socket: Socket })._socket.pause();
  }

  close(): void {
    this.ws.terminate();
  }
}
