import { describeValue } from '../data/index.ts';
import { DStreamsError } from '../errors.ts';
import { type DataReader, MalformedBytes } from './data-bytes.ts';
import { BooleanWritable, DoubleWritable, IntWritable, LongWritable } from './box-writables.ts';
import type { Writable, WritableClass } from './writable.ts';
import { BytesWritable, NullWritable, Text, WRITABLES } from './writables.ts';

const BY_NAME: ReadonlyMap<string, WritableClass> = new Map(
  WRITABLES.flatMap((type) => [
    [type.className, type],
    [simpleName(type.className), type],
  ]),
);
const BY_PROTOTYPE: ReadonlyMap<object, WritableClass> = new Map(WRITABLES.map((type) => [type.prototype, type]));

/** What stands for a class of writables: itself, or its name, with or without the package. */
export type WritableName = string | WritableClass;

export function simpleName(className: string): string {
  return className.slice(className.lastIndexOf('.') + 1);
}

/** Throws `UNSUPPORTED` for a name that is none of ours. */
export function writableNamed(name: WritableName): WritableClass {
  const found = typeof name === 'string' ? BY_NAME.get(name) : BY_PROTOTYPE.get(name?.prototype ?? {});
  if (found !== undefined) return found;
  const text = typeof name === 'string' ? name : describeValue(name);
  throw new DStreamsError(
    'UNSUPPORTED',
    `${text} is no class of writables that is there. There are ${WRITABLES.map((type) => simpleName(type.className)).join(', ')}.`,
  );
}

export const isWritable = (value: unknown): value is Writable =>
  typeof value === 'object' && value !== null && BY_PROTOTYPE.has(Object.getPrototypeOf(value) as object);

const classOf = (writable: Writable): WritableClass => BY_PROTOTYPE.get(Object.getPrototypeOf(writable) as object)!;

/** The class for a plain value, as PySpark chooses it; a writable has its own. Throws `RECORD_CLASS_WRONG` where there is none. */
export function writableFor(value: unknown): WritableClass {
  if (isWritable(value)) return classOf(value);
  if (value === null || value === undefined) return NullWritable as unknown as WritableClass;
  if (typeof value === 'string') return Text as unknown as WritableClass;
  if (typeof value === 'boolean') return BooleanWritable as unknown as WritableClass;
  if (value instanceof Uint8Array) return BytesWritable as unknown as WritableClass;
  if (typeof value === 'bigint') return LongWritable as unknown as WritableClass;
  if (typeof value === 'number') {
    if (!Number.isSafeInteger(value)) return DoubleWritable as unknown as WritableClass;
    return (Math.abs(value) < 2 ** 31 ? IntWritable : LongWritable) as unknown as WritableClass;
  }
  throw new DStreamsError(
    'RECORD_CLASS_WRONG',
    `There is no class of writables for a ${value.constructor?.name ?? typeof value}. Make it a text, a number, a boolean, bytes or null first.`,
  );
}

/** A value as a writable of a class. Throws `RECORD_CLASS_WRONG` for one that does not fit, with Hadoop's words. */
export function toWritable(value: unknown, type: WritableClass, what: 'key' | 'value'): Writable {
  if (!isWritable(value)) return type.of(value as never);
  if (Object.getPrototypeOf(value) === type.prototype) return value;
  throw new DStreamsError(
    'RECORD_CLASS_WRONG',
    `wrong ${what} class: ${classOf(value).className} is not class ${type.className}`,
  );
}

/** The plain value of a writable; anything else is itself. */
export const fromWritable = (value: unknown): unknown => (isWritable(value) ? classOf(value).plain(value) : value);

/** Reads one writable out of exactly these bytes. Throws `MalformedBytes`. */
export function readWritable(type: WritableClass, input: DataReader): Writable {
  const writable = type.readFrom(input);
  if (input.left > 0) throw new MalformedBytes(`${input.left} bytes are left behind a ${simpleName(type.className)}`);
  return writable;
}
