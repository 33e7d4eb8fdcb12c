import { DStreamsError } from '../errors.ts';

// Java's hash codes (32-bit), because Spark's HashPartitioner works with them: equal partitions give equal files and equal print order.
// Which Java class a JavaScript number stands for: see `hashOfNumber`.

const TWO_32 = 2 ** 32;
const TWO_63 = 2 ** 63;
const LONG_MIN = -(2n ** 63n);
const LONG_MAX = 2n ** 63n - 1n;
const floatView = new DataView(new ArrayBuffer(8));

/** An object that brings its own hash, as in Java; equal objects (by their `equals`) must give equal numbers. */
interface Hashable {
  hashCode(): number;
}

function isHashable(value: object): value is Hashable {
  return typeof (value as Partial<Hashable>).hashCode === 'function';
}

/** Java's `String.hashCode`: Σ c·31^(n−1−i) over UTF-16 units, in 32 bits. */
export function hashOfString(text: string): number {
  let hash = 0;
  for (let i = 0; i < text.length; i++) hash = (Math.imul(hash, 31) + text.charCodeAt(i)) | 0;
  return hash;
}

/** `Long.hashCode` of a whole number below 2^63 in size. */
function hashOfLong(value: number): number {
  return (value | 0) ^ (Math.floor(value / TWO_32) | 0);
}

function hashOfDouble(value: number): number {
  // Java's Double has one NaN, whatever bits the engine uses.
  if (Number.isNaN(value)) return 0x7ff80000;
  floatView.setFloat64(0, value);
  return floatView.getInt32(0) ^ floatView.getInt32(4);
}

/** Whole numbers of 32 bits as Java's Integer, other whole numbers that fit 64 bits as Long, the rest (−0 and NaN too) as Double. */
export function hashOfNumber(value: number): number {
  if ((value | 0) === value) return value === 0 && 1 / value < 0 ? -2147483648 : value;
  if (Number.isInteger(value) && value >= -TWO_63 && value < TWO_63) return hashOfLong(value);
  return hashOfDouble(value);
}

/** As Java's Long where it fits 64 bits, else as BigInteger. */
export function hashOfBigint(value: bigint): number {
  if (value >= LONG_MIN && value <= LONG_MAX) {
    return Number(BigInt.asIntN(32, value)) ^ Number(BigInt.asIntN(32, value >> 32n));
  }
  let rest = value < 0n ? -value : value;
  const words: number[] = [];
  for (; rest > 0n; rest >>= 32n) words.push(Number(BigInt.asIntN(32, rest)));
  let hash = 0;
  for (let i = words.length - 1; i >= 0; i--) hash = (Math.imul(hash, 31) + words[i]!) | 0;
  return value < 0n ? -hash | 0 : hash;
}

function hashOfBytes(bytes: Uint8Array): number {
  let hash = 1;
  for (let i = 0; i < bytes.length; i++) hash = (Math.imul(hash, 31) + ((bytes[i]! << 24) >> 24)) | 0;
  return hash;
}

function hashOfList(values: readonly unknown[]): number {
  let hash = 1;
  for (let i = 0; i < values.length; i++) hash = (Math.imul(hash, 31) + hashOf(values[i])) | 0;
  return hash;
}

function hashOfObject(value: object): number {
  if (isHashable(value)) return value.hashCode() | 0;
  if (Array.isArray(value)) return hashOfList(value);
  if (value instanceof Date) {
    const ms = value.getTime();
    return Number.isNaN(ms) ? hashOfDouble(ms) : hashOfLong(ms);
  }
  if (value instanceof Uint8Array) return hashOfBytes(value);
  if (ArrayBuffer.isView(value)) {
    return value instanceof DataView
      ? hashOfBytes(new Uint8Array(value.buffer, value.byteOffset, value.byteLength))
      : hashOfList(value as unknown as readonly unknown[]);
  }
  // Without an order, as java.util.HashMap and HashSet: a sum.
  let hash = 0;
  if (value instanceof Map) {
    for (const [key, entry] of value) hash = (hash + (hashOf(key) ^ hashOf(entry))) | 0;
  } else if (value instanceof Set) {
    for (const entry of value) hash = (hash + hashOf(entry)) | 0;
  } else {
    const fields = value as Readonly<Record<string, unknown>>;
    for (const name of Object.keys(fields)) hash = (hash + (hashOfString(name) ^ hashOf(fields[name]))) | 0;
  }
  return hash;
}

/**
 * The Java hash code of a value, a 32-bit integer. Equal values (`equalKeys`) have equal hashes. Strings, numbers, bigint, booleans, null
 * and undefined (0), Date and bytes as their Java counterparts; arrays as `java.util.List`; Map, Set and plain objects without order;
 * an object with `hashCode()` by it; other instances by their fields. Throws `RECORD_NOT_SERIALIZABLE` for a function or symbol.
 */
export function hashOf(value: unknown): number {
  if (typeof value === 'string') {
    let hash = 0;
    for (let i = 0; i < value.length; i++) hash = (Math.imul(hash, 31) + value.charCodeAt(i)) | 0;
    return hash;
  }
  if (typeof value === 'number') return hashOfNumber(value);
  if (value === null || value === undefined) return 0;
  if (typeof value === 'object') return hashOfObject(value);
  if (typeof value === 'boolean') return value ? 1231 : 1237;
  if (typeof value === 'bigint') return hashOfBigint(value);
  throw new DStreamsError(
    'RECORD_NOT_SERIALIZABLE',
    `a ${typeof value} cannot be a key: it has no value to compare by; use a string, number, tuple, array or plain object`,
  );
}

/** Scala's `##` of one component: as `hashOf`, but numbers that are equal across Java's number classes hash alike. */
function productElementHash(value: unknown): number {
  if (typeof value !== 'number') {
    // A Long that fits an Int hashes as that Int.
    if (typeof value === 'bigint' && BigInt.asIntN(32, value) === value) return Number(value);
    return hashOf(value);
  }
  if ((value | 0) === value) return value | 0;
  if (Number.isInteger(value)) {
    if (value >= -TWO_63 && value < TWO_63) return hashOfLong(value);
    // (long) of the double 2^63 saturates to Long.MAX_VALUE, which compares equal to it again.
    if (value === TWO_63) return -2147483648;
  }
  if (Math.fround(value) === value) {
    floatView.setFloat32(0, value);
    return floatView.getInt32(0);
  }
  return hashOfDouble(value);
}

function rotateLeft(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits));
}

function mix(hash: number, data: number): number {
  const k = Math.imul(rotateLeft(Math.imul(data, 0xcc9e2d51), 15), 0x1b873593);
  return (Math.imul(rotateLeft(hash ^ k, 13), 5) + 0xe6546b64) | 0;
}

/** The hash of a Scala 2.12 product (tuple): MurmurHash3 over the hashes of its first `arity` components (2 to 4), seed 0xcafebabe. */
export function productHash(arity: 2 | 3 | 4, a: unknown, b: unknown, c?: unknown, d?: unknown): number {
  let hash = mix(mix(0xcafebabe | 0, productElementHash(a)), productElementHash(b));
  if (arity > 2) hash = mix(hash, productElementHash(c));
  if (arity > 3) hash = mix(hash, productElementHash(d));
  hash ^= arity;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}

/** `((hash mod n) + n) mod n`: 0 … n − 1. `n` is positive. */
export function nonNegativeMod(hash: number, n: number): number {
  const rest = hash % n;
  return rest < 0 ? rest + n : rest + 0;
}

/** The partition of a key whose hash is known, as Spark's `HashPartitioner(partitionCount)`: another name for the same arithmetic. */
export const partitionOfHash = nonNegativeMod;
