/** A value, or the promise of one. */
export type MaybePromise<T> = T | Promise<T>;

/** Goes on at once where a value is there, so that a batch without asynchronous transforms costs no turns. */
export const chain = <A, B>(x: MaybePromise<A>, f: (a: A) => MaybePromise<B>): MaybePromise<B> =>
  x instanceof Promise ? x.then(f) : f(x);

/** Collects in order, one after the other. */
export function each<A, B>(
  items: readonly A[],
  f: (a: A) => MaybePromise<B>,
  done: readonly B[] = [],
): MaybePromise<readonly B[]> {
  const results = [...done];
  for (let i = done.length; i < items.length; i++) {
    const r = f(items[i]!);
    if (r instanceof Promise) return r.then((value) => each(items, f, [...results, value]));
    results.push(r);
  }
  return results;
}
