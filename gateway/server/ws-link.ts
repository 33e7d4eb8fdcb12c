import type { IncomingMessage } from 'node:http';
import { WebSocket } from 'ws';
import { bearerOf } from './bearer.ts';
import type { Link } from './link.ts';

/** Payload of a frame whose length stands in its second byte. */
const TINY_BYTES_MAX = 125;
/** The length stands in the two bytes after the second one, which says so by this. */
const LENGTH_16 = 126;
const SMALL_BYTES_MAX = 1024;
const HEADER_BYTES_MAX = 4;
const FIN_TEXT = 0x81;
const FIN_BINARY = 0x82;
/** Room for small frames: those of one turn rarely need more. */
const PAGE_BYTES = 4096;
/** Where they do. What waits for a peer that does not read is given up piece by piece when it is cut off, each at some cost. */
const LARGE_PAGE_BYTES = 16_384;

/**
 * A WebSocket as a session sees it. Small frames of one turn are laid out one behind the other and written at once: acknowledgements
 * come many at a time, and as chunks of their own each would cost more than what it acknowledges. Large ones go through the library.
 */
export class WsLink implements Link {
  readonly address: string;
  readonly headerToken: string | undefined;
  private readonly socket: IncomingMessage['socket'];
  private page = Buffer.allocUnsafe(0);
  /** Where the frames begin that are not written yet, and where they end. */
  private from = 0;
  private to = 0;
  private isCorked = false;

  constructor(
    private readonly ws: WebSocket,
    request: IncomingMessage,
    /** The network has taken something. */
    private readonly onFlushed: () => void,
  ) {
    this.socket = request.socket;
    this.address = this.socket.remoteAddress ?? '';
    this.headerToken = bearerOf(request);
  }

  send(frame: Buffer, isBinary: boolean): void {
    this.cork();
    if (frame.length > SMALL_BYTES_MAX || this.ws.readyState !== WebSocket.OPEN) {
      this.flush();
      this.ws.send(frame, { binary: isBinary, compress: false }, this.onFlushed);
      return;
    }
    const end = this.to + HEADER_BYTES_MAX + frame.length;
    if (end > this.page.length) this.turnPage();
    this.page[this.to++] = isBinary ? FIN_BINARY : FIN_TEXT;
    if (frame.length <= TINY_BYTES_MAX) this.page[this.to++] = frame.length;
    else {
      this.page[this.to++] = LENGTH_16;
      this.to = this.page.writeUInt16BE(frame.length, this.to);
    }
    this.to += frame.copy(this.page, this.to);
  }

  close(code: number, reason: string): void {
    this.flush();
    this.ws.close(code, reason);
  }

  destroy(): void {
    this.ws.terminate();
  }

  ping(): void {
    this.flush();
    this.ws.ping();
  }

  bufferedBytes(): number {
    return this.ws.bufferedAmount + this.to - this.from;
  }

  takenBytes(): number {
    return this.socket.bytesWritten - this.socket.writableLength;
  }

  /** All of one turn shares a system call. */
  private cork(): void {
    if (this.isCorked) return;
    this.isCorked = true;
    this.socket.cork();
    process.nextTick(() => {
      this.isCorked = false;
      this.flush();
      this.socket.uncork();
    });
  }

  private turnPage(): void {
    const isFirstOfTurn = this.from === this.to;
    this.flush();
    this.page = Buffer.allocUnsafe(isFirstOfTurn ? PAGE_BYTES : LARGE_PAGE_BYTES);
    this.from = 0;
    this.to = 0;
  }

  private flush(): void {
    const { page, from, to } = this;
    this.from = to;
    // Nothing may follow the frame that closes.
    if (to > from && this.ws.readyState === WebSocket.OPEN) this.socket.write(page.subarray(from, to), this.onFlushed);
  }
}
