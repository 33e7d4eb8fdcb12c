import { type PairDialect, Tuple2 } from '../data/index.ts';
import type { FileSystem } from '../storage/file-system.ts';
import { fromWritable } from './writable-classes.ts';
import type { FileSplit, FormatConf, InputFormat } from './input-format.ts';

/** What a task calls for each split: its records, some at a time. A function of the program, so it stands on every executor. */
export type ReadSplit = (split: FileSplit, files: FileSystem) => AsyncIterable<unknown[]>;

/** Pairs of key and value, as a surface has them: `Tuple2` of what the format gives, or arrays of plain values. */
export function readPairs(format: InputFormat<unknown, unknown>, dialect: PairDialect, conf: FormatConf): ReadSplit {
  return async function* (split, files) {
    for await (const records of format.read(split, { files, conf })) {
      yield dialect === 'tuple'
        ? records.map(([key, value]) => new Tuple2(key, value))
        : records.map(([key, value]) => [fromWritable(key), fromWritable(value)]);
    }
  };
}

/** Values alone: `textFile` and the like. */
export function readValues(format: InputFormat<unknown, unknown>, conf: FormatConf): ReadSplit {
  return async function* (split, files) {
    const context = { files, conf };
    if (format.readValues !== undefined) yield* format.readValues(split, context);
    else for await (const records of format.read(split, context)) yield records.map(([, value]) => value);
  };
}
