import { expect } from 'chai';
import fc from 'fast-check';
import { defaultCodec, Tuple2 } from '../../data/index.ts';
import { UnorderedDeal } from '../unordered-deal.ts';

const record = fc.oneof(
  fc.integer({ min: -3, max: 3 }),
  fc.string({ maxLength: 3 }),
  fc.tuple(fc.constantFrom('a', 'b'), fc.nat(3)),
  fc.constantFrom(null, 0.5, Number.NaN, true),
  fc.nat(3).map((n) => new Tuple2('key', n)),
);

async function deal(records: readonly unknown[], n: number, mapPartition: number, size: number): Promise<unknown[][]> {
  const dealer = new UnorderedDeal(n, mapPartition, defaultCodec);
  for (let at = 0; at < records.length; at += size) dealer.accept(records.slice(at, at + size));
  return dealer.dealOut(() => undefined);
}

/** What is in each bucket, whatever its order. */
const contents = (buckets: readonly (readonly unknown[])[]) =>
  buckets.map((bucket) => bucket.map((one) => Buffer.from(defaultCodec.encodeValue(one)).toString('hex')).sort());

describe('UnorderedDeal', () => {
  it('gives each bucket the same records in whatever order they come, and all of them as many', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(record, { maxLength: 40 }).chain((records) =>
          fc.record({
            records: fc.constant(records),
            again: fc.shuffledSubarray(records, { minLength: records.length }),
          }),
        ),
        fc.integer({ min: 1, max: 5 }),
        fc.nat(9),
        fc.integer({ min: 1, max: 50 }),
        async ({ records, again }, n, mapPartition, size) => {
          const buckets = await deal(records, n, mapPartition, size);
          expect(contents(await deal(again, n, mapPartition, 7))).to.deep.equal(contents(buckets));
          expect(contents([buckets.flat()])).to.deep.equal(contents([records]));
          const lengths = buckets.map(({ length }) => length);
          expect(Math.max(...lengths) - Math.min(...lengths)).to.be.at.most(1);
        },
      ),
    );
  });

  it('makes way for others while it deals out many', async () => {
    const dealer = new UnorderedDeal(2, 0, defaultCodec);
    dealer.accept(Array.from({ length: 100_000 }, (_, i) => i));
    let pauses = 0;
    const buckets = await dealer.dealOut(() => {
      pauses++;
      return Promise.resolve();
    });
    expect(pauses).to.be.above(20);
    expect(buckets.map(({ length }) => length)).to.deep.equal([50_000, 50_000]);
  });

  it('refuses what has no bytes', () => {
    const dealer = new UnorderedDeal(2, 0, defaultCodec);
    expect(() => dealer.accept([() => 1]))
      .to.throw()
      .with.property('code', 'RECORD_NOT_SERIALIZABLE');
  });
});
