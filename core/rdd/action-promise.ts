import { DStreamsError } from '../errors.ts';

/**
 * The promise of an action. Partitions may live in another thread or on another machine, so actions are asynchronous
 * on every master; a port that forgets `await` and adds, compares or prints the promise is told so.
 */
export class ActionPromise<T> extends Promise<T> {
  static override get [Symbol.species](): PromiseConstructor {
    return Promise;
  }

  /** @internal */
  static of<T>(run: () => Promise<T>): ActionPromise<T> {
    return new ActionPromise((resolve, reject) => {
      run().then(resolve, reject);
    });
  }

  [Symbol.toPrimitive](): never {
    throw awaitMissing();
  }

  override toString(): never {
    throw awaitMissing();
  }

  toJSON(): never {
    throw awaitMissing();
  }
}

const awaitMissing = () =>
  new DStreamsError(
    'AWAIT_MISSING',
    'The result of an action was used before it was there: await is missing. ' +
      'Write `await rdd.count()` instead of `rdd.count()`; a function given to foreachRDD may be async.',
  );
