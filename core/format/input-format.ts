import type { FileSystem } from '../storage/file-system.ts';

/** What one task reads: a file, or a stretch of one. Plain data, it travels to executors. */
export interface FileSplit {
  /** As `FileSystem.resolve` gives it. */
  readonly path: string;
  /** First byte. */
  readonly start: number;
  /** undefined: to the end. Anything but a whole file is given to formats that are splittable only. */
  readonly length?: number | undefined;
}

/** Settings by name, as a Hadoop job has them. */
export interface FormatConf {
  /** The text of a setting; null where it is not set. */
  get(key: string): string | null;
}

/** What a reader is given besides the file. */
export interface ReadContext {
  /** Where the file is read from. */
  readonly files: FileSystem;
  /** The settings of the context and of the call. */
  readonly conf: FormatConf;
}

/**
 * Reads files as records: what `fileStream`, `hadoopFile` and their like take. One object serves many files, several at
 * a time, on every executor: it keeps nothing of a file in itself.
 */
export interface InputFormat<K, V> {
  /**
   * The records of a file in order, some at a time, each array the caller's. Reads as it is asked, in bounded memory; an
   * iterator that is left early (`return`) closes the file. Bytes that are none of this format are `FILE_CORRUPT` with path
   * and offset, a record that is too large is `RECORD_TOO_LARGE`; `IO_FAILED` passes through.
   */
  read(split: FileSplit, context: ReadContext): AsyncIterable<[K, V][]>;
  /** The values alone, for readers that drop the keys, where that is cheaper. */
  readValues?(split: FileSplit, context: ReadContext): AsyncIterable<V[]>;
  /** Whether a file may be read in stretches: each record has to come out of exactly one of them. Default: no. */
  isSplittable?(path: string): boolean;
}

export const NO_CONF: FormatConf = { get: () => null };
