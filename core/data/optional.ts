import { printAsText } from '../printed.ts';
import { DStreamsError } from '../errors.ts';
import { equalKeys } from './equality.ts';
import { hashOf } from './hash.ts';
import { javaText } from './text.ts';

/** A value that may be absent: what outer joins and state hold on the Java surface. Immutable, compared by value. */
export class Optional<T> {
  readonly #value: T | undefined;

  private constructor(value: T | undefined) {
    this.#value = value;
  }

  static readonly #EMPTY: Optional<never> = new Optional<never>(undefined);

  /**
   * A value that is there. Throws `COLLECTION_EMPTY` for null and undefined, where Java throws a NullPointerException.
   */
  static of<T>(value: T): Optional<NonNullable<T>> {
    if (value === null || value === undefined) {
      throw new DStreamsError(
        'COLLECTION_EMPTY',
        `Optional.of(${String(value)}): use Optional.ofNullable for a value that may be absent`,
      );
    }
    return new Optional<NonNullable<T>>(value);
  }

  /** No value, by its name in Guava. */
  static absent<T>(): Optional<T> {
    return Optional.#EMPTY;
  }

  /** No value, by its name in Java. */
  static empty<T>(): Optional<T> {
    return Optional.#EMPTY;
  }

  /** A value, absent for null and undefined: by its name in Guava. */
  static fromNullable<T>(value: T | null | undefined): Optional<NonNullable<T>> {
    return value === null || value === undefined ? Optional.#EMPTY : new Optional<NonNullable<T>>(value);
  }

  /** A value, absent for null and undefined: by its name in Java. */
  static ofNullable<T>(value: T | null | undefined): Optional<NonNullable<T>> {
    return Optional.fromNullable(value);
  }

  /** Whether there is a value. */
  isPresent(): boolean {
    return this.#value !== undefined;
  }

  /** Whether there is none. */
  isEmpty(): boolean {
    return this.#value === undefined;
  }

  /** The value. Throws `COLLECTION_EMPTY` when absent. */
  get(): T {
    if (this.#value === undefined) {
      throw new DStreamsError(
        'COLLECTION_EMPTY',
        'Optional.get() of an absent value: ask isPresent() first, or use or(default)',
      );
    }
    return this.#value;
  }

  /** This one where it has a value, else the other one. */
  or(other: Optional<T>): Optional<T>;
  /** The value, else `other`: a value, or what an object with `get()` gives, as Guava's Supplier. */
  or(other: T | { get(): T }): T;
  or(other: T | Optional<T> | { get(): T }): T | Optional<T> {
    if (other instanceof Optional) return this.isPresent() ? this : other;
    if (this.#value !== undefined) return this.#value;
    return isSupplier<T>(other) ? other.get() : other;
  }

  /** The value, else `other`. */
  orElse(other: T): T {
    return this.#value === undefined ? other : this.#value;
  }

  /** The value, else null. */
  orNull(): T | null {
    return this.#value === undefined ? null : this.#value;
  }

  /** Empty, or the one value. */
  asSet(): Set<T> {
    return this.#value === undefined ? new Set() : new Set([this.#value]);
  }

  /** `f` of the value, if there is one. Throws `COLLECTION_EMPTY` when `f` gives null or undefined. */
  transform<R>(f: ((value: T) => R) | { call(value: T): R }): Optional<NonNullable<R>> {
    if (this.#value === undefined) return Optional.#EMPTY;
    return Optional.of(typeof f === 'function' ? f(this.#value) : f.call(this.#value));
  }

  equals(other: unknown): boolean {
    return other instanceof Optional && equalKeys(this.#value, other.orNull() ?? undefined);
  }

  hashCode(): number {
    return hashOf(this.#value);
  }

  /** `Optional[3]` or `Optional.empty`. */
  toString(): string {
    return this.#value === undefined ? 'Optional.empty' : `Optional[${javaText(this.#value)}]`;
  }

  toJSON(): T | null {
    return this.orNull();
  }
}

/** A Map has `get` as well, but it takes a key: only a method without arguments is a supplier. */
function isSupplier<T>(value: unknown): value is { get(): T } {
  if (typeof value !== 'object' || value === null) return false;
  const get = (value as { get?: unknown }).get;
  return typeof get === 'function' && get.length === 0;
}

printAsText(Optional);
