import { printAsText } from '../printed.ts';
import { equalKeys } from './equality.ts';
import { hashOf } from './hash.ts';
import { JIterator } from './java-iterator.ts';
import { appendTo } from './joined.ts';
import { builtInRegistry } from './registry.ts';
import { javaText } from './text.ts';

/**
 * An array with the methods of `java.util.List`; compared, hashed and printed as Java does. `map`, `filter` … give plain arrays. An index
 * outside throws `RangeError`, where Java throws an IndexOutOfBoundsException; a number given to `remove` is an index, as an int is in Java.
 */
export class JList<T> extends Array<T> {
  /** Empty, or a copy of `items`; a number is Java's initial capacity and changes nothing. */
  constructor(items?: Iterable<T> | number) {
    super();
    if (items !== undefined && typeof items !== 'number') addAll(this, items);
  }

  static override get [Symbol.species](): ArrayConstructor {
    return Array;
  }

  /** The element at a place, counted from 0. */
  get(index: number): T {
    return this[checked(index, this.length - 1, this.length)]!;
  }

  /** Replaces the element at a place. The value that was there. */
  set(index: number, value: T): T {
    const previous = this[checked(index, this.length - 1, this.length)]!;
    this[index] = value;
    return previous;
  }

  /** How many elements there are, as `length`. */
  size(): number {
    return this.length;
  }

  /** Whether there is none. */
  isEmpty(): boolean {
    return this.length === 0;
  }

  /** Adds an element at the end. True. */
  add(value: T): boolean;
  /** Adds an element at a place; what stands there and behind it moves up. */
  add(index: number, value: T): void;
  add(first: T | number, ...rest: [T?]): boolean | void {
    if (rest.length > 0) {
      this.splice(checked(first as number, this.length, this.length), 0, rest[0] as T);
      return;
    }
    this[this.length] = first as T;
    return true;
  }

  /** Adds elements at the end. Whether there were any. */
  addAll(values: Iterable<T>): boolean {
    const before = this.length;
    addAll(this, values);
    return this.length > before;
  }

  /** Takes out the element at a place. The value removed. */
  remove(index: number): T;
  /** Takes out the first element that equals a value, as keys do. Whether it was there. */
  remove(value: T): boolean;
  remove(which: T | number): T | boolean {
    if (typeof which === 'number') return this.splice(checked(which, this.length - 1, this.length), 1)[0]!;
    const index = placeOf(this, which);
    if (index >= 0) this.splice(index, 1);
    return index >= 0;
  }

  /** Takes out all elements. */
  clear(): void {
    this.length = 0;
  }

  /** Whether an element equals a value, as keys do. */
  contains(value: unknown): boolean {
    return placeOf(this, value) >= 0;
  }

  /** Where the first element from `from` on is that equals a value, as keys do; −1 for nowhere. */
  override indexOf(value: T, from = 0): number {
    return placeOf(this, value, from < 0 ? Math.max(0, this.length + from) : from);
  }

  /** Where the last element up to `from` is that equals a value, as keys do; −1 for nowhere. */
  override lastIndexOf(value: T, from = this.length - 1): number {
    let i = Math.min(from < 0 ? this.length + from : from, this.length - 1);
    while (i >= 0 && !equalKeys(this[i], value)) i--;
    return Math.max(i, -1);
  }

  /** Whether each of the values is there. */
  containsAll(values: Iterable<unknown>): boolean {
    for (const value of values) if (!this.contains(value)) return false;
    return true;
  }

  /** A copy of `[from, to)`; Java's is a view. */
  subList(from: number, to: number): JList<T> {
    checked(from, to, this.length);
    checked(to, this.length, this.length);
    const part = new JList<T>();
    for (let i = from; i < to; i++) part[i - from] = this[i]!;
    return part;
  }

  /** A plain array of the elements. */
  toArray(): T[] {
    // Not `slice`, which asks a class that extends Array what to make, at twenty times the price.
    const values: T[] = [];
    for (let i = 0; i < this.length; i++) values.push(this[i]!);
    return values;
  }

  /** Java's iterator over the elements. */
  iterator(): JIterator<T> {
    return new JIterator(this);
  }

  equals(other: unknown): boolean {
    return equalKeys(this, other);
  }

  hashCode(): number {
    return listHash(this);
  }

  /** `[1, 2]`. */
  override toString(): string {
    return javaText(this);
  }
}

function addAll<T>(list: JList<T>, values: Iterable<T>): void {
  if (Array.isArray(values)) appendTo(list, values);
  else for (const value of values) list[list.length] = value;
}

function placeOf(list: readonly unknown[], value: unknown, from = 0): number {
  for (let i = from; i < list.length; i++) if (equalKeys(list[i], value)) return i;
  return -1;
}

function checked(index: number, last: number, length: number): number {
  if (Number.isInteger(index) && index >= 0 && index <= last) return index;
  throw new RangeError(`Index ${index} out of bounds for length ${length}`);
}

function listHash(values: readonly unknown[]): number {
  let hash = 1;
  for (const value of values) hash = (Math.imul(hash, 31) + hashOf(value)) | 0;
  return hash;
}

builtInRegistry.register<JList<unknown>>(JList, {
  name: 'java.util.List',
  encode: (list) => list.toArray(),
  decode: (data) => new JList(data as unknown[]),
});

printAsText(JList);
