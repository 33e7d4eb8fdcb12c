const LF = 10;
const CR = 13;

/** Size of one piece of a large text block, in bytes: decoded and split in well under the 10 ms that a cooperative loop may be held. */
export const PIECE_BYTES = 64 * 1024;

function viewOf(bytes: Uint8Array, from = 0, to = bytes.length): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from);
}

/**
 * The lines of UTF-8 bytes in `[from, to)`: they end at LF, CR or CRLF, which are no part of them; a last line without an end counts.
 * Invalid bytes become U+FFFD. The bytes may lie over a SharedArrayBuffer. A line may be a slice of the text of all lines: who keeps
 * single lines or words for long keeps that text in memory.
 */
export function decodeLines(bytes: Uint8Array, from = 0, to: number = bytes.length): string[] {
  if (to <= from) return [];
  const view = viewOf(bytes, from, to);
  const text = view.toString('utf8');
  // Most text has no CR, and looking for one byte is far cheaper than splitting by a pattern.
  const lines = view.includes(CR) ? text.split(/\r\n|\n|\r/) : text.split('\n');
  const last = bytes[to - 1];
  if (last === LF || last === CR) lines.pop();
  return lines;
}

/** How many lines `decodeLines` gives. */
export function countLines(bytes: Uint8Array): number {
  if (bytes.length === 0) return 0;
  const view = viewOf(bytes);
  const hasCr = view.includes(CR);
  let count = 0;
  for (let at = view.indexOf(LF); at >= 0; at = view.indexOf(LF, at + 1)) count++;
  if (hasCr) {
    for (let at = view.indexOf(CR); at >= 0; at = view.indexOf(CR, at + 1)) if (view[at + 1] !== LF) count++;
  }
  const last = view[view.length - 1];
  return last === LF || last === CR ? count : count + 1;
}

/** Where the line after the first line end at or behind `at` begins; the length of `bytes` when there is none. */
export function nextLineStart(view: Buffer, at: number, hasCr: boolean): number {
  const lf = view.indexOf(LF, at);
  const end = lf < 0 ? view.length : lf + 1;
  if (!hasCr) return end;
  const cr = view.indexOf(CR, at);
  if (cr < 0 || cr + 1 >= end) return end;
  return view[cr + 1] === LF ? cr + 2 : cr + 1;
}

/**
 * Cuts text into half-open ranges `[from, to)` of whole lines, each of `pieceBytes` or somewhat more (a line is never cut), so that
 * `decodeLines` of one after the other gives the lines of all. No bytes, no pieces.
 */
export function textPieces(bytes: Uint8Array, pieceBytes: number = PIECE_BYTES): [from: number, to: number][] {
  const view = viewOf(bytes);
  const hasCr = view.includes(CR);
  const pieces: [number, number][] = [];
  let from = 0;
  while (from < view.length) {
    const to = from + pieceBytes >= view.length ? view.length : nextLineStart(view, from + pieceBytes - 1, hasCr);
    pieces.push([from, to]);
    from = to;
  }
  return pieces;
}
