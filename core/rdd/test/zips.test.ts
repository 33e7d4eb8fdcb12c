import { expect } from 'chai';
import fc from 'fast-check';
import { errorCodes } from '../../errors.ts';
import { EngineHarness } from '../../testing/harness.ts';
import {
  cartesian,
  collect,
  collectPartitions,
  distinct,
  HashPartitioner,
  intersection,
  lookup,
  least,
  partitionedBy,
  partitioningOf,
  parallelize,
  sample,
  subtract,
  takeOrdered,
  zip,
  zipWithIndex,
  zipWithUniqueId,
  compareNatural,
} from '../index.ts';

describe('data sets of two, and numbered ones', () => {
  let t: EngineHarness;
  before(() => {
    t = new EngineHarness({ batchMs: 1000 });
  });
  after(() => t.stop());

  const values = fc.array(fc.integer({ min: -4, max: 4 }), { maxLength: 20 });
  const parts = fc.integer({ min: 1, max: 4 });
  const two = new HashPartitioner(2);
  const numbers = (xs: readonly unknown[]) => [...(xs as number[])].sort((a, b) => a - b);
  const codesOf = async (work: Promise<unknown>) => errorCodes(await work.catch((error: unknown) => error));

  it('are those of plain arrays', () =>
    fc.assert(
      fc.asyncProperty(values, values, parts, parts, async (xs, ys, n, m) => {
        const [left, right] = [parallelize(t.core, xs, n), parallelize(t.core, ys, m)];
        const isThere = (x: unknown) => ys.includes(x as number);
        expect(numbers(await collect(subtract(left, right, two)))).to.deep.equal(
          numbers(xs.filter((x) => !isThere(x))),
        );
        expect(numbers(await collect(intersection(left, right, two)))).to.deep.equal(
          numbers([...new Set(xs.filter(isThere))]),
        );
        expect(numbers(await collect(distinct(left, two)))).to.deep.equal(numbers([...new Set(xs)]));
        const pairs = xs.flatMap((x) => ys.map((y) => `${x},${y}`)).sort();
        const product = await collect(cartesian(left, right, 'array'));
        expect(product.map(String).sort()).to.deep.equal(pairs);
        expect(cartesian(left, right, 'array').partitionCount).to.equal(n * m);
        expect(await collect(zipWithIndex(left, 'array'))).to.deep.equal(xs.map((x, i) => [x, i]));
        const ids = (await collect(zipWithUniqueId(left, 'array'))) as [number, number][];
        expect(ids.map(([x]) => x)).to.deep.equal(xs);
        expect(new Set(ids.map(([, id]) => id)).size).to.equal(xs.length);
        const twice = zip(
          left,
          parallelize(
            t.core,
            xs.map((x) => 2 * x),
            n,
          ),
          'array',
        );
        expect(await collect(twice)).to.deep.equal(xs.map((x) => [x, 2 * x]));
      }),
      { numRuns: 40 },
    ));

  it('zip refuses what does not fit', async () => {
    const three = parallelize(t.core, [1, 2, 3], 2);
    expect(() => zip(three, parallelize(t.core, [1, 2, 3], 3), 'array')).to.throw(/unequal numbers of partitions/);
    const uneven = zip(three, parallelize(t.core, [1, 2, 3, 4], 2), 'array');
    expect(await codesOf(collect(uneven))).to.include('PARTITIONS_INVALID');
  });

  it('a sample is the same each time, and about as large as asked for', async () => {
    const rdd = parallelize(
      t.core,
      Array.from({ length: 4000 }, (_, i) => i),
      3,
    );
    for (const withReplacement of [false, true]) {
      const taken = (await collect(sample(rdd, withReplacement, 0.25, 7))) as number[];
      expect(taken.length).to.be.within(850, 1150);
      expect(await collect(sample(rdd, withReplacement, 0.25, 7))).to.deep.equal(taken);
      expect(await collect(sample(rdd, withReplacement, 0.25, 8))).not.to.deep.equal(taken);
      expect(new Set(taken).size === taken.length).to.equal(!withReplacement);
    }
    expect((await collect(sample(rdd, true, 2, 1))).length).to.be.within(7600, 8400);
    expect(await collect(sample(rdd, false, 1, 1))).to.have.length(4000);
    expect(await collect(sample(rdd, false, 0, 1))).to.deep.equal([]);
    for (const [repeats, fraction] of [
      [false, 1.5],
      [false, -1],
      [true, Number.NaN],
    ] as const) {
      expect(() => sample(rdd, repeats, fraction, 1)).to.throw(/fraction/);
    }
  });

  it('takeOrdered and least follow the order', () =>
    fc.assert(
      fc.asyncProperty(values, parts, fc.integer({ min: -1, max: 9 }), async (xs, n, k) => {
        const rdd = parallelize(t.core, xs, n);
        expect(await takeOrdered(rdd, k, compareNatural)).to.deep.equal(numbers(xs).slice(0, Math.max(0, k)));
        if (xs.length > 0) expect(await least(rdd, compareNatural, 'min')).to.equal(Math.min(...xs));
        else expect(await codesOf(least(rdd, compareNatural, 'min'))).to.include('COLLECTION_EMPTY');
      }),
      { numRuns: 40 },
    ));

  it('lookup looks at one partition where keys say which', async () => {
    const pairs = [
      ['a', 1],
      ['b', 2],
      ['a', 3],
    ];
    const rdd = parallelize(t.core, pairs, 2);
    expect(await lookup(rdd, 'a', 'array')).to.deep.equal([1, 3]);
    expect(await lookup(rdd, 'z', 'array')).to.deep.equal([]);
    const placed = partitionedBy(rdd, two, 'array', 'test', partitioningOf(t.core, [rdd], two));
    const asked: (readonly number[] | undefined)[] = [];
    const { runner } = t.core;
    const ctx = Object.assign(Object.create(t.core), {
      runner: {
        run(...args: Parameters<typeof runner.run>) {
          asked.push(args[2]);
          return runner.run(...args);
        },
      },
    });
    expect(await lookup(Object.assign(placed, { ctx }), 'a', 'array')).to.deep.equal([1, 3]);
    expect(asked).to.deep.equal([[two.getPartition('a')]]);
    expect((await collectPartitions(placed))[two.getPartition('a')]).to.have.length(
      2 + Number(two.getPartition('a') === two.getPartition('b')),
    );
  });
});
