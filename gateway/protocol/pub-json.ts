import { isOtherNumber } from './numbers.ts';
import type { PubFrame } from './pub-frame.ts';
import { PubReader } from './pub-reader.ts';
import type { FrameBounds } from './scanned.ts';
import type { Steps } from './steps.ts';
import { bufferOf } from './text-cache.ts';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const LIST = 0x5b;
const LIST_END = 0x5d;
const OBJECT = 0x7b;
const OBJECT_END = 0x7d;
const MINUS = 0x2d;
const POINT = 0x2e;
const ZERO = 0x30;
const NINE = 0x39;
const VALUE = 0x76;
const KEY = 0x6b;
/** `{ records: [{ v }] }`: the depth of the frames that are read here. */
const DEPTH = 3;
/** As many digits are a whole number without rounding. */
const DIGITS_MAX = 15;

const TRUE = [...'true'].map((c) => c.charCodeAt(0));
const FALSE = [...'false'].map((c) => c.charCodeAt(0));
const NULL = [...'null'].map((c) => c.charCodeAt(0));

/**
 * Reads `pub` frames in the form that nearly all have: `t` first, records with `v` and perhaps `k`, and these texts without
 * escapes, numbers without exponents, booleans or null. One pass, which checks what `scanJson` and the parser check, and no
 * object for a record. All else is left to those who can read anything: `read` then returns undefined, also where something is
 * wrong. A list of records that is read here holds what `JSON.parse` would give, and so do all other fields.
 */
export class PubJsonReader extends PubReader {
  *read(frame: Uint8Array, bounds: FrameBounds, stepBytes = frame.length): Steps<PubFrame | undefined> {
    const { depthMax, itemsMax, recordBytesMax = frame.length } = bounds;
    if (depthMax < DEPTH || frame[0] !== OBJECT) return undefined;
    this.open(bufferOf(frame), 1, 2);
    if (this.field() !== 't' || this.scalar() !== 'pub') return undefined;
    if (this.repetition.isLeftOut()) return undefined;
    const found: { -readonly [field in keyof PubFrame]: PubFrame[field] } = { records: undefined };
    let next = this.token();
    while (next === COMMA) {
      this.items++;
      const name = this.field();
      if (name === 'records') {
        found.records = yield* this.records(recordBytesMax, stepBytes);
        found.large = this.large;
        if (found.records === undefined) return undefined;
      } else if (name === 'id' || name === 'stream' || name === 'pe' || name === 'seq' || name === 'ack') {
        const value = this.scalar();
        if (value === undefined) return undefined;
        found[name] = value;
      } else return undefined;
      next = this.token();
    }
    return next === OBJECT_END && this.isAtEnd() && this.items <= itemsMax ? found : undefined;
  }

  private *records(bytesMax: number, stepBytes: number): Steps<PubFrame['records']> {
    this.large = undefined;
    if (this.token() !== LIST) return undefined;
    this.items++;
    this.missed = this.texts.missCount;
    const values: unknown[] = [];
    let keys: unknown[] | undefined;
    let start = this.at;
    let next = this.token();
    while (next !== LIST_END) {
      if (values.length > 0) yield* this.pause();
      // A loop without a yield in it is as fast as in any function.
      for (const stop = this.at + stepBytes; this.at < stop; ) {
        if (next !== OBJECT) return undefined;
        this.items++;
        let value: unknown;
        do {
          const name = this.letter();
          const found = name === undefined ? undefined : this.scalar();
          if (found === undefined) return undefined;
          if (name === VALUE) value = found;
          else {
            keys ??= [];
            while (keys.length < values.length) keys.push(undefined);
            keys[values.length] = found;
          }
          next = this.token();
          if (next === COMMA) this.items++;
        } while (next === COMMA);
        if (next !== OBJECT_END || value === undefined) return undefined;
        next = this.token();
        // As the scan counts: from one separator to the next.
        if (this.at - 1 - start > bytesMax) this.large ??= values.length;
        values.push(value);
        if (next === LIST_END) break;
        if (next !== COMMA) return undefined;
        this.items++;
        start = this.at;
        next = this.token();
        if (next === LIST_END) return undefined;
      }
    }
    const { length } = values;
    if (keys !== undefined) while (keys.length < length) keys.push(undefined);
    this.repetition.saw(length, this.texts.missCount - this.missed);
    return { length, isWhole: true, values, keys, wire: undefined };
  }

  /** The next byte that is no white space; undefined at the end. */
  private token(): number | undefined {
    const { bytes } = this;
    let at = this.at;
    let byte = bytes[at++];
    while (byte !== undefined && isSpace(byte)) byte = bytes[at++];
    this.at = at;
    return byte;
  }

  private isAtEnd(): boolean {
    while (this.at < this.bytes.length) if (!isSpace(this.bytes[this.at++]!)) return false;
    return true;
  }

  /** A name and its colon. */
  private field(): string | undefined {
    if (this.token() !== QUOTE) return undefined;
    const name = this.text();
    return this.token() === COLON ? name : undefined;
  }

  /** The name of a record's field, which is one letter, and its colon. */
  private letter(): typeof VALUE | typeof KEY | undefined {
    if (this.token() !== QUOTE) return undefined;
    const name = this.bytes[this.at];
    if ((name !== VALUE && name !== KEY) || this.bytes[this.at + 1] !== QUOTE) return undefined;
    this.at += 2;
    return this.token() === COLON ? name : undefined;
  }

  /** undefined for what is no scalar that is read here. */
  private scalar(): string | number | boolean | null | undefined {
    const token = this.token();
    switch (token) {
      case QUOTE:
        return this.text();
      case 0x74:
        return this.word(TRUE) ? true : undefined;
      case 0x66:
        return this.word(FALSE) ? false : undefined;
      case 0x6e:
        return this.word(NULL) ? null : undefined;
      default:
        return token === undefined ? undefined : this.number(token);
    }
  }

  /** The rest of a word whose first letter was read. */
  private word(letters: readonly number[]): boolean {
    for (let i = 1; i < letters.length; i++) if (this.bytes[this.at++] !== letters[i]) return false;
    return true;
  }

  /** Behind its first quote. */
  private text(): string | undefined {
    const { bytes } = this;
    const start = this.at;
    const end = bytes.length;
    let at = start;
    for (; at < end; at++) {
      const byte = bytes[at]!;
      if (byte === QUOTE) break;
      if (byte === BACKSLASH || byte < 0x20) return undefined;
    }
    if (at === end) return undefined;
    this.at = at + 1;
    return this.texts.text(start, at - start);
  }

  /** Whose first byte was read. */
  private number(first: number): number | undefined {
    const { bytes } = this;
    const start = this.at - 1;
    let at = first === MINUS ? start + 1 : start;
    const digits = at;
    let whole = 0;
    for (; isDigit(bytes[at]); at++) whole = whole * 10 + (bytes[at]! - ZERO);
    const count = at - digits;
    if (count === 0 || (count > 1 && bytes[digits] === ZERO)) return undefined;
    const isWhole = bytes[at] !== POINT;
    if (!isWhole) {
      const fraction = ++at;
      while (isDigit(bytes[at])) at++;
      if (at === fraction) return undefined;
    }
    // An exponent.
    if (bytes[at] === 0x65 || bytes[at] === 0x45) return undefined;
    this.at = at;
    if (isWhole && count <= DIGITS_MAX) return first === MINUS ? -whole : whole;
    const value = Number(bytes.toString('latin1', start, at));
    return (isWhole ? isOtherNumber(bytes, digits, at, at) : !Number.isFinite(value)) ? undefined : value;
  }
}

const isSpace = (byte: number): boolean => byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;

const isDigit = (byte: number | undefined): boolean => byte !== undefined && byte >= ZERO && byte <= NINE;
