import { javaText, SystemClock, systemProperties } from '../core/internal.ts';
import { javaFormat } from './java-format.ts';

const clock = new SystemClock();

/** Where `System.out` and `System.err` write. */
class PrintStream {
  private readonly write: (text: string) => void;

  /** @internal */
  constructor(write: (text: string) => void) {
    this.write = write;
  }

  /** The value as Java prints it, and a line end. */
  println(...value: [] | [unknown]): void {
    this.write(`${value.length === 0 ? '' : javaText(value[0])}\n`);
  }

  /** The value as Java prints it. */
  print(value: unknown): void {
    this.write(javaText(value));
  }

  /** Text by a format of Java's: `%s`, `%d`, `%.2f` … Throws `OPTIONS_INVALID` for what does not fit it. */
  printf(format: string, ...values: unknown[]): this {
    this.write(javaFormat(format, values));
    return this;
  }

  /** Another name of `printf`. */
  format(format: string, ...values: unknown[]): this {
    return this.printf(format, ...values);
  }

  /** For ports: what is printed is on its way already. */
  flush(): void {}
}

/** `java.lang.System`, as far as ports use it. */
export const System = {
  /** Standard output. */
  out: new PrintStream((text) => void process.stdout.write(text)),
  /** Standard error. */
  err: new PrintStream((text) => void process.stderr.write(text)),
  /** An environment variable; null when it is not set. */
  getenv(name: string): string | null {
    return process.env[name] ?? null;
  },
  /**
   * Sets configuration for contexts made later: weaker than `SparkConf` and the command line. The value that was there,
   * or null.
   */
  setProperty(key: string, value: string): string | null {
    const previous = systemProperties.get(key) ?? null;
    systemProperties.set(key, value);
    return previous;
  },
  /** What `setProperty` said; `otherwise` (null) where nothing did. */
  getProperty(key: string, otherwise: string | null = null): string | null {
    return systemProperties.get(key) ?? otherwise;
  },
  /** Forgets what `setProperty` said. The value that was there, or null. */
  clearProperty(key: string): string | null {
    const previous = systemProperties.get(key) ?? null;
    systemProperties.delete(key);
    return previous;
  },
  /** The time, in ms since the epoch. */
  currentTimeMillis(): number {
    return Math.floor(clock.now());
  },
  /** Time from an arbitrary origin, in ns, never going back. */
  nanoTime(): number {
    return Math.floor(clock.monotonic() * 1e6);
  },
  /** What ends a line: `\n`, on every system. */
  lineSeparator: (): string => '\n',
  /** Ends the process at once, with this code. */
  exit(code: number): never {
    process.exit(code);
  },
};

/** `java.lang.String`'s static methods. */
export const JString = {
  /** Text by a format of Java's: `%s`, `%d`, `%.2f` … Throws `OPTIONS_INVALID` for what does not fit it. */
  format: (format: string, ...values: unknown[]): string => javaFormat(format, values),
  /** The value as Java prints it. */
  valueOf: (value: unknown): string => javaText(value),
  /** Values as Java prints them, with a separator between. */
  join: (separator: string, values: Iterable<unknown>): string => Array.from(values, javaText).join(separator),
};
