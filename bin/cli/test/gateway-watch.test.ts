import { expect } from 'chai';
import { ManualClock } from '../../../core/time/index.ts';
import { GatewayWatch } from '../gateway-watch.ts';

function watching(timeoutMs?: number) {
  const clock = new ManualClock();
  const said: string[] = [];
  const ends: string[] = [];
  const watch = new GatewayWatch({
    clock,
    timeoutMs,
    say: (text) => said.push(`${clock.now()}: ${text}`),
    onTimeout: (why) => ends.push(`${clock.now()}: ${why}`),
  });
  return { clock, watch, said, ends };
}

describe('the watch of a command that waits for a gateway', () => {
  it('tells of an absence at once, and then each ten seconds, with its newest reason', () => {
    const { clock, watch, said } = watching();
    watch.lost('refused');
    for (let i = 0; i < 24; i++) {
      clock.advance(1000);
      watch.lost(`refused ${i}`);
    }
    watch.opened();
    clock.advance(100_000);
    expect(said).to.deep.equal([
      '0: refused; trying again',
      '10000: refused 8; trying again',
      '20000: refused 18; trying again',
      '24000: connected',
    ]);
    watch.lost('gone');
    expect(said.at(-1)).to.equal('124000: gone; trying again');
    watch.end();
    expect(clock.timerCount).to.equal(0);
  });

  it('tells of a peer that takes the connection and is silent, and says nothing where all is well', () => {
    const { clock, said } = watching();
    clock.advance(10_000);
    expect(said).to.deep.equal(['10000: no answer yet; trying again']);
    const other = watching();
    other.watch.opened();
    other.clock.advance(60_000);
    expect(other.said).to.deep.equal([]);
    expect(other.clock.timerCount).to.equal(0);
  });

  it('gives up when there was no connection for so long, whatever was tried meanwhile', () => {
    const { clock, watch, ends } = watching(30_000);
    clock.advance(20_000);
    watch.lost('refused');
    clock.advance(10_000);
    expect(ends).to.deep.equal(['30000: no connection for 30 s']);
    expect(clock.timerCount).to.equal(0);
    watch.lost('refused');
    watch.sent();
    expect(clock.timerCount).to.equal(0);
  });

  it('gives up when nothing of what was sent was acknowledged for so long, but waits for input for ever', () => {
    const { clock, watch, ends } = watching(30_000);
    watch.opened();
    clock.advance(100_000);
    watch.sent();
    clock.advance(29_000);
    watch.sent();
    watch.answered(); // One of two: the other has its time from here.
    clock.advance(29_000);
    watch.answered();
    clock.advance(100_000);
    expect(ends).to.deep.equal([]);
    watch.sent();
    clock.advance(20_000);
    // Connections that come and go are no answer.
    watch.lost('overloaded');
    watch.opened();
    clock.advance(10_000);
    expect(ends).to.deep.equal(['288000: no acknowledgement for 30 s']);
  });

  it('begins with the loss of a connection on which nothing was due', () => {
    const { clock, watch, ends } = watching(30_000);
    watch.opened();
    clock.advance(100_000);
    watch.lost('gone');
    clock.advance(29_999);
    expect(ends).to.deep.equal([]);
    clock.advance(1);
    expect(ends).to.deep.equal(['130000: no connection for 30 s']);
  });
});
