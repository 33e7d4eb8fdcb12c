/** What both surfaces have of data sets of numbers. */
interface Numbers {
  sum(): PromiseLike<number>;
  mean(): PromiseLike<number>;
  variance(): PromiseLike<number>;
  sampleVariance(): PromiseLike<number>;
  stdev(): PromiseLike<number>;
  stats(): PromiseLike<{ count(): number; sum(): number; min(): number; max(): number }>;
}

/** Steps that end a program: actions of numbers. */
export const numberActions = <R>(numbersOf: (records: R) => Numbers) => ({
  sum: async (s: R) => [await numbersOf(s).sum()],
  mean: async (s: R) => [await numbersOf(s).mean()],
  variance: async (s: R) => [await numbersOf(s).variance()],
  sampleVariance: async (s: R) => [await numbersOf(s).sampleVariance()],
  stdev: async (s: R) => [await numbersOf(s).stdev()],
  async stats(s: R) {
    const found = await numbersOf(s).stats();
    return [found.count(), found.sum(), found.min(), found.max()];
  },
});
