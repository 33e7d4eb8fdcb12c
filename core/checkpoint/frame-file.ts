import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { invariant } from '../assert.ts';
import { DStreamsError } from '../errors.ts';
import { type Disk, type DiskFile, parentOf, removeIfThere, writeAll } from '../storage/disk.ts';
import type { Clock } from '../time/clock.ts';
import { tooNew } from './log-format.ts';

/**
 * Bytes of a file of frames, version 1: state segments, manifests and the file `graph`. Little-endian.
 *
 *     file:    magic 8 · version 1 · checksum id 1 · checksum 4
 *     frame:   length 4 · checksum 4 · index 4 · payload; the checksum covers all but itself
 *     footer:  0xffffffff 4 · checksum 4 · frames 4 · bytes of the file 8 · digest 32; the checksum covers all but itself
 *
 * The digest is SHA-256 over the headers of file and frames, which hold the payloads' checksums.
 */
export const FRAME_FILE_VERSION = 1;
export const FRAME_BYTES_MAX = 16 * 1024 * 1024;
const FILE_HEADER_BYTES = 14;
const FRAME_HEADER_BYTES = 12;
const FOOTER_BYTES = 52;
const FOOTER_MARK = 0xffffffff;
const CHECKSUM_CRC32 = 1;
const TWO_POW_32 = 4294967296;
/** Small frames are written together, as many bytes as this. */
const WRITE_BYTES = 1024 * 1024;

/** What a file of frames holds; its magic. */
export type FrameFileKind = 'segment' | 'manifest' | 'graph';
const MAGICS: Readonly<Record<FrameFileKind, string>> = {
  segment: 'DSTRSTAT',
  manifest: 'DSTRMANI',
  graph: 'DSTRGRPH',
};

/** What identifies a finished file. */
export interface FrameFileInfo {
  readonly bytes: number;
  readonly frames: number;
  /** Hexadecimal. */
  readonly digest: string;
}

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

function fileHeader(kind: FrameFileKind): Uint8Array {
  const bytes = new Uint8Array(FILE_HEADER_BYTES);
  bytes.set(new TextEncoder().encode(MAGICS[kind]));
  bytes[8] = FRAME_FILE_VERSION;
  bytes[9] = CHECKSUM_CRC32;
  viewOf(bytes).setUint32(10, crc32(bytes.subarray(0, 10)), true);
  return bytes;
}

/** The checksum of a frame or footer whose first `headBytes` bytes are given, its own place left out. */
function checksumOf(head: Uint8Array, payload?: Uint8Array): number {
  const start = crc32(head.subarray(8), crc32(head.subarray(0, 4)));
  return payload === undefined ? start : crc32(payload, start);
}

/** `CHECKPOINT_DAMAGED`, naming file and offset. */
export function frameDamage(path: string, offset: number, problem: string): DStreamsError {
  return new DStreamsError('CHECKPOINT_DAMAGED', `${path} is damaged at offset ${offset}: ${problem}`, {
    details: { path, offset },
  });
}

/**
 * Writes a file of frames under a temporary name (`<path>.tmp`), then syncs it, reads it back, and renames it. The caller
 * syncs the directory. One call at a time.
 */
export class FrameWriter {
  readonly path: string;
  private readonly disk: Disk;
  private readonly clock: Clock;
  private readonly kind: FrameFileKind;
  private readonly file: DiskFile;
  private readonly hash = createHash('sha256');
  private waiting: Uint8Array[] = [];
  private waitingBytes = 0;
  private frames = 0;
  /** Bytes written, and those that wait. */
  private sizeBytes = 0;
  private writtenBytes = 0;

  private constructor(disk: Disk, clock: Clock, path: string, kind: FrameFileKind, file: DiskFile) {
    this.disk = disk;
    this.clock = clock;
    this.path = path;
    this.kind = kind;
    this.file = file;
    const header = fileHeader(kind);
    this.hash.update(header);
    this.add(header);
  }

  /** Over what a crash may have left under the temporary name. */
  static async create(disk: Disk, clock: Clock, path: string, kind: FrameFileKind): Promise<FrameWriter> {
    const file = await disk.open(`${path}.tmp`, 'write');
    try {
      await file.truncate(0);
    } catch (error) {
      await file.close();
      throw error;
    }
    return new FrameWriter(disk, clock, path, kind, file);
  }

  /** Adds a frame, at most 16 MiB; about 1 MiB is best. The bytes must stay as they are until `finish` resolves. */
  async write(payload: Uint8Array): Promise<void> {
    invariant(payload.length <= FRAME_BYTES_MAX, 'a frame has at most 16 MiB');
    const head = new Uint8Array(FRAME_HEADER_BYTES);
    const view = viewOf(head);
    view.setUint32(0, payload.length, true);
    view.setUint32(8, this.frames++, true);
    view.setUint32(4, checksumOf(head, payload), true);
    this.hash.update(head);
    this.add(head);
    this.add(payload);
    if (this.waitingBytes >= WRITE_BYTES) await this.flush();
  }

  private add(bytes: Uint8Array): void {
    this.waiting.push(bytes);
    this.waitingBytes += bytes.length;
    this.sizeBytes += bytes.length;
  }

  private async flush(): Promise<void> {
    const parts = this.waiting.splice(0);
    const bytes = new Uint8Array(this.waitingBytes);
    this.waitingBytes = 0;
    let at = 0;
    for (const part of parts) {
      bytes.set(part, at);
      at += part.length;
    }
    await writeAll(this.file, bytes, this.writtenBytes);
    this.writtenBytes += bytes.length;
    await this.clock.yield();
  }

  /** The file is whole, and on the disk under its name once its directory is synced. Throws `IO_FAILED`, `CHECKPOINT_DAMAGED`. */
  async finish(): Promise<FrameFileInfo> {
    const digest = this.hash.digest();
    const footer = new Uint8Array(FOOTER_BYTES);
    const view = viewOf(footer);
    view.setUint32(0, FOOTER_MARK, true);
    view.setUint32(8, this.frames, true);
    const bytes = this.sizeBytes + FOOTER_BYTES;
    view.setUint32(12, bytes % TWO_POW_32, true);
    view.setUint32(16, Math.floor(bytes / TWO_POW_32), true);
    footer.set(digest, 20);
    view.setUint32(4, checksumOf(footer), true);
    this.add(footer);
    try {
      await this.flush();
      await this.file.sync();
    } finally {
      await this.file.close();
    }
    const info: FrameFileInfo = { bytes, frames: this.frames, digest: digest.toString('hex') };
    await verifyFrames(this.disk, this.clock, `${this.path}.tmp`, this.kind, info);
    await this.disk.rename(`${this.path}.tmp`, this.path);
    return info;
  }

  /** Gives the file up. */
  async abort(): Promise<void> {
    await this.file.close();
    await removeIfThere(this.disk, `${this.path}.tmp`);
  }
}

/**
 * The frames of a file, in order, each checked before it is handed out; that the file is whole is known at the end. With
 * `expected` it must be that very file. Throws `CHECKPOINT_DAMAGED`, `FORMAT_TOO_NEW`, and `IO_FAILED` (a missing file too).
 */
export async function* readFrames(
  disk: Disk,
  path: string,
  kind: FrameFileKind,
  expected?: FrameFileInfo,
): AsyncGenerator<Uint8Array, FrameFileInfo> {
  const file = await disk.open(path, 'read');
  try {
    const sizeBytes = await file.sizeBytes();
    const take = async (offset: number, count: number): Promise<Uint8Array> => {
      if (offset + count > sizeBytes) throw frameDamage(path, offset, 'the file is cut off');
      const bytes = new Uint8Array(count);
      if ((await file.read(bytes, offset)) < count) throw frameDamage(path, offset, 'the file is cut off');
      return bytes;
    };
    const header = await take(0, FILE_HEADER_BYTES);
    const own = fileHeader(kind);
    if (own.subarray(0, 8).some((byte, i) => header[i] !== byte)) {
      throw frameDamage(path, 0, `it is no ${kind} file of dstreams`);
    }
    // Every version keeps the header's form, so that a newer one can be told from a damaged one.
    if (viewOf(header).getUint32(10, true) !== crc32(header.subarray(0, 10)))
      throw frameDamage(path, 8, 'its header is wrong');
    if (header[8]! > FRAME_FILE_VERSION) throw tooNew(path, header[8]!, FRAME_FILE_VERSION);
    if (own.some((byte, i) => header[i] !== byte)) throw frameDamage(path, 8, 'its header is wrong');
    const hash = createHash('sha256').update(header);
    let offset = FILE_HEADER_BYTES;
    for (let index = 0; ; index++) {
      const head = await take(offset, FRAME_HEADER_BYTES);
      const view = viewOf(head);
      const length = view.getUint32(0, true);
      if (length === FOOTER_MARK) {
        const footer = await take(offset, FOOTER_BYTES);
        const fields = viewOf(footer);
        const bytes = fields.getUint32(12, true) + fields.getUint32(16, true) * TWO_POW_32;
        const digest = hash.digest('hex');
        const isGood =
          fields.getUint32(4, true) === checksumOf(footer) &&
          fields.getUint32(8, true) === index &&
          bytes === sizeBytes &&
          offset + FOOTER_BYTES === sizeBytes &&
          Buffer.from(footer.subarray(20)).toString('hex') === digest;
        if (!isGood) throw frameDamage(path, offset, 'its footer does not fit');
        const info: FrameFileInfo = { bytes, frames: index, digest };
        if (expected !== undefined && (expected.digest !== digest || expected.bytes !== bytes)) {
          throw frameDamage(path, offset, 'it is another file than the checkpoint names');
        }
        return info;
      }
      if (length > FRAME_BYTES_MAX) throw frameDamage(path, offset, `a length of ${length} bytes is beyond the limit`);
      const payload = await take(offset + FRAME_HEADER_BYTES, length);
      if (view.getUint32(8, true) !== index) throw frameDamage(path, offset, 'a frame is out of order');
      if (view.getUint32(4, true) !== checksumOf(head, payload)) throw frameDamage(path, offset, 'a checksum is wrong');
      hash.update(head);
      offset += FRAME_HEADER_BYTES + length;
      yield payload;
    }
  } finally {
    await file.close();
  }
}

/** Reads a file to its end and checks everything; otherwise as `readFrames`. */
export async function verifyFrames(
  disk: Disk,
  clock: Clock,
  path: string,
  kind: FrameFileKind,
  expected?: FrameFileInfo,
): Promise<FrameFileInfo> {
  const frames = readFrames(disk, path, kind, expected);
  let bytes = 0;
  for (;;) {
    const next = await frames.next();
    if (next.done) return next.value;
    if ((bytes += next.value.length) < WRITE_BYTES) continue;
    bytes = 0;
    await clock.yield();
  }
}

/** Writes a whole small file of frames, durably. */
export async function writeFrameFile(
  disk: Disk,
  clock: Clock,
  path: string,
  kind: FrameFileKind,
  frames: Iterable<Uint8Array>,
): Promise<FrameFileInfo> {
  const writer = await FrameWriter.create(disk, clock, path, kind);
  for (const frame of frames) await writer.write(frame);
  const info = await writer.finish();
  await disk.syncDirectory(parentOf(path));
  return info;
}
