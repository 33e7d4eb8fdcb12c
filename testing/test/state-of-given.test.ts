import { join } from 'node:path';
import { expect } from 'chai';
import { runJobTest } from '../index.ts';

const TOTALS = [
  'a,1 b1,1',
  'a,2 b1,1 b2,1',
  'a,3 b0,1 b1,1 b2,1',
  'a,4 b0,1 b1,2 b2,1',
  'a,5 b0,1 b1,2 b2,2',
  'a,6 b0,2 b1,2 b2,2',
];
const WINDOWS = [
  'a,1 b1,1',
  'a,2 b1,1 b2,1',
  'a,3 b0,1 b1,1 b2,1',
  'a,3 b0,1 b1,1 b2,1',
  'a,3 b0,1 b1,1 b2,1',
  'a,3 b0,1 b1,1 b2,1',
];
const EXPECTED = {
  update: TOTALS,
  map: ['a,1 b1,1', 'a,2 b2,1', 'a,3 b0,1', 'a,4 b1,2', 'a,5 b2,2', 'a,6 b0,2'],
  window: WINDOWS,
  inverse: WINDOWS,
};

describe('state of batches that threads cannot compute, beside some that they can', function () {
  this.timeout(60_000);
  const job = join(process.cwd(), 'testing', 'test', 'jobs', 'state-of-given.ts');

  for (const [kind, expected] of Object.entries(EXPECTED)) {
    for (const master of ['local', 'local[2]']) {
      it(`goes on: ${kind}, ${master}`, async () => {
        expect(await runJobTest(job, [kind], { master })).to.deep.equal(expected);
      });
    }
  }
});
