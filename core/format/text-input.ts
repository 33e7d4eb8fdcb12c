import { decodeLines, nextLineStart } from '../data/index.ts';
import { isCompressed } from './compression.ts';
import { fileBytes, recordTooLarge } from './file-bytes.ts';
import type { FileSplit, InputFormat, ReadContext } from './input-format.ts';

const LF = 10;
const CR = 13;
/** A line longer than this is a file that is no text, or an attack. */
export const LINE_BYTES_MAX = 256 * 1024 * 1024;

/** Whole lines, and where the first of them stands in the (decompressed) file. */
interface Piece {
  readonly bytes: Buffer;
  readonly offset: number;
}

/**
 * Lines of UTF-8 text that end at LF, CR or CRLF; the key is the byte offset of a line. Files that end in `.gz` or `.deflate` are
 * decompressed; others may be read in stretches: a line belongs to that in which it begins. A byte order mark is dropped.
 */
export class TextLines implements InputFormat<number, string> {
  /** Lines of at most `lineBytesMax` bytes (256 MiB); a longer one is `RECORD_TOO_LARGE`. */
  constructor(private readonly lineBytesMax = LINE_BYTES_MAX) {}

  isSplittable(path: string): boolean {
    return !isCompressed(path);
  }

  async *read(split: FileSplit, { files }: ReadContext): AsyncGenerator<[number, string][]> {
    for await (const piece of piecesOf(split, fileBytes(files, split.path, split.start), this.lineBytesMax)) {
      yield numbered(piece);
    }
  }

  async *readValues(split: FileSplit, { files }: ReadContext): AsyncGenerator<string[]> {
    for await (const piece of piecesOf(split, fileBytes(files, split.path, split.start), this.lineBytesMax)) {
      const { bytes } = withoutMark(piece);
      // A file of a mark alone has no line.
      if (bytes.length > 0) yield decodeLines(bytes);
    }
  }
}

/** The whole lines that begin in the split: Hadoop's rule, a line that begins at its very end is still its own. */
async function* piecesOf(split: FileSplit, bytes: AsyncIterable<Uint8Array>, lineBytesMax: number) {
  const { start, length } = split;
  const end = length === undefined ? Number.POSITIVE_INFINITY : start + length;
  let isFirst = start > 0;
  for await (let piece of wholeLines(split.path, bytes, start, lineBytesMax)) {
    if (isFirst) {
      // The line in which the split begins is the one's before.
      isFirst = false;
      piece = piece.from(nextLineStart(piece.bytes, 0, piece.bytes.includes(CR)));
    }
    if (piece.offset > end) return;
    if (piece.offset + piece.bytes.length > end) {
      const next = nextLineStart(piece.bytes, end - piece.offset, piece.bytes.includes(CR));
      if (next > 0) yield piece.to(next);
      return;
    }
    if (piece.bytes.length > 0) yield piece;
  }
}

class Lines implements Piece {
  constructor(
    readonly bytes: Buffer,
    readonly offset: number,
  ) {}

  from(index: number): Lines {
    return new Lines(this.bytes.subarray(index), this.offset + index);
  }

  to(index: number): Lines {
    return new Lines(this.bytes.subarray(0, index), this.offset);
  }
}

/** Cuts a stream of bytes where lines end. A CR at the end of what is there waits for the LF that may follow. */
async function* wholeLines(path: string, bytes: AsyncIterable<Uint8Array>, start: number, lineBytesMax: number) {
  let held: Uint8Array[] = [];
  let heldBytes = 0;
  let offset = start;
  let endsInCr = false;
  for await (const piece of bytes) {
    const cut = certainEnd(piece, endsInCr);
    endsInCr = piece[piece.length - 1] === CR;
    if (cut < 0) {
      held.push(piece);
      heldBytes += piece.length;
      if (heldBytes > lineBytesMax)
        throw recordTooLarge(path, offset, `a line of more than ${lineBytesMax} bytes: is this text?`);
      continue;
    }
    const lines = Buffer.concat([...held, piece.subarray(0, cut)], heldBytes + cut);
    yield new Lines(lines, offset);
    offset += lines.length;
    held = cut < piece.length ? [piece.subarray(cut)] : [];
    heldBytes = piece.length - cut;
  }
  if (heldBytes > 0) yield new Lines(Buffer.concat(held, heldBytes), offset);
}

/** Behind the last line end in `piece`; 0: the CR before it was one; −1: none. */
function certainEnd(piece: Uint8Array, afterCr: boolean): number {
  const lf = piece.lastIndexOf(LF);
  const cr = piece.length < 2 ? -1 : piece.lastIndexOf(CR, piece.length - 2);
  const end = Math.max(lf, cr) + 1;
  return end > 0 ? end : afterCr ? 0 : -1;
}

function withoutMark(piece: Piece): Piece {
  const { bytes, offset } = piece;
  const isMarked = offset === 0 && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  return isMarked ? { bytes: bytes.subarray(3), offset: 3 } : piece;
}

function numbered(piece: Piece): [number, string][] {
  const { bytes, offset } = withoutMark(piece);
  const hasCr = bytes.includes(CR);
  const out: [number, string][] = [];
  let from = 0;
  while (from < bytes.length) {
    const to = nextLineStart(bytes, from, hasCr);
    let end = to;
    if (end > from && bytes[end - 1] === LF) end--;
    if (end > from && bytes[end - 1] === CR) end--;
    // The first line begins at 0, mark or not.
    out.push([from === 0 ? piece.offset : offset + from, bytes.toString('utf8', from, end)]);
    from = to;
  }
  return out;
}
