import { isOtherNumber, otherNumberWords, textOf } from './numbers.ts';
import type { OtherNumber, RecordSpans } from './scanned.ts';
import { revive, wellFormed } from './values.ts';

/** Records of a frame that cannot be taken as they are, since JavaScript has not all of their numbers. */
export interface OtherRecords {
  readonly spans: RecordSpans;
  /** The first of each. */
  readonly numbers: readonly OtherNumber[];
}

type Form = 'json' | 'msgpack';

/** What is wrong with such a record, and where in its value. */
export function issueOf(frame: Uint8Array, form: Form, { spans }: OtherRecords, { index, from, end }: OtherNumber) {
  const message = otherNumberWords(textOf(frame, from, end));
  if (form === 'msgpack') return { path: '', message };
  // Of more records than a frame may have not all are told apart.
  const [field = 'v', ...path] = pathTo(frame, spans.starts[index] ?? from, from);
  return { path: wellFormed(path.join('.')), message: field === 'v' ? message : `${field}: ${message}` };
}

/** Such a record of JSON with the texts of these numbers in their place. */
export function exactRecord(
  frame: Uint8Array,
  { spans: { starts, separatorBytes } }: OtherRecords,
  index: number,
): unknown {
  const bytes = frame.subarray(starts[index]!, starts[index + 1]! - separatorBytes);
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString();
  const quoted = text.replace(TEXT_OR_NUMBER, (word) => (word[0] !== '"' && isOther(word) ? `"${word}"` : word));
  return revive(JSON.parse(quoted), true);
}

const TEXT_OR_NUMBER = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

/** Whole numbers that are shorter, with their sign, are themselves: a record may have a hundred thousand of them. */
const SHORT = 16;

function isOther(number: string): boolean {
  if (/[.eE]/.test(number)) return !Number.isFinite(Number(number));
  if (number.length < SHORT) return false;
  const bytes = Buffer.from(number);
  return isOtherNumber(bytes, number.startsWith('-') ? 1 : 0, bytes.length, bytes.length);
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** Names and indexes of what a JSON text has at a place, from the outermost in. */
function pathTo(bytes: Uint8Array, start: number, at: number): (string | number)[] {
  const path: (string | number)[] = [];
  for (let i = start; i < at; i++) {
    const byte = bytes[i]!;
    if (byte === QUOTE) {
      const from = i++;
      for (; bytes[i] !== QUOTE; i++) if (bytes[i] === BACKSLASH) i++;
      // The last one before the place is its name.
      if (typeof path.at(-1) === 'string') path[path.length - 1] = nameIn(bytes, from, i + 1);
    } else if (byte === 0x7b) path.push('');
    else if (byte === 0x5b) path.push(0);
    else if (byte === 0x7d || byte === 0x5d) path.pop();
    else if (byte === 0x2c && typeof path.at(-1) === 'number') path[path.length - 1] = (path.at(-1) as number) + 1;
  }
  return path;
}

const nameIn = (bytes: Uint8Array, from: number, end: number): string =>
  JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset + from, end - from).toString()) as string;
