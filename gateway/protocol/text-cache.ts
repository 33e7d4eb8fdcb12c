import { isUtf8 } from 'node:buffer';

const SLOTS = 8192;
const LENGTH_MAX = 32;

/** Of a slot without a text of at most eight bytes. */
const LONGER = -1;
/** Any byte of a word that is not ASCII. */
const HIGH = 0x80808080;

/**
 * Short texts that came before: names, words and keys come again and again, and one that is there already costs no memory, and
 * keeps the hash that maps ask for. A fixed number of slots, in pairs: a text that is new takes the first of its pair, and what was
 * there the second, so that two that share a pair do not drive each other out.
 */
export class TextCache {
  private readonly slots: string[] = new Array<string>(SLOTS).fill('');
  /** Texts that were not there, so far. */
  missCount = 0;
  /** Of texts of at most eight bytes, what is in the slot: so nobody has to look at its characters. */
  private readonly lengths = new Int32Array(SLOTS).fill(LONGER);
  private readonly lows = new Int32Array(SLOTS);
  private readonly highs = new Int32Array(SLOTS);
  private bytes: Buffer = Buffer.alloc(0);
  private view: DataView = new DataView(new ArrayBuffer(0));

  /** What texts are asked for from now on. */
  open(bytes: Buffer): void {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  /** The text of `length` bytes at `start`, all of which must be there; undefined where they are no UTF-8. */
  text(start: number, length: number): string | undefined {
    const { bytes, view } = this;
    if (length > LENGTH_MAX) {
      this.missCount++;
      return utf8(bytes, start, start + length);
    }
    if (length > 8) return this.longer(bytes, start, start + length);
    let low = 0;
    let high = 0;
    const end = start + length;
    if (length >= 4) {
      // The first four bytes and the last four: all of them.
      low = view.getInt32(start);
      high = view.getInt32(end - 4);
    } else for (let i = start; i < end; i++) low = (low << 8) | bytes[i]!;
    if (((low | high) & HIGH) !== 0) return utf8(bytes, start, end);
    const { lows, highs, lengths } = this;
    const first = firstOfPair(Math.imul(low, 0x9e3779b1) ^ Math.imul(high + length, 0x85ebca6b));
    if (lows[first] === low && highs[first] === high && lengths[first] === length) return this.slots[first]!;
    const second = first + 1;
    if (lows[second] === low && highs[second] === high && lengths[second] === length) return this.slots[second]!;
    const text = ascii(bytes, start, end);
    this.keep(first, text, length);
    lows[first] = low;
    highs[first] = high;
    return text;
  }

  private keep(first: number, text: string, length: number): void {
    const { slots, lengths, lows, highs } = this;
    this.missCount++;
    slots[first + 1] = slots[first]!;
    lengths[first + 1] = lengths[first]!;
    lows[first + 1] = lows[first]!;
    highs[first + 1] = highs[first]!;
    slots[first] = text;
    lengths[first] = length;
  }

  private longer(bytes: Buffer, start: number, end: number): string | undefined {
    let hash = end - start;
    let high = 0;
    for (let i = start; i < end; i++) {
      const byte = bytes[i]!;
      hash = (Math.imul(hash, 31) + byte) | 0;
      high |= byte;
    }
    if (high >= 0x80) return utf8(bytes, start, end);
    const first = firstOfPair(hash);
    for (let slot = first; slot <= first + 1; slot++) {
      const known = this.slots[slot]!;
      if (known.length === end - start && isSame(known, bytes, start)) return known;
    }
    const text = bytes.toString('latin1', start, end);
    this.keep(first, text, LONGER);
    return text;
  }
}

const firstOfPair = (hash: number): number => (hash ^ (hash >>> 15)) & (SLOTS - 2);

/** Texts that do not come again are read faster by the library: it gets so many frames, then this way is tried again. */
const LEFT_FRAMES = 31;
/** A frame of fewer records tells nothing of that. */
const RECORDS_TOLD = 16;

/** Whether the texts of frames come again, so that reading them through a cache pays. */
export class Repetition {
  private leftFrames = 0;

  /** Of a frame that begins: asked once. */
  isLeftOut(): boolean {
    if (this.leftFrames === 0) return false;
    this.leftFrames--;
    return true;
  }

  /** A frame was read, with so many texts that the cache did not have. */
  saw(records: number, missCount: number): void {
    if (records >= RECORDS_TOLD && missCount > records / 2) this.leftFrames = LEFT_FRAMES;
  }
}

const utf8 = (bytes: Buffer, start: number, end: number): string | undefined =>
  isUtf8(bytes.subarray(start, end)) ? bytes.toString('utf8', start, end) : undefined;

function isSame(text: string, bytes: Buffer, start: number): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) !== bytes[start + i]) return false;
  return true;
}

/** A call into the library for bytes of a buffer takes longer than this, for texts as short as these. */
function ascii(bytes: Buffer, start: number, end: number): string {
  let text = '';
  let at = start;
  for (; at + 4 <= end; at += 4) {
    text += String.fromCharCode(bytes[at]!, bytes[at + 1]!, bytes[at + 2]!, bytes[at + 3]!);
  }
  for (; at < end; at++) text += String.fromCharCode(bytes[at]!);
  return text;
}

/** The same bytes. */
export const bufferOf = (bytes: Uint8Array): Buffer =>
  Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
