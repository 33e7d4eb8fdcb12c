import { expect } from 'chai';
import { createTestContext, runJobTest } from '../../testing/index.ts';
import { AccumulatorV2, CollectionAccumulator, JavaSparkContext, LongAccumulator } from '../index.ts';

const JOB = new URL('./jobs/accumulators.ts', import.meta.url);

describe('accumulators of the Java surface', () => {
  for (const master of ['local', 'local[2]']) {
    it(`add up what tasks add, on ${master}`, async () => {
      const result = (await runJobTest(JOB, [], { master })) as { inTasks: unknown[] };
      expect(result).to.deep.include({
        long: [5, 5, 5, 1, false, 'words'],
        double: 8,
        list: ['be', 'not', 'or', 'to', 'tonight'],
        range: ['2..7', false, true, 'range', 2],
        int: 10,
        old: 1.75,
        longest: ['tonight', 'longest'],
        letters: 4,
        afterReset: true,
      });
      // A task sees what it has added itself: one word, or two, a partition.
      expect(result.inTasks).to.deep.equal([
        [0, 'Infinity..-Infinity', 0],
        [0, 'Infinity..-Infinity', 0],
        [1, false, 1],
        [0, 'Infinity..-Infinity', 0],
        [0, 'Infinity..-Infinity', 0],
      ]);
    });
  }

  it('of the built-in kinds may be made by new and registered, once', async () => {
    const t = createTestContext({ batchMs: 1000 });
    const jsc = new JavaSparkContext(t.javaInput([]).context().engine.sc);
    const sum = new LongAccumulator();
    const list = new CollectionAccumulator<number>();
    sum.add(5);
    jsc.sc().register(sum, 'sum');
    jsc.sc().register(list);
    expect([sum.name(), sum.isRegistered(), list.copyAndReset().isRegistered()]).to.deep.equal(['sum', true, false]);
    await jsc.parallelize([1, 2, 3], 2).foreach((x) => {
      sum.add(x);
      list.add(x);
    });
    expect([sum.value(), String([...list.value()].sort())]).to.deep.equal([11, '1,2,3']);
    list.setValue([9]);
    expect(String(list)).to.equal('CollectionAccumulator(name: none, value: [9])');
    expect(() => jsc.sc().register(sum)).to.throw('twice');
    await t.stop();
  });

  it('are made known once', async () => {
    const t = createTestContext({ batchMs: 1000 });
    const sc = new JavaSparkContext(t.javaInput([]).context().engine.sc).sc();
    class Sum extends AccumulatorV2<number, number> {
      sum = 0;
      isZero = () => this.sum === 0;
      copy = () => Object.assign(new Sum(), { sum: this.sum });
      reset = () => void (this.sum = 0);
      add = (n: number) => void (this.sum += n);
      merge = (other: Sum) => void (this.sum += other.sum);
      value = () => this.sum;
    }
    const sum = new Sum();
    sc.register(sum);
    expect(() => sc.register(sum)).to.throw('Cannot register an Accumulator twice');
    sum.add(2);
    expect(sum.value()).to.equal(2);
    await t.stop();
  });

  it('broadcast variables have Java’s methods', async () => {
    const t = createTestContext({ batchMs: 1000 });
    const sc = new JavaSparkContext(t.javaInput([]).context().engine.sc);
    const b = sc.broadcast(['a']);
    expect([b.value(), b.getValue(), b.id(), String(b)]).to.deep.equal([['a'], ['a'], 0, 'Broadcast(0)']);
    b.unpersist();
    b.destroy();
    expect(() => b.value()).to.throw('Attempted to use Broadcast(0) after it was destroyed');
    await t.stop();
  });
});
