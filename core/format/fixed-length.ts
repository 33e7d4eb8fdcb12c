import { wrongArgument } from '../data/index.ts';
import { fileBytes, fileCorrupt } from './file-bytes.ts';
import type { FileSplit, InputFormat, ReadContext } from './input-format.ts';

/** A record's bytes are held in memory, with those of a piece of the file. */
const RECORD_BYTES_MAX = 256 * 1024 * 1024;

/** Records of one length, one after the other; the key is the byte offset. A file that does not end with a record is `FILE_CORRUPT`. */
export class FixedLengthRecords implements InputFormat<number, Uint8Array> {
  /** Throws `OPTIONS_INVALID` for what is no length in bytes. */
  constructor(
    private readonly recordLength: number,
    /** What the user called: the error names it. */
    label = 'FixedLengthRecords',
  ) {
    if (Number.isSafeInteger(recordLength) && recordLength > 0 && recordLength <= RECORD_BYTES_MAX) return;
    throw wrongArgument(label, `a record length of 1 to ${RECORD_BYTES_MAX} bytes, a whole number`, recordLength);
  }

  async *read({ path }: FileSplit, { files }: ReadContext): AsyncGenerator<[number, Uint8Array][]> {
    const { recordLength } = this;
    let record = new Uint8Array(recordLength);
    let filled = 0;
    let offset = 0;
    for await (const piece of fileBytes(files, path)) {
      const out: [number, Uint8Array][] = [];
      for (let at = 0; at < piece.length; ) {
        const count = Math.min(recordLength - filled, piece.length - at);
        record.set(piece.subarray(at, at + count), filled);
        at += count;
        filled += count;
        if (filled < recordLength) break;
        out.push([offset, record]);
        offset += recordLength;
        record = new Uint8Array(recordLength);
        filled = 0;
      }
      if (out.length > 0) yield out;
    }
    if (filled === 0) return;
    throw fileCorrupt(
      path,
      offset,
      `Byte array does not have correct length. The last record has ${filled} bytes, a record has ${recordLength}.`,
    );
  }
}
