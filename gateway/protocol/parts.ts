/** Records of a batch in one encoding: those of one frame. */
export interface EncodedPart {
  /** A list. */
  readonly bytes: Buffer;
  readonly count: number;
}

/** How records are written. */
export interface RecordCodec {
  /** The items of a list, one behind the other, as they stand in it. Throws what cannot be encoded. */
  encodeItems(records: readonly unknown[]): Buffer;
  /** A list of what `encodeItems` gave, of `count` records in all. */
  listOf(items: readonly Buffer[], count: number): Buffer;
}

export interface PartLimits {
  readonly bytesMax: number;
  readonly recordsMax: number;
}

/**
 * Records are encoded so many at a time, as each call costs. A stretch goes whole into a part, so it is small beside one: no more than
 * that stays empty.
 */
const STRETCH = { recordsMax: 256, bytes: 32_768, share: 1 / 8 };

/** The records in order, cut so that no part is larger than `bytesMax` where a single record allows it; at least one part. */
export function* encodeParts(
  codec: RecordCodec,
  records: readonly unknown[],
  { bytesMax, recordsMax }: PartLimits,
): Generator<EncodedPart, void> {
  let items: Buffer[] = [];
  let count = 0;
  let size = 0;
  const part = (): EncodedPart => {
    const bytes = codec.listOf(items, count);
    const made = { bytes, count };
    items = [];
    count = 0;
    size = 0;
    return made;
  };
  const stretchBytes = Math.min(STRETCH.bytes, bytesMax * STRETCH.share);
  let stretch = 64;
  for (let from = 0; from < records.length; ) {
    if (count >= recordsMax) yield part();
    let encoded = encodeSome(codec, records, from, Math.min(stretch, recordsMax - count, records.length - from));
    // It goes into this part, or into the next one; what is too large for any is halved.
    while (encoded.count > 1 && encoded.bytes.length > bytesMax) {
      encoded = encodeSome(codec, records, from, encoded.count >> 1);
    }
    if (count > 0 && size + encoded.bytes.length > bytesMax) yield part();
    items.push(encoded.bytes);
    count += encoded.count;
    size += encoded.bytes.length + 1;
    from += encoded.count;
    const fitting = Math.floor((encoded.count * stretchBytes) / Math.max(1, encoded.bytes.length));
    stretch = Math.max(1, Math.min(STRETCH.recordsMax, fitting));
  }
  if (count > 0 || records.length === 0) yield part();
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
