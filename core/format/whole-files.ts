import { Path } from './path.ts';
import { fileBytes, recordTooLarge } from './file-bytes.ts';
import type { FileSplit, InputFormat, ReadContext } from './input-format.ts';

/** A file that is one record has to fit into memory. */
export const WHOLE_FILE_BYTES_MAX = 1024 * 1024 * 1024;

/** One record a file: its path (`file:/a/b`) and its bytes, decompressed where the extension says so. Spark's `binaryFiles`. */
export class WholeFiles implements InputFormat<string, Uint8Array> {
  constructor(private readonly bytesMax = WHOLE_FILE_BYTES_MAX) {}

  async *read({ path }: FileSplit, { files }: ReadContext): AsyncGenerator<[string, Uint8Array][]> {
    const pieces: Uint8Array[] = [];
    let count = 0;
    for await (const piece of fileBytes(files, path)) {
      pieces.push(piece);
      count += piece.length;
      if (count > this.bytesMax) throw recordTooLarge(path, 0, `more than ${this.bytesMax} bytes as one record`);
    }
    const bytes = new Uint8Array(count);
    let at = 0;
    for (const piece of pieces) {
      bytes.set(piece, at);
      at += piece.length;
    }
    yield [[Path.ofLocal(path).toString(), bytes]];
  }
}

/** One record a file: its path and its text. Spark's `wholeTextFiles`. */
export class WholeTexts implements InputFormat<string, string> {
  private readonly bytes = new WholeFiles();

  async *read(split: FileSplit, context: ReadContext): AsyncGenerator<[string, string][]> {
    for await (const records of this.bytes.read(split, context)) {
      yield records.map(([path, bytes]): [string, string] => [path, new TextDecoder().decode(bytes)]);
    }
  }
}
