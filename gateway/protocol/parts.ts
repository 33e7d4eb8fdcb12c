import type { Steps } from './steps.ts';

/** Records of a batch in one encoding: those of one frame. */
export interface EncodedPart {
  /** A list. */
  readonly bytes: Buffer;
  readonly count: number;
}

/** How records are written. */
export interface RecordCodec {
  /** Between two items. */
  readonly separatorBytes: number;
  /** The items of a list, one behind the other, as they stand in it. Throws what cannot be encoded. */
  encodeItems(records: readonly unknown[]): Buffer;
  /** A list of what `encodeItems` gave, of `count` records in all. */
  listOf(items: readonly Buffer[], count: number): Buffer;
}

export interface PartLimits {
  readonly bytesMax: number;
  readonly recordsMax: number;
}

/** Records are encoded so many at a time, as each call costs: those that make about so many bytes, and no more than a share of a part, since they go whole into one. */
const STRETCH = { recordsMax: 256, bytes: 32_768, share: 1 / 8 };

/**
 * The records in order, cut so that no part is larger than `bytesMax` where a single record allows it; at least one part. A step is a
 * stretch of them, or one that is larger. Throws what cannot be encoded.
 */
export function* encodeParts(
  codec: RecordCodec,
  records: readonly unknown[],
  { bytesMax, recordsMax }: PartLimits,
): Steps<EncodedPart[]> {
  const parts: EncodedPart[] = [];
  let items: Buffer[] = [];
  let count = 0;
  let size = 0;
  const endPart = () => {
    parts.push({ bytes: codec.listOf(items, count), count });
    items = [];
    count = 0;
    size = 0;
  };
  const stretchBytes = Math.min(STRETCH.bytes, bytesMax * STRETCH.share);
  for (let from = 0; from < records.length; ) {
    if (from > 0) yield;
    if (count >= recordsMax) endPart();
    const most = Math.min(STRETCH.recordsMax, recordsMax - count, records.length - from);
    let encoded = encodeSome(codec, records, from, stretchAt(records, from, most, stretchBytes));
    // It goes into this part, or into the next one; what is too large for any is halved.
    while (encoded.count > 1 && encoded.bytes.length > bytesMax) {
      encoded = encodeSome(codec, records, from, encoded.count >> 1);
    }
    if (count > 0 && size + encoded.bytes.length > bytesMax) endPart();
    items.push(encoded.bytes);
    count += encoded.count;
    size += encoded.bytes.length + codec.separatorBytes;
    from += encoded.count;
  }
  if (count > 0 || records.length === 0) endPart();
  return parts;
}

/** How many records from there on have about so many bytes together; at least one, at most `most`. */
function stretchAt(records: readonly unknown[], from: number, most: number, bytes: number): number {
  let size = 0;
  for (let n = 0; n < most; n++) {
    size += sizeOf(records[from + n], bytes);
    if (size > bytes) return Math.max(1, n);
  }
  return most;
}

/** A record that cannot be looked at may have a form nonetheless, by its `toJSON`; else it is the codec that says so. */
function sizeOf(record: unknown, most: number): number {
  try {
    return sizeUpTo(record, most);
  } catch {
    return most + 1;
  }
}

/** Deeper ones count as large. */
const DEPTH_MAX = 64;

/** About the bytes of a value in a frame; no further counted than to `most`. */
function sizeUpTo(value: unknown, most: number, depth = 0): number {
  if (typeof value === 'string') return value.length + 3;
  if (typeof value !== 'object' || value === null) return 8;
  if (depth > DEPTH_MAX) return most + 1;
  let size = 3;
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length && size <= most; i++) size += sizeUpTo(value[i], most - size, depth + 1);
  } else if (ArrayBuffer.isView(value)) size += value.byteLength;
  else if (value instanceof Map || value instanceof Set) {
    for (const entry of value) {
      if (size > most) break;
      size += sizeUpTo(entry, most - size, depth + 1);
    }
  } else {
    for (const key in value) {
      if (size > most) break;
      size += key.length + 3 + sizeUpTo((value as Record<string, unknown>)[key], most - size, depth + 1);
    }
  }
  return size;
}

/** As many as `n`, or fewer where so many make a text that is too long for JavaScript. Throws what a single one throws. */
function encodeSome(codec: RecordCodec, records: readonly unknown[], from: number, n: number): EncodedPart {
  for (let count = n; ; count >>= 1) {
    try {
      return { bytes: codec.encodeItems(records.slice(from, from + count)), count };
    } catch (error) {
      if (count === 1) throw error;
    }
  }
}
