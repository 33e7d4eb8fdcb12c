import { expect } from 'chai';
import fc from 'fast-check';
import {
  add,
  type DStream,
  DStreamsError,
  HashPartitioner,
  type PairDStream,
  Seconds,
  StorageLevels,
  Time,
} from '../index.ts';
import { manualContext, valuesOf } from './context.ts';

type Build = (s: DStream<string>) => DStream<unknown>;
const pairs = (s: DStream<string>): PairDStream<string, number> => s.map((w) => [w[0]!, Number(w.slice(1))]);

describe('streams of the fluent surface', () => {
  const table: { name: string; batches: string[][]; build: Build; expected: unknown[][] }[] = [
    { name: 'map', batches: [['a', 'b'], []], build: (s) => s.map((x) => x + x), expected: [['aa', 'bb'], []] },
    { name: 'filter', batches: [['a', 'b']], build: (s) => s.filter((x) => x > 'a'), expected: [['b']] },
    {
      name: 'flatMap over arrays',
      batches: [['a b', '']],
      build: (s) => s.flatMap((x) => x.split(' ')),
      expected: [['a', 'b', '']],
    },
    {
      name: 'flatMap over generators',
      batches: [['ab']],
      build: (s) =>
        s.flatMap(function* (x) {
          yield* x;
          yield x;
        }),
      expected: [['a', 'b', 'ab']],
    },
    {
      name: 'mapPartitions',
      batches: [['a', 'b'], []],
      build: (s) =>
        s.mapPartitions(function* (records) {
          let n = 0;
          for (const _ of records) n++;
          yield n;
        }),
      expected: [[2], [0]],
    },
    {
      name: 'mapPartitionsWithIndex',
      batches: [['a', 'b']],
      build: (s) =>
        s.repartition(2).mapPartitionsWithIndex((i, records) => [...records].map((x): [number, string] => [i, x])),
      expected: [
        [
          [0, 'a'],
          [1, 'b'],
        ],
      ],
    },
    {
      name: 'mapAsync',
      batches: [['b', 'a']],
      build: (s) => s.mapAsync(async (x) => x + x, { concurrency: 2 }),
      expected: [['bb', 'aa']],
    },
    { name: 'glom', batches: [['a', 'b']], build: (s) => s.glom(), expected: [[['a', 'b']]] },
    {
      name: 'union',
      batches: [['a']],
      build: (s) =>
        s.union(
          s.map((x) => x + x),
          s,
        ),
      expected: [['a', 'aa', 'a']],
    },
    { name: 'count', batches: [['a', 'b'], []], build: (s) => s.count(), expected: [[2], [0]] },
    { name: 'reduce', batches: [['a', 'b'], []], build: (s) => s.reduce(add), expected: [['ab'], []] },
    {
      name: 'countByValue',
      batches: [['a', 'b', 'a']],
      build: (s) => s.countByValue(),
      expected: [
        [
          ['a', 2],
          ['b', 1],
        ],
      ],
    },
    {
      name: 'reduceByKey',
      batches: [['a1', 'b2', 'a3']],
      build: (s) => pairs(s).reduceByKey(add),
      expected: [
        [
          ['a', 4],
          ['b', 2],
        ],
      ],
    },
    {
      name: 'groupByKey',
      batches: [['a1', 'b2', 'a3']],
      build: (s) => pairs(s).groupByKey(),
      expected: [
        [
          ['a', [1, 3]],
          ['b', [2]],
        ],
      ],
    },
    {
      name: 'combineByKey',
      batches: [['a1', 'b2', 'a3']],
      build: (s) =>
        pairs(s).combineByKey(
          (n) => `${n}`,
          (c, n) => `${c},${n}`,
          (a, b) => `${a};${b}`,
          1,
          { mapSideCombine: false },
        ),
      expected: [
        [
          ['a', '1,3'],
          ['b', '2'],
        ],
      ],
    },
    { name: 'mapValues', batches: [['a1']], build: (s) => pairs(s).mapValues((n) => n + 1), expected: [[['a', 2]]] },
    {
      name: 'flatMapValues',
      batches: [['a1']],
      build: (s) => pairs(s).flatMapValues((n) => [n, n]),
      expected: [
        [
          ['a', 1],
          ['a', 1],
        ],
      ],
    },
    { name: 'keys', batches: [['a1']], build: (s) => pairs(s).keys(), expected: [['a']] },
    { name: 'values', batches: [['a1']], build: (s) => pairs(s).values(), expected: [[1]] },
    {
      name: 'window',
      batches: [['a'], ['b'], ['c']],
      build: (s) => s.window('2s'),
      expected: [['a'], ['a', 'b'], ['b', 'c']],
    },
    {
      name: 'a tumbling window',
      batches: [['a'], ['b']],
      build: (s) => s.window(Seconds(2), 2000),
      expected: [['a', 'b']],
    },
    {
      name: 'transform',
      batches: [['a', 'b']],
      build: (s) => s.transform((rdd) => rdd.map((x): [string, number] => [x, 1])),
      expected: [
        [
          ['a', 1],
          ['b', 1],
        ],
      ],
    },
    {
      name: 'transform with an action and the time',
      batches: [['a', 'b']],
      build: (s) =>
        s.transform(async (rdd, time) => {
          const n = await rdd.count();
          return rdd.map((x) => `${x} of ${n} at ${time}`);
        }),
      expected: [['a of 2 at 1000 ms', 'b of 2 at 1000 ms']],
    },
    {
      name: 'the transform of a context',
      batches: [['a']],
      build: (s) => s.context().transform([s, s], ([a, b]) => a!.union(b!)),
      expected: [['a', 'a']],
    },
    { name: 'the union of a context', batches: [['a']], build: (s) => s.context().union(s, s), expected: [['a', 'a']] },
    {
      name: 'cache and uid',
      batches: [['a']],
      build: (s) => s.cache().persist(StorageLevels.MEMORY_ONLY).uid('x'),
      expected: [['a']],
    },
  ];
  for (const { name, batches, build, expected } of table) {
    it(`${name}`, async () => expect(await valuesOf(batches, build)).to.deep.equal(expected));
  }

  it('counts words as a loop does, whatever the partitions', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom('a', 'b', 'c', 'd')),
        fc.integer({ min: 1, max: 5 }),
        async (words, n) => {
          const counts = new Map<string, number>();
          for (const w of words) counts.set(w, (counts.get(w) ?? 0) + 1);
          const [found] = await valuesOf([words], (s) =>
            s
              .map((w) => [w, 1])
              .repartition(n)
              .reduceByKey(add, n),
          );
          expect(new Map(found as [string, number][])).to.deep.equal(counts);
        },
      ),
      { numRuns: 20 },
    ));

  it('takes the number of partitions in every form', async () => {
    const forms = [
      3,
      { numPartitions: 3 },
      new HashPartitioner(3),
      { partitioner: new HashPartitioner(3) },
      { numPartitions: 3, partitioner: () => 1 },
    ];
    for (const form of forms) {
      const found = await valuesOf([['a1', 'b2']], (s) => pairs(s).reduceByKey(add, form).glom());
      expect(found[0]).to.have.length(3);
    }
    const byFunction = await valuesOf([['a1', 'b2']], (s) =>
      pairs(s)
        .reduceByKey(add, (key) => key.length)
        .glom(),
    );
    expect(byFunction[0]).to.have.length(1);
  });

  const refused: { name: string; code: string; build: (s: DStream<string>) => unknown }[] = [
    { name: 'no partitions', code: 'PARTITIONS_INVALID', build: (s) => pairs(s).reduceByKey(add, 0) },
    {
      name: 'a partitioner without partitions',
      code: 'PARTITIONS_INVALID',
      build: (s) => pairs(s).reduceByKey(add, new HashPartitioner(0)),
    },
    {
      name: 'no partitions, by name',
      code: 'PARTITIONS_INVALID',
      build: (s) => pairs(s).groupByKey({ numPartitions: 0 }),
    },
    { name: 'a slice of no time', code: 'OPTIONS_INVALID', build: (s) => s.slice(null as never, 1000) },
    {
      name: 'an option of partitions that does not exist',
      code: 'PARTITIONS_INVALID',
      build: (s) => pairs(s).groupByKey({ n: 3 } as never),
    },
    { name: 'a bare number for seconds', code: 'DURATION_INVALID', build: (s) => s.window(3) },
    { name: 'a text that is no duration', code: 'DURATION_INVALID', build: (s) => s.window('three') },
    { name: 'a window that is no multiple', code: 'WINDOW_NOT_MULTIPLE', build: (s) => s.window('1500ms') },
    { name: 'an async function of records', code: 'ASYNC_FUNCTION', build: (s) => s.map((async () => 1) as never) },
    { name: 'an async generator', code: 'ASYNC_FUNCTION', build: (s) => s.flatMap(async function* () {} as never) },
    {
      name: 'an async function of partitions',
      code: 'ASYNC_FUNCTION',
      build: (s) => s.mapPartitions((async () => []) as never),
    },
    { name: 'what is no function', code: 'OPTIONS_INVALID', build: (s) => s.foreachRDD('print' as never) },
    { name: 'what is no stream', code: 'OPTIONS_INVALID', build: (s) => s.union([1] as never) },
  ];
  for (const { name, code, build } of refused) {
    it(`refuses ${name}`, () => {
      const { ssc } = manualContext();
      expect(() => build(ssc.queueStream([['a1']])))
        .to.throw(DStreamsError)
        .with.property('code', code);
    });
  }

  it('asks whether seconds were meant', () => {
    expect(() =>
      manualContext()
        .ssc.queueStream([[1]])
        .window(3),
    ).to.throw('did you mean Seconds(3)?');
  });

  it('calls foreachRDD and foreach in order, and foreachPartition for every partition', async () => {
    const t = manualContext();
    const calls: string[] = [];
    const stream = t.ssc.queueStream([[1, 2], []]).repartition(2);
    stream.foreachRDD(async (rdd, time) => calls.push(`${await rdd.count()} at ${time.milliseconds()}`));
    stream.foreach((_rdd, time) => calls.push(`then ${time}`));
    stream.foreachPartition(async (records) => {
      calls.push(`partition ${[...records]}`);
    });
    await t.run(2);
    await t.ssc.stop();
    expect(calls).to.deep.equal([
      '2 at 1000',
      'then 1000 ms',
      'partition 1',
      'partition 2',
      '0 at 2000',
      'then 2000 ms',
      'partition ',
      'partition ',
    ]);
  });

  it('gives slices of what was, both ends included', async () => {
    const t = manualContext();
    const stream = t.ssc.queueStream([[1], [2], [3]]);
    t.record(stream);
    t.ssc.remember(Seconds(10));
    await t.run(3);
    const rdds = await stream.slice(new Time(1000), 2000);
    expect(await Promise.all(rdds.map((rdd) => rdd.collect()))).to.deep.equal([[1], [2]]);
    await t.ssc.stop();
  });

  it('names operator and uid where a function throws', async () => {
    const t = manualContext();
    t.record(
      t.ssc
        .queueStream([['a']])
        .map((w) => w.repeat(-1))
        .uid('repeated'),
    );
    const ended = t.ssc.awaitTermination();
    await t.run(1);
    const error = await ended.catch((e: unknown) => e);
    expect(error).to.be.instanceOf(DStreamsError).with.property('message').that.includes('uid repeated');
    await t.ssc.stop();
  });
});
