import { expect } from 'chai';
import { tryUntil } from '../../../../bin/test/at-length.ts';
import { failEveryCall, flipLog, flipStore, runLocks, runLog, runStore } from './index.ts';
import { caughtBy, MUTANTS } from './mutants.ts';
import { SEED } from '../../../../bin/test/seed.ts';

/** Budgets come from the environment, for runs of a bounded time; the defaults are those of docs/reliability.md. */
const STATES = Number(process.env.DSTREAMS_PROOF_STATES ?? 10_000_000);
/** Runs of which all pairs of calls fail follow each other until so many were tried. */
const PAIRS = Number(process.env.DSTREAMS_PROOF_PAIRS ?? 300_000);
/** Locks that processes take. */
const LOCKS = 15_000;
/** Of all bits one in so many is flipped. */
const FLIPS_SHARE = Number(process.env.DSTREAMS_PROOF_FLIPS_SHARE ?? 1);

describe(`proofs of the checkpoint directory, at length (seed ${SEED})`, function () {
  this.timeout(0);
  it('a loss of power at any operation', () =>
    tryUntil(STATES, 'states after loss of power', async (seed) => {
      const options = { seed, crashShare: 0.2, faultShare: 0.01 };
      return (await runLog(options)).states + (await runStore(options)).states;
    }));

  it('any two calls that fail', () => tryUntil(PAIRS, 'pairs of failing calls', (seed) => failEveryCall(seed, true)));

  it('every bit and every length of 64 KiB', async () => {
    const options = { share: FLIPS_SHARE, bytes: 64 * 1024 };
    await tryUntil(1, 'bits and lengths of a log', (seed) => flipLog({ ...options, seed }));
    await tryUntil(1, 'bits and lengths of a checkpoint', (seed) => flipStore({ ...options, seed }));
  });

  it('locks', () => tryUntil(LOCKS, 'locks taken', runLocks));

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
