const LF = 10;
const CR = 13;
const END = Uint8Array.of(LF);
const CARRY_BYTES_MIN = 1024;
/** A carry larger than this is not kept once its line has gone. */
const CARRY_BYTES_KEPT = 64 * 1024;

/**
 * Cuts a stream of bytes into whole lines, which end at LF, CR or CRLF, without looking at each one: per chunk it finds
 * the last line end. A CR at the end of a chunk ends its line at once; should the next chunk begin with LF, that one is
 * its second half and is dropped. Holds at most one line of `lineBytesMax` bytes.
 */
export class LineCutter {
  private carry = Buffer.allocUnsafe(CARRY_BYTES_MIN);
  private carryLength = 0;
  private endedWithCr = false;
  /** The line that has begun is too long: it is dropped up to its end. */
  private isSkipping = false;

  constructor(
    private readonly lineBytesMax: number,
    /** Called once for each line of more bytes, without its end, than that. The lines around it are kept. */
    private readonly onTooLong: () => void,
  ) {}

  /** `emit` gets runs of whole lines with their ends; they may be parts of `bytes`. */
  push(bytes: Uint8Array, emit: (lines: Uint8Array) => void): void {
    if (bytes.length === 0) return;
    const second = this.endedWithCr && bytes[0] === LF ? 1 : 0;
    this.endedWithCr = false;
    const chunk = Buffer.from(bytes.buffer, bytes.byteOffset + second, bytes.length - second);
    let from = 0;
    if (this.carryLength > 0 || this.isSkipping) {
      from = endOfLine(chunk, 0);
      if (from < 0) {
        this.keep(chunk);
        return;
      }
      this.completeCarry(chunk, from, emit);
    }
    const to = endOfLastLine(chunk, from);
    if (to > from) {
      if (to - from <= this.lineBytesMax) emit(chunk.subarray(from, to));
      else this.emitChecked(chunk, from, to, emit);
    }
    if (to === chunk.length) this.endedWithCr = chunk[to - 1] === CR;
    else this.keep(chunk.subarray(to));
  }

  /** The stream is over: a last line without an end counts, and gets one. */
  end(emit: (lines: Uint8Array) => void): void {
    if (this.carryLength > 0) this.emitCarry(END, emit);
  }

  private keep(part: Buffer): void {
    if (this.isSkipping) return;
    const length = this.carryLength + part.length;
    if (length > this.lineBytesMax) {
      this.isSkipping = true;
      this.dropCarry();
      this.onTooLong();
      return;
    }
    if (length > this.carry.length) {
      const grown = Buffer.allocUnsafe(Math.max(length, this.carry.length * 2));
      this.carry.copy(grown, 0, 0, this.carryLength);
      this.carry = grown;
    }
    part.copy(this.carry, this.carryLength);
    this.carryLength = length;
  }

  private completeCarry(chunk: Buffer, end: number, emit: (lines: Uint8Array) => void): void {
    if (this.isSkipping) {
      this.isSkipping = false;
    } else if (this.carryLength + contentEnd(chunk, end) > this.lineBytesMax) {
      this.dropCarry();
      this.onTooLong();
    } else {
      this.emitCarry(chunk.subarray(0, end), emit);
    }
  }

  private emitCarry(rest: Uint8Array, emit: (lines: Uint8Array) => void): void {
    const line = Buffer.allocUnsafe(this.carryLength + rest.length);
    this.carry.copy(line, 0, 0, this.carryLength);
    line.set(rest, this.carryLength);
    this.dropCarry();
    emit(line);
  }

  private dropCarry(): void {
    this.carryLength = 0;
    if (this.carry.length > CARRY_BYTES_KEPT) this.carry = Buffer.allocUnsafe(CARRY_BYTES_MIN);
  }

  /** Line by line: some may be too long. */
  private emitChecked(chunk: Buffer, from: number, to: number, emit: (lines: Uint8Array) => void): void {
    let begin = from;
    for (let at = from; at < to; ) {
      const end = endOfLine(chunk, at);
      if (contentEnd(chunk, end) - at > this.lineBytesMax) {
        if (at > begin) emit(chunk.subarray(begin, at));
        this.onTooLong();
        begin = end;
      }
      at = end;
    }
    if (to > begin) emit(chunk.subarray(begin, to));
  }
}

/** Behind the end of the line that `from` stands in; -1 when it does not end here. */
export function endOfLine(chunk: Buffer, from: number): number {
  const lf = chunk.indexOf(LF, from);
  const cr = chunk.subarray(from, lf < 0 ? chunk.length : lf).indexOf(CR);
  if (cr < 0) return lf < 0 ? -1 : lf + 1;
  const end = from + cr + 1;
  return end === lf ? lf + 1 : end;
}

/** Behind the last line end at or after `from`; `from` where there is none. */
function endOfLastLine(chunk: Buffer, from: number): number {
  const lf = chunk.lastIndexOf(LF);
  const behind = Math.max(from, lf + 1);
  return behind + chunk.subarray(behind).lastIndexOf(CR) + 1;
}

/** Where the text of a line ends whose end stands before `end`. */
function contentEnd(chunk: Buffer, end: number): number {
  return end >= 2 && chunk[end - 1] === LF && chunk[end - 2] === CR ? end - 2 : end - 1;
}
