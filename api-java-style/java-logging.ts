import {
  getLogLevel,
  javaText,
  LOG_LEVELS,
  type LogLevel,
  type MessageLevel,
  parseLogLevel,
  processSink,
  setLogLevel,
} from '../core/internal.ts';

/** log4j's `Level`: `Level.WARN`. */
export const Level = {
  OFF: 'OFF',
  FATAL: 'FATAL',
  ERROR: 'ERROR',
  WARN: 'WARN',
  INFO: 'INFO',
  DEBUG: 'DEBUG',
  TRACE: 'TRACE',
  ALL: 'ALL',
  /** The level of a name, in any case of letters. Throws `OPTIONS_INVALID`. */
  toLevel: (name: string): Level => parseLogLevel(name),
} as const;
/** log4j's `Level`. */
export type Level = LogLevel;

const ROOT = '';
/** What the log of the engine follows: the levels of this name and of those above it. */
const ENGINE = 'org.apache.spark';

/** Levels that were set, by name. */
const levels = new Map<string, LogLevel>();

function levelOf(name: string): LogLevel {
  for (let at = name; at !== ROOT; at = at.slice(0, Math.max(0, at.lastIndexOf('.')))) {
    const level = levels.get(at);
    if (level !== undefined) return level;
  }
  return levels.get(ROOT) ?? getLogLevel();
}

/**
 * The loggers of log4j and slf4j, over the log of the process. Levels are by name, as there: those of `org`,
 * `org.apache.spark` and of the root logger are the level of the engine's own log too.
 */
export class Logger {
  readonly #name: string;

  /** @internal */
  constructor(name: string) {
    this.#name = name;
  }

  /** The logger of a name or of a class. */
  static getLogger(name: string | { readonly name: string }): Logger {
    return new Logger(typeof name === 'string' ? name : name.name);
  }
  /** The logger above all others. */
  static getRootLogger(): Logger {
    return new Logger(ROOT);
  }

  /** The name; `root` of the root logger. */
  getName(): string {
    return this.#name === ROOT ? 'root' : this.#name;
  }
  /** The level that was set for this name; null where there is none. */
  getLevel(): Level | null {
    return levels.get(this.#name) ?? null;
  }
  /**
   * Lets messages of this level and all above it through, for this name and those below it; null: what the name above says.
   * Throws `OPTIONS_INVALID`.
   */
  setLevel(level: Level | null): void {
    const isOfEngine = this.#name === ROOT || ENGINE === this.#name || ENGINE.startsWith(`${this.#name}.`);
    // The program's own loggers stay at the level they had when only the engine is made quiet.
    if (isOfEngine && level !== null && !levels.has(ROOT)) levels.set(ROOT, getLogLevel());
    if (level === null) levels.delete(this.#name);
    else levels.set(this.#name, parseLogLevel(level));
    if (isOfEngine) setLogLevel(levelOf(ENGINE));
  }

  /** Whether messages of `debug` go anywhere. */
  isDebugEnabled(): boolean {
    return this.#isEnabled('DEBUG');
  }
  /** Whether messages of `info` go anywhere. */
  isInfoEnabled(): boolean {
    return this.#isEnabled('INFO');
  }

  /** The finest messages. Values fill the `{}` of the message in their order; an error behind them is shown with its stack. */
  trace(message: unknown, ...values: unknown[]): void {
    this.#log('TRACE', message, values);
  }
  /** For whoever looks for a fault; else as `trace`. */
  debug(message: unknown, ...values: unknown[]): void {
    this.#log('DEBUG', message, values);
  }
  /** What happens in the normal course; else as `trace`. */
  info(message: unknown, ...values: unknown[]): void {
    this.#log('INFO', message, values);
  }
  /** What somebody should look at; else as `trace`. */
  warn(message: unknown, ...values: unknown[]): void {
    this.#log('WARN', message, values);
  }
  /** What went wrong; else as `trace`. */
  error(message: unknown, ...values: unknown[]): void {
    this.#log('ERROR', message, values);
  }
  /** What the program does not survive; else as `trace`. */
  fatal(message: unknown, ...values: unknown[]): void {
    this.#log('FATAL', message, values);
  }

  #isEnabled(level: MessageLevel): boolean {
    return LOG_LEVELS.indexOf(level) >= LOG_LEVELS.indexOf(levelOf(this.#name));
  }

  #log(level: MessageLevel, message: unknown, values: readonly unknown[]): void {
    if (!this.#isEnabled(level)) return;
    let used = 0;
    const text = javaText(message).replace(/\{\}/g, (hole) => (used < values.length ? javaText(values[used++]) : hole));
    const error = used < values.length ? values.at(-1) : undefined;
    processSink.log(level, this.getName(), text, error);
  }
}

/** slf4j's `LoggerFactory`. */
export const LoggerFactory = {
  /** The logger of a name or of a class. */
  getLogger: Logger.getLogger,
};

/** log4j's `LogManager`. */
export const LogManager = {
  /** The logger of a name or of a class. */
  getLogger: Logger.getLogger,
  /** The logger above all others. */
  getRootLogger: Logger.getRootLogger,
  /** For ports: what is logged is on its way already. */
  shutdown(): void {},
};
