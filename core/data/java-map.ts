import { printAsText } from '../printed.ts';
import { equalKeys } from './equality.ts';
import { hashOf } from './hash.ts';
import { JIterator } from './java-iterator.ts';
import { JList } from './java-list.ts';
import { isDirectKey, KeyTable } from './key-table.ts';
import { builtInRegistry } from './registry.ts';
import { javaText } from './text.ts';

/**
 * The first of equal keys stands for all of them, so that a JavaScript Map or Set, which compares objects by identity, compares by
 * value. Costs nothing for primitive keys.
 */
class KeyIdentity<K> {
  #table = new KeyTable<undefined, K>();

  /** The key that was added, if one that equals `key` was; else `key`. */
  known(key: K): K {
    return isDirectKey(key) ? key : (this.#table.find(key)?.k ?? key);
  }

  added(key: K): K {
    if (isDirectKey(key)) return key;
    return (this.#table.find(key) ?? this.#table.add(key, undefined)).k;
  }

  /** `rest`: the keys that stay. A key table does not remove. */
  keepOnly(rest: Iterable<K>): void {
    this.#table = new KeyTable<undefined, K>();
    for (const key of rest) this.added(key);
  }
}

/** An entry of a `JMap`: also `[key, value]` for destructuring. */
export class JMapEntry<K, V> {
  readonly #map: JMap<K, V>;
  readonly #key: K;

  /** @internal */
  constructor(map: JMap<K, V>, key: K) {
    this.#map = map;
    this.#key = key;
  }

  /** The key. */
  getKey(): K {
    return this.#key;
  }

  /** The value that the map has for the key now. */
  getValue(): V {
    return this.#map.get(this.#key)!;
  }

  /** Changes the map. The value that was there. */
  setValue(value: V): V {
    return this.#map.put(this.#key, value)!;
  }

  *[Symbol.iterator](): Generator<K | V, void, undefined> {
    yield this.getKey();
    yield this.getValue();
  }

  equals(other: unknown): boolean {
    return (
      other instanceof JMapEntry && equalKeys(this.#key, other.getKey()) && equalKeys(this.getValue(), other.getValue())
    );
  }

  hashCode(): number {
    return hashOf(this.#key) ^ hashOf(this.getValue());
  }

  /** `a=1`. */
  toString(): string {
    return `${javaText(this.#key)}=${javaText(this.getValue())}`;
  }
}

/**
 * A Map with the methods of `java.util.Map`; keys compare by value; in order of insertion. Two names mean what they mean in JavaScript:
 * `size` is a number, and `get` gives undefined for no entry (`== null` tells, as in Java).
 */
export class JMap<K, V> extends Map<K, V> {
  readonly #keys = new KeyIdentity<K>();

  /** Empty, or a copy of `entries`; a number is Java's initial capacity and changes nothing. */
  constructor(entries?: Iterable<readonly [K, V]> | number) {
    super();
    if (entries !== undefined && typeof entries !== 'number') for (const [key, value] of entries) this.set(key, value);
  }

  static override get [Symbol.species](): MapConstructor {
    return Map;
  }

  /** The value of a key; undefined where there is none. */
  override get(key: K): V | undefined {
    return super.get(this.#keys.known(key));
  }

  /** Whether there is an entry of a key. */
  override has(key: K): boolean {
    return super.has(this.#keys.known(key));
  }

  /** Sets the value of a key, as JavaScript's Map does: the map itself. */
  override set(key: K, value: V): this {
    return super.set(this.#keys.added(key), value);
  }

  /** Takes the entry of a key out. Whether there was one. */
  override delete(key: K): boolean {
    const isDeleted = super.delete(this.#keys.known(key));
    if (isDeleted && !isDirectKey(key)) this.#keys.keepOnly(this.keys());
    return isDeleted;
  }

  /** Takes out all entries. */
  override clear(): void {
    super.clear();
    this.#keys.keepOnly([]);
  }

  /** Sets the value of a key. The value that was there, or null. */
  put(key: K, value: V): V | null {
    const previous = this.get(key) ?? null;
    this.set(key, value);
    return previous;
  }

  /** Sets the values of all pairs of key and value. */
  putAll(entries: Iterable<readonly [K, V]>): void {
    for (const [key, value] of entries) this.set(key, value);
  }

  /** Sets the value of a key that has none. The value that was there, or null. */
  putIfAbsent(key: K, value: V): V | null {
    const previous = this.get(key) ?? null;
    if (previous === null) this.set(key, value);
    return previous;
  }

  /** The value of a key, else `value`. */
  getOrDefault(key: K, value: V): V {
    return this.has(key) ? this.get(key)! : value;
  }

  /** Sets the value of a key to `value`, or to what `f` makes of the one there and `value`; null of `f` takes it out. What is there now. */
  merge(key: K, value: V, f: (there: V, value: V) => V | null): V | null {
    const there = this.get(key) ?? null;
    return this.#setOrRemoved(key, there === null ? value : f(there, value));
  }

  /** Sets the value of a key to what `f` makes of the key and the value there (null for none); null of `f` takes it out. What is there now. */
  compute(key: K, f: (key: K, there: V | null) => V | null): V | null {
    return this.#setOrRemoved(key, f(key, this.get(key) ?? null));
  }

  /** The value of a key; where there is none, what `f` makes of the key, which is set. */
  computeIfAbsent(key: K, f: (key: K) => V): V {
    const there = this.get(key) ?? null;
    if (there !== null) return there;
    const value = f(key);
    if (value !== null) this.set(key, value);
    return value;
  }

  #setOrRemoved(key: K, value: V | null): V | null {
    if (value === null) this.delete(key);
    else this.set(key, value);
    return value;
  }

  /** Whether there is an entry of a key. */
  containsKey(key: K): boolean {
    return this.has(key);
  }

  /** Whether an entry's value equals a value, as keys do. Looks at all of them. */
  containsValue(value: unknown): boolean {
    for (const entry of this.values()) if (equalKeys(entry, value)) return true;
    return false;
  }

  /** Takes the entry of a key out. The value removed, or null. */
  remove(key: K): V | null {
    const previous = this.get(key) ?? null;
    this.delete(key);
    return previous;
  }

  /** Whether there is no entry. */
  isEmpty(): boolean {
    return this.size === 0;
  }

  /** The entries as they are now; each reads and changes this map. */
  entrySet(): JList<JMapEntry<K, V>> {
    const entries = new JList<JMapEntry<K, V>>();
    for (const key of this.keys()) entries.push(new JMapEntry(this, key));
    return entries;
  }

  /** A copy of the keys. */
  keySet(): JSet<K> {
    return new JSet(this.keys());
  }

  equals(other: unknown): boolean {
    return equalKeys(this, other);
  }

  hashCode(): number {
    let hash = 0;
    for (const [key, value] of this) hash = (hash + (hashOf(key) ^ hashOf(value))) | 0;
    return hash;
  }

  /** `{a=1, b=2}`. */
  override toString(): string {
    return javaText(this);
  }
}

/** A Set with the methods of `java.util.Set`; members compare by value; in order of insertion. `size` is a number, `add` gives the set. */
export class JSet<T> extends Set<T> {
  readonly #members = new KeyIdentity<T>();

  /** Empty, or a copy of `values`; a number is Java's initial capacity and changes nothing. */
  constructor(values?: Iterable<T> | number) {
    super();
    if (values !== undefined && typeof values !== 'number') for (const value of values) this.add(value);
  }

  static override get [Symbol.species](): SetConstructor {
    return Set;
  }

  /** Whether a member equals a value, as keys do. */
  override has(value: T): boolean {
    return super.has(this.#members.known(value));
  }

  /** Adds a member, unless one is there that equals it: the set itself. */
  override add(value: T): this {
    return super.add(this.#members.added(value));
  }

  /** Takes out the member that equals a value. Whether there was one. */
  override delete(value: T): boolean {
    const isDeleted = super.delete(this.#members.known(value));
    if (isDeleted && !isDirectKey(value)) this.#members.keepOnly(this);
    return isDeleted;
  }

  /** Takes out all members. */
  override clear(): void {
    super.clear();
    this.#members.keepOnly([]);
  }

  /** Whether a member equals a value, as keys do. */
  contains(value: T): boolean {
    return this.has(value);
  }

  /** Adds members. Whether one of them was new. */
  addAll(values: Iterable<T>): boolean {
    const before = this.size;
    for (const value of values) this.add(value);
    return this.size > before;
  }

  /** Takes out the member that equals a value. Whether it was there. */
  remove(value: T): boolean {
    return this.delete(value);
  }

  /** Whether there is no member. */
  isEmpty(): boolean {
    return this.size === 0;
  }

  /** Java's iterator over the members. */
  iterator(): JIterator<T> {
    return new JIterator(this);
  }

  equals(other: unknown): boolean {
    return equalKeys(this, other);
  }

  hashCode(): number {
    let hash = 0;
    for (const member of this) hash = (hash + hashOf(member)) | 0;
    return hash;
  }

  /** `[a, b]`. */
  override toString(): string {
    return javaText(this);
  }
}

builtInRegistry.register<JMap<unknown, unknown>>(JMap, {
  name: 'java.util.Map',
  encode: (map) => new Map(map),
  decode: (data) => new JMap(data as Map<unknown, unknown>),
});

builtInRegistry.register<JSet<unknown>>(JSet, {
  name: 'java.util.Set',
  encode: (set) => new Set(set),
  decode: (data) => new JSet(data as Set<unknown>),
});

printAsText(JMapEntry, JMap, JSet);
