/** WebSocket frames by hand (RFC 6455, section 5.2): also those that no library sends. */
export interface FrameOptions {
  /** Default 1, text; 2 is binary, 0 goes on with a message, 8 to 10 are close, ping and pong. */
  readonly opcode?: number;
  readonly fin?: boolean;
  /** The three reserved bits, 4, 2, 1. */
  readonly rsv?: number;
  readonly isMasked?: boolean;
  /** What the header says, where that is a lie. */
  readonly declaredBytes?: number;
}

const MASK = Buffer.from([0x5a, 0x11, 0xc3, 0x07]);

export function messageFrame(content: string | Uint8Array, options: FrameOptions = {}): Buffer {
  const { opcode = 1, fin = true, rsv = 0, isMasked = true } = options;
  const payload = Buffer.from(content as Uint8Array);
  const { declaredBytes: size = payload.length } = options;
  const head = [(fin ? 0x80 : 0) | (rsv << 4) | opcode];
  const masked = isMasked ? 0x80 : 0;
  if (size < 126) head.push(masked | size);
  else if (size < 65_536) head.push(masked | 126, size >> 8, size & 255);
  else {
    const long = Buffer.alloc(8);
    long.writeBigUInt64BE(BigInt(size));
    head.push(masked | 127, ...long);
  }
  if (!isMasked) return Buffer.concat([Buffer.from(head), payload]);
  for (let i = 0; i < payload.length; i++) payload[i]! ^= MASK[i & 3]!;
  return Buffer.concat([Buffer.from(head), MASK, payload]);
}

export interface UpgradeOptions {
  /** Null: none is offered. */
  readonly protocol?: string | null;
  /** In the place of those that it has, by the same name. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** A request for an upgrade, as text. */
export function upgradeRequest({ protocol = 'dstreams.v1.json', headers = {} }: UpgradeOptions = {}): string {
  const all = {
    Host: 'localhost',
    Connection: 'Upgrade',
    Upgrade: 'websocket',
    'Sec-WebSocket-Version': '13',
    'Sec-WebSocket-Key': 'AAAAAAAAAAAAAAAAAAAAAA==',
    ...(protocol === null ? {} : { 'Sec-WebSocket-Protocol': protocol }),
    ...headers,
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return `GET / HTTP/1.1\r\n${lines.join('')}\r\n`;
}

/** What a server says: the status of its answer, then frames. */
export class ServerReader {
  status: number | undefined;
  closeCode: number | undefined;
  private rest: Buffer = Buffer.alloc(0);

  constructor(private readonly onMessage: (payload: Buffer, opcode: number) => void = () => {}) {}

  take(bytes: Uint8Array): void {
    this.rest = this.rest.length === 0 ? Buffer.from(bytes) : Buffer.concat([this.rest, bytes]);
    if (this.status === undefined) {
      const end = this.rest.indexOf('\r\n\r\n');
      if (end < 0) return;
      this.status = Number(/^HTTP\/1\.1 (\d+)/.exec(this.rest.toString('latin1', 0, 20))?.[1]);
      this.rest = this.rest.subarray(end + 4);
    }
    if (this.status === 101) while (this.frame()) {}
  }

  private frame(): boolean {
    const { rest } = this;
    if (rest.length < 2) return false;
    let at = 2;
    let size = rest[1]! & 0x7f;
    if (size === 126) {
      if (rest.length < 4) return false;
      size = rest.readUInt16BE(2);
      at = 4;
    } else if (size === 127) {
      if (rest.length < 10) return false;
      size = Number(rest.readBigUInt64BE(2));
      at = 10;
    }
    if (rest.length < at + size) return false;
    const opcode = rest[0]! & 15;
    const payload = rest.subarray(at, at + size);
    this.rest = rest.subarray(at + size);
    if (opcode === 8) this.closeCode = size >= 2 ? payload.readUInt16BE(0) : 1005;
    this.onMessage(payload, opcode);
    return true;
  }
}
