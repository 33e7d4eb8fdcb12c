import type { DiskFile } from '../storage/disk.ts';
import {
  checksumOf,
  decodeRecordHeader,
  PAYLOAD_BYTES_MAX,
  RECORD_HEADER_BYTES,
  type RecordHeader,
  SEGMENT_HEADER_BYTES,
  TYPE_CLOSED,
} from './log-format.ts';

/** Where a record lies: plain data, for `readAt`. */
export interface LogPosition {
  readonly segment: number;
  /** Of the record's first byte in its segment. */
  readonly offset: number;
  /** Bytes of the whole record. */
  readonly bytes: number;
}

export interface LogRecord {
  /** 1 to 127, as given to `append`. */
  readonly type: number;
  readonly sequence: number;
  /** A view that stays as it is; it may keep up to 1 MiB of neighbours alive. */
  readonly payload: Uint8Array;
  readonly position: LogPosition;
}

/** Bytes read at a time: a checksum over as many takes well under a millisecond. */
export const CHUNK_BYTES = 1024 * 1024;

/** Reads a file piece by piece, with all of a record in one piece. */
class Pieces {
  private buffer = new Uint8Array(0);
  private bytes = this.buffer;
  private start = 0;

  constructor(
    private readonly file: DiskFile,
    private readonly sizeBytes: number,
    /** One buffer for all pieces: new ones would bring the garbage collector once for each few of them. */
    private readonly isPassing: boolean,
  ) {}

  /** At least `count` bytes from `offset` on, fewer only at the end. */
  async from(offset: number, count: number): Promise<Uint8Array> {
    const at = offset - this.start;
    if (at >= 0 && at + count <= this.bytes.length) return this.bytes.subarray(at);
    const wanted = Math.max(Math.min(Math.max(count, CHUNK_BYTES), this.sizeBytes - offset), 0);
    const known = at >= 0 && at < this.bytes.length ? this.bytes.subarray(at) : this.bytes.subarray(0, 0);
    // Else a new buffer: records that were handed out lie in the old one.
    if (!this.isPassing || this.buffer.length < wanted) this.buffer = new Uint8Array(wanted);
    this.buffer.set(known);
    const got = await this.file.read(this.buffer.subarray(known.length, wanted), offset + known.length);
    this.bytes = this.buffer.subarray(0, known.length + got);
    this.start = offset;
    return this.bytes;
  }
}

export interface ScanInput {
  readonly file: DiskFile;
  readonly segment: number;
  readonly sizeBytes: number;
  readonly seed: number;
  /** Where the first record lies. Default: behind the header. */
  readonly startOffset?: number;
  /** Of the first record. */
  readonly sequence: number;
  /** Checksum of the record before the first; undefined where that is not known, and then anything goes. */
  readonly previous: number | undefined;
  /** Where the next segment begins: what lies behind that in the file is a torn tail of long ago. Default: no limit. */
  readonly endSequence?: number | undefined;
  /** Payloads are valid only until more is asked for. Default: they stay as they are. */
  readonly isPassing?: boolean;
}

/** How far a segment is good. */
export interface ScanEnd {
  /** Bytes up to here are good. */
  readonly endOffset: number;
  readonly nextSequence: number;
  /** Of the last good record; what came in where there is none. */
  readonly previous: number | undefined;
  /** Where the last group with a good record begins: all before it was synced. */
  readonly lastGroupOffset: number;
  /** What is wrong at `endOffset`; undefined where the segment ends there. */
  readonly problem: string | undefined;
}

/**
 * Goes through the records of a segment until its end or the first that is not good: yields the good ones, a piece of the
 * file at a time, and returns how far it came.
 */
export async function* scanSegment(input: ScanInput): AsyncGenerator<LogRecord[], ScanEnd> {
  const { file, segment, sizeBytes, seed, endSequence = Number.POSITIVE_INFINITY, isPassing = false } = input;
  const pieces = new Pieces(file, sizeBytes, isPassing);
  let { sequence, previous } = input;
  let offset = input.startOffset ?? SEGMENT_HEADER_BYTES;
  let lastGroupOffset = offset;
  let problem: string | undefined;
  while (offset < sizeBytes && problem === undefined && sequence < endSequence) {
    const records: LogRecord[] = [];
    let bytes = await pieces.from(offset, RECORD_HEADER_BYTES);
    let at = 0;
    if (bytes.length >= RECORD_HEADER_BYTES) {
      const { length } = decodeRecordHeader(bytes, 0);
      const total = RECORD_HEADER_BYTES + length;
      // Only what can be right is read, so that a wrong length makes no large buffer.
      if (bytes.length < total && isLengthPossible(length, sizeBytes - offset))
        bytes = await pieces.from(offset, total);
    }
    const isWholeFile = offset + bytes.length >= sizeBytes;
    while (at < bytes.length && sequence < endSequence) {
      const rest = bytes.length - at;
      const header = rest < RECORD_HEADER_BYTES ? undefined : decodeRecordHeader(bytes, at);
      const total = RECORD_HEADER_BYTES + (header?.length ?? 0);
      const isCut = header === undefined || total > rest;
      // What lies across the end of a piece begins the next one; at the beginning of a piece it has been read whole.
      if (isCut && at > 0 && !isWholeFile) break;
      problem = isCut ? 'the record is cut off' : problemOf(bytes, at, header, seed, sequence, previous);
      if (problem !== undefined || header === undefined) break;
      if (header.isGroupStart) lastGroupOffset = offset + at;
      if (header.type !== TYPE_CLOSED) {
        records.push({
          type: header.type,
          sequence,
          payload: bytes.subarray(at + RECORD_HEADER_BYTES, at + total),
          position: { segment, offset: offset + at, bytes: total },
        });
      }
      previous = header.checksum;
      sequence++;
      at += total;
    }
    offset += at;
    if (at === 0) problem ??= 'the record is cut off';
    if (records.length > 0) yield records;
  }
  return { endOffset: offset, nextSequence: sequence, previous, lastGroupOffset, problem };
}

const isLengthPossible = (length: number, restBytes: number): boolean =>
  length <= PAYLOAD_BYTES_MAX && RECORD_HEADER_BYTES + length <= restBytes;

/** What is wrong with the record that lies whole at `at`; undefined for a good one. */
function problemOf(
  bytes: Uint8Array,
  at: number,
  header: RecordHeader,
  seed: number,
  sequence: number,
  previous: number | undefined,
): string | undefined {
  if (header.length > PAYLOAD_BYTES_MAX) return `its length of ${header.length} bytes is beyond the limit`;
  if (checksumOf(bytes, at, header.length, seed) !== header.checksum) return 'its checksum is wrong';
  if (header.sequence !== sequence) return `it has sequence ${header.sequence} where ${sequence} should be`;
  if (previous !== undefined && header.previous !== previous) return 'it does not follow on the record before';
  return undefined;
}

/**
 * Whether the bytes from `offset` on, where a bad record lies, were synced once: that is so where a valid record after it
 * begins a group, as no group is written before the one before is on the disk. Otherwise what is bad belongs to the last
 * group, which nobody was promised, and the disk may have kept any part of it.
 */
export async function wasSynced(input: ScanInput, offset: number, sequence: number): Promise<boolean> {
  const { file, sizeBytes, seed } = input;
  const pieces = new Pieces(file, sizeBytes, true);
  // Checking candidates costs their length; what makes that much work was made on purpose, and the safe answer is yes.
  let budgetBytes = 64 * PAYLOAD_BYTES_MAX;
  for (let at = offset; at + RECORD_HEADER_BYTES <= sizeBytes; ) {
    const bytes = await pieces.from(at, RECORD_HEADER_BYTES);
    if (bytes.length < RECORD_HEADER_BYTES) return false;
    const count = bytes.length - RECORD_HEADER_BYTES + 1;
    for (let i = 0; i < count; i++) {
      const header = decodeRecordHeader(bytes, i);
      if (!isPlausible(header, sequence, at + i, sizeBytes)) continue;
      const total = RECORD_HEADER_BYTES + header.length;
      if ((budgetBytes -= total) < 0) return true;
      const record = new Uint8Array(total);
      await file.read(record, at + i);
      if (checksumOf(record, 0, header.length, seed) === header.checksum) return true;
    }
    at += count;
  }
  return false;
}

/** Cheap: whether it is worth a checksum. */
function isPlausible(header: RecordHeader, sequence: number, at: number, sizeBytes: number): boolean {
  if (!header.isGroupStart || !isLengthPossible(header.length, sizeBytes - at)) return false;
  // The record that is missing here proves nothing of what is before it; no file holds more records than bytes.
  return header.sequence > sequence && header.sequence < sequence + sizeBytes;
}
