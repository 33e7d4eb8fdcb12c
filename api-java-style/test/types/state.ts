// What the compiler has to say of joins, windows and state. Nothing here is run.
import {
  type Duration,
  Function2,
  Function3,
  Function4,
  HashPartitioner,
  type JavaDStream,
  type JavaMapWithStateDStream,
  type JavaPairDStream,
  type JavaPairRDD,
  type JavaRDD,
  type JavaStreamingContext,
  type JList,
  Optional,
  type State,
  StateSpec,
  type Time,
  Tuple2,
  type Tuple3,
} from 'dstreams/java';

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const is = <A, B>(_: Equal<A, B>): void => {};

type Ages = JavaPairDStream<string, number>;
type Names = JavaPairDStream<string, string>;

export function joins(ages: Ages, names: Names, flags: JavaPairDStream<number, boolean>): void {
  const joined = ages.join(names);
  const left = ages.leftOuterJoin(names, 4);
  const right = ages.rightOuterJoin(names, new HashPartitioner(4));
  const full = ages.fullOuterJoin(names);
  const groups = ages.cogroup(names);
  is<typeof joined, JavaPairDStream<string, Tuple2<number, string>>>(true);
  is<typeof left, JavaPairDStream<string, Tuple2<number, Optional<string>>>>(true);
  is<typeof right, JavaPairDStream<string, Tuple2<Optional<number>, string>>>(true);
  is<typeof full, JavaPairDStream<string, Tuple2<Optional<number>, Optional<string>>>>(true);
  is<typeof groups, JavaPairDStream<string, Tuple2<JList<number>, JList<string>>>>(true);
  // @ts-expect-error: keys are of different types
  ages.join(flags);
  // @ts-expect-error: a stream of tuples is no stream of pairs
  ages.join(names.toJavaDStream());
}

export function transforms(ssc: JavaStreamingContext, lines: JavaDStream<string>, ages: Ages): void {
  const values = lines.transformWith(ages, (a, b, time) => {
    is<typeof a, JavaRDD<string>>(true);
    is<typeof b, JavaPairRDD<string, number>>(true);
    is<typeof time, Time>(true);
    return a.union(b.keys());
  });
  const pairs = ages.transformWith(lines, (a, b) => a.union(b.mapToPair((s) => new Tuple2(s, s.length))));
  const toPair = lines.transformWithToPair(lines, (a) => a.mapToPair((s) => new Tuple2(s.length, s)));
  const later = lines.transformWith(ages, async (a, b) => {
    const n = await b.count();
    return a.map((s) => s.length * n);
  });
  const ofClass = lines.transformWith(
    ages,
    new (class extends Function3<JavaRDD<string>, JavaPairRDD<string, number>, Time, JavaRDD<number>> {
      override call(_: JavaRDD<string>, b: JavaPairRDD<string, number>): JavaRDD<number> {
        return b.values();
      }
    })(),
  );
  const many = ssc.transform([lines, lines], async (rdds) => rdds.get(0) as JavaRDD<string>);
  is<typeof values, JavaDStream<string>>(true);
  is<typeof pairs, Ages>(true);
  is<typeof toPair, JavaPairDStream<number, string>>(true);
  is<typeof later, JavaDStream<number>>(true);
  is<typeof ofClass, JavaDStream<number>>(true);
  is<typeof many, JavaDStream<string>>(true);
}

export function windows(ages: Ages, lines: JavaDStream<string>, w: Duration, s: Duration): void {
  const reduced = ages.reduceByKeyAndWindow((a, b) => a + b, w, s, 4);
  const kept = ages.reduceByKeyAndWindow(
    (a, b) => a + b,
    (a, b) => a - b,
    w,
    s,
    new HashPartitioner(4),
    (pair) => pair._2() !== 0,
  );
  const groups = ages.groupByKeyAndWindow(w);
  const ofPairs = ages.reduceByWindow((a) => a, w, s);
  const ofLines = lines.reduceByWindow(
    (a, b) => a + b,
    (a) => a,
    w,
    s,
  );
  const counts = lines.countByWindow(w, s);
  const byValue = lines.countByValueAndWindow(w, s, 4);
  is<typeof reduced, Ages>(true);
  is<typeof kept, Ages>(true);
  is<typeof groups, JavaPairDStream<string, JList<number>>>(true);
  is<typeof ofPairs, JavaDStream<Tuple2<string, number>>>(true);
  is<typeof ofLines, JavaDStream<string>>(true);
  is<typeof counts, JavaDStream<number>>(true);
  is<typeof byValue, Ages>(true);
  // @ts-expect-error: durations are no numbers here
  lines.countByWindow(1000, 1000);
  const sum = (a: number, b: number): number => a + b;
  // @ts-expect-error: with an inverse the slide must be said
  ages.reduceByKeyAndWindow(sum, sum, w);
  // @ts-expect-error: the filter sees pairs
  ages.reduceByKeyAndWindow(sum, sum, w, s, 4, (n: number) => n !== 0);
}

export function updates(ages: Ages, initial: JavaPairRDD<string, boolean>): void {
  const sums = ages.updateStateByKey((values, state) => {
    is<typeof values, JList<number>>(true);
    is<typeof state, Optional<number>>(true);
    return Optional.of(state.orElse(0) + values.size());
  });
  const texts = ages.updateStateByKey((_values, state: Optional<string>) => state, 4);
  const given = ages.updateStateByKey<boolean>(() => Optional.absent(), new HashPartitioner(4), initial);
  const ofClass = ages.updateStateByKey(
    new (class extends Function2<JList<number>, Optional<string>, Optional<string>> {
      override call(_: JList<number>, state: Optional<string>): Optional<string> {
        return state;
      }
    })(),
  );
  is<typeof sums, Ages>(true);
  is<typeof texts, Names>(true);
  is<typeof given, JavaPairDStream<string, boolean>>(true);
  is<typeof ofClass, Names>(true);
  const ofPartition = ages.updateStateByKey<string>(
    (entries) => {
      const entry = entries.next();
      is<typeof entry, Tuple3<string, JList<number>, Optional<string>>>(true);
      return [new Tuple2(entry._1(), 'x')].values();
    },
    new HashPartitioner(4),
    true,
  );
  is<typeof ofPartition, Names>(true);
  // @ts-expect-error: states by their keys
  ages.updateStateByKey((entries) => [entries.next()._1()], 4, false);
  // @ts-expect-error: the next state is an Optional
  ages.updateStateByKey((values) => values.size());
  // @ts-expect-error: a promise is no state
  ages.updateStateByKey(async () => Optional.of(1));
}

export function states(ages: Ages, names: Names, initial: JavaPairRDD<string, boolean>, idle: Duration): void {
  const three = StateSpec.function((key: string, value: Optional<number>, state: State<boolean>) => {
    state.update(value.isPresent());
    return key.length;
  });
  const four = StateSpec.function(
    (_time: Time, _key: string, _value: Optional<number>, _state: State<boolean>): Optional<string> =>
      Optional.absent(),
  );
  const rest = StateSpec.functionWithTime((...args: [Time, string, Optional<number>, State<boolean>]) =>
    Optional.of(args[1]),
  );
  const ofThree = StateSpec.function(
    new (class extends Function3<string, Optional<number>, State<boolean>, string> {
      override call(key: string, _value: Optional<number>, _state: State<boolean>): string {
        return key;
      }
    })(),
  );
  const ofFour = StateSpec.function(
    new (class extends Function4<Time, string, Optional<number>, State<boolean>, Optional<string>> {
      override call(_time: Time, key: string, _value: Optional<number>, _state: State<boolean>): Optional<string> {
        return Optional.of(key);
      }
    })(),
  );
  is<typeof three, StateSpec<string, number, boolean, number>>(true);
  is<typeof four, StateSpec<string, number, boolean, string>>(true);
  is<typeof rest, StateSpec<string, number, boolean, string>>(true);
  is<typeof ofThree, StateSpec<string, number, boolean, string>>(true);
  is<typeof ofFour, StateSpec<string, number, boolean, string>>(true);
  const mapped = ages.mapWithState(three.initialState(initial).numPartitions(4).timeout(idle));
  const snapshots = mapped.stateSnapshots();
  is<typeof mapped, JavaMapWithStateDStream<string, number, boolean, number>>(true);
  is<typeof snapshots, JavaPairDStream<string, boolean>>(true);
  // @ts-expect-error: the values are of another type
  names.mapWithState(three);
  // @ts-expect-error: the initial state is of another type
  StateSpec.function((_key: string, _value: Optional<number>, _state: State<string>) => 1).initialState(initial);
}

export function evolution(ages: Ages): void {
  const update = (_: JList<number>, state: Optional<string>): Optional<string> => state;
  const migrate = (old: number, version: number): string => `${old} of ${version}`;
  is<ReturnType<typeof taken>, JavaPairDStream<string, string>>(true);
  const taken = () => ages.updateStateByKey(update, 2, undefined, { stateVersion: 2, migrate });
  const spec = StateSpec.function((_: string, __: Optional<number>, state: State<string>) => state.get());
  const mapped = ages.mapWithState(spec.stateVersion(2).migrate((old: number) => Optional.of(String(old))));
  is<typeof mapped, JavaMapWithStateDStream<string, number, string, string>>(true);
  // @ts-expect-error: the state is a text
  ages.updateStateByKey(update, 2, undefined, { stateVersion: 2, migrate: (old: number) => old });
}
