import { expect } from 'chai';
import { StorageLevels } from '../../data/index.ts';
import { errorCodes } from '../../errors.ts';
import { count, groupByKey, narrow, output, union } from '../../operator/index.ts';
import { HashPartitioner } from '../../rdd/index.ts';
import { EngineHarness } from '../harness.ts';
import { record } from '../recording.ts';

describe('the test harness', () => {
  let t: EngineHarness;
  afterEach(() => t.stop());

  it('runs batches in virtual time and records them', async () => {
    t = new EngineHarness({ batchMs: 1000 });
    const input = t.input([[1, 2, 3], [], [4]], 2);
    const { batches } = record(narrow(input, 'map', 'map', [(x: number) => x * 10], 'array'));
    await t.run(4);
    expect(batches).to.deep.equal([
      { timeMs: 1000, values: [10, 20, 30] },
      { timeMs: 2000, values: [] },
      { timeMs: 3000, values: [40] },
      { timeMs: 4000, values: [] },
    ]);
    expect(t.clock.now()).to.equal(4000);
  });

  it('cuts batches into partitions, and has none after the script', async () => {
    t = new EngineHarness({ batchMs: 500 });
    const input = t.input([[1, 2, 3, 4, 5], []], 3);
    const { batches } = record(narrow(input, 'glom', 'glom', [], 'array'));
    await t.run(3);
    expect(batches.map(({ values }) => values)).to.deep.equal([[[1], [2, 3], [4, 5]], [[], [], []], []]);
  });

  it('has no data set where the script says null', async () => {
    t = new EngineHarness({ batchMs: 1000 });
    const { batches } = record(t.input([null, [1], null], 1));
    await t.run(4);
    expect(batches.map(({ timeMs }) => timeMs)).to.deep.equal([2000, 4000]);
  });

  it('rejects with the error of a batch that fails, and can go on', async () => {
    t = new EngineHarness({ batchMs: 1000 });
    const input = t.input([[1], [0], [2]], 1);
    const broken = (x: number) => {
      if (x === 0) throw new Error('zero');
      return x;
    };
    const { batches } = record(narrow(input, 'map', 'map', [broken], 'array'));
    await t.run(1);
    expect(errorCodes(await failureOf(t.run(1)))).to.include('USER_FUNCTION_FAILED');
    await t.run(1);
    expect(batches.map(({ timeMs }) => timeMs)).to.deep.equal([1000, 3000]);
    expect(t.failures.map(({ at, timeMs }) => [at, timeMs])).to.deep.equal([['batch', 2000]]);
  });

  it('keeps failures when told so, with where they happened', async () => {
    t = new EngineHarness({ batchMs: 1000, onFailure: 'keep' });
    record(union([t.input([[1], null, [3]], 1), t.input([[1], [2], [3]], 1)]));
    output(t.input([], 1), 'foreachRDD', (_, timeMs) => {
      if (timeMs === 3000) throw new Error('three');
    });
    await t.run(4);
    expect(t.failures.map(({ at, timeMs }) => [at, timeMs])).to.deep.equal([
      ['generate', 2000],
      ['batch', 3000],
    ]);
  });

  it('needs a module for a master with threads', () => {
    t = new EngineHarness({ batchMs: 1000 });
    expect(() => new EngineHarness({ batchMs: 1000, master: 'local[2]' }))
      .to.throw()
      .with.property('code', 'MASTER_NEEDS_MODULE');
  });

  it('stops gracefully in virtual time, after one more batch', async () => {
    t = new EngineHarness({ batchMs: 1000 });
    const { batches } = record(count(t.input([[1], [2, 3], [4]], 1), t.core));
    await t.run(1);
    await t.stop({ graceful: true });
    expect(batches).to.deep.equal([
      { timeMs: 1000, values: [1] },
      { timeMs: 2000, values: [2] },
    ]);
  });

  for (const { name, lost } of [
    { name: 'a class of its own', lost: new (class Point {})() },
    { name: 'a function', lost: () => 1 },
  ]) {
    for (const where of ['shuffled', 'persisted']) {
      it(`refuses ${name} in a record that is ${where}, as threads would`, async () => {
        t = new EngineHarness({ batchMs: 1000 });
        const input = t.input([[1, 2]], 2);
        const mapped = narrow(input, 'map', 'map', [() => ['k', lost]], 'array');
        if (where === 'persisted') mapped.graph.persist(mapped.node, StorageLevels.MEMORY_ONLY);
        record(where === 'persisted' ? mapped : groupByKey(mapped, new HashPartitioner(1), 'array'));
        const error = await failureOf(t.run(1));
        expect(errorCodes(error)).to.include('RECORD_NOT_SERIALIZABLE');
      });
    }
  }

  it('keeps the log to itself', async () => {
    t = new EngineHarness({ batchMs: 1000 });
    record(t.input([[1]], 1));
    await t.run(1);
    expect(t.log.messages('INFO')).to.include('Total delay: 0.000 s for time 1000 ms (execution: 0.000 s)');
  });
});

async function failureOf(work: Promise<unknown>): Promise<unknown> {
  try {
    await work;
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}
