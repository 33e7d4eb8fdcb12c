import { expect } from 'chai';
import { HashPartitioner } from '../../rdd/index.ts';
import { updateStateByKey } from '../../operator/index.ts';
import { EngineHarness } from '../../testing/harness.ts';
import { record } from '../../testing/recording.ts';

class Basket {
  readonly items: number[] = [];
}

describe('a state value of an unregistered class', () => {
  it('is refused on every master, in the batch that makes it, by class and operator', async () => {
    const t = new EngineHarness({ batchMs: 1000, checkpointDir: 'checkpoint' });
    const options = { partitioner: new HashPartitioner(1), dialect: 'array' } as const;
    record(updateStateByKey(t.input([[['a', 1]]], 1), () => new Basket(), options));
    const error = await t.run(1).then(
      () => undefined,
      (e: { code: string; message: string }) => e,
    );
    expect(error).to.include({ code: 'RECORD_NOT_SERIALIZABLE' });
    expect(error!.message).to.include('Basket').and.to.include('updateStateByKey-0');
    await t.stop();
  });
});
