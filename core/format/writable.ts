import { DStreamsError } from '../errors.ts';
import type { DataReader, DataWriter } from './data-bytes.ts';

/** A value that sequence files hold, as Hadoop's interface of this name. */
export interface Writable {
  /** @internal */
  write(out: DataWriter): void;
}

/** A class of writables: how a file names it, and how it reads and makes them. */
export interface WritableClass<W extends Writable = Writable> {
  /** The name by which a file knows the class. */
  readonly className: string;
  readonly prototype: W;
  /** @internal Reads exactly the bytes of one. Throws `MalformedBytes`. */
  readFrom(input: DataReader): W;
  /** Of a plain value. Throws `RECORD_CLASS_WRONG` for one that does not fit. */
  of(value: never): W;
  /** The plain value of one: a text, a number, bytes, null. */
  plain(writable: W): unknown;
}

/** Of numbers and the like: one value, with the methods that Java has for it. Mutable, as there. */
export abstract class Box<T> implements Writable {
  /** @internal */
  protected value: T;

  /** @internal */
  constructor(value: T) {
    this.value = this.checked(value);
  }

  /** The value in the box. */
  get(): T {
    return this.value;
  }

  /** Puts another value into the box. Throws `RECORD_CLASS_WRONG` for one that does not fit. */
  set(value: T): void {
    this.value = this.checked(value);
  }

  /** @internal The value as this class keeps it. Throws `RECORD_CLASS_WRONG`. */
  protected abstract checked(value: T): T;
  /** @internal */
  abstract write(out: DataWriter): void;

  equals(other: unknown): boolean {
    return other instanceof Box && other.constructor === this.constructor && Object.is(other.value, this.value);
  }

  hashCode(): number {
    return Number(this.value) | 0;
  }

  /** Below 0, 0 or above 0: whether its value is less than, equal to or greater than the other one's. */
  compareTo(other: Box<T>): number {
    return this.value < other.value ? -1 : this.value > other.value ? 1 : 0;
  }

  toString(): string {
    return String(this.value);
  }

  toJSON(): unknown {
    return this.value;
  }
}

export function wrongValue(className: string, value: unknown): DStreamsError {
  const text = typeof value === 'object' && value !== null ? `a ${value.constructor?.name ?? 'object'}` : String(value);
  return new DStreamsError('RECORD_CLASS_WRONG', `${text} is no ${className.slice(className.lastIndexOf('.') + 1)}.`);
}

export function wholeNumber(className: string, value: unknown, bits: 32 | 64): number | bigint {
  const limit = 2n ** BigInt(bits - 1);
  if (typeof value === 'number' && Number.isInteger(value) && value >= -Number(limit) && value < Number(limit)) {
    return value === 0 ? 0 : value;
  }
  // Numbers where they are exact, bigint above: one value has one form.
  if (typeof value === 'bigint' && value >= -limit && value < limit) {
    return Number.isSafeInteger(Number(value)) ? Number(value) : value;
  }
  throw wrongValue(className, value);
}
