import { expect } from 'chai';
import {
  DStream,
  DStreamsError,
  Duration,
  Milliseconds,
  Seconds,
  SparkConf,
  SparkContext,
  StreamingContext,
} from '../index.ts';
import { streamOps, STREAM, type StreamRef } from '../../core/internal.ts';
import { manualContext } from './context.ts';

const conf = () => new SparkConf(false).setMaster('local').setAppName('test');

describe('StreamingContext of the fluent surface', () => {
  const made: { name: string; make: () => StreamingContext }[] = [
    { name: 'master, name, duration', make: () => new StreamingContext('local', 'x', Seconds(1)) },
    {
      name: 'as the guide has it, environment unset',
      make: () => new StreamingContext('local', 'x', '1s', null, null),
    },
    { name: 'options', make: () => new StreamingContext({ master: 'local', appName: 'x', batchDuration: 1000 }) },
    { name: 'options with a configuration', make: () => new StreamingContext({ conf: conf(), batchDuration: 1000 }) },
    {
      name: 'options with keys and values',
      make: () => new StreamingContext({ conf: { 'spark.master': 'local' }, batchDuration: 1000 }),
    },
    { name: 'a SparkContext', make: () => new StreamingContext(new SparkContext('local', 'x'), Seconds(1)) },
    { name: 'a SparkConf', make: () => new StreamingContext(conf(), Seconds(1)) },
  ];
  for (const { name, make } of made) {
    it(`is made of ${name}`, () => {
      const ssc = make();
      expect(ssc.batchDuration).to.deep.equal(new Duration(1000));
      expect(ssc.sparkContext.master).to.equal('local');
      expect(ssc.getState()).to.equal('INITIALIZED');
    });
  }

  const refused: { name: string; code: string; make: () => unknown }[] = [
    {
      name: 'a duration of 0',
      code: 'BATCH_DURATION_INVALID',
      make: () => new StreamingContext('local', 'x', Seconds(0)),
    },
    {
      name: 'a negative duration',
      code: 'BATCH_DURATION_INVALID',
      make: () => new StreamingContext('local', 'x', Seconds(-1)),
    },
    {
      name: 'no duration',
      code: 'BATCH_DURATION_INVALID',
      make: () => new StreamingContext('local', 'x', null as never),
    },
    { name: 'a bare 1', code: 'DURATION_INVALID', make: () => new StreamingContext('local', 'x', 1) },
    { name: 'a master that is none', code: 'MASTER_INVALID', make: () => new StreamingContext('lokal', 'x', '1s') },
    {
      name: 'a cluster',
      code: 'MASTER_UNSUPPORTED_SPARK',
      make: () => new StreamingContext('spark://a:7077', 'x', '1s'),
    },
    {
      name: 'an unknown key',
      code: 'CONF_KEY_UNKNOWN',
      make: () =>
        new StreamingContext({ master: 'local', conf: { 'spark.streaming.blokInterval': 1 }, batchDuration: '1s' }),
    },
    {
      name: 'options without a duration',
      code: 'OPTIONS_INVALID',
      make: () => new StreamingContext({ master: 'local' } as never),
    },
    { name: 'nothing', code: 'OPTIONS_INVALID', make: () => new StreamingContext(undefined as never) },
  ];
  for (const { name, code, make } of refused) {
    it(`refuses ${name}`, () => {
      expect(make).to.throw(DStreamsError).with.property('code', code);
    });
  }

  it('takes 1 ms where it is meant', () => {
    expect(Number(new StreamingContext('local', 'x', Milliseconds(1)).batchDuration)).to.equal(1);
    expect(Number(new StreamingContext('local', 'x', '1ms').batchDuration)).to.equal(1);
  });

  it('leaves the configuration that it is given alone', () => {
    const given = conf();
    const ssc = new StreamingContext({ conf: given, appName: 'other', batchDuration: '1s' });
    expect([ssc.sparkContext.appName, given.get('spark.app.name')]).to.deep.equal(['other', 'test']);
  });

  it('lives: start, active, stop', async () => {
    const t = manualContext();
    expect(() => t.ssc.start())
      .to.throw(DStreamsError)
      .with.property('code', 'NO_OUTPUT_OPERATIONS');

    const u = manualContext();
    u.ssc.queueStream([[1]]).print();
    await u.ssc.start();
    expect(u.ssc.getState()).to.equal('ACTIVE');
    expect(StreamingContext.getActive()).to.equal(u.ssc);
    expect(StreamingContext.getActiveOrCreate(() => t.ssc)).to.equal(u.ssc);
    expect(() => u.ssc.queueStream([[1]]))
      .to.throw(DStreamsError)
      .with.property('code', 'CONTEXT_STARTED');
    expect(await waiting(u, u.ssc.awaitTerminationOrTimeout('2s'), 2000)).to.equal(false);
    const ended = u.ssc.awaitTermination();
    await u.ssc.stop(true);
    await ended;
    expect(u.ssc.getState()).to.equal('STOPPED');
    expect(StreamingContext.getActive()).to.equal(undefined);
    expect(StreamingContext.getActiveOrCreate(() => t.ssc)).to.equal(t.ssc);
    const nothing = (() => undefined) as never;
    for (const make of [
      () => StreamingContext.getActiveOrCreate(nothing),
      () => StreamingContext.getOrCreate('d', nothing),
    ])
      expect(make).to.throw(/^The factory has to return a StreamingContext/);
  });

  async function waiting<T>(
    { clock }: ReturnType<typeof manualContext>,
    promise: Promise<T>,
    byMs: number,
  ): Promise<T> {
    clock.advance(byMs);
    return promise;
  }

  it('keeps the SparkContext where it is told to', async () => {
    const t = manualContext();
    await t.ssc.stop({ stopSparkContext: false });
    expect(await t.ssc.sparkContext.parallelize([1]).count()).to.equal(1);
    await t.ssc.sparkContext.stop();
  });

  it('is stopped by await using', async () => {
    const t = manualContext();
    t.ssc.queueStream([[1]]).print();
    {
      await using ssc = t.ssc;
      await ssc.start();
    }
    expect(t.ssc.getState()).to.equal('STOPPED');
    await t.ssc[Symbol.asyncDispose]();
    expect(t.logged.filter((line) => line.startsWith('WARN'))).to.deep.equal([]);
  });

  it('tells what happens by the name of the event, until it is told not to', async () => {
    const t = manualContext();
    t.ssc.queueStream([[1], [2], [3]]).print();
    const events: string[] = [];
    const end = t.ssc.on('batchCompleted', ({ type, batchInfo }) => events.push(`${type} ${batchInfo.batchTime()}`));
    t.ssc.on('streamingStarted', ({ type }) => events.push(type));
    await t.run(2);
    end();
    await t.run(1);
    await t.ssc.stop();
    expect(events).to.deep.equal(['streamingStarted', 'batchCompleted 1000 ms', 'batchCompleted 2000 ms']);
    expect(() => t.ssc.on('batchDone' as never, () => {}))
      .to.throw(DStreamsError)
      .with.property('code', 'OPTIONS_INVALID');
  });

  it('explains the graph on standard output', () => {
    const t = manualContext();
    t.ssc
      .queueStream([[1]])
      .map((x) => x)
      .uid('mine')
      .print();
    const text = t.ssc.explain();
    expect(t.stdout()).to.equal(text);
    expect(text).to.include('#1 map').and.to.include('uid mine').and.to.include('context.test.ts:');
  });
});

describe('queueStream', () => {
  it('takes a live queue of arrays and data sets, one a batch', async () => {
    const t = manualContext();
    const queue = [t.ssc.sparkContext.parallelize([1, 2]), [3]];
    const found = t.record(t.ssc.queueStream(queue));
    await t.run(1);
    queue.push([4]);
    await t.run(3);
    await t.ssc.stop();
    expect(found.map(({ values }) => values)).to.deep.equal([[1, 2], [3], [4], []]);
    expect(queue).to.deep.equal([]);
  });

  it('takes all there are where it is told to', async () => {
    for (const options of [false, { oneAtATime: false }] as const) {
      const t = manualContext();
      const found = t.record(t.ssc.queueStream([[1], [2]], options as false));
      await t.run(2);
      await t.ssc.stop();
      expect(found.map(({ values }) => values)).to.deep.equal([[1, 2], []]);
    }
  });

  it('gives what is said for an empty queue', async () => {
    const t = manualContext();
    const partitions: (readonly number[])[] = [];
    const streams = [
      t.ssc.queueStream<number>([]),
      t.ssc.queueStream([], true, [7]),
      t.ssc.queueStream<number>([], { default: null }),
    ];
    for (const stream of streams) {
      stream.foreachRDD(async (rdd) => partitions.push([rdd.getNumPartitions(), await rdd.count()]));
    }
    await t.run(1);
    await t.ssc.stop();
    expect(partitions).to.deep.equal([
      [1, 0],
      [1, 1],
      [0, 0],
    ]);
  });
});

describe('DStream.fromDStream', () => {
  it('takes a stream of any surface by its brand', async () => {
    const t = manualContext();
    const mine = t.ssc.queueStream([['a']]);
    const ref = mine[STREAM] as StreamRef;
    const other = { [STREAM]: streamOps.narrow(ref, 'map', 'map', [(x: string) => x + x], 'tuple') };
    const stream = DStream.fromDStream<string>(other);
    expect(stream).to.be.instanceOf(DStream);
    expect(stream.context()).to.equal(t.ssc);
    const found = t.record(stream.union(mine));
    await t.run(1);
    await t.ssc.stop();
    expect(found[0]!.values).to.deep.equal(['aa', 'a']);
  });

  it('refuses anything else', () => {
    for (const wrong of [null, {}, 'a']) {
      expect(() => DStream.fromDStream(wrong as never))
        .to.throw(DStreamsError)
        .with.property('code', 'OPTIONS_INVALID');
      expect(wrong).to.not.be.instanceOf(DStream);
    }
  });
});
