import { DStreamsError, javaText, systemProperties } from '../core/internal.ts';

/** Where `System.out` and `System.err` write. */
class PrintStream {
  private readonly write: (text: string) => void;

  constructor(write: (text: string) => void) {
    this.write = write;
  }

  /** The value as Java prints it, and a line end. */
  println(...value: [] | [unknown]): void {
    this.write(`${value.length === 0 ? '' : javaText(value[0])}\n`);
  }

  print(value: unknown): void {
    this.write(javaText(value));
  }

  printf(format: string, ...values: unknown[]): this {
    this.write(javaFormat(format, values));
    return this;
  }

  format(format: string, ...values: unknown[]): this {
    return this.printf(format, ...values);
  }

  flush(): void {}
}

/** `java.lang.System`, as far as ports use it. */
export const System = {
  out: new PrintStream((text) => void process.stdout.write(text)),
  err: new PrintStream((text) => void process.stderr.write(text)),
  /** An environment variable; null when it is not set. */
  getenv(name: string): string | null {
    return process.env[name] ?? null;
  },
  /** Configuration for contexts made later: weaker than `SparkConf` and the command line. The value that was there, or null. */
  setProperty(key: string, value: string): string | null {
    const previous = systemProperties.get(key) ?? null;
    systemProperties.set(key, value);
    return previous;
  },
  getProperty(key: string, otherwise: string | null = null): string | null {
    return systemProperties.get(key) ?? otherwise;
  },
  clearProperty(key: string): string | null {
    const previous = systemProperties.get(key) ?? null;
    systemProperties.delete(key);
    return previous;
  },
  exit(code: number): never {
    process.exit(code);
  },
};

/** `java.lang.Integer`, as far as ports use it. */
export const Integer = {
  /** Throws `OPTIONS_INVALID` (Java: NumberFormatException) for what is no whole number of 32 bits. */
  parseInt(text: string, radix = 10): number {
    const digits = radix === 10 ? /^[+-]?\d{1,10}$/ : /^[+-]?[0-9a-z]{1,32}$/i;
    const value = digits.test(String(text)) ? Number.parseInt(text, radix) : Number.NaN;
    if (Number.isNaN(value) || value !== (value | 0)) {
      throw new DStreamsError(
        'OPTIONS_INVALID',
        `Integer.parseInt: for input ${text === null ? 'null' : JSON.stringify(String(text).slice(0, 40))}: no whole number of 32 bits.`,
      );
    }
    return value + 0;
  },
  valueOf(value: string | number): number {
    return typeof value === 'number' ? value : Integer.parseInt(value);
  },
  toString: (value: number): string => javaText(value),
  MAX_VALUE: 2147483647,
  MIN_VALUE: -2147483648,
};

/** `java.lang.String`'s static methods. */
export const JString = {
  format: (format: string, ...values: unknown[]): string => javaFormat(format, values),
  valueOf: (value: unknown): string => javaText(value),
  join: (separator: string, values: Iterable<unknown>): string => Array.from(values, javaText).join(separator),
};

const SPECIFIER = /%(?:(\d+)\$)?([-0,+ ]*)(\d+)?(?:\.(\d+))?([a-zA-Z%])/g;

/** Java's format, with the conversions that programs use: s, d, f, e, x, c, b, n and %. Others: `OPTIONS_INVALID`. */
function javaFormat(format: string, values: readonly unknown[]): string {
  let next = 0;
  return format.replace(
    SPECIFIER,
    (whole, position?: string, flags = '', width?: string, precision?: string, conversion = '') => {
      if (conversion === 'n') return '\n';
      if (conversion === '%') return '%';
      const value = values[position === undefined ? next++ : Number(position) - 1];
      const digits = precision === undefined ? undefined : Number(precision);
      return padded(converted(whole, conversion, value, flags, digits), flags, Number(width ?? 0));
    },
  );
}

function converted(
  whole: string,
  conversion: string,
  value: unknown,
  flags: string,
  precision: number | undefined,
): string {
  switch (conversion) {
    case 's':
      return javaText(value).slice(0, precision);
    case 'S':
      return javaText(value).slice(0, precision).toUpperCase();
    case 'b':
      return String(value !== null && value !== undefined && value !== false);
    case 'c':
      return typeof value === 'number' ? String.fromCodePoint(value) : javaText(value);
    case 'x':
      return (typeof value === 'number' && value < 0 ? value >>> 0 : (value as number)).toString(16);
    case 'd':
      return signed(grouped(javaText(value), flags), flags);
    case 'f':
      return signed(grouped(Number(value).toFixed(precision ?? 6), flags), flags);
    case 'e':
      return signed(
        Number(value)
          .toExponential(precision ?? 6)
          .replace(/e([+-])(\d)$/, 'e$10$2'),
        flags,
      );
    default:
      throw new DStreamsError(
        'OPTIONS_INVALID',
        `String.format: the conversion ${whole} is not known; there are s, d, f, e, x, c, b, n and %.`,
      );
  }
}

const grouped = (digits: string, flags: string): string =>
  flags.includes(',') ? digits.replace(/\B(?<!\.\d*)(?=(\d{3})+(?!\d))/g, ',') : digits;

const signed = (digits: string, flags: string): string =>
  digits.startsWith('-') ? digits : flags.includes('+') ? `+${digits}` : flags.includes(' ') ? ` ${digits}` : digits;

function padded(text: string, flags: string, width: number): string {
  if (flags.includes('-')) return text.padEnd(width);
  if (!flags.includes('0')) return text.padStart(width);
  const sign = /^[+-]/.test(text) ? text[0]! : '';
  return sign + text.slice(sign.length).padStart(width - sign.length, '0');
}
