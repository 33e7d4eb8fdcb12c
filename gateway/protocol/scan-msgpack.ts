import { isUtf8 } from 'node:buffer';
import { CLOSE, Refusal } from './codes.ts';
import { type FrameBounds, memoryOf, tooDeep, tooMany } from './scan-json.ts';

const broken = (what: string): Refusal => new Refusal('INVALID', `the frame is no msgpack: ${what}`, CLOSE.protocol);
const refused = (what: string): Refusal => new Refusal('SHAPE', what, CLOSE.protocol);

/**
 * Goes over msgpack bytes before they are decoded, without recursion and without allocating by what they claim (72 KB of
 * nested array headers can end a process that decodes them naively). Throws unless there is one value, within the bounds,
 * all lengths fit, no extension type is in it, texts are UTF-8, and the keys of maps are text that reaches no prototype. Gives `Scanned.memoryBytes`.
 */
export function scanMsgpack(bytes: Uint8Array, { depthMax, itemsMax, takesAnyText }: FrameBounds): number {
  const end = bytes.length;
  const view = new DataView(bytes.buffer, bytes.byteOffset, end);
  const pending: number[] = [];
  const maps: boolean[] = [];
  let left = 1;
  let isMap = false;
  let position = 0;
  let items = 0;
  let containers = 0;
  let byteStrings = 0;
  for (;;) {
    while (left === 0) {
      if (pending.length === 0) {
        if (position !== end) throw broken('bytes after the end');
        return memoryOf(end, items, containers, byteStrings);
      }
      left = pending.pop()!;
      isMap = maps.pop()!;
    }
    // In a map an even number left means that a key comes next.
    const isKey = isMap && left % 2 === 0;
    left--;
    if (++items > itemsMax) throw tooMany(itemsMax);
    if (position >= end) throw broken('the end comes too early');
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
      if (members > end - position) throw broken('a list longer than the bytes');
      if (pending.length >= depthMax) throw tooDeep(depthMax);
      pending.push(left);
      maps.push(isMap);
      left = members;
      isMap = opensMap;
    } else {
      if (size > end - position) throw broken('a value longer than the bytes');
      if (isKey && size >= 9 && size <= 11) checkKey(bytes, position, size);
      if (isText && takesAnyText !== true && !isGoodText(bytes, view, position, size))
        throw broken('text that is no UTF-8');
      position += size;
    }
  }
}

/** Shorter ones are looked at here: a call into the library takes longer. */
const SHORT_BYTES = 128;
/** Any byte of a word that is not ASCII. */
const HIGH = 0x80808080;

function isGoodText(bytes: Uint8Array, view: DataView, at: number, size: number): boolean {
  if (size < 4) {
    let all = 0;
    for (let i = at; i < at + size; i++) all |= bytes[i]!;
    if (all < 0x80) return true;
  } else if (size <= SHORT_BYTES) {
    const last = at + size - 4;
    let all = view.getInt32(last);
    for (let i = at; i < last; i += 4) all |= view.getInt32(i);
    if ((all & HIGH) === 0) return true;
  }
  return isUtf8(bytes.subarray(at, at + size));
}

const FORBIDDEN = ['__proto__', 'constructor', 'prototype'].map((name) => Buffer.from(name));

function checkKey(bytes: Uint8Array, at: number, size: number): void {
  for (const name of FORBIDDEN) {
    if (name.length === size && name.equals(bytes.subarray(at, at + size))) {
      throw refused(`the key ${name.toString()} is not allowed`);
    }
  }
}

/** A big-endian length; infinite when it is cut off, which no caller accepts. */
function lengthAt(bytes: Uint8Array, at: number, width: 1 | 2 | 4): number {
  if (at + width > bytes.length) return Number.POSITIVE_INFINITY;
  let length = 0;
  for (let i = 0; i < width; i++) length = length * 256 + bytes[at + i]!;
  return length;
}
