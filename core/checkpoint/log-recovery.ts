import { DStreamsError } from '../errors.ts';
import { type Disk, type DiskFile, errnoOf, writeAll } from '../storage/disk.ts';
import {
  decodeSegmentHeader,
  encodeSegmentHeader,
  SEGMENT_HEADER_BYTES,
  type SegmentHeader,
  seedOf,
  segmentName,
  segmentOfName,
} from './log-format.ts';
import { type LogRecord, type ScanEnd, type ScanInput, scanSegment, wasSynced } from './log-scan.ts';

/** A segment that is closed for writing. */
export interface Segment extends SegmentHeader {
  readonly path: string;
  readonly seed: number;
  /** Good bytes. */
  readonly sizeBytes: number;
  /** First sequence after it. */
  readonly nextSequence: number;
  /** Checksum of the record before its first; undefined for the oldest one. */
  readonly previous: number | undefined;
}

/** Takes a record that was read, whose payload is valid until it returns, or what it returns resolves: the reading waits for it. */
export type VisitRecord = (record: LogRecord) => void | Promise<void>;

/** What a log holds. */
export interface RecoveredLog {
  readonly segments: readonly Segment[];
  readonly nextSequence: number;
  /** Checksum of the last record. */
  readonly previous: number | undefined;
  /** The number of the next segment. */
  readonly nextSegment: number;
  /** Bytes of an unfinished last write, which are ignored from now on. */
  readonly tornBytes: number;
}

/** What `walkLog` found in a segment file. */
export interface WalkedSegment {
  readonly path: string;
  readonly segment: number;
  readonly sizeBytes: number;
  /** undefined where the file ended before a header was on the disk. */
  readonly header: SegmentHeader | undefined;
  readonly end: ScanEnd | undefined;
  /** What is bad at `end` (or in the header) cannot be what a crash leaves. */
  readonly damage: { readonly offset: number; readonly problem: string } | undefined;
}

/**
 * Reads all segments in order, changing nothing, and calls `visit` for each record up to the first bad one. Yields what it
 * found of each segment, and ends after the first damage. Throws `FORMAT_TOO_NEW`, `IO_FAILED`.
 */
export async function* walkLog(
  disk: Disk,
  dir: string,
  visit: VisitRecord,
): AsyncGenerator<WalkedSegment & { readonly input: ScanInput | undefined }, void> {
  const numbers = await segmentNumbers(disk, dir);
  let sequence: number | undefined;
  let previous: number | undefined;
  for (const [index, segment] of numbers.entries()) {
    const path = `${dir}/${segmentName(segment)}`;
    const isLast = index === numbers.length - 1;
    const before = index === 0 ? undefined : (numbers[index - 1] as number);
    const after = isLast ? undefined : await headerOf(disk, `${dir}/${segmentName(numbers[index + 1] as number)}`);
    const file = await disk.open(path, 'read');
    try {
      const sizeBytes = await file.sizeBytes();
      const base = { path, segment, sizeBytes };
      const header = await readHeader(file, path);
      const bad = (offset: number, problem: string, end?: ScanEnd) => ({
        ...base,
        header,
        end,
        damage: { offset, problem },
        input: undefined,
      });
      if (before !== undefined && segment !== before + 1) {
        yield bad(0, `the segments between ${before} and ${segment} are missing`);
        return;
      }
      const problem = headerProblem(header, segment, sequence);
      if (header === undefined || problem !== undefined) {
        // Records are written only after the header is on the disk: before, its place may hold anything.
        if (isLast && sizeBytes <= SEGMENT_HEADER_BYTES) {
          yield { ...base, header: undefined, end: undefined, damage: undefined, input: undefined };
        } else yield bad(0, problem ?? 'the header of the segment is not readable');
        return;
      }
      const input: ScanInput = {
        file,
        segment,
        sizeBytes,
        seed: seedOf(header.epoch),
        sequence: header.firstSequence,
        previous,
        endSequence: after?.firstSequence,
        isPassing: true,
      };
      const end = await visitAll(input, visit);
      if (end.problem !== undefined && (!isLast || (await wasSynced(input, end.endOffset, end.nextSequence)))) {
        yield bad(end.endOffset, end.problem, end);
        return;
      }
      yield { ...base, header, end, damage: undefined, input };
      sequence = end.nextSequence;
      previous = end.previous;
    } finally {
      await file.close();
    }
  }
}

/** What is wrong with a header that is readable. */
function headerProblem(
  header: SegmentHeader | undefined,
  segment: number,
  sequence: number | undefined,
): string | undefined {
  if (header === undefined) return undefined;
  if (header.segment !== segment) return `the file says that it is segment ${header.segment}`;
  if (sequence === undefined || header.firstSequence === sequence) return undefined;
  return `the segment begins with sequence ${header.firstSequence}, the one before ends at ${sequence}`;
}

async function visitAll(input: ScanInput, visit: VisitRecord): Promise<ScanEnd> {
  const scan = scanSegment(input);
  for (;;) {
    const next = await scan.next();
    if (next.done) return next.value;
    for (const record of next.value) {
      const turn = visit(record);
      if (turn !== undefined) await turn;
    }
  }
}

async function segmentNumbers(disk: Disk, dir: string): Promise<number[]> {
  try {
    const numbers = (await disk.list(dir)).map(segmentOfName);
    return numbers.filter((segment) => segment !== undefined);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return [];
    throw error;
  }
}

async function headerOf(disk: Disk, path: string): Promise<SegmentHeader | undefined> {
  const file = await disk.open(path, 'read');
  try {
    return await readHeader(file, path);
  } finally {
    await file.close();
  }
}

async function readHeader(file: DiskFile, path: string): Promise<SegmentHeader | undefined> {
  const bytes = new Uint8Array(SEGMENT_HEADER_BYTES);
  const count = await file.read(bytes, 0);
  return decodeSegmentHeader(bytes.subarray(0, count), path);
}

/** `LOG_DAMAGED`, naming file and offset. */
export function damaged(path: string, offset: number, problem: string): DStreamsError {
  return new DStreamsError(
    'LOG_DAMAGED',
    `${path} is damaged at offset ${offset}: ${problem}. Nothing was changed; dstreams repair --accept-loss goes on ` +
      'without what follows',
    { details: { path, offset } },
  );
}

/**
 * Brings a log back: checks every record up to a torn tail, calls `visit` for it, and writes the last group of the last
 * segment again and syncs it, as after a failed sync it may be in the cache only. When it resolves, all that `visit` saw is
 * on the disk. The torn tail is there as well: a new segment has to say that the log ends before it (ADR 0011). Throws `LOG_DAMAGED`, `FORMAT_TOO_NEW` and `IO_FAILED`; nothing is changed then, but for `IO_FAILED`.
 */
export async function recoverLog(disk: Disk, dir: string, visit: VisitRecord): Promise<RecoveredLog> {
  await disk.makeDirectory(dir);
  const segments: Segment[] = [];
  let nextSegment = 1;
  let previous: number | undefined;
  let tornBytes = 0;
  let tail: { path: string; header: SegmentHeader | undefined; end: ScanEnd | undefined } | undefined;
  for await (const found of walkLog(disk, dir, visit)) {
    const { path, header, end, damage, sizeBytes, segment } = found;
    if (damage !== undefined) throw damaged(path, damage.offset, damage.problem);
    nextSegment = segment + 1;
    tail = { path, header, end };
    if (header === undefined || end === undefined) {
      tornBytes = sizeBytes;
      continue;
    }
    tornBytes = sizeBytes - end.endOffset;
    segments.push({
      ...header,
      path,
      seed: seedOf(header.epoch),
      sizeBytes: end.endOffset,
      nextSequence: end.nextSequence,
      previous,
    });
    previous = end.previous;
  }
  if (tail !== undefined) {
    // A segment without header: its number is used again, by another epoch.
    if (tail.header === undefined || tail.end === undefined) {
      await disk.remove(tail.path);
      nextSegment--;
    } else await settleTail(disk, tail.path, tail.header, tail.end);
    await disk.syncDirectory(dir);
  }
  return { segments, nextSequence: segments.at(-1)?.nextSequence ?? 0, previous, nextSegment, tornBytes };
}

/** Writes header and last group again as they were read, and syncs. */
async function settleTail(disk: Disk, path: string, header: SegmentHeader, end: ScanEnd) {
  const file = await disk.open(path, 'write');
  try {
    await writeAll(file, encodeSegmentHeader(header), 0);
    for (let at = end.lastGroupOffset; at < end.endOffset; ) {
      const bytes = new Uint8Array(Math.min(1024 * 1024, end.endOffset - at));
      const count = await file.read(bytes, at);
      if (count === 0) throw damaged(path, at, 'the file became shorter');
      await writeAll(file, bytes.subarray(0, count), at);
      at += count;
    }
    await file.sync();
  } finally {
    await file.close();
  }
}
