import { describeValue } from '../data/index.ts';
import { connect } from 'node:net';
import { DStreamsError } from '../errors.ts';

/** A TCP connection, seen from the side that made it. */
export interface Connection {
  /** No more data until `resume`: what the sender goes on sending stays with it, once its window is full. */
  pause(): void;
  resume(): void;
  /** Ends it at once; nothing is called any more. Idempotent. */
  close(): void;
}

/** `closed` or `failed` is called once, last, unless `close` was called before. */
export interface ConnectionEvents {
  opened(): void;
  /** The bytes hold until it returns: the next ones lie in the same place. */
  data(bytes: Uint8Array): void;
  /** The other side has sent all. */
  closed(): void;
  failed(error: Error): void;
}

/** How TCP connections are made: the machine's way, or a simulator's. */
export interface Net {
  /** Returns at once; no event comes before it has returned. */
  connect(host: string, port: number, events: ConnectionEvents): Connection;
}

/** Throws `OPTIONS_INVALID` for what no connection can be made to: trying again, for ever, would not help. */
export function checkAddress(host: string, port: number, label: string): void {
  if (typeof host !== 'string' || host === '') {
    throw new DStreamsError('OPTIONS_INVALID', `${label} connects to a host, not to ${describeValue(host)}.`);
  }
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    throw new DStreamsError(
      'OPTIONS_INVALID',
      `${label} connects to a port from 1 to 65535, ${
        Number.isNaN(port)
          ? 'and was given NaN: is what it is made of a number?'
          : `and was given ${describeValue(port)}.`
      }`,
    );
  }
}

/** What is read in one go, at most: into a buffer that the connection keeps, since one for each read is work for the garbage collector. */
const READ_BYTES = 128 * 1024;

/** After this long without a word the other side is asked whether it is still there. */
const KEEP_ALIVE_MS = 60_000;

export const systemNet: Net = {
  connect(host, port, events) {
    const buffer = Buffer.allocUnsafeSlow(READ_BYTES);
    const take = (count: number) => {
      if (!isOver) events.data(buffer.subarray(0, count));
      return true;
    };
    const socket = connect({
      host,
      port,
      keepAlive: true,
      keepAliveInitialDelay: KEEP_ALIVE_MS,
      onread: { buffer, callback: take },
    });
    let isOver = false;
    const over = (tell: () => void) => {
      if (isOver) return;
      isOver = true;
      socket.destroy();
      tell();
    };
    socket.on('connect', () => {
      if (!isOver) events.opened();
    });
    socket.on('end', () => over(() => events.closed()));
    socket.on('error', (error) => over(() => events.failed(described(error))));
    socket.on('close', () => over(() => events.closed()));
    return {
      pause: () => void socket.pause(),
      resume: () => void socket.resume(),
      close: () => over(() => {}),
    };
  },
};

/** A host with several addresses fails with one error for each and no message of its own. */
function described(error: Error): Error {
  if (!(error instanceof AggregateError) || error.message !== '') return error;
  const message = error.errors.map((part: unknown) => (part instanceof Error ? part.message : String(part))).join('; ');
  return Object.assign(new Error(message, { cause: error }), { syscall: 'connect' });
}
