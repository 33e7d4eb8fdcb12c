import { expect } from 'chai';
import fc from 'fast-check';
import type { Clock, Timer } from '../clock.ts';
import { ManualClock } from '../manual-clock.ts';
import { firstTimeMs, RecurringTimer, restartTimeMs } from '../recurring-timer.ts';

function setUp(clock: Clock, startMs = 100) {
  const calls: number[] = [];
  const timer = new RecurringTimer({ clock, periodMs: 100, startMs, callback: (nominalMs) => calls.push(nominalMs) });
  return { calls, timer };
}

describe('RecurringTimer', () => {
  it('calls at each nominal time', () => {
    const clock = new ManualClock();
    const { calls, timer } = setUp(clock);
    expect(timer.lastMs).to.equal(0);
    timer.start();
    clock.advance(99);
    expect(calls).to.deep.equal([]);
    clock.advance(1);
    clock.advance(250);
    expect(calls).to.deep.equal([100, 200, 300]);
    expect(timer.lastMs).to.equal(300);
  });

  it('makes up for every time it missed, in order', () => {
    // A busy process: the clock has moved, but timers come one at a time and late.
    const due: (() => void)[] = [];
    const late: Clock = {
      now: () => 450,
      monotonic: () => 450,
      yield: () => Promise.resolve(),
      setTimer(atMs, callback): Timer {
        if (atMs <= 450) due.push(callback);
        return { cancel() {} };
      },
    };
    const { calls, timer } = setUp(late);
    timer.start();
    for (let callback = due.shift(); callback !== undefined; callback = due.shift()) callback();
    expect(calls).to.deep.equal([100, 200, 300, 400]);
  });

  it('stops at once, tells the last time, and leaves no timer', () => {
    const clock = new ManualClock();
    const { calls, timer } = setUp(clock);
    timer.start();
    clock.advance(150);
    expect(timer.stop()).to.equal(100);
    expect(timer.stop()).to.equal(100);
    clock.advance(1000);
    expect(calls).to.deep.equal([100]);
    expect(clock.timerCount).to.equal(0);
  });

  it('can be stopped by its own callback', () => {
    const clock = new ManualClock();
    const timer: RecurringTimer = new RecurringTimer({
      clock,
      periodMs: 10,
      startMs: 10,
      callback: () => timer.stop(),
    });
    timer.start();
    clock.advance(100);
    expect(timer.lastMs).to.equal(10);
    expect(clock.timerCount).to.equal(0);
  });

  it('stops gracefully after one more call', async () => {
    const clock = new ManualClock();
    const { calls, timer } = setUp(clock);
    timer.start();
    clock.advance(150);
    const last = timer.stopAfterOneMore();
    expect(timer.stopAfterOneMore()).to.equal(last);
    clock.advance(1000);
    expect(await last).to.equal(200);
    expect(calls).to.deep.equal([100, 200]);
    expect(clock.timerCount).to.equal(0);
  });

  it('settles a graceful stop that is cut short, or that never started', async () => {
    const clock = new ManualClock();
    const running = setUp(clock).timer;
    running.start();
    const last = running.stopAfterOneMore();
    running.stop();
    expect(await last).to.equal(0);
    expect(await setUp(clock).timer.stopAfterOneMore()).to.equal(0);
  });

  it('starts once', () => {
    const { timer } = setUp(new ManualClock());
    timer.start();
    expect(() => timer.start())
      .to.throw()
      .with.property('code', 'INVARIANT');
    timer.stop();
  });
});

describe('firstTimeMs and restartTimeMs', () => {
  const cases = [
    { nowMs: 0, periodMs: 1000, first: 1000 },
    { nowMs: 999, periodMs: 1000, first: 1000 },
    { nowMs: 1000, periodMs: 1000, first: 2000 },
    { nowMs: 1000.5, periodMs: 1000, first: 2000 },
  ];
  for (const { nowMs, periodMs, first } of cases) {
    it(`starts at ${first} when it is ${nowMs}`, () => expect(firstTimeMs(nowMs, periodMs)).to.equal(first));
  }

  it('restarts on the old grid, strictly later, within one period', () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(), fc.integer({ min: 1, max: 1e5 }), (zeroMs, passedMs, periodMs) => {
        const restart = restartTimeMs(zeroMs + passedMs, periodMs, zeroMs);
        expect((restart - zeroMs) % periodMs).to.equal(0);
        expect(restart)
          .to.be.above(zeroMs + passedMs)
          .and.at.most(zeroMs + passedMs + periodMs);
      }),
    );
  });
});
