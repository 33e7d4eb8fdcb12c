import { printAsText } from '../printed.ts';
import { equalKeys } from './equality.ts';
import { hashOf } from './hash.ts';
import { JIterator } from './java-iterator.ts';
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
    // Appending one by one: a spread of a long list would overflow the stack.
    if (items !== undefined && typeof items !== 'number') for (const item of items) this.push(item);
  }

  static override get [Symbol.species](): ArrayConstructor {
    return Array;
  }

  get(index: number): T {
    return this[this.#checked(index, this.length - 1)]!;
  }

  /** The value that was there. */
  set(index: number, value: T): T {
    const previous = this[this.#checked(index, this.length - 1)]!;
    this[index] = value;
    return previous;
  }

  size(): number {
    return this.length;
  }

  isEmpty(): boolean {
    return this.length === 0;
  }

  add(value: T): boolean;
  add(index: number, value: T): void;
  add(first: T | number, ...rest: [T?]): boolean | void {
    if (rest.length === 0) return this.push(first as T) > 0;
    this.splice(this.#checked(first as number, this.length), 0, rest[0] as T);
  }

  addAll(values: Iterable<T>): boolean {
    const before = this.length;
    for (const value of [...values]) this.push(value);
    return this.length > before;
  }

  /** By index: the value removed. By value: whether it was there. */
  remove(index: number): T;
  remove(value: T): boolean;
  remove(which: T | number): T | boolean {
    if (typeof which === 'number') return this.splice(this.#checked(which, this.length - 1), 1)[0]!;
    const index = this.findIndex((member) => equalKeys(member, which));
    if (index >= 0) this.splice(index, 1);
    return index >= 0;
  }

  clear(): void {
    this.length = 0;
  }

  contains(value: unknown): boolean {
    return this.some((member) => equalKeys(member, value));
  }

  containsAll(values: Iterable<unknown>): boolean {
    for (const value of values) if (!this.contains(value)) return false;
    return true;
  }

  /** A copy of `[from, to)`; Java's is a view. */
  subList(from: number, to: number): JList<T> {
    this.#checked(from, to);
    this.#checked(to, this.length);
    return new JList(this.slice(from, to));
  }

  toArray(): T[] {
    return Array.from<T>(this);
  }

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

  #checked(index: number, last: number): number {
    if (Number.isInteger(index) && index >= 0 && index <= last) return index;
    throw new RangeError(`Index ${index} out of bounds for length ${this.length}`);
  }
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
