import {
  Durations,
  type JavaDStream,
  type JavaStreamingContext,
  type Optional as OptionalOf,
  Optional,
  type State,
  StateSpec,
  Tuple2,
} from '../../../api-java-style/index.ts';

/** Has what a stream gives written down, in order of its text. */
export type Show = (name: string, stream: { foreachRDD(f: any): void }) => void;

const add = (a: number, b: number): number => a + b;
const subtract = (a: number, b: number): number => a - b;
const ones = (stream: JavaDStream<string>) => stream.mapToPair((record) => new Tuple2(record, 1));

/** State that has begun with another one, and that of `mapWithState` with a time-out; both are saved every other second. */
export function initialStates(jssc: JavaStreamingContext, first: JavaDStream<string>, show: Show): void {
  const initial = () => jssc.sc().parallelizePairs([new Tuple2('q', 3), new Tuple2('a', 5)]);
  const next = (values: Iterable<number>, total: OptionalOf<number>) =>
    Optional.of([...values].reduce(add, total.or(0)));
  const totals = ones(first).updateStateByKey(next, 2, initial());
  totals.checkpoint(Durations.seconds(2));
  show('initial', totals);
  const sum = (key: string, value: OptionalOf<number>, state: State<number>): string => {
    if (state.isTimingOut()) return `${key} out ${state.get()}`;
    const total = (state.exists() ? state.get() : 0) + value.or(0);
    state.update(total);
    return `${key}=${total}`;
  };
  const spec = StateSpec.function(sum).numPartitions(2).timeout(Durations.seconds(3)).initialState(initial());
  const mapped = ones(first).mapWithState(spec);
  mapped.checkpoint(Durations.seconds(2));
  show('mapped', mapped);
  show('snapshots', mapped.stateSnapshots());
}

/** Windows with an inverse function and a filter, in each batch and in every other one; and by value. */
export function filteredWindows(first: JavaDStream<string>, show: Show): void {
  const isThere = (pair: Tuple2<string, number>): boolean => pair._2() > 0;
  for (const [name, window, slide] of [
    ['filtered', 3, 1],
    ['filtered2', 4, 2],
  ] as const) {
    const counts = ones(first);
    const lengths = [Durations.seconds(window), Durations.seconds(slide)] as const;
    show(name, counts.reduceByKeyAndWindow(add, subtract, ...lengths, 2, isThere));
  }
  show('byValue', first.countByValueAndWindow(Durations.seconds(3), Durations.seconds(1)));
}

/** A receiver together with the files of a directory. */
export function withFiles(first: JavaDStream<string>, files: JavaDStream<string>, show: Show): void {
  const counts = first.transformWithToPair(files, (own, others) =>
    own
      .mapToPair((record) => new Tuple2(record, 1))
      .cogroup(others.mapToPair((record) => new Tuple2(record, 1)))
      .mapValues((both) => `${[...both._1()].length}/${[...both._2()].length}`),
  );
  show('with', counts);
  show('union', first.union(files));
  show('unionWindow', first.union(files).window(Durations.seconds(3), Durations.seconds(1)).countByValue());
  show('joined', ones(first).leftOuterJoin(ones(files).window(Durations.seconds(2), Durations.seconds(1))));
}
