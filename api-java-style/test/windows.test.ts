import { expect } from 'chai';
import { errorCodes } from '../../core/internal.ts';
import {
  Duration,
  Durations,
  Function,
  Function2,
  HashPartitioner,
  type JavaPairDStream,
  JavaPairDStream as PairStream,
  type Tuple2,
} from '../index.ts';
import { batches, pairBatches, record, virtualContext } from './run.ts';

type Pairs = JavaPairDStream<string, number>;

const W = Durations.seconds(2);
const S = Durations.seconds(1);
const SLOW = Durations.seconds(2);
const sum = (a: number, b: number): number => a + b;
const diff = (a: number, b: number): number => a - b;
class Sum extends Function2<number, number, number> {
  override call(a: number, b: number): number {
    return a + b;
  }
}
class Diff extends Function2<number, number, number> {
  override call(a: number, b: number): number {
    return a - b;
  }
}
class NotZero extends Function<Tuple2<string, number>, boolean> {
  override call(pair: Tuple2<string, number>): boolean {
    return pair._2() !== 0;
  }
}

const INPUT = ['a1', 'a2 b5', 'b6', '', ''];
const UP_TO_DATE = ['[(a,1)]', '[(a,3), (b,5)]', '[(a,2), (b,11)]', '[(a,0), (b,6)]', '[(a,0), (b,0)]'];
const FILTERED = ['[(a,1)]', '[(a,3), (b,5)]', '[(a,2), (b,11)]', '[(b,6)]', '[]'];
const REDUCED = ['[(a,1)]', '[(a,3), (b,5)]', '[(a,2), (b,11)]', '[(b,6)]', '[]'];
const SLOWLY = ['[(a,3), (b,5)]', '[(b,6)]'];

describe('JavaPairDStream: windows by key', () => {
  const cases: [name: string, make: (s: Pairs) => JavaPairDStream<string, any>, seen: string[]][] = [
    ['reduceByKeyAndWindow(f, W)', (s) => s.reduceByKeyAndWindow(sum, W), REDUCED],
    ['reduceByKeyAndWindow(Function2, W)', (s) => s.reduceByKeyAndWindow(new Sum(), W), REDUCED],
    ['reduceByKeyAndWindow(f, W, S)', (s) => s.reduceByKeyAndWindow(sum, W, SLOW), SLOWLY],
    ['reduceByKeyAndWindow(f, W, S, n)', (s) => s.reduceByKeyAndWindow(sum, W, S, 1), REDUCED],
    [
      'reduceByKeyAndWindow(f, W, S, partitioner)',
      (s) => s.reduceByKeyAndWindow(sum, W, S, new HashPartitioner(1)),
      REDUCED,
    ],
    ['reduceByKeyAndWindow(f, inv, W, S)', (s) => s.reduceByKeyAndWindow(sum, diff, W, S), UP_TO_DATE],
    [
      'reduceByKeyAndWindow(Function2, Function2, W, S)',
      (s) => s.reduceByKeyAndWindow(new Sum(), new Diff(), W, S),
      UP_TO_DATE,
    ],
    ['reduceByKeyAndWindow(literals)', (s) => s.reduceByKeyAndWindow({ call: sum }, { call: diff }, W, S), UP_TO_DATE],
    [
      'reduceByKeyAndWindow(f, inv, W, S, n, filter)',
      (s) => s.reduceByKeyAndWindow(sum, diff, W, S, 1, (pair) => pair._2() !== 0),
      FILTERED,
    ],
    [
      'reduceByKeyAndWindow(f, inv, W, S, partitioner, Function)',
      (s) => s.reduceByKeyAndWindow(sum, diff, W, S, new HashPartitioner(1), new NotZero()),
      FILTERED,
    ],
    [
      'reduceByKeyAndWindow(f, inv, W, S, n, null)',
      (s) => s.reduceByKeyAndWindow(sum, diff, W, S, 1, null),
      UP_TO_DATE,
    ],
    [
      'groupByKeyAndWindow(W)',
      (s) => s.groupByKeyAndWindow(W),
      ['[(a,[1])]', '[(a,[1, 2]), (b,[5])]', '[(a,[2]), (b,[5, 6])]', '[(b,[6])]', '[]'],
    ],
    ['groupByKeyAndWindow(W, S)', (s) => s.groupByKeyAndWindow(W, SLOW), ['[(a,[1, 2]), (b,[5])]', '[(b,[6])]']],
    ['groupByKeyAndWindow(W, S, n)', (s) => s.groupByKeyAndWindow(W, SLOW, 1), ['[(a,[1, 2]), (b,[5])]', '[(b,[6])]']],
    [
      'groupByKeyAndWindow(W, S, partitioner)',
      (s) => s.groupByKeyAndWindow(W, SLOW, new HashPartitioner(1)),
      ['[(a,[1, 2]), (b,[5])]', '[(b,[6])]'],
    ],
  ];
  for (const [name, make, seen] of cases) {
    it(`${name} gives ${seen.join(' ')}`, async () => {
      const t = virtualContext();
      t.ssc.checkpoint('checkpoints');
      const stream = make(pairBatches(t.ssc, INPUT));
      const recorded = record(stream);
      await t.run(5);
      await t.stop();
      expect(stream).to.be.instanceOf(PairStream);
      expect(recorded).to.deep.equal(seen);
    });
  }

  it('has as many partitions as asked for', async () => {
    const t = virtualContext();
    t.ssc.checkpoint('checkpoints');
    const s = pairBatches(t.ssc, ['a1']);
    const streams: Pairs[] = [
      s.reduceByKeyAndWindow(sum, W, S, 3),
      s.reduceByKeyAndWindow(sum, diff, W, S, 3),
      s.reduceByKeyAndWindow(sum, diff, W, S, new HashPartitioner(3), new NotZero()),
      s.groupByKeyAndWindow(W, S, 3).mapValues((values) => values.size()),
    ];
    const counts: number[] = [];
    for (const stream of streams) stream.foreachRDD((rdd) => void counts.push(rdd.getNumPartitions()));
    await t.run(1);
    await t.stop();
    expect(counts).to.deep.equal([3, 3, 3, 3]);
  });
});

describe('JavaDStream: windows', () => {
  const cases: [name: string, make: (s: any) => any, seen: string[], arePairs?: boolean][] = [
    ['reduceByWindow(f, W, S)', (s) => s.reduceByWindow(sum, W, S), ['[3]', '[6]', '[3]', '[]']],
    ['reduceByWindow(f, inv, W, S)', (s) => s.reduceByWindow(sum, diff, W, S), ['[3]', '[6]', '[3]', '[0]']],
    [
      'reduceByWindow(Function2, Function2, W, S)',
      (s) => s.reduceByWindow(new Sum(), new Diff(), W, S),
      ['[3]', '[6]', '[3]', '[0]'],
    ],
    ['countByWindow', (s) => s.countByWindow(W, S), ['[2]', '[3]', '[1]', '[0]']],
    [
      'countByValueAndWindow',
      (s) => s.countByValueAndWindow(W, S),
      ['[(1,1), (2,1)]', '[(1,1), (2,1), (3,1)]', '[(3,1)]', '[]'],
      true,
    ],
    [
      'countByValueAndWindow(…, n)',
      (s) => s.countByValueAndWindow(W, SLOW, 2).map((p: any) => p._2()),
      ['[1, 1, 1]', '[]'],
    ],
  ];
  for (const [name, make, seen, arePairs = false] of cases) {
    it(`${name} gives ${seen.join(' ')}`, async () => {
      const t = virtualContext();
      t.ssc.checkpoint('checkpoints');
      const stream = make(batches(t.ssc, [[1, 2], [3], [], []], 1));
      const recorded = record(stream);
      await t.run(4);
      await t.stop();
      expect(stream instanceof PairStream).to.equal(arePairs);
      expect(recorded).to.deep.equal(seen);
    });
  }

  const wrong: [name: string, code: string, make: (s: Pairs) => unknown][] = [
    ['a window that is a number', 'DURATION_INVALID', (s) => s.reduceByKeyAndWindow(sum, 2000 as never)],
    ['no inverse', 'OPTIONS_INVALID', (s) => s.reduceByKeyAndWindow(sum, null as never, W, S)],
    ['no window', 'DURATION_INVALID', (s) => s.countByWindow(undefined as never, S)],
    ['a slide that is a number', 'DURATION_INVALID', (s) => s.countByValueAndWindow(W, 1000 as never)],
    ['a window that is no multiple', 'WINDOW_NOT_MULTIPLE', (s) => s.groupByKeyAndWindow(new Duration(1500))],
    ['a slide that is no multiple', 'SLIDE_NOT_MULTIPLE', (s) => s.countByWindow(W, new Duration(1500))],
    ['a window of no length', 'WINDOW_INVALID', (s) => s.groupByKeyAndWindow(new Duration(0))],
    ['an async function', 'ASYNC_FUNCTION', (s) => s.reduceByKeyAndWindow((async () => 1) as never, W)],
    ['an async inverse', 'ASYNC_FUNCTION', (s) => s.reduceByKeyAndWindow(sum, (async () => 1) as never, W, S)],
    ['a filter that is none', 'OPTIONS_INVALID', (s) => s.reduceByKeyAndWindow(sum, diff, W, S, 1, 7 as never)],
  ];
  for (const [name, code, make] of wrong) {
    it(`refuses ${name}: ${code}`, () => {
      const { ssc } = virtualContext();
      expect(() => make(pairBatches(ssc, INPUT)))
        .to.throw()
        .that.satisfies((e: unknown) => errorCodes(e)[0] === code);
    });
  }

  it('kept up to date needs a checkpoint directory', async () => {
    const t = virtualContext();
    batches(t.ssc, [[1]])
      .countByWindow(W, S)
      .print();
    const error = await t.run(1).catch((e: unknown) => e);
    expect(errorCodes(error)[0]).to.equal('CHECKPOINT_DIR_MISSING');
    await t.stop();
  });
});
