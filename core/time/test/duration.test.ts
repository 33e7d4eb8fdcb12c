import { expect } from 'chai';
import fc from 'fast-check';
import { DStreamsError } from '../../errors.ts';
import { Duration, durationMs, Durations, Milliseconds, Minutes, parseDurationMs, Seconds } from '../duration.ts';

const codeOf = (f: () => unknown): string => {
  try {
    f();
  } catch (error) {
    if (error instanceof DStreamsError) return error.code;
    throw error;
  }
  return 'none';
};

describe('Duration', () => {
  it('is made by callable units, by their apply and by Durations', () => {
    const made = [Milliseconds(5), Seconds(1), Minutes(2), Seconds.apply(1), Minutes.apply(2), Milliseconds.apply(5)];
    expect(made.map((d) => d.milliseconds())).to.deep.equal([5, 1000, 120_000, 1000, 120_000, 5]);
    expect(Durations.milliseconds(7).milliseconds()).to.equal(7);
    expect(Durations.seconds(7).milliseconds()).to.equal(7000);
    expect(Durations.minutes(7).milliseconds()).to.equal(420_000);
    expect(Seconds(0.5).milliseconds()).to.equal(500);
  });

  it('calculates and compares', () => {
    const a = Seconds(3);
    const b = Seconds(2);
    expect(a.plus(b).milliseconds()).to.equal(5000);
    expect(a.minus(b).milliseconds()).to.equal(1000);
    expect(b.minus(a).milliseconds()).to.equal(-1000);
    expect(a.times(2).milliseconds()).to.equal(6000);
    expect(a.div(b)).to.equal(1.5);
    expect([a.less(b), a.lessEq(a), a.greater(b), a.greaterEq(a), b.less(a), a.greater(a), a.less(a)]).to.deep.equal([
      false,
      true,
      true,
      true,
      true,
      false,
      false,
    ]);
    expect(a.min(b)).to.equal(b);
    expect(a.max(b)).to.equal(a);
    expect(a.isZero()).to.equal(false);
    expect(new Duration(0).isZero()).to.equal(true);
    expect(Number(a)).to.equal(3000);
  });

  it('is equal by value', () => {
    expect(Seconds(1).equals(new Duration(1000))).to.equal(true);
    expect(Seconds(1).equals(1000)).to.equal(false);
    expect(Seconds(1)).to.deep.equal(new Duration(1000));
    expect(Seconds(1)).not.to.deep.equal(new Duration(1001));
    expect(new Duration(2 ** 40).hashCode()).to.equal(new Duration(2 ** 40).hashCode());
    expect(new Duration(-1).hashCode()).to.equal(0); // Java: Long.hashCode(-1)
  });

  it('knows multiples, and refuses those of zero', () => {
    expect(Seconds(4).isMultipleOf(Seconds(2))).to.equal(true);
    expect(Seconds(3).isMultipleOf(Seconds(2))).to.equal(false);
    expect(new Duration(0).isMultipleOf(Seconds(2))).to.equal(true);
    expect(new Duration(-4000).isMultipleOf(Seconds(2))).to.equal(true);
    expect(codeOf(() => Seconds(3).isMultipleOf(new Duration(0)))).to.equal('DURATION_INVALID');
  });

  for (const bad of [1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, null, undefined, '5']) {
    it(`refuses ${String(bad)} as milliseconds`, () => {
      expect(codeOf(() => new Duration(bad as number))).to.equal('DURATION_INVALID');
    });
  }

  const pretty: [number, string][] = [
    [0, '0 ms'],
    [999, '999 ms'],
    [1000, '1.0 s'],
    [1450, '1.5 s'],
    [1500, '1.5 s'],
    [59_999, '60.0 s'],
    [60_000, '1.0 m'],
    [63_000, '1.1 m'],
    [90_000, '1.5 m'],
    [3_599_999, '60.0 m'],
    [7_200_000, '2.00 h'],
    [9_018_000, '2.51 h'],
    [-5, '-5 ms'],
  ];
  for (const [ms, text] of pretty) {
    it(`prints ${ms} ms prettily as ${text}`, () => expect(new Duration(ms).prettyPrint()).to.equal(text));
  }

  it('prints plainly', () => {
    expect(`${new Duration(1500).toString()}|${new Duration(1500).toFormattedString()}`).to.equal('1500 ms|1500');
    expect('every ' + new Duration(1500)).to.equal('every 1500 ms');
  });
});

describe('durationMs', () => {
  const good: [Duration | string | number, number][] = [
    [Seconds(2), 2000],
    ['2s', 2000],
    ['500ms', 500],
    ['1m', 60_000],
    ['1min', 60_000],
    ['1 s', 1000],
    [' 1.5h ', 5_400_000],
    ['1d', 86_400_000],
    ['1.001s', 1001],
    ['-1s', -1000],
    [0, 0],
    [2000, 2000],
    [-1000, -1000],
    [3, 3],
  ];
  for (const [value, ms] of good) {
    it(`takes ${JSON.stringify(value)}`, () => expect(durationMs(value, 'the window')).to.equal(ms));
  }

  const bad: unknown[] = ['', '2', 's', '2 weeks', '2s2', '1e3s', '--1s', '0.1ms', '9'.repeat(20) + 's', 1.5, null, {}];
  for (const value of bad) {
    it(`refuses ${JSON.stringify(value)} and names what it was for`, () => {
      expect(() => durationMs(value as string, 'the window')).to.throw(DStreamsError, /^the window/);
      expect(codeOf(() => durationMs(value as string, 'the window'))).to.equal('DURATION_INVALID');
    });
  }

  it('refuses tiny bare numbers for the fluent surface only, from 1 to 4', () => {
    const fluent = { refuseTinyNumbers: true };
    expect(() => durationMs(3, 'the window', fluent)).to.throw('did you mean Seconds(3)?');
    expect(codeOf(() => durationMs(4, 'x', fluent))).to.equal('DURATION_INVALID');
    expect(durationMs(5, 'x', fluent)).to.equal(5);
    expect(durationMs(0, 'x', fluent)).to.equal(0);
    expect(durationMs('3ms', 'x', fluent)).to.equal(3);
    expect(durationMs(Milliseconds(3), 'x', fluent)).to.equal(3);
  });
});

describe('parseDurationMs', () => {
  it('counts a bare number in the unit given, and refuses it without', () => {
    expect(parseDurationMs('60', 1000)).to.equal(60_000);
    expect(parseDurationMs('60')).to.equal(undefined);
    expect(parseDurationMs('constructor', 1)).to.equal(undefined);
  });

  it('reads back whatever a duration prints', () => {
    fc.assert(
      fc.property(fc.integer({ min: -1e12, max: 1e12 }), (ms) => {
        expect(parseDurationMs(new Duration(ms).toString())).to.equal(ms);
      }),
    );
  });
});
