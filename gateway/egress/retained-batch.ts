import type { Clock } from '../../core/internal.ts';
import { type FrameCodec, JSON_CODEC, MSGPACK_CODEC } from '../protocol/codec.ts';
import { JsonValues } from '../protocol/json-values.ts';
import { type EncodedPart, encodeParts, type PartLimits } from '../protocol/parts.ts';
import { finish, type Steps } from '../protocol/steps.ts';
import { SLICE_BYTES, valueInSteps } from '../protocol/value-reader.ts';

/** Of a part's size: what stands round the records in its frame. */
const HEAD_BYTES = 256;
/** The event loop is held for so long by the encoding of a batch. */
const HELD_MS = 3;
/** Any key may be in what the job itself publishes. */
const AS_PUBLISHED = new JsonValues(true, false);
/** A batch as small is made into the other encoding when it is first asked for. */
const AT_ONCE_BYTES = 65_536;

export interface FrameLimits {
  readonly frameBytes: number;
  readonly recordsPerFrame: number;
}

type Pausing = Pick<Clock, 'monotonic' | 'yield'>;

/** A published batch: its records encoded once, its frames made once for all who read along. */
export class RetainedBatch {
  readonly count: number;
  readonly sizeBytes: number;
  private msgpack: readonly EncodedPart[] | undefined;
  private preparing: Promise<void> | undefined;
  private readonly frames = new Map<string, Buffer>();
  private isNew = true;

  private constructor(
    readonly timeMs: number,
    /** As JSON. */
    readonly parts: readonly EncodedPart[],
    private readonly limits: FrameLimits,
    /** Of its first part in the log of what was published; undefined where it is in none. */
    public sequence: number | undefined,
    /** The newest batch that failed after the one published before this one: readers are told of it. */
    readonly missedMs: number | undefined,
  ) {
    this.count = parts.reduce((sum, { count }) => sum + count, 0);
    this.sizeBytes = parts.reduce((sum, { bytes }) => sum + bytes.length, HEAD_BYTES);
  }

  /** Of few records, at once. Throws what cannot be encoded. */
  static of(timeMs: number, records: readonly unknown[], limits: FrameLimits): RetainedBatch {
    const parts = finish(encodeParts(JSON_CODEC, records, partLimits(limits)));
    return new RetainedBatch(timeMs, parts, limits, undefined, undefined);
  }

  /** Of any number: lets others have the event loop. Rejects with what cannot be encoded. */
  static async inPieces(
    timeMs: number,
    records: readonly unknown[],
    limits: FrameLimits,
    missedMs: number | undefined,
    clock: Pausing,
  ): Promise<RetainedBatch> {
    const parts = await unhurried(encodeParts(JSON_CODEC, records, partLimits(limits)), clock);
    return new RetainedBatch(timeMs, parts, limits, undefined, missedMs);
  }

  /** One that was written down before. */
  static ofParts(
    timeMs: number,
    parts: readonly EncodedPart[],
    limits: FrameLimits,
    sequence: number | undefined,
    missedMs: number | undefined,
  ): RetainedBatch {
    return new RetainedBatch(timeMs, parts, limits, sequence, missedMs);
  }

  /** Whether its frames can be had now. Else `prepare` comes first. */
  isReady(codec: FrameCodec): boolean {
    return codec === JSON_CODEC || this.msgpack !== undefined || this.sizeBytes <= AT_ONCE_BYTES;
  }

  /** Makes it ready for msgpack, whoever asks, and lets others have the event loop meanwhile. */
  prepare(clock: Pausing): Promise<void> {
    this.preparing ??= unhurried(this.packed(), clock).then((parts) => {
      this.msgpack = parts;
      this.preparing = undefined;
    });
    return this.preparing;
  }

  partCount(codec: FrameCodec): number {
    return this.partsIn(codec).length;
  }

  /** Of its largest part, without what stands round it. */
  largestBytes(codec: FrameCodec): number {
    return this.partsIn(codec).reduce((most, { bytes }) => Math.max(most, bytes.length), 0);
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
    this.msgpack ??= finish(this.packed());
    return this.msgpack;
  }

  /** All readers get the same values: those that JSON has. */
  private *packed(): Steps<EncodedPart[]> {
    const packed: EncodedPart[] = [];
    for (const { bytes } of this.parts) {
      const records = yield* valueInSteps(AS_PUBLISHED, bytes, 0, bytes.length, SLICE_BYTES);
      packed.push(...(yield* encodeParts(MSGPACK_CODEC, records as unknown[], partLimits(this.limits))));
    }
    return packed;
  }
}

const partLimits = ({ frameBytes, recordsPerFrame }: FrameLimits): PartLimits => ({
  bytesMax: frameBytes - HEAD_BYTES,
  recordsMax: recordsPerFrame,
});

async function unhurried<T>(steps: Steps<T>, clock: Pausing): Promise<T> {
  let startMs = clock.monotonic();
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
    if (clock.monotonic() - startMs < HELD_MS) continue;
    await clock.yield();
    startMs = clock.monotonic();
  }
}
