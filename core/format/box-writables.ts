import { builtInRegistry, doubleText } from '../data/index.ts';
import type { DataReader, DataWriter } from './data-bytes.ts';
import { Box, wholeNumber, type WritableClass, wrongValue } from './writable.ts';

const PACKAGE = 'org.apache.hadoop.io';

/** 32 bits, signed. */
export class IntWritable extends Box<number> {
  /** The name by which Hadoop knows it. */
  static readonly className: string = `${PACKAGE}.IntWritable`;
  /** `IntWritable.class`, as Java writes it. */
  static get class(): typeof IntWritable {
    return IntWritable;
  }
  /** Throws `RECORD_CLASS_WRONG` for a value that does not fit. */
  constructor(value = 0) {
    super(value);
  }
  /** @internal */
  protected checked(value: number): number {
    return wholeNumber(IntWritable.className, value, 32) as number;
  }
  /** @internal */
  write(out: DataWriter): void {
    out.int32(this.value);
  }
  /** @internal */
  static readFrom(input: DataReader): IntWritable {
    return new IntWritable(input.int32());
  }
  /** A box of a plain value. Throws `RECORD_CLASS_WRONG` for one that does not fit. */
  static of(value: number): IntWritable {
    return new IntWritable(value);
  }
  /** The plain value in a box. */
  static plain(box: IntWritable): number {
    return box.get();
  }
}

/** 32 bits, signed, of 1 to 5 bytes in a file. */
export class VIntWritable extends Box<number> {
  /** The name by which Hadoop knows it. */
  static readonly className: string = `${PACKAGE}.VIntWritable`;
  /** `VIntWritable.class`, as Java writes it. */
  static get class(): typeof VIntWritable {
    return VIntWritable;
  }
  /** Throws `RECORD_CLASS_WRONG` for a value that does not fit. */
  constructor(value = 0) {
    super(value);
  }
  /** @internal */
  protected checked(value: number): number {
    return wholeNumber(VIntWritable.className, value, 32) as number;
  }
  /** @internal */
  write(out: DataWriter): void {
    out.vint(this.value);
  }
  /** @internal */
  static readFrom(input: DataReader): VIntWritable {
    return new VIntWritable(input.vint());
  }
  /** A box of a plain value. Throws `RECORD_CLASS_WRONG` for one that does not fit. */
  static of(value: number): VIntWritable {
    return new VIntWritable(value);
  }
  /** The plain value in a box. */
  static plain(box: VIntWritable): number {
    return box.get();
  }
}

/** 64 bits, signed: a number where it is exact, else a bigint. */
export class LongWritable extends Box<number | bigint> {
  /** The name by which Hadoop knows it. */
  static readonly className: string = `${PACKAGE}.LongWritable`;
  /** `LongWritable.class`, as Java writes it. */
  static get class(): typeof LongWritable {
    return LongWritable;
  }
  /** Throws `RECORD_CLASS_WRONG` for a value that does not fit. */
  constructor(value: number | bigint = 0) {
    super(value);
  }
  /** @internal */
  protected checked(value: number | bigint): number | bigint {
    return wholeNumber(LongWritable.className, value, 64);
  }
  /** @internal */
  write(out: DataWriter): void {
    out.int64(BigInt(this.value));
  }
  override hashCode(): number {
    return lowWord(this.value);
  }
  /** @internal */
  static readFrom(input: DataReader): LongWritable {
    return new LongWritable(input.int64());
  }
  /** A box of a plain value. Throws `RECORD_CLASS_WRONG` for one that does not fit. */
  static of(value: number | bigint): LongWritable {
    return new LongWritable(value);
  }
  /** The plain value in a box. */
  static plain(box: LongWritable): number | bigint {
    return box.get();
  }
}

/** 64 bits, signed, of 1 to 9 bytes in a file. */
export class VLongWritable extends Box<number | bigint> {
  /** The name by which Hadoop knows it. */
  static readonly className: string = `${PACKAGE}.VLongWritable`;
  /** `VLongWritable.class`, as Java writes it. */
  static get class(): typeof VLongWritable {
    return VLongWritable;
  }
  /** Throws `RECORD_CLASS_WRONG` for a value that does not fit. */
  constructor(value: number | bigint = 0) {
    super(value);
  }
  /** @internal */
  protected checked(value: number | bigint): number | bigint {
    return wholeNumber(VLongWritable.className, value, 64);
  }
  /** @internal */
  write(out: DataWriter): void {
    out.vlong(BigInt(this.value));
  }
  override hashCode(): number {
    return lowWord(this.value);
  }
  /** @internal */
  static readFrom(input: DataReader): VLongWritable {
    return new VLongWritable(input.vlong());
  }
  /** A box of a plain value. Throws `RECORD_CLASS_WRONG` for one that does not fit. */
  static of(value: number | bigint): VLongWritable {
    return new VLongWritable(value);
  }
  /** The plain value in a box. */
  static plain(box: VLongWritable): number | bigint {
    return box.get();
  }
}

export class DoubleWritable extends Box<number> {
  /** The name by which Hadoop knows it. */
  static readonly className: string = `${PACKAGE}.DoubleWritable`;
  /** `DoubleWritable.class`, as Java writes it. */
  static get class(): typeof DoubleWritable {
    return DoubleWritable;
  }
  /** Throws `RECORD_CLASS_WRONG` for a value that does not fit. */
  constructor(value = 0) {
    super(value);
  }
  /** @internal */
  protected checked(value: number): number {
    if (typeof value !== 'number') throw wrongValue(DoubleWritable.className, value);
    return value;
  }
  /** @internal */
  write(out: DataWriter): void {
    out.double(this.value);
  }
  /** The low half of the bits, as Hadoop has it. */
  override hashCode(): number {
    const bits = new DataView(new ArrayBuffer(8));
    bits.setFloat64(0, this.value);
    return Number.isNaN(this.value) ? 0 : bits.getInt32(4);
  }
  override toString(): string {
    return doubleText(this.value);
  }
  /** @internal */
  static readFrom(input: DataReader): DoubleWritable {
    return new DoubleWritable(input.double());
  }
  /** A box of a plain value. Throws `RECORD_CLASS_WRONG` for one that does not fit. */
  static of(value: number): DoubleWritable {
    return new DoubleWritable(value);
  }
  /** The plain value in a box. */
  static plain(box: DoubleWritable): number {
    return box.get();
  }
}

/** 32 bits: a number is rounded to the nearest. */
export class FloatWritable extends Box<number> {
  /** The name by which Hadoop knows it. */
  static readonly className: string = `${PACKAGE}.FloatWritable`;
  /** `FloatWritable.class`, as Java writes it. */
  static get class(): typeof FloatWritable {
    return FloatWritable;
  }
  /** Throws `RECORD_CLASS_WRONG` for a value that does not fit. */
  constructor(value = 0) {
    super(value);
  }
  /** @internal */
  protected checked(value: number): number {
    if (typeof value !== 'number') throw wrongValue(FloatWritable.className, value);
    return Math.fround(value);
  }
  /** @internal */
  write(out: DataWriter): void {
    out.float(this.value);
  }
  override hashCode(): number {
    const bits = new DataView(new ArrayBuffer(4));
    bits.setFloat32(0, this.value);
    return Number.isNaN(this.value) ? 0x7fc00000 : bits.getInt32(0);
  }
  /** The shortest text that is this float and no other. */
  override toString(): string {
    for (let digits = 1; digits < 9; digits++) {
      const short = Number(this.value.toPrecision(digits));
      if (Math.fround(short) === this.value) return doubleText(short);
    }
    return doubleText(this.value);
  }
  /** @internal */
  static readFrom(input: DataReader): FloatWritable {
    return new FloatWritable(input.float());
  }
  /** A box of a plain value. Throws `RECORD_CLASS_WRONG` for one that does not fit. */
  static of(value: number): FloatWritable {
    return new FloatWritable(value);
  }
  /** The plain value in a box. */
  static plain(box: FloatWritable): number {
    return box.get();
  }
}

export class BooleanWritable extends Box<boolean> {
  /** The name by which Hadoop knows it. */
  static readonly className: string = `${PACKAGE}.BooleanWritable`;
  /** `BooleanWritable.class`, as Java writes it. */
  static get class(): typeof BooleanWritable {
    return BooleanWritable;
  }
  /** Throws `RECORD_CLASS_WRONG` for a value that does not fit. */
  constructor(value = false) {
    super(value);
  }
  /** @internal */
  protected checked(value: boolean): boolean {
    if (typeof value !== 'boolean') throw wrongValue(BooleanWritable.className, value);
    return value;
  }
  /** @internal */
  write(out: DataWriter): void {
    out.byte(this.value ? 1 : 0);
  }
  /** As Hadoop has it: true is 0. */
  override hashCode(): number {
    return this.value ? 0 : 1;
  }
  /** @internal */
  static readFrom(input: DataReader): BooleanWritable {
    return new BooleanWritable(input.byte() !== 0);
  }
  /** A box of a plain value. Throws `RECORD_CLASS_WRONG` for one that does not fit. */
  static of(value: boolean): BooleanWritable {
    return new BooleanWritable(value);
  }
  /** The plain value in a box. */
  static plain(box: BooleanWritable): boolean {
    return box.get();
  }
}

const lowWord = (value: number | bigint): number => Number(BigInt.asIntN(32, BigInt(value)));

/** All of the above. */
export const BOXES = [
  IntWritable,
  VIntWritable,
  LongWritable,
  VLongWritable,
  FloatWritable,
  DoubleWritable,
  BooleanWritable,
] as unknown as readonly (WritableClass<Box<unknown>> & (new (value: unknown) => Box<unknown>))[];

for (const type of BOXES) {
  builtInRegistry.register<Box<unknown>>(type, {
    name: type.className.slice(PACKAGE.length + 1),
    encode: (box) => box.get(),
    decode: (value) => new type(value),
  });
}
