import { CLOSE, Refusal } from './codes.ts';
import { exponentEnd, isOtherNumber, textOf } from './numbers.ts';

/** What a scan found. */
export interface Scanned {
  /** Something needs a second look once it is parsed: a `$` form, a key that might be forbidden, an escape that might hide one. */
  readonly isSpecial: boolean;
  /** About the memory of what the frame stands for: an empty object is two or three bytes in it, and 64 in memory. */
  readonly memoryBytes: number;
  /** The first number that would come out of the parser as another one; undefined: there is none. */
  readonly otherNumber: string | undefined;
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
const MINUS = 0x2d;
const POINT = 0x2e;
const ZERO = 0x30;
const NINE = 0x39;
/** Whole numbers of so many digits are below 2^53. */
const EXACT_DIGITS = 15;

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
  let otherNumber: string | undefined;
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
    } else if (byte <= NINE && byte >= ZERO) {
      const from = i;
      let next = bytes[++i]!;
      while (next <= NINE && next >= ZERO) next = bytes[++i]!;
      const point = i;
      if (next === POINT)
        do next = bytes[++i]!;
        while (next <= NINE && next >= ZERO);
      const hasExponent = next === 0x65 || next === 0x45;
      if (hasExponent) i = exponentEnd(bytes, i);
      // Of nearly all the length says that they are what they are.
      if ((point - from > EXACT_DIGITS || hasExponent) && otherNumber === undefined) {
        if (isOtherNumber(bytes, from, point, i)) {
          otherNumber = textOf(bytes, from > 0 && bytes[from - 1] === MINUS ? from - 1 : from, i);
        }
      }
      i--;
    }
  }
  if (items > itemsMax) throw tooMany(itemsMax);
  return { isSpecial: isSpecial || forms > 0, memoryBytes: memoryOf(end, items, containers, forms), otherNumber };
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
