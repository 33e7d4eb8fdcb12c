import { type Misuse, namesMisuses } from '../../../bin/test/docs/misuses.ts';

const HEAD = `import { DoubleFunction, type Duration, FlatMapFunction, Function, HashPartitioner, JavaDStream, JavaPairDStream, JavaPairRDD,
  JavaRDD, JavaSparkContext, JavaStreamingContext, Optional, PairFlatMapFunction, PairFunction, SparkConf, type State, StateSpec,
  type Time, Tuple2, VoidFunction } from 'dstreams/java';
declare const ssc: JavaStreamingContext; declare const sc: JavaSparkContext; declare const w: Duration;
declare const words: JavaDStream<string>; declare const pairs: JavaPairDStream<string, number>;
declare const rdd: JavaRDD<string>; declare const pairRdd: JavaPairRDD<string, number>;
declare const length: Function<string, number>; declare const half: Function<number, number>; declare const one: PairFunction<string, string, number>;
declare const split: FlatMapFunction<string, string>; declare const sum: (a: number, b: number) => number;
`;

/** By the rows of the table of dispatch: an operation that is given what another one takes. */
const DISPATCH: readonly Misuse[] = [
  // map, flatMap, mapPartitions: by the class of the function
  ['a flatMap function in map', 'words.map(split);', /'"FlatMapFunction".*' is not assignable to type '.*"Function"/],
  [
    'a function of other records in map',
    'words.map(half);',
    /Types of parameters .* incompatible. +Type 'string' is not assignable to type 'number'/,
  ],
  ['the same on a data set', 'rdd.map(half);', /Type 'string' is not assignable to type 'number'/],
  ['a pair function in flatMap', 'words.flatMap(one);', /'"PairFunction"' is not assignable to type/],
  ['a function of one result in flatMap', 'words.flatMap(length);', /'number' is not assignable to type 'Results</],
  [
    'a lambda of one result in flatMap',
    'words.flatMap((s) => s.length);',
    /'number' is not assignable to type 'Results</,
  ],
  ['a pair function in filter', 'words.filter(one);', /'PairFunction<string, string, number>' is not assignable/],
  ['a number as condition', 'words.filter((s) => s.length);', /'number' is not assignable to type 'boolean'/],
  ['an array as pair', 'words.mapToPair((s) => [s, 1]);', /'\[string, number\]' is not assignable to type 'Tuple2</],
  [
    'one pair where there may be many',
    'words.flatMapToPair((s) => new Tuple2(s, 1));',
    /'Tuple2<string, number>' is not assignable to type 'Results<Tuple2</,
  ],
  ['a function of records for partitions', 'words.mapPartitions(split);', /'JIterator<string>' is not assignable to/],
  ['numbers of values that are none', 'rdd.mapToDouble((s) => s);', /'string' is not assignable to type 'number'/],
  ['statistics of values', 'rdd.map((s) => s.length).sum();', /'sum' does not exist on type 'JavaRDD<number>'/],
  [
    'tuples where Java knows no pairs',
    'words.map((s) => new Tuple2(s, 1)).reduceByKey(sum);',
    /'reduceByKey' does not exist on type 'JavaDStream<Tuple2<string, number>>'/,
  ],
  [
    'the same on a data set of tuples',
    'rdd.map((s) => new Tuple2(s, 1)).reduceByKey(sum);',
    /'reduceByKey' does not exist on type 'JavaRDD<Tuple2<string, number>>'/,
  ],
  // foreachRDD, transform: Function or Function2
  ['output by record', 'words.foreachRDD((s: string) => s);', /'JavaRDD<string>' is not assignable to type 'string'/],
  [
    'output of another kind of data set',
    'words.foreachRDD(new (class extends VoidFunction<JavaPairRDD<string, number>> { call() {} })()); words.foreachRDD((r: JavaPairRDD<string, number>) => r);',
    /'JavaRDD<string>' is missing the following properties from type 'JavaPairRDD<string, number>'/,
  ],
  [
    'an action as the result of transform',
    'words.transform((r) => r.collect());',
    /^\d+\+\d+: Argument of .*'ActionPromise<JList<string>>' is not assignable to type 'AnyRDD \| Promise<AnyRDD>'/,
  ],
  [
    'a number as the result of transform',
    'words.transform(() => 5);',
    /^\d+\+\d+: Argument of .*'number' is not assignable to type 'AnyRDD \| Promise<AnyRDD>'\.$/,
  ],
  [
    'no result of transform',
    'words.transform((r) => { r.count(); });',
    /^\d+\+\d+: Argument of .*'void' is not assignable to type 'AnyRDD \| Promise<AnyRDD>'\.$/,
  ],
  [
    'an unknown method in transform',
    'words.transform((r) => r.nope());',
    /^\d+\+\d+: Property 'nope' does not exist on type 'JavaRDD<string>'\.$/,
  ],
  [
    'transform by a function of other records',
    'words.transform((r: JavaRDD<number>) => r);',
    /^\d+\+\d+: Argument of .*'JavaRDD<string>' is not assignable to type 'JavaRDD<number>'/,
  ],
  [
    'a stream as the result of transform',
    'words.transform(() => words);',
    /^\d+\+\d+: Argument of .*'JavaDStream<string>' is not assignable to type 'AnyRDD \| Promise<AnyRDD>'/,
  ],
  [
    'no function',
    'words.transform(null);',
    /^\d+\+\d+: Argument of type 'null' is not assignable .*'BatchFn<.*AnyRDD>'\.$/,
  ],
  [
    'an action as the result of a transform of streams',
    'ssc.transform([words], (rdds) => rdds.get(0).count());',
    /^\d+\+\d+: Argument of .*'ActionPromise<number>' is not assignable to type 'AnyRDD \| Promise<AnyRDD>'/,
  ],
  [
    'an unknown method in a transform of streams',
    'ssc.transform([words], (rdds) => rdds.get(0).nope());',
    /^\d+\+\d+: Property 'nope' does not exist on type '.*RDD/,
  ],
  [
    'tuples as pairs from transformToPair',
    'words.transformToPair((r) => r.map((s) => new Tuple2(s, 1)));',
    /'JavaRDD<Tuple2<string, number>>' is not assignable to type '.*JavaPairRDD<unknown, unknown>/,
  ],
  [
    'tuples from transform as pairs',
    'words.transform((r) => r.map((s) => new Tuple2(s, 1))).reduceByKey(sum);',
    /'reduceByKey' does not exist on type 'JavaDStream<Tuple2<string, number>>'/,
  ],
  // transformWith: by the class of the other stream
  [
    'another kind of other data set',
    'words.transformWith(pairs, (a: JavaRDD<string>, b: JavaRDD<string>) => a);',
    /^\d+\+\d+: Argument of .*Types of parameters 'b' and 'other' are incompatible/,
  ],
  [
    'an action as the result of transformWith',
    'words.transformWith(pairs, (_a, b) => b.collectAsMap());',
    /^\d+\+\d+: Argument of .*'ActionPromise<JMap<string, number>>' is not assignable to type 'AnyRDD \| Promise<AnyRDD>'/,
  ],
  [
    'an unknown method in transformWith',
    'words.transformWith(pairs, (_a, b) => b.nope());',
    /^\d+\+\d+: Property 'nope' does not exist on type 'JavaPairRDD<string, number>'\.$/,
  ],
  [
    'no other stream',
    'words.transformWith(null, (a) => a);',
    /^\d+\+\d+: Argument of type 'null' is not assignable to parameter of type 'StreamOf<unknown>'/,
  ],
  ['a data set as the other stream', 'words.transformWith(rdd, (a) => a);', /'JavaRDD<string>' is not assignable to/],
  // windows: an inverse or none, by the second argument
  ['a number as window', 'pairs.reduceByKeyAndWindow(sum, 2000, 1000);', /'number' is not assignable to .*'Duration'/],
  ['a text as window', "words.window('2s');", /'string' is not assignable to .*'Duration'/],
  ['an inverse without slide', 'pairs.reduceByKeyAndWindow(sum, sum, w);', /is not assignable to .*'Duration'/],
  [
    'a filter in the place of the partitions',
    'pairs.reduceByKeyAndWindow(sum, sum, w, w, () => true);',
    /'Parts \| undefined'/,
  ],
  ['a window without slide, of which there is none', 'words.countByWindow(w);', /Expected 2 arguments, but got 1/],
  // n or Partitioner
  ['a text as number of partitions', "pairs.groupByKey('4');", /'"4"' is not assignable to .*'Parts \| undefined'/],
  [
    'a partitioner where Java takes a number',
    'words.countByValue(new HashPartitioner(2));',
    /'HashPartitioner' is not assignable to .*'number'/,
  ],
  ['the number in front on a stream', 'pairs.reduceByKey(4, sum);', /'number' is not assignable to .*'Fn2</],
  // by the number of arguments
  ['the name of a level', "words.persist('MEMORY_ONLY');", /'string' is not assignable to .*'StorageLevel'/],
  ['a queue of lists', 'ssc.queueStream([[1, 2], [3]]);', /'number\[\]\[\]' is not assignable to .*'Iterable<JavaRDD</],
  // union
  [
    'the union of values and pairs',
    'ssc.union(words, pairs);',
    /'JavaPairDStream<string, number>' is not assignable to .*'JavaDStream<string>'/,
  ],
  [
    'the union with tuples',
    'pairs.union(pairs.toJavaDStream());',
    /'JavaDStream<Tuple2<string, number>>' is not assignable/,
  ],
  [
    'a join with tuples',
    'pairs.join(words.map((s) => new Tuple2(s, 1)));',
    /'JavaDStream<Tuple2<string, number>>' is not assignable/,
  ],
  ['a join with a data set', 'pairs.join(pairRdd);', /'JavaPairRDD<string, number>' is not assignable to/],
  // StateSpec: three or four parameters
  ['a function in place of a StateSpec', 'pairs.mapWithState((k: string) => k);', /is not assignable to .*'StateSpec</],
  [
    'a value that is no Optional',
    'StateSpec.function((k: string, v: number, s: State<number>) => k.length + v + s.get());',
    /a function of \(key, Optional of the value, State\)/,
  ],
  [
    'a record where four parameters give an Optional',
    'StateSpec.function((t: Time, k: string, v: Optional<number>, s: State<number>) => [t, k, v, s].length);',
    /that returns an Optional/,
  ],
  [
    'an async function of state',
    'StateSpec.function(async (k: string, v: Optional<number>, s: State<number>) => [k, v, s]);',
    /not async/,
  ],
  [
    'the next state itself',
    'pairs.updateStateByKey((values) => values.size());',
    /'number' is not assignable to type 'Optional<number>'/,
  ],
  ['no next state', 'pairs.updateStateByKey(() => null);', /'null' is not assignable to type 'Optional<number>'/],
  [
    'arithmetic with the state',
    'pairs.updateStateByKey((values, state) => Optional.of(values.size() + state));',
    /'number' and 'Optional<number>'/,
  ],
  // constructors and factories
  [
    'a number as batch duration',
    "new JavaStreamingContext('local', 'app', 1000);",
    /'number' is not assignable to .*'Duration'/,
  ],
  [
    'the same behind a configuration',
    'new JavaStreamingContext(new SparkConf(), 1000);',
    /'number' is not assignable to .*'Duration'/,
  ],
  [
    'a factory of nothing',
    "JavaStreamingContext.getOrCreate('dir', () => {});",
    /'void' is not assignable to type 'JavaStreamingContext'/,
  ],
  ['an async factory', "JavaStreamingContext.getOrCreate('dir', async () => ssc);", /'Promise<JavaStreamingContext>'/],
];

/** What nobody meets in Java: of promises, methods and fields. */
const OTHER: readonly Misuse[] = [
  [
    'an async function in map',
    'words.map(async (s) => s.length);',
    /must not be async: use mapAsync\(f, \{ concurrency \}\)/,
  ],
  ['the same on a data set', 'rdd.map(async (s) => s.length);', /must not be async: use mapAsync/],
  // The compiler's first line is of overloads, which objects and lambdas need; its second says what is wrong.
  [
    'an async method call',
    'words.map({ call: async (s: string) => s.length });',
    /^\d+\+\d+: No overload matches this call\. +The last overload gave the following error\. +Type '\(s: string\) => Promise<number>' .*"a record, not a promise: use mapAsync\(f, \{ concurrency \}\)"/,
  ],
  ['the same on a data set', 'rdd.map({ call: async (s: string) => s.length });', /not a promise: use mapAsync/],
  ['an async function in mapValues', 'pairs.mapValues(async (n) => n);', /must not be async: use mapAsync/],
  ['an async function that makes keys', 'rdd.keyBy(async (s) => s);', /must not be async: use mapAsync/],
  ['an async function that groups', 'rdd.groupBy(async (s) => s);', /must not be async: use mapAsync/],
  ['an async function that sorts', 'rdd.sortBy(async (s) => s);', /must not be async: use mapAsync/],
  [
    'an async function that combines',
    'pairs.combineByKey(async (v) => v, async (c) => c, async (c) => c, 2);',
    /must not be async/,
  ],
  [
    'an async function for each record',
    'rdd.foreach(async (s) => void s);',
    /must not be async: foreachPartition\(f\) waits/,
  ],
  ['an async condition', 'words.filter(async () => true);', /'Promise<boolean>' is not assignable to type 'boolean'/],
  [
    'a component that is not called',
    'pairs.map((pair) => pair._1);',
    /a function is no record: call it, as in pair\._1\(\)/,
  ],
  ['arithmetic with a component', 'pairs.map((pair) => pair._2 + 1);', /'\(\) => number' and 'number'/],
  [
    'a result without await',
    'const n: number = rdd.count(); void n;',
    /'ActionPromise<number>' is not assignable to type 'number'/,
  ],
  ['a list without await', 'rdd.collect().size();', /'size' does not exist on type 'ActionPromise<JList<string>>'/],
];

describe('what the compiler says of the commonest misuses, Java style', () =>
  namesMisuses(HEAD, [...DISPATCH, ...OTHER]));
