import { JList, JMap, JSet, registerClass } from '../core/internal.ts';

/** Guava's `Lists`, as far as examples use it. */
export const Lists = {
  /** A list of the one iterable that is given (an array, a list), else of the arguments. A text is one element. */
  newArrayList: newList as {
    <T>(values: Iterable<T> & object): JList<T>;
    <T>(...values: T[]): JList<T>;
  },
};

function newList(...values: unknown[]): JList<unknown> {
  const [only] = values;
  const isIterable = values.length === 1 && typeof only === 'object' && only !== null && Symbol.iterator in only;
  return new JList(isIterable ? (only as Iterable<unknown>) : values);
}

/** `java.util.Arrays`. */
export const Arrays = {
  /** As Java does it: one array is spread into the list, several arguments are its elements. */
  asList: ((...values: unknown[]) =>
    new JList(values.length === 1 && Array.isArray(values[0]) ? values[0] : values)) as {
    <T>(values: readonly T[]): JList<T>;
    <T>(...values: T[]): JList<T>;
  },
};

/** `java.util.Collections`. */
export const Collections = {
  emptyList: <T>(): JList<T> => new JList<T>(),
  emptyMap: <K, V>(): JMap<K, V> => new JMap<K, V>(),
  emptySet: <T>(): JSet<T> => new JSet<T>(),
  singletonList: <T>(value: T): JList<T> => new JList<T>([value]),
  singleton: <T>(value: T): JSet<T> => new JSet<T>([value]),
};

// The same classes by their Java names: records of them need no registration.
/** `java.util.ArrayList`: an array with the methods of Java. */
export const ArrayList = JList;
/** What `new ArrayList()` gives. */
export type ArrayList<T> = JList<T>;
/** `java.util.HashMap`: a map whose keys are equal by value, with the methods of Java. */
export const HashMap = JMap;
/** What `new HashMap()` gives. */
export type HashMap<K, V> = JMap<K, V>;
/** `java.util.HashSet`: a set whose members are equal by value, with the methods of Java. */
export const HashSet = JSet;
/** What `new HashSet()` gives. */
export type HashSet<T> = JSet<T>;

/** `java.util.LinkedList`: a list that is a queue too. */
export class LinkedList<T> extends JList<T> {
  offer(value: T): boolean {
    return this.add(value);
  }

  addFirst(value: T): void {
    this.unshift(value);
  }

  addLast(value: T): void {
    this.push(value);
  }

  /** The head, taken out; null when there is none. */
  poll(): T | null {
    return this.length === 0 ? null : (this.shift() as T);
  }

  /** The head; null when there is none. */
  peek(): T | null {
    return this.length === 0 ? null : (this[0] as T);
  }
}

registerClass<LinkedList<unknown>>(LinkedList, {
  name: 'java.util.LinkedList',
  encode: (list) => list.toArray(),
  decode: (data) => new LinkedList(data as unknown[]),
});
