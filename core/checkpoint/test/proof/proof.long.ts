import { expect } from 'chai';
import { SystemClock } from '../../../time/system-clock.ts';
import { failEveryCall, flipLog, flipStore, runLocks, runLog, runStore } from './index.ts';
import { caughtBy, MUTANTS } from './mutants.ts';
import { forSeeds, SEED, withSeed } from '../../../../bin/test/seed.ts';

/** Budgets come from the environment, for runs of a bounded time; the defaults are those of docs/reliability.md. */
const STATES = Number(process.env.DSTREAMS_PROOF_STATES ?? 10_000_000);
/** Runs of which all pairs of calls fail follow each other until so many were tried. */
const PAIRS = Number(process.env.DSTREAMS_PROOF_PAIRS ?? 300_000);
/** Of all bits one in so many is flipped. */
const FLIPS_SHARE = Number(process.env.DSTREAMS_PROOF_FLIPS_SHARE ?? 1);

describe(`proofs of the checkpoint directory, at length (seed ${SEED})`, function () {
  this.timeout(0);
  const clock = new SystemClock();
  const say = (what: string, count: number, startMs: number): void => {
    const seconds = (clock.monotonic() - startMs) / 1000;
    process.stdout.write(
      `  seed ${SEED}: ${what}: ${count} trials in ${seconds.toFixed(1)} s, ${Math.round(count / seconds)}/s, ` +
        `no failure: a rate below ${(3 / count).toExponential(1)} (95 %)\n`,
    );
  };

  it('a loss of power at any operation', async () => {
    const startMs = clock.monotonic();
    let states = 0;
    for (let seed = SEED; states < STATES; seed++) {
      states += await withSeed(seed, async () => (await runLog({ seed, crashShare: 0.2, faultShare: 0.01 })).states);
      states += await withSeed(seed, async () => (await runStore({ seed, crashShare: 0.2, faultShare: 0.01 })).states);
    }
    say('states after loss of power', states, startMs);
  });

  it('any two calls that fail', async () => {
    const startMs = clock.monotonic();
    let trials = 0;
    for (let seed = SEED; trials < PAIRS; seed++) trials += await withSeed(seed, () => failEveryCall(seed, true));
    say('pairs of failing calls', trials, startMs);
  });

  it('every bit and every length of 64 KiB', async () => {
    const options = { seed: SEED, share: FLIPS_SHARE, bytes: 64 * 1024 };
    let startMs = clock.monotonic();
    say('bits and lengths of a log', await flipLog(options), startMs);
    startMs = clock.monotonic();
    say('bits and lengths of a checkpoint', await flipStore(options), startMs);
  });

  it('locks', async () => {
    const startMs = clock.monotonic();
    say('locks taken', await forSeeds(10_000, runLocks), startMs);
  });

  it(`all ${MUTANTS.length} planted bugs are caught`, async () => {
    expect(MUTANTS.length).to.be.at.least(20);
    const missed: string[] = [];
    for (const mutant of MUTANTS) {
      const by = await caughtBy(mutant, SEED);
      if (by === undefined) missed.push(mutant.name);
    }
    expect(missed).to.deep.equal([]);
    process.stdout.write(`  seed ${SEED}: ${MUTANTS.length} of ${MUTANTS.length} planted bugs caught\n`);
  });
});
