/** Thrown where bytes end before a value does, or say something impossible. Whoever knows file and offset makes it a `FILE_CORRUPT`. */
export class MalformedBytes extends Error {}

/** Appends values as Java's `DataOutput` and Hadoop's `WritableUtils` do: big-endian, growing as it goes. */
export class DataWriter {
  #bytes: Buffer;
  #length = 0;

  constructor(capacity = 256) {
    this.#bytes = Buffer.allocUnsafe(capacity);
  }

  get length(): number {
    return this.#length;
  }

  /** What was written; valid until the next write. */
  view(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }

  clear(): void {
    this.#length = 0;
  }

  byte(value: number): void {
    const at = this.#reserve(1); // First, as it may change the buffer.
    this.#bytes[at] = value;
  }

  int32(value: number): void {
    const at = this.#reserve(4);
    this.#bytes.writeInt32BE(value, at);
  }

  int64(value: bigint): void {
    const at = this.#reserve(8);
    this.#bytes.writeBigInt64BE(value, at);
  }

  float(value: number): void {
    const at = this.#reserve(4);
    this.#bytes.writeFloatBE(value, at);
  }

  double(value: number): void {
    const at = this.#reserve(8);
    this.#bytes.writeDoubleBE(value, at);
  }

  bytes(value: Uint8Array): void {
    const at = this.#reserve(value.length);
    this.#bytes.set(value, at);
  }

  /** Hadoop's variable-length number, of 1 to 5 bytes for 32 bits. */
  vint(value: number): void {
    if (value >= -112 && value <= 127) this.byte(value & 0xff);
    else this.vlong(BigInt(value));
  }

  /** Of 1 to 9 bytes: the first says sign and length. */
  vlong(value: bigint): void {
    if (value >= -112n && value <= 127n) {
      this.byte(Number(value) & 0xff);
      return;
    }
    const isNegative = value < 0n;
    const rest = isNegative ? ~value : value;
    const size = Math.ceil(rest.toString(16).length / 2);
    this.byte(((isNegative ? -120 : -112) - size) & 0xff);
    for (let shift = BigInt(8 * (size - 1)); shift >= 0n; shift -= 8n) this.byte(Number((rest >> shift) & 0xffn));
  }

  /** Length and UTF-8 bytes. */
  text(value: string): void {
    const bytes = Buffer.from(value, 'utf8');
    this.vint(bytes.length);
    this.bytes(bytes);
  }

  #reserve(count: number): number {
    const at = this.#length;
    if (at + count > this.#bytes.length) {
      const grown = Buffer.allocUnsafe(Math.max(at + count, this.#bytes.length * 2));
      this.#bytes.copy(grown, 0, 0, at);
      this.#bytes = grown;
    }
    this.#length = at + count;
    return at;
  }
}

/** How many bytes a variable-length number has, by its first. */
export function vintSize(first: number): number {
  const signed = first > 127 ? first - 256 : first;
  return signed >= -112 ? 1 : signed < -120 ? -119 - signed : -111 - signed;
}

/** Reads what `DataWriter` writes, and never past its end: then it throws `MalformedBytes`. */
export class DataReader {
  position = 0;
  readonly #bytes: Buffer;

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get left(): number {
    return this.#bytes.length - this.position;
  }

  #take(count: number): number {
    if (count > this.left) throw new MalformedBytes(`${count} bytes are wanted where ${this.left} are left`);
    const at = this.position;
    this.position += count;
    return at;
  }

  byte(): number {
    return this.#bytes[this.#take(1)]!;
  }

  int32(): number {
    return this.#bytes.readInt32BE(this.#take(4));
  }

  int64(): bigint {
    return this.#bytes.readBigInt64BE(this.#take(8));
  }

  float(): number {
    return this.#bytes.readFloatBE(this.#take(4));
  }

  double(): number {
    return this.#bytes.readDoubleBE(this.#take(8));
  }

  /** A view. */
  bytes(count: number): Buffer {
    if (count < 0) throw new MalformedBytes(`a length of ${count}`);
    const at = this.#take(count);
    return this.#bytes.subarray(at, at + count);
  }

  vint(): number {
    const value = this.vlong();
    if (value < -(2n ** 31n) || value >= 2n ** 31n) throw new MalformedBytes(`${value} where 32 bits are expected`);
    return Number(value);
  }

  vlong(): bigint {
    const first = this.byte();
    const size = vintSize(first);
    const signed = first > 127 ? first - 256 : first;
    if (size === 1) return BigInt(signed);
    let value = 0n;
    for (let i = 1; i < size; i++) value = (value << 8n) | BigInt(this.byte());
    return BigInt.asIntN(64, signed < -120 ? ~value : value);
  }

  text(lengthMax = this.left): string {
    const length = this.vint();
    if (length > lengthMax) throw new MalformedBytes(`a text of ${length} bytes where at most ${lengthMax} may be`);
    return this.bytes(length).toString('utf8');
  }
}
