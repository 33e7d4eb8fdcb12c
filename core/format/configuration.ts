import { describeValue } from '../data/index.ts';
import { DStreamsError } from '../errors.ts';
import type { FormatConf } from './input-format.ts';

/** Names of Hadoop 1 and what they are called since: both mean one setting. */
const RENAMED: ReadonlyMap<string, string> = new Map([
  ['mapred.output.compress', 'mapreduce.output.fileoutputformat.compress'],
  ['mapred.output.compression.codec', 'mapreduce.output.fileoutputformat.compress.codec'],
  ['mapred.output.compression.type', 'mapreduce.output.fileoutputformat.compress.type'],
  ['mapred.output.dir', 'mapreduce.output.fileoutputformat.outputdir'],
  ['mapred.input.dir', 'mapreduce.input.fileinputformat.inputdir'],
  ['mapred.textoutputformat.separator', 'mapreduce.output.textoutputformat.separator'],
  ['mapred.output.key.class', 'mapreduce.job.output.key.class'],
  ['mapred.output.value.class', 'mapreduce.job.output.value.class'],
  ['mapreduce.outputformat.class', 'mapreduce.job.outputformat.class'],
  ['mapreduce.inputformat.class', 'mapreduce.job.inputformat.class'],
]);

const nameOf = (key: string): string => RENAMED.get(key) ?? key;

/** What `setClass` and its like are given: a class, or its name. */
export type ClassName = string | { readonly className?: string; readonly name?: string };

/** The name by which a class goes: Hadoop's where it stands for one of Hadoop's. */
export const classNameOfType = (type: ClassName): string =>
  typeof type === 'string' ? type : type.className || type.name || describeValue(type);

/** Settings of Hadoop: texts by name. The old names of a setting and the new one are one. */
export class Configuration implements FormatConf, Iterable<[string, string]> {
  /** The class itself: `Configuration.class`, as Java writes it. */
  static get class(): typeof Configuration {
    return Configuration;
  }
  private readonly values = new Map<string, string>();
  /** Classes of the program itself, which no name finds. */
  private readonly types = new Map<string, ClassName>();

  /** A copy of another one, or of the entries of an object; else empty. `loadDefaults` is Java's, and means nothing. */
  constructor(from?: Configuration | Readonly<Record<string, string>> | boolean) {
    if (from === undefined || from === null || typeof from === 'boolean') return;
    if (from instanceof Configuration) {
      for (const [key, value] of from.values) this.values.set(key, value);
      for (const [key, type] of from.types) this.types.set(key, type);
    } else for (const [key, value] of Object.entries(from)) this.set(key, String(value));
  }

  /** The text of a setting; null where it is not set. */
  get(key: string): string | null;
  /** The text of a setting, else `otherwise`. */
  get(key: string, otherwise: string): string;
  get(key: string, otherwise: string | null = null): string | null {
    return this.values.get(nameOf(key)) ?? otherwise;
  }

  /** Sets the text of a setting. Throws `OPTIONS_INVALID` for what is none. */
  set(key: string, value: string): void {
    if (typeof key !== 'string' || key === '' || value === null || value === undefined) {
      throw new DStreamsError(
        'OPTIONS_INVALID',
        `Configuration.set(${String(key)}, ${String(value)}): both are texts.`,
      );
    }
    this.types.delete(nameOf(key));
    this.values.set(nameOf(key), String(value));
  }

  /** The setting has no text any more. */
  unset(key: string): void {
    this.types.delete(nameOf(key));
    this.values.delete(nameOf(key));
  }

  /** Sets the text of a setting that has none. */
  setIfUnset(key: string, value: string): void {
    if (this.get(key) === null) this.set(key, value);
  }

  /** The setting as true or false, else `otherwise`: also where it is neither. */
  getBoolean(key: string, otherwise: boolean): boolean {
    const text = this.get(key)?.trim().toLowerCase();
    return text === 'true' ? true : text === 'false' ? false : otherwise;
  }
  /** Sets it to `true` or `false`. */
  setBoolean(key: string, value: boolean): void {
    this.set(key, String(value));
  }

  /** The setting as a number, else `otherwise`. Throws `OPTIONS_INVALID` for a text that is none. */
  getInt(key: string, otherwise: number): number {
    return this.number(key, otherwise);
  }
  /** Sets it to a number. */
  setInt(key: string, value: number): void {
    this.set(key, String(value));
  }
  /** As `getInt`. */
  getLong(key: string, otherwise: number): number {
    return this.number(key, otherwise);
  }
  /** Sets it to a number. */
  setLong(key: string, value: number): void {
    this.set(key, String(value));
  }
  /** As `getInt`. */
  getFloat(key: string, otherwise: number): number {
    return this.number(key, otherwise);
  }
  /** Sets it to a number. */
  setFloat(key: string, value: number): void {
    this.set(key, String(value));
  }
  /** As `getInt`. */
  getDouble(key: string, otherwise: number): number {
    return this.number(key, otherwise);
  }
  /** Sets it to a number. */
  setDouble(key: string, value: number): void {
    this.set(key, String(value));
  }

  /** The parts of a setting between commas, else `otherwise`. */
  getStrings(key: string, ...otherwise: string[]): string[] {
    const text = this.get(key);
    return text === null ? otherwise : text.split(',').map((part) => part.trim());
  }
  /** Sets it to texts with commas between. */
  setStrings(key: string, ...values: string[]): void {
    this.set(key, values.join(','));
  }

  /** A class that was set, or the name of one. */
  getClass(key: string, otherwise: ClassName | null = null): ClassName | null {
    return this.types.get(nameOf(key)) ?? this.values.get(nameOf(key)) ?? otherwise;
  }
  /** Sets it to a class. Its interface is Java's, and is not looked at. */
  setClass(key: string, type: ClassName, _interface?: unknown): void {
    this.set(key, classNameOfType(type));
    if (typeof type !== 'string') this.types.set(nameOf(key), type);
  }

  /** How many settings have a text. */
  size(): number {
    return this.values.size;
  }

  /** No setting has a text any more. */
  clear(): void {
    this.values.clear();
    this.types.clear();
  }

  [Symbol.iterator](): IterableIterator<[string, string]> {
    return this.values.entries();
  }

  toString(): string {
    return `Configuration: ${[...this.values].map(([key, value]) => `${key}=${value}`).join(', ')}`;
  }

  private number(key: string, otherwise: number): number {
    const text = this.get(key);
    if (text === null) return otherwise;
    const value = Number(text.trim());
    if (text.trim() !== '' && Number.isFinite(value)) return value;
    throw new DStreamsError('OPTIONS_INVALID', `${key} is no number: ${text}`);
  }
}

/** A configuration of one output or input, as Hadoop's old API has it. */
export class JobConf extends Configuration {
  /** The class itself: `JobConf.class`, as Java writes it. */
  static override get class(): typeof JobConf {
    return JobConf;
  }
  /** How pairs are written. */
  setOutputFormat(type: ClassName): void {
    this.setClass('mapred.output.format.class', type);
  }
  /** What `setOutputFormat` said; null where nothing did. */
  getOutputFormat(): ClassName | null {
    return this.getClass('mapred.output.format.class');
  }
  /** How files are read. */
  setInputFormat(type: ClassName): void {
    this.setClass('mapred.input.format.class', type);
  }
  /** What `setInputFormat` said; null where nothing did. */
  getInputFormat(): ClassName | null {
    return this.getClass('mapred.input.format.class');
  }
  /** The class of keys that are written: `Text.class`. */
  setOutputKeyClass(type: ClassName): void {
    this.setClass('mapred.output.key.class', type);
  }
  /** What `setOutputKeyClass` said; null where nothing did. */
  getOutputKeyClass(): ClassName | null {
    return this.getClass('mapred.output.key.class');
  }
  /** The class of values that are written: `IntWritable.class`. */
  setOutputValueClass(type: ClassName): void {
    this.setClass('mapred.output.value.class', type);
  }
  /** What `setOutputValueClass` said; null where nothing did. */
  getOutputValueClass(): ClassName | null {
    return this.getClass('mapred.output.value.class');
  }
  /** A name, which nothing here shows. */
  setJobName(name: string): void {
    this.set('mapreduce.job.name', name);
  }
  /** What `setJobName` said; empty where nothing did. */
  getJobName(): string {
    return this.get('mapreduce.job.name', '');
  }
}
