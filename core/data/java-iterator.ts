import { DStreamsError } from '../errors.ts';

/**
 * Java's iterator: `hasNext()` and `next()` that gives the value. Not a JavaScript iterator (whose `next()` gives an object), but iterable,
 * so that `for…of` and spread take what is left. Throws `COLLECTION_EMPTY` from `next()` at the end.
 */
export class JIterator<T> {
  readonly #source: Iterator<T>;
  #ahead: IteratorResult<T, unknown> | undefined;

  /** An iterator over whatever JavaScript can iterate over. */
  constructor(values: Iterable<T>) {
    this.#source = values[Symbol.iterator]();
  }

  /** Whether `next()` has something to give. */
  hasNext(): boolean {
    this.#ahead ??= this.#source.next();
    return this.#ahead.done !== true;
  }

  /** The next value. Throws `COLLECTION_EMPTY` behind the last one. */
  next(): T {
    const result = this.#ahead ?? this.#source.next();
    if (result.done === true) {
      this.#ahead = result;
      throw new DStreamsError('COLLECTION_EMPTY', 'Iterator.next() behind the last element: ask hasNext() first');
    }
    this.#ahead = undefined;
    return result.value;
  }

  /** Calls a function with each value that is left. */
  forEachRemaining(each: (value: T) => void): void {
    while (this.hasNext()) each(this.next());
  }

  *[Symbol.iterator](): Generator<T, void, undefined> {
    while (this.hasNext()) yield this.next();
  }
}
