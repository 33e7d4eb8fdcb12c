import { randomInt } from 'node:crypto';
import { expect } from 'chai';
import { killRun } from './run.ts';

describe('a program with files, a gateway stream and state, killed with -9', function () {
  this.timeout(240_000);
  for (const master of ['local', 'local[2]']) {
    it(`loses nothing, doubles nothing, and has its state exactly: ten times on ${master}`, async () => {
      const { records, batches } = await killRun({ master, kills: 10, seed: randomInt(2 ** 31) });
      expect(records).to.be.above(20);
      expect(batches).to.be.above(5);
    });
  }
});
