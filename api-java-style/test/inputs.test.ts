import { expect } from 'chai';
import {
  ConstantInputDStream,
  InputDStream,
  type JavaRDD,
  JavaInputDStream,
  JavaStreamingContext,
  JavaStreamingContextFactory,
  NetworkInputDStream,
  StreamingContextState,
  Time,
} from '../index.ts';
import { createTestContext } from '../../testing/index.ts';
import { record, virtualContext } from './run.ts';

describe('inputs of one’s own', () => {
  it('give a data set for each batch, computed once', async () => {
    const { ssc, run, stop } = virtualContext();
    const calls: string[] = [];
    class Numbers extends InputDStream<number> {
      override start(): void {
        calls.push('start');
      }
      override async stop(): Promise<void> {
        calls.push('stop');
      }
      override compute(time: Time): JavaRDD<number> | null {
        calls.push(time.toString());
        if (time.milliseconds() === 2000) return null;
        return ssc.sparkContext().parallelize([time.milliseconds()], 1);
      }
    }
    const numbers = new Numbers(ssc);
    const seen = record(numbers.map((n) => n + 1));
    const again = record(numbers);
    await run(3);
    await stop();
    expect(seen).to.deep.equal(['[1001]', '[3001]']);
    expect(again).to.deep.equal(['[1000]', '[3000]']);
    expect(calls).to.deep.equal(['start', '1000 ms', '2000 ms', '3000 ms', 'stop']);
    expect(numbers.id()).to.equal(0);
    expect(numbers).to.be.instanceOf(JavaInputDStream);
  });

  it('may give the same data set to every batch', async () => {
    const { ssc, run, stop } = virtualContext();
    expect(() => new ConstantInputDStream(ssc, null as never)).to.throw(/rdd null is illegal/);
    const seen = record(new ConstantInputDStream(ssc, ssc.sparkContext().parallelize(['a', 'b'], 1)));
    await run(2);
    await stop();
    expect(seen).to.deep.equal(['[a, b]', '[a, b]']);
  });

  it('may give the data set that a JavaRDD holds, as Scala does', async () => {
    const { ssc, run, stop } = virtualContext();
    const seen = record(new ConstantInputDStream(ssc.ssc(), ssc.sparkContext().parallelize(['a'], 1).rdd()));
    await run(2);
    await stop();
    expect(seen).to.deep.equal(['[a]', '[a]']);
  });

  it('say what they give, where it is no data set', async () => {
    const t = createTestContext({ batchMs: 1000, onFailure: 'keep' });
    expect(() => new ConstantInputDStream(t.jssc, ['a'] as never)).to.throw(/ConstantInputDStream takes a data set/);
    class Lists extends InputDStream<string> {
      override start(): void {}
      override stop(): void {}
      override compute(): never {
        return ['a'] as never;
      }
    }
    t.record(new Lists(t.jssc));
    await t.run(1);
    await t.stop();
    expect(String(t.failures[0]?.error)).to.match(/Lists.compute takes a data set \(JavaRDD.* and got/);
  });

  it('may have a receiver', async () => {
    const { ssc, clock, run, stop } = virtualContext();
    class Letters extends NetworkInputDStream<string> {
      override getReceiver() {
        return ['x', 'y'];
      }
    }
    const seen = record(new Letters(ssc));
    await ssc.start();
    await clock.yield();
    await run(1);
    await stop();
    expect(seen).to.deep.equal(['[x, y]']);
  });
});

describe('a stream', () => {
  it('computes the data set of a time, and knows what it is made of', async () => {
    const { ssc, run, stop } = virtualContext();
    const numbers = new ConstantInputDStream(ssc, ssc.sparkContext().parallelize([1, 2], 1));
    const doubled = numbers.map((n) => n * 2);
    record(doubled);
    await run(1);
    const batch = await doubled.compute(new Time(1000));
    expect(String(await batch!.collect())).to.equal('[2, 4]');
    expect(doubled.dependencies().size()).to.equal(1);
    expect(numbers.dependencies().isEmpty()).to.equal(true);
    await stop();
  });
});

describe('getActiveOrCreate', () => {
  it('calls a factory of either kind where no context is active', async () => {
    const { ssc, run, stop } = virtualContext();
    class Factory extends JavaStreamingContextFactory {
      override create(): JavaStreamingContext {
        return ssc;
      }
    }
    expect(JavaStreamingContext.getActiveOrCreate(() => ssc)).to.equal(ssc);
    expect(JavaStreamingContext.getActiveOrCreate('/tmp/x', new Factory())).to.equal(ssc);
    expect(() => JavaStreamingContext.getActiveOrCreate((() => 1) as never)).to.throw(/has to return/);
    record(new ConstantInputDStream(ssc, ssc.sparkContext().parallelize([1], 1)));
    await run(1);
    const active = JavaStreamingContext.getActiveOrCreate(() => {
      throw new Error('not called');
    });
    expect(active.getState()).to.equal(StreamingContextState.valueOf('ACTIVE'));
    await stop();
  });
});
