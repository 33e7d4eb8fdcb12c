import { crc32 } from 'node:zlib';
import type { Clock } from '../time/clock.ts';
import { encodeRecordHeader, headerChecksum, RECORD_HEADER_BYTES, setChecksum } from './log-format.ts';
import type { LogPosition } from './log-scan.ts';

/** What `append` tells of a record that is on the disk. */
export interface Appended {
  readonly sequence: number;
  readonly position: LogPosition;
}

export interface GroupRecord {
  readonly type: number;
  readonly parts: readonly Uint8Array[];
  /** Bytes of all parts. */
  readonly length: number;
}

export interface GroupStart {
  readonly segment: number;
  /** Of the segment's epoch. */
  readonly seed: number;
  readonly offset: number;
  readonly sequence: number;
  /** Checksum of the record before. */
  readonly previous: number;
}

/** Bytes worked on in one go: well below a millisecond each. */
const SLICE_BYTES = 1024 * 1024;
/** A larger buffer is not kept for the next group. */
const KEPT_BYTES_MAX = 1024 * 1024;

/** What a group is on the disk: pieces that lie one behind the other. */
export interface EncodedGroup {
  readonly pieces: readonly Uint8Array[];
  readonly sizeBytes: number;
  /** Of its last record. */
  readonly checksum: number;
  readonly appended: readonly Appended[];
}

/**
 * Lays out the records of a group, giving way to others now and then. Parts are copied into one buffer, so that what is checked is
 * what is written, whatever their owner does meanwhile; but not large ones in shared memory, as blocks lie in, which nobody changes.
 */
export class LogGroup {
  private kept = new Uint8Array(64 * 1024);
  private workedBytes = 0;

  constructor(
    private readonly clock: Clock,
    /** A part in shared memory that is larger is written as it is: up to so many a copy costs less than one more write. */
    private readonly copiedBytesMax = 64 * 1024,
  ) {}

  /** The pieces hold until the next call. */
  async encode(records: readonly GroupRecord[], start: GroupStart): Promise<EncodedGroup> {
    let copiedBytes = 0;
    for (const { parts } of records) {
      copiedBytes += RECORD_HEADER_BYTES;
      for (const part of parts) if (!this.isWrittenAsIs(part)) copiedBytes += part.length;
    }
    const bytes = this.buffer(copiedBytes);
    const pieces: Uint8Array[] = [];
    const appended: Appended[] = new Array(records.length);
    let checksum = start.previous;
    let { sequence, offset } = start;
    let at = 0;
    let pieceAt = 0;
    this.workedBytes = 0;
    for (const [index, record] of records.entries()) {
      const { type, length } = record;
      const headerAt = at;
      encodeRecordHeader(bytes, headerAt, { length, type, isGroupStart: index === 0, sequence, previous: checksum });
      checksum = headerChecksum(bytes, headerAt, start.seed);
      at += RECORD_HEADER_BYTES;
      for (const part of record.parts) {
        const isAsIs = this.isWrittenAsIs(part);
        if (isAsIs) {
          pieces.push(bytes.subarray(pieceAt, at), part);
          pieceAt = at;
        }
        for (let done = 0; done < part.length; done += SLICE_BYTES) {
          const slice = part.length <= SLICE_BYTES ? part : part.subarray(done, done + SLICE_BYTES);
          if (isAsIs) checksum = crc32(slice, checksum);
          else {
            bytes.set(slice, at);
            checksum = crc32(bytes.subarray(at, at + slice.length), checksum);
            at += slice.length;
          }
          if ((this.workedBytes += slice.length) >= SLICE_BYTES) await this.giveWay();
        }
      }
      setChecksum(bytes, headerAt, checksum);
      const recordBytes = RECORD_HEADER_BYTES + length;
      appended[index] = { sequence, position: { segment: start.segment, offset, bytes: recordBytes } };
      sequence++;
      offset += recordBytes;
    }
    if (at > pieceAt) pieces.push(bytes.subarray(pieceAt, at));
    return { pieces, sizeBytes: offset - start.offset, checksum, appended };
  }

  private isWrittenAsIs(part: Uint8Array): boolean {
    return part.length > this.copiedBytesMax && part.buffer instanceof SharedArrayBuffer;
  }

  private giveWay(): Promise<void> {
    this.workedBytes = 0;
    return this.clock.yield();
  }

  private buffer(total: number): Uint8Array {
    if (total <= this.kept.length) return this.kept.subarray(0, total);
    const bytes = new Uint8Array(Math.max(total, this.kept.length * 2));
    if (bytes.length <= KEPT_BYTES_MAX) this.kept = bytes;
    return bytes.subarray(0, total);
  }
}
