import type { FrameCodec } from '../protocol/codec.ts';
import { CLOSE, Refusal } from '../protocol/codes.ts';
import type { GatewayLimits } from '../options.ts';
import { Columns, type PubFrame, pubFrameOf, type RecordColumns, unread } from '../protocol/pub-frame.ts';
import type { RecordSpans, Scanned } from '../protocol/scanned.ts';
import type { Steps } from '../protocol/steps.ts';
import { SLICE_BYTES, sliceEnd, valueInSteps } from '../protocol/value-reader.ts';

/** What counts as large, in bytes. */
export interface StepSizes {
  /**
   * A frame that is longer is read in steps: one of 1 MiB takes 5 ms to be gone over, one that is made for it keeps the parser
   * for 100 ms and more, and no other connection would be heard meanwhile.
   */
  readonly frame: number;
  /** Gone over in one step, or read in one. */
  readonly slice: number;
}

export const STEP_SIZES: StepSizes = { frame: 32_768, slice: SLICE_BYTES };

/** What a frame is checked against. */
export type FrameLimits = Pick<
  GatewayLimits,
  'depth' | 'itemsPerFrame' | 'recordBytes' | 'recordsPerFrame' | 'messageBytes'
>;

/** A `pub` message, or any other. */
export type ReadFrame =
  | { readonly pub: PubFrame; readonly message?: undefined }
  | { readonly pub?: undefined; readonly message: object };

/** What a frame says, and nothing of what that means. `isGreeted`: before hello all messages are other ones. Throws `Refusal`. */
export function* readFrame(
  codec: FrameCodec,
  bytes: Uint8Array,
  limits: FrameLimits,
  sizes: StepSizes,
  isGreeted: boolean,
): Steps<ReadFrame> {
  const { depth: depthMax, itemsPerFrame: itemsMax, recordBytes, recordsPerFrame, messageBytes } = limits;
  const bounds = { depthMax, itemsMax, recordBytesMax: recordBytes, recordsMax: recordsPerFrame };
  const isLarge = bytes.length > sizes.frame;
  const stepBytes = isLarge ? sizes.slice : bytes.length;
  if (isGreeted) {
    const pub = yield* codec.readPub(bytes, bounds, stepBytes);
    if (pub !== undefined) return { pub };
  }
  const scanned = yield* codec.scan(bytes, bounds, stepBytes);
  const { records, hasEscapedName } = scanned;
  // What stands beside the records is read at once.
  const ownBytes = records === undefined ? bytes.length : bytes.length - (records.end - records.from);
  if (ownBytes > messageBytes) {
    throw new Refusal('TOO_LARGE', `beside its records a frame has at most ${messageBytes} bytes`, CLOSE.limit);
  }
  const later = isLarge ? records : undefined;
  if (later !== undefined && hasEscapedName) {
    // It could be `records` once more, which would count.
    const words = `a frame of more than ${sizes.frame} bytes has no escapes in the names of its fields`;
    throw new Refusal('INVALID', words, CLOSE.protocol);
  }
  const message = later === undefined ? codec.valueOf(bytes, scanned) : codec.messageOf(bytes, scanned, later);
  if (typeof message !== 'object' || message === null || Array.isArray(message)) {
    throw new Refusal('INVALID', 'a frame is one object with a type t', CLOSE.protocol);
  }
  if (!isGreeted || (message as { t?: unknown }).t !== 'pub') return { message };
  const columns =
    later === undefined ? undefined : yield* readInSteps(codec, bytes, scanned, later, recordsPerFrame, sizes.slice);
  return { pub: pubFrameOf(message, scanned, columns) };
}

/** Slice by slice, a record that is larger in steps as well; those of a frame that is refused for their number or size are only counted. */
function* readInSteps(
  codec: FrameCodec,
  bytes: Uint8Array,
  scanned: Scanned,
  records: RecordSpans,
  recordsMax: number,
  sliceBytes: number,
): Steps<RecordColumns> {
  const { length, starts, separatorBytes, large } = records;
  if (length > recordsMax || large !== undefined) return unread(length);
  const columns = new Columns(length);
  const reader = codec.valuesIn(scanned);
  for (let from = 0; from < length; ) {
    if (from > 0) yield;
    const to = sliceEnd(starts, from, sliceBytes);
    const start = starts[from]!;
    const end = starts[to]! - separatorBytes;
    if (end - start > sliceBytes) columns.add([yield* valueInSteps(reader, bytes, start, end, sliceBytes)]);
    else columns.add(reader.itemsOf(bytes, start, end, to - from));
    from = to;
  }
  return columns;
}
