import { javaText, SystemClock, systemProperties } from '../core/internal.ts';
import { javaFormat } from './java-format.ts';

const clock = new SystemClock();

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
  currentTimeMillis(): number {
    return Math.floor(clock.now());
  },
  /** From an arbitrary origin, never going back. */
  nanoTime(): number {
    return Math.floor(clock.monotonic() * 1e6);
  },
  lineSeparator: (): string => '\n',
  exit(code: number): never {
    process.exit(code);
  },
};

/** `java.lang.String`'s static methods. */
export const JString = {
  format: (format: string, ...values: unknown[]): string => javaFormat(format, values),
  valueOf: (value: unknown): string => javaText(value),
  join: (separator: string, values: Iterable<unknown>): string => Array.from(values, javaText).join(separator),
};
