import { expect } from 'chai';
import fc from 'fast-check';
import { Tuple2 } from '../../data/index.ts';
import { errorCodes } from '../../errors.ts';
import { EngineHarness } from '../../testing/harness.ts';
import { firstInOrder } from '../first-in-order.ts';
import { boundsOf, collect, collectPartitions, compareNatural, count, parallelize, sortByKey } from '../index.ts';

describe('sortByKey', () => {
  let t: EngineHarness;
  before(() => {
    t = new EngineHarness({ batchMs: 1000 });
  });
  after(() => t.stop());

  const keys = fc.oneof(
    fc.constant(fc.integer({ min: -50, max: 50 })),
    fc.constant(fc.string({ maxLength: 3 })),
    fc.constant(fc.array(fc.integer({ min: 0, max: 2 }), { maxLength: 3 })),
  );
  const keyLists = keys.chain((key) => fc.array(key as fc.Arbitrary<unknown>, { maxLength: 60 }));
  const parts = fc.integer({ min: 1, max: 5 });

  it('orders over all partitions; pairs of equal keys keep their order', () =>
    fc.assert(
      fc.asyncProperty(keyLists, parts, parts, fc.boolean(), async (all, n, m, ascending) => {
        const pairs = all.map((key, i) => [key, i] as const);
        const sorted = sortByKey(parallelize(t.core, pairs, n), ascending, m, 'array');
        const sign = ascending ? 1 : -1;
        const expected = pairs.slice().sort(([a], [b]) => sign * compareNatural(a, b));
        expect(await collect(sorted)).to.deep.equal(expected);
        expect(sorted.partitionCount).to.equal(m);
        // Once the ranges are known any job goes by them.
        expect(await count(sorted)).to.equal(all.length);
      }),
      { numRuns: 60 },
    ));

  it('spreads keys evenly', async () => {
    const pairs = Array.from({ length: 5000 }, (_, i) => [(i * 7919) % 5000, i]);
    const sizes = (await collectPartitions(sortByKey(parallelize(t.core, pairs, 3), true, 4, 'array'))).map(
      (p) => p.length,
    );
    for (const size of sizes) expect(size).to.be.within(1000, 1500);
  });

  it('takes what was sorted, grouped or is a tuple already', async () => {
    const tuples = [3, 1, 2].map((k) => new Tuple2(new Tuple2('k', k), k));
    const once = sortByKey(parallelize(t.core, tuples, 2), true, 2, 'tuple');
    const twice = sortByKey(once, false, 3, 'tuple');
    expect((await collect(twice)).map((pair) => (pair as Tuple2<unknown, number>)._2())).to.deep.equal([3, 2, 1]);
  });

  it('refuses keys of two kinds, records that are no pairs, and no partitions', async () => {
    const codesOf = async (records: unknown[]) => {
      const sorted = sortByKey(parallelize(t.core, records, 2), true, 2, 'array');
      return errorCodes(await collect(sorted).catch((error: unknown) => error));
    };
    expect(
      await codesOf([
        [1, 1],
        ['a', 1],
      ]),
    ).to.include('OPTIONS_INVALID');
    expect(await codesOf([1, 2])).to.include('PAIR_EXPECTED');
    expect(() => sortByKey(parallelize(t.core, [], 1), true, 0, 'array')).to.throw(/must be positive/);
  });
});

describe('the bounds of ranges', () => {
  it('are keys of the samples, in order, each once, and at most n − 1', () =>
    fc.assert(
      fc.property(
        fc.array(fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 20 }), { minLength: 1, maxLength: 4 }),
        fc.integer({ min: 1, max: 6 }),
        (partitions, n) => {
          const bounds = boundsOf(
            partitions.map((keys) => [keys.length * 3, keys] as const),
            n,
          ) as number[];
          expect(bounds.length).to.be.at.most(n - 1);
          expect(bounds).to.deep.equal([...new Set(bounds)].sort((a, b) => a - b));
          for (const key of bounds) expect(partitions.flat()).to.include(key);
        },
      ),
    ));
});

describe('the natural order', () => {
  const ladder: readonly (readonly unknown[])[] = [
    [null, -1, -0, 0, 1.5, 2n, 3, Number.POSITIVE_INFINITY, Number.NaN],
    [undefined, false, true],
    ['', 'B', 'a', 'aa', 'b', '\ud83d\ude00', '\uffff'],
    [new Date(1), new Date(2)],
    [[], [1], [1, 2], [2]],
    [new Tuple2('a', 1), new Tuple2('a', 2), new Tuple2('b', 0)],
    [1, 2].map((n) => ({ n, compareTo: (other: { n: number }) => n - other.n })),
  ];
  for (const steps of ladder) {
    it(`holds for ${steps.map((x) => (typeof x === 'object' ? JSON.stringify(x) : String(x))).join(' < ')}`, () => {
      for (const [i, a] of steps.entries()) {
        for (const [j, b] of steps.entries())
          expect(Math.sign(compareNatural(a, b)), `${i}, ${j}`).to.equal(Math.sign(i - j));
      }
    });
  }

  it('is there for values of one kind only', () => {
    for (const [a, b] of [
      [1, 'a'],
      [{}, {}],
      [[1], ['a']],
      [new Date(0), 1],
      [Symbol.iterator, Symbol.iterator],
    ]) {
      expect(() => compareNatural(a, b)).to.throw(/no order/);
    }
  });
});

describe('the first records in an order', () => {
  it('are those of the whole list sorted, of equal ones the earlier', () =>
    fc.assert(
      fc.property(fc.array(fc.option(fc.integer({ min: 0, max: 9 }), { nil: undefined })), fc.nat(20), (values, n) => {
        const records = values.map((value, i) => (value === undefined ? undefined : { value, i }));
        const compare = (a: unknown, b: unknown) => (a as { value: number }).value - (b as { value: number }).value;
        expect(firstInOrder(records, n, compare)).to.deep.equal(records.slice().sort(compare).slice(0, n));
      }),
    ));

  it('need few comparisons', () => {
    let count = 0;
    const records = Array.from({ length: 10_000 }, (_, i) => (i * 7919) % 10_000);
    const first = firstInOrder(records, 3, (a, b) => {
      count++;
      return (a as number) - (b as number);
    });
    expect(first).to.deep.equal([0, 1, 2]);
    expect(count).to.be.below(11_000);
  });
});
