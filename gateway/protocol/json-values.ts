import { CLOSE, Refusal } from './codes.ts';
import { behindColon, isBlank, noJson } from './scan-json.ts';
import { bufferOf } from './text-cache.ts';
import type { Field, Members, ObjectInParts, ValueReader } from './value-reader.ts';
import { checkKey, ForbiddenKey, revive } from './values.ts';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const LIST = 0x5b;
const LIST_END = 0x5d;
const OBJECT = 0x7b;
const OBJECT_END = 0x7d;

/** Values of JSON. `isSpecial`: as the scan found. `checksKeys`: refuses those that could reach a prototype, where it is. */
export class JsonValues implements ValueReader {
  readonly separatorBytes = 1;

  constructor(
    private readonly isSpecial: boolean,
    private readonly checksKeys = true,
  ) {}

  parse(text: string): unknown {
    const value = parsed(text);
    return this.isSpecial ? told(() => revive(value, this.checksKeys)) : value;
  }

  valueOf(bytes: Uint8Array, from: number, end: number): unknown {
    return this.parse(textIn(bytes, from, end));
  }

  itemsOf(bytes: Uint8Array, from: number, end: number, count: number): unknown[] {
    const list = this.parse(`[${textIn(bytes, from, end)}]`) as unknown[];
    // A comma with nothing before it, or behind it.
    if (list.length !== count) throw noJson();
    return list;
  }

  addFields(object: ObjectInParts, bytes: Uint8Array, from: number, end: number): void {
    // It has no more than these fields, and is not revived: it could have the one of a `$` form.
    const some = parsed(`{${textIn(bytes, from, end)}}`) as Record<string, unknown>;
    const names = Object.keys(some);
    if (names.length === 0) throw noJson();
    told(() => {
      for (const name of names) {
        this.check(name);
        object.put(name, this.isSpecial ? revive(some[name], this.checksKeys) : some[name]);
      }
    });
  }

  fieldOf(bytes: Uint8Array, start: number, end: number): Field {
    let from = start;
    while (from < end && isBlank(bytes, from, from + 1)) from++;
    const nameEnd = textEnd(bytes, from + 1, end) + 1;
    const value = behindColon(bytes, nameEnd);
    if (bytes[from] !== QUOTE || value < 0 || value >= end) throw noJson();
    const name = parsed(textIn(bytes, from, nameEnd)) as string;
    told(() => this.check(name));
    return { name, from: value };
  }

  membersOf(bytes: Uint8Array, start: number, stop: number): Members | undefined {
    let from = start;
    let end = stop;
    while (from < end && isBlank(bytes, from, from + 1)) from++;
    while (from < end && isBlank(bytes, end - 1, end)) end--;
    const isObject = bytes[from] === OBJECT;
    const isWhole = isObject ? bytes[end - 1] === OBJECT_END : bytes[from] === LIST && bytes[end - 1] === LIST_END;
    if (!isWhole) return undefined;
    const starts = [from + 1];
    let depth = 0;
    // What is no JSON has members that are none: whoever parses them finds out.
    for (let i = from + 1; i < end - 1; i++) {
      const byte = bytes[i]!;
      if (byte === QUOTE) i = textEnd(bytes, i + 1, end);
      else if (byte === COMMA) {
        if (depth === 0) starts.push(i + 1);
      } else if (byte === LIST || byte === OBJECT) depth++;
      else if (byte === LIST_END || byte === OBJECT_END) depth--;
    }
    if (starts.length > 1 || !isBlank(bytes, from + 1, end - 1)) starts.push(end);
    return { isObject, starts };
  }

  /** Throws `ForbiddenKey`. */
  private check(name: string): void {
    if (this.isSpecial && this.checksKeys) checkKey(name);
  }
}

const textIn = (bytes: Uint8Array, from: number, end: number): string => bufferOf(bytes).toString('utf8', from, end);

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw noJson();
  }
}

function told<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof ForbiddenKey) throw new Refusal('SHAPE', error.message, CLOSE.protocol);
    throw error;
  }
}

/** Where the quote is that ends a text. */
function textEnd(bytes: Uint8Array, from: number, end: number): number {
  let i = from;
  for (; i < end && bytes[i] !== QUOTE; i++) if (bytes[i] === BACKSLASH) i++;
  return i;
}
