import { expect } from 'chai';
import { activeContexts } from '../../backend/program/index.ts';
import { errorCodes, messageOf } from '../../errors.ts';
import type { StreamingEvent, StreamingListener } from '../../metrics/index.ts';
import { narrow, output, transform } from '../../operator/index.ts';
import { collect } from '../../rdd/index.ts';
import { EngineHarness, type HarnessOptions } from '../../testing/harness.ts';
import { record } from '../../testing/recording.ts';
import { window } from '../../window/window.ts';

/** Calls of every listener method, as `type` and what it is about. */
function eventsOf(t: EngineHarness): { events: string[]; all: StreamingEvent[] } {
  const events: string[] = [];
  const all: StreamingEvent[] = [];
  const take = (event: StreamingEvent) => {
    all.push(event);
    if ('batchInfo' in event) events.push(`${event.type} ${event.batchInfo.batchTime().milliseconds()}`);
    else if ('outputOperationInfo' in event) events.push(`${event.type} ${event.outputOperationInfo.id()}`);
    else events.push(event.type);
  };
  const listener: StreamingListener = {
    onStreamingStarted: take,
    onBatchSubmitted: take,
    onBatchStarted: take,
    onBatchCompleted: take,
    onOutputOperationStarted: take,
    onOutputOperationCompleted: take,
  };
  t.engine.addListener(listener);
  return { events, all };
}

const settled = async (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => undefined,
    (error: unknown) => error ?? 'undefined',
  );

/** A promise with its handles. */
function deferred(): { promise: Promise<void>; resolve: () => void } {
  let resolve = () => {};
  const promise = new Promise<void>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}

describe('the scheduler', () => {
  let t: EngineHarness;
  const make = (options: Partial<HarnessOptions> = {}): EngineHarness => {
    t = new EngineHarness({ batchMs: 1000, ...options });
    return t;
  };
  afterEach(() => t.stop());

  describe('the grid of batches', () => {
    it('begins at the first multiple of the batch strictly after now', async () => {
      for (const { nowMs, first } of [
        { nowMs: 0, first: 1000 },
        { nowMs: 999, first: 1000 },
        { nowMs: 1000, first: 2000 },
        { nowMs: 1001, first: 2000 },
      ]) {
        make().clock.setTime(nowMs);
        const { batches } = record(t.input([[1], [2]], 1));
        await t.start();
        t.clock.setTime(first);
        await t.engine.idle();
        expect(batches).to.deep.equal([{ timeMs: first, values: [1] }]);
        await t.stop();
      }
    });

    it('skips no batch when the clock jumps, and runs them in order', async () => {
      make();
      const { batches } = record(t.input([[1], [2], [3], [4], [5]], 1));
      await t.start();
      t.clock.advance(5000);
      await t.engine.idle();
      expect(batches.map(({ timeMs, values }) => [timeMs, ...values])).to.deep.equal(
        [1, 2, 3, 4, 5].map((i) => [1000 * i, i]),
      );
    });

    it('has jobs of a slower stream only in every k-th batch', async () => {
      make({ batchMs: 500 });
      const input = t.input([], 1);
      output(input, 'foreachRDD', () => {});
      output(window(input, 1000, 1000), 'foreachRDD', () => {});
      const { all } = eventsOf(t);
      await t.run(4);
      const counts = all.filter((e) => e.type === 'batchCompleted').map((e) => e.batchInfo.outputOperationInfos().size);
      expect(counts).to.deep.equal([1, 2, 1, 2]);
    });
  });

  describe('events', () => {
    it('come in the order of semantics §12', async () => {
      make();
      const input = t.input([[1, 2], []], 1);
      output(input, 'foreachRDD', () => {});
      output(input, 'foreachRDD', () => {});
      const { events, all } = eventsOf(t);
      await t.run(2);
      const batch = (ms: number) => [
        `batchSubmitted ${ms}`,
        `batchStarted ${ms}`,
        'outputOperationStarted 0',
        'outputOperationCompleted 0',
        'outputOperationStarted 1',
        'outputOperationCompleted 1',
        `batchCompleted ${ms}`,
      ];
      expect(events).to.deep.equal(['streamingStarted', ...batch(1000), ...batch(2000)]);
      const infos = all.flatMap((e) => ('batchInfo' in e ? [e.batchInfo] : []));
      expect(
        infos
          .slice(0, 3)
          .map((info) => [info.processingStartTime() !== undefined, info.processingEndTime() !== undefined]),
      ).to.deep.equal([
        [false, false],
        [true, false],
        [true, true],
      ]);
      expect(infos.map((info) => info.numRecords())).to.deep.equal([2, 2, 2, 0, 0, 0]);
      // As Spark tells it: where a batch starts, none of its operations has started.
      const begun = (info: (typeof infos)[number]) =>
        [...info.outputOperationInfos().values()].filter((operation) => operation.startTime() !== undefined).length;
      expect(infos.slice(0, 3).map(begun)).to.deep.equal([0, 0, 2]);
    });

    it('do not come for a batch without a job', async () => {
      make();
      output(t.input([null, [1]], 1), 'foreachRDD', () => {});
      const { events } = eventsOf(t);
      await t.run(2);
      expect(events.filter((e) => e.endsWith('1000'))).to.deep.equal([]);
      expect(events.filter((e) => e.endsWith('2000'))).to.have.length(3);
      expect(t.log.messages('INFO')).to.include('No jobs added for time 1000 ms');
    });

    it('say why an output failed', async () => {
      make({ onFailure: 'keep' });
      output(t.input([], 1), 'foreachRDD', () => {
        throw new Error('no luck');
      });
      const { all } = eventsOf(t);
      await t.run(1);
      const reasons = all.flatMap((e) =>
        e.type === 'outputOperationCompleted' ? [e.outputOperationInfo.failureReason()] : [],
      );
      expect(reasons).to.have.length(1);
      expect(reasons[0]).to.include('no luck');
    });

    it('of a later batch may come while an earlier one runs', async () => {
      make();
      const gate = deferred();
      output(t.input([], 1), 'foreachRDD', (_, timeMs) => (timeMs === 1000 ? gate.promise : undefined));
      const { events } = eventsOf(t);
      await t.start();
      t.clock.advance(2000);
      for (let i = 0; i < 5; i++) await t.clock.yield();
      expect(events).to.include('batchSubmitted 2000').and.not.include('batchStarted 2000');
      gate.resolve();
      await t.engine.idle();
      expect(events.at(-1)).to.equal('batchCompleted 2000');
    });
  });

  describe('jobs', () => {
    const orderOf = async (concurrentJobs: number) => {
      make({ conf: { 'spark.streaming.concurrentJobs': concurrentJobs } });
      const log: string[] = [];
      const gates = new Map<string, ReturnType<typeof deferred>>();
      const input = t.input([], 1);
      for (const name of ['a', 'b']) {
        output(input, 'foreachRDD', async (_, timeMs) => {
          const job = `${name}${timeMs / 1000}`;
          log.push(job);
          const gate = deferred();
          gates.set(job, gate);
          await gate.promise;
        });
      }
      await t.start();
      t.clock.advance(2000);
      await t.clock.yield();
      return { log, gates };
    };

    it('run one after the other: by time, then by registration', async () => {
      const { log, gates } = await orderOf(1);
      for (const job of ['a1', 'b1', 'a2', 'b2']) {
        expect(log.at(-1)).to.equal(job);
        gates.get(job)!.resolve();
        await t.clock.yield();
      }
      await t.engine.idle();
      expect(log).to.deep.equal(['a1', 'b1', 'a2', 'b2']);
    });

    it('run side by side up to spark.streaming.concurrentJobs', async () => {
      const { log, gates } = await orderOf(3);
      expect(log).to.deep.equal(['a1', 'b1', 'a2']);
      gates.get('b1')!.resolve();
      await t.clock.yield();
      expect(log).to.deep.equal(['a1', 'b1', 'a2', 'b2']);
      for (const gate of gates.values()) gate.resolve();
      await t.engine.idle();
    });
  });

  describe('a batch that fails', () => {
    const failing = () => {
      make({ onFailure: 'keep' });
      const input = t.input([[1], [2], [3]], 1);
      const mapped = narrow(
        input,
        'map',
        'map',
        [(x: number) => (x === 2 ? (null as never as { y: number }).y : x)],
        'array',
      );
      mapped.graph.setUid(mapped.node, 'breaks');
      return record(mapped);
    };

    it('names operator, uid, line and batch, and later ones go on', async () => {
      const { batches } = failing();
      await t.run(3);
      expect(batches.map(({ timeMs }) => timeMs)).to.deep.equal([1000, 3000]);
      const text = messageOf(t.failures[0]!.error);
      for (const part of ['map (uid breaks, at scheduler.test.ts:', '2000 ms', 'TypeError'])
        expect(text).to.include(part);
    });

    it('rejects awaitTermination at once, with the first error, and leaves the context running', async () => {
      failing();
      await t.start();
      const ended = settled(t.engine.awaitTermination());
      await t.run(3);
      expect(errorCodes(await ended)).to.include('USER_FUNCTION_FAILED');
      expect(t.engine.getState()).to.equal('ACTIVE');
      await t.stop();
      expect(errorCodes(await settled(t.engine.awaitTermination()))).to.include('USER_FUNCTION_FAILED');
    });

    it('does not keep the outputs after it from running', async () => {
      make({ onFailure: 'keep' });
      const input = t.input([[1]], 1);
      const ran: string[] = [];
      output(input, 'foreachRDD', () => {
        throw new Error('first');
      });
      output(input, 'foreachRDD', () => void ran.push('second'));
      await t.run(1);
      expect(ran).to.deep.equal(['second']);
      expect(errorCodes(t.failures[0]!.error)).to.deep.equal(['BATCH_FAILED']);
      expect(messageOf(t.failures[0]!.error)).to.match(/foreachRDD \(uid .*\) failed in batch 1000 ms: first/);
    });

    it('in the making is told as such: a transform that throws, rejects, or returns nothing', async () => {
      make({ onFailure: 'keep' });
      const bad = [
        () => {
          throw new Error('thrown');
        },
        () => Promise.reject(new Error('rejected')),
        () => undefined as never,
      ];
      const input = t.input([], 1);
      record(transform([input], (rdds, timeMs) => (timeMs <= 3000 ? bad[timeMs / 1000 - 1]!() : rdds[0]!)));
      await t.run(4);
      expect(t.failures.map(({ at, timeMs, error }) => [at, timeMs, errorCodes(error)[0]])).to.deep.equal([
        ['generate', 1000, 'TRANSFORM_FAILED'],
        ['generate', 2000, 'TRANSFORM_FAILED'],
        ['generate', 3000, 'TRANSFORM_RETURNED_NOTHING'],
      ]);
    });
  });

  describe('the end', () => {
    it('resolves awaitTermination, and nothing runs afterwards', async () => {
      make();
      const { batches } = record(t.input([[1], [2], [3]], 1));
      await t.run(1);
      const ended = t.engine.awaitTermination();
      await t.stop();
      await ended;
      t.clock.advance(5000);
      await t.clock.yield();
      expect(batches).to.have.length(1);
      expect(t.clock.timerCount).to.equal(0);
      expect(activeContexts()).to.deep.equal([]);
    });

    it('lets the job that runs end, and drops those that wait', async () => {
      make();
      const gate = deferred();
      const log: number[] = [];
      output(t.input([], 1), 'foreachRDD', async (_, timeMs) => {
        await gate.promise;
        log.push(timeMs);
      });
      await t.start();
      t.clock.advance(3000);
      const stopped = t.engine.stop();
      gate.resolve();
      await stopped;
      expect(log).to.deep.equal([1000]);
    });

    it('leaves a job behind that does not end within two seconds', async () => {
      make();
      output(t.input([], 1), 'foreachRDD', () => new Promise(() => {}));
      await t.start();
      t.clock.advance(1000);
      const stopped = t.engine.stop();
      for (let i = 0; i < 5; i++) await t.clock.yield();
      t.clock.advance(2000);
      await stopped;
      expect(t.log.messages('WARN').join()).to.include('A job still runs');
    });

    it('gracefully: one more batch, and all that wait are run', async () => {
      make();
      const { batches } = record(t.input([[1], [2], [3], [4]], 1));
      await t.start();
      t.clock.advance(2000);
      await t.stop({ graceful: true });
      expect(batches.map(({ values }) => values)).to.deep.equal([[1], [2], [3]]);
    });

    it('gracefully, but not for ever: after spark.streaming.gracefulStopTimeout at once', async () => {
      make({ conf: { 'spark.streaming.gracefulStopTimeout': '3s' } });
      output(t.input([], 1), 'foreachRDD', () => new Promise(() => {}));
      await t.start();
      const stopped = t.engine.stop({ graceful: true });
      for (let i = 0; i < 6; i++) {
        await t.clock.yield();
        t.clock.advance(1000);
      }
      await stopped;
      expect(t.log.messages('WARN').join()).to.include('Graceful stop did not end');
    });

    it('awaitTerminationOrTimeout says which came first', async () => {
      make();
      record(t.input([], 1));
      await t.start();
      const early = t.engine.awaitTerminationOrTimeout(500);
      t.clock.advance(500);
      expect(await early).to.equal(false);
      const late = t.engine.awaitTerminationOrTimeout(10_000);
      await t.stop();
      expect(await late).to.equal(true);
      expect(t.clock.timerCount).to.equal(0);
    });

    it('awaitTerminationOrTimeout counts from when the context is up', async () => {
      make();
      record(t.input([], 1));
      const starting = t.start();
      const waiting = t.engine.awaitTerminationOrTimeout(500);
      t.clock.advance(500); // While it comes up.
      await starting;
      let isOver = false;
      void waiting.then(() => {
        isOver = true;
      });
      await t.clock.yield();
      expect(isOver).to.equal(false);
      t.clock.advance(500);
      expect(await waiting).to.equal(false);
      await t.stop();
    });

    it('from inside a listener is refused', async () => {
      make();
      record(t.input([], 1));
      let error: unknown;
      t.engine.addListener({
        onBatchCompleted: () => {
          try {
            void t.engine.stop();
          } catch (thrown) {
            error = thrown;
          }
        },
      });
      await t.run(1);
      expect(errorCodes(error)).to.deep.equal(['STOP_IN_LISTENER']);
    });

    it('with stopSparkContext: false leaves data sets usable', async () => {
      make();
      const input = t.input([[1, 2]], 1);
      record(input);
      await t.run(1);
      const [rdd] = await t.engine.slice(input.node, 1000, 1000);
      await t.engine.stop({ stopSparkContext: false });
      expect(await collect(rdd!)).to.deep.equal([1, 2]);
      await t.core.stop();
      expect(errorCodes(await settled(collect(rdd!)))).to.deep.equal(['CONTEXT_STOPPED']);
    });
  });

  it('warns once when delays grow, and says when it has caught up', async () => {
    make({ batchMs: 100 });
    // Each job takes 150 ms, until the 25th.
    output(t.input([], 1), 'foreachRDD', (_, timeMs) => (timeMs <= 2500 ? t.clock.advance(150) : undefined));
    await t.start();
    t.clock.advance(100);
    await t.engine.idle();
    t.clock.advance(100);
    await t.engine.idle();
    expect(t.log.messages('WARN').filter((m) => m.startsWith('Batches take longer than they come'))).to.have.length(1);
    expect(t.log.messages('INFO').filter((m) => m.startsWith('Caught up'))).to.have.length(1);
  });
});
