/**
 * Forms for values that JSON has none for: `{"$i": "<digits>"}` an integer beyond 2^53, `{"$b": "<base64>"}` bytes,
 * `{"$f": "NaN"}` what is no finite number. This file uses nothing of Node: it is part of the browser's client.
 */

const FORBIDDEN = new Set(['__proto__', 'constructor', 'prototype']);
const DIGITS = /^-?[0-9]{1,4096}$/;
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;
/** A map: of an object `toString` and `__proto__` would be such texts as well. */
const FLOATS: ReadonlyMap<string, number> = new Map([
  ['NaN', Number.NaN],
  ['Infinity', Number.POSITIVE_INFINITY],
  ['-Infinity', Number.NEGATIVE_INFINITY],
]);

/** Thrown for a key that could reach an object's prototype. */
export class ForbiddenKey extends Error {
  constructor(readonly key: string) {
    super(`the key ${JSON.stringify(key)} is not allowed`);
  }
}

export function checkKey(key: string): void {
  if (FORBIDDEN.has(key)) throw new ForbiddenKey(key);
}

/**
 * The values that parsed JSON stands for. Changes arrays and objects in place. `checksKeys`: refuses `__proto__`,
 * `constructor` and `prototype`. The depth was bounded before it was parsed.
 */
export function revive(value: unknown, checksKeys: boolean): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) {
      const item: unknown = value[i];
      if (typeof item === 'object' && item !== null) value[i] = revive(item, checksKeys);
    }
    return value;
  }
  const object = value as Record<string, unknown>;
  const keys = Object.keys(object);
  if (keys.length === 1 && keys[0]!.charCodeAt(0) === 36) {
    const form = formOf(keys[0]!, object[keys[0]!]);
    if (form !== undefined) return form;
  }
  for (const key of keys) {
    if (checksKeys) checkKey(key);
    const item = object[key];
    if (typeof item === 'object' && item !== null) object[key] = revive(item, checksKeys);
  }
  return object;
}

/** What an object with this field alone stands for; undefined: itself. */
export function formOf(key: string, text: unknown): unknown {
  if (typeof text !== 'string') return undefined;
  if (key === '$i' && DIGITS.test(text)) return BigInt(text);
  if (key === '$b' && isBase64(text)) return fromBase64(text);
  if (key === '$f') return FLOATS.get(text);
  return undefined;
}

/** Also without its padding. Of one letter alone nothing can be made. */
function isBase64(text: string): boolean {
  if (!BASE64.test(text)) return false;
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  return (text.length - padding) % 4 !== 1;
}

export interface ValueForms {
  /** Bytes and integers of 64 bits have a form of their own (msgpack). */
  readonly isBinary: boolean;
  /** What a registered class makes of its instances, by their prototype. */
  readonly encoderOf?: (prototype: object) => ((value: unknown) => unknown) | undefined;
}

const INT64_MAX = 2n ** 63n;
const isNumber64 = (value: bigint): boolean => value >= -INT64_MAX && value < 2n * INT64_MAX;

/**
 * The value as the wire has it: the same object where nothing has to change, else a copy. Dates become ISO text, absent
 * values null, tuples arrays, instances what their `toJSON` or the `encode` of their class gives, or their own fields, maps lists of entries, sets lists.
 */
export function toWire(value: unknown, forms: ValueForms, depth = 0): unknown {
  switch (typeof value) {
    case 'string':
      return forms.isBinary ? wellFormed(value) : value;
    case 'boolean':
      return value;
    case 'number':
      if (forms.isBinary || Number.isFinite(value)) return value;
      return { $f: String(value) };
    case 'bigint':
      if (forms.isBinary && isNumber64(value)) return value;
      return !forms.isBinary && Number.isSafeInteger(Number(value)) ? Number(value) : { $i: String(value) };
    case 'object':
      return value === null ? null : objectToWire(value, forms, depth);
    default:
      return null; // undefined, and what is no data
  }
}

/** ES2024; Node has it from version 20 on. */
interface WellFormed {
  isWellFormed(): boolean;
  toWellFormed(): string;
}

/** The text of msgpack is UTF-8, which has nothing for half of a surrogate pair: readers could not read the frame. */
export function wellFormed(text: string): string {
  const { isWellFormed, toWellFormed } = text as unknown as WellFormed;
  return isWellFormed.call(text) ? text : toWellFormed.call(text);
}

/** Records may be nested as deep as the engine's codec lets them. */
const DEPTH_MAX = 256;

function objectToWire(value: object, forms: ValueForms, depth: number): unknown {
  if (depth > DEPTH_MAX) throw new RangeError(`a record is nested deeper than ${DEPTH_MAX}, or in a circle`);
  if (Array.isArray(value)) return listToWire(value, forms, depth);
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) {
    if (value instanceof Uint8Array) {
      const bytes = value.constructor === Uint8Array || forms.isBinary ? value : new Uint8Array(value);
      return forms.isBinary ? bytes : { $b: toBase64(bytes) };
    }
    if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
    if (value instanceof Map) return listToWire([...value], forms, depth);
    if (value instanceof Set) return listToWire([...value], forms, depth);
    if (ArrayBuffer.isView(value)) return listToWire([...(value as unknown as Iterable<unknown>)], forms, depth);
  }
  const { toJSON } = value as { toJSON?: unknown };
  if (typeof toJSON === 'function') return toWire(toJSON.call(value), forms, depth + 1);
  const isPlain = prototype === Object.prototype || prototype === null;
  const encode = isPlain ? undefined : forms.encoderOf?.(prototype as object);
  if (encode !== undefined) return toWire(encode(value), forms, depth + 1);
  let copy: Record<string, unknown> | undefined = isPlain ? undefined : { ...value };
  for (const key of Object.keys(value)) {
    const item = (value as Record<string, unknown>)[key];
    const wire = toWire(item, forms, depth + 1);
    const name = forms.isBinary ? wellFormed(key) : key;
    if (wire === item && item !== undefined && name === key) continue;
    copy ??= { ...value };
    if (name !== key) delete copy[key];
    copy[name] = wire;
  }
  return copy ?? value;
}

function listToWire(list: readonly unknown[], forms: ValueForms, depth: number): unknown {
  let copy: unknown[] | undefined;
  for (let i = 0; i < list.length; i++) {
    const wire = toWire(list[i], forms, depth + 1);
    if (wire === list[i] && wire !== undefined) continue;
    copy ??= list.slice();
    copy[i] = wire;
  }
  return copy ?? list;
}

const hasBuffer = typeof Buffer === 'function';
const CHUNK = 0x8000;

export function toBase64(bytes: Uint8Array): string {
  if (hasBuffer) return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
  let text = '';
  for (let at = 0; at < bytes.length; at += CHUNK) text += String.fromCharCode(...bytes.subarray(at, at + CHUNK));
  return btoa(text);
}

/** What base64 has for six bits. */
const SIXES = new Uint8Array(128);
for (const [i, letter] of [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'].entries()) {
  SIXES[letter.charCodeAt(0)] = i;
}
/** Of 64 bytes at most, which have no buffer of their own until somebody asks for it: a third of the time of the library's way. */
const SHORT_TEXT = 85;

function fromShortBase64(text: string): Uint8Array {
  let end = text.length;
  while (end > 0 && text.charCodeAt(end - 1) === 0x3d) end--;
  const bytes = new Uint8Array((end * 3) >> 2);
  let bits = 0;
  for (let i = 0, at = 0; i < end; i++) {
    bits = (bits << 6) | SIXES[text.charCodeAt(i)]!;
    // Six, twelve, eighteen or twenty-four bits are there: a byte with each but the first.
    if ((i & 3) !== 0) bytes[at++] = bits >> (6 - 2 * (i & 3));
  }
  return bytes;
}

/** `text` is base64, perhaps cut off. */
export function fromBase64(text: string): Uint8Array {
  if (text.length <= SHORT_TEXT) return fromShortBase64(text);
  if (hasBuffer) return new Uint8Array(Buffer.from(text, 'base64'));
  const raw = atob(text);
  const bytes = new Uint8Array(raw.length);
  for (let i = 0; i < raw.length; i++) bytes[i] = raw.charCodeAt(i);
  return bytes;
}
