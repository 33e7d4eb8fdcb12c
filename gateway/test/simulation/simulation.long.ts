import { catchAll, simulateSeeds } from '../../../bin/test/at-length.ts';
import { SEED } from '../../../bin/test/seed.ts';
import { simulate } from './index.ts';
import { caughtBy, MUTANTS } from './mutants.ts';

/** The budget comes from the environment, for runs of a bounded time. */
const SEEDS = Number(process.env.DSTREAMS_GATEWAY_SEEDS ?? 20_000);

describe(`a gateway and its clients through crashes, at length (seed ${SEED})`, function () {
  this.timeout(0);

  it('loses, doubles and changes nothing', () => simulateSeeds('runs', SEEDS, simulate));

  it(`all ${MUTANTS.length} planted bugs are caught`, () => catchAll(MUTANTS, caughtBy));
});
