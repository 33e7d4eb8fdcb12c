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
  typeof type === 'string' ? type : (type.className ?? type.name ?? String(type));

/** Settings of Hadoop: texts by name. The old names of a setting and the new one are one. */
export class Configuration implements FormatConf, Iterable<[string, string]> {
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

  get(key: string): string | null;
  get(key: string, otherwise: string): string;
  get(key: string, otherwise: string | null = null): string | null {
    return this.values.get(nameOf(key)) ?? otherwise;
  }

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

  unset(key: string): void {
    this.types.delete(nameOf(key));
    this.values.delete(nameOf(key));
  }

  setIfUnset(key: string, value: string): void {
    if (this.get(key) === null) this.set(key, value);
  }

  getBoolean(key: string, otherwise: boolean): boolean {
    const text = this.get(key)?.trim().toLowerCase();
    return text === 'true' ? true : text === 'false' ? false : otherwise;
  }
  setBoolean(key: string, value: boolean): void {
    this.set(key, String(value));
  }

  getInt(key: string, otherwise: number): number {
    return this.number(key, otherwise);
  }
  setInt(key: string, value: number): void {
    this.set(key, String(value));
  }
  getLong(key: string, otherwise: number): number {
    return this.number(key, otherwise);
  }
  setLong(key: string, value: number): void {
    this.set(key, String(value));
  }
  getFloat(key: string, otherwise: number): number {
    return this.number(key, otherwise);
  }
  setFloat(key: string, value: number): void {
    this.set(key, String(value));
  }
  getDouble(key: string, otherwise: number): number {
    return this.number(key, otherwise);
  }
  setDouble(key: string, value: number): void {
    this.set(key, String(value));
  }

  getStrings(key: string, ...otherwise: string[]): string[] {
    const text = this.get(key);
    return text === null ? otherwise : text.split(',').map((part) => part.trim());
  }
  setStrings(key: string, ...values: string[]): void {
    this.set(key, values.join(','));
  }

  /** A class that was set, or the name of one. */
  getClass(key: string, otherwise: ClassName | null = null): ClassName | null {
    return this.types.get(nameOf(key)) ?? this.values.get(nameOf(key)) ?? otherwise;
  }
  setClass(key: string, type: ClassName, _interface?: unknown): void {
    this.set(key, classNameOfType(type));
    if (typeof type !== 'string') this.types.set(nameOf(key), type);
  }

  size(): number {
    return this.values.size;
  }

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
  static override get class(): typeof JobConf {
    return JobConf;
  }
  setOutputFormat(type: ClassName): void {
    this.setClass('mapred.output.format.class', type);
  }
  getOutputFormat(): ClassName | null {
    return this.getClass('mapred.output.format.class');
  }
  setInputFormat(type: ClassName): void {
    this.setClass('mapred.input.format.class', type);
  }
  getInputFormat(): ClassName | null {
    return this.getClass('mapred.input.format.class');
  }
  setOutputKeyClass(type: ClassName): void {
    this.setClass('mapred.output.key.class', type);
  }
  getOutputKeyClass(): ClassName | null {
    return this.getClass('mapred.output.key.class');
  }
  setOutputValueClass(type: ClassName): void {
    this.setClass('mapred.output.value.class', type);
  }
  getOutputValueClass(): ClassName | null {
    return this.getClass('mapred.output.value.class');
  }
  setJobName(name: string): void {
    this.set('mapreduce.job.name', name);
  }
  getJobName(): string {
    return this.get('mapreduce.job.name', '');
  }
}
