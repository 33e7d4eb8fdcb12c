import { DStreamsError, doubleText, javaText } from '../core/internal.ts';

const compare = (a: number | boolean, b: number | boolean): number => (a < b ? -1 : a > b ? 1 : 0);
const sum = (a: number, b: number): number => a + b;

function notA(where: string, text: unknown, what: string): never {
  const shown = text === null || text === undefined ? 'null' : JSON.stringify(String(text).slice(0, 40));
  throw new DStreamsError('OPTIONS_INVALID', `${where}: for input ${shown}: no ${what}.`);
}

const DIGITS = '0123456789abcdefghijklmnopqrstuvwxyz';
/** By radix; made when they are first asked for. */
const NUMERALS: RegExp[] = [];

function parsed(where: string, text: unknown, radix: number, isIn: (value: number) => boolean, what: string): number {
  NUMERALS[radix] ??= new RegExp(`^[+-]?[${DIGITS.slice(0, radix)}]+$`, 'i');
  const match = typeof text === 'string' && NUMERALS[radix].test(text) && text.length <= 80;
  const value = match ? Number.parseInt(text, radix) : Number.NaN;
  return isIn(value) ? value + 0 : notA(where, text, what);
}

const isInt = (value: number): boolean => value === (value | 0);

/** `java.lang.Integer`. */
export const Integer = {
  /** 2^31 − 1. */
  MAX_VALUE: 2147483647,
  /** −2^31. */
  MIN_VALUE: -2147483648,
  /** In bits. */
  SIZE: 32,
  /** Throws `OPTIONS_INVALID` (Java: NumberFormatException) for what is no whole number of 32 bits. */
  parseInt(text: string, radix = 10): number {
    return parsed('Integer.parseInt', text, radix, isInt, 'whole number of 32 bits');
  },
  /** The number itself, or what `parseInt` makes of a text. */
  valueOf(value: string | number, radix = 10): number {
    return typeof value === 'number' ? value : Integer.parseInt(value, radix);
  },
  /** As text, to a base. */
  toString: (value: number, radix = 10): string => (radix === 10 ? javaText(value) : value.toString(radix)),
  /** As an unsigned number of 32 bits, to the base 16. */
  toHexString: (value: number): string => (value >>> 0).toString(16),
  /** As an unsigned number of 32 bits, to the base 2. */
  toBinaryString: (value: number): string => (value >>> 0).toString(2),
  /** −1, 0 or 1: whether `a` is less than, equal to or greater than `b`. */
  compare,
  /** `a + b`, without an overflow at 32 bits. */
  sum,
  /** The greater of the two. */
  max: (a: number, b: number): number => Math.max(a, b),
  /** The lesser of the two. */
  min: (a: number, b: number): number => Math.min(a, b),
  /** −1, 0 or 1: the sign. */
  signum: (value: number): number => Math.sign(value),
  /** The number itself. */
  hashCode: (value: number): number => value | 0,
};

/** `java.lang.Long`, over numbers: whole ones are exact up to 2^53, so its bounds are these. Beyond, use `BigInt(text)`. */
export const Long = {
  /** 2^53 − 1. */
  MAX_VALUE: Number.MAX_SAFE_INTEGER,
  /** −(2^53 − 1). */
  MIN_VALUE: Number.MIN_SAFE_INTEGER,
  /** Throws `OPTIONS_INVALID` for what is no whole number, or one that a number would not keep exactly. */
  parseLong(text: string, radix = 10): number {
    return parsed('Long.parseLong', text, radix, Number.isSafeInteger, 'whole number that a number keeps exactly');
  },
  /** The number itself, or what `parseLong` makes of a text. */
  valueOf(value: string | number, radix = 10): number {
    return typeof value === 'number' ? value : Long.parseLong(value, radix);
  },
  /** As text, to a base. */
  toString: (value: number | bigint, radix = 10): string => (radix === 10 ? javaText(value) : value.toString(radix)),
  /** −1, 0 or 1: whether `a` is less than, equal to or greater than `b`. */
  compare,
  /** `a + b`, exact up to 2^53. */
  sum,
  /** The greater of the two. */
  max: (a: number, b: number): number => Math.max(a, b),
  /** The lesser of the two. */
  min: (a: number, b: number): number => Math.min(a, b),
  /** −1, 0 or 1: the sign. */
  signum: (value: number): number => Math.sign(value),
};

const DECIMAL = /^[+-]?(?:NaN|Infinity|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?[fFdD]?)$/;

/** `java.lang.Double`. */
export const Double = {
  /** The greatest finite number. */
  MAX_VALUE: Number.MAX_VALUE,
  /** The least number above 0. */
  MIN_VALUE: Number.MIN_VALUE,
  /** What is greater than every number. */
  POSITIVE_INFINITY: Number.POSITIVE_INFINITY,
  /** What is less than every number. */
  NEGATIVE_INFINITY: Number.NEGATIVE_INFINITY,
  /** Not a number. */
  NaN: Number.NaN,
  /** White space around it is cut off. Throws `OPTIONS_INVALID` (Java: NumberFormatException) for what is no decimal number. */
  parseDouble(text: string): number {
    const trimmed = typeof text === 'string' ? text.trim() : '';
    if (!DECIMAL.test(trimmed)) return notA('Double.parseDouble', text, 'decimal number');
    const value = Number(trimmed);
    return Number.isNaN(value) ? Number(trimmed.replace(/[fFdD]$/, '')) : value;
  },
  /** The number itself, or what `parseDouble` makes of a text. */
  valueOf(value: string | number): number {
    return typeof value === 'number' ? value : Double.parseDouble(value);
  },
  /** As Java prints a double: `1.0`, `1.0E7`. Printing a number says `1`, as a number does not tell that it is a double. */
  toString: (value: number): string => doubleText(value),
  /**
   * −1, 0 or 1: whether `a` is less than, equal to or greater than `b`. NaN is greater than all others, and 0.0 than
   * −0.0.
   */
  compare(a: number, b: number): number {
    if (a < b) return -1;
    if (a > b) return 1;
    if (Object.is(a, b)) return 0;
    if (Number.isNaN(a) || Number.isNaN(b)) return Number.isNaN(a) ? 1 : -1;
    return Object.is(a, -0) ? -1 : 1;
  },
  /** Whether it is NaN. */
  isNaN: (value: number): boolean => Number.isNaN(value),
  /** Whether it is one of the infinities. */
  isInfinite: (value: number): boolean => value === Number.POSITIVE_INFINITY || value === Number.NEGATIVE_INFINITY,
  /** Whether it is neither NaN nor infinite. */
  isFinite: (value: number): boolean => Number.isFinite(value),
  /** `a + b`. */
  sum,
  /** The greater of the two; NaN where one is. */
  max: (a: number, b: number): number => Math.max(a, b),
  /** The lesser of the two; NaN where one is. */
  min: (a: number, b: number): number => Math.min(a, b),
};

/** `java.lang.Float`, over numbers of 64 bits. */
export const Float = {
  /** The greatest number of 32 bits. */
  MAX_VALUE: 2 ** 128 - 2 ** 104,
  /** The least number of 32 bits above 0. */
  MIN_VALUE: 2 ** -149,
  /** As `Double.parseDouble`, with its error. */
  parseFloat: (text: string): number => Double.parseDouble(text),
  /** As `Double.valueOf`. */
  valueOf: (value: string | number): number => Double.valueOf(value),
  /** −1, 0 or 1: as `Double.compare`. */
  compare: (a: number, b: number): number => Double.compare(a, b),
  /** Whether it is NaN. */
  isNaN: (value: number): boolean => Number.isNaN(value),
};

/** `java.lang.Boolean`, also exported as `JBoolean`, which does not hide JavaScript's. */
export const JBoolean = {
  /** `true`. */
  TRUE: true,
  /** `false`. */
  FALSE: false,
  /** Only "true", in any case, is true. */
  parseBoolean: (text: string | null): boolean => text !== null && text.toLowerCase() === 'true',
  /** The value itself, or what `parseBoolean` makes of a text. */
  valueOf: (value: string | boolean | null): boolean =>
    typeof value === 'boolean' ? value : JBoolean.parseBoolean(value),
  /** `true` or `false`. */
  toString: (value: boolean): string => String(value),
  /** −1, 0 or 1: false comes before true. */
  compare,
  /** Whether both are true. */
  logicalAnd: (a: boolean, b: boolean): boolean => a && b,
  /** Whether one of them is true. */
  logicalOr: (a: boolean, b: boolean): boolean => a || b,
  /** Whether exactly one of them is true. */
  logicalXor: (a: boolean, b: boolean): boolean => a !== b,
};

function divisor(y: number, where: string): number {
  if (y !== 0) return y;
  throw new DStreamsError('OPTIONS_INVALID', `${where}: / by zero.`);
}

function floorMod(x: number, y: number): number {
  const rest = x % divisor(y, 'Math.floorMod');
  return rest !== 0 && rest < 0 !== y < 0 ? rest + y : rest + 0;
}

/** To an even number where two are as near. */
function rint(value: number): number {
  const below = Math.floor(value);
  const rest = value - below;
  if (rest === 0.5) return below % 2 === 0 ? below : below + 1;
  return rest < 0.5 ? below : below + 1;
}

/** What Java's `Math` has beside JavaScript's. */
const JAVA_MATH = {
  /** The quotient, rounded down. Throws `OPTIONS_INVALID` (Java: ArithmeticException) for a divisor of 0. */
  floorDiv: (x: number, y: number): number => Math.floor(x / divisor(y, 'Math.floorDiv')) + 0,
  /** What is left of `x` by `floorDiv`: it has the sign of `y`. Throws `OPTIONS_INVALID` for a divisor of 0. */
  floorMod,
  /** The nearest whole number; the even one where two are as near. */
  rint,
  /** −1, 0 or 1: the sign. */
  signum: (value: number): number => Math.sign(value),
  /** An angle in radians of one in degrees. */
  toRadians: (degrees: number): number => (degrees / 180) * Math.PI,
  /** An angle in degrees of one in radians. */
  toDegrees: (radians: number): number => (radians * 180) / Math.PI,
};

/** JavaScript's `Math` with what Java's has beside it; also exported as `Math` for ports that import it in its place. */
export const MathShim: Math & typeof JAVA_MATH = Object.assign(Object.create(Math) as Math, JAVA_MATH);
