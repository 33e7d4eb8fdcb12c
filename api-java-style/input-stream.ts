import { DStreamsError } from '../core/internal.ts';

const LF = 10;
const CR = 13;
const NOTHING = new Uint8Array(0);

/**
 * What a converter of `socketStream` reads from: Java's `InputStream` and `BufferedReader` in one. Reading is
 * asynchronous: `while ((line = await input.readLine()) !== null)`. Reads from one place at a time.
 */
export class JInputStream {
  readonly #chunks: AsyncIterator<Uint8Array>;
  readonly #lineBytesMax: number;
  #chunk: Uint8Array = NOTHING;
  #at = 0;
  #isAfterCr = false;

  /** @internal */
  constructor(chunks: AsyncIterable<Uint8Array>, lineBytesMax: number) {
    this.#chunks = chunks[Symbol.asyncIterator]();
    this.#lineBytesMax = lineBytesMax;
  }

  /** The next byte, 0 … 255; −1 at the end. */
  async read(): Promise<number> {
    return (await this.#fill()) ? this.#chunk[this.#at++]! : -1;
  }

  /** Up to `n` bytes, at least one; none at the end. */
  async readBytes(n: number): Promise<Uint8Array> {
    if (!(await this.#fill())) return NOTHING;
    const bytes = this.#chunk.slice(this.#at, this.#at + n);
    this.#at += bytes.length;
    return bytes;
  }

  /**
   * The next line of UTF-8, without its end (LF, CR or CRLF); null at the end. A last line without an end counts. Throws
   * `LINE_TOO_LONG` (`dstreams.source.lineBytesMax`).
   */
  async readLine(): Promise<string | null> {
    const parts: Uint8Array[] = [];
    let bytes = 0;
    while (await this.#fill()) {
      const chunk = this.#chunk;
      const from = this.#at;
      if (this.#isAfterCr) {
        this.#isAfterCr = false;
        if (chunk[from] === LF) {
          this.#at++;
          continue;
        }
      }
      let end = from;
      while (end < chunk.length && chunk[end] !== LF && chunk[end] !== CR) end++;
      parts.push(chunk.subarray(from, end));
      bytes += end - from;
      if (bytes > this.#lineBytesMax) throw lineTooLong(this.#lineBytesMax);
      this.#at = end + 1;
      if (end === chunk.length) continue;
      this.#isAfterCr = chunk[end] === CR;
      return Buffer.concat(parts).toString('utf8');
    }
    return parts.length === 0 ? null : Buffer.concat(parts).toString('utf8');
  }

  /** What is left, in pieces as they come. */
  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void, undefined> {
    while (await this.#fill()) {
      const rest = this.#chunk.subarray(this.#at);
      this.#at = this.#chunk.length;
      yield rest;
    }
  }

  /** Lets go of the connection. */
  async close(): Promise<void> {
    await this.#chunks.return?.();
  }

  /** Whether there is a byte to read. */
  async #fill(): Promise<boolean> {
    while (this.#at >= this.#chunk.length) {
      const next = await this.#chunks.next();
      if (next.done === true) return false;
      this.#chunk = next.value;
      this.#at = 0;
    }
    return true;
  }
}

const lineTooLong = (bytesMax: number): DStreamsError =>
  new DStreamsError(
    'LINE_TOO_LONG',
    `readLine: a line has more than ${bytesMax} bytes. Raise dstreams.source.lineBytesMax, or read bytes.`,
  );
