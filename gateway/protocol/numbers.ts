import { bufferOf } from './text-cache.ts';

/** What a number of a JSON text is in JavaScript: a double, which not every text has. */

const MINUS = 0x2d;
const PLUS = 0x2b;
const POINT = 0x2e;
const ZERO = 0x30;
/** Doubles are below 10 to this, and most numbers of so many digits are not. */
const DIGITS_MAX = 309;
/** The front of the largest double. */
const LARGEST = 179_769_313_486_231;
const LARGEST_DIGITS = 15;
/** So many digits are below 2^64, and come apart into two numbers that are exact. */
const SHORT_DIGITS = 19;
const LOW_DIGITS = 9;
const SHOWN_MAX = 40;

const isDigit = (byte: number | undefined): boolean => byte !== undefined && byte >= ZERO && byte <= 0x39;
const isExponent = (byte: number | undefined): boolean => byte === 0x65 || byte === 0x45;

/** Where a number ends whose exponent begins at `at`. */
export function exponentEnd(bytes: Uint8Array, at: number): number {
  let end = at + 1;
  if (bytes[end] === MINUS || bytes[end] === PLUS) end++;
  while (isDigit(bytes[end])) end++;
  return end;
}

export const textOf = (bytes: Uint8Array, from: number, end: number): string =>
  bufferOf(bytes).toString('latin1', from, end);

/**
 * Whether the number of these bytes, without its sign, would come out as another one: a whole one rounded, any one as infinite.
 * `point`: where its digits before the point end. A frame may have a hundred thousand numbers: hardly any is made a text of.
 */
export const isOtherNumber = (bytes: Uint8Array, from: number, point: number, end: number): boolean =>
  point === end ? isOtherInteger(bytes, from, end) : isInfinite(bytes, from, point, end);

/**
 * What a double prints as a whole number (1152921504606847000 is 2^60) and what it is exactly (1152921504606846976) are
 * themselves.
 */
function isOtherInteger(bytes: Uint8Array, from: number, end: number): boolean {
  const length = end - from;
  if (length > DIGITS_MAX) return true;
  const isShort = length <= SHORT_DIGITS;
  if (isShort && isExact(bytes, from, end)) return false;
  const digits = textOf(bytes, from, end);
  const value = Number(digits);
  if (String(value) === digits) return false;
  return isShort || !Number.isFinite(value) || BigInt(digits) !== BigInt(value);
}

/** Whether a double holds it: beyond 2^53 it does without the last bits, which have to be zero then. */
function isExact(bytes: Uint8Array, from: number, end: number): boolean {
  let high = 0;
  let low = 0;
  const middle = end - LOW_DIGITS;
  for (let i = from; i < middle; i++) high = high * 10 + bytes[i]! - ZERO;
  for (let i = Math.max(from, middle); i < end; i++) low = low * 10 + bytes[i]! - ZERO;
  const value = high * 1e9 + low;
  let step = 1;
  while (value / step > Number.MAX_SAFE_INTEGER) step *= 2;
  return ((Math.imul(high, 1e9) + low) & (step - 1)) === 0;
}

/** By the place of its first digit that counts, and by the digits from there on. */
function isInfinite(bytes: Uint8Array, from: number, point: number, end: number): boolean {
  let at = from;
  while (at < end && (bytes[at] === ZERO || bytes[at] === POINT)) at++;
  if (!isDigit(bytes[at])) return false; // Nothing but zeros.
  // Before the point; less than none where it begins behind zeros.
  const digits = at < point ? point - at : point + 1 - at;
  let front = 0;
  let count = 0;
  for (; at < end && !isExponent(bytes[at]); at++) {
    if (bytes[at] === POINT || count === LARGEST_DIGITS) continue;
    front = front * 10 + bytes[at]! - ZERO;
    count++;
  }
  let exponent = 0;
  const isNegative = bytes[++at] === MINUS;
  for (; at < end; at++) {
    if (isDigit(bytes[at])) exponent = Math.min(10 * exponent + bytes[at]! - ZERO, end + DIGITS_MAX);
  }
  const all = digits + (isNegative ? -exponent : exponent);
  if (all !== DIGITS_MAX) return all > DIGITS_MAX;
  for (; count < LARGEST_DIGITS; count++) front *= 10;
  return front === LARGEST ? !Number.isFinite(Number(textOf(bytes, from, end))) : front > LARGEST;
}

/** Of a whole number, also of `{"$i": …}`: what reads and writes them takes the square of that. */
export const INTEGER_DIGITS_MAX = 4096;

/** Whether a text of a `$i` form is a number that is too long for it. */
export function isLongInteger(bytes: Uint8Array, from: number, end: number): boolean {
  const digits = bytes[from] === MINUS ? from + 1 : from;
  if (end - digits <= INTEGER_DIGITS_MAX) return false;
  for (let i = digits; i < end; i++) if (!isDigit(bytes[i])) return false;
  return true;
}

/** For whoever sent such a number: what it would become, and how to write it. */
export function otherNumberWords(text: string): string {
  const isWhole = /^-?\d+$/.test(text);
  const shown = text.length > SHOWN_MAX ? `${text.slice(0, SHOWN_MAX)}…` : text;
  const digits = text.length - (text.startsWith('-') ? 1 : 0);
  if (isWhole && digits > INTEGER_DIGITS_MAX) {
    return `the number ${shown} has ${digits} digits, and a whole number at most ${INTEGER_DIGITS_MAX}: send a text`;
  }
  const value = Number(text);
  const form = isWhole ? `{"$i":"${shown}"}, which is a bigint in the job` : `{"$f":"${value}"}`;
  return `the number ${shown} would become ${value}: write ${form}, or a text`;
}
