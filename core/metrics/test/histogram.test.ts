import { expect } from 'chai';
import fc from 'fast-check';
import { Counters } from '../counters.ts';
import { Histogram } from '../histogram.ts';

describe('Histogram', () => {
  it('has nothing to say when empty', () => {
    const empty = new Histogram();
    expect([empty.count, empty.mean, empty.min, empty.max, empty.p50, empty.p99]).to.deep.equal([
      0,
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('is within 2.5 % of the exact quantile, for any values in its range', () => {
    const values = fc.array(fc.double({ min: 0.001, max: 1e7, noNaN: true }), { minLength: 1 });
    fc.assert(
      fc.property(values, fc.double({ min: 0, max: 1, noNaN: true }), (recorded, p) => {
        const histogram = new Histogram();
        for (const value of recorded) histogram.record(value);
        const sorted = recorded.toSorted((a, b) => a - b);
        const exact = p === 0 ? sorted[0]! : sorted[Math.ceil(p * sorted.length) - 1]!;
        expect(histogram.quantile(p)! / exact).to.be.within(0.975, 1.026);
        expect(histogram.min).to.equal(sorted[0]);
        expect(histogram.max).to.equal(sorted.at(-1));
      }),
    );
  });

  it('counts what is out of range at its ends, and leaves out what is no number', () => {
    const histogram = new Histogram();
    for (const value of [-5, 0, 1e12, Number.NaN]) histogram.record(value);
    expect([histogram.count, histogram.min, histogram.max]).to.deep.equal([3, 0, 1e12]);
    expect(histogram.p50).to.equal(0);
    expect(histogram.mean).to.be.closeTo(1e12 / 3, 1);
  });

  it('refuses what is no quantile', () => {
    expect(() => new Histogram().quantile(1.1))
      .to.throw()
      .with.property('code', 'INVARIANT');
  });
});

describe('Counters', () => {
  it('count by name', () => {
    const counters = new Counters();
    counters.add('records', 5);
    counters.add('batches');
    counters.add('records', 2);
    expect(counters.get('records')).to.equal(7);
    expect(counters.get('none')).to.equal(0);
    expect(counters.snapshot()).to.deep.equal({ records: 7, batches: 1 });
  });
});
