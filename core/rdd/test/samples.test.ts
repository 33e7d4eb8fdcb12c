import { expect } from 'chai';
import fc from 'fast-check';
import { EngineHarness } from '../../testing/harness.ts';
import { collect, parallelize, randomSplit, sampleByKey, takeSample } from '../index.ts';

describe('samples', () => {
  let t: EngineHarness;
  before(() => {
    t = new EngineHarness({ batchMs: 1000 });
  });
  after(() => t.stop());

  const rdd = (values: readonly unknown[], n = 2) => parallelize(t.core, values, n);
  const numbers = (n: number) => Array.from({ length: n }, (_, i) => i);
  const sorted = (xs: readonly unknown[]) => [...(xs as number[])].sort((a, b) => a - b);

  it('takeSample gives as many as asked for, each once, and the same again', () =>
    fc.assert(
      fc.asyncProperty(
        fc.nat(30),
        fc.nat(20),
        fc.integer({ min: 1, max: 4 }),
        fc.nat(),
        async (n, want, parts, seed) => {
          const taken = await takeSample(rdd(numbers(n), parts), false, want, seed);
          expect(taken).to.have.lengthOf(Math.min(n, want));
          expect(new Set(taken).size).to.equal(taken.length);
          expect(await takeSample(rdd(numbers(n), parts), false, want, seed)).to.deep.equal(taken);
          const again = await takeSample(rdd(numbers(n), parts), true, want, seed);
          expect(again).to.have.lengthOf(n === 0 ? 0 : want);
          for (const x of again) expect(x).to.be.within(0, n - 1);
        },
      ),
      { numRuns: 40 },
    ));

  it('takeSample is fair to all partitions', async () => {
    const counts = new Array<number>(10).fill(0);
    for (let seed = 0; seed < 400; seed++) {
      for (const x of await takeSample(rdd(numbers(10), 3), seed % 2 === 0, 2, seed)) counts[x as number]!++;
    }
    for (const count of counts) expect(count).to.be.within(45, 120);
  });

  it('randomSplit puts each record into exactly one part', async () => {
    const parts = randomSplit(rdd(numbers(2000), 3), [1, 0, 3], 7);
    const found = await Promise.all(parts.map(collect));
    expect(sorted(found.flat())).to.deep.equal(numbers(2000));
    expect(found[1]).to.have.lengthOf(0);
    expect(found[0]!.length).to.be.within(400, 600);
    expect(() => randomSplit(rdd([1]), [-1, 2], 0)).to.throw(/nonnegative/);
    expect(() => randomSplit(rdd([1]), [0], 0)).to.throw(/positive/);
  });

  it('sampleByKey has a fraction for each key', async () => {
    const pairs = numbers(1000).map((i) => [i % 2 === 0 ? ['even'] : ['odd'], i]);
    const fractions: [unknown, number][] = [
      [['even'], 0.1],
      [['odd'], 1],
    ];
    const found = (await collect(sampleByKey(rdd(pairs), false, fractions, 3, 'array'))) as [string[], number][];
    expect(found.filter(([[key]]) => key === 'odd')).to.have.lengthOf(500);
    expect(found.filter(([[key]]) => key === 'even').length).to.be.within(25, 80);
    const missing = collect(sampleByKey(rdd(pairs), true, fractions.slice(1), 3, 'array'));
    expect(String(await missing.catch((error: unknown) => error))).to.match(/no fraction is given for the key even/);
  });
});
