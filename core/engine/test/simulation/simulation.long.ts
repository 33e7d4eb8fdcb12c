import { catchAll, simulateSeeds } from '../../../../bin/test/at-length.ts';
import { SEED } from '../../../../bin/test/seed.ts';
import { caughtBy, MUTANTS } from './mutants.ts';
import { simulate } from './simulate.ts';

/** The budget comes from the environment, for runs of a bounded time; the default is that of docs/reliability.md. */
const SEEDS = Number(process.env.DSTREAMS_SIMULATION_SEEDS ?? 100_000);

describe(`whole applications through crashes, at length (seed ${SEED})`, function () {
  this.timeout(0);

  it('nothing is lost, doubled or changed', () => simulateSeeds('applications', SEEDS, (seed) => simulate(seed)));

  it(`all ${MUTANTS.length} planted bugs are caught`, () => catchAll(MUTANTS, caughtBy));
});
