import { expect } from 'chai';
import { errorCodes, ManualClock, SparkCore, StreamEngine } from '../../core/internal.ts';
import {
  Durations,
  HashMap,
  JavaPairRDD,
  JavaSparkContext,
  JavaStreamingContext,
  type JavaRDD,
  LinkedList,
  Receiver,
  Seconds,
  SparkConf,
  StorageLevels,
  StreamingListener,
  Tuple2,
} from '../index.ts';
import { wordCount09, wordCount35 } from './types/guide.ts';
import { batches, record, virtualContext } from './run.ts';

const errorOf = (f: () => unknown): unknown => {
  try {
    f();
  } catch (error) {
    return error;
  }
  return undefined;
};

describe('JavaStreamingContext', () => {
  const conf = () => new SparkConf(false).setMaster('local[3]').setAppName('app');
  const constructors: [string, () => JavaStreamingContext][] = [
    ['master, name, duration', () => new JavaStreamingContext('local[3]', 'app', Seconds(1))],
    ['home and jar of null', () => new JavaStreamingContext('local[3]', 'app', Seconds(1), null, null)],
    [
      'jars and environment',
      () =>
        new JavaStreamingContext('local[3]', 'app', Seconds(1), '/spark', ['a.jar', null], new HashMap([['A', 'b']])),
    ],
    ['conf, duration', () => new JavaStreamingContext(conf(), Seconds(1))],
    ['context of data sets, duration', () => new JavaStreamingContext(new JavaSparkContext(conf()), Seconds(1))],
    ['engine', () => new JavaStreamingContext(new StreamEngine(new SparkCore(conf()), 1000))],
    [
      'another view',
      () => new JavaStreamingContext(batches(new JavaStreamingContext(conf(), Seconds(1)), [['a']]).context()),
    ],
  ];
  for (const [name, make] of constructors) {
    it(`is made of ${name}`, async () => {
      const ssc = make();
      expect([
        ssc.engine.batchMs,
        ssc.sparkContext().master(),
        ssc.sc().appName(),
        ssc.sc().defaultParallelism(),
      ]).to.deep.equal([1000, 'local[3]', 'app', 3]);
      await ssc.sparkContext().close();
    });
  }

  for (const [name, duration] of [
    ['null', null],
    ['0', Seconds(0)],
    ['negative', Seconds(-1)],
    ['a number', 1000],
  ] as const) {
    it(`refuses a batch duration that is ${name}`, () => {
      const error = errorOf(() => new JavaStreamingContext(conf(), duration as never));
      expect(errorCodes(error)).to.deep.equal(['BATCH_DURATION_INVALID']);
    });
  }

  it('runs the word counts of the guide', async () => {
    for (const program of [wordCount09, wordCount35]) {
      const ssc = program(['local']);
      const text = await printedInFirstBatch(ssc);
      expect(text).to.match(/^-{43}\nTime: \d+ ms\n-{43}\n\(hello,2\)\n\(world,1\)\n\n$/);
    }
  });

  it('copies the queue when the stream is made', async () => {
    const t = virtualContext();
    const queue = new LinkedList<JavaRDD<number>>([t.ssc.sc().parallelize([1])]);
    const seen = record(t.ssc.queueStream(queue));
    queue.add(t.ssc.sc().parallelize([2]));
    await t.run(2);
    await t.stop();
    expect(seen).to.deep.equal(['[1]', '[]']);
    expect(queue.size()).to.equal(2);
  });

  it('takes all of a queue at once, and a data set for when it is empty', async () => {
    const t = virtualContext();
    const sc = t.ssc.sc();
    const seen = record(t.ssc.queueStream([sc.parallelize([1]), sc.parallelize([2])], false, sc.parallelize([9])));
    await t.run(2);
    await t.stop();
    expect(seen).to.deep.equal(['[1, 2]', '[9]']);
  });

  it('unites streams given as a list and as arguments', async () => {
    const t = virtualContext();
    const [a, b] = [batches(t.ssc, [['a']], 1), batches(t.ssc, [['b']], 1)];
    const pairs = a.mapToPair((x) => new Tuple2(x, 1));
    const seen = [
      record(t.ssc.union(a, [b])),
      record(t.ssc.union(a, b, a)),
      record(t.ssc.union(pairs, [pairs]).reduceByKey((x, y) => x + y)),
    ];
    await t.run(1);
    await t.stop();
    expect(seen).to.deep.equal([['[a, b]'], ['[a, b, a]'], ['[(a,2)]']]);
  });

  it('transforms several streams at once', async () => {
    const t = virtualContext();
    const a = batches(t.ssc, [['a']], 1);
    const pairs = a.mapToPair((x) => new Tuple2(x, 1)).toJavaDStream();
    const both = t.ssc.transformToPair([a, pairs], (rdds, time) =>
      JavaPairRDD.fromJavaRDD<string, number>(rdds.get(1)).union(
        (rdds.get(0) as JavaRDD<string>).mapToPair((x) => new Tuple2(x, time.milliseconds())),
      ),
    );
    const seen = record(both.reduceByKey((x, y) => x + y));
    await t.run(1);
    await t.stop();
    expect(seen).to.deep.equal(['[(a,1001)]']);
  });

  it('tells listeners, with times as Optional', async () => {
    const t = virtualContext();
    const seen: unknown[] = [];
    class Listener extends StreamingListener {
      override onBatchSubmitted(e: Parameters<StreamingListener['onBatchSubmitted']>[0]): void {
        seen.push(e.batchInfo().processingStartTime().isPresent());
      }
      override onBatchCompleted(e: Parameters<StreamingListener['onBatchCompleted']>[0]): void {
        seen.push(
          String(e.batchInfo().batchTime()),
          e.batchInfo().totalDelay().get(),
          e.batchInfo().outputOperationInfos().get(0)!.failureReason().orNull(),
        );
      }
    }
    const listener = new Listener();
    t.ssc.addStreamingListener(listener);
    t.ssc.addStreamingListener({ onStreamingStarted: (e) => seen.push(`started ${e.time()}`) });
    record(batches(t.ssc, [['a'], ['b']]));
    await t.run(1);
    t.ssc.removeStreamingListener(listener);
    await t.run(1);
    await t.stop();
    expect(seen).to.deep.equal(['started 0', false, '1000 ms', 0, null]);
  });

  it('goes through its states, and rejects awaitTermination with the error of a batch', async () => {
    const t = virtualContext();
    const states = [t.ssc.getState()];
    batches(t.ssc, [['a']]).foreachRDD(() => {
      throw new Error('no');
    });
    const ended = t.ssc.awaitTermination().catch((error: unknown) => error);
    await t.run(1);
    states.push(t.ssc.getState());
    expect(JavaStreamingContext.getActive().get().engine).to.equal(t.ssc.engine);
    expect(errorCodes(await ended)).to.include('BATCH_FAILED');
    await t.stop();
    states.push(t.ssc.getState());
    expect(states).to.deep.equal(['INITIALIZED', 'ACTIVE', 'STOPPED']);
    expect(JavaStreamingContext.getActive().isPresent()).to.equal(false);
  });

  it('waits no longer than it is told to', async () => {
    const clock = new ManualClock();
    const ssc = new JavaStreamingContext(new StreamEngine(new SparkCore(conf(), { clock }), 1000));
    record(batches(ssc, [['a']]));
    await ssc.start();
    const waiting = ssc.awaitTerminationOrTimeout(500);
    clock.setTime(500);
    expect(await waiting).to.equal(false);
    await ssc.stop(true, false);
    expect(await ssc.awaitTerminationOrTimeout(500)).to.equal(true);
  });

  it('can be stopped while it comes up, and followed by another', async () => {
    class Silent extends Receiver<string> {
      onStart(): void {}
      onStop(): void {}
    }
    const sc = new SparkCore(conf(), { clock: new ManualClock() });
    const own = sc.backend;
    const ssc = new JavaStreamingContext(new StreamEngine(sc, 1000));
    record(ssc.receiverStream(new Silent(StorageLevels.MEMORY_ONLY)));
    const starting = ssc.start();
    await ssc.stop(false, true);
    await starting;
    await ssc.awaitTermination();
    expect(ssc.getState()).to.equal('STOPPED');

    // The same in the midst of starting threads: they are not to take tasks of who comes next.
    let threadsAreUp!: (backend: never) => void;
    sc.useBackend(new Promise((up) => (threadsAreUp = up)));
    const next = sc.runInProcess();
    threadsAreUp({ stop: () => Promise.resolve() } as never);
    await next;
    expect(sc.backend).to.equal(own);
    await sc.stop();
  });

  it('throws at start what validation finds', () => {
    const ssc = new JavaStreamingContext(conf(), Durations.seconds(1));
    expect(errorCodes(errorOf(() => ssc.start()))).to.deep.equal(['NO_OUTPUT_OPERATIONS']);
  });
});

/** The guide's programs have the machine's clock and standard output: their first batch comes within a second. */
async function printedInFirstBatch(ssc: JavaStreamingContext): Promise<string> {
  const { write } = process.stdout;
  let text = '';
  process.stdout.write = ((piece: string) => (text += piece) !== '') as typeof process.stdout.write;
  try {
    const completed = new Promise((resolve) => ssc.addStreamingListener({ onBatchCompleted: resolve }));
    await ssc.start();
    await completed;
    await ssc.stop();
  } finally {
    process.stdout.write = write;
  }
  return text;
}
