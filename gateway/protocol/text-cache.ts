import { isUtf8 } from 'node:buffer';

const SLOTS = 8192;
const LENGTH_MAX = 32;

/**
 * Short texts that came before: names, words and keys come again and again, and one that is there already costs no memory, and
 * keeps the hash that maps ask for. A fixed number of slots; a text that is new takes the place of the one in its slot.
 */
export class TextCache {
  private readonly slots: string[] = new Array<string>(SLOTS).fill('');

  /** The text of `length` bytes at `start`, all of which must be there; undefined where they are no UTF-8. */
  text(bytes: Buffer, start: number, length: number): string | undefined {
    if (length > LENGTH_MAX) return utf8(bytes, start, start + length);
    const end = start + length;
    let hash = length;
    let high = 0;
    for (let i = start; i < end; i++) {
      const byte = bytes[i]!;
      hash = (Math.imul(hash, 31) + byte) | 0;
      high |= byte;
    }
    if (high >= 0x80) return utf8(bytes, start, end);
    const slot = (hash ^ (hash >>> 15)) & (SLOTS - 1);
    const known = this.slots[slot]!;
    if (known.length === length && isSame(known, bytes, start)) return known;
    const text = bytes.toString('latin1', start, end);
    this.slots[slot] = text;
    return text;
  }
}

const utf8 = (bytes: Buffer, start: number, end: number): string | undefined =>
  isUtf8(bytes.subarray(start, end)) ? bytes.toString('utf8', start, end) : undefined;

function isSame(text: string, bytes: Buffer, start: number): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) !== bytes[start + i]) return false;
  return true;
}
