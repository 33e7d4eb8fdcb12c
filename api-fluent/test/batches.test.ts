import { expect } from 'chai';
import { manualContext } from './context.ts';

describe('stream.batches()', () => {
  const numbers = (n: number) => Array.from({ length: n }, (_, i) => [i]);

  it('yields each batch with its time, and ends when the context stops', async () => {
    const t = manualContext();
    const batches = t.ssc.queueStream([[1, 2], [], [3]]).batches();
    await t.run(3);
    await t.ssc.stop();
    const seen: string[] = [];
    for await (const { time, values } of batches) seen.push(`${time}: ${values}`);
    expect(seen).to.deep.equal(['1000 ms: 1,2', '2000 ms: ', '3000 ms: 3']);
    expect(await batches.next()).to.deep.equal({ value: undefined, done: true });
  });

  it('waits for batches to come', async () => {
    const t = manualContext();
    const batches = t.ssc.queueStream([[1], [2]]).batches();
    const first = batches.next();
    const second = batches.next();
    await t.run(2);
    expect((await first).value.values).to.deep.equal([1]);
    expect((await second).value.values).to.deep.equal([2]);
    const last = batches.next();
    await t.ssc.stop();
    expect((await last).done).to.equal(true);
  });

  it('holds 64 batches; then the jobs wait until one is read', async () => {
    const t = manualContext();
    const batches = t.ssc.queueStream(numbers(70)).batches();
    let completed = 0;
    t.ssc.on('batchCompleted', () => completed++);
    await t.run(64);
    expect(completed).to.equal(64);
    t.clock.advance(1000);
    for (let i = 0; i < 50; i++) await t.clock.yield();
    expect(completed).to.equal(64);
    expect((await batches.next()).value.values).to.deep.equal([0]);
    await t.engine.idle();
    expect(completed).to.equal(65);
    await t.ssc.stop();
  });

  it('lets a waiting job go when the context stops', async () => {
    const t = manualContext();
    t.ssc.queueStream(numbers(70)).batches();
    await t.run(64);
    t.clock.advance(1000);
    for (let i = 0; i < 50; i++) await t.clock.yield();
    await t.ssc.stop();
    expect(t.logged.filter((line) => line.startsWith('WARN'))).to.deep.equal([]);
  });

  it('holds nothing for a reader that has left', async () => {
    const t = manualContext();
    const batches = t.ssc.queueStream(numbers(200)).batches();
    await t.run(1);
    for await (const { values } of batches) {
      expect(values).to.deep.equal([0]);
      break;
    }
    await t.run(100);
    await t.ssc.stop();
  });

  it('throws what made a batch fail, after the batches before it', async () => {
    const t = manualContext();
    const failing = (n: number) => {
      if (n === 1) throw new RangeError('one');
      return n;
    };
    const batches = t.ssc.queueStream(numbers(3)).map(failing).batches();
    const first = batches.next();
    await t.run(2);
    expect((await first).value.values).to.deep.equal([0]);
    const error = await batches.next().then(
      () => undefined,
      (e: unknown) => e,
    );
    expect(String(error)).to.include('one');
    expect((await batches.next()).done).to.equal(true);
    await t.ssc.stop();
  });
});
