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
