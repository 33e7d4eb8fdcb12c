import { type Disk, writeAll } from '../storage/disk.ts';
import type { Random } from '../time/random.ts';
import { type ExaminedLog, type LogFile, logDir } from './inspect.ts';
import {
  encodeRecordHeader,
  encodeSegmentHeader,
  headerChecksum,
  RECORD_HEADER_BYTES,
  SEGMENT_HEADER_BYTES,
  seedOf,
  segmentName,
  segmentOfName,
  setChecksum,
  TYPE_CLOSED,
} from './log-format.ts';
import { listOrNone } from './checkpoint-store.ts';

const CHUNK_BYTES = 1024 * 1024;

/** Records that are given up, `[from, to)` by sequence; `to` is undefined where nothing says how many there were. */
export interface LostRecords {
  readonly from: number;
  readonly to: number | undefined;
}

/**
 * Cuts a log at its first bad record. What is cut off goes to `aside`, each file whole. Sequences that a checkpoint knows
 * are filled with empty records: were they given out again, batches that are to be run again would read other records than
 * they had. A crash half-way leaves a log that is still damaged, and can be repaired.
 */
export async function cutLog(
  disk: Disk,
  dir: string,
  log: ExaminedLog,
  random: Random,
  aside: string,
): Promise<LostRecords> {
  const folder = logDir(dir);
  await disk.makeDirectory(folder);
  await disk.makeDirectory(`${aside}/log`);
  // A beginning that is missing cannot be put before what is there: each record names the one before.
  const isHeadMissing = log.firstSequence > log.needed.from && log.needed.from < log.needed.to;
  const good = isHeadMissing ? [] : log.files.filter(({ goodBytes }) => goodBytes > 0);
  const end = good.length === 0 ? log.needed.from : log.nextSequence;
  const kept = new Set(good.map(({ segment }) => segment));
  // The newest first: what is left meanwhile is damaged as it was.
  const numbers = (await listOrNone(disk, folder)).map(segmentOfName).filter((segment) => segment !== undefined);
  for (const segment of numbers.reverse()) {
    if (kept.has(segment)) continue;
    await disk.rename(`${folder}/${segmentName(segment)}`, `${aside}/log/${segmentName(segment)}`);
  }
  await disk.syncDirectory(`${aside}/log`);
  await disk.syncDirectory(folder);
  const last = good.at(-1);
  if (last !== undefined && last.goodBytes < last.sizeBytes) {
    await copyFile(disk, last.path, `${aside}/log/${segmentName(last.segment)}`, last.sizeBytes);
    await disk.syncDirectory(`${aside}/log`);
    await replaceByHead(disk, last);
  }
  const { to } = log.needed;
  // Without any file the log would begin at 0 again.
  if (end < to || (good.length === 0 && to > 0)) {
    const segment = (last?.segment ?? 0) + 1;
    const previous = good.length === 0 ? undefined : log.previous;
    await fill(disk, folder, segment, { from: end, to }, previous, random);
  }
  await disk.syncDirectory(folder);
  return { from: end, to: end < to ? to : undefined };
}

async function replaceByHead(disk: Disk, { path, goodBytes }: LogFile): Promise<void> {
  await copyFile(disk, path, `${path}.tmp`, goodBytes);
  await disk.rename(`${path}.tmp`, path);
}

/** The first `sizeBytes` of a file, synced. */
export async function copyFile(disk: Disk, from: string, to: string, sizeBytes: number): Promise<void> {
  const source = await disk.open(from, 'read');
  try {
    const target = await disk.open(to, 'write');
    try {
      await target.truncate(0);
      for (let at = 0; at < sizeBytes; ) {
        const bytes = new Uint8Array(Math.min(CHUNK_BYTES, sizeBytes - at));
        const count = await source.read(bytes, at);
        if (count === 0) break; // It became shorter: nobody else writes here, so the disk itself fails.
        await writeAll(target, bytes.subarray(0, count), at);
        at += count;
      }
      await target.sync();
    } finally {
      await target.close();
    }
  } finally {
    await source.close();
  }
}

/** A segment of empty records, which no reader is shown. */
async function fill(
  disk: Disk,
  folder: string,
  segment: number,
  { from, to }: { readonly from: number; readonly to: number },
  before: number | undefined,
  random: Random,
): Promise<void> {
  const epoch = { high: random.uint32(), low: random.uint32() };
  const seed = seedOf(epoch);
  const path = `${folder}/${segmentName(segment)}`;
  const file = await disk.open(`${path}.tmp`, 'write');
  try {
    await file.truncate(0);
    await writeAll(file, encodeSegmentHeader({ epoch, segment, firstSequence: from }), 0);
    let previous = before ?? 0;
    let at = SEGMENT_HEADER_BYTES;
    const perChunk = Math.floor(CHUNK_BYTES / RECORD_HEADER_BYTES);
    for (let first = from; first < to; first += perChunk) {
      const count = Math.min(perChunk, to - first);
      const bytes = new Uint8Array(count * RECORD_HEADER_BYTES);
      for (let i = 0; i < count; i++) {
        const offset = i * RECORD_HEADER_BYTES;
        const sequence = first + i;
        const isGroupStart = sequence === from;
        encodeRecordHeader(bytes, offset, { length: 0, type: TYPE_CLOSED, isGroupStart, sequence, previous });
        previous = headerChecksum(bytes, offset, seed);
        setChecksum(bytes, offset, previous);
      }
      await writeAll(file, bytes, at);
      at += bytes.length;
    }
    await file.sync();
  } finally {
    await file.close();
  }
  await disk.rename(`${path}.tmp`, path);
}
