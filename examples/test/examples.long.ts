import { expect } from 'chai';
import { endAll, printedBatches, startExample } from './run-example.ts';

describe('QueueStream', function () {
  this.timeout(120_000);
  afterEach(endAll);

  it('adds 30 data sets while it runs, stops by itself, and ends well', async () => {
    const { exitCode, stdout, stderr } = await startExample('QueueStream', 'local[2]').ended;
    expect(exitCode, stderr).to.equal(0);
    const filled = printedBatches(stdout).filter(({ records }) => records.length === 10);
    // The last one is added a second before the stop, which waits for no further batch.
    expect(filled.length).to.be.within(29, 30);
  });
});
