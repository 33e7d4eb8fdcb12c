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
  private readonly json: EncodedPart[];
  private msgpack: EncodedPart[] | undefined;
  private readonly frames = new Map<string, Buffer>();

  constructor(
    readonly timeMs: number,
    records: readonly unknown[],
    private readonly limits: PartLimits,
  ) {
    this.count = records.length;
    this.json = JSON_CODEC.encodeRecords(records, limits.frameBytes - HEAD_BYTES, limits.recordsPerFrame);
    this.sizeBytes = this.json.reduce((sum, { bytes }) => sum + bytes.length, HEAD_BYTES);
  }

  partCount(codec: FrameCodec): number {
    return this.parts(codec).length;
  }

  /** The frame of one part. `isShared`: others will want the same. */
  frame(codec: FrameCodec, part: number, sub: number, isShared: boolean, redelivery?: number): Buffer {
    const key = `${codec.name} ${part} ${sub}`;
    const known = isShared ? this.frames.get(key) : undefined;
    if (known !== undefined) return known;
    const parts = this.parts(codec);
    const head = { sub, batchTime: this.timeMs, part: [part, parts.length] as const, count: this.count, redelivery };
    const frame = codec.batchFrame(head, parts[part]!);
    if (isShared) this.frames.set(key, frame);
    return frame;
  }

  /** It is no longer among the newest: what can be made again goes. */
  cool(): void {
    this.frames.clear();
    this.msgpack = undefined;
  }

  private parts(codec: FrameCodec): readonly EncodedPart[] {
    if (codec === JSON_CODEC) return this.json;
    this.msgpack ??= codec.encodeRecords(
      this.json.flatMap(({ bytes }) => revive(JSON.parse(bytes.toString()), false) as unknown[]),
      this.limits.frameBytes - HEAD_BYTES,
      this.limits.recordsPerFrame,
    );
    return this.msgpack;
  }
}
