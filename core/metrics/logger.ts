import { DStreamsError, messageOf } from '../errors.ts';
import type { Clock } from '../time/clock.ts';
import { formatLocalTime } from '../time/local-time.ts';
import { SystemClock } from '../time/system-clock.ts';

/** Least to most severe; a level lets itself and all after it through. `OFF` lets nothing through. */
export const LOG_LEVELS = ['ALL', 'TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL', 'OFF'] as const;
/** How severe a message is, and the least that is logged. */
export type LogLevel = (typeof LOG_LEVELS)[number];
/** The levels that a message can have. */
export type MessageLevel = Exclude<LogLevel, 'ALL' | 'OFF'>;

/** Where log messages go: all that a logger of one's own has to be. */
export interface LogSink {
  /** `source` is the part that speaks (`JobScheduler`); `error` is anything that was thrown. Should not throw. */
  log(level: MessageLevel, source: string, message: string, error?: unknown): void;
}

/** A log with a method for each level. */
export interface Logger extends LogSink {
  /** For whoever looks for a fault. */
  debug(source: string, message: string, error?: unknown): void;
  /** What happens in the normal course. */
  info(source: string, message: string, error?: unknown): void;
  /** What somebody should look at. */
  warn(source: string, message: string, error?: unknown): void;
  /** What went wrong. */
  error(source: string, message: string, error?: unknown): void;
  /** Whether a message of this level goes anywhere: ask before building an expensive one. */
  isEnabled(level: MessageLevel): boolean;
}

/** A sink with the methods of a logger; `levelOf` is asked per message, so that the level can change. */
export function createLogger(sink: LogSink, levelOf: () => LogLevel): Logger {
  const isEnabled = (level: MessageLevel): boolean => LOG_LEVELS.indexOf(level) >= LOG_LEVELS.indexOf(levelOf());
  const log = (level: MessageLevel, source: string, message: string, error?: unknown): void => {
    if (!isEnabled(level)) return;
    try {
      sink.log(level, source, message, error);
    } catch {
      // A broken log must not become a broken batch, and there is nowhere left to say so.
    }
  };
  return {
    log,
    debug: (source, message, error) => log('DEBUG', source, message, error),
    info: (source, message, error) => log('INFO', source, message, error),
    warn: (source, message, error) => log('WARN', source, message, error),
    error: (source, message, error) => log('ERROR', source, message, error),
    isEnabled,
  };
}

/** `2012-12-31 18:47:10,447 INFO JobScheduler: message`, then the stack of `error` if there is one; no line end. */
export function formatLogLine(
  epochMs: number,
  level: MessageLevel,
  source: string,
  message: string,
  error?: unknown,
): string {
  const line = `${formatLocalTime(epochMs)} ${level} ${source}: ${message}`;
  return error === undefined ? line : `${line}\n${describeError(error)}`;
}

/** How many causes deep an error is shown: a chain may be a circle. */
const CAUSES_MAX = 8;

/** Stack, causes and, of an `AggregateError`, every part; never throws. */
export function describeError(error: unknown, depth = 0): string {
  if (!(error instanceof Error)) return messageOf(error);
  const lines = [error.stack ?? `${error.name}: ${error.message}`];
  if (depth < CAUSES_MAX) {
    if (error instanceof AggregateError) {
      for (const part of error.errors) lines.push(`Part of it: ${describeError(part, depth + 1)}`);
    }
    if (error.cause !== undefined) lines.push(`Caused by: ${describeError(error.cause, depth + 1)}`);
  }
  return lines.join('\n');
}

export interface StderrSinkOptions {
  readonly clock: Clock;
  /** Takes whole lines. Default: standard error, so that standard output holds only what the program prints. */
  readonly write?: (text: string) => void;
}

/** The log in the form of the user's guide, on standard error. */
export function createStderrSink({ clock, write }: StderrSinkOptions): LogSink {
  const emit = write ?? ((text: string) => void process.stderr.write(text));
  return {
    log: (level, source, message, error) => emit(`${formatLogLine(clock.now(), level, source, message, error)}\n`),
  };
}

/** A logger on standard error with a level of its own, apart from the process-wide one. */
export function createStderrLogger(options: StderrSinkOptions & { readonly level?: LogLevel }): Logger {
  const level = options.level ?? 'INFO';
  return createLogger(createStderrSink(options), () => level);
}

const defaultSink = createStderrSink({ clock: new SystemClock() });
let currentSink: LogSink = defaultSink;
let currentLevel: LogLevel = 'INFO';

/** The log of the process. It follows `setLogger` and `setLogLevel`, so it may be kept. */
export const log: Logger = createLogger(
  { log: (level, source, message, error) => currentSink.log(level, source, message, error) },
  () => currentLevel,
);

/** Where the process's log goes, whatever its level: for logs with a level of their own. */
export const processSink: LogSink = {
  log(level, source, message, error) {
    try {
      currentSink.log(level, source, message, error);
    } catch {
      // As in `createLogger`.
    }
  },
};

/** Sends the process's log elsewhere; without an argument, back to standard error. Returns where it went before. */
export function setLogger(sink?: LogSink): LogSink {
  const before = currentSink;
  currentSink = sink ?? defaultSink;
  return before;
}

/** Sets the level of the process's log and returns the one before. Throws `OPTIONS_INVALID` for an unknown level. */
export function setLogLevel(level: string): LogLevel {
  const before = currentLevel;
  currentLevel = parseLogLevel(level);
  return before;
}

export function getLogLevel(): LogLevel {
  return currentLevel;
}

/** In any case of letters, as in Spark. Throws `OPTIONS_INVALID` for an unknown level. */
export function parseLogLevel(text: string): LogLevel {
  const level = LOG_LEVELS.find((known) => known === String(text).toUpperCase());
  if (level !== undefined) return level;
  throw new DStreamsError(
    'OPTIONS_INVALID',
    `log level ${typeof text === 'string' ? JSON.stringify(text) : String(text)} is none of ${LOG_LEVELS.join(', ')}`,
  );
}
