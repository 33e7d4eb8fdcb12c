import { DStreamsError } from '../errors.ts';

const LENGTH_BYTES = 4;

/**
 * Cuts a stream of bytes into frames: a length of 4 bytes, big-endian, and as many bytes. What a length claims costs nothing
 * before the bytes are there.
 */
export class FrameCutter {
  private chunks: Buffer[] = [];
  private heldBytes = 0;
  /** Of the frame that has begun; −1 before its length is known. */
  private frameBytes = -1;

  constructor(private readonly frameBytesMax: number) {}

  /** Whether the stream may end here: between two frames. */
  get isBetween(): boolean {
    return this.heldBytes === 0 && this.frameBytes < 0;
  }

  /** The bytes are copied. `emit` gets each frame without its length, its own to keep. Throws `FRAME_INVALID`: no more frames can be found then. */
  push(bytes: Uint8Array, emit: (frame: Uint8Array) => void): void {
    this.chunks.push(Buffer.from(bytes));
    this.heldBytes += bytes.length;
    for (;;) {
      if (this.frameBytes < 0) {
        if (this.heldBytes < LENGTH_BYTES) return;
        this.frameBytes = this.take(LENGTH_BYTES).readUInt32BE(0);
        if (this.frameBytes > this.frameBytesMax) throw frameTooLong(this.frameBytes, this.frameBytesMax);
      }
      if (this.heldBytes < this.frameBytes) return;
      const frame = this.take(this.frameBytes);
      this.frameBytes = -1;
      emit(frame);
    }
  }

  /** The first `n` bytes that are held. */
  private take(n: number): Buffer {
    const [first] = this.chunks;
    this.heldBytes -= n;
    if (first !== undefined && first.length >= n) {
      if (first.length === n) this.chunks.shift();
      else this.chunks[0] = first.subarray(n);
      return first.subarray(0, n);
    }
    // Once for each frame that came in several chunks.
    const all = Buffer.concat(this.chunks);
    this.chunks = all.length === n ? [] : [all.subarray(n)];
    return all.subarray(0, n);
  }
}

/** A frame: the length, and the bytes. */
export function frameOf(bytes: Uint8Array): Uint8Array {
  const frame = Buffer.allocUnsafe(LENGTH_BYTES + bytes.length);
  frame.writeUInt32BE(bytes.length, 0);
  frame.set(bytes, LENGTH_BYTES);
  return frame;
}

function frameTooLong(frameBytes: number, frameBytesMax: number): DStreamsError {
  return new DStreamsError(
    'FRAME_INVALID',
    `a frame of ${frameBytes} bytes was announced, at most ${frameBytesMax} are taken. Either the other side does not send frames ` +
      '(a length of 4 bytes, big-endian, and as many bytes), or dstreams.source.frameBytesMax has to be raised.',
    { details: { frameBytes, frameBytesMax } },
  );
}
