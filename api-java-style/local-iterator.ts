import { DStreamsError } from '../core/internal.ts';

/**
 * What `toLocalIterator` gives: Java's iterator whose answers are promises, as each partition is a job. `for await` takes
 * what is left. `next()` behind the last element rejects with `COLLECTION_EMPTY`.
 */
export class LocalIterator<T> {
  private ahead: Promise<IteratorResult<T, unknown>> | undefined;

  /** @internal */
  constructor(private readonly source: AsyncIterator<T, unknown>) {}

  /** Whether `next()` has something to give. Runs the next partition's job where it has to. */
  async hasNext(): Promise<boolean> {
    this.ahead ??= this.source.next();
    return (await this.ahead).done !== true;
  }

  /** The next record. Rejects with `COLLECTION_EMPTY` behind the last one. */
  async next(): Promise<T> {
    const taken = this.ahead ?? this.source.next();
    this.ahead = undefined;
    const result = await taken;
    if (result.done !== true) return result.value;
    this.ahead = taken;
    throw new DStreamsError('COLLECTION_EMPTY', 'Iterator.next() behind the last element: await hasNext() first.');
  }

  /** What is left, for `for await`. */
  async *[Symbol.asyncIterator](): AsyncGenerator<T, void, undefined> {
    while (await this.hasNext()) yield await this.next();
  }
}
