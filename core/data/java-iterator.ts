import { DStreamsError } from '../errors.ts';

/**
 * Java's iterator: `hasNext()` and `next()` that gives the value. Not a JavaScript iterator (whose `next()` gives an object), but iterable,
 * so that `for…of` and spread take what is left. Throws `COLLECTION_EMPTY` from `next()` at the end.
 */
export class JIterator<T> {
  readonly #list: readonly T[] | undefined;
  /** Of the list: the next one. */
  #at = 0;
  readonly #source: Iterator<T> | undefined;
  #ahead: IteratorResult<T, unknown> | undefined;

  /** An iterator over whatever JavaScript can iterate over. */
  constructor(values: Iterable<T>) {
    // Nearly every one is over a list: without an object for each of its values.
    if (Array.isArray(values)) this.#list = values as readonly T[];
    else this.#source = values[Symbol.iterator]();
  }

  /** Whether `next()` has something to give. */
  hasNext(): boolean {
    if (this.#list !== undefined) return this.#at < this.#list.length;
    this.#ahead ??= this.#source!.next();
    return this.#ahead.done !== true;
  }

  /** The next value. Throws `COLLECTION_EMPTY` behind the last one. */
  next(): T {
    if (!this.hasNext()) {
      throw new DStreamsError('COLLECTION_EMPTY', 'Iterator.next() behind the last element: ask hasNext() first');
    }
    if (this.#list !== undefined) return this.#list[this.#at++]!;
    const { value } = this.#ahead as IteratorYieldResult<T>;
    this.#ahead = undefined;
    return value;
  }

  /** @internal What is left; of a list that nothing was taken of, the list itself. */
  rest(): readonly T[] {
    if (this.#list === undefined || this.#at > 0) return [...this];
    this.#at = this.#list.length;
    return this.#list;
  }

  /** Calls a function with each value that is left. */
  forEachRemaining(each: (value: T) => void): void {
    while (this.hasNext()) each(this.next());
  }

  *[Symbol.iterator](): Generator<T, void, undefined> {
    while (this.hasNext()) yield this.next();
  }
}
