import {
  add,
  type DStream,
  HashPartitioner,
  itemGetter,
  max,
  not,
  type PairDStream,
  type PairRDD,
  type RDD,
  type State,
  split,
  type StreamingContext,
  type StreamOf,
  sub,
  swap,
  type Time,
} from '../../index.ts';

// Compiled, never run: `npm test` type-checks it. `expectType` fails to compile unless both types are the same.
type Same<A, B> = (<X>() => X extends A ? 1 : 2) extends <X>() => X extends B ? 1 : 2 ? true : false;
declare function expectType<Expected>(): <Actual>(
  actual: Actual,
  ...wrong: Same<Actual, Expected> extends true ? [] : ['types differ', Actual]
) => void;

declare const ssc: StreamingContext;
declare const lines: DStream<string>;
declare const dates: DStream<Date>;
declare const anything: DStream<any>;

// --- pairs are inferred ---
const words = lines.flatMap((l) => l.split(' '));
expectType<DStream<string>>()(words);
const pairs = words.map((w) => [w, 1]);
expectType<PairDStream<string, number>>()(pairs);
expectType<PairDStream<string, number>>()(pairs.reduceByKey((a, b) => a + b));
expectType<PairDStream<string, number>>()(pairs.reduceByKey(add));
expectType<PairDStream<string, number>>()(pairs.reduceByKey(max));
expectType<PairDStream<string, number[]>>()(pairs.groupByKey());
expectType<PairDStream<string, [number, number]>>()(pairs.mapValues((n) => [n, 1]));
expectType<PairDStream<number, string>>()(pairs.map(([w, n]) => [n, w]));
expectType<PairDStream<number, string>>()(pairs.map(swap));
expectType<PairDStream<[string, number], number>>()(words.map((w) => [[w, w.length], 1]));
expectType<PairDStream<string, [number, string]>>()(words.map((w) => [w, [1, w]]));
expectType<PairDStream<string, number>>()(words.map((w) => (w === '' ? ['none', 0] : [w, 1])));
expectType<PairDStream<string, number>>()(words.map((w) => [w, 1] as const).mapValues((n) => n + 1));
expectType<PairDStream<string, number>>()(lines.flatMap((l) => l.split(' ').map((w): [string, number] => [w, 1])));
expectType<PairDStream<string, number>>()(
  lines.flatMap(function* (l) {
    for (const w of l.split(' ')) yield [w, 1] as [string, number];
  }),
);
expectType<PairDStream<string, number>>()(
  lines.mapPartitions((records) => [...records].map((l): [string, number] => [l, 1])),
);
expectType<PairDStream<string, number>>()(words.countByValue());
expectType<PairDStream<string, string>>()(words.map(itemGetter('length')).map((n) => [`${n}`, 'x']));
expectType<DStream<string>>()(pairs.keys());
expectType<DStream<number>>()(pairs.values());
expectType<PairDStream<string, number>>()(pairs.map((p) => [p, 1]).keys());

// --- what is no pair stays a plain stream ---
expectType<DStream<number>>()(words.map((w) => w.length));
expectType<DStream<string[]>>()(lines.map((l) => l.split(' ')));
expectType<DStream<{ word: string; n: number }>>()(words.map((word) => ({ word, n: 1 })));
expectType<DStream<string>>()(lines.flatMap(split()));
expectType<DStream<string | undefined>>()(words.map((w): string | undefined => w));
expectType<DStream<string[]>>()(words.glom());
expectType<DStream<number>>()(words.count());
expectType<DStream<number>>()(lines.mapAsync(async (l) => l.length, { concurrency: 4 }));
expectType<PairDStream<string, number>>()(lines.mapAsync(async (l) => [l, l.length] as [string, number]));
expectType<DStream<any>>()(anything.map((x) => x));

// --- operations that keep the kind of a stream ---
expectType<PairDStream<string, number>>()(pairs.filter(([w]) => w !== ''));
expectType<DStream<string>>()(words.filter(not((w: string) => w === '')));
expectType<PairDStream<string, number>>()(pairs.window('30s', '10s'));
expectType<PairDStream<string, number>>()(pairs.cache().repartition(2).union(pairs).uid('counts'));
expectType<PairDStream<string, number>>()(pairs.reduce((a) => a));
expectType<DStream<string>>()(lines.map((l): string | undefined => l).filter((x): x is string => x !== undefined));

// --- data sets inside streams ---
expectType<PairDStream<string, number>>()(pairs.transform((rdd) => rdd.reduceByKey(add)));
expectType<DStream<string>>()(
  pairs.transform((rdd: PairRDD<string, number>, time: Time) => rdd.keys().map((k) => k + time)),
);
expectType<PairDStream<string, number>>()(words.transform(async (rdd) => rdd.map((w) => [w, 1])));
expectType<PairDStream<string, number>>()(ssc.transform([words, lines], ([a]) => a!.map((w) => [w, 1])));
pairs.foreachRDD(async (rdd, time) => {
  expectType<PairRDD<string, number>>()(rdd);
  expectType<Time>()(time);
  expectType<Map<string, number>>()(await rdd.collectAsMap());
  expectType<[string, number][]>()(await rdd.take(3));
  expectType<RDD<string>>()(rdd.keys());
  expectType<PairRDD<number, [string, number][]>>()(rdd.groupBy(([, n]) => n));
  expectType<number>()(await rdd.aggregate(0, (n) => n + 1, add));
});

// --- two streams ---
const dated = words.map((w) => [w, new Date()]);
expectType<PairDStream<string, [number, Date]>>()(pairs.join(dated));
expectType<PairDStream<string, [number, Date | undefined]>>()(pairs.leftOuterJoin(dated, 4));
expectType<PairDStream<string, [number | undefined, Date]>>()(pairs.rightOuterJoin(dated));
expectType<PairDStream<string, [number | undefined, Date | undefined]>>()(pairs.fullOuterJoin(dated));
expectType<PairDStream<string, [number[], Date[]]>>()(pairs.cogroup(dated));
expectType<PairDStream<string, [number, Date]>>()(pairs.transformWith(dated, (a, b) => a.join(b)));
expectType<PairDStream<string, string>>()(pairs.transformWith((a, b) => a.keys().zip(b), words));
expectType<PairDStream<string, [number, Date]>>()(ssc.transform([pairs, dated], ([a, b]) => a.join(b)));

// --- windows ---
expectType<DStream<number>>()(words.countByWindow('30s', '10s'));
expectType<DStream<string>>()(words.reduceByWindow(max, '30s', '10s'));
expectType<DStream<string>>()(words.reduceByWindow(max, null, '30s', '10s'));
expectType<PairDStream<string, number>>()(words.countByValueAndWindow('30s', '10s', 4));
expectType<PairDStream<string, number[]>>()(pairs.groupByKeyAndWindow('30s'));
expectType<PairDStream<string, number>>()(pairs.reduceByKeyAndWindow(add, '30s', '10s', { numPartitions: 4 }));
expectType<PairDStream<string, number>>()(
  pairs.reduceByKeyAndWindow(add, sub, '30s', '10s', { filter: ([w, n]) => w !== '' && n > 0 }),
);
expectType<PairDStream<string, number>>()(
  pairs.reduceByKeyAndWindow(add, null, '30s', { slideDuration: '10s', numPartitions: 4 }),
);

// --- state ---
expectType<PairDStream<string, number>>()(
  pairs.updateStateByKey((values, state) => values.reduce((a, b) => a + b, state ?? 0)),
);
expectType<PairDStream<string, { n: number }>>()(
  pairs.updateStateByKey<{ n: number }>((_values, state) => state, {
    stateVersion: 2,
    migrate: (old: number, version: number) => (version === 1 ? { n: old } : undefined),
  }),
);
expectType<PairDStream<string, Date>>()(
  pairs.updateStateByKey<Date>((values, state) => (values.length > 0 ? new Date() : state), { initial: [] }),
);
expectType<PairDStream<string, number>>()(
  pairs.updateStateByKey((values: number[], state: number | undefined) => (values.length > 0 ? state : null), {
    numPartitions: 4,
    initial: [['a', 1]],
  }),
);
expectType<PairDStream<string, Date>>()(
  pairs.updateStateByKey<Date>(
    (entries) => {
      expectType<IterableIterator<[key: string, values: number[], state: Date | undefined]>>()(entries);
      return [...entries].map(([key]): [string, Date] => [key, new Date()]);
    },
    { rememberPartitioner: true },
  ),
);
// @ts-expect-error Which of the forms is meant has to be said.
pairs.updateStateByKey(function* (entries: Iterable<[string, number[], number | undefined]>) {
  for (const [key] of entries) yield [key, 1] as const;
}, {});
const mapped = pairs.mapWithState(
  (key, value, state: State<number>, time) => {
    state.update((state.getOption() ?? 0) + (value ?? 0));
    return [key, time.milliseconds()];
  },
  { timeout: '1m' },
);
const emitted: PairDStream<string, number> = mapped;
expectType<PairDStream<string, number>>()(mapped.stateSnapshots());
expectType<PairDStream<number, string>>()(mapped.map(([k, n]) => [n, k]));
void emitted;

// --- sources ---
expectType<DStream<number>>()(ssc.queueStream([[1, 2], [3]]));
expectType<PairDStream<string, number>>()(ssc.queueStream([[['a', 1]]]));
expectType<PairRDD<string, number>>()(
  ssc.sparkContext.parallelize([
    ['a', 1],
    ['b', 2],
  ]),
);
expectType<RDD<number>>()(ssc.sparkContext.parallelize([1, 2]));

// --- how many partitions ---
pairs
  .reduceByKey(add, 4)
  .reduceByKey(add, { numPartitions: 4 })
  .reduceByKey(add, new HashPartitioner(4))
  .reduceByKey(add, (key) => key.length);

// --- a wider stream takes a narrower one ---
const wider: DStream<string | number> = words;
const plain: DStream<readonly [string, number]> = pairs;
wider.union(words);
void plain;

// --- events ---
ssc.on('batchCompleted', ({ batchInfo }) => batchInfo.batchTime().milliseconds());
ssc.on('receiverError', (e) => e.receiverInfo);

// --- what must not compile ---
// @ts-expect-error Operations by key need pairs.
words.reduceByKey(add);
// @ts-expect-error
lines.map((l) => l.split(' ')).groupByKey();
// @ts-expect-error
words.transform((rdd) => rdd.reduceByKey(add));
// @ts-expect-error Functions of records are synchronous.
words.map(async (w) => w);
// @ts-expect-error
words.map((w) => (w === '' ? Promise.resolve(w) : w));
// @ts-expect-error
pairs.mapValues(async (n) => n);
// @ts-expect-error
words.flatMap(async (w) => [w]);
// @ts-expect-error A predicate answers at once.
words.filter(async (w) => w !== '');
// @ts-expect-error flatMap needs something to iterate over.
words.flatMap((w) => w.length);
// @ts-expect-error The values are numbers.
pairs.reduceByKey((a: string, b: string) => a + b);
// @ts-expect-error The result is not a value.
pairs.reduceByKey((a, b) => `${a}${b}`);
// @ts-expect-error Both sides need the same keys.
pairs.join(words.map((w) => [w.length, 1]));
// @ts-expect-error The inverse is of the values.
pairs.reduceByKeyAndWindow(add, (a: string) => a, '30s');
// @ts-expect-error State by key needs pairs.
words.updateStateByKey(() => 1);
// @ts-expect-error The next state is no promise of one.
pairs.updateStateByKey(async (_values, state) => state);
// @ts-expect-error The key is a string.
pairs.updateStateByKey((_values, state) => state, { initial: [[1, 2]] });
// @ts-expect-error Streams of one kind only.
words.union(dates);
// @ts-expect-error The key is a string.
pairs.reduceByKey(add, (key: Date) => key.getTime());
// @ts-expect-error
ssc.on('batchDone', () => {});

// --- programs of one's own that know no more of the records than that they are there ---
export function generic<T extends {}, K, V>(values: DStream<T>, keyed: PairDStream<K, V>, rdd: RDD<T>): void {
  expectType<StreamOf<T>>()(values.map((x) => x));
  expectType<PairDStream<T, number>>()(values.map((x) => [x, 1]));
  expectType<PairDStream<K, V>>()(keyed.mapValues((v) => v));
  expectType<PairRDD<T, T>>()(rdd.keyBy((x) => x));
}

// --- receivers ---
declare const readable: AsyncIterable<[string, number]>;
expectType<PairDStream<string, number>>()(ssc.receiverStream(readable));
expectType<DStream<number>>()(ssc.receiverStream([1, 2]));
expectType<DStream<string>>()(
  ssc.receiverStream<string>(async (out, signal) => {
    while (!signal.aborted) await out('a');
  }),
);
expectType<DStream<string>>()(
  ssc.receiverStream(async function* () {
    yield 'a' as string;
  }),
);
expectType<DStream<string>>()(ssc.socketTextStream('localhost', 9999));
expectType<DStream<number>>()(
  ssc.socketStream('localhost', 9999, async function* (input) {
    for await (const chunk of input) yield chunk.length;
  }),
);
// @ts-expect-error A port is a number.
ssc.socketTextStream('localhost', '9999');
