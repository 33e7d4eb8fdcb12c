import { crc32 } from 'node:zlib';
import { DStreamsError } from '../errors.ts';

/**
 * Bytes of a segment of the write-ahead log, version 1. All numbers are little-endian.
 *
 *     segment:  magic 8 · version 1 · checksum id 1 · epoch 8 · segment number 4 · first sequence 8 · checksum 4
 *     record:   length 4 · checksum 4 · type 1 · sequence 8 · checksum of the record before 4 · payload
 *
 * A record's checksum covers all of it but itself, and begins with the epoch of its segment: bytes of an older life of
 * the same disk blocks never pass. The top bit of the type says that the record begins a group, which is only ever
 * written when the group before is on the disk: that tells a torn tail (ADR 0008) from damage.
 */
export const LOG_VERSION = 1;
export const SEGMENT_HEADER_BYTES = 34;
export const RECORD_HEADER_BYTES = 21;
/** Longest payload of a record. */
export const PAYLOAD_BYTES_MAX = 16 * 1024 * 1024;
/** Types 1 to 127 belong to the callers of `append`. */
export const TYPE_MAX = 127;
/** Written by `close`: it shows that all before it was synced. Callers never see it. */
export const TYPE_CLOSED = 0;

const MAGIC = new TextEncoder().encode('DSTRMLOG');
const CHECKSUM_CRC32 = 1;
const GROUP_START = 0x80;
const TWO_POW_32 = 4294967296;

/** 64 random bits, as two numbers: what no other segment has. */
export interface Epoch {
  readonly high: number;
  readonly low: number;
}

export interface SegmentHeader {
  readonly epoch: Epoch;
  readonly segment: number;
  /** Of the first record that the segment has, or will have. */
  readonly firstSequence: number;
}

/** The fields of a record before its payload. */
export interface RecordHeader {
  /** Bytes of the payload. */
  readonly length: number;
  readonly checksum: number;
  readonly type: number;
  readonly isGroupStart: boolean;
  readonly sequence: number;
  /** Checksum of the record before. */
  readonly previous: number;
}

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

function setUint64(view: DataView, offset: number, value: number): void {
  view.setUint32(offset, value % TWO_POW_32, true);
  view.setUint32(offset + 4, Math.floor(value / TWO_POW_32), true);
}

/** Not exact above 2^53, where no sequence gets: such a value equals none that is expected. */
const getUint64 = (view: DataView, offset: number): number =>
  view.getUint32(offset, true) + view.getUint32(offset + 4, true) * TWO_POW_32;

export function encodeSegmentHeader({ epoch, segment, firstSequence }: SegmentHeader): Uint8Array {
  const bytes = new Uint8Array(SEGMENT_HEADER_BYTES);
  const view = viewOf(bytes);
  bytes.set(MAGIC);
  view.setUint8(8, LOG_VERSION);
  view.setUint8(9, CHECKSUM_CRC32);
  view.setUint32(10, epoch.low, true);
  view.setUint32(14, epoch.high, true);
  view.setUint32(18, segment, true);
  setUint64(view, 22, firstSequence);
  view.setUint32(30, crc32(bytes.subarray(0, 30)), true);
  return bytes;
}

/**
 * undefined where the bytes are no header. Every version keeps the header's form, so that a newer one can be told from a
 * damaged one: throws `FORMAT_TOO_NEW` for it.
 */
export function decodeSegmentHeader(bytes: Uint8Array, path: string): SegmentHeader | undefined {
  if (bytes.length < SEGMENT_HEADER_BYTES || MAGIC.some((byte, i) => bytes[i] !== byte)) return undefined;
  const view = viewOf(bytes);
  if (view.getUint32(30, true) !== crc32(bytes.subarray(0, 30))) return undefined;
  if (view.getUint8(8) > LOG_VERSION) throw tooNew(path, view.getUint8(8), LOG_VERSION);
  if (view.getUint8(8) !== LOG_VERSION || view.getUint8(9) !== CHECKSUM_CRC32) return undefined;
  return {
    epoch: { low: view.getUint32(10, true), high: view.getUint32(14, true) },
    segment: view.getUint32(18, true),
    firstSequence: getUint64(view, 22),
  };
}

/** What the checksum of every record of an epoch begins with. */
export function seedOf({ low, high }: Epoch): number {
  const bytes = new Uint8Array(8);
  viewOf(bytes).setUint32(0, low, true);
  viewOf(bytes).setUint32(4, high, true);
  return crc32(bytes);
}

/** Writes a record's header at `offset`; its checksum is still to come, by `setChecksum`. */
export function encodeRecordHeader(bytes: Uint8Array, offset: number, record: Omit<RecordHeader, 'checksum'>): void {
  const view = viewOf(bytes);
  view.setUint32(offset, record.length, true);
  view.setUint8(offset + 8, record.type | (record.isGroupStart ? GROUP_START : 0));
  setUint64(view, offset + 9, record.sequence);
  view.setUint32(offset + 17, record.previous, true);
}

export function setChecksum(bytes: Uint8Array, offset: number, checksum: number): void {
  viewOf(bytes).setUint32(offset + 4, checksum, true);
}

/** The header at `offset`, unchecked; `bytes` must reach that far. */
export function decodeRecordHeader(bytes: Uint8Array, offset: number): RecordHeader {
  const view = viewOf(bytes);
  const type = view.getUint8(offset + 8);
  return {
    length: view.getUint32(offset, true),
    checksum: view.getUint32(offset + 4, true),
    type: type & TYPE_MAX,
    isGroupStart: (type & GROUP_START) !== 0,
    sequence: getUint64(view, offset + 9),
    previous: view.getUint32(offset + 17, true),
  };
}

/** The checksum that the record at `offset` should have. */
export function checksumOf(bytes: Uint8Array, offset: number, length: number, seed: number): number {
  const start = headerChecksum(bytes, offset, seed);
  return crc32(bytes.subarray(offset + RECORD_HEADER_BYTES, offset + RECORD_HEADER_BYTES + length), start);
}

/** What the checksum of the payload goes on from. */
export function headerChecksum(bytes: Uint8Array, offset: number, seed: number): number {
  return crc32(
    bytes.subarray(offset + 8, offset + RECORD_HEADER_BYTES),
    crc32(bytes.subarray(offset, offset + 4), seed),
  );
}

/** For a file of a version that this one does not know. */
export function tooNew(path: string, version: number, known: number): DStreamsError {
  return new DStreamsError(
    'FORMAT_TOO_NEW',
    `${path} has format version ${version}, this dstreams knows up to ${known}: run the version that wrote it, or a newer one`,
    { details: { path, version } },
  );
}

const NAME = /^segment-(\d{10})\.log$/;

export const segmentName = (segment: number): string => `segment-${String(segment).padStart(10, '0')}.log`;

/** undefined for any other file. */
export function segmentOfName(name: string): number | undefined {
  const digits = NAME.exec(name)?.[1];
  return digits === undefined ? undefined : Number(digits);
}
