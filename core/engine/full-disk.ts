import type { DiskRoom, RoomSpace, RoomState } from '../checkpoint/index.ts';
import type { Logger } from '../metrics/index.ts';
import type { Clock } from '../time/index.ts';

/**
 * While the disk is full nothing fails: what is to be logged waits, and with it batches and receivers, until there is room
 * or the context is stopped.
 */
export class FullDisk {
  private isOver = false;
  private resolveOver!: () => void;
  private readonly over = new Promise<void>((resolve) => {
    this.resolveOver = resolve;
  });

  constructor(private readonly room: DiskRoom) {}

  /** False while nothing more should be received. */
  get hasRoom(): boolean {
    return this.isOver || this.room.hasRoom;
  }

  /** Resolves once there is room; with false where nothing is to wait for it any more. */
  async untilRoom(): Promise<boolean> {
    if (!this.isOver) await Promise.race([this.room.untilRoom(), this.over]);
    return !this.isOver;
  }

  waitNoMore(): void {
    this.isOver = true;
    this.resolveOver();
  }
}

/** Says in the log what is the matter with the disk, and when it is over. */
export function roomLog(logger: Logger, clock: Clock, dir: string): (state: RoomState, space: RoomSpace) => void {
  let sinceMs: number | undefined;
  return (state, { freeBytes, neededBytes }) => {
    const free = freeBytes === undefined ? 'it does not say how much is free' : `${mebibytes(freeBytes)} free`;
    const needed = `it goes on by itself with ${mebibytes(neededBytes)}`;
    if (state === 'room') {
      const seconds = Math.round((clock.now() - (sinceMs ?? clock.now())) / 1000);
      logger.info(SOURCE, `The disk of ${dir} has room again after ${seconds} s (${free}): all goes on.`);
      sinceMs = undefined;
      return;
    }
    sinceMs ??= clock.now();
    if (state === 'low') {
      logger.warn(SOURCE, `The disk of ${dir} is nearly full (${free}): receivers wait, batches go on; ${needed}.`);
    } else {
      const lost = 'nothing that was acknowledged is lost';
      logger.error(SOURCE, `The disk of ${dir} is full (${free}): receivers and batches wait, ${lost}; ${needed}.`);
    }
  };
}

const SOURCE = 'Checkpoints';

const mebibytes = (bytes: number): string => `${(bytes / 1024 / 1024).toFixed(1)} MiB`;
