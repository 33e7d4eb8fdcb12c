import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { createTestContext, runJobTest } from '../../testing/index.ts';

const JOB = new URL('./jobs/shared-variables.ts', import.meta.url);

describe('broadcast variables and accumulators', () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'dstreams-shared-'));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  const expected = {
    before: [
      [10, 20, 30, 40],
      [50, 60],
    ],
    inTransform: [
      [0.25, 0.5, 0.75, 1, 100, 200],
      [2.5, 3, 100, 200],
    ],
    kept: [[1, 3, 4], [6]],
    droppedSoFar: [1, 2],
    seen: 6,
    largest: [6, 5],
  };

  const cases = [
    { name: 'in process', master: 'local', marker: '-' },
    { name: 'on threads', master: 'local[2]', marker: '-' },
    { name: 'on threads of which one dies in its task', master: 'local[2]', marker: 'died' },
  ];
  for (const { name, master, marker } of cases) {
    it(`are the driver's ${name}`, async () => {
      const file = marker === '-' ? '-' : join(folder, marker);
      const { failed, ...found } = (await runJobTest(JOB, [file], { master })) as { failed: string };
      expect(found).to.deep.equal(expected);
      // The third batch is empty, so nothing asks for the value that was destroyed.
      expect(failed).to.equal('nothing');
      if (marker !== '-') expect(existsSync(file)).to.equal(true);
    });
  }

  it('a destroyed one fails the batch that uses it', async () => {
    const t = createTestContext({ batchMs: 1000 });
    const b = t.ssc.sparkContext.broadcast(1);
    t.record(t.input([[1], [2]]).map((x) => x + b.value));
    await t.run(1);
    b.destroy();
    const error = await t.run(1).then(
      () => undefined,
      (e: { cause: unknown }) => e.cause,
    );
    expect(error).to.have.property('code', 'BROADCAST_DESTROYED');
    await t.stop();
  });

  it('a task that fails adds nothing', async () => {
    const t = createTestContext({ batchMs: 1000 });
    const sum = t.ssc.sparkContext.accumulator(0);
    t.record(
      t.input([[1, 2], [3]]).map((x) => {
        sum.add(x);
        if (x === 2) throw new Error('two');
        return x;
      }),
    );
    await t.run(1).catch(() => {});
    expect(sum.value).to.equal(0);
    await t.run(1);
    expect(sum.value).to.equal(3);
    sum.add(10);
    sum.value += 100;
    expect(sum.value).to.equal(113);
    await t.stop();
  });

  it('the value of an accumulator is refused in a task', async () => {
    const t = createTestContext({ batchMs: 1000 });
    const sum = t.ssc.sparkContext.accumulator(0);
    t.record(t.input([[1]]).map(() => sum.value));
    const error = await t.run(1).then(
      () => undefined,
      (e: { cause: unknown }) => e.cause,
    );
    expect(error).to.have.property('code', 'ACCUMULATOR_IN_TASK');
    await t.stop();
  });

  it('what no executor could be given is refused where it is made', async () => {
    const t = createTestContext({ batchMs: 1000 });
    const { sparkContext } = t.ssc;
    expect(() => sparkContext.broadcast(() => 1))
      .to.throw()
      .with.property('code', 'RECORD_NOT_SERIALIZABLE');
    expect(() => sparkContext.accumulator('' as never))
      .to.throw()
      .with.property('code', 'OPTIONS_INVALID');
    await t.stop();
  });

  it('what the driver adds while a task waits is not the task’s', async () => {
    const t = createTestContext({ batchMs: 1000 });
    const sum = t.ssc.sparkContext.accumulator(0);
    let answer = () => {};
    const waiting = new Promise<void>((resolve) => {
      answer = resolve;
    });
    t.record(
      t.input([[1]]).mapAsync(async (x) => {
        sum.add(1);
        await waiting;
        sum.add(1);
        return x;
      }),
    );
    const ran = t.run(1);
    while (sum.value < 5) {
      sum.add(1);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(sum.value).to.equal(5);
    answer();
    await ran;
    expect(sum.value).to.equal(7);
    await t.stop();
  });
});
