// What the compiler has to say of correct and of wrong uses. Nothing here is run.
import {
  DoubleFunction,
  FlatMapFunction,
  Function,
  HashPartitioner,
  type InputFormat,
  type JavaDStream,
  type JavaPairDStream,
  type JavaPairInputDStream,
  type JavaPairRDD,
  type JavaRDD,
  type JavaStreamingContext,
  type JIterator,
  type JList,
  type List,
  Optional,
  PairFlatMapFunction,
  PairFunction,
  Seconds,
  type Time,
  Tuple2,
  VoidFunction,
  VoidFunction2,
} from 'dstreams/java';

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const is = <A, B>(_: Equal<A, B>): void => {};

export function dispatch(lines: JavaDStream<string>): void {
  class Length extends Function<string, number> {
    call(s: string): number {
      return s.length;
    }
  }
  class One extends PairFunction<string, string, number> {
    call(s: string): Tuple2<string, number> {
      return new Tuple2(s, 1);
    }
  }
  class Words extends FlatMapFunction<string, string> {
    call(s: string): Iterable<string> {
      return s.split(' ');
    }
  }
  class Pairs extends PairFlatMapFunction<string, string, number> {
    call(s: string): Iterable<Tuple2<string, number>> {
      return [new Tuple2(s, 1)];
    }
  }
  class PairsOfPartition extends PairFlatMapFunction<JIterator<string>, string, number> {
    call(it: JIterator<string>): Iterator<Tuple2<string, number>> {
      return [new Tuple2(it.next(), 1)].values();
    }
  }
  class Half extends DoubleFunction<string> {
    call(s: string): number {
      return s.length / 2;
    }
  }
  const lengths = lines.map(new Length());
  const pairs = lines.map(new One());
  const words = lines.flatMap(new Words());
  const flatPairs = lines.flatMap(new Pairs());
  const partitionPairs = lines.mapPartitions(new PairsOfPartition());
  const halves = lines.map(new Half());
  const lambdas = lines.map((s) => s.length);
  const tuples = lines.map((s) => new Tuple2(s, 1));
  const literals = lines.map({ call: (s: string) => s.length });
  const method = lines.map({
    call(s: string) {
      return s.length;
    },
  });
  const letters = lines.flatMap((s) => s.split(''));
  const toPair = lines.mapToPair((s) => new Tuple2(s, s.length));
  const toPairObject = lines.mapToPair(new One());
  const flatToPair = lines.flatMapToPair((s) => [new Tuple2(s, s.length)]);
  const sizes = lines.mapPartitions((it) => [[...it].length]);
  is<typeof lengths, JavaDStream<number>>(true);
  is<typeof pairs, JavaPairDStream<string, number>>(true);
  is<typeof words, JavaDStream<string>>(true);
  is<typeof flatPairs, JavaPairDStream<string, number>>(true);
  is<typeof partitionPairs, JavaPairDStream<string, number>>(true);
  is<typeof halves, JavaDStream<number>>(true);
  is<typeof lambdas, JavaDStream<number>>(true);
  is<typeof tuples, JavaDStream<Tuple2<string, number>>>(true);
  is<typeof literals, JavaDStream<number>>(true);
  is<typeof method, JavaDStream<number>>(true);
  is<typeof letters, JavaDStream<string>>(true);
  is<typeof toPair, JavaPairDStream<string, number>>(true);
  is<typeof toPairObject, JavaPairDStream<string, number>>(true);
  is<typeof flatToPair, JavaPairDStream<string, number>>(true);
  is<typeof sizes, JavaDStream<number>>(true);
}

/** Programs of one's own that know no more of the records than that they are there. */
export function generic<T, U, K, V>(
  values: JavaDStream<T>,
  pairs: JavaPairDStream<K, V>,
  rdd: JavaRDD<T>,
  f: (x: T) => U,
  g: Function<T, U>,
): void {
  const same = values.map((x) => x);
  const mapped = values.map(f);
  const called = values.map(g);
  const keys = pairs.map((pair) => pair._1());
  const kept = pairs.mapValues((v) => v);
  const keyed = rdd.keyBy(f);
  const identity = <A>(a: A): A => a;
  const passed = values.map(identity);
  const optional = values.map(Optional.of);
  is<typeof same, JavaDStream<T>>(true);
  is<typeof mapped, JavaDStream<U>>(true);
  is<typeof called, JavaDStream<U>>(true);
  is<typeof keys, JavaDStream<K>>(true);
  is<typeof kept, JavaPairDStream<K, V>>(true);
  is<typeof keyed, JavaPairRDD<U, T>>(true);
  is<typeof passed, JavaDStream<T>>(true);
  is<typeof optional, JavaDStream<Optional<NonNullable<T>>>>(true);
}

export function byKey(pairs: JavaPairDStream<string, number>, lines: JavaDStream<string>): void {
  const grouped = pairs.groupByKey(4);
  const reduced = pairs.reduceByKey((a, b) => a + b, new HashPartitioner(2));
  const combined = pairs.combineByKey(
    (v) => [v],
    (c, v) => [...c, v],
    (a, b) => [...a, ...b],
    new HashPartitioner(2),
  );
  const texts = pairs.mapValues((v) => String(v));
  const flat = pairs.flatMapValues((v) => [v, String(v)]);
  const filtered = pairs.filter((pair) => pair._2() > 1);
  const windowed = pairs.union(filtered).cache();
  const firsts = pairs.map((pair) => pair._1());
  is<typeof grouped, JavaPairDStream<string, JList<number>>>(true);
  is<typeof reduced, JavaPairDStream<string, number>>(true);
  is<typeof combined, JavaPairDStream<string, number[]>>(true);
  is<typeof texts, JavaPairDStream<string, string>>(true);
  is<typeof flat, JavaPairDStream<string, string | number>>(true);
  is<typeof filtered, JavaPairDStream<string, number>>(true);
  is<typeof windowed, JavaPairDStream<string, number>>(true);
  is<typeof firsts, JavaDStream<string>>(true);
  // @ts-expect-error: only streams of pairs have operations by key
  lines.reduceByKey((a: string, b: string) => a + b);
  // @ts-expect-error: neither has a stream of tuples, which Java does not know to be pairs
  lines.map((s) => new Tuple2(s, 1)).groupByKey();
  // @ts-expect-error: values are numbers
  pairs.reduceByKey((a: string, b: string) => a + b);
}

export function batches(
  ssc: JavaStreamingContext,
  lines: JavaDStream<string>,
  pairs: JavaPairDStream<string, number>,
): void {
  lines.foreachRDD((rdd, time) => {
    is<typeof rdd, JavaRDD<string>>(true);
    is<typeof time, Time>(true);
  });
  lines.foreachRDD(async (rdd) => {
    const count = await rdd.count();
    is<typeof count, number>(true);
  });
  pairs.foreach((rdd) => {
    is<typeof rdd, JavaPairRDD<string, number>>(true);
    return null;
  });
  pairs.foreachRDD(
    new (class extends VoidFunction<JavaPairRDD<string, number>> {
      async call(rdd: JavaPairRDD<string, number>): Promise<void> {
        (await rdd.collectAsMap()).get('a');
      }
    })(),
  );
  lines.foreachRDD(
    new (class extends VoidFunction2<JavaRDD<string>, Time> {
      call(_rdd: JavaRDD<string>, time: Time): void {
        time.milliseconds();
      }
    })(),
  );
  lines.foreachPartition(async (it) => {
    for (const line of it) is<typeof line, string>(true);
  });
  const sizes = lines.transform((rdd) => rdd.map((s) => s.length));
  const swapped = pairs.transformToPair((rdd, _time) => rdd.mapToPair((pair) => pair.swap()));
  const guessed = pairs.transform((rdd) => rdd.mapToPair((pair) => pair.swap()));
  const both = ssc.transform([lines, pairs.toJavaDStream()], (rdds, _time) => rdds.get(0) as JavaRDD<string>);
  const united = ssc.union(pairs, [pairs]);
  const unitedLines = ssc.union(lines, lines);
  is<typeof sizes, JavaDStream<number>>(true);
  is<typeof swapped, JavaPairDStream<number, string>>(true);
  is<typeof guessed, JavaPairDStream<number, string>>(true);
  is<typeof both, JavaDStream<string>>(true);
  is<typeof united, JavaPairDStream<string, number>>(true);
  is<typeof unitedLines, JavaDStream<string>>(true);
}

export function refused(
  lines: JavaDStream<string>,
  pairs: JavaPairDStream<string, number>,
  one: PairFunction<string, string, boolean>,
): void {
  // @ts-expect-error: a promise is no record
  lines.map(async (s) => s.length);
  // @ts-expect-error: nor is it a value
  pairs.mapValues(async (v) => v);
  // @ts-expect-error: nor is it a condition
  lines.filter(async (s) => s.length > 0);
  // @ts-expect-error: nor is it a list of results
  lines.flatMap(async (s) => [s]);
  // @ts-expect-error: an object literal is no PairFunction, so this is a stream of tuples
  lines.map({ call: (s: string) => new Tuple2(s, 1) }).groupByKey();
  // @ts-expect-error: a pair function is no Function
  lines.filter(one);
  const later = lines.mapAsync(async (s) => s.length);
  is<typeof later, JavaDStream<number>>(true);
}

export function files(ssc: JavaStreamingContext): void {
  class Lengths implements InputFormat<string, bigint> {
    async *read(): AsyncGenerator<[string, bigint][]> {
      yield [['a', 1n]];
    }
  }
  is<typeof lines, JavaDStream<string>>(true);
  const lines = ssc.textFileStream('/in');
  const records = ssc.binaryRecordsStream('/in', 8);
  is<typeof records, JavaDStream<Uint8Array>>(true);
  const text = ssc.fileStream('/in');
  is<typeof text, JavaPairInputDStream<number, string>>(true);
  const filtered = ssc.fileStream('/in', (path) => path.getName().endsWith('.txt'), false);
  is<typeof filtered, JavaPairInputDStream<number, string>>(true);
  const byClass = ssc.fileStream('/in', String, BigInt64Array, Lengths, (path) => !path.isRoot(), true);
  is<typeof byClass, JavaPairInputDStream<string, bigint>>(true);
  // @ts-expect-error: a filter answers with a boolean
  ssc.fileStream('/in', () => 1, true);
}

/** Where the types of keys and values are not known. */
export function groupingsOfAny<K, V>(pairs: JavaPairDStream<K, V>): JavaPairDStream<K, V | undefined> {
  return pairs.groupByKey().mapValues((values) => (values.size() > 1 ? values.get(0) : undefined));
}

/** What Java programs declare as the result of a grouping. */
export function groupings(ages: JavaPairDStream<string, number>, names: JavaPairDStream<string, string>): void {
  const plain = ages.groupByKey();
  is<typeof plain, JavaPairDStream<string, JList<number>>>(true);
  const iterables: JavaPairDStream<string, Iterable<number>> = ages.groupByKey();
  const lists: JavaPairDStream<string, List<number>> = ages.groupByKey(4);
  const windows: JavaPairDStream<string, Iterable<number>> = ages.groupByKeyAndWindow(Seconds(2));
  const both: JavaPairDStream<string, Tuple2<Iterable<number>, Iterable<string>>> = ages.cogroup(names);
  const sizes: JavaPairDStream<string, number> = both.mapValues((sides) => [...sides._1(), ...sides._2()].length);
  for (const stream of [iterables, lists, windows, sizes]) stream.print();
  ages.foreachRDD((rdd) => {
    const grouped: JavaPairRDD<string, Iterable<number>> = rdd.groupByKey();
    const sides: JavaPairRDD<string, Tuple2<Iterable<number>, Iterable<number>>> = rdd.cogroup(rdd);
    is<typeof grouped extends typeof sides ? 1 : 2, 2>(true);
  });
  // @ts-expect-error: the values are numbers.
  const texts: JavaPairDStream<string, Iterable<string>> = ages.groupByKey();
  // @ts-expect-error: lists are no sets.
  const sets: JavaPairDStream<string, Set<number>> = ages.groupByKey();
  sets.print();
  texts.print();
}
