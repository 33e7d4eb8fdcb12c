import { expect } from 'chai';
import { runSteadily } from './steady-run.ts';

/** Seconds of virtual time: a day. */
const BATCHES = Number(process.env.DSTREAMS_STEADY_BATCHES ?? 86_400);
/** What may vary from one batch to another: caches of V8, the log since it went on in a new file. */
const SLACK_BYTES = 6 * 1024 * 1024;

describe('a context holds no more after a day', function () {
  this.timeout(0);

  for (const isIdle of [false, true]) {
    it(`of batches of a second${isIdle ? ' without data' : ''}`, async () => {
      const [early, late] = await runSteadily(BATCHES, isIdle);
      process.stdout.write(`  ${BATCHES} batches${isIdle ? ', idle' : ''}: ${JSON.stringify({ early, late })}\n`);
      expect(late.heapBytes - early.heapBytes).to.be.below(SLACK_BYTES);
      expect(late.timers).to.be.at.most(early.timers + 1);
      // Chains of changes grow to ten and begin anew, in three streams of two partitions.
      expect(late.files).to.be.below(80);
      expect(late.blocks).to.be.at.most(early.blocks + 5);
    });
  }
});
