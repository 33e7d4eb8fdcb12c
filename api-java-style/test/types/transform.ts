// What the compiler makes of functions of batches: lambdas, objects, classes, async or not. Nothing here is run.
import {
  Function,
  Function2,
  Function3,
  type JavaDStream,
  type JavaPairDStream,
  type JavaPairRDD,
  type JavaRDD,
  type JavaStreamingContext,
  type Time,
  Tuple2,
} from 'dstreams/java';

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const is = <A, B>(_: Equal<A, B>): void => {};

class Lengths extends Function<JavaRDD<string>, JavaRDD<number>> {
  call(rdd: JavaRDD<string>): JavaRDD<number> {
    return rdd.map((s) => s.length);
  }
}

class Pairs extends Function2<JavaRDD<string>, Time, JavaPairRDD<string, number>> {
  call(rdd: JavaRDD<string>, time: Time): JavaPairRDD<string, number> {
    return rdd.mapToPair((s) => new Tuple2(s, time.milliseconds()));
  }
}

class Others extends Function3<JavaRDD<string>, JavaPairRDD<string, number>, Time, JavaPairRDD<string, number>> {
  call(_rdd: JavaRDD<string>, other: JavaPairRDD<string, number>): JavaPairRDD<string, number> {
    return other;
  }
}

export function ofOneStream(words: JavaDStream<string>): void {
  const byClass = words.transform(new Lengths());
  const byPairClass = words.transform(new Pairs());
  const byObject = words.transform({ call: (rdd) => rdd.map((s) => s.length) });
  const byMethod = words.transform({
    call(rdd, time) {
      return rdd.mapToPair((s) => new Tuple2(s, time.milliseconds()));
    },
  });
  const awaited = words.transform(async (rdd) => {
    const count = await rdd.count();
    return rdd.map((s) => s.length / count);
  });
  const awaitedMethod = words.transform({
    async call(rdd: JavaRDD<string>) {
      const count = await rdd.count();
      return rdd.map((s) => s.length / count);
    },
  });
  const either = words.transform((rdd, time) =>
    time.milliseconds() > 1000 ? rdd : rdd.mapToPair((s) => new Tuple2(s, 1)),
  );
  is<typeof byClass, JavaDStream<number>>(true);
  is<typeof byPairClass, JavaPairDStream<string, number>>(true);
  is<typeof byObject, JavaDStream<number>>(true);
  is<typeof byMethod, JavaPairDStream<string, number>>(true);
  is<typeof awaited, JavaDStream<number>>(true);
  is<typeof awaitedMethod, JavaDStream<number>>(true);
  is<typeof either, JavaDStream<string> | JavaPairDStream<string, number>>(true);
}

export function ofTwoStreams(words: JavaDStream<string>, pairs: JavaPairDStream<string, number>): void {
  const byClass = words.transformWith(pairs, new Others());
  const byLambda = words.transformWith(words, (a, b) => a.union(b));
  const byTime = words.transformWith(pairs, (_a, b, time) => b.mapValues((n) => n + time.milliseconds()));
  const byObject = words.transformWith(pairs, { call: (_a, b) => b.keys() });
  const awaited = words.transformWith(pairs, async (a, b) => {
    const isLong = (await a.count()) > 1;
    return isLong ? a.map((s) => s.length) : b.values();
  });
  is<typeof byClass, JavaPairDStream<string, number>>(true);
  is<typeof byLambda, JavaDStream<string>>(true);
  is<typeof byTime, JavaPairDStream<string, number>>(true);
  is<typeof byObject, JavaDStream<string>>(true);
  is<typeof awaited, JavaDStream<number>>(true);
}

export function ofManyStreams(ssc: JavaStreamingContext, words: JavaDStream<string>): void {
  const first = ssc.transform([words, words], (rdds) => rdds.get(0) as JavaRDD<string>);
  const byPair = ssc.transform([words], (rdds, time) =>
    (rdds.get(0) as JavaRDD<string>).mapToPair((s) => new Tuple2(s, time.milliseconds())),
  );
  is<typeof first, JavaDStream<string>>(true);
  is<typeof byPair, JavaPairDStream<string, number>>(true);
}

export function ofTypeParameters<T, U, K, V>(
  stream: JavaDStream<T>,
  pairs: JavaPairDStream<K, V>,
  f: (rdd: JavaRDD<T>) => JavaRDD<U>,
): void {
  const kept = stream.transform((rdd) => rdd.filter(() => true));
  const keptPairs = pairs.transform((rdd) => rdd.filter(() => true));
  const made = stream.transform(f);
  is<typeof kept, JavaDStream<T>>(true);
  is<typeof keptPairs, JavaPairDStream<K, V>>(true);
  is<typeof made, JavaDStream<U>>(true);
}
