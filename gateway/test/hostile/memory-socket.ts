import { Duplex } from 'node:stream';

/** The server's end of a connection that is only memory: the other end is `feed`, `onBytes` and `cut`. */
export class MemorySocket extends Duplex {
  readonly remoteAddress = '127.0.0.1';
  bytesRead = 0;
  bytesWritten = 0;
  /** Nothing is taken from the server any more. */
  isStuck = false;

  constructor(private readonly onBytes: (bytes: Buffer) => void) {
    super({ allowHalfOpen: true });
    this.on('error', () => {}); // 'close' follows.
  }

  /** What the other end sends. */
  feed(bytes: Uint8Array): void {
    if (this.destroyed || this.readableEnded) return;
    this.bytesRead += bytes.length;
    this.push(bytes);
  }

  /** The other end is gone. */
  cut(): void {
    this.destroy();
  }

  override _read(): void {}

  override _write(bytes: Buffer, _encoding: string, done: () => void): void {
    this.bytesWritten += bytes.length;
    if (this.isStuck) return;
    this.onBytes(bytes);
    done();
  }

  override _final(done: () => void): void {
    if (!this.isStuck) done();
    // Whoever is told that all was said closes too.
    if (!this.isStuck) this.push(null);
  }

  // What a socket of the network has as well.
  setNoDelay(): this {
    return this;
  }

  setTimeout(): this {
    return this;
  }

  setKeepAlive(): this {
    return this;
  }
}
