import { describeValue, javaText } from '../data/index.ts';
import { DStreamsError } from '../errors.ts';
import { codecNamed, type CompressionCodec, DEFLATE } from './compression.ts';
import type { ClassName, Configuration } from './configuration.ts';
import type { FormatConf } from './input-format.ts';
import type { ByteSink, OutputFormat, PartInfo, RecordWriter } from './output-format.ts';
import type { SequenceHeader } from './sequence-header.ts';
import { SequenceOutput } from './sequence-output.ts';
import { TextOutput } from './text-output.ts';

const COMPRESS = 'mapreduce.output.fileoutputformat.compress';
const CODEC = `${COMPRESS}.codec`;
const TYPE = `${COMPRESS}.type`;
const SEPARATOR = 'mapreduce.output.textoutputformat.separator';
const DIRECTORY = 'mapreduce.output.fileoutputformat.outputdir';

/** How the settings say that files are to be compressed. Throws `UNSUPPORTED`. */
export function compressionOf(conf: FormatConf): CompressionCodec | undefined {
  if (conf.get(COMPRESS)?.toLowerCase() !== 'true') return undefined;
  const name = conf.get(CODEC);
  return name === null ? DEFLATE : codecNamed(name);
}

/** Hadoop's class of this name: what its outputs have in common. Jobs are `JobConf` or `Configuration`. */
export class FileOutputFormat {
  /** Sets the directory that is written. */
  static setOutputPath(conf: Configuration, path: unknown): void {
    conf.set(DIRECTORY, String(path));
  }
  /** What `setOutputPath` said; null where nothing did. */
  static getOutputPath(conf: Configuration): string | null {
    return conf.get(DIRECTORY);
  }
  /** Whether files are compressed. */
  static setCompressOutput(conf: Configuration, compress: boolean): void {
    conf.setBoolean(COMPRESS, compress);
  }
  /** What `setCompressOutput` said; false where nothing did. */
  static getCompressOutput(conf: Configuration): boolean {
    return conf.getBoolean(COMPRESS, false);
  }
  /** Compresses files, by this codec. */
  static setOutputCompressorClass(conf: Configuration, codec: ClassName): void {
    conf.setBoolean(COMPRESS, true);
    conf.setClass(CODEC, codec);
  }
}

/** Lines of key, tab, value (semantics §5). */
export class TextOutputFormat<K = unknown, V = unknown> extends FileOutputFormat implements OutputFormat<K, V> {
  /** The name by which Hadoop knows it. */
  static readonly className: string = 'org.apache.hadoop.mapred.TextOutputFormat';
  /** `TextOutputFormat.class`, as Java writes it. */
  static get class(): typeof TextOutputFormat {
    return TextOutputFormat;
  }

  /** How keys and values print. Default: as Java prints them. */
  constructor(private readonly textOf: (value: unknown) => string = javaText) {
    super();
  }

  extension(conf: FormatConf): string {
    return compressionOf(conf)?.extension ?? '';
  }

  writer(sink: ByteSink, part: PartInfo): Promise<RecordWriter<K, V>> {
    const separator = part.conf.get(SEPARATOR) ?? undefined;
    const { textOf } = this;
    return new TextOutput({ textOf, codec: compressionOf(part.conf), separator }).writer(sink, part);
  }
}

/** Sequence files; `mapreduce.output.fileoutputformat.compress.type` is NONE, RECORD (default) or BLOCK. */
export class SequenceFileOutputFormat<K = unknown, V = unknown> extends FileOutputFormat implements OutputFormat<K, V> {
  /** The name by which Hadoop knows it. */
  static readonly className: string = 'org.apache.hadoop.mapred.SequenceFileOutputFormat';
  /** `SequenceFileOutputFormat.class`, as Java writes it. */
  static get class(): typeof SequenceFileOutputFormat {
    return SequenceFileOutputFormat;
  }

  /** Compresses each value (`RECORD`), or many records at once (`BLOCK`). */
  static setOutputCompressionType(conf: Configuration, type: 'NONE' | 'RECORD' | 'BLOCK'): void {
    conf.setBoolean(COMPRESS, true);
    conf.set(TYPE, type);
  }

  writer(sink: ByteSink, part: PartInfo): Promise<RecordWriter<K, V>> {
    const { conf } = part;
    const codec = compressionOf(conf);
    const options = {
      keyClass: conf.get('mapreduce.job.output.key.class') ?? undefined,
      valueClass: conf.get('mapreduce.job.output.value.class') ?? undefined,
    };
    const compression = codec === undefined ? 'none' : compressionType(conf);
    return new SequenceOutput({ ...options, compression, codec: codec ?? DEFLATE }).writer(sink, part);
  }
}

function compressionType(conf: FormatConf): SequenceHeader['compression'] {
  const type = (conf.get(TYPE) ?? 'RECORD').toLowerCase();
  if (type === 'none' || type === 'record' || type === 'block') return type;
  throw new DStreamsError('OPTIONS_INVALID', `${TYPE} is NONE, RECORD or BLOCK, not ${conf.get(TYPE)}.`);
}

/** An output format: an object, a class of one, or the name of one of Hadoop's (of its old API or its new one). */
export type OutputFormatLike = OutputFormat<never, never> | (new () => OutputFormat<never, never>) | string;

const KNOWN: ReadonlyMap<string, 'text' | 'sequence'> = new Map([
  ['org.apache.hadoop.mapred.TextOutputFormat', 'text'],
  ['org.apache.hadoop.mapreduce.lib.output.TextOutputFormat', 'text'],
  ['TextOutputFormat', 'text'],
  ['org.apache.hadoop.mapred.SequenceFileOutputFormat', 'sequence'],
  ['org.apache.hadoop.mapreduce.lib.output.SequenceFileOutputFormat', 'sequence'],
  ['SequenceFileOutputFormat', 'sequence'],
]);

/** One of ours by its kind, which can travel, or an object of the program's. Throws `UNSUPPORTED`, `OPTIONS_INVALID`. */
export function outputFormatOf(format: unknown): 'text' | 'sequence' | OutputFormat<unknown, unknown> {
  if (format === undefined || format === null || format === TextOutputFormat) return 'text';
  if (format === SequenceFileOutputFormat) return 'sequence';
  if (typeof format === 'string') {
    const known = KNOWN.get(format);
    if (known !== undefined) return known;
    throw new DStreamsError(
      'UNSUPPORTED',
      `The output format ${format} is not there. Use TextOutputFormat or SequenceFileOutputFormat, or an object with \`writer\`.`,
    );
  }
  const isClass = typeof format === 'function' && format.prototype !== undefined;
  const made: unknown = isClass ? new (format as new () => unknown)() : format;
  if (typeof (made as Partial<OutputFormat<unknown, unknown>>)?.writer === 'function') {
    return made as OutputFormat<unknown, unknown>;
  }
  throw new DStreamsError('OPTIONS_INVALID', `No output format: ${describeValue(format)}, which has no \`writer\`.`);
}
