import type { PairDialect } from '../data/index.ts';
import {
  FixedLengthRecords,
  type FormatConf,
  type InputFormat,
  NO_CONF,
  type Path,
  pathText,
  readPairs,
  readValues,
  TextLines,
} from '../format/index.ts';
import { labelled } from '../operator/index.ts';
import type { StreamRef } from '../plan/index.ts';
import { checkFunction } from '../rdd/index.ts';
import { fileInput } from '../source/file-input.ts';
import type { StreamEngine } from './stream-engine.ts';

export interface FileStreamOptions {
  readonly format: InputFormat<never, never> | InputFormat<unknown, unknown>;
  /** What a record is: key and value in the dialect of a surface, or the value alone. */
  readonly records: PairDialect | 'values';
  readonly filter?: ((path: Path) => unknown) | undefined;
  /** Default true. */
  readonly newFilesOnly?: boolean | undefined;
  readonly conf?: FormatConf | undefined;
}

/** The files that appear in a directory (Spark `fileStream`). Throws `NEEDS_CONNECTOR` for what is no local path. */
export function fileStream(
  engine: StreamEngine,
  name: string,
  directory: string,
  { format, records, filter, newFilesOnly = true, conf = NO_CONF }: FileStreamOptions,
): StreamRef {
  engine.sc.files.resolve(pathText(directory, name));
  if (filter !== undefined) checkFunction(filter, `${name}: filter`);
  const reads = format as InputFormat<unknown, unknown>;
  return engine.addInput(name, (slots) => {
    const read = records === 'values' ? readValues(reads, conf) : readPairs(reads, records, conf);
    return fileInput({
      directory,
      filter,
      newFilesOnly,
      madeMs: engine.sc.clock.now(),
      format: reads,
      read: labelled({ op: 'readFiles', fns: [slots.slot(read, true)], dialect: 'array' }, slots.label),
    });
  });
}

/** Lines of UTF-8 text (Spark `textFileStream`). */
export const textFileStream = (engine: StreamEngine, directory: string): StreamRef =>
  fileStream(engine, 'textFileStream', directory, { format: new TextLines(), records: 'values' });

/** Records of one length each, in bytes (Spark `binaryRecordsStream`). */
export const binaryRecordsStream = (engine: StreamEngine, directory: string, recordLength: number): StreamRef =>
  fileStream(engine, 'binaryRecordsStream', directory, {
    format: new FixedLengthRecords(recordLength, 'binaryRecordsStream'),
    records: 'values',
  });
