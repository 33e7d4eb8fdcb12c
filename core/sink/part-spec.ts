import { fluentText, javaText, type PairDialect, type TextShape } from '../data/index.ts';
import {
  codecNamed,
  type CompressionCodec,
  compressionOf,
  LineWriter,
  objectWriter,
  type OutputFormat,
  type RecordWriter,
  SequenceFileOutputFormat,
  TextOutputFormat,
} from '../format/index.ts';
import { builtIn, type FnSlot } from '../rdd/index.ts';
import { ACCESS } from '../stage/compile.ts';
import { confOf, type OpenPart, type PartWriter } from './part-file.ts';

/** How records print. */
export type TextForm = { readonly kind: 'java' } | { readonly kind: 'fluent'; readonly shape?: TextShape | undefined };

export type FormatSettings = Readonly<Record<string, string>>;

/** What is written, as plain data: it travels with a task, so that outputs made inside `foreachRDD` are written on executors too. */
export type PartSpec =
  /** A line a record. */
  | { readonly kind: 'lines'; readonly text: TextForm; readonly codec?: CompressionCodec['kind'] | undefined }
  | { readonly kind: 'objects' }
  /** Pairs, by one of the formats that are there. */
  | {
      readonly kind: 'pairs';
      readonly format: 'text' | 'sequence';
      readonly dialect: PairDialect;
      readonly text: TextForm;
      readonly conf: FormatSettings;
    };

/** What the names of the part files end with. */
export function extensionOf(spec: PartSpec): string {
  if (spec.kind === 'lines') return spec.codec === undefined ? '' : codecNamed(spec.codec).extension;
  if (spec.kind === 'pairs' && spec.format === 'text') return compressionOf(confOf(spec.conf))?.extension ?? '';
  return '';
}

const printer = (form: TextForm): ((value: unknown) => string) =>
  form.kind === 'java' ? javaText : (value) => fluentText(value, form.shape);

/** Writes pairs of a dialect as the records of a format. */
export function pairWriter(writer: RecordWriter<unknown, unknown>, dialect: PairDialect): PartWriter {
  const { check, key, value } = ACCESS[dialect];
  return {
    write: (records) =>
      writer.write(
        records.map((pair) => {
          check(pair);
          return [key(pair), value(pair)] as const;
        }),
      ),
    close: () => writer.close(),
  };
}

/** Writes with a format of the program's own. */
export const openFormat =
  (format: OutputFormat<unknown, unknown>, dialect: PairDialect, settings: FormatSettings): OpenPart =>
  async (_args, sink, part) =>
    pairWriter(await format.writer(sink, { ...part, conf: confOf(settings) }), dialect);

const openSpec: OpenPart = async (args, sink, part) => {
  const spec = args as PartSpec;
  if (spec.kind === 'objects') return objectWriter(sink, { ...part, conf: confOf({}) });
  const textOf = printer(spec.text);
  if (spec.kind === 'lines') {
    const lines = new LineWriter(sink, spec.codec === undefined ? undefined : codecNamed(spec.codec));
    return { write: (records) => lines.write(records.map(textOf)), close: () => lines.close() };
  }
  const format = spec.format === 'text' ? new TextOutputFormat(textOf) : new SequenceFileOutputFormat();
  return openFormat(format, spec.dialect, spec.conf)(undefined, sink, part);
};

/** Known on every executor by its name. */
export const OPEN_SPEC: FnSlot = builtIn('writePart', openSpec);
