export {
  codecNamed,
  type CompressionCodec,
  DEFLATE,
  DefaultCodec,
  DeflateCodec,
  GZIP,
  GzipCodec,
} from './compression.ts';
export { FixedLengthRecords } from './fixed-length.ts';
export type { FileSplit, FormatConf, InputFormat, ReadContext } from './input-format.ts';
export { NO_CONF } from './input-format.ts';
export type { ByteSink, OutputFormat, PartInfo, RecordWriter } from './output-format.ts';
export { Path, pathText } from './path.ts';
export { type ReadSplit, readPairs, readValues } from './split-reader.ts';
export { splitFiles, splitFilled } from './splits.ts';
export { TextLines } from './text-input.ts';
export { WholeFiles, WholeTexts } from './whole-files.ts';
export { SequenceInput, type SequenceInputOptions } from './sequence-input.ts';
export { SequenceOutput, type SequenceOutputOptions } from './sequence-output.ts';
export { Box, type Writable, type WritableClass } from './writable.ts';
export { fromWritable, isWritable, writableFor, writableNamed, type WritableName } from './writable-classes.ts';
export {
  BooleanWritable,
  DoubleWritable,
  FloatWritable,
  IntWritable,
  LongWritable,
  VIntWritable,
  VLongWritable,
} from './box-writables.ts';
export { BytesWritable, NullWritable, Text, WRITABLES } from './writables.ts';
export {
  type ClassName,
  classNameOfType,
  Configuration,
  JobConf,
} from './configuration.ts';
export {
  compressionOf,
  FileOutputFormat,
  type OutputFormatLike,
  outputFormatOf,
  SequenceFileOutputFormat,
  TextOutputFormat,
} from './hadoop-output.ts';
export { ObjectInput, objectWriter } from './object-file.ts';
export { LineWriter, TextOutput } from './text-output.ts';
export {
  FileInputFormat,
  inputPathOf,
  type InputFormatLike,
  inputFormatOf,
  KeyValueTextInputFormat,
  SequenceFileInputFormat,
  TextInputFormat,
} from './hadoop-input.ts';
