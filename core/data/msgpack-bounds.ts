import { DStreamsError } from '../errors.ts';

function corrupt(what: string, at: number): DStreamsError {
  return new DStreamsError('RECORD_CORRUPT', `packed records are damaged: ${what} at byte ${at}`);
}

/**
 * Goes over msgpack bytes from `from` to their end before they are decoded, without recursion and without allocating by what they
 * claim. Throws `RECORD_CORRUPT` unless there is exactly one value, nested at most `depthMax` deep, every length fits in the bytes, and
 * nothing is in it but what our encoder writes (of extensions, only `undefined`). msgpackr by itself accepts extensions such as RegExp
 * and references, and bounds the depth by the stack alone.
 */
export function checkMsgpack(bytes: Uint8Array, from: number, depthMax: number): void {
  const end = bytes.length;
  const pending: number[] = []; // How many values are still to come, per level above this one.
  let left = 1;
  let position = from;
  for (;;) {
    while (left === 0) {
      const above = pending.pop();
      if (above === undefined) {
        if (position !== end) throw corrupt('bytes after the end', position);
        return;
      }
      left = above;
    }
    left--;
    if (position >= end) throw corrupt('the end comes too early', position);
    const token = bytes[position]!;
    position++;
    if (token < 0x80 || token >= 0xe0) continue; // small integers
    let members = -1;
    let size = 0;
    if (token >= 0xa0 && token < 0xc0) {
      size = token - 0xa0; // short string
    } else if (token < 0x90) {
      members = (token - 0x80) * 2; // map
    } else if (token < 0xa0) {
      members = token - 0x90; // array
    } else {
      switch (token) {
        case 0xc0: // null
        case 0xc2: // false
        case 0xc3: // true
          break;
        case 0xcc:
        case 0xd0:
          size = 1;
          break;
        case 0xcd:
        case 0xd1:
          size = 2;
          break;
        case 0xce:
        case 0xd2:
          size = 4;
          break;
        case 0xcb:
        case 0xcf:
        case 0xd3:
          size = 8;
          break;
        case 0xc4: // bytes
        case 0xd9: // string
          size = 1 + readLength(bytes, position, 1);
          break;
        case 0xc5:
        case 0xda:
          size = 2 + readLength(bytes, position, 2);
          break;
        case 0xc6:
        case 0xdb:
          size = 4 + readLength(bytes, position, 4);
          break;
        case 0xdc:
        case 0xde:
          members = readLength(bytes, position, 2) * (token === 0xde ? 2 : 1);
          position += 2;
          break;
        case 0xdd:
        case 0xdf:
          members = readLength(bytes, position, 4) * (token === 0xdf ? 2 : 1);
          position += 4;
          break;
        case 0xd4: // undefined is extension 0 of one byte
          if (bytes[position] !== 0) throw corrupt('an unknown extension', position);
          size = 2;
          break;
        default:
          throw corrupt('an unknown kind of value', position - 1);
      }
    }
    if (members >= 0) {
      if (members > end - position) throw corrupt('a list longer than the bytes', position);
      if (pending.length >= depthMax) throw corrupt(`nesting deeper than ${depthMax}`, position);
      pending.push(left);
      left = members;
    } else {
      if (size > end - position) throw corrupt('a value longer than the bytes', position);
      position += size;
    }
  }
}

/** A big-endian length of 1, 2 or 4 bytes; infinite when it is cut off, which no caller accepts. */
function readLength(bytes: Uint8Array, at: number, width: 1 | 2 | 4): number {
  if (at + width > bytes.length) return Infinity;
  let length = 0;
  for (let i = 0; i < width; i++) length = length * 256 + bytes[at + i]!;
  return length;
}
