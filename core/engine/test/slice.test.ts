import { expect } from 'chai';
import { receiverInput, streamOps } from '../../internal.ts';
import { HashPartitioner } from '../../rdd/index.ts';
import { MemoryDisk } from '../../storage/disk-memory.ts';
import { EngineHarness } from '../../testing/harness.ts';
import { Hand } from './hand.ts';

const BATCHES = 30;

describe('a slice of a state', () => {
  for (const remembersAll of [false, true]) {
    it(
      remembersAll ? 'goes back as far as the context remembers' : 'is refused where it is not remembered any more',
      async () => {
        const t = new EngineHarness({
          batchMs: 1000,
          disk: new MemoryDisk({ now: () => 0 }),
          checkpointDir: '/checkpoint',
        });
        if (remembersAll) t.engine.remember(BATCHES * 1000);
        const hand = new Hand();
        const pairs = t.engine.addInput('receiverStream', receiverInput(hand));
        const count = (values: number[], state: number | undefined) => (state ?? 0) + values.length;
        const state = streamOps.updateStateByKey(pairs, count, {
          partitioner: new HashPartitioner(1),
          dialect: 'array',
        });
        const shown = streamOps.narrow(state, 'map', 'map', [(pair: unknown) => pair], 'array');
        streamOps.output(shown, 'foreachRDD', () => {});
        await t.start();
        for (let batch = 1; batch <= BATCHES; batch++) {
          await hand.supervisor.storeAll([['a', 1]]);
          await t.run(1);
        }
        const slice = async (batch: number) => {
          const [rdd] = await t.engine.slice(shown.node, batch * 1000, batch * 1000);
          return (await rdd!.ctx.runner.run(rdd!, { kind: 'collect' })).flat();
        };
        expect(await slice(BATCHES)).to.deep.equal([['a', BATCHES]]);
        const old = slice(3).then(
          (pairs) => pairs,
          ({ code, message }) => `${code} ${message}`,
        );
        if (remembersAll) expect(await old).to.deep.equal([['a', 3]]);
        else
          expect(await old).to.match(
            /^SLICE_INVALID slice: map .* has no batch 3000 ms any more.*remember\(duration\)/,
          );
        await t.stop();
      },
    );
  }

  it('is refused at once where it has more batches than anybody can mean', async () => {
    const t = new EngineHarness({ batchMs: 1000 });
    const records = t.engine.addInput('receiverStream', receiverInput(new Hand()));
    streamOps.output(records, 'foreachRDD', () => {});
    await t.start();
    await t.run(2);
    const slice = (fromMs: number, toMs: number) => t.engine.slice(records.node, fromMs, toMs);
    expect(await slice(-Number.MAX_VALUE, 2000)).to.have.length(2);
    expect(() => slice(1000, Number.MAX_VALUE)).to.throw(/more than 1000000 batches of 1000 ms/);
    await t.stop();
  });
});
