import { randomInt } from 'node:crypto';
import { expect } from 'chai';
import { killRecipe, RECIPE } from './kill-recipe.ts';

describe('the recipe of an idempotent write, with SQLite', function () {
  this.timeout(480_000);

  it('leaves exact tables through eight kills with -9', async () => {
    const { found, expected, batches } = await killRecipe(RECIPE, 8, randomInt(2 ** 31));
    expect(found).to.deep.equal(expected);
    expect(batches).to.be.above(3);
  });
});
