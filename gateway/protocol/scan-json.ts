import { CLOSE, Refusal } from './codes.ts';

/** What a scan found. */
export interface Scanned {
  /** Something needs a second look once it is parsed: a `$` form, a key that might be forbidden, an escape that might hide one. */
  readonly isSpecial: boolean;
  /** About the memory of what the frame stands for: an empty object is two or three bytes in it, and 64 in memory. */
  readonly memoryBytes: number;
}

/** Of a list or an object, with its place in another one. */
const CONTAINER_BYTES = 64;
const MEMBER_BYTES = 8;
/** Of bytes: a view, its buffer, and what keeps that. */
const BYTES_BYTES = 240;

/** `bytes`: of the frame, among them those of texts. `byteStrings`: values that are bytes. */
export const memoryOf = (bytes: number, items: number, containers: number, byteStrings: number): number =>
  bytes + MEMBER_BYTES * items + CONTAINER_BYTES * containers + BYTES_BYTES * byteStrings;

export interface FrameBounds {
  readonly depthMax: number;
  readonly itemsMax: number;
  /** Text of msgpack that is no UTF-8 is read with U+FFFD in it, as was done once. Default: it is refused. */
  readonly takesAnyText?: boolean;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/**
 * Goes over the bytes of a JSON text before it is parsed, without recursion: throws when it is nested too deep or has too
 * many values. What is no JSON at all is left to the parser.
 */
export function scanJson(bytes: Uint8Array, { depthMax, itemsMax }: FrameBounds): Scanned {
  const end = bytes.length;
  let depth = 0;
  let items = 1;
  let containers = 0;
  let forms = 0;
  let isSpecial = false;
  for (let i = 0; i < end; i++) {
    const byte = bytes[i]!;
    if (byte === QUOTE) {
      const first = bytes[i + 1];
      // $ forms, __proto__, constructor and prototype by their first letters.
      if (first === 0x24) forms++;
      else if (first === 0x5f) isSpecial = true;
      else if (first === 0x63 || first === 0x70) {
        if (isNamed(bytes, i + 1, first === 0x63 ? CONSTRUCTOR : PROTOTYPE)) isSpecial = true;
      }
      i++;
      for (; i < end; i++) {
        const inside = bytes[i]!;
        if (inside === QUOTE) break;
        if (inside === BACKSLASH) {
          i++;
          if (bytes[i] === 0x75) isSpecial = true;
        }
      }
    } else if (byte === 0x2c) {
      items++;
    } else if (byte === 0x5b || byte === 0x7b) {
      depth++;
      items++;
      containers++;
      if (depth > depthMax) throw tooDeep(depthMax);
    } else if (byte === 0x5d || byte === 0x7d) {
      depth--;
    }
  }
  if (items > itemsMax) throw tooMany(itemsMax);
  return { isSpecial: isSpecial || forms > 0, memoryBytes: memoryOf(end, items, containers, forms) };
}

const CONSTRUCTOR = [...'constructor"'].map((c) => c.charCodeAt(0));
const PROTOTYPE = [...'prototype"'].map((c) => c.charCodeAt(0));

function isNamed(bytes: Uint8Array, at: number, name: readonly number[]): boolean {
  for (let i = 0; i < name.length; i++) if (bytes[at + i] !== name[i]) return false;
  return true;
}

export const tooDeep = (depthMax: number): Refusal =>
  new Refusal('SHAPE', `a frame is nested at most ${depthMax} deep`, CLOSE.limit);
export const tooMany = (itemsMax: number): Refusal =>
  new Refusal('SHAPE', `a frame has at most ${itemsMax} values`, CLOSE.limit);
