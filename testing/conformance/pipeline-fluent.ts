import { type DStream, Milliseconds, type PairDStream, type Path, type State } from 'dstreams';
import { runFluent } from './data-sets-fluent.ts';
import { fluentPartitioner } from './fluent-partitioner.ts';
import { named } from './functions.ts';
import { textOfBytes } from './plain.ts';
import { type Surface, numberOf } from './surface.ts';
import { sortValues, type Value } from './values.ts';

type Stream = DStream<unknown>;
type Pairs = PairDStream<unknown, unknown>;

/** The case promises that the records are pairs. */
const pairs = (stream: Stream): Pairs => stream as Pairs;
/** Grouped values are sorted as part of the step. */
const sortedValues = (grouped: PairDStream<unknown, unknown[]>): Stream =>
  grouped.mapValues((values) => sortValues(values as Value[]));
/** The same of a cogroup, on either side. */
const sortedGroups = (grouped: PairDStream<unknown, readonly [unknown[], unknown[]]>): Stream =>
  grouped.mapValues(([left, right]) => [sortValues(left as Value[]), sortValues(right as Value[])] as const);
/** A missing side is null in the cases. */
const sides = (joined: PairDStream<unknown, readonly [unknown, unknown]>): Stream =>
  joined.mapValues(([left, right]) => [left ?? null, right ?? null] as const);
const millis = (argument: unknown) => Milliseconds(numberOf(argument));
/** The slide may be left out. */
const slide = (argument: unknown) => (argument === undefined ? undefined : millis(argument));
const count = (argument: unknown) => (argument === undefined ? undefined : numberOf(argument));
/** A number of partitions, or a partitioner. */
const partitions = (argument: unknown) =>
  argument === undefined || typeof argument === 'number' ? argument : fluentPartitioner(argument);
/** The same by name. */
const byOption = (argument: unknown) =>
  typeof argument === 'number'
    ? { numPartitions: argument }
    : argument === undefined
      ? {}
      : { partitioner: fluentPartitioner(argument) };
const sequence = (name: 'flatMaps', f: unknown) => named(name, f) as (x: unknown) => Iterable<unknown>;

/** One row for each operation of the fluent surface. */
export const fluent: Surface<Stream> = {
  input: (t, batches, partitions) => t.input<unknown>(batches, { partitions }),
  queue(t, { inputs, inputKind, queueDefault, emptyHasNone, partitions }, name) {
    const { sparkContext } = t.ssc;
    const rdd = (values: readonly Value[] | null) =>
      emptyHasNone && values?.length === 0
        ? sparkContext.emptyRDD<unknown>()
        : sparkContext.parallelize<unknown>(values ?? [], partitions);
    const whenEmpty = queueDefault === undefined ? {} : { default: rdd(queueDefault) };
    return t.ssc.queueStream(inputs[name]!.map(rdd), { oneAtATime: inputKind === 'queue', ...whenEmpty });
  },
  watch(t, { operation, directory, filter, newFilesOnly, recordLength }) {
    if (operation === 'textFileStream') return t.ssc.textFileStream(directory);
    if (operation === 'binaryRecordsStream')
      return t.ssc.binaryRecordsStream(directory, recordLength!).map(textOfBytes);
    return t.ssc.fileStream(directory, {
      ...(filter === undefined
        ? {}
        : { filter: (path: Path) => named('predicates', filter)(path.getName()) as boolean }),
      ...(newFilesOnly === undefined ? {} : { newFilesOnly }),
    });
  },
  record: (t, stream) => t.record(stream),
  async slice(stream, fromMs, toMs) {
    const rdds = await stream.slice(fromMs, toMs);
    return Promise.all(rdds.map((rdd) => rdd.collect()));
  },
  print: (stream, n) => stream.print(n),
  saveAsTextFiles: (stream, prefix, suffix) => stream.saveAsTextFiles(prefix, suffix),
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
    checkpoint: (s, [ms]) => s.checkpoint(millis(ms)),
    count: (s) => s.count(),
    reduce: (s, [f]) => s.reduce(named('reducers', f)),
    countByValue: (s, [n]) => s.countByValue(count(n)),
    union: (s, [other], context) => s.union(context.other(other)),
    unionAll: (s, [others], context) => context.ssc.union(s, ...context.others(others)),
    groupByKey: (s, [n]) => sortedValues(pairs(s).groupByKey(partitions(n))),
    reduceByKey: (s, [f, n]) => pairs(s).reduceByKey(named('reducers', f), partitions(n)),
    combineByKey: (s, [create, mergeValue, mergeCombiners]) =>
      pairs(s).combineByKey(named('maps', create), named('reducers', mergeValue), named('reducers', mergeCombiners)),
    rdd: (s, [program], { ssc }) => s.transform((rdd) => runFluent(rdd, program, ssc.sparkContext)),
    transform: (s, [f], context) =>
      s.transform(async (rdd, time) => {
        const values = named('batchFunctions', f)(await rdd.collect(), time.milliseconds()) as unknown[];
        return context.ssc.sparkContext.parallelize(values, 2);
      }),
    transformWith: (s, [other, f], context) =>
      s.transformWith(context.other(other), async (a, b, time) => {
        const batches = [await a.collect(), await b.collect()];
        const values = named('pairOfBatchesFunctions', f)(...batches, time.milliseconds()) as unknown[];
        return context.ssc.sparkContext.parallelize(values, 2);
      }),
    transformAll: (s, [others, f], context) =>
      context.ssc.transform([s, ...context.others(others)], async (rdds, time) => {
        const batches: unknown[][] = [];
        for (const rdd of rdds) batches.push(await rdd.collect());
        const values = named('manyBatchesFunctions', f)(batches, time.milliseconds()) as unknown[];
        return context.ssc.sparkContext.parallelize(values, 2);
      }),
    join: (s, [other, n], context) => pairs(s).join(pairs(context.other(other)), partitions(n)),
    leftOuterJoin: (s, [other, n], context) =>
      sides(pairs(s).leftOuterJoin(pairs(context.other(other)), partitions(n))),
    rightOuterJoin: (s, [other, n], context) =>
      sides(pairs(s).rightOuterJoin(pairs(context.other(other)), partitions(n))),
    fullOuterJoin: (s, [other, n], context) =>
      sides(pairs(s).fullOuterJoin(pairs(context.other(other)), partitions(n))),
    cogroup: (s, [other, n], context) => sortedGroups(pairs(s).cogroup(pairs(context.other(other)), partitions(n))),
    window: (s, [windowMs, slideMs]) => s.window(millis(windowMs), slide(slideMs)),
    countByWindow: (s, [windowMs, slideMs]) => s.countByWindow(millis(windowMs), millis(slideMs)),
    countByValueAndWindow: (s, [windowMs, slideMs, n]) =>
      s.countByValueAndWindow(millis(windowMs), millis(slideMs), count(n)),
    reduceByWindow: (s, [f, ...rest]) =>
      typeof rest[0] === 'string'
        ? s.reduceByWindow(named('reducers', f), named('reducers', rest[0]), millis(rest[1]), millis(rest[2]))
        : s.reduceByWindow(named('reducers', f), millis(rest[0]), millis(rest[1])),
    groupByKeyAndWindow: (s, [windowMs, slideMs, n]) =>
      sortedValues(pairs(s).groupByKeyAndWindow(millis(windowMs), slide(slideMs), partitions(n))),
    reduceByKeyAndWindow(s, [f, ...rest]) {
      const reduce = named('reducers', f);
      if (typeof rest[0] !== 'string')
        return pairs(s).reduceByKeyAndWindow(reduce, millis(rest[0]), slide(rest[1]), partitions(rest[2]));
      const [inverse, windowMs, slideMs, p, n] = rest;
      const filter =
        p === undefined
          ? {}
          : {
              ...byOption(n),
              filter: named('predicates', p) as (pair: unknown) => boolean,
            };
      return pairs(s).reduceByKeyAndWindow(
        reduce,
        named('reducers', inverse),
        millis(windowMs),
        slide(slideMs),
        filter,
      );
    },
    updateStateByKey(s, [f, options]) {
      const { initial, partitions: n } = (options ?? {}) as MapWithStateArguments;
      return pairs(s).updateStateByKey<unknown>(named('updates', f), {
        ...(initial === undefined ? {} : { initial }),
        ...byOption(n),
      });
    },
    mapWithState(s, [f, options]) {
      const { initial, timeoutMs, checkpointMs, snapshots, partitions: n } = (options ?? {}) as MapWithStateArguments;
      const mapped = pairs(s).mapWithState<unknown>(
        (key, value, state) => named('stateMaps', f)(key, value, viewOf(state)) ?? undefined,
        {
          ...(initial === undefined ? {} : { initial }),
          ...(timeoutMs === undefined ? {} : { timeout: Milliseconds(timeoutMs) }),
          ...byOption(n),
        },
      );
      if (checkpointMs !== undefined) mapped.checkpoint(Milliseconds(checkpointMs));
      return snapshots ? mapped.stateSnapshots() : mapped;
    },
  },
};

interface MapWithStateArguments {
  readonly initial?: [Value, Value][];
  readonly timeoutMs?: number;
  readonly checkpointMs?: number;
  readonly snapshots?: boolean;
  readonly partitions?: number | object;
}

/** The functions of the cases ask for a state that may not be there. */
const viewOf = (state: State<unknown>) => ({
  exists: () => state.exists(),
  get: () => state.getOption(),
  update: (next: unknown) => state.update(next),
  remove: () => state.remove(),
  isTimingOut: () => state.isTimingOut(),
});
