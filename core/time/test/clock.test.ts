import { expect } from 'chai';
import fc from 'fast-check';
import { sleep } from '../clock.ts';
import { ManualClock } from '../manual-clock.ts';
import { SystemClock } from '../system-clock.ts';

describe('ManualClock', () => {
  it('starts at 0, or where it is told, and stands still', async () => {
    const clock = new ManualClock();
    await clock.yield();
    expect([clock.now(), clock.monotonic()]).to.deep.equal([0, 0]);
    expect(new ManualClock({ nowMs: 5 }).now()).to.equal(5);
  });

  it('fires due timers in order of time, then of registration, each at its own time', () => {
    const clock = new ManualClock();
    const fired: string[] = [];
    for (const [name, atMs] of [
      ['c', 20],
      ['a', 10],
      ['b', 10],
      ['late', 31],
    ] as const) {
      clock.setTimer(atMs, () => fired.push(`${name}@${clock.now()}`));
    }
    expect(clock.nextTimerMs()).to.equal(10);
    clock.advance(30);
    expect(fired).to.deep.equal(['a@10', 'b@10', 'c@20']);
    expect([clock.now(), clock.timerCount, clock.nextTimerMs()]).to.deep.equal([30, 1, 31]);
    clock.setTime(31);
    expect(fired.at(-1)).to.equal('late@31');
    expect(clock.nextTimerMs()).to.equal(undefined);
  });

  it('includes timers that callbacks set, if due', () => {
    const clock = new ManualClock();
    const fired: number[] = [];
    const again = (): void => {
      fired.push(clock.now());
      clock.setTimer(clock.now() + 10, again);
    };
    clock.setTimer(10, again);
    clock.advance(35);
    expect(fired).to.deep.equal([10, 20, 30]);
  });

  it('does not fire what was cancelled, before or while it fires', () => {
    const clock = new ManualClock();
    const fired: string[] = [];
    const first = clock.setTimer(1, () => fired.push('first'));
    first.cancel();
    first.cancel();
    clock.setTimer(2, () => {
      fired.push('second');
      third.cancel();
    });
    const third = clock.setTimer(2, () => fired.push('third'));
    clock.advance(5);
    expect(fired).to.deep.equal(['second']);
    expect(clock.timerCount).to.equal(0);
  });

  it('fires what is due already without being moved, but not inside setTimer', async () => {
    const clock = new ManualClock({ nowMs: 100 });
    let fired = 0;
    clock.setTimer(50, () => fired++);
    expect(fired).to.equal(0);
    await Promise.resolve();
    expect(fired).to.equal(1);
    expect(clock.now()).to.equal(100);
  });

  it('takes an advance from inside a callback as a later goal', () => {
    const clock = new ManualClock();
    const fired: number[] = [];
    clock.setTimer(10, () => clock.advance(20));
    clock.setTimer(25, () => fired.push(clock.now()));
    clock.advance(10);
    expect(fired).to.deep.equal([25]);
    expect(clock.now()).to.equal(30);
  });

  it('hands out what a callback throws, and goes on with the next call', () => {
    const clock = new ManualClock();
    let fired = false;
    clock.setTimer(1, () => {
      throw new Error('thrown');
    });
    clock.setTimer(2, () => {
      fired = true;
    });
    expect(() => clock.advance(5)).to.throw('thrown');
    expect(clock.now()).to.equal(1);
    clock.advance(1);
    expect(fired).to.equal(true);
  });

  it('does not go back, nor to what is no number', () => {
    const clock = new ManualClock({ nowMs: 10 });
    expect(() => clock.setTime(9))
      .to.throw()
      .with.property('code', 'OPTIONS_INVALID');
    expect(() => clock.setTime(Number.NaN))
      .to.throw()
      .with.property('code', 'OPTIONS_INVALID');
    clock.setTime(10);
    expect(clock.now()).to.equal(10);
  });

  it('lets the given turn decide what yield does', async () => {
    let turns = 0;
    const clock = new ManualClock({ turn: async () => void turns++ });
    await clock.yield();
    expect(turns).to.equal(1);
  });

  it('wakes sleepers', async () => {
    const clock = new ManualClock();
    const done = sleep(clock, 10).then(() => clock.now());
    clock.advance(10);
    expect(await done).to.equal(10);
  });

  it('fires as a stable sort by time would, however it is moved', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 50 })),
        fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 1 }),
        (times, moves) => {
          const clock = new ManualClock();
          const fired: [number, number][] = [];
          for (const [index, atMs] of times.entries()) {
            clock.setTimer(atMs, () => fired.push([clock.now(), index]));
          }
          for (const by of moves) clock.advance(by);
          const expected = times.map((atMs, index): [number, number] => [atMs, index]);
          expected.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
          expect(fired).to.deep.equal(expected.filter(([atMs]) => atMs <= clock.now()));
        },
      ),
    );
  });
});

// What can be said of the real clock without waiting for more than a few ms.
describe('SystemClock', () => {
  const clock = new SystemClock();

  it('never fires early', async () => {
    for (const delayMs of [0, 1, 3, 7]) {
      const atMs = clock.now() + delayMs;
      const firedMs = await new Promise<number>((resolve) => clock.setTimer(atMs, () => resolve(clock.now())));
      expect(firedMs).to.be.at.least(atMs);
    }
  });

  it('fires what is late soon, not inside setTimer, and in order', async () => {
    const fired: number[] = [];
    clock.setTimer(clock.now() - 1000, () => fired.push(1));
    const last = new Promise<void>((resolve) => {
      clock.setTimer(0, () => {
        fired.push(2);
        resolve();
      });
    });
    expect(fired).to.deep.equal([]);
    await last;
    expect(fired).to.deep.equal([1, 2]);
  });

  it('does not fire what was cancelled', async () => {
    let fired = 0;
    const timers = [clock.setTimer(0, () => fired++), clock.setTimer(clock.now() + 2, () => fired++)];
    for (const timer of timers) timer.cancel();
    await sleep(clock, 4);
    expect(fired).to.equal(0);
  });

  it('measures without going back, and yields', async () => {
    const before = clock.monotonic();
    await clock.yield();
    expect(clock.monotonic()).to.be.at.least(before);
  });

  it('takes a time far beyond what Node takes', () => {
    const timer = clock.setTimer(clock.now() + 2 ** 40, () => expect.fail('fired'));
    timer.cancel();
  });
});
