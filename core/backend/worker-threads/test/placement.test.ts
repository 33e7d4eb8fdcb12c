import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { runJobTest } from '../../../../testing/run-job-test.ts';

const job = fileURLToPath(
  new URL('core/backend/worker-threads/test/jobs/received-blocks.ts', new URL(`file://${process.cwd()}/`)),
);

describe('placement of tasks', function () {
  this.timeout(60_000);

  // Received blocks are loaded before a task is sent: a thread must count as busy before that.
  for (const { blocks, tasks } of [
    { blocks: 1, tasks: [1] },
    { blocks: 2, tasks: [1, 1] },
    { blocks: 4, tasks: [2, 2] },
  ]) {
    it(`spreads the tasks of ${blocks} received blocks over two threads`, async () =>
      expect(await runJobTest(job, [String(blocks)], { master: 'local[2]' })).to.deep.equal(tasks));
  }
});
