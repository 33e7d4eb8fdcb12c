import type { PubFrame } from './pub-frame.ts';
import { PubReader } from './pub-reader.ts';
import type { FrameBounds } from './scanned.ts';
import type { Steps } from './steps.ts';
import { bufferOf } from './text-cache.ts';

const VALUE = 0x76;
const KEY = 0x6b;
/** `{ records: [{ v }] }`: the depth of the frames that are read here. */
const DEPTH = 3;

/**
 * Reads `pub` frames in the form that nearly all have: `t` first, records with `v` and perhaps `k`, and these texts of one
 * byte's length, numbers, booleans or null. One pass, which checks what `scanMsgpack` checks, and no object for a record. All
 * else is left to those who can read anything: `read` then returns undefined, also where something is wrong.
 */
export class PubMsgpackReader extends PubReader {
  *read(frame: Uint8Array, bounds: FrameBounds, stepBytes = frame.length): Steps<PubFrame | undefined> {
    const { depthMax, itemsMax, recordBytesMax = frame.length } = bounds;
    if (depthMax < DEPTH || !startsAsPub(frame)) return undefined;
    if (this.repetition.isLeftOut()) return undefined;
    const fields = frame[0]! - 0x80;
    this.open(bufferOf(frame), 7, 1 + 2 * fields);
    const found: { -readonly [field in keyof PubFrame]: PubFrame[field] } = { records: undefined };
    for (let i = 1; i < fields; i++) {
      const name = this.scalar();
      if (name === 'records') {
        found.records = yield* this.records(recordBytesMax, stepBytes);
        found.large = this.large;
        if (found.records === undefined) return undefined;
      } else if (name === 'id' || name === 'stream' || name === 'pe' || name === 'seq' || name === 'ack') {
        const value = this.scalar();
        if (value === undefined) return undefined;
        found[name] = value;
      } else return undefined;
    }
    return this.at === frame.length && this.items <= itemsMax ? found : undefined;
  }

  private *records(bytesMax: number, stepBytes: number): Steps<PubFrame['records']> {
    this.large = undefined;
    const { bytes } = this;
    let length = bytes[this.at++]!;
    if (length >= 0x90 && length < 0xa0) length -= 0x90;
    else if (length === 0xdc && this.at + 2 <= bytes.length) {
      length = bytes[this.at]! * 256 + bytes[this.at + 1]!;
      this.at += 2;
    } else return undefined;
    // The shortest record has four bytes.
    if (length * 4 > bytes.length - this.at) return undefined;
    this.missed = this.texts.missCount;
    const values: unknown[] = new Array(length);
    let keys: unknown[] | undefined;
    for (let i = 0; i < length; ) {
      if (i > 0) yield* this.pause();
      // A loop without a yield in it is as fast as in any function.
      for (const stop = this.at + stepBytes; i < length && this.at < stop; i++) {
        const start = this.at;
        const fields = bytes[this.at++]! - 0x80;
        if (fields !== 1 && fields !== 2) return undefined;
        this.items += 1 + 2 * fields;
        let value: unknown;
        for (let n = 0; n < fields; n++) {
          if (bytes[this.at] !== 0xa1) return undefined;
          const name = bytes[this.at + 1]!;
          this.at += 2;
          const found = this.scalar();
          if (found === undefined) return undefined;
          if (name === VALUE) value = found;
          else if (name !== KEY) return undefined;
          else {
            keys ??= new Array<unknown>(length).fill(undefined);
            keys[i] = found;
          }
        }
        if (value === undefined) return undefined;
        if (this.at - start > bytesMax) this.large ??= i;
        values[i] = value;
      }
    }
    this.repetition.saw(length, this.texts.missCount - this.missed);
    return { length, isWhole: true, values, keys, wire: undefined };
  }

  /** undefined for what is no scalar, or not all there. */
  private scalar(): string | number | boolean | null | undefined {
    const { bytes } = this;
    const token = bytes[this.at++];
    if (token === undefined) return undefined;
    if (token >= 0xa0 && token < 0xc0) return this.text(token - 0xa0);
    if (token < 0x80) return token;
    if (token >= 0xe0) return token - 0x100;
    const from = this.at;
    const left = bytes.length - from;
    switch (token) {
      case 0xc0:
        return null;
      case 0xc2:
        return false;
      case 0xc3:
        return true;
      case 0xca:
        this.at += 4;
        return left < 4 ? undefined : bytes.readFloatBE(from);
      case 0xcb:
        this.at += 8;
        return left < 8 ? undefined : bytes.readDoubleBE(from);
      case 0xcc:
        this.at += 1;
        return bytes[from];
      case 0xcd:
        this.at += 2;
        return left < 2 ? undefined : bytes.readUInt16BE(from);
      case 0xce:
        this.at += 4;
        return left < 4 ? undefined : bytes.readUInt32BE(from);
      case 0xd0:
        this.at += 1;
        return left < 1 ? undefined : bytes.readInt8(from);
      case 0xd1:
        this.at += 2;
        return left < 2 ? undefined : bytes.readInt16BE(from);
      case 0xd2:
        this.at += 4;
        return left < 4 ? undefined : bytes.readInt32BE(from);
      case 0xd9: {
        const length = bytes[this.at++];
        return length === undefined ? undefined : this.text(length);
      }
      default:
        return undefined;
    }
  }

  private text(length: number): string | undefined {
    const start = this.at;
    this.at = start + length;
    return this.at > this.bytes.length ? undefined : this.texts.text(start, length);
  }
}

/** A map of at most 15 whose first field is `t: "pub"`. */
function startsAsPub(frame: Uint8Array): boolean {
  return (
    frame.length > 7 &&
    (frame[0]! & 0xf0) === 0x80 &&
    frame[1] === 0xa1 &&
    frame[2] === 0x74 &&
    frame[3] === 0xa3 &&
    frame[4] === 0x70 &&
    frame[5] === 0x75 &&
    frame[6] === 0x62
  );
}
