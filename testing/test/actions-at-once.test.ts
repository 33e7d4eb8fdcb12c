import { join } from 'node:path';
import { expect } from 'chai';
import { runJobTest } from '../index.ts';

describe('actions that a transform awaits at once', function () {
  this.timeout(60_000);
  const job = join(process.cwd(), 'testing', 'test', 'jobs', 'actions-at-once.ts');

  it('are the same on threads as on one, in whatever order they are done', async () => {
    const expected = (await runJobTest(job, [], { master: 'local' })) as string[][];
    expect(expected[0]!.slice().sort()).to.deep.equal(
      [1, 2, 3].flatMap((n) => [`${n} quick 3`, `${n} slow 12`]).sort(),
    );
    for (let run = 0; run < 5; run++) {
      expect(await runJobTest(job, [], { master: 'local[2]' })).to.deep.equal(expected);
    }
  });
});
