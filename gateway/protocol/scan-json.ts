import { CLOSE, Refusal } from './codes.ts';

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
 * many values. Returns whether something in it needs a second look once it is parsed: a `$` form, a key that might be
 * forbidden, an escape that might hide one. What is no JSON at all is left to the parser.
 */
export function scanJson(bytes: Uint8Array, { depthMax, itemsMax }: FrameBounds): boolean {
  const end = bytes.length;
  let depth = 0;
  let items = 1;
  let isSpecial = false;
  for (let i = 0; i < end; i++) {
    const byte = bytes[i]!;
    if (byte === QUOTE) {
      const first = bytes[i + 1];
      // $ forms, __proto__, constructor and prototype by their first letters.
      if (first === 0x24 || first === 0x5f) isSpecial = true;
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
      if (depth > depthMax) throw tooDeep(depthMax);
    } else if (byte === 0x5d || byte === 0x7d) {
      depth--;
    }
  }
  if (items > itemsMax) throw tooMany(itemsMax);
  return isSpecial;
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
