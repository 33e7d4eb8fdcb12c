import { pipeline, Readable } from 'node:stream';
import { DStreamsError } from '../errors.ts';
import type { FileSystem } from '../storage/file-system.ts';
import { type CompressionCodec, codecOf, decompressor } from './compression.ts';

/** Bytes asked of a file at once. */
export const READ_BYTES = 64 * 1024;

/** What is wrong with the content of a file, and where. */
export function fileCorrupt(path: string, offset: number, what: string, cause?: unknown): DStreamsError {
  return new DStreamsError('FILE_CORRUPT', `${path}, at byte ${offset}: ${what}`, { cause, details: { path, offset } });
}

/** A record that is larger than a reader takes: it is refused before memory is given to it. */
export function recordTooLarge(path: string, offset: number, what: string): DStreamsError {
  return new DStreamsError('RECORD_TOO_LARGE', `${path}, at byte ${offset}: ${what}`, { details: { path, offset } });
}

/** The bytes of a file from `start` on, as they stand there, piece by piece. */
export async function* rawBytes(files: FileSystem, path: string, start = 0): AsyncGenerator<Uint8Array> {
  const file = await files.open(path);
  try {
    for (let position = start; ; ) {
      const piece = new Uint8Array(READ_BYTES);
      const count = await file.read(piece, position);
      if (count > 0) yield count === piece.length ? piece : piece.subarray(0, count);
      if (count < piece.length) return;
      position += count;
    }
  } finally {
    await file.close();
  }
}

/** The bytes of a file, decompressed where its extension says that it is compressed. Throws `FILE_CORRUPT`. */
export function fileBytes(files: FileSystem, path: string, start = 0): AsyncGenerator<Uint8Array> {
  const codec = codecOf(path);
  return codec === undefined ? rawBytes(files, path, start) : decompressed(files, path, codec);
}

async function* decompressed(files: FileSystem, path: string, codec: CompressionCodec): AsyncGenerator<Uint8Array> {
  const stream = decompressor(codec);
  let taken = 0;
  const input = async function* () {
    for await (const piece of rawBytes(files, path)) {
      taken += piece.length;
      yield piece;
    }
  };
  // Ends, failures and leaving early go through to the file, which is closed in any case.
  pipeline(Readable.from(input(), { objectMode: false }), stream, () => {});
  try {
    for await (const piece of stream) yield piece as Uint8Array;
  } catch (error) {
    if (error instanceof DStreamsError) throw error;
    // An empty file has no record, whatever its name.
    if (taken === 0) return;
    const what = error instanceof Error ? error.message : String(error);
    throw fileCorrupt(path, taken, `not ${codec.kind} data, or cut short: ${what}`, error);
  }
}
