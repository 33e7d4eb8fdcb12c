import type { TextShape } from './text.ts';
import { ownText } from './text.ts';

const DEPTH_MAX = 32;

function pythonNumber(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  if (Object.is(value, -0)) return '-0.0';
  // Python's int; beyond 2^63 a JavaScript number was hardly meant as one.
  if (Number.isInteger(value) && Math.abs(value) < 2 ** 63) return BigInt(value).toString();
  const [digits, power] = value.toExponential().split('e') as [string, string];
  if (Number(power) >= -4 && Number(power) < 16) return String(value);
  return `${digits}e${power[0]}${power.slice(1).padStart(2, '0')}`;
}

const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** `repr` of a Python string: single quotes unless it holds them and no double ones; what cannot be printed is escaped. */
function pythonString(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  const body = text.replace(/[\\\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}\p{Zs}']/gu, (char) => {
    if (char === ' ') return char;
    if (char === "'") return quote === "'" ? "\\'" : char;
    const escape = ESCAPES[char];
    if (escape !== undefined) return escape;
    const code = char.codePointAt(0)!;
    if (code < 0x100) return `\\x${code.toString(16).padStart(2, '0')}`;
    return code < 0x10000 ? `\\u${code.toString(16).padStart(4, '0')}` : `\\U${code.toString(16).padStart(8, '0')}`;
  });
  return `${quote}${body}${quote}`;
}

function pythonBytes(bytes: Uint8Array): string {
  const hasSingle = bytes.includes(39);
  const quote = hasSingle && !bytes.includes(34) ? '"' : "'";
  let body = '';
  for (const byte of bytes) {
    const char = String.fromCharCode(byte);
    if (char === quote) body += `\\${char}`;
    else if (ESCAPES[char] !== undefined) body += ESCAPES[char];
    else body += byte >= 32 && byte < 127 ? char : `\\x${byte.toString(16).padStart(2, '0')}`;
  }
  return `b${quote}${body}${quote}`;
}

/** `str` of a Python datetime in UTC, at the top; `repr` inside something. */
function pythonDate(date: Date, isTop: boolean): string {
  if (Number.isNaN(date.getTime())) return 'None';
  const micros = date.getUTCMilliseconds() * 1000;
  if (isTop)
    return (
      date.toISOString().slice(0, 19).replace('T', ' ') + (micros === 0 ? '' : `.${String(micros).padStart(6, '0')}`)
    );
  const parts = [
    date.getUTCFullYear(),
    date.getUTCMonth() + 1,
    date.getUTCDate(),
    date.getUTCHours(),
    date.getUTCMinutes(),
  ];
  if (date.getUTCSeconds() !== 0 || micros !== 0) parts.push(date.getUTCSeconds());
  if (micros !== 0) parts.push(micros);
  return `datetime.datetime(${parts.join(', ')})`;
}

interface TupleLike extends Iterable<unknown> {
  productArity(): number;
}

interface OptionalLike {
  isPresent(): boolean;
  orNull(): unknown;
}

function tupleText(parts: readonly string[]): string {
  return parts.length === 1 ? `(${parts[0]},)` : `(${parts.join(', ')})`;
}

function listOrTuple(values: readonly unknown[], shape: TextShape | undefined, depth: number): string {
  if (shape?.kind === 'pair' || (shape === undefined && values.length === 2)) {
    return tupleText([pythonAt(values[0], shape?.key, depth), pythonAt(values[1], shape?.value, depth)]);
  }
  const of = shape?.kind === 'list' ? shape.of : undefined;
  return `[${Array.from(values, (value) => pythonAt(value, of, depth)).join(', ')}]`;
}

function objectText(value: object, depth: number): string {
  const next = (member: unknown): string => pythonAt(member, undefined, depth + 1);
  const entry = ([key, member]: readonly [unknown, unknown]): string => `${next(key)}: ${next(member)}`;
  if (value instanceof Map) return `{${Array.from(value, entry).join(', ')}}`;
  if (value instanceof Set) return value.size === 0 ? 'set()' : `{${Array.from(value, next).join(', ')}}`;
  if (value instanceof Date) return pythonDate(value, depth === 0);
  if (value instanceof Uint8Array) return pythonBytes(value);
  if (ArrayBuffer.isView(value)) {
    return value instanceof DataView
      ? '[]'
      : `[${Array.from(value as unknown as ArrayLike<unknown>, next).join(', ')}]`;
  }
  if (typeof (value as Partial<TupleLike>).productArity === 'function')
    return tupleText(Array.from(value as TupleLike, next));
  if (typeof (value as Partial<OptionalLike>).isPresent === 'function') return next((value as OptionalLike).orNull());
  return ownText(value) ?? `{${Object.entries(value).map(entry).join(', ')}}`;
}

function pythonAt(value: unknown, shape: TextShape | undefined, depth: number): string {
  if (shape?.kind === 'optional' && value !== undefined && value !== null) return pythonAt(value, shape.of, depth);
  switch (typeof value) {
    case 'string':
      return depth === 0 ? value : pythonString(value);
    case 'number':
      return pythonNumber(value);
    case 'boolean':
      return value ? 'True' : 'False';
    case 'object':
      if (value === null) return 'None';
      if (depth > DEPTH_MAX) return '...';
      return Array.isArray(value) ? listOrTuple(value, shape, depth + 1) : objectText(value, depth);
    case 'undefined':
      return 'None';
    case 'function':
      return `<function ${value.name}>`;
    default:
      return String(value);
  }
}

/**
 * A value as Python's `print` writes it, for `pprint`: a string by itself without quotes, inside something quoted as `repr` does; an array of
 * exactly two is a tuple (or what `shape` says), other arrays are lists, objects and Maps dicts; absent is `None`. Dates are in UTC.
 */
export function pythonText(value: unknown, shape?: TextShape): string {
  return pythonAt(value, shape, 0);
}
