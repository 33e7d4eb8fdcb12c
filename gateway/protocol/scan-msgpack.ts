import { isUtf8 } from 'node:buffer';
import { isLongInteger } from './numbers.ts';
import { CLOSE, Refusal } from './codes.ts';
import { type FrameBounds, memoryOf, RecordMarks, type Scanned, tooDeep, tooMany } from './scanned.ts';
import type { Steps } from './steps.ts';

const broken = (what: string): Refusal => new Refusal('INVALID', `the frame is no msgpack: ${what}`, CLOSE.protocol);
const refused = (what: string): Refusal => new Refusal('SHAPE', what, CLOSE.protocol);

/**
 * Goes over msgpack bytes before they are decoded, without recursion and without allocating by what they claim (72 KB of
 * nested array headers can end a process that decodes them naively). Throws unless there is one value, within the bounds,
 * all lengths fit, no extension type is in it, texts are UTF-8, and the keys of maps are text that reaches no prototype.
 * `stepBytes`: gone over in one step, about.
 */
export function* scanMsgpack(bytes: Uint8Array, bounds: FrameBounds, stepBytes = bytes.length): Steps<Scanned> {
  const { depthMax, itemsMax, takesAnyText } = bounds;
  const end = bytes.length;
  const marks = new RecordMarks(bounds, 0);
  const view = new DataView(bytes.buffer, bytes.byteOffset, end);
  const pending: number[] = [];
  const maps: boolean[] = [];
  let left = 1;
  let isMap = false;
  let position = 0;
  let items = 0;
  let containers = 0;
  let byteStrings = 0;
  /** The name that was read last, of a field of the message, is `records`. */
  let isRecords = false;
  /** The text before was `$i`: what this one says is a whole number. */
  let isForm = false;
  for (;;) {
    if (position > 0) yield;
    // A loop without a yield in it is as fast as in any function.
    for (const stop = position + stepBytes; position <= stop; ) {
      while (left === 0) {
        if (pending.length === 0) {
          if (position !== end) throw broken('bytes after the end');
          return {
            isSpecial: bytes.includes(0x24),
            hasEscapedName: false,
            memoryBytes: memoryOf(end, items, containers, byteStrings),
            records: marks.found,
            otherNumbers: marks.otherNumbers,
          };
        }
        if (pending.length === marks.depth) marks.end(position, position, position > marks.last);
        left = pending.pop()!;
        isMap = maps.pop()!;
      }
      if (pending.length === marks.depth && position > marks.last) marks.next(position);
      // In a map an even number left means that a key comes next.
      const isKey = isMap && left % 2 === 0;
      left--;
      if (++items > itemsMax) throw tooMany(itemsMax);
      if (position >= end) throw broken('the end comes too early');
      const begun = position;
      const token = bytes[position++]!;
      let size = 0;
      let members = -1;
      let opensMap = false;
      let isText = false;
      if (token < 0x80 || token >= 0xe0) size = 0;
      else if (token >= 0xa0 && token < 0xc0) {
        size = token - 0xa0;
        isText = true;
      } else if (token < 0x90) {
        members = (token - 0x80) * 2;
        opensMap = true;
      } else if (token < 0xa0) members = token - 0x90;
      else {
        switch (token) {
          case 0xc0:
          case 0xc2:
          case 0xc3:
            break;
          case 0xcc:
          case 0xd0:
            size = 1;
            break;
          case 0xcd:
          case 0xd1:
            size = 2;
            break;
          case 0xca:
          case 0xce:
          case 0xd2:
            size = 4;
            break;
          case 0xcb:
          case 0xcf:
          case 0xd3:
            size = 8;
            break;
          case 0xc4:
          case 0xd9:
            size = lengthAt(bytes, position, 1);
            position += 1;
            isText = token === 0xd9;
            break;
          case 0xc5:
          case 0xda:
            size = lengthAt(bytes, position, 2);
            position += 2;
            isText = token === 0xda;
            break;
          case 0xc6:
          case 0xdb:
            size = lengthAt(bytes, position, 4);
            position += 4;
            isText = token === 0xdb;
            break;
          case 0xdc:
          case 0xde:
            members = lengthAt(bytes, position, 2) * (token === 0xde ? 2 : 1);
            position += 2;
            opensMap = token === 0xde;
            break;
          case 0xdd:
          case 0xdf:
            members = lengthAt(bytes, position, 4) * (token === 0xdf ? 2 : 1);
            position += 4;
            opensMap = token === 0xdf;
            break;
          default:
            throw refused('extension types are not allowed in a frame');
        }
      }
      if (isKey && (!isText || members >= 0)) throw refused('keys of maps are text');
      if (token >= 0xc4 && token <= 0xc6) byteStrings++;
      if (members >= 0) {
        containers++;
        isForm = false;
        if (members > end - position) throw broken('a list longer than the bytes');
        if (pending.length >= depthMax) throw tooDeep(depthMax);
        if (pending.length === 1 && isRecords && !opensMap) marks.begin(begun, position, LIST_DEPTH);
        pending.push(left);
        maps.push(isMap);
        left = members;
        isMap = opensMap;
      } else {
        if (size > end - position) throw broken('a value longer than the bytes');
        if (isForm && isText && marks.asksForOther && isLongInteger(bytes, position, position + size)) {
          marks.other(position, position + size);
        }
        isForm = isKey && size === 2 && bytes[position] === 0x24 && bytes[position + 1] === 0x69;
        if (isKey) {
          if (size >= 9 && size <= 11) checkKey(bytes, position, size);
          if (pending.length === 1) isRecords = size === RECORDS.length && isNamed(bytes, position, RECORDS);
        }
        if (isText && takesAnyText !== true && !isGoodText(bytes, view, position, size))
          throw broken('text that is no UTF-8');
        position += size;
      }
    }
  }
}

/** Shorter ones are looked at here: a call into the library takes longer. */
const SHORT_BYTES = 128;
/** Any byte of a word that is not ASCII. */
const HIGH = 0x80808080;

function isGoodText(bytes: Uint8Array, view: DataView, at: number, size: number): boolean {
  if (size > SHORT_BYTES) return isUtf8(bytes.subarray(at, at + size));
  let all = 0;
  if (size < 4) {
    for (let i = at; i < at + size; i++) all |= bytes[i]!;
    return all < 0x80 || isShortUtf8(bytes, at, at + size);
  }
  const last = at + size - 4;
  all = view.getInt32(last);
  for (let i = at; i < last; i += 4) all |= view.getInt32(i);
  return (all & HIGH) === 0 || isShortUtf8(bytes, at, at + size);
}

/** RFC 3629, section 4. */
function isShortUtf8(bytes: Uint8Array, from: number, end: number): boolean {
  for (let i = from; i < end; ) {
    const first = bytes[i++]!;
    if (first < 0x80) continue;
    if (first < 0xc2 || first > 0xf4) return false;
    // What the second byte may be: no longer form than is needed, no half of a surrogate pair, nothing beyond U+10FFFF.
    const least = first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80;
    const most = first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf;
    let left = first < 0xe0 ? 1 : first < 0xf0 ? 2 : 3;
    if (i + left > end || bytes[i]! < least || bytes[i]! > most) return false;
    for (i++, left--; left > 0; left--) if ((bytes[i++]! & 0xc0) !== 0x80) return false;
  }
  return true;
}

const FORBIDDEN = ['__proto__', 'constructor', 'prototype'].map((name) => Buffer.from(name));
const RECORDS = Buffer.from('records');
/** `{ records: [` */
const LIST_DEPTH = 2;

function checkKey(bytes: Uint8Array, at: number, size: number): void {
  for (const name of FORBIDDEN) {
    if (name.length === size && isNamed(bytes, at, name)) throw refused(`the key ${name.toString()} is not allowed`);
  }
}

function isNamed(bytes: Uint8Array, at: number, name: Buffer): boolean {
  for (let i = 0; i < name.length; i++) if (bytes[at + i] !== name[i]) return false;
  return true;
}

/** A big-endian length; infinite when it is cut off, which no caller accepts. */
function lengthAt(bytes: Uint8Array, at: number, width: 1 | 2 | 4): number {
  if (at + width > bytes.length) return Number.POSITIVE_INFINITY;
  let length = 0;
  for (let i = 0; i < width; i++) length = length * 256 + bytes[at + i]!;
  return length;
}
