import type { FormatConf } from './input-format.ts';

/** Where a writer's bytes go. The engine opens, syncs and closes the file, and removes it when the task fails. */
export interface ByteSink {
  /** Bytes written so far. */
  readonly position: number;
  /** Appends. The bytes may be changed by the caller once it resolves. */
  write(bytes: Uint8Array): Promise<void>;
}

/** What a writer is told about its file. */
export interface PartInfo {
  /** `part-00000`: the file's name without its extension. */
  readonly name: string;
  /** The directory in which it will stand. */
  readonly directory: string;
  /** The settings of the context and of the call. */
  readonly conf: FormatConf;
}

/** Writes the records of one partition; its owner waits for each call before the next. */
export interface RecordWriter<K, V> {
  /** Appends records, which the caller may change once it resolves. */
  write(records: readonly (readonly [K, V])[]): Promise<void>;
  /** Writes what is still held back. Called once, after the last record, not after a failure. */
  close(): Promise<void>;
}

/**
 * Writes records as a file: what `saveAsHadoopFile` and its like take. One object serves many files, on every executor.
 * Equal records must give equal bytes, as a batch that runs again has to leave the same file.
 */
export interface OutputFormat<K, V> {
  /** Resolves when the head of the file, if it has one, is written. */
  writer(sink: ByteSink, part: PartInfo): Promise<RecordWriter<K, V>>;
  /** Appended to `part-00000`, with its dot. Default: nothing. */
  extension?(conf: FormatConf): string;
}
