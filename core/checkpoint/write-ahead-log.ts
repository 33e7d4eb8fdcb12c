import { invariant } from '../assert.ts';
import { DStreamsError, isDStreamsError } from '../errors.ts';
import { type Disk, type DiskFile, removeIfThere, writeAll, writeFileDurably } from '../storage/disk.ts';
import type { Clock } from '../time/clock.ts';
import type { Random } from '../time/random.ts';
import { type DiskRoom, isDiskFull } from './disk-room.ts';
import {
  type Epoch,
  encodeSegmentHeader,
  SEGMENT_HEADER_BYTES,
  seedOf,
  segmentName,
  TYPE_CLOSED,
  TYPE_MAX,
} from './log-format.ts';
import { type Appended, type GroupRecord, LogGroup } from './log-group.ts';
import { LogQueue } from './log-queue.ts';
import { LogReader } from './log-reader.ts';
import { damaged, type RecoveredLog, recoverLog, type Segment, type VisitRecord } from './log-recovery.ts';
import type { LogPosition, LogRecord } from './log-scan.ts';

export interface LogOptions {
  readonly disk: Disk;
  /** Directory of this log alone; made if missing. Whoever opens the log holds the lock of the checkpoint directory. */
  readonly dir: string;
  readonly clock: Clock;
  /** Draws the epochs. */
  readonly random: Random;
  readonly room: DiskRoom;
  /** After this long a new segment is begun (`spark.streaming.*.writeAheadLog.rollingIntervalSecs`). Default 60 s. */
  readonly rollingMs?: number;
  /** A segment that has reached this size is closed. Default 64 MiB. */
  readonly segmentBytesMax?: number;
  /** Payload bytes at which a group is written, however many more wait. Default 4 MiB. */
  readonly groupBytesMax?: number;
  /** Larger parts of a payload in shared memory are written from there, not copied first. Default 64 KiB. */
  readonly copiedBytesMax?: number;
  /** Sees every record that was there, in order, while the log opens; the payload is valid until it returns. */
  readonly onRecovered?: VisitRecord;
  /**
   * What the newest checkpoint says: it needs the records from `from` on, and the log reached `to` when it was taken.
   * A log that lacks any of these is `LOG_DAMAGED`.
   */
  readonly expect?: { readonly from: number; readonly to: number };
  /**
   * Called when the disk is full: where it resolves with true, the records that wait are tried again, and so on; with false they
   * are refused. Default: refused.
   */
  readonly untilRoom?: () => Promise<boolean>;
  /** The log has failed (see `append`): the process should say so and end, with `exitCodeOf` it. Called once. */
  readonly onFailed?: (error: DStreamsError) => void;
}

interface Active extends Omit<Segment, 'sizeBytes' | 'nextSequence'> {
  readonly file: DiskFile;
  readonly startedMs: number;
  sizeBytes: number;
}

/**
 * A log of records that survives loss of power (durability.md). Records are numbered from 0, without gaps for those who
 * append (`close` takes a number too). One writer: the lock of the checkpoint directory keeps others away.
 */
export class WriteAheadLog {
  private readonly options: LogOptions;
  private readonly disk: Disk;
  private readonly group: LogGroup;
  private readonly reader: LogReader;
  /** Closed ones, oldest first. */
  private readonly closed: Segment[];
  /** Pruned ones whose files may still be there, oldest first. */
  private readonly leaving: Segment[] = [];
  private active: Active | undefined;
  private next: number;
  private previous: number | undefined;
  private nextSegment: number;
  private readonly queue: LogQueue;
  private pruning: Promise<void> = Promise.resolve();
  private pruneFailure: unknown;
  private isFull = false;
  private closing: Promise<void> | undefined;
  /** Bytes of an unfinished last write that were cut off when the log was opened. */
  readonly tornBytes: number;

  private constructor(options: LogOptions, recovered: RecoveredLog, reader: LogReader) {
    this.options = options;
    this.disk = options.disk;
    this.group = new LogGroup(options.clock, options.copiedBytesMax);
    const { clock, dir, groupBytesMax = 4 * 1024 * 1024, untilRoom, onFailed } = options;
    this.queue = new LogQueue({
      clock,
      dir,
      groupBytesMax,
      commit: (group) => this.commit(group),
      untilRoom,
      onFailed,
    });
    this.closed = [...recovered.segments];
    this.next = recovered.nextSequence;
    this.previous = recovered.previous;
    this.nextSegment = recovered.nextSegment;
    this.tornBytes = recovered.tornBytes;
    this.reader = reader;
  }

  /**
   * Opens a log and brings it back: see `recoverLog`. Throws `LOG_DAMAGED`, `FORMAT_TOO_NEW`, `IO_FAILED`, `LOG_DISK_FULL`
   * where not even the reserve of `room` is enough to begin a segment, and what `onRecovered` throws; nothing stays open then.
   */
  static async open(options: LogOptions): Promise<WriteAheadLog> {
    const { disk, dir, expect } = options;
    const reader = new LogReader(disk);
    const recovered = await recoverLog(disk, dir, (record) => {
      reader.passed(record);
      return options.onRecovered?.(record);
    });
    const first = recovered.segments[0]?.firstSequence ?? 0;
    if (expect !== undefined && expect.from < expect.to && first > expect.from) {
      throw damaged(dir, 0, `the checkpoint needs it from sequence ${expect.from} on, it begins at ${first}`);
    }
    if (expect !== undefined && recovered.nextSequence < expect.to) {
      throw damaged(dir, 0, `the checkpoint knows it up to ${expect.to}, it ends at ${recovered.nextSequence}`);
    }
    const log = new WriteAheadLog(options, recovered, reader);
    if (recovered.segments.length > 0) await log.markEnd();
    return log;
  }

  /**
   * From now on the log ends where `onRecovered` saw it end, whatever comes back of a torn tail: a segment ends where the
   * next one begins. A newest one without records is replaced, so that many starts leave one file.
   */
  private async markEnd(): Promise<void> {
    const newest = this.closed.at(-1)!;
    if (newest.nextSequence === newest.firstSequence) {
      this.closed.pop();
      this.nextSegment = newest.segment;
    }
    try {
      await this.beginSegment();
    } catch (error) {
      if (!isDStreamsError(error, 'LOG_DISK_FULL')) throw error;
      // The reserve has been given up: it is for moments like this one.
      await this.beginSegment();
    }
  }

  /** The oldest record that is still there; equals `nextSequence` where there is none. */
  get firstSequence(): number {
    return (this.closed[0] ?? this.active)?.firstSequence ?? this.next;
  }

  /** What the next record will have, once those before it are on the disk: one more than the last that is. */
  get nextSequence(): number {
    return this.next;
  }

  /** Bytes on the disk. */
  get sizeBytes(): number {
    return this.closed.reduce((sum, { sizeBytes }) => sum + sizeBytes, this.active?.sizeBytes ?? 0);
  }

  /** Records that wait for the disk: what bounds them is the caller. */
  get waitingCount(): number {
    return this.queue.length;
  }

  /**
   * Logs a record; `type` is the caller's, 1 to 127. Resolves when it is on the disk; records are numbered in order of the
   * calls. Those called for while others are being written share one write and one sync. The payload must not be
   * changed until then. Rejects with
   * - `RECORD_TOO_LARGE`: more than 16 MiB;
   * - `LOG_DISK_FULL`: it is not in the log, and was not to wait for room (`untilRoom`); the log goes on once there is some;
   * - `LOG_FAILED`: the disk failed, it may or may not be in the log, and nothing more can be appended;
   * - `LOG_CLOSED`.
   */
  append(type: number, payload: Uint8Array | readonly Uint8Array[]): Promise<Appended> {
    invariant(Number.isInteger(type) && type >= 1 && type <= TYPE_MAX, 'a record of the log has a type from 1 to 127');
    return this.closing === undefined ? this.queue.add(type, payload) : Promise.reject(closedError(this.options.dir));
  }

  /** Written together, one sync. */
  private async commit(group: readonly GroupRecord[]): Promise<readonly Appended[]> {
    if (this.isFull && !this.options.room.hasRoom) throw fullError(this.options.dir, undefined);
    const active = await this.writable();
    const { pieces, sizeBytes, checksum, appended } = await this.group.encode(group, {
      segment: active.segment,
      seed: active.seed,
      offset: active.sizeBytes,
      sequence: this.next,
      previous: this.previous ?? 0,
    });
    try {
      let at = active.sizeBytes;
      for (const piece of pieces) {
        await writeAll(active.file, piece, at);
        at += piece.length;
      }
      await active.file.sync();
    } catch (error) {
      if (!isDiskFull(error)) throw error;
      throw await this.sealFull(active, error);
    }
    active.sizeBytes += sizeBytes;
    this.next += group.length;
    this.previous = checksum;
    this.options.room.wrote(sizeBytes);
    return appended;
  }

  /** The segment to write to: a new one where there is none, or where it is time for one. */
  private async writable(): Promise<Active> {
    const { clock, rollingMs = 60_000, segmentBytesMax = 64 * 1024 * 1024 } = this.options;
    const { active } = this;
    if (active !== undefined) {
      const isOld = clock.now() - active.startedMs >= rollingMs && active.sizeBytes > SEGMENT_HEADER_BYTES;
      if (!isOld && active.sizeBytes < segmentBytesMax) return active;
      await this.retire(active);
    }
    return this.beginSegment();
  }

  private async retire(active: Active): Promise<void> {
    this.active = undefined;
    this.closed.push(this.segmentOf(active));
    await active.file.close();
  }

  /** Header, file and directory are on the disk before any record is written; the file appears with its header in it. */
  private async beginSegment(): Promise<Active> {
    const segment = this.nextSegment;
    const path = `${this.options.dir}/${segmentName(segment)}`;
    const { random } = this.options;
    // A new one for each segment: what an earlier one has left in the same disk blocks never passes.
    const epoch: Epoch = { high: random.uint32(), low: random.uint32() };
    const header = encodeSegmentHeader({ epoch, segment, firstSequence: this.next });
    try {
      await writeFileDurably(this.disk, path, header);
    } catch (error) {
      throw isDiskFull(error) ? await this.full(error) : error;
    }
    const file = await this.disk.open(path, 'write');
    this.nextSegment = segment + 1;
    this.isFull = false;
    this.active = {
      file,
      path,
      epoch,
      seed: seedOf(epoch),
      segment,
      firstSequence: this.next,
      previous: this.previous,
      startedMs: this.options.clock.now(),
      sizeBytes: header.length,
    };
    return this.active;
  }

  /** Takes back what was written of the group, so that the segment ends well, and gives it up. */
  private async sealFull(active: Active, cause: unknown): Promise<DStreamsError> {
    // First: on some file systems a file is not even cut without room.
    const error = await this.full(cause);
    await active.file.truncate(active.sizeBytes);
    await active.file.sync();
    await this.retire(active);
    return error;
  }

  private async full(cause: unknown): Promise<DStreamsError> {
    this.isFull = true;
    await this.options.room.full();
    return fullError(this.options.dir, cause);
  }

  /**
   * The records from `from` to before `to`, in order, checked again. Throws `LOG_RANGE_MISSING` where some of them were
   * pruned or are not on the disk yet, `LOG_DAMAGED`, `IO_FAILED`.
   */
  async *read(from: number, to: number): AsyncGenerator<LogRecord, void> {
    if (from >= to) return;
    if (from < this.firstSequence || to > this.next) {
      throw rangeMissing(this.options.dir, `records [${from}, ${to}) of [${this.firstSequence}, ${this.next})`);
    }
    for (const segment of [...this.segments()]) {
      if (segment.nextSequence <= from) continue;
      if (segment.firstSequence >= to) return;
      yield* this.reader.records(segment, from, to);
    }
  }

  /** The payload of one record, checked again. Throws as `read` does. */
  async readAt(position: LogPosition): Promise<Uint8Array> {
    const segment = this.segments().find((candidate) => candidate.segment === position.segment);
    if (segment === undefined || position.offset + position.bytes > segment.sizeBytes) {
      throw rangeMissing(this.options.dir, `what lies at offset ${position.offset} of segment ${position.segment}`);
    }
    return this.reader.payloadAt(segment, position);
  }

  private segments(): readonly Segment[] {
    const { active } = this;
    return active === undefined ? this.closed : [...this.closed, this.segmentOf(active)];
  }

  private segmentOf({ path, epoch, seed, segment, firstSequence, previous, sizeBytes }: Active): Segment {
    return { path, epoch, seed, segment, firstSequence, previous, sizeBytes, nextSequence: this.next };
  }

  /**
   * Drops the segments all of whose records lie before `sequence`; the newest segment always stays, as it says which
   * sequence comes next. Throws `IO_FAILED`: where a file could not be removed, the next call tries again; where the
   * directory could not be synced, nothing more is removed.
   */
  prune(sequence: number): Promise<void> {
    const turn = this.pruning.then(() => this.pruneNow(sequence));
    this.pruning = turn.catch(() => {});
    return turn;
  }

  private async pruneNow(sequence: number): Promise<void> {
    while ((this.closed[1] ?? this.active) !== undefined && (this.closed[0]?.nextSequence ?? Infinity) <= sequence) {
      this.leaving.push(this.closed.shift()!);
    }
    // The oldest first, each on the disk before the next, also after a failure: a gap between segments is damage.
    for (let oldest = this.leaving[0]; oldest !== undefined; oldest = this.leaving[0]) {
      await this.reader.forget(oldest.segment);
      await removeIfThere(this.disk, oldest.path);
      await this.syncRemoval();
      this.leaving.shift();
    }
  }

  /** Asked again after a failure, the disk might say that all is well. */
  private async syncRemoval(): Promise<void> {
    if (this.pruneFailure !== undefined) throw this.pruneFailure;
    try {
      await this.disk.syncDirectory(this.options.dir);
    } catch (error) {
      if (!isDiskFull(error)) this.pruneFailure = error;
      throw error;
    }
  }

  /**
   * Waits until all that was appended is on the disk, and closes. A record of its own then shows that it was: without it
   * nobody could tell damage in the last group from a torn write. Idempotent; never rejects.
   */
  close(): Promise<void> {
    this.closing ??= this.closeNow();
    return this.closing;
  }

  private async closeNow(): Promise<void> {
    await this.queue.idle();
    if (this.active !== undefined && this.active.sizeBytes > SEGMENT_HEADER_BYTES) {
      await this.queue.add(TYPE_CLOSED, []).catch(() => {});
      await this.queue.idle();
    }
    await this.pruning;
    await this.reader.close();
    await this.active?.file.close().catch(() => {});
  }
}

const closedError = (dir: string): DStreamsError =>
  new DStreamsError('LOG_CLOSED', `the write-ahead log in ${dir} was closed`, { details: { path: dir } });

const fullError = (dir: string, cause: unknown): DStreamsError =>
  new DStreamsError('LOG_DISK_FULL', `the disk of ${dir} is full: nothing is logged until there is room`, {
    cause,
    details: { path: dir },
  });

const rangeMissing = (dir: string, what: string): DStreamsError =>
  new DStreamsError('LOG_RANGE_MISSING', `the write-ahead log in ${dir} does not have ${what}`, {
    details: { path: dir },
  });
