import { AsyncResource } from 'node:async_hooks';
import { expect } from 'chai';
import { commandLineConf, SparkConf } from '../../options/index.ts';
import { getLogLevel, setLogLevel } from '../../metrics/index.ts';
import { collect, combineByKey, HashPartitioner, parallelize, RddScope, SHUFFLES } from '../../rdd/index.ts';
import { KeptLog } from '../../testing/kept-log.ts';
import type { InProcessBackend } from '../../backend/in-process/in-process-backend.ts';
import { SparkCore } from '../spark-core.ts';

const conf = () => new SparkConf(false).setMaster('local').setAppName('test');

describe('SparkCore', () => {
  it('is in its own scope while another context is in one, and leaves nothing that every promise would pay for', async () => {
    const cores = [1, 2, 3].map(() => new SparkCore(conf()));
    const [a, b, c] = cores as [SparkCore, SparkCore, SparkCore];
    const [inA, inB, again] = ['a', 'b', 'c'].map((name) => new RddScope(name, name)) as [RddScope, RddScope, RddScope];
    // Where promises are followed by hooks, each storage that was ever used leaves a property in every resource.
    const followed = () => Object.getOwnPropertySymbols(new AsyncResource('test')).length;
    try {
      a.inScope(inA, () => {});
      const before = followed();
      await a.inScope(inA, async () => {
        await b.inScope(inB, async () => {
          await Promise.resolve();
          expect([a, b, c].map((core) => core.currentScope())).to.deep.equal([inA, inB, c.staticScope]);
          a.inScope(again, () => expect([a, b].map((core) => core.currentScope())).to.deep.equal([again, inB]));
        });
        expect(a.currentScope()).to.equal(inA);
        expect(b.currentScope()).to.equal(b.staticScope);
      });
      c.inScope(inA, () => {});
      expect(followed()).to.equal(before);
    } finally {
      for (const core of cores) await core.stop();
    }
  });

  it('takes the log level of its configuration', async () => {
    const before = getLogLevel();
    try {
      await new SparkCore(conf().set('dstreams.log.level', 'ERROR')).stop();
      expect(getLogLevel()).to.equal('ERROR');
    } finally {
      setLogLevel(before);
    }
  });

  it('says that the master of the program wins over that of the command line', async () => {
    const log = new KeptLog();
    commandLineConf.set('spark.master', 'local[3]');
    try {
      await new SparkCore(conf(), { logger: log.logger }).stop();
    } finally {
      commandLineConf.delete('spark.master');
    }
    expect(log.entries.map(({ message }) => message)).to.include(
      'The program says master local, which wins over --master local[3].',
    );
  });

  it('refuses actions after it was stopped', async () => {
    const core = new SparkCore(conf());
    const rdd = parallelize(core, [1, 2], 1);
    await core.stop();
    await core.stop();
    expect(
      await collect(rdd).then(
        () => undefined,
        (e: { code: string }) => e.code,
      ),
    ).to.equal('CONTEXT_STOPPED');
  });

  it('computes by key over data made outside of batches', async () => {
    const core = new SparkCore(conf());
    const pairs = parallelize(
      core,
      [
        ['a', 1],
        ['b', 1],
        ['a', 1],
      ],
      2,
    );
    const sums = combineByKey(pairs, SHUFFLES.sum, new HashPartitioner(1), 'array', 'reduceByKey');
    expect(await collect(sums)).to.deep.equal([
      ['a', 2],
      ['b', 1],
    ]);
    await core.stop();
  });

  it('lets go of the shuffles of data sets that nobody can name any more, and not of others', async () => {
    const core = new SparkCore(conf());
    const local = core.local as InProcessBackend;
    const sums = () =>
      combineByKey(parallelize(core, [['a', 1]], 2), SHUFFLES.sum, new HashPartitioner(2), 'array', 'reduceByKey');
    const kept = sums();
    await collect(kept);
    for (let i = 0; i < 20; i++) await collect(sums());
    expect(local.shuffleCount).to.equal(21);
    // The engine is told some time after the collection: by a task of its own.
    for (let i = 0; i < 100 && local.shuffleCount > 2; i++) {
      globalThis.gc!();
      await core.clock.yield();
    }
    expect(local.shuffleCount).to.be.within(1, 2);
    expect(await collect(kept)).to.deep.equal([['a', 1]]);
    await core.stop();
  });
});
