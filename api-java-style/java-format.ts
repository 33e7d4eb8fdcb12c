import {
  decimalDigits,
  decimalSign,
  DStreamsError,
  fixedText,
  hashOf,
  javaText,
  roundedDigits,
} from '../core/internal.ts';

const SPECIFIER = /%(?:(\d+)\$|(<))?([-#+ 0,(]*)(\d+)?(?:\.(\d+))?([a-zA-Z%])|%/g;

interface Specifier {
  readonly whole: string;
  readonly flags: string;
  readonly width: number | undefined;
  readonly precision: number | undefined;
  /** In lower case. */
  readonly conversion: string;
}

/**
 * Java's `String.format`, with all conversions but dates (`%t`) and `%a`. What Java refuses is `OPTIONS_INVALID`: unknown
 * conversions, values of another kind, missing values, flags that contradict each other. `%f` and its kind take any number,
 * as numbers here do not tell whether they are doubles; `%d` takes whole ones.
 */
export function javaFormat(format: string, values: readonly unknown[]): string {
  let next = 0;
  let last = -1;
  return format.replace(
    SPECIFIER,
    (whole, position?: string, same?: string, flags = '', width?: string, precision?: string, letter?: string) => {
      if (letter === undefined) throw refused(`${whole} is no conversion`);
      if (letter === 'n') return '\n';
      const specifier: Specifier = {
        whole,
        flags,
        width: width === undefined ? undefined : Number(width),
        precision: precision === undefined ? undefined : Number(precision),
        conversion: letter.toLowerCase(),
      };
      checkFlags(specifier);
      if (letter === '%') return padded('%', specifier);
      if (same === undefined) last = position === undefined ? next++ : Number(position) - 1;
      if (last < 0 || last >= values.length) throw refused(`there is no value for ${whole}`);
      const text = padded(converted(specifier, values[last]), specifier);
      if (letter === specifier.conversion) return text;
      if (!'SXCBHEG'.includes(letter)) throw refused(`${whole} is no conversion`);
      return text.toUpperCase();
    },
  );
}

const refused = (why: string): DStreamsError => new DStreamsError('OPTIONS_INVALID', `String.format: ${why}.`);

function checkFlags({ whole, flags, width, precision, conversion }: Specifier): void {
  if (width === undefined && /[-0]/.test(flags)) throw refused(`${whole} needs a width`);
  if (/-.*0|0.*-|\+.* | .*\+/.test(flags)) throw refused(`the flags of ${whole} contradict each other`);
  if (precision !== undefined && 'dxoc'.includes(conversion)) throw refused(`${whole} takes no precision`);
}

function converted(specifier: Specifier, value: unknown): string {
  const { whole, precision, conversion } = specifier;
  switch (conversion) {
    case 's':
      return javaText(value).slice(0, precision);
    case 'b':
      return String(value !== null && value !== undefined && value !== false).slice(0, precision);
    case 'h':
      return value === null || value === undefined ? 'null' : (hashOf(value) >>> 0).toString(16);
  }
  if (!'cdxofeg'.includes(conversion)) throw refused(`${whole} is no conversion`);
  if (value === null || value === undefined) return 'null';
  if (conversion === 'c') {
    if (typeof value === 'number') return String.fromCodePoint(value);
    if (typeof value === 'string' && [...value].length === 1) return value;
    throw refused(`${whole} takes a character, not ${javaText(value)}`);
  }
  if ('dxo'.includes(conversion)) {
    if (typeof value === 'bigint' || (typeof value === 'number' && Number.isInteger(value))) {
      return conversion === 'd' ? decorated(javaText(value), specifier) : unsigned(value, specifier);
    }
    throw refused(`${whole} takes a whole number, not ${javaText(value)}`);
  }
  if (typeof value !== 'number') throw refused(`${whole} takes a number, not ${javaText(value)}`);
  if (!Number.isFinite(value))
    return Number.isNaN(value) ? 'NaN' : decorated(String(value), { ...specifier, width: 0 });
  if (conversion === 'f') return decorated(fixedText(value, precision ?? 6), specifier);
  if (conversion === 'e') return decorated(scientific(value, precision ?? 6), specifier);
  // As Java decides: by the value rounded to this many digits.
  const digits = Math.max(precision ?? 6, 1);
  const size = Math.abs(Number(scientific(value, digits - 1)));
  if (size !== 0 && (size < 1e-4 || size >= 10 ** digits)) return decorated(scientific(value, digits - 1), specifier);
  const whole10 = size === 0 ? 0 : Math.floor(Math.log10(size));
  return decorated(fixedText(value, Math.max(digits - 1 - whole10, 0)), specifier);
}

/** Two's complement of 32 bits, or of 64 where a number is not one of 32. */
function unsigned(value: number | bigint, { flags, conversion }: Specifier): string {
  const radix = conversion === 'x' ? 16 : 8;
  const isInt = typeof value === 'number' && value === (value | 0);
  const text = isInt ? (value >>> 0).toString(radix) : BigInt.asUintN(64, BigInt(value)).toString(radix);
  if (!flags.includes('#')) return text;
  return (radix === 16 ? '0x' : '0') + text;
}

function scientific(value: number, count: number): string {
  const { digits, point } = decimalDigits(value);
  let exponent = value === 0 ? 0 : point - 1;
  let text = roundedDigits(digits, 1, count);
  if (text.length > count + 1) {
    text = text.slice(0, -1);
    exponent++;
  }
  text = text.padStart(count + 1, '0');
  const mantissa = count === 0 ? text : `${text[0]}.${text.slice(1)}`;
  return `${decimalSign(value)}${mantissa}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
}

/** Sign, groups of three, and zeros in front. */
function decorated(text: string, { flags, width = 0 }: Specifier): string {
  const isNegative = text.startsWith('-');
  let digits = isNegative ? text.slice(1) : text;
  if (flags.includes(',')) digits = digits.replace(/^\d+/, (head) => head.replace(/\B(?=(\d{3})+$)/g, ','));
  const before = isNegative
    ? flags.includes('(')
      ? '('
      : '-'
    : flags.includes('+')
      ? '+'
      : flags.includes(' ')
        ? ' '
        : '';
  const after = before === '(' ? ')' : '';
  if (flags.includes('0')) digits = digits.padStart(width - before.length - after.length, '0');
  return before + digits + after;
}

function padded(text: string, { flags, width = 0, conversion }: Specifier): string {
  if (flags.includes('-')) return text.padEnd(width);
  return flags.includes('0') && 'xo'.includes(conversion) ? text.padStart(width, '0') : text.padStart(width);
}
