import { expect } from 'chai';
import { StorageLevels } from '../../../data/index.ts';
import { groupByKey, narrow } from '../../../operator/index.ts';
import type { StreamRef } from '../../../plan/index.ts';
import { HashPartitioner, SHUFFLES } from '../../../rdd/index.ts';
import { SparkConf } from '../../../options/index.ts';
import { collect, combineByKey, parallelize } from '../../../rdd/index.ts';
import { SparkCore } from '../../../engine/spark-core.ts';
import { EngineHarness } from '../../../testing/harness.ts';
import { record } from '../../../testing/recording.ts';

class Money {
  constructor(readonly cents: number) {}
}

const failure = (work: Promise<unknown>) =>
  work.then(
    () => undefined,
    (error: { code: string; message: string }) => error,
  );

describe('an instance of an unregistered class', () => {
  const streams: { name: string; build: (pairs: StreamRef) => StreamRef; uid: string }[] = [
    { name: 'in a shuffle', build: (pairs) => groupByKey(pairs, new HashPartitioner(1), 'array'), uid: 'groupByKey-0' },
    {
      name: 'under persist',
      build: (pairs) => {
        pairs.graph.persist(pairs.node, StorageLevels.MEMORY_ONLY_SER);
        return pairs;
      },
      uid: 'map-0',
    },
  ];
  for (const { name, build, uid } of streams) {
    it(`${name} is refused by class, uid and what to call`, async () => {
      const t = new EngineHarness({ batchMs: 1000 });
      const pairs = narrow(t.input([[1]], 1), 'map', 'map', [(x: number) => ['k', new Money(x)]], 'array');
      record(build(pairs));
      const error = await failure(t.run(1));
      await t.stop();
      expect(error).to.include({ code: 'RECORD_NOT_SERIALIZABLE' });
      expect(error!.message).to.include('Money').and.to.include(uid).and.to.include('registerClass');
    });
  }

  it('is found inside plain records on a context that no test kit made', async () => {
    const core = new SparkCore(new SparkConf(false).setMaster('local').setAppName('test'));
    const pairs = parallelize(core, [['k', { price: [new Money(1)] }]], 2);
    const error = await failure(
      collect(combineByKey(pairs, SHUFFLES.group, new HashPartitioner(1), 'array', 'groupByKey')),
    );
    await core.stop();
    expect(error).to.include({ code: 'RECORD_NOT_SERIALIZABLE' });
  });
});
