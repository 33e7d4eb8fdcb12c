import { expect } from 'chai';
import { add, type DStream, DStreamsError, type PairDStream, sub, type State } from '../index.ts';
import { errorCodes } from '../../core/errors.ts';
import { manualContext, valuesOf } from './context.ts';

type Build = (s: DStream<string>) => DStream<unknown>;

/** `a1` is the pair of a and 1. In one partition, so that records come in the order of their keys' appearance. */
const pairs = (s: DStream<string>): PairDStream<string, number> => {
  s.context().checkpoint('checkpoints');
  return s.map((w) => [w[0]!, Number(w.slice(1))]);
};
const others = (s: DStream<string>): PairDStream<string, string> =>
  pairs(s).flatMap(([k, n]): [string, string][] => (n > 1 ? [[k, `${n}`]] : [['z', '0']]));
const total = (values: number[], state: number | undefined) => values.reduce(add, state ?? 0);
/** The same, and forgets at zero. */
const totalOrNothing = (values: number[], state: number | undefined) => total(values, state) || null;

function snapshots(s: DStream<string>): DStream<unknown> {
  const mapped = pairs(s).mapWithState(
    (_key, value, state: State<number>) => {
      if (!state.isTimingOut()) state.update(value!);
    },
    { timeout: '1s' },
  );
  mapped.checkpoint('1s');
  return mapped.stateSnapshots();
}

describe('streams of pairs of the fluent surface', () => {
  const twice = [['a1', 'b2'], ['a3']];
  const ones = [['a1'], ['a1', 'b1'], [], []];
  const sums = [
    [['a', 1]],
    [
      ['a', 2],
      ['b', 1],
    ],
    [
      ['a', 1],
      ['b', 1],
    ],
    [],
  ];
  const kept = [
    [['a', 1]],
    [
      ['a', 2],
      ['b', 1],
    ],
    [
      ['a', 1],
      ['b', 1],
    ],
    [
      ['a', 0],
      ['b', 0],
    ],
  ];
  const table: { name: string; batches: string[][]; build: Build; expected: unknown[][] }[] = [
    {
      name: 'join',
      batches: twice,
      build: (s) => pairs(s).join(others(s)),
      expected: [[['b', [2, '2']]], [['a', [3, '3']]]],
    },
    {
      name: 'leftOuterJoin',
      batches: twice,
      build: (s) => pairs(s).leftOuterJoin(others(s)),
      expected: [
        [
          ['a', [1, undefined]],
          ['b', [2, '2']],
        ],
        [['a', [3, '3']]],
      ],
    },
    {
      name: 'rightOuterJoin',
      batches: twice,
      build: (s) => pairs(s).rightOuterJoin(others(s), { numPartitions: 1 }),
      expected: [
        [
          ['b', [2, '2']],
          ['z', [undefined, '0']],
        ],
        [['a', [3, '3']]],
      ],
    },
    {
      name: 'fullOuterJoin',
      batches: [['a1']],
      build: (s) => pairs(s).fullOuterJoin(others(s)),
      expected: [
        [
          ['a', [1, undefined]],
          ['z', [undefined, '0']],
        ],
      ],
    },
    {
      name: 'cogroup',
      batches: [['a1', 'a2']],
      build: (s) => pairs(s).cogroup(others(s)),
      expected: [
        [
          ['a', [[1, 2], ['2']]],
          ['z', [[], ['0']]],
        ],
      ],
    },
    {
      name: 'transformWith',
      batches: [['a1']],
      build: (s) => pairs(s).transformWith(s, (a, b, time) => a.keys().zip(b.map((w) => `${w} at ${time}`))),
      expected: [[['a', 'a1 at 1000 ms']]],
    },
    {
      name: 'transformWith, the function first',
      batches: [['a1']],
      build: (s) => pairs(s).transformWith((a, b) => a.keys().union(b), s),
      expected: [['a', 'a1']],
    },
    {
      name: 'partitionBy',
      batches: [['a1', 'b2']],
      build: (s) => pairs(s).partitionBy(1),
      expected: [
        [
          ['a', 1],
          ['b', 2],
        ],
      ],
    },
    {
      name: 'partitionBy a function',
      batches: [['a1', 'b2']],
      build: (s) =>
        pairs(s)
          .partitionBy(2, (k) => k.charCodeAt(0))
          .glom(),
      expected: [[[['b', 2]], [['a', 1]]]],
    },
    {
      name: 'countByWindow',
      batches: ones,
      build: (s) => pairs(s).countByWindow('2s', '1s'),
      expected: [[1], [3], [2], [0]],
    },
    {
      name: 'reduceByWindow',
      batches: ones,
      build: (s) => pairs(s).values().reduceByWindow(add, '2s', '1s'),
      expected: [[1], [3], [2], []],
    },
    {
      name: 'reduceByWindow with null for no inverse',
      batches: ones,
      build: (s) => pairs(s).values().reduceByWindow(add, null, '2s', '1s'),
      expected: [[1], [3], [2], []],
    },
    {
      name: 'reduceByWindow with an inverse',
      batches: ones,
      build: (s) => pairs(s).values().reduceByWindow(add, sub, '2s', '1s'),
      expected: [[1], [3], [2], [0]],
    },
    {
      name: 'countByValueAndWindow',
      batches: [['a', 'b'], ['a'], []],
      build: (s) => pairs(s).keys().countByValueAndWindow('2s', '1s', 1),
      expected: [
        [
          ['a', 1],
          ['b', 1],
        ],
        [
          ['a', 2],
          ['b', 1],
        ],
        [['a', 1]],
      ],
    },
    {
      name: 'groupByKeyAndWindow',
      batches: [['a1'], ['a2']],
      build: (s) => pairs(s).groupByKeyAndWindow('2s'),
      expected: [[['a', [1]]], [['a', [1, 2]]]],
    },
    {
      name: 'groupByKeyAndWindow, options by name',
      batches: [['a1'], ['a2']],
      build: (s) => pairs(s).groupByKeyAndWindow('2s', { slideDuration: '2s', numPartitions: 1 }),
      expected: [[['a', [1, 2]]]],
    },
    {
      name: 'reduceByKeyAndWindow',
      batches: ones,
      build: (s) => pairs(s).reduceByKeyAndWindow(add, '2s'),
      expected: sums,
    },
    {
      name: 'reduceByKeyAndWindow with slide and partitions',
      batches: ones,
      build: (s) => pairs(s).reduceByKeyAndWindow(add, '2s', '1s', 1),
      expected: sums,
    },
    {
      name: 'reduceByKeyAndWindow with null for no inverse',
      batches: ones,
      build: (s) => pairs(s).reduceByKeyAndWindow(add, null, '2s', '1s', { numPartitions: 1 }),
      expected: sums,
    },
    {
      name: 'reduceByKeyAndWindow with an inverse',
      batches: ones,
      build: (s) => pairs(s).reduceByKeyAndWindow(add, sub, '2s'),
      expected: kept,
    },
    {
      name: 'reduceByKeyAndWindow with an inverse and a filter by name',
      batches: ones,
      build: (s) => pairs(s).reduceByKeyAndWindow(add, sub, '2s', '1s', { numPartitions: 1, filter: ([, n]) => n > 0 }),
      expected: sums,
    },
    {
      name: 'reduceByKeyAndWindow with an inverse, everything in its place',
      batches: ones,
      build: (s) => pairs(s).reduceByKeyAndWindow(add, sub, '2s', '1s', 1, ([, n]) => n > 0),
      expected: sums,
    },
    {
      name: 'reduceByKeyAndWindow with an inverse, everything by name',
      batches: ones,
      build: (s) =>
        pairs(s).reduceByKeyAndWindow(add, sub, '2s', {
          slideDuration: '1s',
          numPartitions: 1,
          filter: ([, n]) => n > 0,
        }),
      expected: sums,
    },
    {
      name: 'updateStateByKey',
      batches: [['a1'], ['b2', 'a1'], []],
      build: (s) => pairs(s).updateStateByKey(total),
      expected: [
        [['a', 1]],
        [
          ['a', 2],
          ['b', 2],
        ],
        [
          ['a', 2],
          ['b', 2],
        ],
      ],
    },
    {
      name: 'updateStateByKey, forgetting, from a list',
      batches: [['a1'], ['a2', 'b-5']],
      build: (s) => pairs(s).updateStateByKey(totalOrNothing, { numPartitions: 1, initial: new Map([['b', 5]]) }),
      expected: [
        [
          ['b', 5],
          ['a', 1],
        ],
        [['a', 3]],
      ],
    },
    {
      name: 'updateStateByKey from a data set, in its place',
      batches: [['a1']],
      build: (s) => pairs(s).updateStateByKey(total, 1, s.context().sparkContext.parallelize([['a', 5]])),
      expected: [[['a', 6]]],
    },
    {
      name: 'mapWithState',
      batches: [['a1', 'b0'], ['a1']],
      build: (s) =>
        pairs(s).mapWithState(
          (key, value, state: State<number>, time) => {
            state.update((state.getOption() ?? 0) + value!);
            return value === 0 ? undefined : `${key}${state.get()} at ${time}`;
          },
          { numPartitions: 1, initial: [['a', 5]] },
        ),
      expected: [['a6 at 1000 ms'], ['a7 at 2000 ms']],
    },
    {
      name: 'the snapshots of mapWithState, and its time-out',
      batches: [['a1'], ['b1'], ['b1']],
      build: snapshots,
      expected: [
        [['a', 1]],
        [
          ['a', 1],
          ['b', 1],
        ],
        [['b', 1]],
      ],
    },
  ];
  for (const { name, batches, build, expected } of table) {
    it(name, async () => expect(await valuesOf(batches, build)).to.deep.equal(expected));
  }

  const refused: { name: string; code: string; build: (s: PairDStream<string, number>) => unknown }[] = [
    {
      name: 'a filter without an inverse',
      code: 'OPTIONS_INVALID',
      build: (s) => s.reduceByKeyAndWindow(add, null, '2s', { filter: () => true }),
    },
    {
      name: 'an option that no window has',
      code: 'OPTIONS_INVALID',
      build: (s) => s.groupByKeyAndWindow('2s', { slide: 1 } as never),
    },
    { name: 'a bare number for seconds', code: 'DURATION_INVALID', build: (s) => s.reduceByKeyAndWindow(add, 3) },
    {
      name: 'an async update function',
      code: 'ASYNC_FUNCTION',
      build: (s) => s.updateStateByKey((async () => 1) as never),
    },
    { name: 'an async state function', code: 'ASYNC_FUNCTION', build: (s) => s.mapWithState((async () => 1) as never) },
    {
      name: 'an initial state that is none',
      code: 'OPTIONS_INVALID',
      build: (s) => s.updateStateByKey(total, { initial: 5 as never }),
    },
    {
      name: 'a misspelt option of state',
      code: 'OPTIONS_INVALID',
      build: (s) => s.mapWithState((k: unknown) => k, { timeOut: '1s' } as never),
    },
    {
      name: 'a misspelt option of a window',
      code: 'OPTIONS_INVALID',
      build: (s) => s.reduceByKeyAndWindow(add, null, '2s', '1s', { filterfunc: () => true } as never),
    },
    { name: 'a join with what is no stream', code: 'OPTIONS_INVALID', build: (s) => s.join([] as never) },
    { name: 'transformWith without a function', code: 'OPTIONS_INVALID', build: (s) => s.transformWith(s, 5 as never) },
    {
      name: 'a time-out of nothing',
      code: 'DURATION_INVALID',
      build: (s) => s.mapWithState(() => 1, { timeout: '0s' }),
    },
  ];
  for (const { name, code, build } of refused) {
    it(`refuses ${name}`, () => {
      const { ssc } = manualContext();
      expect(() => build(ssc.queueStream([[['a', 1]]])))
        .to.throw(DStreamsError)
        .with.property('code', code);
    });
  }

  it('prints joins in the form of Spark', async () => {
    const t = manualContext();
    const left = t.ssc.queueStream([
      [
        ['a', 1],
        ['b', 2],
      ],
    ]);
    const right = t.ssc.queueStream([[['a', 3]]]);
    left.leftOuterJoin(right, 1).print();
    left.cogroup(right, 1).print();
    await t.run(1);
    await t.ssc.stop();
    expect(t.stdout()).to.include('(a,(1,Optional[3]))\n(b,(2,Optional.empty))');
    expect(t.stdout()).to.include('(a,([1],[3]))\n(b,([2],[]))');
  });

  // PySpark: a TypeError, or an error of the JVM. A pair of three would lose its third silently.
  const wrong =
    (pair: unknown) =>
    (s: PairDStream<string, number>): PairDStream<string, number> =>
      s.map(() => pair) as DStream<unknown> as PairDStream<string, number>;
  const triples = wrong(['a', 1, 2]);
  const singles = wrong(['a']);
  const failing: [name: string, code: string, build: (s: PairDStream<string, number>) => DStream<unknown>][] = [
    ['a partition function that gives nothing', 'PARTITIONS_INVALID', (s) => s.partitionBy(2, () => null as never)],
    ['one that gives half a number', 'PARTITIONS_INVALID', (s) => s.partitionBy(2, () => 0.5)],
    [
      'one that gives a text',
      'PARTITIONS_INVALID',
      (s) => s.reduceByKey(add, { numPartitions: 2, partitioner: () => 'a' as never }),
    ],
    ['pairs of three to reduceByKey', 'PAIR_EXPECTED', (s) => triples(s).reduceByKey(add)],
    ['pairs of three to groupByKey', 'PAIR_EXPECTED', (s) => triples(s).groupByKey()],
    ['pairs of three to join', 'PAIR_EXPECTED', (s) => triples(s).join(s)],
    ['pairs of three to partitionBy', 'PAIR_EXPECTED', (s) => triples(s).partitionBy(2)],
    ['pairs of one to mapValues', 'PAIR_EXPECTED', (s) => singles(s).mapValues((v) => v)],
  ];
  for (const [name, code, build] of failing) {
    it(`fails the batch of ${name}`, async () => {
      const t = manualContext();
      const failed: unknown[] = [];
      const built = build(t.ssc.queueStream([[['a', 1]]]) as PairDStream<string, number>);
      built.foreachRDD((rdd) => rdd.collect().catch((error: unknown) => failed.push(...errorCodes(error))));
      await t.run(1);
      await t.ssc.stop();
      expect(failed).to.include(code);
    });
  }
});
