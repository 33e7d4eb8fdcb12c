import { expect } from 'chai';
import { errorCodes } from '../../core/internal.ts';
import {
  Duration,
  Function3,
  HashPartitioner,
  type JavaDStream,
  JavaPairDStream,
  JavaPairRDD,
  JavaRDD,
  type Time,
  Tuple2,
} from '../index.ts';
import { batches, pairBatches, record, virtualContext } from './run.ts';

type Pairs = JavaPairDStream<string, number>;

describe('JavaPairDStream: two streams', () => {
  const cases: [name: string, make: (a: Pairs, b: Pairs) => JavaPairDStream<string, any>, first: string][] = [
    ['cogroup', (a, b) => a.cogroup(b), '[(a,([1, 3],[10])), (b,([2],[])), (c,([],[30]))]'],
    ['join', (a, b) => a.join(b), '[(a,(1,10)), (a,(3,10))]'],
    [
      'leftOuterJoin',
      (a, b) => a.leftOuterJoin(b),
      '[(a,(1,Optional[10])), (a,(3,Optional[10])), (b,(2,Optional.empty))]',
    ],
    [
      'rightOuterJoin',
      (a, b) => a.rightOuterJoin(b),
      '[(a,(Optional[1],10)), (a,(Optional[3],10)), (c,(Optional.empty,30))]',
    ],
    [
      'fullOuterJoin',
      (a, b) => a.fullOuterJoin(b),
      '[(a,(Optional[1],Optional[10])), (a,(Optional[3],Optional[10])), (b,(Optional[2],Optional.empty)), (c,(Optional.empty,Optional[30]))]',
    ],
  ];
  for (const [name, make, first] of cases) {
    it(`${name} gives ${first}`, async () => {
      const t = virtualContext();
      const a = pairBatches(t.ssc, ['a1 b2 a3', '']);
      const b = pairBatches(t.ssc, ['a10 c30', '']);
      const joined = make(a, b);
      const seen = record(joined);
      await t.run(2);
      await t.stop();
      expect(joined).to.be.instanceOf(JavaPairDStream);
      expect(seen).to.deep.equal([first, '[]']);
    });
  }

  it('partitions by default, by a number or by a partitioner', async () => {
    const t = virtualContext();
    const [a, b] = [pairBatches(t.ssc, ['a1']), pairBatches(t.ssc, ['a2'])];
    const byFive = new HashPartitioner(5);
    const made = [
      [a.cogroup(b), a.cogroup(b, 3), a.cogroup(b, byFive)],
      [a.join(b), a.join(b, 3), a.join(b, byFive)],
      [a.leftOuterJoin(b), a.leftOuterJoin(b, 3), a.leftOuterJoin(b, byFive)],
      [a.rightOuterJoin(b), a.rightOuterJoin(b, 3), a.rightOuterJoin(b, byFive)],
      [a.fullOuterJoin(b), a.fullOuterJoin(b, 3), a.fullOuterJoin(b, byFive)],
    ] as unknown as Pairs[][];
    const counts = made.map((row) => row.map((stream) => partitionCounts(stream)));
    await t.run(1);
    await t.stop();
    expect(counts).to.deep.equal(made.map(() => [[1], [3], [5]]));
  });

  it('refuses streams of different slides, and numbers of partitions that are none', () => {
    const { ssc } = virtualContext();
    const [a, b] = [pairBatches(ssc, ['a1']), pairBatches(ssc, ['a2'])];
    const slow = b.window(new Duration(2000), new Duration(2000));
    expect(codeOf(() => a.join(slow))).to.equal('SLIDES_DIFFER');
    expect(codeOf(() => a.transformWith(slow, (rdd) => rdd))).to.equal('SLIDES_DIFFER');
    expect(codeOf(() => a.join(b, 0))).to.equal('PARTITIONS_INVALID');
    expect(codeOf(() => a.join(b, new HashPartitioner(0)))).to.equal('PARTITIONS_INVALID');
  });
});

describe('transformWith', () => {
  type Values = JavaDStream<string>;
  const keys = (rdd: JavaPairRDD<string, number>): JavaRDD<string> => rdd.keys();
  const toPair = (rdd: JavaRDD<string>): JavaPairRDD<string, number> => rdd.mapToPair((x) => new Tuple2(x, 0));
  class Union extends Function3<JavaRDD<string>, JavaRDD<string>, Time, JavaRDD<string>> {
    override call(a: JavaRDD<string>, b: JavaRDD<string>): JavaRDD<string> {
      return a.union(b);
    }
  }

  const cases: [name: string, make: (v: Values, p: Pairs) => any, text: string][] = [
    ['values and values to values', (v) => v.transformWith(v, (a, b) => a.union(b)), '[x, a, x, a]'],
    ['a Function3', (v) => v.transformWith(v, new Union()), '[x, a, x, a]'],
    [
      'a literal with call',
      (v) => v.transformWith(v, { call: (a: JavaRDD<string>, b: JavaRDD<string>) => a.union(b) }),
      '[x, a, x, a]',
    ],
    ['values and pairs to values', (v, p) => v.transformWith(p, (a, b) => a.union(keys(b))), '[x, a, a, b]'],
    [
      'values and values to pairs',
      (v) => v.transformWith(v, (a) => toPair(a)).mapValues((n) => n + 1),
      '[(x,1), (a,1)]',
    ],
    ['pairs and values to values', (v, p) => p.transformWith(v, (a, b) => keys(a).union(b)), '[a, b, x, a]'],
    [
      'pairs and pairs to pairs',
      (_, p) => p.transformWith(p, (a, b) => a.union(b)).reduceByKey((m, n) => m + n),
      '[(a,2), (b,4)]',
    ],
    [
      'transformWithToPair of values',
      (v, p) => p.transformWithToPair(v, (a, b) => a.union(toPair(b))),
      '[(a,1), (b,2), (x,0), (a,0)]',
    ],
    [
      'transformWithToPair of pairs',
      (v, p) => v.transformWithToPair(p, (a, b) => toPair(a).union(b)),
      '[(x,0), (a,0), (a,1), (b,2)]',
    ],
    [
      'a function that awaits an action',
      (v, p) =>
        v.transformWith(p, async (a, b) => {
          const n = await b.count();
          return a.map((x) => `${x}${n}`);
        }),
      '[x2, a2]',
    ],
    [
      'the batch time',
      (v, p) => v.transformWith(p, (a, _, time) => a.map((x) => `${x}@${time.milliseconds()}`)),
      '[x@1000, a@1000]',
    ],
  ];
  for (const [name, make, text] of cases) {
    it(`${name}: ${text}`, async () => {
      const t = virtualContext();
      const stream = make(batches(t.ssc, [['x', 'a']], 1), pairBatches(t.ssc, ['a1 b2']));
      const seen = record(stream);
      await t.run(1);
      await t.stop();
      expect(seen).to.deep.equal([text]);
    });
  }

  it('wraps each data set by the kind of its stream', async () => {
    const t = virtualContext();
    const v = batches(t.ssc, [['x']]);
    const p = pairBatches(t.ssc, ['a1']);
    const seen: boolean[] = [];
    v.transformWith(p, (a, b) => {
      seen.push(a instanceof JavaRDD, a instanceof JavaPairRDD, b instanceof JavaPairRDD, b instanceof JavaRDD);
      return a;
    }).register();
    await t.run(1);
    await t.stop();
    expect(seen).to.deep.equal([true, false, true, false]);
  });

  it('of the context takes any number of streams, and may await actions', async () => {
    const t = virtualContext();
    const v = batches(t.ssc, [['x']], 1);
    const p = pairBatches(t.ssc, ['a1 b2']);
    const counts = t.ssc.transform([v, v, p.toJavaDStream()], async (rdds, time) => {
      const sizes: number[] = [time.milliseconds()];
      for (const rdd of rdds) sizes.push(await rdd.count());
      return t.ssc.sparkContext().parallelize(sizes, 1);
    });
    const keysOf = t.ssc.transformToPair([p.toJavaDStream()], (rdds) =>
      JavaPairRDD.fromJavaRDD<string, number>(rdds.get(0)).mapValues((n) => n * 10),
    );
    const [seen, seenPairs] = [record(counts), record(keysOf.reduceByKey((a, b) => a + b))];
    await t.run(1);
    await t.stop();
    expect(seen).to.deep.equal(['[1000, 1, 1, 2]']);
    expect(seenPairs).to.deep.equal(['[(a,10), (b,20)]']);
  });
});

/** How many partitions the stream has, batch by batch. */
function partitionCounts(stream: Pairs): number[] {
  const seen: number[] = [];
  stream.foreachRDD((rdd) => void seen.push(rdd.getNumPartitions()));
  return seen;
}

function codeOf(f: () => unknown): string | undefined {
  try {
    f();
    return undefined;
  } catch (error) {
    return errorCodes(error)[0];
  }
}
