/** Who has to act on an error: the caller, whoever runs the environment (source, disk, peer), or us. */
export type ErrorKind = 'user' | 'environment' | 'bug';

/** Every code there is, with its kind. `docs/errors.md` has a paragraph for each (a test holds it). */
export const ERROR_KINDS = {
  // Options and configuration
  OPTIONS_INVALID: 'user',
  CONF_KEY_UNKNOWN: 'user',
  CONF_VALUE_INVALID: 'user',
  CONF_KEY_MISSING: 'user',
  MASTER_INVALID: 'user',
  MASTER_UNSUPPORTED_SPARK: 'user',
  MASTER_UNSUPPORTED_YARN: 'user',
  MASTER_UNSUPPORTED_K8S: 'user',
  MASTER_UNSUPPORTED_MESOS: 'user',
  MASTER_NEEDS_MODULE: 'user',
  BATCH_DURATION_INVALID: 'user',
  DURATION_INVALID: 'user',
  INTERVALS_DIFFER: 'user',
  // Life cycle
  NO_OUTPUT_OPERATIONS: 'user',
  CONTEXT_STARTED: 'user',
  CONTEXT_STOPPED: 'user',
  CONTEXT_ALREADY_STOPPED: 'user',
  CONTEXT_ACTIVE_ELSEWHERE: 'user',
  CONTEXT_NOT_STARTED: 'user',
  STOP_IN_LISTENER: 'user',
  // The stream graph
  WINDOW_NOT_MULTIPLE: 'user',
  SLIDE_NOT_MULTIPLE: 'user',
  WINDOW_INVALID: 'user',
  SLIDES_DIFFER: 'user',
  CONTEXTS_DIFFER: 'user',
  STREAMS_EMPTY: 'user',
  CHECKPOINT_DIR_MISSING: 'user',
  CHECKPOINT_INTERVAL_TOO_SHORT: 'user',
  CHECKPOINT_INTERVAL_NOT_MULTIPLE: 'user',
  CHECKPOINT_NOT_PERSISTED: 'user',
  CHECKPOINT_INTERVAL_FIXED: 'user',
  STORAGE_LEVEL_FIXED: 'user',
  REMEMBER_ALREADY_SET: 'user',
  REMEMBER_TOO_SHORT: 'user',
  CLEANER_TTL_TOO_SHORT: 'user',
  STREAM_NOT_INITIALIZED: 'user',
  UID_DUPLICATE: 'user',
  SLICE_INVALID: 'user',
  PARTITIONS_INVALID: 'user',
  // User functions and batches
  PARENT_RDD_MISSING: 'user',
  INVERSE_KEY_UNKNOWN: 'user',
  STATE_KEY_UNKNOWN: 'user',
  TRANSFORM_RETURNED_NOTHING: 'user',
  TRANSFORM_NOT_PURE: 'user',
  TRANSFORM_FAILED: 'user',
  USER_FUNCTION_FAILED: 'user',
  BATCH_FAILED: 'user',
  AWAIT_MISSING: 'user',
  BROADCAST_DESTROYED: 'user',
  ACCUMULATOR_IN_TASK: 'user',
  ASYNC_FUNCTION: 'user',
  // Records
  PAIR_EXPECTED: 'user',
  ITERABLE_EXPECTED: 'user',
  OPTIONAL_EXPECTED: 'user',
  COLLECTION_EMPTY: 'user',
  RECORD_NOT_SERIALIZABLE: 'user',
  RECORD_CLASS_WRONG: 'user',
  RECORD_CORRUPT: 'environment',
  BLOCK_NOT_FOUND: 'environment',
  LINE_TOO_LONG: 'environment',
  FRAME_INVALID: 'environment',
  // Receivers, workers, tasks
  RECEIVER_STOPPED: 'user',
  RECEIVER_FAILED: 'environment',
  WORKER_LOST: 'environment',
  WORKER_START_FAILED: 'environment',
  TASK_FAILED: 'environment',
  // Programs and the command line
  GRAPH_DIFFERS: 'user',
  PROGRAM_NOT_FOUND: 'user',
  PROGRAM_NO_ENTRY: 'user',
  PROGRAM_AMBIGUOUS: 'user',
  PROGRAM_FAILED: 'user',
  PROGRAM_DIFFERS: 'environment',
  PROGRAM_UNRECOVERABLE: 'user',
  COMMAND_INVALID: 'user',
  // The gateway
  GATEWAY_NEEDS_CHECKPOINT: 'user',
  GATEWAY_NEEDS_TOKENS: 'user',
  GATEWAY_NEEDS_TLS: 'user',
  GATEWAY_LISTEN_FAILED: 'environment',
  // Files and what is not there
  OUTPUT_EXISTS: 'user',
  OUTPUT_FAILED: 'environment',
  PIPE_FAILED: 'environment',
  IO_FAILED: 'environment',
  INPUT_NOT_FOUND: 'user',
  FILE_CORRUPT: 'environment',
  RECORD_TOO_LARGE: 'environment',
  NEEDS_CONNECTOR: 'user',
  UNSUPPORTED: 'user',
  // Checkpoints and the write-ahead log
  CHECKPOINT_DIFFERS: 'user',
  CHECKPOINT_NOT_FOUND: 'user',
  INPUT_UNRECOVERABLE: 'user',
  STATE_DROPPED: 'user',
  STATE_DIFFERS: 'user',
  CHECKPOINT_IN_USE: 'user',
  CHECKPOINT_DAMAGED: 'environment',
  CHECKPOINT_MISSING: 'environment',
  CHECKPOINT_FAILED: 'environment',
  FORMAT_TOO_NEW: 'user',
  LOG_DAMAGED: 'environment',
  LOG_FAILED: 'environment',
  LOG_DISK_FULL: 'environment',
  LOG_RANGE_MISSING: 'environment',
  LOG_CLOSED: 'user',
  // Us
  INVARIANT: 'bug',
} as const satisfies Readonly<Record<string, ErrorKind>>;

/** A stable name of what went wrong: programs match it, people read the message. */
export type ErrorCode = keyof typeof ERROR_KINDS;

/** What an error is about, as plain data: uid, batch time, stream, path … Safe to log and to send between threads. */
export type ErrorDetails = Readonly<Record<string, string | number | boolean | undefined>>;

/** Of an error: what it wraps, and what it is about. */
export interface DStreamsErrorOptions {
  /** What was thrown below. Default: nothing was. Spelled out, as older libraries of types have no ErrorOptions. */
  readonly cause?: unknown;
  /** What it is about, as plain data. Default: nothing is said. */
  readonly details?: ErrorDetails;
}

/** The one error class. The message says what was wrong, where, and what to do; `cause` is what it wraps. */
export class DStreamsError extends Error {
  /** `DStreamsError`, for logs. */
  override readonly name = 'DStreamsError';
  /** What went wrong: stable, for programs to match. */
  readonly code: ErrorCode;
  /** What it is about: operator, batch time, path and the like, as far as they apply. */
  readonly details: ErrorDetails | undefined;

  /** For code that adapts others to this library: an error of a code that is there. */
  constructor(code: ErrorCode, message: string, options?: DStreamsErrorOptions) {
    super(message, options);
    this.code = code;
    this.details = options?.details;
  }

  /** Who has to act. */
  get kind(): ErrorKind {
    return ERROR_KINDS[this.code];
  }
}

/** True for a `DStreamsError` (of `code`, if given); false for anything else. */
export function isDStreamsError(error: unknown, code?: ErrorCode): error is DStreamsError {
  return error instanceof DStreamsError && (code === undefined || error.code === code);
}

/** The message of anything that was thrown; user code may throw what is no `Error`. */
export function messageOf(error: unknown): string {
  if (error instanceof Error) return error.message;
  try {
    return String(error);
  } catch {
    return 'a value that cannot be turned into text';
  }
}

/** Anything thrown, as an `Error`: itself if it is one, else a new one with its text and it as the cause. */
export function toError(error: unknown): Error {
  return error instanceof Error ? error : new Error(messageOf(error), { cause: error });
}

/** The error codes found along the chain of causes and inside `AggregateError`s, outermost first, each once. */
export function errorCodes(error: unknown): ErrorCode[] {
  const found = new Set<ErrorCode>();
  const seen = new Set<unknown>();
  const visit = (value: unknown): void => {
    if (!(value instanceof Error) || seen.has(value)) return;
    seen.add(value);
    if (value instanceof DStreamsError) found.add(value.code);
    if (value instanceof AggregateError) value.errors.forEach(visit);
    visit(value.cause);
  };
  visit(error);
  return [...found];
}

/** Exit code of a process that could not write its log or its checkpoints any more (EX_IOERR of sysexits). */
export const DISK_FAILED_EXIT_CODE = 74;

/** What a process that an error ends should exit with: `DISK_FAILED_EXIT_CODE`, or 1. */
export function exitCodeOf(error: unknown): number {
  const codes = errorCodes(error);
  return codes.includes('LOG_FAILED') || codes.includes('CHECKPOINT_FAILED') ? DISK_FAILED_EXIT_CODE : 1;
}
