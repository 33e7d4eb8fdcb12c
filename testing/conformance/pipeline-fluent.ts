import { type DStream, Milliseconds, type PairDStream } from 'dstreams';
import { named } from './functions.ts';
import { type Surface, numberOf } from './surface.ts';
import { sortValues, type Value } from './values.ts';

type Stream = DStream<unknown>;
type Pairs = PairDStream<unknown, unknown>;

/** The case promises that the records are pairs. */
const pairs = (stream: Stream): Pairs => stream as Pairs;
/** Grouped values are sorted as part of the step. */
const sortedValues = (grouped: PairDStream<unknown, unknown[]>): Stream =>
  grouped.mapValues((values) => sortValues(values as Value[]));
const sequence = (name: 'flatMaps', f: unknown) => named(name, f) as (x: unknown) => Iterable<unknown>;

/** One row for each operation of the fluent surface. */
export const fluent: Surface<Stream> = {
  input: (t, batches, partitions) => t.input<unknown>(batches, { partitions }),
  queue(t, { inputs, inputKind, queueDefault, partitions }, name) {
    const { sparkContext } = t.ssc;
    const rdd = (values: readonly Value[] | null) => sparkContext.parallelize<unknown>(values ?? [], partitions);
    const whenEmpty = queueDefault === undefined ? {} : { default: rdd(queueDefault) };
    return t.ssc.queueStream(inputs[name]!.map(rdd), { oneAtATime: inputKind === 'queue', ...whenEmpty });
  },
  record: (t, stream) => t.record(stream),
  async slice(stream, fromMs, toMs) {
    const rdds = await stream.slice(fromMs, toMs);
    return Promise.all(rdds.map((rdd) => rdd.collect()));
  },
  print: (stream, n) => stream.print(n),
  steps: {
    map: (s, [f]) => s.map(named('maps', f)),
    mapToPair: (s, [f]) => s.map(named('maps', f)),
    mapValues: (s, [f]) => pairs(s).mapValues(named('maps', f)),
    filter: (s, [f]) => s.filter(named('predicates', f) as (x: unknown) => boolean),
    flatMap: (s, [f]) => s.flatMap(sequence('flatMaps', f)),
    flatMapToPair: (s, [f]) => s.flatMap(sequence('flatMaps', f)),
    flatMapValues: (s, [f]) => pairs(s).flatMapValues(sequence('flatMaps', f)),
    glom: (s) => s.glom(),
    mapPartitions: (s, [f]) => s.mapPartitions((xs) => named('partitionFunctions', f)([...xs]) as Iterable<unknown>),
    repartition: (s, [n]) => s.repartition(numberOf(n)),
    persist: (s) => s.persist(),
    cache: (s) => s.cache(),
    checkpoint: (s, [ms]) => s.checkpoint(Milliseconds(numberOf(ms))),
    count: (s) => s.count(),
    reduce: (s, [f]) => s.reduce(named('reducers', f)),
    countByValue: (s) => s.countByValue(),
    union: (s, [other], context) => s.union(context.other(other)),
    unionAll: (s, [others], context) => context.ssc.union(s, ...context.others(others)),
    groupByKey: (s) => sortedValues(pairs(s).groupByKey()),
    reduceByKey: (s, [f]) => pairs(s).reduceByKey(named('reducers', f)),
    combineByKey: (s, [create, mergeValue, mergeCombiners]) =>
      pairs(s).combineByKey(named('maps', create), named('reducers', mergeValue), named('reducers', mergeCombiners)),
    transform: (s, [f], context) =>
      s.transform(async (rdd, time) => {
        const values = named('batchFunctions', f)(await rdd.collect(), time.milliseconds()) as unknown[];
        return context.ssc.sparkContext.parallelize(values, 2);
      }),
    window: (s, [windowMs, slideMs]) =>
      slideMs === undefined
        ? s.window(Milliseconds(numberOf(windowMs)))
        : s.window(Milliseconds(numberOf(windowMs)), Milliseconds(numberOf(slideMs))),
  },
};
