import { join } from 'node:path';
import { expect } from 'chai';
import { errorCodes, messageOf } from '../../core/errors.ts';
import { Seconds, StreamingContext } from 'dstreams';
import { JavaStreamingContext, Tuple2 } from 'dstreams/java';
import { createTestContext, runJobTest, type TestContext, type TestContextOptions } from 'dstreams/testing';

const job = (name: string): string => join(process.cwd(), 'testing', 'test', 'jobs', `${name}.ts`);

describe('createTestContext', () => {
  let t: TestContext;
  const make = (options: Partial<TestContextOptions> = {}): TestContext => {
    t = createTestContext({ batchMs: 1000, ...options });
    return t;
  };
  afterEach(() => t.stop());

  it('runs a fluent program batch by batch', async () => {
    make();
    const lines = t.input([['a b'], [], ['a']], { partitions: 2 });
    const counts = t.record(lines.flatMap((line) => line.split(' ')).countByValue());
    await t.run(3);
    expect(counts.batches).to.deep.equal([
      {
        timeMs: 1000,
        values: [
          ['a', 1],
          ['b', 1],
        ],
      },
      { timeMs: 2000, values: [] },
      { timeMs: 3000, values: [['a', 1]] },
    ]);
    const [first] = counts.batches[0]!.values;
    expect(first satisfies [string, number] | undefined).to.deep.equal(['a', 1]);
  });

  it('runs a Java-style program on the same engine', async () => {
    make();
    const words = t.javaInput([['a', 'b', 'a']], { partitions: 2 });
    const counts = t.record(words.mapToPair((w) => new Tuple2(w, 1)).reduceByKey((a, b) => a + b));
    await t.run(1);
    expect(counts.batches[0]!.values.map((pair) => [pair._1(), pair._2()])).to.deep.equal([
      ['a', 2],
      ['b', 1],
    ]);
  });

  it('shows one context to both surfaces', async () => {
    make();
    expect(t.ssc).to.be.instanceOf(StreamingContext);
    expect(t.jssc).to.be.instanceOf(JavaStreamingContext);
    t.input([[1]]).foreachRDD(() => {});
    await t.start();
    expect([t.ssc.getState(), t.jssc.getState()]).to.deep.equal(['ACTIVE', 'ACTIVE']);
    await t.jssc.stop();
    expect(t.ssc.getState()).to.equal('STOPPED');
  });

  it('keeps what is printed, from both surfaces', async () => {
    make();
    t.input([[['a', 1]]]).print();
    t.javaInput([[new Tuple2('b', 2)]]).print();
    await t.run(1);
    const batch = (line: string) => `${'-'.repeat(43)}\nTime: 1000 ms\n${'-'.repeat(43)}\n${line}\n\n`;
    expect(t.stdout).to.equal(batch('(a,1)') + batch('(b,2)'));
  });

  it('goes on where the last run ended, at times that are multiples of the batch', async () => {
    make({ batchMs: 250 });
    const { batches } = t.record(t.input([[1], [2], [3]]));
    await t.run(1);
    await t.run(2);
    expect(batches.map(({ timeMs }) => timeMs)).to.deep.equal([250, 500, 750]);
    expect(t.clock.now()).to.equal(750);
  });

  it('counts the batch of a script by time, not by who asks', async () => {
    make();
    const { batches } = t.record(t.input([[1], [2], [3], [4]]).window(Seconds(1), Seconds(2)));
    await t.run(4);
    expect(batches.map(({ values }) => values)).to.deep.equal([[2], [4]]);
  });

  it('takes configuration, and the number of partitions that follows from it', async () => {
    make({ conf: { 'spark.default.parallelism': 3 } });
    const { batches } = t.record(t.input([[1, 2, 3]]).glom());
    await t.run(1);
    expect(batches[0]!.values).to.deep.equal([[1], [2], [3]]);
  });

  it('tells configuration keys that do not exist', () => {
    make();
    expect(() => createTestContext({ batchMs: 1000, conf: { 'spark.streaming.blockIntervall': 1 } }))
      .to.throw()
      .with.property('code', 'CONF_KEY_UNKNOWN');
  });

  it('tells options that do not exist', async () => {
    const misspelt: [where: string, call: () => unknown][] = [
      ['createTestContext', () => createTestContext({ batchMs: 1000, onFailures: 'keep' } as never)],
      ['input', () => t.input([[1]], { partition: 2 } as never)],
      ['javaInput', () => t.javaInput([[1]], { partition: 2 } as never)],
      ['runJobTest', () => runJobTest('none.ts', [], { master: 'local[2]', class: 'A' } as never)],
    ];
    for (const [where, call] of misspelt) {
      const error = await (async () => call())().catch((e: unknown) => e);
      expect(error).to.include({ code: 'OPTIONS_INVALID' });
      expect(String(error)).to.match(new RegExp(`${where}: no option is called \\w+; there are \\w+`));
    }
  });

  it('has the failures of batches, with their moment', async () => {
    make({ onFailure: 'keep' });
    t.record(t.input([[1], [2]]).map((x) => (x === 1 ? null : x)!.toFixed(1)));
    await t.run(2);
    expect(t.failures.map(({ at, timeMs, error }) => [at, timeMs, errorCodes(error)])).to.deep.equal([
      ['batch', 1000, ['USER_FUNCTION_FAILED']],
    ]);
  });

  it('needs a module for threads, and says how', () => {
    make();
    expect(() => createTestContext({ batchMs: 1000, master: 'local[2]' }))
      .to.throw(/runJobTest/)
      .with.property('code', 'MASTER_NEEDS_MODULE');
  });

  it('stops at the end of a block', async () => {
    let ended: TestContext;
    {
      await using inner = createTestContext({ batchMs: 1000 });
      ended = inner;
      inner.record(inner.input([[1]]));
      await inner.run(1);
    }
    expect(ended.ssc.getState()).to.equal('STOPPED');
    make();
    t.record(t.input([[1]]));
    await t.run(1);
  });
});

describe('runJobTest', function () {
  this.timeout(60_000);

  for (const how of ['a catch that goes on', 'a promise that waits']) {
    it(`runs a program whose main does not end on an executor: ${how}`, async () => {
      expect(await runJobTest(job('swallows'), [how], { master: 'local[2]' })).to.deep.equal([[10, 20, 30]]);
    });
  }

  for (const master of ['local', 'local[2]']) {
    it(`runs the functions of each context of a program, with master ${master}`, async () => {
      expect(await runJobTest(job('two-contexts'), [], { master })).to.deep.equal([
        [
          ['a', 2],
          ['b', 1],
        ],
        9,
        [
          ['aa', 20],
          ['bb', 10],
        ],
        9,
      ]);
    });
  }

  for (const master of ['local', 'local[1]', 'local[2]']) {
    it(`runs a job module with master ${master} and gives what it returns`, async () => {
      const result = (await runJobTest(job('counts'), ['a b', 'b', 'c c'], { master })) as {
        batches: { timeMs: number; values: [string, number][] }[];
        threads: number[];
        parallelism: number;
        log: string[];
      };
      expect(result.batches.map(({ timeMs, values }) => [timeMs, values.sort()])).to.deep.equal([
        [
          1000,
          [
            ['a', 1],
            ['b', 2],
            ['c', 2],
          ],
        ],
        [2000, []],
        [
          3000,
          [
            ['a', 1],
            ['b', 1],
          ],
        ],
      ]);
      const n = Number(/\d/.exec(master)?.[0] ?? 1);
      expect(result.parallelism).to.equal(n);
      expect(result.threads).to.have.length(n);
      expect(result.threads.includes(0)).to.equal(master === 'local');
      expect(result.log).to.deep.equal([]);
    });
  }

  it('rejects with what the job rejects with', async () => {
    const error = await runJobTest(job('fails'), [], { master: 'local[2]' }).catch((e: unknown) => e);
    expect(errorCodes(error)).to.include('USER_FUNCTION_FAILED');
    expect(messageOf(error)).to.include('RangeError: no two').and.include('2000 ms').and.include('fails.ts');
  });

  it('runs one job at a time, and leaves no program behind', async () => {
    const runs = [1, 2, 3].map((n) =>
      runJobTest(job('counts'), [`word${n}`], { master: n === 2 ? 'local' : 'local[2]' }),
    );
    const results = (await Promise.all(runs)) as { batches: { values: unknown }[] }[];
    expect(results.map(({ batches }) => batches[0]!.values)).to.deep.equal([1, 2, 3].map((n) => [[`word${n}`, 1]]));
    expect(() => createTestContext({ batchMs: 1000, master: 'local[2]' })).to.throw();
  });

  it('tells a module that is not there', async () => {
    const error = await runJobTest(job('nowhere'), [], { master: 'local' }).catch((e: unknown) => e);
    expect(errorCodes(error)).to.deep.equal(['PROGRAM_NOT_FOUND']);
  });
});
