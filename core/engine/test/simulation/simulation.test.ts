import { expect } from 'chai';
import { SEED, withSeed } from '../../../checkpoint/test/proof/seed.ts';
import { simulate } from './simulate.ts';

/** `simulation.long.ts` has the larger budget, and `docs/reliability.md` says what is simulated. */
const SEEDS = 60;

describe(`a whole application through crashes (seed ${SEED})`, function () {
  this.timeout(300_000);

  it(`loses, doubles and changes nothing, for ${SEEDS} seeds`, async () => {
    let observations = 0;
    for (let seed = SEED; seed < SEED + SEEDS; seed++) {
      observations += await withSeed(seed, async () => (await simulate(seed)).observations);
    }
    expect(observations).to.be.above(1000);
  });

  it('does the same again for the same seed', async () => {
    const [first, second] = [await simulate(SEED), await simulate(SEED)];
    expect(second).to.deep.equal(first);
  });
});
