import { expect } from 'chai';
import fc from 'fast-check';
import { ManualClock } from '../../time/index.ts';
import { RateLimiter } from '../rate/limiter.ts';
import { type PidInput, PidRateEstimator } from '../rate/pid.ts';

const PID = { batchMs: 20, proportional: 1, integral: 0.2, derived: 0, minRate: 10 };

function rates(inputs: readonly PidInput[], options = PID): (number | undefined)[] {
  const estimator = new PidRateEstimator(options);
  return inputs.map((input) => estimator.update(input));
}

const batch = (endMs: number, numRecords: number, processingMs: number, schedulingMs: number): PidInput => ({
  endMs,
  numRecords,
  processingMs,
  schedulingMs,
});

describe('PidRateEstimator', () => {
  // By hand from semantics §14.2: q = n / processing, e = last − q, h = scheduling · q / B, d = (e − last e) / seconds.
  const cases: readonly { name: string; options?: typeof PID; inputs: PidInput[]; rates: (number | undefined)[] }[] = [
    { name: 'the first batch only sets the start', inputs: [batch(0, 2000, 20, 0)], rates: [undefined] },
    {
      name: 'follows the rate of processing without a backlog',
      inputs: [batch(0, 100, 100, 0), batch(100, 200, 100, 0), batch(200, 50, 100, 0)],
      rates: [undefined, 2000, 500],
    },
    {
      name: 'a backlog takes 0.2 · scheduling · q / B away',
      // 1000 − 1 · (1000 − 1000) − 0.2 · (10 · 1000 / 20)
      inputs: [batch(0, 100, 100, 0), batch(100, 100, 100, 10)],
      rates: [undefined, 900],
    },
    {
      name: 'never below the least rate',
      inputs: [batch(0, 100, 100, 0), batch(100, 100, 100, 10_000)],
      rates: [undefined, 10],
    },
    {
      name: 'weighs the change by seconds',
      options: { ...PID, proportional: 0.5, integral: 0, derived: 0.1 },
      // q = 500, e = 500, d = (500 − 0) / 0.1 s: 1000 − 250 − 500; then e = 250 − 500 = −250, d = −750 / 0.1: 250 + 125 + 750
      inputs: [batch(0, 100, 100, 0), batch(100, 50, 100, 0), batch(200, 50, 100, 0)],
      rates: [undefined, 250, 1125],
    },
    {
      name: 'an empty batch, one without time, one that is not newer: nothing',
      inputs: [
        batch(0, 100, 100, 0),
        batch(100, 0, 100, 0),
        batch(200, 100, 0, 0),
        batch(0, 100, 100, 0),
        batch(300, 200, 100, 0),
      ],
      rates: [undefined, undefined, undefined, undefined, 2000],
    },
  ];
  for (const { name, options, inputs, rates: expected } of cases) {
    it(name, () => expect(rates(inputs, options)).to.deep.equal(expected));
  }

  it('with proportional 1 and no backlog is the rate of processing, or the least', () =>
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 1, max: 1e6 }), fc.integer({ min: 1, max: 1e4 })), {
          minLength: 2,
          maxLength: 20,
        }),
        (runs) => {
          const found = rates(runs.map(([n, ms], i) => batch(i * 20, n, ms, 0)));
          runs.slice(1).forEach(([n, ms], i) => {
            expect(found[i + 1]).to.be.closeTo(Math.max(10, (n / ms) * 1000), 1e-3);
          });
        },
      ),
    ));
});

describe('RateLimiter', () => {
  /** How many permits are had in each of `steps` steps of the clock. */
  function taken(clock: ManualClock, limiter: RateLimiter, steps: number, stepMs: number): number[] {
    return Array.from({ length: steps }, () => {
      clock.advance(stepMs);
      const count = limiter.available();
      limiter.take(count);
      return count;
    });
  }

  it('gives its rate in even steps', () => {
    const clock = new ManualClock();
    const limiter = new RateLimiter(clock, 1000);
    expect(taken(clock, limiter, 5, 10).slice(1)).to.deep.equal([10, 10, 10, 10]);
  });

  it('saves no more than a twentieth of a second', () => {
    const clock = new ManualClock();
    const limiter = new RateLimiter(clock, 1000);
    expect(taken(clock, limiter, 2, 60_000)).to.deep.equal([50, 50]);
  });

  it('says when the next permit is there', () => {
    const clock = new ManualClock();
    const limiter = new RateLimiter(clock, 4);
    limiter.take(1);
    expect(limiter.available()).to.equal(0);
    expect(limiter.nextMs()).to.equal(250);
    clock.setTime(limiter.nextMs());
    expect(limiter.available()).to.equal(1);
  });

  it('over any time gives rate times time, and what was saved, at most', () =>
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5000 }),
        fc.array(fc.integer({ min: 1, max: 500 }), { maxLength: 30 }),
        (rate, steps) => {
          const clock = new ManualClock();
          const limiter = new RateLimiter(clock, rate);
          let sum = 0;
          for (const stepMs of steps) sum += taken(clock, limiter, 1, stepMs)[0]!;
          expect(sum).to.be.at.most((clock.now() / 1000) * rate + Math.max(1, rate / 20) + 1);
        },
      ),
    ));

  it('limits nothing at an infinite rate', () => {
    const limiter = new RateLimiter(new ManualClock(), Number.POSITIVE_INFINITY);
    limiter.take(1e9);
    expect([limiter.isLimited, limiter.available()]).to.deep.equal([false, Number.POSITIVE_INFINITY]);
  });
});
