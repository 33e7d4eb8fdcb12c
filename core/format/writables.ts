import { builtInRegistry, hashOf, type RecordClass } from '../data/index.ts';
import { BOXES } from './box-writables.ts';
import type { DataReader, DataWriter } from './data-bytes.ts';
import { type Writable, type WritableClass, wrongValue } from './writable.ts';

const PACKAGE = 'org.apache.hadoop.io';
const utf8 = new TextDecoder();

/** UTF-8 text. Bytes of a file that are no UTF-8 stay as they are, and print as U+FFFD. */
export class Text implements Writable {
  /** The name by which Hadoop knows it. */
  static readonly className = `${PACKAGE}.Text`;
  /** `Text.class`, as Java writes it. */
  static get class(): typeof Text {
    return Text;
  }
  private content: Uint8Array | string;

  /** A copy of a text, or of bytes that are one. Throws `RECORD_CLASS_WRONG` for anything else. */
  constructor(content: string | Uint8Array | Text = '') {
    this.content = '';
    this.set(content);
  }

  /** Replaces its content by a copy. */
  set(content: string | Uint8Array | Text): void {
    if (content instanceof Text) this.content = content.content;
    else if (typeof content === 'string') this.content = content;
    else if (content instanceof Uint8Array)
      this.content = new Uint8Array(content); // A Buffer's own slice would share.
    else throw wrongValue(Text.className, content);
  }

  /** Makes it empty. */
  clear(): void {
    this.content = '';
  }

  /** A copy. */
  copyBytes(): Uint8Array {
    return new Uint8Array(this.bytes());
  }

  /** Its UTF-8 bytes: not to be changed. */
  getBytes(): Uint8Array {
    return this.bytes();
  }

  /** In bytes. */
  getLength(): number {
    return this.bytes().length;
  }

  /** Adds bytes at the end: of `bytes` those from `start` on. */
  append(bytes: Uint8Array, start = 0, length = bytes.length - start): void {
    this.content = Buffer.concat([this.bytes(), bytes.subarray(start, start + length)]);
  }

  /** Where the text begins in this one, in bytes; −1 where it does not. */
  find(what: string, start = 0): number {
    return Buffer.from(this.bytes()).indexOf(what, start);
  }

  /** @internal */
  write(out: DataWriter): void {
    const bytes = this.bytes();
    out.vint(bytes.length);
    out.bytes(bytes);
  }

  /** @internal */
  static readFrom(input: DataReader): Text {
    return new Text(input.bytes(input.vint()));
  }

  /** A box of a plain text. Throws `RECORD_CLASS_WRONG` for anything else. */
  static of(value: string): Text {
    if (typeof value === 'string') return new Text(value);
    throw wrongValue(Text.className, value);
  }

  /** The plain text in a box. */
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

/** Bytes; prints them in hexadecimal. */
export class BytesWritable implements Writable {
  /** The name by which Hadoop knows it. */
  static readonly className = `${PACKAGE}.BytesWritable`;
  /** `BytesWritable.class`, as Java writes it. */
  static get class(): typeof BytesWritable {
    return BytesWritable;
  }
  private content: Uint8Array;

  /** A copy of the first `length` bytes; else empty. */
  constructor(bytes: Uint8Array = new Uint8Array(0), length = bytes.length) {
    this.content = EMPTY;
    this.set(bytes, 0, length);
  }

  /** Replaces its content by a copy of `length` bytes from `offset` on. */
  set(bytes: Uint8Array | BytesWritable, offset = 0, length?: number): void {
    const from = bytes instanceof BytesWritable ? bytes.content : bytes;
    if (!(from instanceof Uint8Array)) throw wrongValue(BytesWritable.className, bytes);
    this.content = new Uint8Array(from.subarray(offset, offset + (length ?? from.length - offset)));
  }

  /** Its bytes: not to be changed. */
  getBytes(): Uint8Array {
    return this.content;
  }

  /** A copy. */
  copyBytes(): Uint8Array {
    return new Uint8Array(this.content);
  }

  /** How many bytes there are. */
  getLength(): number {
    return this.content.length;
  }

  /** @internal */
  write(out: DataWriter): void {
    out.int32(this.content.length);
    out.bytes(this.content);
  }

  /** @internal */
  static readFrom(input: DataReader): BytesWritable {
    return new BytesWritable(input.bytes(input.int32()));
  }

  /** A box of plain bytes. Throws `RECORD_CLASS_WRONG` for anything else. */
  static of(value: Uint8Array): BytesWritable {
    if (value instanceof Uint8Array) return new BytesWritable(value);
    throw wrongValue(BytesWritable.className, value);
  }

  /** The plain bytes in a box. */
  static plain(bytes: BytesWritable): Uint8Array {
    return bytes.content;
  }

  equals(other: unknown): boolean {
    return other instanceof BytesWritable && Buffer.compare(this.content, other.content) === 0;
  }

  hashCode(): number {
    return hashOf(this.content);
  }

  /** Below 0, 0 or above 0: their order by bytes. */
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
  /** The name by which Hadoop knows it. */
  static readonly className = `${PACKAGE}.NullWritable`;
  /** `NullWritable.class`, as Java writes it. */
  static get class(): typeof NullWritable {
    return NullWritable;
  }
  private static readonly only = new NullWritable();

  private constructor() {}

  /** The one that there is. */
  static get(): NullWritable {
    return NullWritable.only;
  }

  /** @internal */
  write(_out: DataWriter): void {}

  /** @internal */
  static readFrom(_input: DataReader): NullWritable {
    return NullWritable.only;
  }

  /** The one that there is. Throws `RECORD_CLASS_WRONG` for what is not null. */
  static of(value: null | undefined): NullWritable {
    if (value === null || value === undefined) return NullWritable.only;
    throw wrongValue(NullWritable.className, value);
  }

  /** null. */
  static plain(_null: NullWritable): null {
    return null;
  }

  equals(other: unknown): boolean {
    return other instanceof NullWritable;
  }

  hashCode(): number {
    return 0;
  }

  /** 0: there is no other one. */
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

/** Every class that files may hold. */
export const WRITABLES = [Text, BytesWritable, NullWritable, ...BOXES] as unknown as readonly WritableClass[];
