import { randomInt } from 'node:crypto';
import { expect } from 'chai';
import { type Found, killRecipe, RECIPE } from './kill-recipe.ts';

/** `DSTREAMS_RECIPE_KILLS`: how many in all; each takes one to two seconds. */
const KILLS = Number(process.env['DSTREAMS_RECIPE_KILLS'] ?? 100);
const TRIES_MAX = 10;

/** What the recipe guards against, taken out of it. */
const WITHOUT: Readonly<Record<string, (program: string) => string>> = {
  'the deletion of what the batch wrote before': (program) =>
    program.replace(/^.*delete from counts.*\n/m, '').replace(', primary key (batch, word)', ''),
  'the time of the last batch': (program) =>
    program.replace(' where batch < ?', '').replace('[sum, batch, batch]', '[sum, batch]'),
};

describe('the same, many times', function () {
  this.timeout(0);

  it(`leaves exact tables through ${KILLS} kills`, async () => {
    const seed = randomInt(2 ** 31);
    const { found, expected, batches } = await killRecipe(RECIPE, KILLS, seed);
    process.stdout.write(`${KILLS} kills, seed ${seed}: ${found.total} lines in ${batches} batches\n`);
    expect(found).to.deep.equal(expected);
  });

  for (const [guard, without] of Object.entries(WITHOUT)) {
    it(`finds that it would not without ${guard}`, async () => {
      const program = without(RECIPE);
      expect(program).not.to.equal(RECIPE);
      const isExact = ({ found, expected }: Found) => JSON.stringify(found) === JSON.stringify(expected);
      let tries = 0;
      while (tries++ < TRIES_MAX) if (!isExact(await killRecipe(program, 8, randomInt(2 ** 31)))) return;
      expect.fail(`exact ${TRIES_MAX} times`);
    });
  }
});
