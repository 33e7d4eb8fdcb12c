import { DStreamsError, isDStreamsError, messageOf } from '../errors.ts';
import { errnoOf } from '../storage/disk.ts';
import type { Clock } from '../time/clock.ts';
import { PAYLOAD_BYTES_MAX, RECORD_HEADER_BYTES } from './log-format.ts';
import type { Appended, GroupRecord } from './log-group.ts';

export interface LogQueueOptions {
  readonly clock: Clock;
  /** Directory of the log, for messages. */
  readonly dir: string;
  /** Payload bytes at which a group is written, however many more wait. */
  readonly groupBytesMax: number;
  /**
   * Puts a group on the disk, all of it or none; called for one at a time. `LOG_DISK_FULL`: none of it is there. Whatever else
   * it throws is the end of the log.
   */
  readonly commit: (group: readonly GroupRecord[]) => Promise<readonly Appended[]>;
  /** See `LogOptions`. */
  readonly untilRoom: (() => Promise<boolean>) | undefined;
  /** See `LogOptions`. */
  readonly onFailed: ((error: DStreamsError) => void) | undefined;
}

interface Waiting extends GroupRecord {
  readonly resolve: (appended: Appended) => void;
  readonly reject: (error: unknown) => void;
}

/** Records that wait for the disk, in order: those that come while a group is being written are the next one. */
export class LogQueue {
  private waiting: Waiting[] = [];
  private pumping: Promise<void> | undefined;
  private failure: DStreamsError | undefined;

  constructor(private readonly options: LogQueueOptions) {}

  /** Of records that are in no group yet. */
  get length(): number {
    return this.waiting.length;
  }

  /** See `WriteAheadLog.append`. */
  add(type: number, payload: Uint8Array | readonly Uint8Array[]): Promise<Appended> {
    const parts = payload instanceof Uint8Array ? [payload] : payload;
    let length = 0;
    for (const part of parts) length += part.length;
    if (length > PAYLOAD_BYTES_MAX) {
      const message = `a record of ${length} bytes is too large for the log: at most ${PAYLOAD_BYTES_MAX}`;
      return Promise.reject(new DStreamsError('RECORD_TOO_LARGE', message));
    }
    if (this.failure !== undefined) return Promise.reject(this.failure);
    return new Promise((resolve, reject) => {
      this.waiting.push({ type, parts, length, resolve, reject });
      this.pumping ??= this.pump();
    });
  }

  /** Resolves when nothing waits. */
  async idle(): Promise<void> {
    await this.pumping;
  }

  private async pump(): Promise<void> {
    while (this.waiting.length > 0) {
      // What all sockets have to append in this turn shares the group: a write and a sync cost the same for more.
      await this.options.clock.yield();
      const group = this.takeGroup();
      try {
        const appended = await this.options.commit(group);
        for (let i = 0; i < group.length; i++) group[i]!.resolve(appended[i]!);
      } catch (error) {
        const isFull = isDStreamsError(error, 'LOG_DISK_FULL');
        if (isFull && (await this.options.untilRoom?.())) {
          this.waiting.unshift(...group);
          continue;
        }
        const reason = isFull ? error : this.fail(error);
        for (const { reject } of group) reject(reason);
      }
    }
    this.pumping = undefined;
  }

  private takeGroup(): Waiting[] {
    const { groupBytesMax } = this.options;
    let bytes = 0;
    let count = 0;
    for (const { length } of this.waiting) {
      bytes += length + RECORD_HEADER_BYTES;
      if (count > 0 && bytes > groupBytesMax) break;
      count++;
    }
    return count === this.waiting.length ? this.waiting.splice(0) : this.waiting.splice(0, count);
  }

  /** After a failed write or sync nobody knows what is on the disk; asking again would be told that all is well. */
  private fail(error: unknown): DStreamsError {
    if (this.failure !== undefined) return this.failure;
    const { dir, onFailed } = this.options;
    this.failure = new DStreamsError('LOG_FAILED', `the write-ahead log in ${dir} failed: ${messageOf(error)}`, {
      cause: error,
      details: { path: dir, errno: errnoOf(error) },
    });
    for (const { reject } of this.waiting.splice(0)) reject(this.failure);
    onFailed?.(this.failure);
    return this.failure;
  }
}
