import { type EncodedPart, type FrameCodec, JSON_CODEC } from '../protocol/codec.ts';
import { revive } from '../protocol/values.ts';

/** Of a part's size: what stands round the records in its frame. */
const HEAD_BYTES = 256;

export interface PartLimits {
  readonly frameBytes: number;
  readonly recordsPerFrame: number;
}

/** A published batch: its records encoded once, its frames made once for all who read along. */
export class RetainedBatch {
  readonly count: number;
  readonly sizeBytes: number;
  private msgpack: EncodedPart[] | undefined;
  private readonly frames = new Map<string, Buffer>();
  private isNew = true;

  private constructor(
    readonly timeMs: number,
    /** As JSON. */
    readonly parts: readonly EncodedPart[],
    private readonly limits: PartLimits,
    /** Of its first part in the log of what was published; undefined where it is in none. */
    public sequence: number | undefined,
    /** The newest batch that failed after the one published before this one: readers are told of it. */
    readonly missedMs: number | undefined,
  ) {
    this.count = parts.reduce((sum, { count }) => sum + count, 0);
    this.sizeBytes = parts.reduce((sum, { bytes }) => sum + bytes.length, HEAD_BYTES);
  }

  /** Throws what cannot be encoded. */
  static of(timeMs: number, records: readonly unknown[], limits: PartLimits, missedMs?: number): RetainedBatch {
    const parts = JSON_CODEC.encodeRecords(records, limits.frameBytes - HEAD_BYTES, limits.recordsPerFrame);
    return new RetainedBatch(timeMs, parts, limits, undefined, missedMs);
  }

  /** One that was written down before. */
  static ofParts(
    timeMs: number,
    parts: readonly EncodedPart[],
    limits: PartLimits,
    sequence: number | undefined,
    missedMs: number | undefined,
  ): RetainedBatch {
    return new RetainedBatch(timeMs, parts, limits, sequence, missedMs);
  }

  partCount(codec: FrameCodec): number {
    return this.partsIn(codec).length;
  }

  /** The frame of one part. `isShared`: others will want the same. */
  frame(codec: FrameCodec, part: number, sub: number, isShared: boolean, redelivery?: number): Buffer {
    const key = `${codec.name} ${part} ${sub}`;
    const known = isShared ? this.frames.get(key) : undefined;
    if (known !== undefined) return known;
    const parts = this.partsIn(codec);
    const head = { sub, batchTime: this.timeMs, part: [part, parts.length] as const, count: this.count, redelivery };
    const frame = codec.batchFrame(head, parts[part]!);
    if (isShared) this.frames.set(key, frame);
    return frame;
  }

  /** It is among the newest. */
  get isWarm(): boolean {
    return this.isNew;
  }

  /** It is no longer among the newest, or those that are read: what can be made again goes. */
  cool(): void {
    this.isNew = false;
    this.frames.clear();
    this.msgpack = undefined;
  }

  private partsIn(codec: FrameCodec): readonly EncodedPart[] {
    if (codec === JSON_CODEC) return this.parts;
    this.msgpack ??= codec.encodeRecords(
      this.parts.flatMap(({ bytes }) => revive(JSON.parse(bytes.toString()), false) as unknown[]),
      this.limits.frameBytes - HEAD_BYTES,
      this.limits.recordsPerFrame,
    );
    return this.msgpack;
  }
}
