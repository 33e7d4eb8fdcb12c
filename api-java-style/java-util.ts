import { DStreamsError, equalKeys, JList, JMap, JSet, registerClass } from '../core/internal.ts';
import { type Compare, toCompare } from './comparator.ts';

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
  /** A new list without elements. */
  emptyList: <T>(): JList<T> => new JList<T>(),
  /** A new map without entries. */
  emptyMap: <K, V>(): JMap<K, V> => new JMap<K, V>(),
  /** A new set without members. */
  emptySet: <T>(): JSet<T> => new JSet<T>(),
  /** A list of one element. */
  singletonList: <T>(value: T): JList<T> => new JList<T>([value]),
  /** A map of one entry. */
  singletonMap: <K, V>(key: K, value: V): JMap<K, V> => new JMap<K, V>([[key, value]]),
  /** A set of one member. */
  singleton: <T>(value: T): JSet<T> => new JSet<T>([value]),
  /** A list of `n` times the same value. */
  nCopies: <T>(n: number, value: T): JList<T> => new JList<T>(Array.from({ length: n }, () => value)),
  /** Adds the values to a list or set. Whether it has changed. */
  addAll: <T>(to: { addAll(values: Iterable<T>): boolean }, ...values: T[]): boolean => to.addAll(values),
  /** In place, in the natural order where there is no comparator; equal elements stay as they are. */
  sort<T>(list: T[], order?: Compare<T> | null): void {
    list.sort(toCompare(order ?? undefined, 'Collections.sort'));
  },
  /** Turns the order of a list round, in place. */
  reverse<T>(list: T[]): void {
    list.reverse();
  },
  /** Exchanges the elements at two places of a list, counted from 0. */
  swap<T>(list: T[], i: number, j: number): void {
    [list[i], list[j]] = [list[j]!, list[i]!];
  },
  /** The order that is the other way round: of a comparator, else the natural one. */
  reverseOrder: <T>(order?: Compare<T>): ((a: T, b: T) => number) => {
    const compare = toCompare(order, 'Collections.reverseOrder');
    return (a, b) => compare(b, a);
  },
  /** The first of the greatest. Throws `COLLECTION_EMPTY` where there are none. */
  max: <T>(values: Iterable<T>, order?: Compare<T>): T => greatest(values, toCompare(order, 'Collections.max')),
  /** The first of the least. Throws `COLLECTION_EMPTY` where there are none. */
  min: <T>(values: Iterable<T>, order?: Compare<T>): T => {
    const compare = toCompare(order, 'Collections.min');
    return greatest(values, (a, b) => compare(b, a));
  },
  /** How often a value comes, by equality as of keys. */
  frequency: (values: Iterable<unknown>, value: unknown): number =>
    [...values].filter((one) => equalKeys(one, value)).length,
  // The list or map itself: one thread needs no lock, and nothing here guards against changes.
  /** The list itself: nothing guards it against changes. */
  unmodifiableList: <T>(list: JList<T>): JList<T> => list,
  /** The map itself: nothing guards it against changes. */
  unmodifiableMap: <K, V>(map: JMap<K, V>): JMap<K, V> => map,
  /** The list itself: there are no locks to take. */
  synchronizedList: <T>(list: JList<T>): JList<T> => list,
  /** The map itself: there are no locks to take. */
  synchronizedMap: <K, V>(map: JMap<K, V>): JMap<K, V> => map,
};

/** The first of the greatest. Throws `COLLECTION_EMPTY`. */
function greatest<T>(values: Iterable<T>, compare: (a: T, b: T) => number): T {
  const [first, ...rest] = values;
  if (first === undefined && rest.length === 0)
    throw new DStreamsError('COLLECTION_EMPTY', 'Collections: there is no greatest or least of nothing.');
  let found = first as T;
  for (const value of rest) if (compare(value, found) > 0) found = value;
  return found;
}

// The same classes by their Java names: records of them need no registration.
/** `java.util.ArrayList`: an array with the methods of Java. */
export const ArrayList = JList;
/** What `new ArrayList()` gives. */
export type ArrayList<T> = JList<T>;
/** `java.util.List`: of its classes there is one, `JList`. */
export type List<T> = JList<T>;
/** A list of grouped values under the type `G` that a program declares for it, which a list has to be: `Iterable<V>`, as in Java. */
export type Groups<V, G> = JList<V> extends G ? G : never;
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
  /** Adds an element at the end. True. */
  offer(value: T): boolean {
    return this.add(value);
  }
  /** Adds an element in front. True. */
  offerFirst(value: T): boolean {
    return this.unshift(value) > 0;
  }
  /** Adds an element at the end. True. */
  offerLast(value: T): boolean {
    return this.add(value);
  }
  /** Adds an element in front. */
  addFirst(value: T): void {
    this.unshift(value);
  }
  /** Adds an element at the end. */
  addLast(value: T): void {
    this.add(value);
  }

  /** The head, taken out; null when there is none. */
  poll(): T | null {
    return this.length === 0 ? null : (this.shift() as T);
  }
  /** Another name of `poll()`. */
  pollFirst(): T | null {
    return this.poll();
  }
  /** The last element, taken out; null when there is none. */
  pollLast(): T | null {
    return this.length === 0 ? null : (super.pop() as T);
  }

  /** The head; null when there is none. */
  peek(): T | null {
    return this.length === 0 ? null : (this[0] as T);
  }
  /** Another name of `peek()`. */
  peekFirst(): T | null {
    return this.peek();
  }
  /** The last element; null when there is none. */
  peekLast(): T | null {
    return this.length === 0 ? null : (this[this.length - 1] as T);
  }

  /** The head. Throws `COLLECTION_EMPTY` when there is none. */
  element(): T {
    return this.length === 0 ? empty() : this[0]!;
  }
  /** Another name of `element()`. */
  getFirst(): T {
    return this.element();
  }
  /** The last element. Throws `COLLECTION_EMPTY` when there is none. */
  getLast(): T {
    return this.length === 0 ? empty() : this[this.length - 1]!;
  }
  /** The head, taken out. Throws `COLLECTION_EMPTY` when there is none. */
  removeFirst(): T {
    return this.length === 0 ? empty() : (this.shift() as T);
  }
  /** The last element, taken out. Throws `COLLECTION_EMPTY` when there is none. */
  removeLast(): T {
    return this.length === 0 ? empty() : (super.pop() as T);
  }
}

function empty(): never {
  throw new DStreamsError('COLLECTION_EMPTY', 'LinkedList: there is no element.');
}

/** `java.util.Queue`: of its classes there is one, `LinkedList`. */
export type Queue<T> = LinkedList<T>;
/** `java.util.Queue`: of its classes there is one, `LinkedList`. */
export const Queue = LinkedList;

registerClass<LinkedList<unknown>>(LinkedList, {
  name: 'java.util.LinkedList',
  encode: (list) => list.toArray(),
  decode: (data) => new LinkedList(data as unknown[]),
});
