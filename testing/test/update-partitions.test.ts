import { join } from 'node:path';
import { expect } from 'chai';
import fc from 'fast-check';
import { HashPartitioner, type PairDStream, type Time } from '../../api-fluent/index.ts';
import {
  FlatMapFunction,
  Function4,
  type JavaPairDStream,
  JIterator,
  type JList,
  Optional,
  Tuple2,
  type Tuple3,
} from '../../api-java-style/index.ts';
import { errorCodes } from '../../core/internal.ts';
import { createTestContext, runJobTest } from '../index.ts';

type Pair = [key: string, value: number];
type Batches = readonly (readonly Pair[])[];
type Build = (pairs: PairDStream<string, number>) => PairDStream<string, number>;
type JavaBuild = (pairs: JavaPairDStream<string, number>) => JavaPairDStream<string, number>;
type JavaEntry = Tuple3<string, JList<number>, Optional<number>>;

const sum = (values: Iterable<number>): number => [...values].reduce((a, b) => a + b, 0);

/** The pairs of each batch, sorted, as `key,value`. */
async function run(batches: Batches, build: Build): Promise<string[][]> {
  await using t = createTestContext({ batchMs: 1000, checkpointDir: 'checkpoints' });
  const pairs = t.input(batches, { partitions: 2 }).map(([key, value]) => [key, value]);
  const recording = t.record(build(pairs));
  await t.run(batches.length);
  return recording.batches.map(({ values }) => values.map(String).sort());
}

async function runJava(batches: Batches, build: JavaBuild): Promise<string[][]> {
  await using t = createTestContext({ batchMs: 1000, checkpointDir: 'checkpoints' });
  const pairs = t.javaInput(batches, { partitions: 2 }).mapToPair(([key, value]) => new Tuple2(key, value));
  const recording = t.record(build(pairs));
  await t.run(batches.length);
  return recording.batches.map(({ values }) => values.map((pair) => `${pair._1()},${pair._2()}`).sort());
}

const INPUT: Batches = [
  [
    ['a', 1],
    ['b', 2],
    ['a', 3],
  ],
  [['c', 5]],
  [['a', -4]],
];
const SEEN = [
  ['a,4', 'b,2'],
  ['a,4', 'b,2', 'c,5'],
  ['b,2', 'c,5'],
];

/** Sums; a key whose sum is 0 is left out. */
function* totals(entries: Iterable<[string, number[], number | undefined]>): Generator<Pair> {
  for (const [key, values, state = 0] of entries) if (state + sum(values) !== 0) yield [key, state + sum(values)];
}

function javaTotals(entries: JIterator<JavaEntry>): Tuple2<string, number>[] {
  const result: Tuple2<string, number>[] = [];
  while (entries.hasNext()) {
    const entry = entries.next();
    const next = entry._3().orElse(0) + sum(entry._2());
    if (next !== 0) result.push(new Tuple2(entry._1(), next));
  }
  return result;
}

const nextTotal = (
  _time: unknown,
  _key: string,
  values: Iterable<number>,
  state: Optional<number>,
): Optional<number> => {
  const next = state.orElse(0) + sum(values);
  return next === 0 ? Optional.absent() : Optional.of(next);
};

describe('updateStateByKey of whole partitions', () => {
  const fluent: Readonly<Record<string, Build>> = {
    'a generator': (pairs) => pairs.updateStateByKey(totals, { rememberPartitioner: true }),
    'a list': (pairs) =>
      pairs.updateStateByKey((entries) => [...totals(entries)], { rememberPartitioner: false, numPartitions: 3 }),
    'time and key': (pairs) =>
      pairs.updateStateByKey(
        (_time: Time, _key: string, values: number[], state: number | undefined) =>
          (state ?? 0) + sum(values) || undefined,
        { rememberPartitioner: true },
      ),
  };
  for (const [name, build] of Object.entries(fluent)) {
    it(`keeps what the function gives: ${name}`, async () => expect(await run(INPUT, build)).to.deep.equal(SEEN));
  }

  const by = new HashPartitioner(2);
  const java: Readonly<Record<string, JavaBuild>> = {
    'a list': (pairs) => pairs.updateStateByKey(javaTotals, by, true),
    "an iterator of JavaScript's": (pairs) => pairs.updateStateByKey((it) => javaTotals(it).values(), 2, true),
    "an iterator of Java's": (pairs) => pairs.updateStateByKey((it) => new JIterator(javaTotals(it)), by, false),
    FlatMapFunction: (pairs) =>
      pairs.updateStateByKey(
        new (class extends FlatMapFunction<JIterator<JavaEntry>, Tuple2<string, number>> {
          override call(it: JIterator<JavaEntry>) {
            return javaTotals(it);
          }
        })(),
        by,
        true,
      ),
    'time and key': (pairs) =>
      pairs.updateStateByKey(
        (time: Time, key: string, values: JList<number>, state: Optional<number>) =>
          nextTotal(time, key, values, state),
        by,
        true,
      ),
    Function4: (pairs) =>
      pairs.updateStateByKey(
        new (class extends Function4<Time, string, JList<number>, Optional<number>, Optional<number>> {
          override call(time: Time, key: string, values: JList<number>, state: Optional<number>) {
            return nextTotal(time, key, values, state);
          }
        })(),
        by,
        true,
      ),
  };
  for (const [name, build] of Object.entries(java)) {
    it(`keeps what the function gives, in Java style: ${name}`, async () =>
      expect(await runJava(INPUT, build)).to.deep.equal(SEEN));
  }

  it('starts from an initial state, on either surface', async () => {
    const seen = [
      ['a,6', 'z,7'],
      ['a,6', 'z,7'],
    ];
    const input: Batches = [[['a', 1]], []];
    const initial: Pair[] = [
      ['a', 5],
      ['z', 7],
    ];
    expect(await run(input, (s) => s.updateStateByKey(totals, { rememberPartitioner: true, initial }))).to.deep.equal(
      seen,
    );
    await using t = createTestContext({ batchMs: 1000, checkpointDir: 'checkpoints' });
    const pairs = t.javaInput(input).mapToPair(([key, value]) => new Tuple2(key, value));
    const before = t.jssc.sparkContext().parallelizePairs(initial.map(([key, value]) => new Tuple2(key, value)));
    const recording = t.record(pairs.updateStateByKey(javaTotals, by, true, before));
    await t.run(2);
    const texts = recording.batches.map(({ values }) => values.map((pair) => `${pair._1()},${pair._2()}`).sort());
    expect(texts).to.deep.equal(seen);
  });

  for (const remembers of [true, false]) {
    it(`${remembers ? 'remembers' : 'forgets'} the partitioner`, async () => {
      const seen: unknown[] = [];
      await run([[['a', 1]]], (pairs) =>
        pairs.updateStateByKey(totals, { rememberPartitioner: remembers, partitioner: by }).transform((rdd) => {
          seen.push(rdd.partitioner?.equals(by) ?? false);
          return rdd;
        }),
      );
      expect([...new Set(seen)]).to.deep.equal([remembers]);
    });
  }

  const wrong: Readonly<Record<string, { give: (key: string) => unknown; code: string }>> = {
    'another key': { give: () => [['other', 1]], code: 'STATE_KEY_UNKNOWN' },
    'a key twice': {
      give: (key) => [
        [key, 1],
        [key, 2],
      ],
      code: 'STATE_KEY_UNKNOWN',
    },
    'a number': { give: () => 5, code: 'ITERABLE_EXPECTED' },
    'no pairs': { give: () => [1], code: 'PAIR_EXPECTED' },
  };
  for (const [name, { give, code }] of Object.entries(wrong)) {
    it(`refuses ${name}, and leaves the state as it was`, async () => {
      await using t = createTestContext({ batchMs: 1000, checkpointDir: 'checkpoints', onFailure: 'keep' });
      const pairs = t
        .input([[['a', 1]], [['a', 100]], [['a', 1]]], { partitions: 1 })
        .map(([key, value]) => [key, value]);
      const f = (entries: Iterable<[unknown, unknown[], unknown]>): Iterable<Pair> => {
        const [[key, values, state] = ['a', []]] = entries;
        if (values[0] === 100) return give(String(key)) as Iterable<Pair>;
        return [[String(key), Number(state ?? 0) + Number(values[0])]];
      };
      const seen = t.record(pairs.updateStateByKey(f as never, { rememberPartitioner: true, numPartitions: 1 }));
      await t.run(3);
      expect(seen.batches[0]!.values).to.deep.equal([['a', 1]]);
      expect(errorCodes(t.failures[0]!.error)).to.include(code);
    });
  }

  it('gives what updateStateByKey by key gives, for any batches', async () => {
    const pair = fc.tuple(fc.constantFrom('a', 'b', 'c', 'd'), fc.integer({ min: -2, max: 2 }));
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(pair, { maxLength: 5 }), { minLength: 1, maxLength: 6 }), async (batches) => {
        const byKey = await run(batches, (s) =>
          s.updateStateByKey<number>((values, state) => (state ?? 0) + sum(values) || undefined),
        );
        expect(await run(batches, fluent['a generator']!)).to.deep.equal(byKey);
      }),
      { numRuns: 15 },
    );
  });

  it('runs in threads', async () => {
    const job = join(process.cwd(), 'testing', 'test', 'jobs', 'update-partitions.ts');
    const batches = (await runJobTest(job, [], { master: 'local[2]' })) as [string, [sum: number, thread: number]][][];
    expect(batches.map((values) => values.map(([key, [total]]) => [key, total]).sort())).to.deep.equal([
      [
        ['a', 1],
        ['b', 2],
      ],
      [
        ['a', 4],
        ['b', 2],
      ],
    ]);
    expect(batches[0]!.every(([, [, thread]]) => thread > 0)).to.equal(true);
  }).timeout(60_000);
});
