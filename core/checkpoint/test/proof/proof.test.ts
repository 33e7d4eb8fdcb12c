import { expect } from 'chai';
import { failEveryCall, flipLog, flipStore, reuseBlocks, runLocks, runLog, runStore } from './index.ts';
import { caughtBy, MUTANTS } from './mutants.ts';
import { forSeeds, SEED, withSeed } from '../../../../bin/test/seed.ts';

/** The table of proofs, with the budget of `npm test`; `proof.long.ts` has the larger one. */
describe(`nothing that was acknowledged is lost, doubled or invented (seed ${SEED})`, function () {
  this.timeout(900_000);

  before(() => process.stdout.write(`  proofs of the checkpoint directory: seed ${SEED}\n`));

  it('by a loss of power at any operation, in 10,000 states of the disk', async () => {
    let states = 0;
    for (let seed = SEED; states < 10_000; seed++) {
      states += await withSeed(seed, async () => (await runLog({ seed, crashShare: 0.2, faultShare: 0.01 })).states);
      states += await withSeed(seed, async () => (await runStore({ seed, crashShare: 0.2, faultShare: 0.01 })).states);
    }
  });

  it('where any one call fails', async () => {
    expect(await withSeed(SEED, failEveryCall)).to.be.above(500);
  });

  it('where bits flip and files are cut, in a sample', async () => {
    const sample = (seed: number) => ({ seed, share: 11, bytes: 900 });
    expect(await withSeed(SEED, (seed) => flipLog(sample(seed)))).to.be.above(500);
    expect(await withSeed(SEED, (seed) => flipStore(sample(seed)))).to.be.above(500);
  });

  it('where a disk block is used again', () => withSeed(SEED, reuseBlocks));

  it('and one process at a time has the lock', async () => {
    expect(await forSeeds(100, runLocks)).to.be.above(100);
  });

  for (const mutant of MUTANTS.slice(0, 5)) {
    it(`and the proofs catch a planted bug: ${mutant.name}`, async () => {
      expect(await caughtBy(mutant, SEED)).to.be.a('string');
    });
  }
});
