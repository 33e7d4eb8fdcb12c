import { defaultCodec, type StorageLevel, StorageLevels } from '../data/index.ts';
import { FrameCutter, frameOf } from './frame-cutter.ts';
import { type Connection, checkAddress, type Net, systemNet } from './net.ts';
import type { Receiver, ReceiverSupervisor } from './receiver.ts';
import { describeFailure } from './socket-text.ts';

/**
 * Blocks of packed records from a TCP server (Spark `rawSocketStream`): each frame of `rawFrame` becomes a block, whose records
 * are decoded where a task needs them. Connects again, for ever, as `socketText` does. A frame that holds no records of ours is
 * reported and dropped; a length above `dstreams.source.frameBytesMax` drops the connection.
 */
export function rawSocket(
  host: string,
  port: number,
  level: StorageLevel = StorageLevels.MEMORY_AND_DISK_SER_2,
  net: Net = systemNet,
): Receiver {
  checkAddress(host, port, 'rawSocketStream');
  return new RawNetworkReceiver(host, port, level, net);
}

/**
 * What a sender writes for `rawSocketStream`: a length of 4 bytes, big-endian, and as many bytes of packed records. Throws
 * `RECORD_NOT_SERIALIZABLE`.
 */
export const rawFrame = (records: readonly unknown[]): Uint8Array =>
  frameOf(defaultCodec.encodeBlock(records, 'rawFrame'));

class RawNetworkReceiver implements Receiver {
  readonly name = 'RawNetworkReceiver';
  private connection: Connection | undefined;

  constructor(
    private readonly host: string,
    private readonly port: number,
    readonly storageLevel: StorageLevel,
    private readonly net: Net,
  ) {}

  onStart(supervisor: ReceiverSupervisor): void {
    const { host, port } = this;
    const { signal } = supervisor;
    const cutter = new FrameCutter(supervisor.conf.frameBytesMax);
    let hasOpened = false;
    let waits: Promise<void>[] = [];
    const store = (frame: Uint8Array) =>
      waits.push(
        supervisor.storePacked(frame).catch((error: unknown) => {
          if (!signal.aborted) supervisor.reportError(`a frame from ${host}:${port} was dropped`, error);
        }),
      );
    const connection = this.net.connect(host, port, {
      opened: () => {
        hasOpened = true;
        supervisor.logger.info('RawNetworkReceiver', `Connected to ${host}:${port}`);
      },
      data: (bytes) => {
        try {
          cutter.push(bytes, store);
        } catch (error) {
          supervisor.reportError(`${host}:${port} does not send frames`, error);
          supervisor.restart(`${host}:${port} does not send frames`, error);
          return;
        }
        if (waits.length === 0) return;
        // TCP makes the sender wait until what has come is stored.
        connection.pause();
        const stored = Promise.all(waits);
        waits = [];
        void stored.then(() => connection.resume());
      },
      closed: () => supervisor.restart(cutter.isBetween ? 'End of channel' : 'End of channel within a frame'),
      failed: (error) => supervisor.restart(describeFailure(hasOpened, host, port, error), error),
    });
    this.connection = connection;
  }

  onStop(): void {
    this.connection?.close();
    this.connection = undefined;
  }
}
