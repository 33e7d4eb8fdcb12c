import { type Block, type Codec, countLines, estimateBytes, shareBytes, type StorageLevel } from '../data/index.ts';
import { type Clock, firstTimeMs, type Timer } from '../time/index.ts';

/** A block that is open longer than this in bytes goes on in a further part, so that no copy or encoding takes long. */
export const PART_BYTES = 1024 * 1024;
const PART_RECORDS = 8192;
/** A part of text is given this much room at first, then four times as much, and so on. */
const TEXT_BYTES_MIN = 16 * 1024;
/** At most so many records that need no check, and stay as they are, make a part: a list so long is not moved by the garbage collector. */
const ROOM_RECORDS = 32_768;
/** A part that has so many is given room for all that it may have. */
const ROOMY_RECORDS = 2048;
/** Room for a long part of text, with the chunk that makes it long. */
const TEXT_BYTES = PART_BYTES + 128 * 1024;
const NO_TEXT = new Uint8Array(0);
/** What a record or a chunk of text costs beside its bytes, roughly. */
const OVERHEAD_BYTES = 64;
/** Of records that are neither text nor bytes every so manieth is measured; the others count like the last one. */
const MEASURED_EVERY = 32;

/** Several of these make one received block, which is one partition. */
export interface BlockPart {
  readonly count: number;
  readonly bytes: number;
  /** What stands here when the records cannot be kept: reading them fails with `error`. */
  readonly block: Block | undefined;
  readonly error: unknown;
  /** The records of the write-ahead log that it comes from, if it is there already: first and last. */
  readonly logged?: readonly [first: number, last: number] | undefined;
}

export interface BlockGeneratorOptions {
  readonly clock: Clock;
  readonly codec: Codec;
  readonly level: StorageLevel;
  /** Names the stream in errors. */
  readonly where: string;
  /** Blocks end at multiples of this since the epoch, ms; undefined: only when a batch is planned. */
  readonly intervalMs: number | undefined;
  readonly onBlock: (parts: readonly BlockPart[]) => void;
}

/**
 * Collects what is stored one by one into a block, and cuts it at each block interval (semantics §7.3) and whenever it
 * is told to. Text stays bytes, records become bytes at `_SER` levels; bytes lie in shared memory, where threads read
 * them without a copy and the end of a thread takes none away.
 */
export class BlockGenerator {
  private parts: BlockPart[] = [];
  private partsBytes = 0;
  private records: unknown[] = [];
  /** Whole lines of text, up to `textBytes`: in memory that all threads share. */
  private text: Uint8Array = NO_TEXT;
  /** Of the part that is open. */
  private bytes = 0;
  private textBytes = 0;
  private lineCount = 0;
  private measuredIn = 0;
  private measuredBytes = 0;
  /** Of `records`, which may have room for more, where they need no check. */
  private checkedCount = 0;
  private timer: Timer | undefined;
  /** The open part holds records that need no check. */
  private isChecked = false;
  private checkedBytes = 0;
  private logged: readonly [first: number, last: number] | undefined;

  constructor(private readonly options: BlockGeneratorOptions) {}

  /** Bytes of the open block, roughly. */
  get openBytes(): number {
    return this.partsBytes + this.bytes;
  }

  get isEmpty(): boolean {
    return this.parts.length === 0 && this.bytes === 0;
  }

  add(record: unknown): void {
    if (this.textBytes > 0 || this.isChecked) this.seal();
    if (this.timer === undefined) this.arm();
    this.records.push(record);
    this.bytes += this.sizeOf(record);
    if (this.options.level.deserialized()) return;
    if (this.records.length >= PART_RECORDS || this.bytes >= PART_BYTES) this.seal();
  }

  /** Records that the codec keeps, by the word of who gives them; `bytes` is what they take in memory. */
  addChecked(lists: readonly (readonly unknown[])[], bytes: number, sequence?: number): void {
    let count = 0;
    for (const list of lists) count += list.length;
    if (count === 0) return;
    if (this.bytes > 0 && (!this.isChecked || this.checkedCount + count > ROOM_RECORDS)) this.seal();
    this.isChecked = true;
    if (sequence !== undefined) this.logged = [this.logged?.[0] ?? sequence, sequence];
    if (this.timer === undefined) this.arm();
    const records = this.roomFor(this.checkedCount + count);
    let at = this.checkedCount;
    for (const list of lists) for (let i = 0; i < list.length; i++) records[at++] = list[i];
    this.checkedCount = at;
    this.bytes += bytes + OVERHEAD_BYTES;
    this.checkedBytes += bytes;
    const isLong = at >= PART_RECORDS && !this.options.level.deserialized();
    if (isLong || this.bytes >= PART_BYTES) this.seal();
  }

  /** `records`, which can hold so many. */
  private roomFor(count: number): unknown[] {
    const { records, checkedCount } = this;
    if (count < ROOMY_RECORDS || records.length >= count) return records;
    const roomy = new Array<unknown>(Math.max(count, ROOM_RECORDS));
    for (let i = 0; i < checkedCount; i++) roomy[i] = records[i];
    this.records = roomy;
    return roomy;
  }

  /** Whole lines with their ends: copied. */
  addLines(bytes: Uint8Array): void {
    if (this.records.length > 0) this.seal();
    if (this.timer === undefined) this.arm();
    this.roomForText(this.textBytes + bytes.length);
    this.text.set(bytes, this.textBytes);
    this.textBytes += bytes.length;
    this.lineCount += countLines(bytes);
    this.bytes += bytes.length + OVERHEAD_BYTES;
    if (this.bytes >= PART_BYTES) this.seal();
  }

  /** Ends the open block, if there is anything in it. */
  cut(): void {
    this.timer?.cancel();
    this.timer = undefined;
    this.seal();
    const { parts } = this;
    if (parts.length === 0) return;
    this.parts = [];
    this.partsBytes = 0;
    this.options.onBlock(parts);
  }

  /** A part of records that are stored together. */
  partOf(records: readonly unknown[]): BlockPart {
    const { codec, level, where } = this.options;
    try {
      if (level.deserialized()) {
        // Refused here as well, so that a program does not depend on its level and master.
        codec.checkAll(records, where);
        const block: Block = { kind: 'values', values: records };
        return { count: records.length, bytes: estimateBytes(records), block, error: undefined };
      }
      const bytes = shareBytes(codec.encodeBlock(records, where));
      const block: Block = { kind: 'packed', bytes, count: records.length };
      return { count: records.length, bytes: bytes.length, block, error: undefined };
    } catch (error) {
      return { count: records.length, bytes: 0, block: undefined, error };
    }
  }

  private arm(): void {
    const { clock, intervalMs } = this.options;
    if (intervalMs === undefined) return;
    this.timer = clock.setTimer(firstTimeMs(clock.now(), intervalMs), () => this.cut());
  }

  private seal(): void {
    if (this.bytes === 0) return;
    const part = { ...this.openPart(), logged: this.logged };
    this.logged = undefined;
    this.parts.push(part);
    this.partsBytes += part.bytes;
    this.records = [];
    this.text = NO_TEXT;
    this.bytes = 0;
    this.textBytes = 0;
    this.lineCount = 0;
    this.isChecked = false;
    this.checkedCount = 0;
    this.checkedBytes = 0;
  }

  private openPart(): BlockPart {
    const { records } = this;
    if (this.isChecked) records.length = this.checkedCount;
    if (records.length === 0) return textPart(this.textAlone(), this.lineCount);
    if (!this.isChecked || !this.options.level.deserialized()) return this.partOf(records);
    const block: Block = { kind: 'values', values: records };
    return { count: records.length, bytes: this.checkedBytes, block, error: undefined };
  }

  private roomForText(count: number): void {
    const { text, textBytes } = this;
    if (count <= text.length) return;
    const roomy = new Uint8Array(
      new SharedArrayBuffer(Math.max(count, TEXT_BYTES_MIN, Math.min(4 * text.length, TEXT_BYTES))),
    );
    roomy.set(text.subarray(0, textBytes));
    this.text = roomy;
  }

  /** The text in memory that has little beside it. */
  private textAlone(): Uint8Array {
    const { text, textBytes } = this;
    const bytes = text.subarray(0, textBytes);
    return text.length - textBytes > textBytes / 4 ? shareBytes(bytes) : bytes;
  }

  private sizeOf(record: unknown): number {
    if (typeof record === 'string') return OVERHEAD_BYTES + record.length;
    if (record instanceof Uint8Array) return OVERHEAD_BYTES + record.byteLength;
    if (this.measuredIn === 0) {
      this.measuredIn = MEASURED_EVERY;
      this.measuredBytes = estimateBytes([record]);
    }
    this.measuredIn--;
    return OVERHEAD_BYTES + this.measuredBytes;
  }
}

/** `bytes` are shared already. */
export const textPartOf = (bytes: Uint8Array): BlockPart => textPart(bytes, countLines(bytes));

const textPart = (bytes: Uint8Array, count: number): BlockPart => ({
  count,
  bytes: bytes.length,
  block: { kind: 'text', bytes, count },
  error: undefined,
});
