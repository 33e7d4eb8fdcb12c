import type { StorageLevel } from '../data/index.ts';
import { toError } from '../errors.ts';
import { type Connection, checkAddress, type Net, systemNet } from './net.ts';
import type { Receiver, ReceiverSupervisor } from './receiver.ts';
import { describeFailure } from './socket-text.ts';

/** Makes records of what a connection brings. Called anew for each connection; ends, or goes on as long as there is input. */
export type SocketConverter<T = unknown> = (input: AsyncIterable<Uint8Array>) => AsyncIterable<T> | Iterable<T>;

/** Bytes that have come and that the converter has not asked for: the socket is paused above it. */
const UNREAD_BYTES_MAX = 1024 * 1024;

/** Records that a converter makes of a TCP connection's bytes (decision 32); connects again as `socketText` does. */
export function socketStream(
  host: string,
  port: number,
  converter: SocketConverter,
  level: StorageLevel,
  net: Net = systemNet,
): Receiver {
  checkAddress(host, port, 'socketStream');
  return new SocketStreamReceiver(host, port, converter, level, net);
}

class SocketStreamReceiver implements Receiver {
  readonly name = 'SocketReceiver';
  private current: { readonly connection: Connection; readonly bytes: ByteQueue } | undefined;

  constructor(
    private readonly host: string,
    private readonly port: number,
    private readonly converter: SocketConverter,
    readonly storageLevel: StorageLevel,
    private readonly net: Net,
  ) {}

  /** Stays open until the connection's records are stored; throws what the converter throws. */
  async onStart(supervisor: ReceiverSupervisor): Promise<void> {
    const { host, port } = this;
    const { signal } = supervisor;
    let failure: Error | undefined;
    let hasOpened = false;
    const bytes = new ByteQueue(
      () => connection.pause(),
      () => connection.resume(),
    );
    const connection = this.net.connect(host, port, {
      opened: () => {
        hasOpened = true;
        supervisor.logger.info('SocketReceiver', `Connected to ${host}:${port}`);
      },
      data: (chunk) => bytes.push(chunk),
      closed: () => bytes.end(),
      failed: (error) => {
        failure = error;
        // A converter need not know of a connection that was never there.
        if (hasOpened) bytes.fail(error);
        else bytes.end();
      },
    });
    this.current = { connection, bytes };
    try {
      for await (const record of this.converter(bytes)) {
        if (signal.aborted) return;
        const wait = supervisor.store(record);
        if (wait !== undefined) await wait;
      }
    } catch (error) {
      if (signal.aborted) return;
      if (error !== failure) throw error;
    } finally {
      connection.close();
    }
    if (failure === undefined) supervisor.restart('Socket data stream had no more data');
    else supervisor.restart(describeFailure(hasOpened, host, port, failure), failure);
  }

  onStop(): void {
    this.current?.connection.close();
    this.current?.bytes.end();
    this.current = undefined;
  }
}

/** From a socket that pushes to a reader that pulls. One reader. */
class ByteQueue implements AsyncIterable<Uint8Array>, AsyncIterator<Uint8Array, undefined> {
  private chunks: Uint8Array[] = [];
  private unreadBytes = 0;
  private isPaused = false;
  private isOver = false;
  private error: Error | undefined;
  private wake: (() => void) | undefined;

  constructor(
    private readonly pause: () => void,
    private readonly resume: () => void,
  ) {}

  push(chunk: Uint8Array): void {
    if (this.isOver || chunk.length === 0) return;
    // It holds until this returns.
    this.chunks.push(new Uint8Array(chunk));
    this.unreadBytes += chunk.length;
    if (this.unreadBytes >= UNREAD_BYTES_MAX && !this.isPaused) {
      this.isPaused = true;
      this.pause();
    }
    this.wake?.();
  }

  end(): void {
    this.isOver = true;
    this.wake?.();
  }

  /** What came before is read before it throws. */
  fail(error: unknown): void {
    this.error = toError(error);
    this.end();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<Uint8Array, undefined>> {
    while (this.chunks.length === 0 && !this.isOver) {
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
    }
    this.wake = undefined;
    // At most some dozen chunks wait, so shifting is no work.
    const value = this.chunks.shift();
    if (value === undefined) {
      if (this.error !== undefined) throw this.error;
      return { done: true, value: undefined };
    }
    this.unreadBytes -= value.length;
    if (this.isPaused && this.unreadBytes < UNREAD_BYTES_MAX / 2) {
      this.isPaused = false;
      this.resume();
    }
    return { done: false, value };
  }

  async return(): Promise<IteratorResult<Uint8Array, undefined>> {
    this.chunks = [];
    this.end();
    return { done: true, value: undefined };
  }
}
