import { randomInt } from 'node:crypto';
import { expect } from 'chai';
import { killRun } from './run.ts';

/** `DSTREAMS_KILLS`: how many in all; each takes one to two seconds. */
const KILLS = Number(process.env['DSTREAMS_KILLS'] ?? 1000);
const KILLS_PER_RUN = 50;

describe('the same, many times', function () {
  this.timeout(0);
  for (const master of ['local', 'local[2]']) {
    it(`on ${master}`, async () => {
      let records = 0;
      for (let done = 0; done < KILLS / 2; done += KILLS_PER_RUN) {
        const seed = randomInt(2 ** 31);
        const found = await killRun({ master, kills: Math.min(KILLS_PER_RUN, KILLS / 2 - done), seed });
        records += found.records;
        process.stdout.write(`${master}, seed ${seed}: ${found.records} records in ${found.batches} batches\n`);
      }
      expect(records).to.be.above(KILLS);
    });
  }
});
