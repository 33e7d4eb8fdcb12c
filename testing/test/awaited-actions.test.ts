import { join } from 'node:path';
import { expect } from 'chai';
import { runJobTest } from '../index.ts';

describe('actions that are awaited where the program runs everywhere', function () {
  this.timeout(60_000);
  const job = join(process.cwd(), 'testing', 'test', 'jobs', 'awaited-actions.ts');

  for (const what of ['fixed', 'both', 'dangling', 'steps', 'failed', 'failedBefore', 'atOnceBefore']) {
    it(`are the same on threads as in process: ${what}`, async () => {
      const expected = await runJobTest(job, [what], { master: 'local' });
      expect(await runJobTest(job, [what], { master: 'local[2]' })).to.deep.equal(expected);
    });
  }
});
