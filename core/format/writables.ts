import { builtInRegistry, doubleText, hashOf, type RecordClass } from '../data/index.ts';
import type { DataReader, DataWriter } from './data-bytes.ts';
import { Box, wholeNumber, type Writable, type WritableClass, wrongValue } from './writable.ts';

const PACKAGE = 'org.apache.hadoop.io';
const utf8 = new TextDecoder();

/** UTF-8 text. Bytes of a file that are no UTF-8 stay as they are, and print as U+FFFD. */
export class Text implements Writable {
  static readonly className = `${PACKAGE}.Text`;
  static get class(): typeof Text {
    return Text;
  }
  private content: Uint8Array | string;

  constructor(content: string | Uint8Array | Text = '') {
    this.content = '';
    this.set(content);
  }

  set(content: string | Uint8Array | Text): void {
    if (content instanceof Text) this.content = content.content;
    else if (typeof content === 'string') this.content = content;
    else if (content instanceof Uint8Array)
      this.content = new Uint8Array(content); // A Buffer's own slice would share.
    else throw wrongValue(Text.className, content);
  }

  clear(): void {
    this.content = '';
  }

  /** A copy. */
  copyBytes(): Uint8Array {
    return new Uint8Array(this.bytes());
  }

  getBytes(): Uint8Array {
    return this.bytes();
  }

  /** In bytes. */
  getLength(): number {
    return this.bytes().length;
  }

  append(bytes: Uint8Array, start = 0, length = bytes.length - start): void {
    this.content = Buffer.concat([this.bytes(), bytes.subarray(start, start + length)]);
  }

  /** Where the text begins in this one, in bytes; −1 where it does not. */
  find(what: string, start = 0): number {
    return Buffer.from(this.bytes()).indexOf(what, start);
  }

  write(out: DataWriter): void {
    const bytes = this.bytes();
    out.vint(bytes.length);
    out.bytes(bytes);
  }

  static readFrom(input: DataReader): Text {
    return new Text(input.bytes(input.vint()));
  }

  static of(value: string): Text {
    if (typeof value === 'string') return new Text(value);
    throw wrongValue(Text.className, value);
  }

  static plain(text: Text): string {
    return text.toString();
  }

  equals(other: unknown): boolean {
    return other instanceof Text && Buffer.compare(this.bytes(), other.bytes()) === 0;
  }

  hashCode(): number {
    return hashOf(this.bytes());
  }

  /** By bytes. */
  compareTo(other: Text): number {
    return Buffer.compare(this.bytes(), other.bytes());
  }

  toString(): string {
    return typeof this.content === 'string' ? this.content : utf8.decode(this.content);
  }

  toJSON(): string {
    return this.toString();
  }

  private bytes(): Uint8Array {
    return typeof this.content === 'string' ? Buffer.from(this.content, 'utf8') : this.content;
  }

  static {
    builtInRegistry.register<Text>(Text, {
      name: 'Text',
      encode: (text) => text.content,
      decode: (content) => new Text(content as string),
    });
  }
}

/** 32 bits, signed. */
export class IntWritable extends Box<number> {
  static readonly className: string = `${PACKAGE}.IntWritable`;
  static get class(): typeof IntWritable {
    return IntWritable;
  }
  constructor(value = 0) {
    super(value);
  }
  protected checked(value: number): number {
    return wholeNumber(IntWritable.className, value, 32) as number;
  }
  write(out: DataWriter): void {
    out.int32(this.value);
  }
  static readFrom(input: DataReader): IntWritable {
    return new IntWritable(input.int32());
  }
  static of(value: number): IntWritable {
    return new IntWritable(value);
  }
  static plain(box: IntWritable): number {
    return box.get();
  }
}

/** 32 bits, signed, of 1 to 5 bytes in a file. */
export class VIntWritable extends Box<number> {
  static readonly className: string = `${PACKAGE}.VIntWritable`;
  static get class(): typeof VIntWritable {
    return VIntWritable;
  }
  constructor(value = 0) {
    super(value);
  }
  protected checked(value: number): number {
    return wholeNumber(VIntWritable.className, value, 32) as number;
  }
  write(out: DataWriter): void {
    out.vint(this.value);
  }
  static readFrom(input: DataReader): VIntWritable {
    return new VIntWritable(input.vint());
  }
  static of(value: number): VIntWritable {
    return new VIntWritable(value);
  }
  static plain(box: VIntWritable): number {
    return box.get();
  }
}

/** 64 bits, signed: a number where it is exact, else a bigint. */
export class LongWritable extends Box<number | bigint> {
  static readonly className: string = `${PACKAGE}.LongWritable`;
  static get class(): typeof LongWritable {
    return LongWritable;
  }
  constructor(value: number | bigint = 0) {
    super(value);
  }
  protected checked(value: number | bigint): number | bigint {
    return wholeNumber(LongWritable.className, value, 64);
  }
  write(out: DataWriter): void {
    out.int64(BigInt(this.value));
  }
  override hashCode(): number {
    return lowWord(this.value);
  }
  static readFrom(input: DataReader): LongWritable {
    return new LongWritable(input.int64());
  }
  static of(value: number | bigint): LongWritable {
    return new LongWritable(value);
  }
  static plain(box: LongWritable): number | bigint {
    return box.get();
  }
}

/** 64 bits, signed, of 1 to 9 bytes in a file. */
export class VLongWritable extends Box<number | bigint> {
  static readonly className: string = `${PACKAGE}.VLongWritable`;
  static get class(): typeof VLongWritable {
    return VLongWritable;
  }
  constructor(value: number | bigint = 0) {
    super(value);
  }
  protected checked(value: number | bigint): number | bigint {
    return wholeNumber(VLongWritable.className, value, 64);
  }
  write(out: DataWriter): void {
    out.vlong(BigInt(this.value));
  }
  override hashCode(): number {
    return lowWord(this.value);
  }
  static readFrom(input: DataReader): VLongWritable {
    return new VLongWritable(input.vlong());
  }
  static of(value: number | bigint): VLongWritable {
    return new VLongWritable(value);
  }
  static plain(box: VLongWritable): number | bigint {
    return box.get();
  }
}

export class DoubleWritable extends Box<number> {
  static readonly className: string = `${PACKAGE}.DoubleWritable`;
  static get class(): typeof DoubleWritable {
    return DoubleWritable;
  }
  constructor(value = 0) {
    super(value);
  }
  protected checked(value: number): number {
    if (typeof value !== 'number') throw wrongValue(DoubleWritable.className, value);
    return value;
  }
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
  static readFrom(input: DataReader): DoubleWritable {
    return new DoubleWritable(input.double());
  }
  static of(value: number): DoubleWritable {
    return new DoubleWritable(value);
  }
  static plain(box: DoubleWritable): number {
    return box.get();
  }
}

/** 32 bits: a number is rounded to the nearest. */
export class FloatWritable extends Box<number> {
  static readonly className: string = `${PACKAGE}.FloatWritable`;
  static get class(): typeof FloatWritable {
    return FloatWritable;
  }
  constructor(value = 0) {
    super(value);
  }
  protected checked(value: number): number {
    if (typeof value !== 'number') throw wrongValue(FloatWritable.className, value);
    return Math.fround(value);
  }
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
  static readFrom(input: DataReader): FloatWritable {
    return new FloatWritable(input.float());
  }
  static of(value: number): FloatWritable {
    return new FloatWritable(value);
  }
  static plain(box: FloatWritable): number {
    return box.get();
  }
}

export class BooleanWritable extends Box<boolean> {
  static readonly className: string = `${PACKAGE}.BooleanWritable`;
  static get class(): typeof BooleanWritable {
    return BooleanWritable;
  }
  constructor(value = false) {
    super(value);
  }
  protected checked(value: boolean): boolean {
    if (typeof value !== 'boolean') throw wrongValue(BooleanWritable.className, value);
    return value;
  }
  write(out: DataWriter): void {
    out.byte(this.value ? 1 : 0);
  }
  /** As Hadoop has it: true is 0. */
  override hashCode(): number {
    return this.value ? 0 : 1;
  }
  static readFrom(input: DataReader): BooleanWritable {
    return new BooleanWritable(input.byte() !== 0);
  }
  static of(value: boolean): BooleanWritable {
    return new BooleanWritable(value);
  }
  static plain(box: BooleanWritable): boolean {
    return box.get();
  }
}

/** Bytes; prints them in hexadecimal. */
export class BytesWritable implements Writable {
  static readonly className = `${PACKAGE}.BytesWritable`;
  static get class(): typeof BytesWritable {
    return BytesWritable;
  }
  private content: Uint8Array;

  constructor(bytes: Uint8Array = new Uint8Array(0), length = bytes.length) {
    this.content = EMPTY;
    this.set(bytes, 0, length);
  }

  set(bytes: Uint8Array | BytesWritable, offset = 0, length?: number): void {
    const from = bytes instanceof BytesWritable ? bytes.content : bytes;
    if (!(from instanceof Uint8Array)) throw wrongValue(BytesWritable.className, bytes);
    this.content = new Uint8Array(from.subarray(offset, offset + (length ?? from.length - offset)));
  }

  getBytes(): Uint8Array {
    return this.content;
  }

  /** A copy. */
  copyBytes(): Uint8Array {
    return new Uint8Array(this.content);
  }

  getLength(): number {
    return this.content.length;
  }

  write(out: DataWriter): void {
    out.int32(this.content.length);
    out.bytes(this.content);
  }

  static readFrom(input: DataReader): BytesWritable {
    return new BytesWritable(input.bytes(input.int32()));
  }

  static of(value: Uint8Array): BytesWritable {
    if (value instanceof Uint8Array) return new BytesWritable(value);
    throw wrongValue(BytesWritable.className, value);
  }

  static plain(bytes: BytesWritable): Uint8Array {
    return bytes.content;
  }

  equals(other: unknown): boolean {
    return other instanceof BytesWritable && Buffer.compare(this.content, other.content) === 0;
  }

  hashCode(): number {
    return hashOf(this.content);
  }

  compareTo(other: BytesWritable): number {
    return Buffer.compare(this.content, other.content);
  }

  toString(): string {
    return Array.from(this.content, (byte) => byte.toString(16).padStart(2, '0')).join(' ');
  }

  static {
    builtInRegistry.register<BytesWritable>(BytesWritable, {
      name: 'BytesWritable',
      encode: (bytes) => bytes.content,
      decode: (bytes) => new BytesWritable(bytes as Uint8Array),
    });
  }
}

const EMPTY = new Uint8Array(0);

/** Nothing, in no bytes: there is one, `NullWritable.get()`. */
export class NullWritable implements Writable {
  static readonly className = `${PACKAGE}.NullWritable`;
  static get class(): typeof NullWritable {
    return NullWritable;
  }
  private static readonly only = new NullWritable();

  private constructor() {}

  static get(): NullWritable {
    return NullWritable.only;
  }

  write(_out: DataWriter): void {}

  static readFrom(_input: DataReader): NullWritable {
    return NullWritable.only;
  }

  static of(value: null | undefined): NullWritable {
    if (value === null || value === undefined) return NullWritable.only;
    throw wrongValue(NullWritable.className, value);
  }

  static plain(_null: NullWritable): null {
    return null;
  }

  equals(other: unknown): boolean {
    return other instanceof NullWritable;
  }

  hashCode(): number {
    return 0;
  }

  compareTo(_other: NullWritable): number {
    return 0;
  }

  toString(): string {
    return '(null)';
  }

  toJSON(): null {
    return null;
  }

  static {
    builtInRegistry.register<NullWritable>(NullWritable as unknown as RecordClass<NullWritable>, {
      name: 'NullWritable',
      encode: () => null,
      decode: () => NullWritable.only,
    });
  }
}

const lowWord = (value: number | bigint): number => Number(BigInt.asIntN(32, BigInt(value)));

const BOXES = [
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

/** Every class that files may hold. */
export const WRITABLES = [Text, BytesWritable, NullWritable, ...BOXES] as unknown as readonly WritableClass[];
