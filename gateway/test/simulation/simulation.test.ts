import { expect } from 'chai';
import { withSeed } from '../../../bin/test/seed.ts';
import { simulate } from './index.ts';
import { caughtBy, MUTANTS } from './mutants.ts';

/** The same in every run, but where `DSTREAMS_SEED` says another one; `simulation.long.ts` tries others. */
const SEED = Number(process.env.DSTREAMS_SEED ?? 1);
const SEEDS = 60;

describe(`a gateway and its clients through crashes (seeds from ${SEED})`, function () {
  this.timeout(900_000);

  it(`loses, doubles and changes nothing, for ${SEEDS} seeds`, async () => {
    let records = 0;
    for (let seed = SEED; seed < SEED + SEEDS; seed++) {
      records += await withSeed(seed, async () => (await simulate(seed)).records);
    }
    expect(records).to.be.above(SEEDS * 50);
  });

  it('does the same again for the same seed, whenever garbage is collected', async () => {
    for (const seed of [2, 23]) {
      let steps = 0;
      const second = await simulate(seed, () => {
        if (++steps % 50 === 0) globalThis.gc!();
      });
      expect(await simulate(seed)).to.deep.equal(second);
    }
  });

  for (const mutant of MUTANTS.slice(0, 5)) {
    it(`catches a planted bug: ${mutant.name}`, async () => {
      expect((await caughtBy(mutant, 7))?.what).to.be.a('string');
    });
  }
});
