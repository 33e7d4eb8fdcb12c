import { CLOSE, Refusal } from './codes.ts';
import { exponentEnd, isLongInteger, isOtherNumber } from './numbers.ts';
import { type FrameBounds, memoryOf, NOWHERE, RecordMarks, type Scanned, tooDeep, tooMany } from './scanned.ts';
import type { Steps } from './steps.ts';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;
const MINUS = 0x2d;
const POINT = 0x2e;
const ZERO = 0x30;
const NINE = 0x39;
/** Whole numbers of so many digits are below 2^53. */
const EXACT_DIGITS = 15;
/** `{ records: [` */
const LIST_DEPTH = 2;

/**
 * Goes over the bytes of a JSON text before it is parsed, without recursion: throws when it is nested too deep or has too
 * many values. What is no JSON at all is left to the parser. `stepBytes`: gone over in one step, and
 * no text is divided.
 */
export function* scanJson(bytes: Uint8Array, bounds: FrameBounds, stepBytes = bytes.length): Steps<Scanned> {
  const { depthMax, itemsMax } = bounds;
  const end = bytes.length;
  const marks = new RecordMarks(bounds, 1);
  let depth = 0;
  let items = 1;
  let containers = 0;
  let forms = 0;
  let isSpecial = false;
  let hasEscapedName = false;
  /** Where the last text began that stands in no list or object but the message itself. */
  let name = 0;
  /** Where the text begins, if it is one, of which `{"$i": …}` says that it is a whole number. */
  let integer = 0;
  for (let i = 0; i < end; ) {
    if (i > 0) yield;
    // A loop without a yield in it is as fast as in any function.
    for (const stop = Math.min(end, i + stepBytes); i < stop; i++) {
      const byte = bytes[i]!;
      if (byte === QUOTE) {
        const from = i + 1;
        const first = bytes[from];
        // $ forms, __proto__, constructor and prototype by their first letters.
        if (first === 0x24) {
          forms++;
          if (bytes[from + 1] === 0x69 && bytes[from + 2] === QUOTE) integer = behindColon(bytes, from + 3) + 1;
        } else if (first === 0x5f) isSpecial = true;
        else if (first === 0x63 || first === 0x70) {
          if (isNamed(bytes, from, first === 0x63 ? CONSTRUCTOR : PROTOTYPE)) isSpecial = true;
        }
        let isEscaped = false;
        i++;
        for (; i < end; i++) {
          const inside = bytes[i]!;
          if (inside === QUOTE) break;
          if (inside === BACKSLASH) {
            i++;
            if (bytes[i] === 0x75) isSpecial = isEscaped = true;
          }
        }
        if (from === integer && marks.asksForOther && isLongInteger(bytes, from, i)) marks.other(from, i);
        if (depth === 1) {
          name = from;
          if (isEscaped && behindColon(bytes, i + 1) > 0) hasEscapedName = true;
        }
      } else if (byte === 0x2c) {
        items++;
        if (depth === marks.depth) marks.next(i);
      } else if (byte === 0x5b || byte === 0x7b) {
        depth++;
        items++;
        containers++;
        if (depth > depthMax) throw tooDeep(depthMax);
        if (depth === LIST_DEPTH && byte === 0x5b && isNamed(bytes, name, RECORDS)) marks.begin(i, i + 1, LIST_DEPTH);
      } else if (byte === 0x5d || byte === 0x7d) {
        if (depth === marks.depth) {
          // Behind a comma there has to be one.
          if (byte === 0x5d) marks.end(i, i + 1, !isBlank(bytes, marks.last, i));
          else marks.depth = NOWHERE;
        }
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
        if (
          (point - from > EXACT_DIGITS || hasExponent) &&
          marks.asksForOther &&
          isOtherNumber(bytes, from, point, i)
        ) {
          marks.other(from > 0 && bytes[from - 1] === MINUS ? from - 1 : from, i);
        }
        i--;
      }
    }
  }
  if (items > itemsMax) throw tooMany(itemsMax);
  return {
    isSpecial: isSpecial || forms > 0,
    hasEscapedName,
    memoryBytes: memoryOf(end, items, containers, forms),
    records: marks.found,
    otherNumbers: marks.otherNumbers,
  };
}

const codesOf = (text: string): readonly number[] => [...text].map((c) => c.charCodeAt(0));
const CONSTRUCTOR = codesOf('constructor"');
const PROTOTYPE = codesOf('prototype"');
const RECORDS = codesOf('records"');

function isNamed(bytes: Uint8Array, at: number, name: readonly number[]): boolean {
  for (let i = 0; i < name.length; i++) if (bytes[at + i] !== name[i]) return false;
  return true;
}

const isSpace = (byte: number | undefined): boolean => byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;

/** Where what stands behind a colon begins; −1: no colon is next. */
export function behindColon(bytes: Uint8Array, at: number): number {
  let i = at;
  while (isSpace(bytes[i])) i++;
  if (bytes[i++] !== COLON) return -1;
  while (isSpace(bytes[i])) i++;
  return i;
}

export function isBlank(bytes: Uint8Array, from: number, end: number): boolean {
  for (let i = from; i < end; i++) if (!isSpace(bytes[i])) return false;
  return true;
}

/** Of the whole frame: what a codec throws. */
export const noJson = (): Refusal => new Refusal('INVALID', 'the frame is no JSON', CLOSE.protocol);
