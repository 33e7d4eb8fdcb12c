import { describeValue } from '../data/index.ts';
import { DStreamsError } from '../errors.ts';
import type { Configuration } from './configuration.ts';
import type { FileSplit, FormatConf, InputFormat, ReadContext } from './input-format.ts';
import { SequenceInput } from './sequence-input.ts';
import { TextLines } from './text-input.ts';
import type { Writable } from './writable.ts';
import { simpleName } from './writable-classes.ts';
import { LongWritable } from './box-writables.ts';
import { Text } from './writables.ts';

const DIRECTORY = 'mapreduce.input.fileinputformat.inputdir';

/** Hadoop's class of this name: where a job reads. */
export class FileInputFormat {
  /** Several with commas between, or one after the other. */
  static setInputPaths(conf: Configuration, ...paths: unknown[]): void {
    conf.set(DIRECTORY, paths.map(String).join(','));
  }
  /** Adds a path to those that are read. */
  static addInputPath(conf: Configuration, path: unknown): void {
    const before = conf.get(DIRECTORY);
    conf.set(DIRECTORY, before === null ? String(path) : `${before},${String(path)}`);
  }
}

/** Where the settings say that a job reads. Throws `OPTIONS_INVALID` where they do not. */
export function inputPathOf(conf: FormatConf): string {
  const path = conf.get(DIRECTORY);
  if (path !== null) return path;
  throw new DStreamsError(
    'OPTIONS_INVALID',
    `No input paths specified. Set ${DIRECTORY}: FileInputFormat.setInputPaths(conf, path).`,
  );
}

/** Lines as Hadoop gives them: the byte offset as a LongWritable, the line as a Text. */
export class TextInputFormat implements InputFormat<LongWritable, Text> {
  /** The name by which Hadoop knows it. */
  static readonly className: string = 'org.apache.hadoop.mapreduce.lib.input.TextInputFormat';
  /** `TextInputFormat.class`, as Java writes it. */
  static get class(): typeof TextInputFormat {
    return TextInputFormat;
  }
  private readonly lines = new TextLines();

  isSplittable(path: string): boolean {
    return this.lines.isSplittable(path);
  }

  async *read(split: FileSplit, context: ReadContext): AsyncGenerator<[LongWritable, Text][]> {
    for await (const records of this.lines.read(split, context)) {
      yield records.map(([offset, line]): [LongWritable, Text] => [new LongWritable(offset), new Text(line)]);
    }
  }
}

/** Lines of key, tab, value; all of a line without a tab is its key. */
export class KeyValueTextInputFormat implements InputFormat<Text, Text> {
  /** The name by which Hadoop knows it. */
  static readonly className: string = 'org.apache.hadoop.mapreduce.lib.input.KeyValueTextInputFormat';
  /** `KeyValueTextInputFormat.class`, as Java writes it. */
  static get class(): typeof KeyValueTextInputFormat {
    return KeyValueTextInputFormat;
  }
  private readonly lines = new TextLines();

  isSplittable(path: string): boolean {
    return this.lines.isSplittable(path);
  }

  async *read(split: FileSplit, context: ReadContext): AsyncGenerator<[Text, Text][]> {
    const separator = context.conf.get('mapreduce.input.keyvaluelinerecordreader.key.value.separator')?.[0] ?? '\t';
    for await (const lines of this.lines.readValues(split, context)) {
      yield lines.map((line): [Text, Text] => {
        const at = line.indexOf(separator);
        return at < 0 ? [new Text(line), new Text()] : [new Text(line.slice(0, at)), new Text(line.slice(at + 1))];
      });
    }
  }
}

/** Sequence files, keys and values as the file says: `K` and `V` are what the caller knows of them. */
export class SequenceFileInputFormat<K = Writable, V = Writable> implements InputFormat<K, V> {
  /** The name by which Hadoop knows it. */
  static readonly className: string = 'org.apache.hadoop.mapreduce.lib.input.SequenceFileInputFormat';
  /** `SequenceFileInputFormat.class`, as Java writes it. */
  static get class(): typeof SequenceFileInputFormat {
    return SequenceFileInputFormat;
  }
  private readonly sequence = new SequenceInput();

  isSplittable(): boolean {
    return true;
  }

  read(split: FileSplit, context: ReadContext): AsyncGenerator<[K, V][]> {
    return this.sequence.read(split, context) as AsyncGenerator<unknown> as AsyncGenerator<[K, V][]>;
  }
}

/** An input format: an object, a class of one, or the name of one of Hadoop's (of its old API or its new one). */
export type InputFormatLike<K = unknown, V = unknown> = InputFormat<K, V> | (new () => InputFormat<K, V>) | string;

/** By name, not by the class's own, which a bundler may change. */
const KNOWN: ReadonlyMap<string, new () => InputFormat<unknown, unknown>> = new Map(
  [TextInputFormat, KeyValueTextInputFormat, SequenceFileInputFormat].flatMap((type) => {
    const name = simpleName(type.className);
    return [name, `org.apache.hadoop.mapred.${name}`, type.className].map((full) => [full, type] as const);
  }),
);

/** Throws `UNSUPPORTED` for a name of none that is there, `OPTIONS_INVALID` for what is no format. Default: text. */
export function inputFormatOf(format: unknown): InputFormat<unknown, unknown> {
  if (format === undefined || format === null) return new TextInputFormat();
  if (typeof format === 'string') {
    const known = KNOWN.get(format);
    if (known !== undefined) return new known();
    throw new DStreamsError(
      'UNSUPPORTED',
      `The input format ${format} is not there. Use TextInputFormat, KeyValueTextInputFormat or SequenceFileInputFormat, or an object with \`read\`.`,
    );
  }
  const isClass = typeof format === 'function' && format.prototype !== undefined;
  const made: unknown = isClass ? new (format as new () => unknown)() : format;
  if (typeof (made as Partial<InputFormat<unknown, unknown>>)?.read === 'function') {
    return made as InputFormat<unknown, unknown>;
  }
  throw new DStreamsError('OPTIONS_INVALID', `No input format: ${describeValue(format)}, which has no \`read\`.`);
}
