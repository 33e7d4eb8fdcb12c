import { expect } from 'chai';
import { EngineHarness } from '../../testing/harness.ts';

describe('a checkpoint directory', () => {
  for (const path of ['hdfs://host/checkpoints', 's3a://bucket/a', 'wasbs://c@a/b']) {
    it(`is refused at the call where it is ${path}`, async () => {
      const t = new EngineHarness({ batchMs: 1000 });
      expect(() => t.engine.checkpoint(path))
        .to.throw()
        .with.property('code', 'NEEDS_CONNECTOR');
      await t.stop();
    });
  }
  it('may be a file: URL, or nothing', async () => {
    const t = new EngineHarness({ batchMs: 1000 });
    t.engine.checkpoint('file:///tmp/a%20b');
    t.engine.checkpoint(null);
    expect(t.engine.checkpointDirectory).to.equal(undefined);
    await t.stop();
  });
});
