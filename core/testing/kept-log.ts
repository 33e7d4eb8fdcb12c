import { createLogger, type Logger, type MessageLevel } from '../metrics/index.ts';

/** One line of the log. */
export interface LogEntry {
  /** How severe it is. */
  readonly level: MessageLevel;
  /** The part that spoke. */
  readonly source: string;
  /** What it said. */
  readonly message: string;
  /** What was thrown, if something was. */
  readonly error: unknown;
}

const ENTRIES_MAX = 10_000;

/** A log that a test reads: nothing reaches standard error. Holds the newest 10,000 entries. */
export class KeptLog {
  /** The newest 10,000 messages, oldest first. */
  readonly entries: LogEntry[] = [];
  /** What writes into it. */
  readonly logger: Logger = createLogger(
    {
      log: (level, source, message, error) => {
        if (this.entries.length === ENTRIES_MAX) this.entries.splice(0, ENTRIES_MAX / 10);
        this.entries.push({ level, source, message, error });
      },
    },
    () => 'INFO',
  );

  /** The messages of a level, or of all. */
  messages(level?: MessageLevel): string[] {
    return this.entries.filter((entry) => level === undefined || entry.level === level).map(({ message }) => message);
  }
}
