import {
  Duration,
  HashPartitioner,
  type JavaDStream,
  JavaPairDStream,
  type JavaRDD,
  JList,
  LongWritable,
  Optional,
  type Partitioner,
  type Path,
  type State,
  StateSpec,
  Text,
  TextInputFormat,
  Time,
  Tuple2,
} from 'dstreams/java';
import { runJava } from './data-sets-java.ts';
import { named, type NamedState } from './functions.ts';
import { java, javaList, javaPairOf, javaPartitioner, javaTest, sorted } from './java-functions.ts';
import type { RowContext } from './pipeline.ts';
import { javaPair, javaPlain as plain, javaValue, textOfBytes } from './plain.ts';
import { numberOf, type Surface } from './surface.ts';
import type { Value } from './values.ts';

type Stream = JavaDStream<unknown>;
type Pairs = JavaPairDStream<unknown, unknown>;
type Pair = Tuple2<unknown, unknown>;

/** As a stream of values, which steps take and give. */
const values = <K, V>(stream: JavaPairDStream<K, V>): Stream => stream.toJavaDStream() as unknown as Stream;
const pairs = (stream: Stream): Pairs => JavaPairDStream.fromJavaDStream(stream as JavaDStream<Pair>);

const count = (argument: unknown) => (argument === undefined ? undefined : numberOf(argument));
/** A number of partitions, or a partitioner. */
const partitions = (argument: unknown) =>
  argument === undefined || typeof argument === 'number' ? argument : javaPartitioner(argument);
/** The same where a partitioner has to be. */
const partitioner = (argument: unknown, { jssc }: RowContext<Stream>): Partitioner =>
  typeof argument === 'object'
    ? javaPartitioner(argument)
    : new HashPartitioner(count(argument) ?? jssc.sc().defaultParallelism());

type Records = JavaRDD<unknown>;
/** What a batch function gave, as a data set. */
const dataSet = ({ jssc }: RowContext<Stream>, result: unknown): Records =>
  jssc.sc().parallelize((result as Value[]).map(javaValue), 2);
const millis = (argument: unknown): Duration => new Duration(numberOf(argument));

/** One row for each operation of the Java surface. */
export const javaStyle: Surface<Stream> = {
  input: (t, batches, partitions) =>
    t.javaInput<unknown>(
      batches.map((batch) => batch?.map(javaValue) ?? null),
      { partitions },
    ),
  queue(t, { inputs, inputKind, queueDefault, emptyHasNone, partitions }, name) {
    const sc = t.jssc.sc();
    const rdd = (batch: readonly Value[] | null) =>
      emptyHasNone && batch?.length === 0
        ? sc.emptyRDD<unknown>()
        : sc.parallelize<unknown>((batch ?? []).map(javaValue), partitions);
    const queue = inputs[name]!.map(rdd);
    const oneAtATime = inputKind === 'queue';
    return queueDefault === undefined
      ? t.jssc.queueStream(queue, oneAtATime)
      : t.jssc.queueStream(queue, oneAtATime, rdd(queueDefault));
  },
  watch({ jssc }, { operation, directory, filter, newFilesOnly, recordLength }) {
    if (operation === 'textFileStream') return jssc.textFileStream(directory) as Stream;
    if (operation === 'binaryRecordsStream')
      return jssc.binaryRecordsStream(directory, recordLength!).map<unknown>(textOfBytes);
    const classes = [LongWritable, Text, TextInputFormat] as const;
    const accepts =
      filter === undefined ? null : (path: Path) => named('predicates', filter)(path.getName()) as boolean;
    const texts = jssc.fileStream(directory, ...classes, accepts, newFilesOnly);
    return values(texts.mapToPair((pair) => new Tuple2(pair._1().get(), pair._2().toString())));
  },
  record: (t, stream) => t.record(stream),
  async slice(stream, fromMs, toMs) {
    const rdds = await stream.slice(new Time(fromMs), new Time(toMs));
    return Promise.all([...rdds].map(async (rdd) => [...(await rdd.collect())]));
  },
  print: (stream, n) => stream.print(n),
  saveAsTextFiles: (stream, prefix, suffix) => stream.saveAsTextFiles(prefix, suffix),
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
    checkpoint: (s, [ms]) => s.checkpoint(millis(ms)),
    count: (s) => s.count() as Stream,
    reduce: (s, [f]) => s.reduce(java('reducers', f)),
    countByValue: (s, [n]) => values(s.countByValue(count(n))),
    union: (s, [other], context) => s.union(context.other(other)),
    unionAll: (s, [others], context) => context.jssc.union(s, new JList(context.others(others))),
    groupByKey: (s, [n]) => values(pairs(s).groupByKey(partitions(n)).mapValues(sorted)),
    reduceByKey: (s, [f, n]) => values(pairs(s).reduceByKey(java('reducers', f), partitions(n))),
    combineByKey(s, [create, mergeValue, mergeCombiners], context) {
      const merges = [java('reducers', mergeValue), java('reducers', mergeCombiners)] as const;
      return values(pairs(s).combineByKey(java('maps', create), ...merges, context.jssc.sc().defaultParallelism()));
    },
    rdd: (s, [program], { jssc }) => {
      const transformed: Stream = s.transform((rdd) => runJava(rdd, program, jssc.sc()));
      return transformed;
    },
    transform: (s, [f], context) => {
      const ofBatch = named('batchFunctions', f);
      const transformed: Stream = s.transform(async (rdd, time) =>
        dataSet(context, ofBatch(plain(await rdd.collect()) as Value[], time.milliseconds())),
      );
      return transformed;
    },
    transformWith: (s, [other, f], context) => {
      const ofBatches = named('pairOfBatchesFunctions', f);
      const transformed: Stream = s.transformWith(context.other(other), async (a: Records, b: Records, time: Time) => {
        const batches = [plain(await a.collect()) as Value[], plain(await b.collect()) as Value[]];
        return dataSet(context, ofBatches(...batches, time.milliseconds()));
      });
      return transformed;
    },
    transformAll: (s, [others, f], context) => {
      const ofBatches = named('manyBatchesFunctions', f);
      const transformed: Stream = context.jssc.transform([s, ...context.others(others)], async (rdds, time) => {
        const batches: Value[][] = [];
        for (const rdd of rdds) batches.push(plain(await rdd.collect()) as Value[]);
        return dataSet(context, ofBatches(batches, time.milliseconds()));
      });
      return transformed;
    },
    join: (s, [other, n], context) => values(pairs(s).join(pairs(context.other(other)), partitions(n))),
    leftOuterJoin: (s, [other, n], context) =>
      values(pairs(s).leftOuterJoin(pairs(context.other(other)), partitions(n))),
    rightOuterJoin: (s, [other, n], context) =>
      values(pairs(s).rightOuterJoin(pairs(context.other(other)), partitions(n))),
    fullOuterJoin: (s, [other, n], context) =>
      values(pairs(s).fullOuterJoin(pairs(context.other(other)), partitions(n))),
    cogroup: (s, [other, n], context) =>
      values(
        pairs(s)
          .cogroup(pairs(context.other(other)), partitions(n))
          .mapValues((lists) => new Tuple2(sorted(lists._1()), sorted(lists._2()))),
      ),
    window: (s, [w, slide]) => (slide === undefined ? s.window(millis(w)) : s.window(millis(w), millis(slide))),
    countByWindow: (s, [w, slide]) => s.countByWindow(millis(w), millis(slide)) as Stream,
    countByValueAndWindow: (s, [w, slide, n]) => values(s.countByValueAndWindow(millis(w), millis(slide), count(n))),
    reduceByWindow(s, [f, ...rest]) {
      const reduce = java('reducers', f);
      const [inverse, w, slide] = rest;
      if (typeof inverse !== 'string') return s.reduceByWindow(reduce, millis(rest[0]), millis(rest[1]));
      return s.reduceByWindow(reduce, java('reducers', inverse), millis(w), millis(slide));
    },
    groupByKeyAndWindow(s, [w, slide, n]) {
      const stream = pairs(s);
      const grouped =
        slide === undefined
          ? stream.groupByKeyAndWindow(millis(w))
          : stream.groupByKeyAndWindow(millis(w), millis(slide), partitions(n));
      return values(grouped.mapValues(sorted));
    },
    reduceByKeyAndWindow(s, [f, ...rest], context) {
      const stream = pairs(s);
      const reduce = java('reducers', f);
      if (typeof rest[0] !== 'string') {
        const [w, slide, n] = rest;
        if (slide === undefined) return values(stream.reduceByKeyAndWindow(reduce, millis(w)));
        return values(stream.reduceByKeyAndWindow(reduce, millis(w), millis(slide), partitions(n)));
      }
      const [inverse, w, slide, keep, n] = rest;
      const window = [java('reducers', inverse), millis(w), millis(slide)] as const;
      if (keep === undefined) return values(stream.reduceByKeyAndWindow(reduce, ...window));
      return values(stream.reduceByKeyAndWindow(reduce, ...window, partitioner(n, context), javaTest(keep)));
    },
    updateStateByKey(s, [f, options], context) {
      const update = named('updates', f);
      const next = (news: JList<unknown>, state: Optional<unknown>): Optional<unknown> =>
        Optional.ofNullable(javaValue(update(plain(news) as Value[], plain(state)) as Value));
      const { initial, partitions: n } = (options ?? {}) as StateArguments;
      if (initial === undefined) return values(pairs(s).updateStateByKey(next, partitions(n)));
      const states = context.jssc.sc().parallelizePairs(initial.map(javaPair));
      return values(pairs(s).updateStateByKey(next, partitioner(n, context), states));
    },
    mapWithState(s, [f, options], { jssc }) {
      const map = named('stateMaps', f);
      const { initial, timeoutMs, checkpointMs, snapshots, partitions: n } = (options ?? {}) as StateArguments;
      const spec = StateSpec.function(
        (_: Time, key: unknown, value: Optional<unknown>, state: State<unknown>) =>
          Optional.ofNullable<unknown>(
            javaValue(map(plain(key), plain(value), viewOf(state)) as Value),
          ) as Optional<unknown>,
      );
      if (initial !== undefined) spec.initialState(jssc.sc().parallelizePairs(initial.map(javaPair)));
      if (typeof n === 'number') spec.numPartitions(n);
      else if (n !== undefined) spec.partitioner(javaPartitioner(n));
      if (timeoutMs !== undefined) spec.timeout(new Duration(timeoutMs));
      const mapped = pairs(s).mapWithState(spec);
      if (checkpointMs !== undefined) mapped.checkpoint(new Duration(checkpointMs));
      return snapshots ? values(mapped.stateSnapshots()) : mapped;
    },
  },
};

interface StateArguments {
  readonly initial?: readonly Value[];
  readonly timeoutMs?: number;
  readonly checkpointMs?: number;
  readonly snapshots?: boolean;
  readonly partitions?: number | object;
}

/** The functions of the cases ask for a state that may not be there. */
const viewOf = (state: State<unknown>): NamedState => ({
  exists: () => state.exists(),
  get: () => plain(state.getOption()),
  update: (next) => state.update(javaValue(next as Value)),
  remove: () => state.remove(),
  isTimingOut: () => state.isTimingOut(),
});
