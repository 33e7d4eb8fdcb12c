import { expect } from 'chai';
import { printedBatches } from './run-example.ts';
import { scenario } from './scenario.ts';

describe('QueueStream', () => {
  scenario('adds 30 data sets while it runs, stops by itself, and ends well', async (stage) => {
    const { exitCode, stdout, stderr } = await stage.start('QueueStream', 'local[2]').ended;
    expect(exitCode, stderr).to.equal(0);
    const filled = printedBatches(stdout).filter(({ records }) => records.length === 10);
    // One a second. The stop waits for no further batch, so the last ones may be left in the queue of a busy machine.
    expect(filled.length).to.be.within(28, 30);
  });
});
