import { expect } from 'chai';
import { errorCodes, STREAM, streamOps } from '../../core/internal.ts';
import {
  Duration,
  Function,
  HashPartitioner,
  Interval,
  type JavaDStream,
  JavaInputDStream,
  JavaPairDStream,
  JavaPairRDD,
  JavaRDD,
  JavaReceiverInputDStream,
  JList,
  JavaDStream as Stream,
  PairFlatMapFunction,
  PairFunction,
  StateSpec,
  StorageLevels,
  Time,
  Tuple2,
} from '../index.ts';
import { batches, record, virtualContext } from './run.ts';

const codeOf = (f: () => unknown): string | undefined => {
  try {
    f();
    return undefined;
  } catch (error) {
    return errorCodes(error)[0];
  }
};

describe('JavaDStream', () => {
  class Length extends Function<string, number> {
    factor = 10;
    call(s: string): number {
      return s.length * this.factor;
    }
  }
  class One extends PairFunction<string, string, number> {
    call(s: string): Tuple2<string, number> {
      return new Tuple2(s, 1);
    }
  }
  class Ones extends PairFlatMapFunction<string, string, number> {
    call(s: string): Iterable<Tuple2<string, number>> {
      return s.split('').map((c) => new Tuple2(c, 1));
    }
  }

  /** Known by its brand, whichever copy of the package its class is of. */
  const elsewhere: PairFunction<string, string, number> = Object.create(
    { [Symbol.for('dstreams.fn')]: 'PairFunction' },
    { call: { value: (s: string) => new Tuple2(s, 1) } },
  );

  const cases: [name: string, make: (s: JavaDStream<string>) => any, pairs: boolean, text: string][] = [
    ['map(Function)', (s) => s.map(new Length()), false, '[10, 20]'],
    ['map(lambda)', (s) => s.map((x) => x.length), false, '[1, 2]'],
    ['map({ call })', (s) => s.map({ call: (x: string) => x.length }), false, '[1, 2]'],
    ['map(PairFunction)', (s) => s.map(new One()), true, '[(a,1), (bc,1)]'],
    ['map(PairFunction of another copy of the package)', (s) => s.map(elsewhere), true, '[(a,1), (bc,1)]'],
    ['map(lambda of tuples)', (s) => s.map((x) => new Tuple2(x, 1)), false, '[(a,1), (bc,1)]'],
    ['mapToPair(lambda)', (s) => s.mapToPair((x) => new Tuple2(x, 1)), true, '[(a,1), (bc,1)]'],
    ['mapToPair(PairFunction)', (s) => s.mapToPair(new One()), true, '[(a,1), (bc,1)]'],
    ['flatMap(array)', (s) => s.flatMap((x) => x.split('')), false, '[a, b, c]'],
    ['flatMap(Java iterator)', (s) => s.flatMap((x) => new JList(x.split('')).iterator()), false, '[a, b, c]'],
    ['flatMap(iterator)', (s) => s.flatMap((x) => x[Symbol.iterator]()), false, '[a, b, c]'],
    ['flatMap(hasNext/next)', (s) => s.flatMap((x) => once(x)), false, '[a, bc]'],
    ['flatMap(PairFlatMapFunction)', (s) => s.flatMap(new Ones()), true, '[(a,1), (b,1), (c,1)]'],
    ['flatMapToPair', (s) => s.flatMapToPair((x) => [new Tuple2(x, x)]), true, '[(a,a), (bc,bc)]'],
    ['filter', (s) => s.filter((x) => x.length > 1), false, '[bc]'],
    ['mapPartitions', (s) => s.mapPartitions((it) => [[...it].join('+')]), false, '[a, bc]'],
    [
      'mapPartitions with hasNext and next',
      (s) => s.mapPartitions((it) => [it.hasNext() ? it.next() : '-']),
      false,
      '[a, bc]',
    ],
    ['mapPartitionsToPair', (s) => s.mapPartitionsToPair((it) => [new Tuple2(it.next(), 0)]), true, '[(a,0), (bc,0)]'],
    ['glom', (s) => s.glom(), false, '[[a], [bc]]'],
    ['count', (s) => s.count(), false, '[2]'],
    ['countByValue', (s) => s.countByValue(), true, '[(a,1), (bc,1)]'],
    ['reduce', (s) => s.reduce((a, b) => a + b), false, '[abc]'],
    ['repartition', (s) => s.repartition(1), false, '[a, bc]'],
    ['union', (s) => s.union(s), false, '[a, bc, a, bc]'],
    ['window', (s) => s.window(new Duration(2000)), false, '[a, bc]'],
    ['mapAsync', (s) => s.mapAsync(async (x) => x + x), false, '[aa, bcbc]'],
    ['transform', (s) => s.transform((rdd) => rdd.map((x) => `${x}!`)), false, '[a!, bc!]'],
    [
      'transform(Function2)',
      (s) => s.transform({ call: (rdd: JavaRDD<string>, t: Time) => rdd.map((x) => `${x}${t}`) }),
      false,
      '[a1000 ms, bc1000 ms]',
    ],
    [
      'transformToPair',
      (s) => s.transformToPair((rdd) => rdd.mapToPair((x) => new Tuple2(x, 1))),
      true,
      '[(a,1), (bc,1)]',
    ],
    ['mapValues', (s) => s.map(new One()).mapValues((v) => v + 1), true, '[(a,2), (bc,2)]'],
    ['flatMapValues', (s) => s.map(new One()).flatMapValues((v) => [v, -v]), true, '[(a,1), (a,-1), (bc,1), (bc,-1)]'],
    ['groupByKey', (s) => s.map(new One()).groupByKey(), true, '[(a,[1]), (bc,[1])]'],
    ['reduceByKey', (s) => s.flatMap(new Ones()).reduceByKey((a, b) => a + b, 1), true, '[(a,1), (b,1), (c,1)]'],
    [
      'combineByKey',
      (s) =>
        s.map(new One()).combineByKey(
          (v) => [v],
          (c, v) => [...c, v],
          (a, b) => [...a, ...b],
          new HashPartitioner(1),
        ),
      true,
      '[(a,[1]), (bc,[1])]',
    ],
    ['toJavaDStream', (s) => s.map(new One()).toJavaDStream(), false, '[(a,1), (bc,1)]'],
    [
      'fromJavaDStream',
      (s) => JavaPairDStream.fromJavaDStream(s.map((x) => new Tuple2(x, 2))),
      true,
      '[(a,2), (bc,2)]',
    ],
  ];

  for (const [name, make, isPairs, text] of cases) {
    it(`${name} gives ${text}, ${isPairs ? 'pairs' : 'values'}`, async () => {
      const t = virtualContext();
      const stream = make(batches(t.ssc, [['a', 'bc']]));
      const seen = record(stream);
      expect(stream instanceof JavaPairDStream, 'a stream of pairs').to.equal(isPairs || name.startsWith('transform'));
      await t.run(1);
      await t.stop();
      expect(seen).to.deep.equal([text]);
    });
  }

  it('knows the kind of a stream by instanceof', () => {
    const { ssc } = virtualContext();
    const lines = batches(ssc, [['a']]);
    const transformed = lines.transform((rdd) => rdd);
    expect(lines).to.be.instanceOf(Stream).and.instanceOf(JavaInputDStream).and.not.instanceOf(JavaPairDStream);
    expect(lines).not.to.be.instanceOf(JavaReceiverInputDStream);
    expect(lines.map(new One())).to.be.instanceOf(JavaPairDStream).and.not.instanceOf(Stream);
    expect(transformed).to.be.instanceOf(JavaPairDStream).and.instanceOf(Stream);
    expect(transformed.filter(() => true)).to.be.instanceOf(JavaPairDStream);
  });

  it('has operations by key on what transform gives, values or pairs', async () => {
    const t = virtualContext();
    const pairs = batches(t.ssc, [['a', 'b', 'a']]).transform((rdd) => rdd.mapToPair((x) => new Tuple2(x, 1)));
    const seen = record(pairs.reduceByKey((a, b) => a + b));
    await t.run(1);
    await t.stop();
    expect(seen).to.deep.equal(['[(a,2), (b,1)]']);
  });

  it('gives foreachRDD and foreach the data set and the time, and waits for promises', async () => {
    const t = virtualContext();
    const lines = batches(t.ssc, [['a'], []]);
    const seen: unknown[] = [];
    lines.foreachRDD(async (rdd, time) => void seen.push(rdd instanceof JavaRDD, await rdd.count(), String(time)));
    lines
      .map(new One())
      .foreach({ call: (rdd: JavaPairRDD<string, number>) => void seen.push(rdd instanceof JavaPairRDD) });
    await t.run(2);
    await t.stop();
    expect(seen).to.deep.equal([true, 1, '1000 ms', true, true, 0, '2000 ms', true]);
  });

  it('calls foreachPartition once per partition, empty ones too', async () => {
    const t = virtualContext();
    const seen: string[] = [];
    batches(t.ssc, [['a', 'b', 'c'], []]).foreachPartition(async (it) => void seen.push([...it].join('')));
    await t.run(2);
    await t.stop();
    expect(seen).to.deep.equal(['a', 'bc', '', '']);
  });

  it('prints tuples as Java does, as many as asked for', async () => {
    const t = virtualContext();
    const rule = '-------------------------------------------';
    batches(t.ssc, [['a', 'b', 'c'], []])
      .map(new One())
      .print(2);
    await t.run(2);
    await t.stop();
    expect(t.printed.join('')).to.equal(
      `${rule}\nTime: 1000 ms\n${rule}\n(a,1)\n(b,1)\n...\n\n${rule}\nTime: 2000 ms\n${rule}\n\n`,
    );
  });

  it('slices by times and by interval', async () => {
    const t = virtualContext();
    const lines = batches(t.ssc, [['a'], ['b'], ['c']]);
    t.ssc.remember(new Duration(10_000));
    lines.register();
    await t.run(3);
    const texts = async (list: JList<JavaRDD<string>>) =>
      Promise.all([...list].map(async (rdd) => String(await rdd.collect())));
    expect(await texts(await lines.slice(new Time(1000), new Time(2000)))).to.deep.equal(['[a]', '[b]']);
    expect(await texts(await lines.slice(new Interval(2000, 3000)))).to.deep.equal(['[b]', '[c]']);
    await t.stop();
  });

  it('takes a stream of arrays from the other surface as pairs', async () => {
    const t = virtualContext();
    const foreign = {
      [STREAM]: streamOps.narrow(batches(t.ssc, [['a', 'b']])[STREAM], 'map', 'map', [(x: string) => [x, 1]], 'array'),
    };
    const seen = record(JavaPairDStream.fromPairDStream<string, number>(foreign).reduceByKey((a, b) => a + b));
    await t.run(1);
    await t.stop();
    expect(seen).to.deep.equal(['[(a,1), (b,1)]']);
  });

  it('says at once what is no duration', () => {
    const { ssc } = virtualContext();
    const lines = batches(ssc, [['a']]);
    const number = 2000 as unknown as Duration;
    const calls: Record<string, () => unknown> = {
      window: () => lines.window(number),
      slide: () => lines.window(new Duration(2000), number),
      checkpoint: () => lines.checkpoint(number),
      remember: () => ssc.remember(number),
      timeout: () => StateSpec.function((key: string) => key).timeout(number),
    };
    for (const [name, call] of Object.entries(calls)) expect(codeOf(call), name).to.equal('DURATION_INVALID');
  });

  it('says at once what is no function, and what is async', () => {
    const { ssc } = virtualContext();
    const lines = batches(ssc, [['a']]) as unknown as Record<string, (f: unknown) => unknown>;
    const later = { call: async (x: string) => x };
    expect(codeOf(() => lines['map']!(7))).to.equal('OPTIONS_INVALID');
    expect(codeOf(() => lines['filter']!(null))).to.equal('OPTIONS_INVALID');
    for (const name of ['map', 'filter', 'flatMap', 'mapPartitions', 'mapToPair', 'reduce'] as const) {
      expect(
        codeOf(() => lines[name](later)),
        name,
      ).to.equal('ASYNC_FUNCTION');
      expect(
        codeOf(() => lines[name]!(async (x: string) => x)),
        name,
      ).to.equal('ASYNC_FUNCTION');
    }
  });

  it('persists as Spark does: serialized, unless told otherwise', () => {
    const { ssc } = virtualContext();
    const levelOf = (s: JavaDStream<string>) => s[STREAM].graph.settingsOf(s[STREAM].node).storageLevel;
    expect(levelOf(batches(ssc, [['a']]).cache())).to.equal(StorageLevels.MEMORY_ONLY_SER);
    expect(levelOf(batches(ssc, [['a']]).persist(StorageLevels.DISK_ONLY))).to.equal(StorageLevels.DISK_ONLY);
  });
});

function once(x: string) {
  let left = 1;
  return { hasNext: () => left > 0, next: () => (left-- > 0 ? x : '') };
}
