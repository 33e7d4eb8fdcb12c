import type { FrameCodec } from '../../protocol/codec.ts';
import { CLOSE } from '../../protocol/codes.ts';
import { SERVER_MESSAGES } from '../../protocol/messages.ts';
import { Answers, type Message } from './answers.ts';
import { MemorySocket } from './memory-socket.ts';
import { messageFrame, ServerReader, upgradeRequest } from './wire.ts';

const NO_BOUNDS = { depthMax: 1000, itemsMax: Number.POSITIVE_INFINITY };

/** The documented ways to end: ours, and those of WebSocket itself. */
const CLOSE_CODES = new Set<number>([...Object.values(CLOSE), 1002, 1005, 1007]);
const STATUS_CODES = [101, 200, 400, 403, 404, 405, 408, 426, 431, 501, 503, 505];

export interface ConnectionOptions {
  readonly codec: FrameCodec;
  /** It answers no ping. */
  readonly isSilent: boolean;
  readonly batchMs: number;
  readonly onMessage: (message: Message) => void;
}

/** A client's end of a connection in memory. All that the server says is held against the schemas, and against what may come when. */
export class Connection {
  readonly socket: MemorySocket;
  readonly answers: Answers;
  /** What the server did that it never should. */
  trouble: Error | undefined;
  private readonly reader: ServerReader;

  constructor(private readonly options: ConnectionOptions) {
    const { isSilent, batchMs } = options;
    this.answers = new Answers(batchMs);
    this.reader = new ServerReader((payload, opcode) => {
      if (opcode === 1 || opcode === 2) this.message(payload, opcode === 2);
      else if (opcode === 8) this.socket.feed(messageFrame(payload, { opcode: 8 }));
      else if (opcode === 9 && !isSilent) this.socket.feed(messageFrame(payload, { opcode: 10 }));
    });
    this.socket = new MemorySocket((bytes) => {
      try {
        this.reader.take(bytes);
      } catch (error) {
        this.trouble ??= error as Error;
      }
    });
  }

  private message(payload: Buffer, isBinary: boolean): void {
    const { codec, onMessage } = this.options;
    if (isBinary !== codec.isBinary) throw new Error('a frame of the other subprotocol');
    const message = codec.decode(payload, NO_BOUNDS) as Message;
    const result = SERVER_MESSAGES[message.t as keyof typeof SERVER_MESSAGES]?.safeParse(message);
    if (result?.success !== true) throw new Error(`the server said ${JSON.stringify(message)}: ${result?.error}`);
    this.answers.take(message);
    onMessage(message);
  }

  handshake(): void {
    this.socket.feed(Buffer.from(upgradeRequest({ protocol: this.options.codec.subprotocol })));
  }

  /** Bytes of the frame's payload. */
  send(message: object): number {
    const { codec } = this.options;
    const payload = codec.encode(message);
    this.socket.feed(messageFrame(payload, { opcode: codec.isBinary ? 2 : 1 }));
    return payload.length;
  }

  get isClosed(): boolean {
    return this.closeCode !== undefined || this.socket.destroyed || (this.status !== undefined && this.status !== 101);
  }

  get status(): number | undefined {
    return this.reader.status;
  }

  get closeCode(): number | undefined {
    return this.reader.closeCode;
  }

  /** `isOwn`: the client closed with a code of its own, which comes back. Throws where the server did what it never should. */
  check(isOwn: boolean, outgoingBytesMax: number): void {
    if (this.trouble !== undefined) throw this.trouble;
    const { closeCode, status, socket } = this;
    if (closeCode !== undefined && !isOwn && !CLOSE_CODES.has(closeCode)) throw new Error(`closed with ${closeCode}`);
    if (status !== undefined && !STATUS_CODES.includes(status)) throw new Error(`HTTP status ${status}`);
    if (socket.writableLength > outgoingBytesMax) throw new Error(`${socket.writableLength} bytes wait to be read`);
  }

  leave(): void {
    this.socket.cut();
  }
}
