import { expect } from 'chai';
import { withSeed } from '../../../../bin/test/seed.ts';
import { caughtBy, MUTANTS } from './mutants.ts';
import { FIRST_SEED } from './seed.ts';
import { simulate } from './simulate.ts';

/** `simulation.long.ts` has the larger budget, and `docs/reliability.md` says what is simulated. */
const SEEDS = 200;

describe(`a whole application through crashes (seeds from ${FIRST_SEED})`, function () {
  this.timeout(900_000);

  it(`loses, doubles and changes nothing, for ${SEEDS} seeds`, async () => {
    let observations = 0;
    for (let seed = FIRST_SEED; seed < FIRST_SEED + SEEDS; seed++) {
      observations += await withSeed(seed, async () => (await simulate(seed)).observations);
    }
    expect(observations).to.be.above(1000);
  });

  it('does the same again for the same seed, whenever garbage is collected', async () => {
    // The last two were others once.
    for (const seed of [FIRST_SEED, 23, 29]) {
      const first = await simulate(seed);
      let lines = 0;
      const second = await simulate(seed, () => {
        if (++lines % 50 === 0) globalThis.gc!();
      });
      expect(second).to.deep.equal(first);
    }
  });

  it('deals out the records of a state again as before, where a thread dies when some of them have been read', async () => {
    // By repartition: a record came twice, and one not at all.
    await withSeed(80011062, simulate);
  });

  for (const mutant of MUTANTS.slice(0, 2)) {
    it(`catches a planted bug: ${mutant.name}`, async () => {
      expect((await caughtBy(mutant, FIRST_SEED))?.what).to.be.a('string');
    });
  }
});
