// How values print. The three dialects differ in strings, numbers, absent values and collections; all stop at a depth, since a value may hold itself.

const DEPTH_MAX = 32;
const TOO_DEEP = '…';

/** What a stream's records are, for the text of the fluent surface, where a pair and a list of two are both arrays. */
export type TextShape =
  | { readonly kind: 'pair'; readonly key?: TextShape; readonly value?: TextShape }
  | { readonly kind: 'list'; readonly of?: TextShape }
  | { readonly kind: 'optional'; readonly of?: TextShape };

/** `toString` of a class that defines one, called; undefined for plain objects and classes without. */
export function ownText(value: object): string | undefined {
  const toString: unknown = (value as { toString?: unknown }).toString;
  return typeof toString === 'function' && toString !== Object.prototype.toString ? String(value) : undefined;
}

function pad(value: number, width = 2): string {
  return String(value).padStart(width, '0');
}

/** A number as Java's `Double.toString` writes it, for one that is not whole or does not fit a long. */
export function doubleText(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  const size = Math.abs(value);
  if (size === 0) return Object.is(value, -0) ? '-0.0' : '0.0';
  if (size >= 1e-3 && size < 1e7) {
    const text = String(value);
    return text.includes('.') ? text : `${text}.0`;
  }
  // Java writes two digits at least, those that are nearest: 4.9E-324, which JavaScript writes 5e-324.
  const shortest = value.toExponential();
  const [digits, exponent] = (shortest.includes('.') ? shortest : value.toExponential(1)).split('e') as [
    string,
    string,
  ];
  return `${digits}E${Number(exponent)}`;
}

/** Whole numbers as Java's int and long: JavaScript cannot tell `1.0` from `1`, so both print `1`. */
function javaNumber(value: number): string {
  if (Number.isSafeInteger(value) && !Object.is(value, -0)) return String(value);
  if (Number.isInteger(value) && Math.abs(value) < 2 ** 63 && value !== 0) return BigInt(value).toString();
  return doubleText(value);
}

const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'] as const;
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const;

/** As `java.util.Date` prints, in UTC: the text of a record must not depend on the machine that prints it. */
function javaDate(date: Date): string {
  if (Number.isNaN(date.getTime())) return 'Invalid Date';
  const day = `${DAYS[date.getUTCDay()]} ${MONTHS[date.getUTCMonth()]} ${pad(date.getUTCDate())}`;
  const time = `${pad(date.getUTCHours())}:${pad(date.getUTCMinutes())}:${pad(date.getUTCSeconds())}`;
  return `${day} ${time} UTC ${pad(date.getUTCFullYear(), 4)}`;
}

function javaAt(value: unknown, depth: number): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return javaNumber(value);
  if (value === null || value === undefined) return 'null';
  if (typeof value !== 'object') return typeof value === 'function' ? `function ${value.name}` : String(value);
  if (depth > DEPTH_MAX) return TOO_DEEP;
  const next = (member: unknown): string => javaAt(member, depth + 1);
  if (Array.isArray(value)) return `[${Array.from(value, next).join(', ')}]`;
  if (value instanceof Map) return `{${Array.from(value, ([key, entry]) => `${next(key)}=${next(entry)}`).join(', ')}}`;
  if (value instanceof Set) return `[${Array.from(value, next).join(', ')}]`;
  if (value instanceof Date) return javaDate(value);
  if (ArrayBuffer.isView(value) && !(value instanceof DataView)) {
    return `[${Array.from(value as unknown as ArrayLike<unknown>, next).join(', ')}]`;
  }
  const text = ownText(value);
  if (text !== undefined) return text;
  return `{${Object.entries(value)
    .map(([key, entry]) => `${key}=${next(entry)}`)
    .join(', ')}}`;
}

/**
 * A value as Java prints it (semantics.md §4.4): strings as they are, `null` for null and undefined, lists `[1, 2]`, maps and plain objects
 * `{a=1}`, tuples `(a,1)`, Optional by its own text, an object that has a `toString` by it. Whole numbers print without `.0`.
 */
export function javaText(value: unknown): string {
  return javaAt(value, 0);
}

function jsonText(value: object): string {
  try {
    return JSON.stringify(value, (_key, member: unknown) => {
      if (typeof member === 'bigint') return member.toString();
      if (member instanceof Map) return Object.fromEntries(member);
      return member instanceof Set ? [...member] : member;
    });
  } catch {
    return TOO_DEEP; // It holds itself.
  }
}

function fluentAt(value: unknown, shape: TextShape | undefined, depth: number): string {
  if (shape?.kind === 'optional') {
    return value === undefined || value === null
      ? 'Optional.empty'
      : `Optional[${fluentAt(value, shape.of, depth + 1)}]`;
  }
  if (typeof value === 'string') return value;
  if (typeof value !== 'object' || value === null) return Object.is(value, -0) ? '-0' : String(value);
  if (depth > DEPTH_MAX) return TOO_DEEP;
  if (Array.isArray(value)) {
    if (shape?.kind === 'pair' || (shape === undefined && value.length === 2)) {
      const [key, entry] = value as readonly unknown[];
      return `(${fluentAt(key, shape?.key, depth + 1)},${fluentAt(entry, shape?.value, depth + 1)})`;
    }
    const of = shape?.kind === 'list' ? shape.of : undefined;
    return `[${Array.from(value, (member) => fluentAt(member, of, depth + 1)).join(', ')}]`;
  }
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'Invalid Date' : value.toISOString();
  const next = (member: unknown): string => fluentAt(member, undefined, depth + 1);
  if (value instanceof Map) return `{${Array.from(value, ([key, entry]) => `${next(key)}=${next(entry)}`).join(', ')}}`;
  if (value instanceof Set) return `[${Array.from(value, next).join(', ')}]`;
  if (ArrayBuffer.isView(value)) {
    return value instanceof DataView
      ? '[DataView]'
      : `[${Array.from(value as unknown as ArrayLike<unknown>, String).join(', ')}]`;
  }
  return ownText(value) ?? jsonText(value);
}

/**
 * A value as the fluent surface prints it: strings and numbers as JavaScript does, objects as JSON, arrays by `shape`, which an operator
 * gives its node: a pair `(a,b)`, a list `[a, b, c]`, an optional as Spark prints it. Without a shape an array of exactly two is a pair.
 */
export function fluentText(value: unknown, shape?: TextShape): string {
  return fluentAt(value, shape, 0);
}
