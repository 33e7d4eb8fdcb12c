import { Duration, JavaDStream, JavaPairDStream, JList, Time, type Tuple2 } from 'dstreams/java';
import { type Family, named } from './functions.ts';
import { javaPair, javaValue, plain } from './plain.ts';
import { numberOf, type Surface } from './surface.ts';
import { sortValues, type Value } from './values.ts';

type Stream = JavaDStream<unknown>;
type Pairs = JavaPairDStream<unknown, unknown>;
type Pair = Tuple2<unknown, unknown>;

/** A named function in Java's records: its arguments are made plain, its result is not. */
const java = (family: Family, name: unknown) => {
  const f = named(family, name);
  return (...args: unknown[]): unknown => javaValue(f(...args.map(plain)) as Value);
};
const javaPairOf = (family: Family, name: unknown) => {
  const f = named(family, name);
  return (x: unknown): Pair => javaPair(f(plain(x)) as Value);
};
const javaList = (family: Family, name: unknown) => {
  const f = named(family, name);
  return (x: unknown): JList<unknown> => new JList((f(plain(x)) as Value[]).map(javaValue));
};
const javaTest = (name: unknown) => {
  const f = named('predicates', name);
  return (x: unknown): boolean => f(plain(x)) as boolean;
};

/** As a stream of values, which steps take and give. */
const values = <K, V>(stream: JavaPairDStream<K, V>): Stream => stream.toJavaDStream() as unknown as Stream;
const pairs = (stream: Stream): Pairs => JavaPairDStream.fromJavaDStream(stream as JavaDStream<Pair>);
const sorted = (list: JList<unknown>): unknown => new JList(sortValues(list.map(plain)).map(javaValue));

/** One row for each operation of the Java surface. */
export const javaStyle: Surface<Stream> = {
  input: (t, batches, partitions) =>
    t.javaInput<unknown>(
      batches.map((batch) => batch?.map(javaValue) ?? null),
      { partitions },
    ),
  queue(t, { inputs, inputKind, queueDefault, partitions }, name) {
    const rdd = (batch: readonly Value[] | null) => t.jssc.sc().parallelize((batch ?? []).map(javaValue), partitions);
    const queue = inputs[name]!.map(rdd);
    const oneAtATime = inputKind === 'queue';
    return queueDefault === undefined
      ? t.jssc.queueStream(queue, oneAtATime)
      : t.jssc.queueStream(queue, oneAtATime, rdd(queueDefault));
  },
  record: (t, stream) => t.record(stream),
  async slice(stream, fromMs, toMs) {
    const rdds = await stream.slice(new Time(fromMs), new Time(toMs));
    return Promise.all([...rdds].map(async (rdd) => [...(await rdd.collect())]));
  },
  print: (stream, n) => stream.print(n),
  steps: {
    map: (s, [f]) => s.map(java('maps', f)),
    mapToPair: (s, [f]) => values(s.mapToPair(javaPairOf('maps', f))),
    mapValues: (s, [f]) => values(pairs(s).mapValues(java('maps', f))),
    filter: (s, [f]) => s.filter(javaTest(f)),
    flatMap: (s, [f]) => s.flatMap(javaList('flatMaps', f)),
    flatMapToPair: (s, [f]) => values(s.flatMapToPair(javaList('flatMaps', f) as (x: unknown) => JList<Pair>)),
    flatMapValues: (s, [f]) => values(pairs(s).flatMapValues(javaList('flatMaps', f))),
    glom: (s) => s.glom() as Stream,
    mapPartitions: (s, [f]) => {
      const ofPartition = named('partitionFunctions', f);
      return s.mapPartitions((records) => {
        const list: Value[] = [];
        while (records.hasNext()) list.push(plain(records.next()));
        return new JList((ofPartition(list) as Value[]).map(javaValue));
      });
    },
    repartition: (s, [n]) => s.repartition(numberOf(n)),
    persist: (s) => s.persist(),
    cache: (s) => s.cache(),
    checkpoint: (s, [ms]) => s.checkpoint(new Duration(numberOf(ms))),
    count: (s) => s.count() as Stream,
    reduce: (s, [f]) => s.reduce(java('reducers', f)),
    countByValue: (s) => values(s.countByValue()),
    union: (s, [other], context) => s.union(context.other(other)),
    unionAll: (s, [others], context) => context.jssc.union(s, new JList(context.others(others))),
    groupByKey: (s) => values(pairs(s).groupByKey().mapValues(sorted)),
    reduceByKey: (s, [f]) => values(pairs(s).reduceByKey(java('reducers', f))),
    combineByKey(s, [create, mergeValue, mergeCombiners], context) {
      const merges = [java('reducers', mergeValue), java('reducers', mergeCombiners)] as const;
      return values(pairs(s).combineByKey(java('maps', create), ...merges, context.jssc.sc().defaultParallelism()));
    },
    transform: (s, [f], context) => {
      const ofBatch = named('batchFunctions', f);
      const transformed: Stream = s.transform<unknown>(async (rdd, time) => {
        const result = ofBatch((await rdd.collect()).map(plain), time.milliseconds()) as Value[];
        return context.jssc.sc().parallelize(result.map(javaValue), 2);
      });
      return transformed;
    },
    window: (s, [windowMs, slideMs]) =>
      slideMs === undefined
        ? s.window(new Duration(numberOf(windowMs)))
        : s.window(new Duration(numberOf(windowMs)), new Duration(numberOf(slideMs))),
  },
};
