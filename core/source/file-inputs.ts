import type { PairDialect } from '../data/index.ts';
import {
  type Configuration,
  FixedLengthRecords,
  type FormatConf,
  type InputFormat,
  inputFormatOf,
  NO_CONF,
  ObjectInput,
  readPairs,
  readValues,
  SequenceInput,
  TextLines,
  WholeFiles,
  WholeTexts,
  type WritableName,
} from '../format/index.ts';
import type { Rdd } from '../rdd/index.ts';
import { type FileContext, readFiles } from './files.ts';

/** Partitions of a read that names no number: Spark's `defaultMinPartitions`. */
const splitsOf = (ctx: FileContext, splitsMin: number | undefined): number =>
  splitsMin ?? Math.min(ctx.defaultParallelism, 2);

/** The lines of text files; `.gz` and `.deflate` are decompressed. */
export function textFile(ctx: FileContext, path: string, splitsMin?: number): Rdd {
  const format = new TextLines();
  const options = { label: 'textFile', splitsMin: splitsOf(ctx, splitsMin) };
  return readFiles(ctx, path, format, readValues(format, NO_CONF), options);
}

/** A pair a file: its path and its text. */
export const wholeTextFiles = (ctx: FileContext, path: string, dialect: PairDialect, splitsMin?: number): Rdd =>
  wholes(ctx, path, new WholeTexts(), dialect, 'wholeTextFiles', splitsMin);

/** A pair a file: its path and its bytes. */
export const binaryFiles = (ctx: FileContext, path: string, dialect: PairDialect, splitsMin?: number): Rdd =>
  wholes(ctx, path, new WholeFiles(), dialect, 'binaryFiles', splitsMin);

function wholes(
  ctx: FileContext,
  path: string,
  format: InputFormat<unknown, unknown>,
  dialect: PairDialect,
  label: string,
  splitsMin?: number,
): Rdd {
  const options = { label, splitsMin: splitsOf(ctx, splitsMin), isGrouped: true };
  return readFiles(ctx, path, format, readPairs(format, dialect, NO_CONF), options);
}

/** Records of `recordLength` bytes. Throws `OPTIONS_INVALID` for what is no length. */
export function binaryRecords(ctx: FileContext, path: string, recordLength: number): Rdd {
  const label = 'binaryRecords';
  const format = new FixedLengthRecords(recordLength, label);
  return readFiles(ctx, path, format, readValues(format, NO_CONF), { label });
}

/** What `saveAsObjectFile` wrote. */
export function objectFile(ctx: FileContext, path: string, splitsMin?: number): Rdd {
  const format = new ObjectInput();
  const options = { label: 'objectFile', splitsMin: splitsOf(ctx, splitsMin) };
  return readFiles(ctx, path, format, readValues(format, NO_CONF), options);
}

export interface SequenceFileOptions {
  readonly keyClass?: WritableName | null | undefined;
  readonly valueClass?: WritableName | null | undefined;
  readonly splitsMin?: number | undefined;
}

/** Pairs of a sequence file. Throws `UNSUPPORTED` for classes that are not there. */
export function sequenceFile(
  ctx: FileContext,
  path: string,
  dialect: PairDialect,
  { keyClass, valueClass, splitsMin }: SequenceFileOptions = {},
): Rdd {
  const format = new SequenceInput({ keyClass: keyClass ?? undefined, valueClass: valueClass ?? undefined });
  const options = { label: 'sequenceFile', splitsMin: splitsOf(ctx, splitsMin) };
  return readFiles(ctx, path, format, readPairs(format, dialect, NO_CONF), options);
}

export interface HadoopFileOptions {
  /** Hadoop's new API: one partition a file, or one for each 32 MiB. */
  readonly isNewApi: boolean;
  readonly conf?: Configuration | undefined;
  readonly splitsMin?: number | undefined;
}

/** Pairs by an input format: an object, a class of one, or a name. Throws `UNSUPPORTED`, `OPTIONS_INVALID`. */
export function hadoopFile(
  ctx: FileContext,
  path: string,
  format: unknown,
  dialect: PairDialect,
  { isNewApi, conf, splitsMin }: HadoopFileOptions,
): Rdd {
  const input = inputFormatOf(format);
  const settings: FormatConf = conf ?? NO_CONF;
  return readFiles(ctx, path, input, readPairs(input, dialect, settings), {
    label: isNewApi ? 'newAPIHadoopFile' : 'hadoopFile',
    splitsMin: isNewApi ? undefined : splitsOf(ctx, splitsMin),
  });
}
