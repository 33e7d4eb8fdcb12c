import { isDStreamsError } from '../errors.ts';
import { type Disk, errnoOf, parentOf, removeIfThere, writeAll } from '../storage/disk.ts';
import type { Clock, Timer } from '../time/clock.ts';

export interface DiskRoomOptions {
  readonly disk: Disk;
  /** The directory whose disk is watched; the reserve stands in it. */
  readonly dir: string;
  readonly clock: Clock;
  /** Size of the reserve. Default 8 MiB. */
  readonly reserveBytes?: number;
  /** With less than this free there is no room. Default 64 MiB. */
  readonly lowBytes?: number;
  /** How often a full disk is asked again. Default 1000 ms. */
  readonly pollMs?: number;
  /** Told when room gets low, when the disk is full, and when there is room again. Should not throw. */
  readonly onChange?: (state: RoomState, space: RoomSpace) => void;
}

/** `low`: what is left is for checkpoints and batches under way, nothing more should be received. `full`: a write found no room. */
export type RoomState = 'room' | 'low' | 'full';

export interface RoomSpace {
  /** undefined where the disk does not say. */
  readonly freeBytes: number | undefined;
  /** With as much free there is room again. */
  readonly neededBytes: number;
}

/** Whether an error says that the disk, or the user's share of it, is full. */
export function isDiskFull(error: unknown): boolean {
  const errno = errnoOf(error);
  return errno === 'ENOSPC' || errno === 'EDQUOT';
}

/** Whether an error comes from a full disk, however deep: `LOG_DISK_FULL`, a `CHECKPOINT_FAILED` because of one, and the like. */
export function comesOfFullDisk(error: unknown): boolean {
  for (let at = error; at instanceof Error; at = at.cause) {
    if (isDiskFull(at) || isDStreamsError(at, 'LOG_DISK_FULL')) return true;
  }
  return false;
}

/**
 * Watches the room on the disk of a checkpoint directory, for the log and the checkpoints in it. It keeps a reserve: a file
 * that is given up when the disk is full, so that a checkpoint and pruning, which make room, have room themselves.
 */
export class DiskRoom {
  private readonly disk: Disk;
  private readonly dir: string;
  private readonly path: string;
  private readonly clock: Clock;
  private readonly reserveBytes: number;
  private readonly lowBytes: number;
  private readonly pollMs: number;
  private readonly onChange: (state: RoomState, space: RoomSpace) => void;
  private state: RoomState = 'room';
  private isClosed = false;
  private writtenBytes = 0;
  private timer: Timer | undefined;
  private looking: Promise<void> | undefined;
  private waiting: (() => void)[] = [];

  private constructor(options: DiskRoomOptions) {
    this.disk = options.disk;
    this.dir = options.dir;
    this.path = `${options.dir}/reserve`;
    this.clock = options.clock;
    this.reserveBytes = options.reserveBytes ?? 8 * 1024 * 1024;
    this.lowBytes = options.lowBytes ?? 64 * 1024 * 1024;
    this.pollMs = options.pollMs ?? 1000;
    this.onChange = options.onChange ?? (() => {});
  }

  /** Makes directory and reserve. A disk that is full already is no error: there is no room then. */
  static async open(options: DiskRoomOptions): Promise<DiskRoom> {
    const room = new DiskRoom(options);
    await room.disk.makeDirectory(room.dir);
    await room.look();
    return room;
  }

  /** False from when room gets low until there is room again. */
  get hasRoom(): boolean {
    return this.state === 'room';
  }

  /** Called after every write: now and then it looks how much is free, so that credit stops before the disk is full. */
  wrote(bytes: number): void {
    this.writtenBytes += bytes;
    if (this.isClosed || this.writtenBytes < this.lowBytes / 4) return;
    this.writtenBytes = 0;
    void this.lookQuietly();
  }

  /**
   * Called when a write found the disk full: gives up the reserve, and looks for room from now on. Throws `IO_FAILED` where
   * the disk has failed otherwise.
   */
  async full(): Promise<void> {
    const wasFull = this.state === 'full';
    this.turn('full');
    try {
      await removeIfThere(this.disk, this.path);
      // Some file systems have the room only then.
      await this.disk.syncDirectory(this.dir);
    } catch (error) {
      if (!isDiskFull(error)) throw error;
    }
    if (wasFull) return;
    const freeBytes = await this.disk.space(this.dir).then(
      (space) => space.freeBytes,
      () => undefined,
    );
    this.onChange('full', { freeBytes, neededBytes: this.reserveBytes + this.enoughBytes });
  }

  /** Resolves once there is room again; with `false` where `close` came before. */
  async untilRoom(): Promise<boolean> {
    while (!this.hasRoom && !this.isClosed) await new Promise<void>((resolve) => this.waiting.push(resolve));
    return !this.isClosed;
  }

  private wake(): void {
    for (const resolve of this.waiting.splice(0)) resolve();
  }

  /** Stops looking. Idempotent. */
  async close(): Promise<void> {
    this.isClosed = true;
    this.timer?.cancel();
    this.wake();
    await this.looking;
  }

  private turn(state: RoomState): void {
    if (state !== 'room' && !this.isClosed) this.poll();
    this.state = state;
    if (state === 'room') this.wake();
  }

  /** Some hysteresis, else credit would come and go with every block. */
  private get enoughBytes(): number {
    return this.lowBytes * 1.25;
  }

  private poll(): void {
    this.timer?.cancel();
    this.timer = this.clock.setTimer(this.clock.now() + this.pollMs, () => {
      this.timer = undefined;
      void this.lookQuietly();
    });
  }

  /** A disk that does not say how much is free tells so when it is written to; asking goes on. */
  private lookQuietly(): Promise<void> {
    this.looking ??= this.look()
      .catch(() => {
        if (!this.hasRoom && !this.isClosed) this.poll();
      })
      .finally(() => {
        this.looking = undefined;
      });
    return this.looking;
  }

  private async look(): Promise<void> {
    const { freeBytes } = await this.disk.space(parentOf(this.path));
    const stat = await this.disk.stat(this.path);
    const missingBytes = Math.max(0, this.reserveBytes - (stat?.sizeBytes ?? 0));
    const neededBytes = missingBytes + (this.hasRoom ? this.lowBytes : this.enoughBytes);
    const { state } = this;
    if (freeBytes < neededBytes) {
      this.turn(state === 'full' ? 'full' : 'low');
      if (state === 'room') this.onChange('low', { freeBytes, neededBytes: missingBytes + this.enoughBytes });
      return;
    }
    if (missingBytes > 0 && !(await this.makeReserve())) return;
    this.turn('room');
    if (state !== 'room') this.onChange('room', { freeBytes, neededBytes });
  }

  /** Of bytes that no file system compresses away. Not synced: after a crash it is made again. */
  private async makeReserve(): Promise<boolean> {
    const piece = new Uint8Array(Math.min(this.reserveBytes, 1024 * 1024));
    for (let i = 0, x = 1; i < piece.length; i++) {
      x = (Math.imul(x, 1664525) + 1013904223) | 0;
      piece[i] = x >>> 24;
    }
    try {
      const file = await this.disk.open(this.path, 'write');
      try {
        for (let at = 0; at < this.reserveBytes; at += piece.length) {
          await writeAll(file, piece.subarray(0, Math.min(piece.length, this.reserveBytes - at)), at);
        }
      } finally {
        await file.close();
      }
      return true;
    } catch (error) {
      if (!isDiskFull(error)) throw error;
      await this.full();
      return false;
    }
  }
}
