import { z } from 'zod';
import { parseDurationMs } from '../time/duration.ts';

/** Configuration values are texts, as in Spark: these turn them into what they mean, or say what they should be. */

function parsed<T>(what: string, parse: (text: string) => T | undefined) {
  return z.string().transform((text, context): T => {
    const value = parse(text.trim());
    if (value !== undefined) return value;
    context.addIssue({ code: 'custom', message: `should be ${what}` });
    return z.NEVER;
  });
}

const bound = (min: number, unit: string): string => (min === 0 ? `0 ${unit} or more` : `at least ${min} ${unit}`);

/** A time such as `200ms`, `2s`, `1m`; a bare number is ms. Gives ms. */
export const timeMs = (minMs: number) =>
  parsed(`a time such as 200ms, 2s or a number of ms, ${bound(minMs, 'ms')}`, (text) => {
    const ms = parseDurationMs(text, 1);
    return ms !== undefined && ms >= minMs ? ms : undefined;
  });

/** A time; a bare number is seconds. Gives ms. */
export const timeInSeconds = (minMs: number) =>
  parsed(`a time such as 60s, 1h or a number of seconds, ${bound(minMs, 'ms')}`, (text) => {
    const ms = parseDurationMs(text, 1000);
    return ms !== undefined && ms >= minMs ? ms : undefined;
  });

/** A whole number from `min` on. */
export const whole = (min: number) =>
  parsed(`a whole number, ${min} or more`, (text) => {
    const n = /^-?\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
    return Number.isSafeInteger(n) && n >= min ? n : undefined;
  });

/** A number from `min` on, which is itself left out if `isOpen`. */
export const decimal = (min: number, isOpen = false) =>
  parsed(`a number ${isOpen ? `above ${min}` : `of ${min} or more`}`, (text) => {
    const n = /^-?\d{1,16}(\.\d{1,16})?(e-?\d{1,3})?$/i.test(text) ? Number(text) : Number.NaN;
    return Number.isFinite(n) && (isOpen ? n > min : n >= min) ? n : undefined;
  });

/** Records per second; 0 and below mean no limit, as in Spark. */
export const rateLimit = () =>
  parsed('a whole number of records per second', (text) =>
    /^-?\d{1,15}$/.test(text) ? (Number(text) > 0 ? Number(text) : Number.POSITIVE_INFINITY) : undefined,
  );

export const flag = () =>
  parsed('true or false', (text) => {
    const lower = text.toLowerCase();
    return lower === 'true' ? true : lower === 'false' ? false : undefined;
  });

/** Any text but the empty one. */
export const nonEmpty = () => parsed('a text that is not empty', (text) => (text === '' ? undefined : text));

/** One of the given texts, in any case of letters; gives it as listed. */
export const oneOf = <const T extends readonly string[]>(...allowed: T) =>
  parsed(`one of ${allowed.join(', ')}`, (text): T[number] | undefined =>
    allowed.find((one) => one.toLowerCase() === text.toLowerCase()),
  );

const BYTE_UNITS: Readonly<Record<string, number>> = {
  '': 0,
  b: 0,
  k: 1,
  kb: 1,
  m: 2,
  mb: 2,
  g: 3,
  gb: 3,
  t: 4,
  tb: 4,
};

/** The bytes of `512m`, `1g`, `64 KB` or a bare number of bytes, in powers of 1024 as Java and Spark count; or undefined. */
export function parseBytes(text: string): number | undefined {
  const match = /^(\d{1,15}) ?([a-z]{0,2})$/i.exec(text.trim());
  if (match === null) return undefined;
  const unit = match[2]!.toLowerCase();
  if (!Object.hasOwn(BYTE_UNITS, unit)) return undefined;
  const bytes = Number(match[1]) * 1024 ** BYTE_UNITS[unit]!;
  return Number.isSafeInteger(bytes) ? bytes : undefined;
}

export const bytes = (min: number) =>
  parsed(`a size such as 512m, 1g or a number of bytes, at least ${min}`, (text) => {
    const n = parseBytes(text);
    return n !== undefined && n >= min ? n : undefined;
  });
