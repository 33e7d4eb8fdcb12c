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

/** Bytes copied and summed in one go: well below a millisecond each. */
const SLICE_BYTES = 1024 * 1024;
/** A larger buffer is not kept for the next group. */
const KEPT_BYTES_MAX = 1024 * 1024;

/** Lays out the records of a group in one buffer, giving way to others now and then. */
export class LogGroup {
  private kept = new Uint8Array(64 * 1024);
  private workedBytes = 0;

  constructor(private readonly clock: Clock) {}

  /** The bytes hold until the next call. */
  async encode(
    records: readonly GroupRecord[],
    start: GroupStart,
  ): Promise<{ bytes: Uint8Array; checksum: number; appended: Appended[] }> {
    let total = 0;
    for (const { length } of records) total += RECORD_HEADER_BYTES + length;
    const bytes = this.buffer(total);
    const appended: Appended[] = new Array(records.length);
    let checksum = start.previous;
    let sequence = start.sequence;
    let offset = 0;
    this.workedBytes = 0;
    for (const [index, record] of records.entries()) {
      const { type, length } = record;
      encodeRecordHeader(bytes, offset, { length, type, isGroupStart: index === 0, sequence, previous: checksum });
      checksum = headerChecksum(bytes, offset, start.seed);
      let at = offset + RECORD_HEADER_BYTES;
      for (const part of record.parts) {
        for (let done = 0; done < part.length; done += SLICE_BYTES) {
          const slice = part.length <= SLICE_BYTES ? part : part.subarray(done, done + SLICE_BYTES);
          bytes.set(slice, at);
          // Over the copy, so that what is checked is what is written.
          checksum = crc32(bytes.subarray(at, at + slice.length), checksum);
          at += slice.length;
          if ((this.workedBytes += slice.length) >= SLICE_BYTES) await this.giveWay();
        }
      }
      setChecksum(bytes, offset, checksum);
      const position: LogPosition = { segment: start.segment, offset: start.offset + offset, bytes: at - offset };
      appended[index] = { sequence, position };
      sequence++;
      offset = at;
    }
    return { bytes, checksum, appended };
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
