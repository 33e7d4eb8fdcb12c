import assert from 'node:assert/strict';
import type { Backend } from '../backend/backend.ts';
import { LostInput } from '../backend/executor/lost-input.ts';
import {
  type Block,
  createCodec,
  defaultRegistry,
  packBlock,
  type StorageLevel,
  StorageLevels,
  textBlock,
} from '../data/index.ts';
import { isDStreamsError } from '../errors.ts';
import {
  applyStep,
  coalesce,
  collect,
  collectPartitions,
  combineByKey,
  count,
  HashPartitioner,
  type Rdd,
  repartition,
  SHUFFLES,
  type ShuffleMode,
  shuffle,
  sourceRdd,
  take,
  union,
  zipPartitions,
} from '../rdd/index.ts';
import { StepError } from '../stage/compile.ts';
import { narrowStep, SUITE, SuiteContext } from './backend-fixture.ts';

/** One promise of the Backend contract. `run` rejects where the backend breaks it. */
export interface BackendCase {
  /** What is promised. */
  readonly name: string;
  /** Resolves where a backend that `create` makes keeps the promise; rejects where it breaks it. */
  run(create: () => Backend | Promise<Backend>): Promise<void>;
}

const cases: BackendCase[] = [];

/** Each case has a backend of its own, which is stopped whatever happens. */
function promise(name: string, body: (ctx: SuiteContext, backend: Backend) => Promise<void>): void {
  cases.push({
    name,
    async run(create) {
      const backend = await create();
      try {
        await body(new SuiteContext(backend), backend);
      } finally {
        await backend.stop();
      }
    },
  });
}

/**
 * What every backend has to pass: `for (const { name, run } of backendCases) it(name, () => run(create))`. An executor in
 * another thread or process must have loaded `dstreams/testing`, which registers the functions of the suite.
 */
export const backendCases: readonly BackendCase[] = cases;

const { double, isOdd, twice, pairByMod3, add, stamp, fail } = SUITE;
const map = (rdd: Rdd, fn = double) => applyStep(rdd, narrowStep('map', fn));
const pairs = (rdd: Rdd) => map(rdd, pairByMod3);

promise('narrow steps run over every partition, in order', async (ctx) => {
  const rdd = applyStep(applyStep(map(ctx.numbers(10, 3)), narrowStep('flatMap', twice)), narrowStep('map', double));
  assert.deepEqual(await collectPartitions(rdd), [
    [0, 0, 4, 4, 8, 8],
    [12, 12, 16, 16, 20, 20],
    [24, 24, 28, 28, 32, 32, 36, 36],
  ]);
  assert.deepEqual(await collect(applyStep(ctx.numbers(6, 4), narrowStep('filter', isOdd))), [1, 3, 5]);
});

promise('each partition that was asked for gives one result, and no other', async (ctx) => {
  const results = await ctx.runner.run(map(ctx.numbers(8, 4)), { kind: 'collect' }, [3, 1]);
  assert.deepEqual(results, [
    [12, 14],
    [4, 6],
  ]);
  const all = await ctx.once(map(ctx.numbers(8, 4)), { kind: 'count' });
  assert.deepEqual([...all.entries()].sort(), [
    [0, 2],
    [1, 2],
    [2, 2],
    [3, 2],
  ]);
});

promise('a data set without partitions, and one of empty partitions', async (ctx) => {
  assert.deepEqual(await collect(map(sourceRdd(ctx, []))), []);
  assert.equal(await count(repartition(sourceRdd(ctx, []), 2, 'array')), 0);
  assert.deepEqual(await collectPartitions(map(sourceRdd(ctx, [[], []]))), [[], []]);
});

promise('count, take and reduce', async (ctx) => {
  const rdd = map(ctx.numbers(9, 4));
  assert.equal(await count(rdd), 9);
  assert.equal(await count(ctx.numbers(9, 4)), 9);
  assert.deepEqual(await take(rdd, 5), [0, 2, 4, 6, 8]);
  const parts = await ctx.once(ctx.numbers(2, 3), { kind: 'reduce', fn: add, label: 'reduce' });
  assert.deepEqual([parts.get(0), parts.get(1), parts.get(2)], [undefined, [0], [1]]);
});

promise('functions of a partition are told its number and are awaited', async (ctx) => {
  const action = { kind: 'partition', fn: SUITE.sizeLater, label: 'foreachPartition', isAsync: true } as const;
  assert.deepEqual(await ctx.runner.run(ctx.numbers(5, 2), action), [
    [0, 2],
    [1, 3],
  ]);
  assert.deepEqual(await collectPartitions(applyStep(ctx.numbers(4, 2), narrowStep('mapPartitions', SUITE.reversed))), [
    [1, 0, 0],
    [3, 2, 1],
  ]);
  assert.deepEqual(await collect(applyStep(ctx.numbers(3, 1), narrowStep('mapAsync', SUITE.later))), [0, 2, 4]);
});

promise('text and packed blocks are decoded where they are used', async (ctx) => {
  const packed = packBlock([1, 2], createCodec(defaultRegistry));
  const text = textBlock(Buffer.from('a\nbc\n'), 2);
  const source: readonly (readonly Block[])[] = [[packed, { kind: 'values', values: [3] }], [text]];
  assert.deepEqual(await collectPartitions(map(sourceRdd(ctx, source), SUITE.listOf)), [
    [[1], [2], [3]],
    [['a'], ['bc']],
  ]);
  assert.equal(await count(sourceRdd(ctx, source)), 5);
});

const APPEND: Omit<Extract<ShuffleMode, { kind: 'combine' }>, 'mapSide'> = {
  kind: 'combine',
  create: SUITE.listOf,
  mergeValue: SUITE.append,
  mergeCombiners: SUITE.concat,
};
const MODES: readonly { name: string; mode: ShuffleMode; of: (values: number[]) => unknown }[] = [
  { name: 'reduce', mode: SHUFFLES.reduce(add), of: (values) => values.reduce((a, b) => a + b) },
  { name: 'group', mode: SHUFFLES.group, of: (values) => values },
  { name: 'combine on the map side', mode: { ...APPEND, mapSide: true }, of: (values) => values },
  { name: 'combine on the reduce side', mode: { ...APPEND, mapSide: false }, of: (values) => values },
];
for (const { name, mode, of } of MODES) {
  promise(`shuffle, ${name}: keys in order of first appearance, values in order of map partitions`, async (ctx) => {
    const shuffled = shuffle(pairs(ctx.numbers(20, 4)), mode, new HashPartitioner(2), 'array', 'byKey');
    const values = (key: number) => of(Array.from({ length: 20 }, (_, i) => i).filter((i) => i % 3 === key));
    assert.deepEqual(await collectPartitions(shuffled), [
      [
        [0, values(0)],
        [2, values(2)],
      ],
      [[1, values(1)]],
    ]);
  });
}

promise('shuffle, pairs: nothing is combined', async (ctx) => {
  const shuffled = shuffle(pairs(ctx.numbers(7, 2)), SHUFFLES.pairs, new HashPartitioner(3), 'array', 'partitionBy');
  assert.deepEqual(await collectPartitions(shuffled), [
    [
      [0, 0],
      [0, 3],
      [0, 6],
    ],
    [
      [1, 1],
      [1, 4],
    ],
    [
      [2, 2],
      [2, 5],
    ],
  ]);
});

promise('shuffle, values: round robin, in about equal parts', async (ctx) => {
  const parts = await collectPartitions(repartition(ctx.numbers(10, 3), 4, 'array'));
  assert.deepEqual(parts.flat().sort(), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  assert.ok(
    parts.every(({ length }) => length >= 1 && length <= 4),
    JSON.stringify(parts),
  );
  assert.deepEqual(await collectPartitions(repartition(ctx.numbers(10, 3), 4, 'array')), parts);
});

promise("a partitioner of the user's own decides", async (ctx) => {
  const partitioner = new HashPartitioner(2);
  const shuffled = shuffle(pairs(ctx.numbers(6, 2)), SHUFFLES.reduce(add), partitioner, 'array', 'reduceByKey', {
    kind: 'by',
    n: 2,
    fn: SUITE.target,
  });
  assert.deepEqual(await collectPartitions(shuffled), [
    [
      [1, 5],
      [2, 7],
    ],
    [[0, 3]],
  ]);
});

promise('two shuffles in one job, and one shuffle read by two', async (ctx) => {
  const first = shuffle(pairs(ctx.numbers(12, 3)), SHUFFLES.reduce(add), new HashPartitioner(2), 'array', 'a');
  const second = shuffle(first, SHUFFLES.group, new HashPartitioner(1), 'array', 'b');
  assert.deepEqual(await collect(union([second, first])), [
    [0, [18]],
    [2, [26]],
    [1, [22]],
    [0, 18],
    [2, 26],
    [1, 22],
  ]);
});

promise('union, aligned union, coalesce, zip and combining in place', async (ctx) => {
  const numbers = ctx.numbers(4, 2);
  assert.deepEqual(await collectPartitions(union([numbers, map(numbers)])), [
    [0, 1],
    [2, 3],
    [0, 2],
    [4, 6],
  ]);
  assert.deepEqual(await collectPartitions(coalesce(ctx.numbers(5, 5), 2)), [
    [0, 1],
    [2, 3, 4],
  ]);
  assert.deepEqual(await collectPartitions(zipPartitions([numbers, ctx.numbers(5, 2)], SUITE.sizes, 'zip')), [
    [2, 2],
    [2, 3],
  ]);
  const partitioner = new HashPartitioner(2);
  const byKey = (rdd: Rdd) => combineByKey(pairs(rdd), SHUFFLES.reduce(add), partitioner, 'array', 'reduceByKey');
  const both = union([byKey(ctx.numbers(6, 2)), byKey(ctx.numbers(3, 1))]);
  assert.equal(both.op.kind, 'alignedUnion');
  const again = combineByKey(both, SHUFFLES.reduce(add), partitioner, 'array', 'reduceByKey');
  assert.equal(again.op.kind, 'combined');
  assert.deepEqual(await collectPartitions(again), [
    [
      [0, 3],
      [2, 9],
    ],
    [[1, 6]],
  ]);
});

const LEVELS: readonly (keyof typeof StorageLevels & string)[] = [
  'MEMORY_ONLY',
  'MEMORY_ONLY_SER',
  'MEMORY_AND_DISK',
  'MEMORY_AND_DISK_SER',
  'DISK_ONLY',
  'MEMORY_ONLY_2',
  'MEMORY_AND_DISK_SER_2',
];
for (const name of LEVELS) {
  promise(`${name}: a persisted partition is computed once, until it is released`, async (ctx, backend) => {
    const rdd = map(ctx.numbers(4, 2), stamp).persist(StorageLevels[name] as StorageLevel);
    const first = await collect(rdd);
    assert.equal(backend.available.hasBlock(rdd.id, 0), true);
    assert.deepEqual(
      await collect(map(rdd, SUITE.listOf)),
      first.map((x) => [x]),
    );
    backend.release({ rddIds: [rdd.id] });
    assert.notDeepEqual(await collect(rdd), first);
  });
}

promise('without a level every action computes anew', async (ctx, backend) => {
  const rdd = map(ctx.numbers(4, 2), stamp);
  assert.notDeepEqual(await collect(rdd), await collect(rdd));
  assert.equal(backend.available.hasBlock(rdd.id, 0), false);
});

promise('map outputs are read again, until they are released', async (ctx, backend) => {
  const rdd = shuffle(map(ctx.numbers(4, 2), stamp), SHUFFLES.pairs, new HashPartitioner(1), 'array', 'partitionBy');
  if (rdd.op.kind !== 'shuffled') throw new TypeError('a shuffled data set');
  const { shuffleId } = rdd.op;
  const first = await collect(rdd);
  assert.deepEqual(
    [0, 1].map((m) => backend.available.hasMapOutput(shuffleId, m)),
    [true, true],
  );
  assert.deepEqual(await collect(rdd), first);
  backend.release({ shuffleIds: [shuffleId] });
  assert.notDeepEqual(await collect(rdd), first);
});

promise('what is not there any more is LostInput, and the job is planned anew', async (ctx, backend) => {
  const everything = { hasBlock: () => true, hasMapOutput: () => true, isSafe: () => false };
  const cached = map(ctx.numbers(4, 2)).persist(StorageLevels.MEMORY_ONLY);
  await assert.rejects(ctx.once(cached, { kind: 'collect' }, everything), LostInput);
  const shuffled = shuffle(pairs(ctx.numbers(4, 2)), SHUFFLES.pairs, new HashPartitioner(1), 'array', 'partitionBy');
  await assert.rejects(ctx.once(shuffled, { kind: 'collect' }, everything), LostInput);
  assert.deepEqual(await collect(cached), [0, 2, 4, 6]);
  assert.equal(await count(shuffled), 4);
  assert.equal(backend.available.hasBlock(cached.id, 1), true);
});

promise('what a function throws is StepError, with its place and cause', async (ctx) => {
  const error = await rejection(ctx.once(map(ctx.numbers(4, 2), fail), { kind: 'collect' }));
  assert.ok(error instanceof StepError, String(error));
  assert.equal(error.label, 'map');
  assert.match(String(error.cause), /RangeError: no luck with [0-3]/);
  const inCombine = shuffle(
    pairs(ctx.numbers(9, 2)),
    SHUFFLES.reduce(fail),
    new HashPartitioner(2),
    'array',
    'reduceByKey',
  );
  const second = await rejection(ctx.once(inCombine, { kind: 'collect' }));
  assert.ok(second instanceof StepError && second.label === 'reduceByKey', String(second));
  assert.deepEqual(await collect(map(ctx.numbers(2, 1))), [0, 2]);
});

promise('records of the wrong shape are named by code', async (ctx) => {
  const codeOf = async (rdd: Rdd) => {
    const error = await rejection(collect(rdd));
    return isDStreamsError(error) ? error.code : String(error);
  };
  assert.equal(await codeOf(applyStep(ctx.numbers(2, 1), narrowStep('flatMap', SUITE.five))), 'ITERABLE_EXPECTED');
  assert.equal(
    await codeOf(shuffle(ctx.numbers(2, 1), SHUFFLES.group, new HashPartitioner(1), 'array', 'groupByKey')),
    'PAIR_EXPECTED',
  );
  assert.equal(await codeOf(map(ctx.numbers(2, 1), fail)), 'USER_FUNCTION_FAILED');
});

promise('jobs may run at the same time', async (ctx) => {
  const sums = Array.from({ length: 12 }, (_, i) =>
    collect(
      shuffle(
        pairs(ctx.numbers(30 * (i + 1), 3)),
        SHUFFLES.reduce(add),
        new HashPartitioner(2),
        'array',
        'reduceByKey',
      ),
    ),
  );
  const failing = rejection(collect(map(ctx.numbers(4, 2), fail)));
  const results = await Promise.all(sums);
  results.forEach((result, i) => {
    const n = 30 * (i + 1);
    const total = result.reduce((sum: number, pair) => sum + (pair as [number, number])[1], 0);
    assert.equal(total, (n * (n - 1)) / 2);
  });
  assert.ok(isDStreamsError(await failing, 'USER_FUNCTION_FAILED'));
});

promise('many records: the same as a plain loop', async (ctx) => {
  const n = 50_000;
  const rdd = shuffle(
    map(pairs(map(ctx.numbers(n, 3))), SUITE.twice),
    SHUFFLES.group,
    new HashPartitioner(2),
    'array',
    'groupByKey',
  );
  const grouped = (await collect(rdd)) as [[number, number], [number, number][]][];
  assert.equal(grouped.length, n);
  let sum = 0;
  for (const [[, value], values] of grouped) {
    assert.equal(values.length, 1);
    sum += value;
  }
  assert.equal(sum, n * (n - 1));
});

promise('ids that are not known are released without complaint', async (ctx, backend) => {
  backend.release({ rddIds: [1234], shuffleIds: [5678] });
  backend.release({});
  assert.equal(await count(ctx.numbers(3, 1)), 3);
});

promise('stop may be called again, and at the same time', async (ctx, backend) => {
  await collect(map(ctx.numbers(4, 2)).persist(StorageLevels.MEMORY_AND_DISK_SER));
  await Promise.all([backend.stop(), backend.stop()]);
  await backend.stop();
});

async function rejection(work: Promise<unknown>): Promise<unknown> {
  try {
    await work;
  } catch (error) {
    return error;
  }
  throw new assert.AssertionError({ message: 'it should have been rejected' });
}
