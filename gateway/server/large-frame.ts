import type { FrameCodec } from '../protocol/codec.ts';
import { CLOSE, Refusal } from '../protocol/codes.ts';
import { Columns, type RecordColumns, unread } from '../protocol/pub-frame.ts';
import type { FrameBounds, Scanned } from '../protocol/scanned.ts';
import type { Steps } from '../protocol/steps.ts';

/** What counts as large, in bytes. */
export interface StepSizes {
  /**
   * A frame that is longer is read in steps: one of 1 MiB takes 5 ms to be gone over, one that is made for it keeps the parser
   * for 100 ms and more, and no other connection would be heard meanwhile.
   */
  readonly frame: number;
  /** Gone over in one step, or of records that are read in one where none of them is longer. What is worst for the parser takes it 2 ms. */
  readonly slice: number;
}

export const STEP_SIZES: StepSizes = { frame: 32_768, slice: 16_384 };

/** Of a frame that is gone over, bytes in one step. */
export const stepOf = (frame: Uint8Array, sizes: StepSizes): number =>
  frame.length > sizes.frame ? sizes.slice : frame.length;

/** A frame, but perhaps for its records. */
export interface OpenedFrame {
  readonly message: unknown;
  readonly scanned: Scanned;
  /** The message has an empty list in the place of its records: they are to be read. */
  readonly isLarge: boolean;
}

/** Throws `Refusal`. */
export function* openFrame(
  codec: FrameCodec,
  bytes: Uint8Array,
  bounds: FrameBounds,
  ownBytesMax: number,
  sizes: StepSizes,
): Steps<OpenedFrame> {
  const scanned = yield* codec.scan(bytes, bounds, stepOf(bytes, sizes));
  const { records, hasEscapedName } = scanned;
  // What stands beside the records is read at once.
  const ownBytes = records === undefined ? bytes.length : bytes.length - (records.end - records.from);
  if (ownBytes > ownBytesMax) {
    throw new Refusal('TOO_LARGE', `beside its records a frame has at most ${ownBytesMax} bytes`, CLOSE.limit);
  }
  if (bytes.length <= sizes.frame || records === undefined) {
    return { message: codec.valueOf(bytes, scanned), scanned, isLarge: false };
  }
  if (hasEscapedName) {
    // It could be `records` once more, which would count.
    const words = `a frame of more than ${sizes.frame} bytes has no escapes in the names of its fields`;
    throw new Refusal('INVALID', words, CLOSE.protocol);
  }
  return { message: codec.messageOf(bytes, scanned, records), scanned, isLarge: true };
}

/** The records of a frame, slice by slice; those of a frame that is refused for their number or size are only counted. Throws `Refusal`. */
export function* readInSteps(
  codec: FrameCodec,
  bytes: Uint8Array,
  scanned: Scanned,
  recordsMax: number,
  sliceBytes: number,
): Steps<RecordColumns> {
  const records = scanned.records!;
  const { length, starts, large } = records;
  if (length > recordsMax || large !== undefined) return unread(length);
  const columns = new Columns(length);
  for (let from = 0; from < length; ) {
    let to = from + 1;
    while (to < length && starts[to + 1]! - starts[from]! <= sliceBytes) to++;
    columns.add(codec.recordsOf(bytes, scanned, records, from, to));
    from = to;
    if (from < length) yield;
  }
  return columns;
}
