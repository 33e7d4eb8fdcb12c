import { expect } from 'chai';
import fc from 'fast-check';
import { errorCodes } from '../../errors.ts';
import { EngineHarness } from '../../testing/harness.ts';
import {
  ActionPromise,
  aggregate,
  coalesce,
  collect,
  collectPartitions,
  count,
  countByValuePairs,
  first,
  foreach,
  foreachPartition,
  isEmpty,
  parallelize,
  reduce,
  repartition,
  sourceRdd,
  take,
  transformRecords,
  union,
} from '../index.ts';

describe('data sets', () => {
  let t: EngineHarness;
  before(() => {
    t = new EngineHarness({ batchMs: 1000 });
  });
  after(() => t.stop());
  const codesOf = async (work: Promise<unknown>) => errorCodes(await work.catch((error: unknown) => error));

  it('are cut as parallelize says: slice i of n holds [i·len/n, (i+1)·len/n)', async () => {
    expect(await collectPartitions(parallelize(t.core, [1, 2, 3, 4, 5], 3))).to.deep.equal([[1], [2, 3], [4, 5]]);
    expect(await collectPartitions(parallelize(t.core, [1], 3))).to.deep.equal([[], [], [1]]);
  });

  it('give the same by every action, however they are cut', async () => {
    const values = fc.array(fc.integer({ min: -9, max: 9 }), { maxLength: 30 });
    const parts = fc.integer({ min: 1, max: 7 });
    await fc.assert(
      fc.asyncProperty(values, parts, parts, fc.nat(12), async (xs, n, m, k) => {
        const rdd = parallelize(t.core, xs, n);
        expect(await collect(rdd)).to.deep.equal(xs);
        expect(await count(rdd)).to.equal(xs.length);
        expect(await isEmpty(rdd)).to.equal(xs.length === 0);
        expect(await take(rdd, k)).to.deep.equal(xs.slice(0, k));
        expect(
          await aggregate(
            rdd,
            0,
            (a: number, b: number) => a + b,
            (a: number, b: number) => a + b,
          ),
        ).to.equal(xs.reduce((a, b) => a + b, 0));
        expect(await collect(coalesce(rdd, m))).to.deep.equal(xs);
        expect(coalesce(rdd, m).partitionCount).to.equal(Math.min(n, m));
        expect(((await collect(repartition(rdd, m, 'array'))) as number[]).sort()).to.deep.equal([...xs].sort());
        expect(await collect(union([rdd, rdd]))).to.deep.equal([...xs, ...xs]);
        const counts = new Map<number, number>();
        for (const x of xs) counts.set(x, (counts.get(x) ?? 0) + 1);
        expect(await countByValuePairs(rdd)).to.deep.equal([...counts]);
        if (xs.length > 0) {
          expect(await first(rdd)).to.equal(xs[0]);
          expect(await reduce(rdd, (a: number, b: number) => a - b)).to.be.a('number');
        }
      }),
      { numRuns: 60 },
    );
  });

  it('say that they are empty', async () => {
    const empty = sourceRdd(t.core, []);
    expect(await codesOf(first(empty))).to.deep.equal(['COLLECTION_EMPTY']);
    expect(await codesOf(reduce(empty, (a) => a))).to.deep.equal(['COLLECTION_EMPTY']);
    expect(await isEmpty(empty)).to.equal(true);
  });

  it('compute only the partitions that take needs', async () => {
    const seen: number[] = [];
    const rdd = transformRecords(
      parallelize(t.core, [0, 1, 2, 3, 4, 5, 6, 7], 8),
      'map',
      [
        (x: number) => {
          seen.push(x);
          return x;
        },
      ],
      'array',
    );
    expect(await take(rdd, 1)).to.deep.equal([0]);
    expect(seen).to.deep.equal([0]);
    expect(await take(rdd, 3)).to.deep.equal([0, 1, 2]);
    expect(seen).to.deep.equal([0, 0, 1, 2, 3, 4]);
  });

  it('call foreach per record and foreachPartition per partition, empty ones too, and wait for promises', async () => {
    const records: unknown[] = [];
    const partitions: unknown[] = [];
    await foreach(parallelize(t.core, [1, 2, 3], 2), (x: number) => void records.push(x));
    await foreachPartition(parallelize(t.core, [1, 2], 3), async (xs: readonly number[], i: number) => {
      await t.clock.yield();
      partitions.push([i, [...xs]]);
    });
    expect(records).to.deep.equal([1, 2, 3]);
    expect(partitions).to.deep.equal([
      [0, []],
      [1, [1]],
      [2, [2]],
    ]);
  });

  it('refuse functions that are async, and what is no function', async () => {
    const rdd = parallelize(t.core, [1], 1);
    expect(() => transformRecords(rdd, 'map', [async (x: number) => x], 'array'))
      .to.throw()
      .with.property('code', 'ASYNC_FUNCTION');
    expect(() => reduce(rdd, undefined as never))
      .to.throw()
      .with.property('code', 'OPTIONS_INVALID');
    expect(() => repartition(rdd, 0, 'array'))
      .to.throw()
      .with.property('code', 'PARTITIONS_INVALID');
  });

  it('tell that an action was not awaited', async () => {
    const pending = count(parallelize(t.core, [1, 2], 2));
    expect(pending).to.be.instanceOf(ActionPromise);
    const uses = [
      () => Number(pending),
      () => `${pending}`,
      () => JSON.stringify({ pending }),
      () => (pending as unknown as number) + 1,
    ];
    for (const use of uses) expect(use).to.throw().with.property('code', 'AWAIT_MISSING');
    expect(await pending).to.equal(2);
  });
});
