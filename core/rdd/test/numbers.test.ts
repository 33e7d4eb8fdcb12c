import { expect } from 'chai';
import fc from 'fast-check';
import { errorCodes } from '../../errors.ts';
import { EngineHarness } from '../../testing/harness.ts';
import { histogram, parallelize, StatCounter, stats, sum } from '../index.ts';

describe('actions on numbers', () => {
  let t: EngineHarness;
  before(() => {
    t = new EngineHarness({ batchMs: 1000 });
  });
  after(() => t.stop());

  const rdd = (values: readonly unknown[], n = 2) => parallelize(t.core, values, n);
  const codesOf = async (work: () => Promise<unknown>) => {
    try {
      await work();
    } catch (error) {
      return errorCodes(error);
    }
    return [];
  };

  it('are those of plain arrays', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 1, maxLength: 30 }),
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 1, max: 5 }),
        async (xs, n, buckets) => {
          const total = xs.reduce((a, b) => a + b, 0);
          const mean = total / xs.length;
          const squares = xs.reduce((a, x) => a + (x - mean) ** 2, 0);
          const all = await stats(rdd(xs, n));
          expect(await sum(rdd(xs, n))).to.equal(total);
          expect(all.count()).to.equal(xs.length);
          expect(all.mean()).to.be.closeTo(mean, 1e-9);
          expect(all.sum()).to.be.closeTo(total, 1e-9);
          expect(all.variance()).to.be.closeTo(squares / xs.length, 1e-9);
          expect([all.min(), all.max()]).to.deep.equal([Math.min(...xs), Math.max(...xs)]);
          if (xs.length > 1) expect(all.sampleVariance()).to.be.closeTo(squares / (xs.length - 1), 1e-9);
          else expect(all.sampleVariance()).to.be.NaN;
          const { buckets: bounds, counts } = await histogram(rdd(xs, n), buckets);
          expect(counts.reduce((a, b) => a + b, 0)).to.equal(xs.length);
          expect([bounds[0], bounds.at(-1)]).to.deep.equal([all.min(), all.max()]);
          const expected = counts.map((_, i) => {
            const isLast = i === counts.length - 1;
            const [from, to] = [bounds[i] as number, bounds[i + 1] as number];
            return xs.filter((x) => x >= from && (x < to || (isLast && x <= to))).length;
          });
          expect(counts).to.deep.equal(expected);
        },
      ),
      { numRuns: 60 },
    ));

  it('a counter of nothing, printed and merged with itself', () => {
    const none = new StatCounter();
    expect([none.count(), none.mean(), none.max(), none.min()]).to.deep.equal([0, 0, -Infinity, Infinity]);
    expect(none.variance()).to.be.NaN;
    expect(String(new StatCounter([1, 2, 3, 4]))).to.equal(
      '(count: 4, mean: 2.500000, stdev: 1.118034, max: 4.000000, min: 1.000000)',
    );
    const twice = new StatCounter([1, 3]);
    expect(twice.mergeStats(twice).asDict()).to.deep.include({ count: 4, mean: 2, variance: 1 });
    expect(twice.asDict(true).variance).to.be.closeTo(4 / 3, 1e-12);
  });

  // Asked of Spark 3.5: numbers, and what its StatCounter prints of them.
  const printed: readonly (readonly [numbers: readonly number[], text: string])[] = [
    [[1.0000005], '(count: 1, mean: 1.000001, stdev: 0.000000, max: 1.000001, min: 1.000001)'],
    [[0.1234565], '(count: 1, mean: 0.123457, stdev: 0.000000, max: 0.123457, min: 0.123457)'],
    [
      [1e22, 3],
      '(count: 2, mean: 5000000000000000000000.000000, stdev: 5000000000000000000000.000000, max: 10000000000000000000000.000000, min: 3.000000)',
    ],
    [[-1e-9], '(count: 1, mean: -0.000000, stdev: 0.000000, max: -0.000000, min: -0.000000)'],
    [[5e-7], '(count: 1, mean: 0.000001, stdev: 0.000000, max: 0.000001, min: 0.000001)'],
    [[1, Infinity], '(count: 2, mean: Infinity, stdev: NaN, max: Infinity, min: 1.000000)'],
    [[-0], '(count: 1, mean: 0.000000, stdev: 0.000000, max: -0.000000, min: -0.000000)'],
    [[-Infinity, Infinity], '(count: 2, mean: NaN, stdev: NaN, max: Infinity, min: -Infinity)'],
    [[2.5e-7, 1.5e-6], '(count: 2, mean: 0.000001, stdev: 0.000001, max: 0.000002, min: 0.000000)'],
  ];
  for (const [numbers, text] of printed) {
    it(`prints the counter of ${numbers} as Spark does, by an action too`, async () => {
      expect(String(new StatCounter(numbers))).to.equal(text);
      expect(String(await stats(rdd(numbers, 1)))).to.equal(text);
    });
  }

  // The same: of thirds, fourths and so on of two counters, one merged into the other.
  const merged: readonly (readonly [left: number, right: number, mean: number, variance: number, sum: number])[] = [
    [10, 1, 0.17604945559491011, 0.00774183914219154, 1.9365440115440113],
    [11, 1, 0.16778892403892404, 0.007847286077804109, 2.013467088467088],
    [1, 10, 0.17604945559491011, 0.00774183914219154, 1.9365440115440113],
    [1, 11, 0.16778892403892404, 0.007847286077804109, 2.013467088467088],
    [0, 3, 0.26111111111111107, 0.0030246913580246875, 0.7833333333333332],
    [3, 0, 0.26111111111111107, 0.0030246913580246875, 0.7833333333333332],
    [9, 1, 0.1853210678210678, 0.007570432330416092, 1.853210678210678],
  ];
  for (const [left, right, ...expected] of merged) {
    it(`merges counters of ${left} and ${right} numbers as Spark does, to the last digit`, () => {
      const of = (n: number) => new StatCounter(Array.from({ length: n }, (_, i) => 1 / (i + 3)));
      const both = of(left).merge(of(right));
      expect([both.mean(), both.variance(), both.sum()]).to.deep.equal(expected);
    });
  }

  it('−0 counts with 0', async () => {
    expect((await histogram(rdd([-0, 0, 1], 1), [0, 0.5, 3])).counts).to.deep.equal([2, 1]);
    expect((await histogram(rdd([-0, 0, 1], 1), 2)).counts).to.deep.equal([2, 1]);
  });

  it('buckets that are given: what is outside is not counted, the last bound is inside', async () => {
    const given = await histogram(rdd([0, 1, 5, 9, 10, 11, -1, Number.NaN]), [0, 5, 10]);
    expect(given).to.deep.equal({ buckets: [0, 5, 10], counts: [2, 3] });
    expect((await histogram(rdd(['ab', 'ac', 'b', 'ef']), ['a', 'b', 'c'])).counts).to.deep.equal([2, 1]);
    expect(await histogram(rdd([3, 3]), 4)).to.deep.equal({ buckets: [3, 3], counts: [2] });
  });

  const refused: [string, () => Promise<unknown>, string][] = [
    ['one bound', () => histogram(rdd([1]), [1]), 'OPTIONS_INVALID'],
    ['bounds out of order', () => histogram(rdd([1]), [2, 1]), 'OPTIONS_INVALID'],
    ['no buckets', () => histogram(rdd([1]), 0), 'OPTIONS_INVALID'],
    ['an infinite number', () => histogram(rdd([1, Infinity]), 2), 'OPTIONS_INVALID'],
    ['NaN', () => histogram(rdd([Number.NaN, 1]), 2), 'OPTIONS_INVALID'],
    ['no records', () => histogram(rdd([]), 2), 'COLLECTION_EMPTY'],
  ];
  for (const [name, run, code] of refused) {
    it(`histogram refuses ${name}`, async () => expect(await codesOf(run)).to.include(code));
  }
});
