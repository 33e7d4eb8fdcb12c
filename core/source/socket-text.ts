import { type StorageLevel, StorageLevels } from '../data/index.ts';
import { DStreamsError } from '../errors.ts';
import { LineCutter } from './line-cutter.ts';
import { type Connection, checkAddress, type Net, systemNet } from './net.ts';
import type { Receiver, ReceiverSupervisor } from './receiver.ts';

/**
 * Lines of UTF-8 text from a TCP server (semantics §7.2). Bytes go into blocks as they come, up to the last line end;
 * whoever runs a task decodes them. A connection that is refused, lost or ended is made again, for ever. While the
 * queue is full the socket is paused, so that TCP makes the sender wait.
 */
export function socketText(
  host: string,
  port: number,
  level: StorageLevel = StorageLevels.MEMORY_AND_DISK_SER_2,
  net: Net = systemNet,
  label = 'socketTextStream',
): Receiver {
  checkAddress(host, port, label);
  return new SocketTextReceiver(host, port, level, net);
}

class SocketTextReceiver implements Receiver {
  readonly name = 'SocketReceiver';
  private connection: Connection | undefined;

  constructor(
    private readonly host: string,
    private readonly port: number,
    readonly storageLevel: StorageLevel,
    private readonly net: Net,
  ) {}

  onStart(supervisor: ReceiverSupervisor): void {
    const { host, port } = this;
    const { lineBytesMax } = supervisor.conf;
    const cutter = new LineCutter(lineBytesMax, () =>
      supervisor.reportError('a line was dropped', lineTooLong(host, port, lineBytesMax)),
    );
    let hasOpened = false;
    let waits: Promise<void>[] = [];
    const emit = (lines: Uint8Array) => {
      const wait = supervisor.storeLines(lines);
      if (wait !== undefined) waits.push(wait);
    };
    const connection = this.net.connect(host, port, {
      opened: () => {
        hasOpened = true;
        supervisor.logger.info('SocketReceiver', `Connected to ${host}:${port}`);
      },
      data: (bytes) => {
        cutter.push(bytes, emit);
        // They are let in in order, so the last one stands for all.
        const last = waits.at(-1);
        if (last === undefined) return;
        waits = [];
        connection.pause();
        last.then(
          () => connection.resume(),
          () => {}, // The receiver has stopped.
        );
      },
      closed: () => {
        cutter.end(emit);
        supervisor.restart('Socket data stream had no more data');
      },
      failed: (error) => supervisor.restart(describeFailure(hasOpened, host, port, error), error),
    });
    this.connection = connection;
  }

  onStop(): void {
    this.connection?.close();
    this.connection = undefined;
  }
}

export function describeFailure(hasOpened: boolean, host: string, port: number, error: Error): string {
  return `${hasOpened ? 'Error receiving data from' : 'Error connecting to'} ${host}:${port}: ${error.message}`;
}

function lineTooLong(host: string, port: number, lineBytesMax: number): DStreamsError {
  return new DStreamsError(
    'LINE_TOO_LONG',
    `${host}:${port} sent a line of more than ${lineBytesMax} bytes; it was dropped. Raise dstreams.source.lineBytesMax if such lines are meant.`,
    { details: { host, port, lineBytesMax } },
  );
}
