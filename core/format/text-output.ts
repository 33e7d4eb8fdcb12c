import { CompressedSink } from './compressed-sink.ts';
import type { CompressionCodec } from './compression.ts';
import type { ByteSink, OutputFormat, PartInfo, RecordWriter } from './output-format.ts';
import { NullWritable } from './writables.ts';

/** Writes texts as lines of UTF-8, compressed or not: what text files are made with. */
export class LineWriter {
  private readonly compressed: CompressedSink | undefined;
  private readonly sink: ByteSink;

  constructor(sink: ByteSink, codec: CompressionCodec | undefined) {
    this.compressed = codec === undefined ? undefined : new CompressedSink(sink, codec);
    this.sink = this.compressed ?? sink;
  }

  async write(lines: readonly string[]): Promise<void> {
    if (lines.length > 0) await this.sink.write(Buffer.from(`${lines.join('\n')}\n`, 'utf8'));
  }

  async close(): Promise<void> {
    await this.compressed?.end();
  }
}

export interface TextOutputOptions {
  readonly textOf: (value: unknown) => string;
  readonly codec?: CompressionCodec | undefined;
  /** Between key and value. Default: a tab. */
  readonly separator?: string | undefined;
}

const isNothing = (value: unknown): boolean => value === null || value === undefined || value instanceof NullWritable;

/** A line a pair: key, tab, value; of one alone where the other is nothing. */
export class TextOutput implements OutputFormat<unknown, unknown> {
  constructor(private readonly options: TextOutputOptions) {}

  extension(): string {
    return this.options.codec?.extension ?? '';
  }

  async writer(sink: ByteSink, _part: PartInfo): Promise<RecordWriter<unknown, unknown>> {
    const { textOf, codec, separator = '\t' } = this.options;
    const out = new LineWriter(sink, codec);
    return {
      write(records) {
        const lines: string[] = [];
        for (const [key, value] of records) {
          if (isNothing(key) && isNothing(value)) continue;
          if (isNothing(key)) lines.push(textOf(value));
          else lines.push(isNothing(value) ? textOf(key) : textOf(key) + separator + textOf(value));
        }
        return out.write(lines);
      },
      close: () => out.close(),
    };
  }
}
