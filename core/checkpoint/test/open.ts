import { DStreamsError, isDStreamsError } from '../../errors.ts';
import type { Disk } from '../../storage/disk.ts';
import { MemoryDisk } from '../../storage/disk-memory.ts';
import { ManualClock } from '../../time/manual-clock.ts';
import { SeededRandom } from '../../time/random.ts';
import { CheckpointStore, type StoreOptions } from '../checkpoint-store.ts';
import { DiskRoom, type DiskRoomOptions } from '../disk-room.ts';
import { type LogOptions, WriteAheadLog } from '../write-ahead-log.ts';
import type { Manifest } from '../../options/manifest-schema.ts';

/** What log and store stand on in a test. */
export class Machine {
  readonly clock = new ManualClock({ turn: () => Promise.resolve() });
  readonly random: SeededRandom;
  readonly disk: Disk;

  constructor(disk?: Disk, seed = 1) {
    this.disk = disk ?? new MemoryDisk(this.clock);
    this.random = new SeededRandom(seed);
  }

  room(options: Partial<DiskRoomOptions> = {}): Promise<DiskRoom> {
    return DiskRoom.open({ disk: this.disk, dir: '/ck', clock: this.clock, reserveBytes: 0, ...options });
  }

  async log(options: Partial<LogOptions> = {}): Promise<WriteAheadLog> {
    const { disk, clock, random } = this;
    return WriteAheadLog.open({
      disk,
      dir: '/ck/log',
      clock,
      random,
      room: options.room ?? (await this.room()),
      ...options,
    });
  }

  async store(options: Partial<StoreOptions> = {}): Promise<CheckpointStore> {
    const { disk, clock, random } = this;
    return CheckpointStore.open({
      disk,
      dir: '/ck',
      clock,
      random,
      room: options.room ?? (await this.room()),
      ...options,
    });
  }
}

export const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
export const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

/** The code that a promise rejects with; fails where it does not. */
export async function codeFrom(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
  } catch (error) {
    if (isDStreamsError(error)) return error.code;
    throw error;
  }
  throw new DStreamsError('INVARIANT', 'it should have failed');
}

export const manifestOf = (batchTimeMs: number, more: Partial<Manifest> = {}): Manifest => ({
  version: 1,
  graphShape: ['0 socket'],
  conf: {},
  zeroMs: 0,
  batchMs: 1000,
  batchTimeMs,
  pending: [],
  inputs: {},
  state: {},
  services: {},
  log: null,
  segments: [],
  ...more,
});
