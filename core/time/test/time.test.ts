import { expect } from 'chai';
import fc from 'fast-check';
import { Duration, Seconds } from '../duration.ts';
import { Interval } from '../interval.ts';
import { formatLocalTime } from '../local-time.ts';
import { ManualClock } from '../manual-clock.ts';
import { Time } from '../time.ts';

const at = (ms: number): Time => new Time(ms);
const msOf = (times: Time[]): number[] => times.map(Number);

describe('Time', () => {
  it('prints as the batch header does, and is a number where one is wanted', () => {
    expect(at(1357008430000).toString()).to.equal('1357008430000 ms');
    expect(String(at(1000))).to.equal('1000 ms');
    expect(`${at(1000)}`).to.equal('1000 ms');
    expect(Number(at(1000))).to.equal(1000);
    // As Java's programs write it: JavaRecoverableNetworkWordCount.
    expect('Counts at time ' + at(1000)).to.equal('Counts at time 1000 ms');
    expect(at(1000) < at(2000)).to.equal(true);
    expect(at(1) < at(2)).to.equal(true);
    expect(JSON.stringify({ t: at(5) })).to.equal('{"t":5}');
  });

  it('adds durations, and subtracts either kind', () => {
    expect(at(1000).plus(Seconds(1))).to.deep.equal(at(2000));
    const earlier: Time = at(3000).minus(Seconds(1));
    const length: Duration = at(3000).minus(at(1000));
    expect(earlier).to.be.instanceOf(Time);
    expect(Number(earlier)).to.equal(2000);
    expect(length).to.be.instanceOf(Duration);
    expect(length.milliseconds()).to.equal(2000);
  });

  it('compares, orders and is equal by value', () => {
    expect([at(1).less(at(2)), at(2).lessEq(at(2)), at(2).greater(at(2)), at(2).greaterEq(at(2))]).to.deep.equal([
      true,
      true,
      false,
      true,
    ]);
    expect(msOf([at(3), at(1), at(2)].sort(Time.ordering))).to.deep.equal([1, 2, 3]);
    expect(Number(at(1).min(at(2)))).to.equal(1);
    expect(Number(at(1).max(at(2)))).to.equal(2);
    expect(at(1).equals(at(1))).to.equal(true);
    expect(at(1).equals(new Duration(1))).to.equal(false);
    expect(at(7).hashCode()).to.equal(7);
  });

  it('floors to the grid of the epoch or of a zero time', () => {
    expect(Number(at(1350).floor(new Duration(200)))).to.equal(1200);
    expect(Number(at(1350).floor(new Duration(200), at(50)))).to.equal(1250);
    expect(Number(at(1200).floor(new Duration(200)))).to.equal(1200);
    expect(() => at(1).floor(new Duration(0)))
      .to.throw()
      .with.property('code', 'DURATION_INVALID');
  });

  it('floors to the greatest multiple at or below, for any time', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 1, max: 1e6 }), fc.integer(), (ms, step, zero) => {
        const floored = Number(at(ms).floor(new Duration(step), at(zero)));
        expect(Math.abs((floored - zero) % step)).to.equal(0);
        expect(floored).to.be.at.most(ms);
        expect(floored + step).to.be.above(ms);
      }),
    );
  });

  it('lists times with the end left out or included', () => {
    expect(msOf(at(0).until(at(3000), Seconds(1)))).to.deep.equal([0, 1000, 2000]);
    expect(msOf(at(0).to(at(3000), Seconds(1)))).to.deep.equal([0, 1000, 2000, 3000]);
    expect(msOf(at(0).to(at(2500), Seconds(1)))).to.deep.equal([0, 1000, 2000]);
    expect(msOf(at(1).until(at(1), Seconds(1)))).to.deep.equal([]);
    expect(() => at(0).to(at(1), new Duration(0)))
      .to.throw()
      .with.property('code', 'DURATION_INVALID');
  });

  it('knows multiples of a duration', () => {
    expect(at(4000).isMultipleOf(Seconds(2))).to.equal(true);
    expect(at(4001).isMultipleOf(Seconds(2))).to.equal(false);
  });
});

describe('Interval', () => {
  it('has a duration, moves and prints', () => {
    const interval = new Interval(0, at(1000));
    expect(interval.duration().milliseconds()).to.equal(1000);
    expect(interval.toString()).to.equal('[0 ms, 1000 ms]');
    expect(interval.plus(Seconds(1)).toString()).to.equal('[1000 ms, 2000 ms]');
    expect(interval.minus(Seconds(1)).toString()).to.equal('[-1000 ms, 0 ms]');
    expect(interval.equals(new Interval(0, 1000))).to.equal(true);
    expect(interval.equals(new Interval(0, 1001))).to.equal(false);
    expect(Number(interval.beginTime())).to.equal(0);
    expect(Number(interval.endTime())).to.equal(1000);
  });

  it('compares those of equal length, and refuses others', () => {
    const first = new Interval(0, 1000);
    const second = new Interval(1000, 2000);
    expect([first.less(second), first.lessEq(first), second.greater(first), first.greaterEq(second)]).to.deep.equal([
      true,
      true,
      true,
      false,
    ]);
    expect(() => first.less(new Interval(0, 999)))
      .to.throw('Comparing two intervals with different durations [[0 ms, 1000 ms], [0 ms, 999 ms]]')
      .with.property('code', 'INTERVALS_DIFFER');
  });

  it('finds the one that is current by a clock', () => {
    const clock = new ManualClock({ nowMs: 2500 });
    expect(Interval.currentInterval(Seconds(1), clock).toString()).to.equal('[2000 ms, 3000 ms]');
  });
});

describe('formatLocalTime', () => {
  it("is the guide's form, in local time", () => {
    const epochMs = new Date(2012, 11, 31, 18, 47, 10, 447).getTime();
    expect(formatLocalTime(epochMs)).to.equal('2012-12-31 18:47:10,447');
    expect(formatLocalTime(new Date(2013, 0, 2, 3, 4, 5, 6).getTime())).to.equal('2013-01-02 03:04:05,006');
  });
});
