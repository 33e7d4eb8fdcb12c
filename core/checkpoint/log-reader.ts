import type { Disk, DiskFile } from '../storage/disk.ts';
import { checksumOf, decodeRecordHeader, RECORD_HEADER_BYTES } from './log-format.ts';
import { damaged, type Segment } from './log-recovery.ts';
import { CHUNK_BYTES, type LogPosition, type LogRecord, scanSegment } from './log-scan.ts';

interface OpenSegment {
  /** The file, once all that was asked of it before is done: one call at a time. */
  turn: Promise<DiskFile>;
}

const OPEN_MAX = 8;

/** A record whose place is known: a reading may begin there. */
interface Mark {
  readonly sequence: number;
  readonly offset: number;
}

/** Reads records of segments again: in order, or one by one wherever they lie. */
export class LogReader {
  /** Least recently used first. */
  private readonly open = new Map<number, OpenSegment>();
  /** By segment, in order, one for about each MiB that was read: so a record is found without reading all before it. */
  private readonly marks = new Map<number, Mark[]>();

  constructor(private readonly disk: Disk) {}

  /** Those of a segment with a sequence in [from, to). */
  async *records(segment: Segment, from: number, to: number): AsyncGenerator<LogRecord, void> {
    const file = await this.disk.open(segment.path, 'read');
    try {
      const { sizeBytes, seed, previous, firstSequence: sequence } = segment;
      const marks = this.marksOf(segment.segment);
      const mark = marks.findLast((candidate) => candidate.sequence <= from);
      const start =
        mark === undefined
          ? { sequence, previous }
          : { sequence: mark.sequence, startOffset: mark.offset, previous: undefined };
      const scan = scanSegment({ file, segment: segment.segment, sizeBytes, seed, ...start });
      for (;;) {
        const next = await scan.next();
        if (next.done) {
          const { problem, endOffset, nextSequence } = next.value;
          if (problem === undefined && nextSequence === segment.nextSequence) return;
          throw damaged(segment.path, endOffset, problem ?? 'it became shorter');
        }
        this.passed(next.value[0]!);
        for (const record of next.value) {
          if (record.sequence >= to) return;
          if (record.sequence >= from) yield record;
        }
        // What comes next need not be read to be known as too late.
        if (next.value.at(-1)!.sequence + 1 >= to) return;
      }
    } finally {
      await file.close();
    }
  }

  /** A record of the log lies there: once in order of all. */
  passed({ sequence, position: { segment, offset } }: LogRecord): void {
    const marks = this.marksOf(segment);
    const last = marks.at(-1);
    if (last === undefined || (sequence > last.sequence && offset - last.offset >= CHUNK_BYTES)) {
      marks.push({ sequence, offset });
    }
  }

  private marksOf(segment: number): Mark[] {
    const known = this.marks.get(segment);
    if (known !== undefined) return known;
    const marks: Mark[] = [];
    this.marks.set(segment, marks);
    return marks;
  }

  /** The payload of the record at a position inside the segment. */
  payloadAt(segment: Segment, position: LogPosition): Promise<Uint8Array> {
    return this.withFile(segment, async (file) => {
      const bytes = new Uint8Array(position.bytes);
      const count = await file.read(bytes, position.offset);
      const bad = (problem: string) => damaged(segment.path, position.offset, problem);
      if (count < bytes.length || count < RECORD_HEADER_BYTES) throw bad('it became shorter');
      const header = decodeRecordHeader(bytes, 0);
      if (header.length !== bytes.length - RECORD_HEADER_BYTES) throw bad('no record of this length lies there');
      if (checksumOf(bytes, 0, header.length, segment.seed) !== header.checksum) throw bad('its checksum is wrong');
      return bytes.subarray(RECORD_HEADER_BYTES);
    });
  }

  private async withFile<T>(segment: Segment, use: (file: DiskFile) => Promise<T>): Promise<T> {
    let entry = this.open.get(segment.segment);
    if (entry === undefined) entry = { turn: this.disk.open(segment.path, 'read') };
    else this.open.delete(segment.segment);
    this.open.set(segment.segment, entry);
    const result = entry.turn.then(use);
    const { turn } = entry;
    entry.turn = result.then(
      () => turn,
      () => turn,
    );
    for (const oldest of this.open.keys()) {
      if (this.open.size <= OPEN_MAX) break;
      void this.forget(oldest).catch(() => {});
    }
    try {
      return await result;
    } catch (error) {
      // A file that could not be opened is asked for anew next time.
      if (this.open.get(segment.segment) === entry) void this.forget(segment.segment).catch(() => {});
      throw error;
    }
  }

  /** Closes the file of a segment once its reads are done. */
  async forget(segment: number): Promise<void> {
    this.marks.delete(segment);
    const entry = this.open.get(segment);
    if (entry === undefined) return;
    this.open.delete(segment);
    const file = await entry.turn.catch(() => undefined);
    await file?.close();
  }

  async close(): Promise<void> {
    for (const segment of [...this.open.keys()]) await this.forget(segment).catch(() => {});
  }
}
