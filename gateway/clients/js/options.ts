import { GatewayError } from './errors.ts';
import { TIMER_MS_MAX } from './host.ts';
import type { SubscribeOptions } from './subscription.ts';

/** A record with what goes with its value. */
export interface OutgoingRecord {
  /** What is published: whatever JSON holds, beside bytes, dates and bigints. */
  readonly value: unknown;
  /** For the job: `key` of a record with metadata, the key of a pair. Default: null. */
  readonly key?: unknown;
  /** For the job: a time of the record's own, in ms since the epoch. */
  readonly timestampMs?: number;
  /** For the job: anything beside the value, by name. */
  readonly headers?: Readonly<Record<string, unknown>>;
}

/** Of `connect`: who the client is, and what may wait. */
export interface ClientOptions {
  /**
   * A token or ticket; a function is asked for each connection, so that an expired one can be replaced. Default: none.
   */
  readonly token?: string | (() => string | Promise<string>);
  /** Names this client's records across connections, so that a resend does no harm. Default: one is made. false: none, at least once. */
  readonly producerId?: string | false;
  /** Bytes of records that may wait for their acknowledgement, the server being down or slow. Default 64 MiB. */
  readonly bufferBytesMax?: number;
  /**
   * The first wait before a reconnect, ms; 1 at least. Default 200; each wait is chosen by chance up to twice the one before,
   * until a connection has shown to be good: something came over it, or it lasted for a heartbeat.
   */
  readonly backoffMs?: number;
  /** The longest wait before a reconnect, ms. Default 15,000. */
  readonly backoffMaxMs?: number;
  /** What it calls itself when it says hello. Default `dstreams-js`. */
  readonly name?: string;
  /** Told of each change of the connection. What it throws goes to `console.error`, and no further. Default: nobody is. */
  readonly onStatus?: (status: ClientStatus) => void;
}

/** How the connection is. */
export interface ClientStatus {
  /** Whether there is a connection: `waiting` is between two attempts, `closed` is for good. */
  readonly state: 'connecting' | 'open' | 'waiting' | 'closed';
  /** Why it is not open: close code and words of the server. */
  readonly code?: number;
  /** Why it is not open: the words of the server, or of the attempt that failed. */
  readonly reason?: string;
  /** `open`: the server did not know this producer: it is new, or was forgotten. */
  readonly known?: boolean;
}

/** Of `publish`: what an acknowledgement promises. */
export interface PublishOptions {
  /** Default `durable`: acknowledged when it is safe. */
  readonly ack?: 'durable' | 'memory';
}

/** What the server says of one of its streams. */
export interface StreamDescription {
  /** Its name. */
  readonly stream: string;
  /** Whether clients publish into it (`in`) or read it (`out`). */
  readonly direction: 'in' | 'out';
  /** The JSON Schema of its values, where there is one. */
  readonly schema?: Record<string, unknown>;
  /** The stream of the records that its schema refuses, where there is one. */
  readonly deadLetter?: string;
  /** How long (ms) and how much of it (bytes) is kept for readers. */
  readonly retention?: { readonly ms: number; readonly bytes: number };
}

/** @internal Throws `INVALID`: a wait of no time tries without a rest, one of NaN too. */
export function checkOptions({ bufferBytesMax = 1, backoffMs = 200, backoffMaxMs = 15_000 }: ClientOptions): void {
  if (!(bufferBytesMax > 0))
    throw new GatewayError('INVALID', `bufferBytesMax is ${bufferBytesMax}, it must be above 0`);
  if (backoffMs >= 1 && backoffMs <= backoffMaxMs && backoffMaxMs <= TIMER_MS_MAX) return;
  const words = `the first must be 1 at least and not above the longest, and that ${TIMER_MS_MAX} at most`;
  throw new GatewayError('INVALID', `backoffMs is ${backoffMs} and backoffMaxMs ${backoffMaxMs}: ${words}`);
}

/** @internal Throws `INVALID`: for a window of nothing nothing comes. */
export function checkWindow({ windowRecords = 1, windowBytes = 1 }: SubscribeOptions): void {
  for (const [name, value] of Object.entries({ windowRecords, windowBytes })) {
    if (Number.isSafeInteger(value) && value > 0) continue;
    throw new GatewayError('INVALID', `${name} is ${value}, it must be a whole number above 0`);
  }
}
