import { StorageLevels } from 'dstreams';
import { type Duration, Optional, type State, StateSpec, Time } from 'dstreams/java';
import {
  add,
  type AnyPairs,
  type AnyStream,
  boom,
  checkpointed,
  fails,
  type Lab,
  ms,
  passes,
  type Program,
  type Reducer,
  started,
  subtract,
  whole,
  wholePairs,
} from './error-programs.ts';

/** What these programs use of streams beside the others. */
interface Values extends AnyStream {
  countByWindow(window: Duration, slide: Duration): AnyStream;
  countByValueAndWindow(window: Duration, slide: Duration): AnyStream;
  reduceByWindow(f: Reducer, window: Duration, slide: Duration): AnyStream;
  reduceByWindow(f: Reducer, inverse: Reducer, window: Duration, slide: Duration): AnyStream;
  transformWith(other: AnyStream, f: () => unknown): AnyStream;
  filter(f: () => boolean): AnyStream;
}

interface Pairs extends AnyPairs {
  union(other: AnyStream): Pairs;
  reduceByKey(f: Reducer, partitions: number): AnyStream;
  groupByKeyAndWindow(window: Duration, slide: Duration, partitions?: number): AnyStream;
  updateStateByKey(f: (values: unknown, state: unknown) => unknown, partitions?: number): AnyStream;
  cogroup(other: AnyStream): AnyStream;
  mapWithState(spec: unknown, options?: unknown): AnyStream;
  reduceByKeyAndWindow(f: Reducer, ...rest: unknown[]): AnyStream;
}

const values = (build: (s: Values) => AnyStream, isCheckpointed = false, batches = 0) =>
  whole((s) => build(s as Values), isCheckpointed ? checkpointed : {}, batches);
const pairs = (build: (s: Pairs, lab: Lab) => AnyStream, isCheckpointed = false, batches = 0) =>
  wholePairs((s, lab) => build(s as Pairs, lab), isCheckpointed ? checkpointed : {}, batches);

const counted = (s: Pairs, { surface }: Lab, partitions?: number): AnyStream =>
  s.updateStateByKey(() => (surface === 'java' ? Optional.of(1) : 1), partitions);

/** Both surfaces have these of a state. */
type Mapping = (key: unknown, value: unknown, state: Pick<State<unknown>, 'get' | 'update' | 'remove'>) => unknown;
const mapped = (f: Mapping, batches: number, timeout?: Duration) =>
  pairs(
    (s, { surface }) => {
      if (surface === 'fluent') return s.mapWithState(f, timeout === undefined ? {} : { timeout });
      const spec = StateSpec.function(f as (key: unknown, value: Optional<unknown>, state: State<unknown>) => number);
      return s.mapWithState(timeout === undefined ? spec : spec.timeout(timeout));
    },
    true,
    batches,
  );

/** An output operation that does something to the batch, or in it. */
const output = (f: (rdd: never, input: Values) => unknown) => async (lab: Lab) => {
  const t = lab.context();
  const input = lab.input(t) as Values;
  input.filter(() => false).foreachRDD((rdd) => f(rdd as never, input));
  await lab.start(t);
  await lab.batches(t, 1);
};

/** By the names of errors-found.json. */
export const MORE_PROGRAMS: Readonly<Record<string, Program>> = {
  'countByWindow, window not a multiple': fails(
    'build',
    'WINDOW_NOT_MULTIPLE',
    values((s) => s.countByWindow(ms(1500), ms(1000)), true),
  ),
  'countByWindow, slide not a multiple': fails(
    'build',
    'SLIDE_NOT_MULTIPLE',
    values((s) => s.countByWindow(ms(2000), ms(1500)), true),
  ),
  'countByValueAndWindow without a checkpoint directory': fails(
    'start',
    'CHECKPOINT_DIR_MISSING',
    values((s) => s.countByValueAndWindow(ms(2000), ms(1000))),
  ),
  'reduceByWindow without inverse, window not a multiple': fails(
    'build',
    'WINDOW_NOT_MULTIPLE',
    values((s) => s.reduceByWindow(add, ms(1500), ms(1000))),
  ),
  'reduceByWindow, slide not a multiple': fails(
    'build',
    'SLIDE_NOT_MULTIPLE',
    values((s) => s.reduceByWindow(add, subtract, ms(2000), ms(300)), true),
  ),
  'reduceByWindow with inverse without a checkpoint directory': fails(
    'start',
    'CHECKPOINT_DIR_MISSING',
    values((s) => s.reduceByWindow(add, subtract, ms(2000), ms(1000))),
  ),
  'reduceByWindow without inverse without a checkpoint directory': passes(
    values((s) => s.reduceByWindow(add, ms(2000), ms(1000)), false, 1),
  ),
  'groupByKeyAndWindow, slide not a multiple': fails(
    'build',
    'SLIDE_NOT_MULTIPLE',
    pairs((s) => s.groupByKeyAndWindow(ms(2000), ms(1500))),
  ),
  'groupByKeyAndWindow into -1 partitions': fails(
    'build',
    'PARTITIONS_INVALID',
    pairs((s) => s.groupByKeyAndWindow(ms(2000), ms(1000), -1)),
  ),
  'countByWindow over a window, slide shorter than its slide': fails(
    'build',
    'SLIDE_NOT_MULTIPLE',
    values((s) => (s.window(ms(4000), ms(2000)) as Values).countByWindow(ms(2000), ms(1000)), true),
  ),
  'inverse function throws': fails(
    'batch',
    'USER_FUNCTION_FAILED',
    pairs((s) => s.reduceByKeyAndWindow(add, boom('no inverse'), ms(2000), ms(1000)), true, 4),
  ),
  'filter of a window throws': fails(
    'batch',
    'USER_FUNCTION_FAILED',
    pairs(
      (s, { surface }) => {
        const filter = boom('no filter');
        const rest = surface === 'java' ? [2, filter] : [{ filter }];
        return s.reduceByKeyAndWindow(add, subtract, ms(2000), ms(1000), ...rest);
      },
      true,
      2,
    ),
  ),
  'update function throws': fails(
    'batch',
    'USER_FUNCTION_FAILED',
    pairs((s) => s.updateStateByKey(boom('no update')), true, 1),
  ),
  'updateStateByKey into -1 partitions': fails(
    'build',
    'PARTITIONS_INVALID',
    pairs((s, lab) => counted(s, lab, -1), true),
  ),
  'reduceByKey into -1 partitions': fails(
    'build',
    'PARTITIONS_INVALID',
    pairs((s) => s.reduceByKey(add, -1)),
  ),
  'state persisted at no level': fails(
    'start',
    'CHECKPOINT_NOT_PERSISTED',
    pairs((s, lab) => counted(s, lab).persist(StorageLevels.NONE), true),
  ),
  'checkpointed stream persisted at no level': fails(
    'start',
    'CHECKPOINT_NOT_PERSISTED',
    values(
      (s) =>
        s
          .map((x) => x)
          .checkpoint(ms(1000))
          .persist(StorageLevels.NONE),
      true,
    ),
  ),
  'mapWithState without a checkpoint directory': fails(
    'start',
    'CHECKPOINT_DIR_MISSING',
    pairs((s, { surface }) =>
      s.mapWithState(surface === 'java' ? StateSpec.function((key) => key) : (key: unknown) => key),
    ),
  ),
  'mapWithState, a state that is not there': fails(
    'batch',
    'COLLECTION_EMPTY',
    mapped((_key, _value, state) => state.get(), 1),
  ),
  'mapWithState, update after remove': fails(
    'batch',
    'OPTIONS_INVALID',
    mapped((_key, _value, state) => {
      state.update(1);
      state.remove();
      state.update(2);
    }, 1),
  ),
  'mapWithState, remove twice': fails(
    'batch',
    'OPTIONS_INVALID',
    mapped((_key, _value, state) => {
      state.update(1);
      state.remove();
      state.remove();
    }, 1),
  ),
  'mapWithState, update while timing out': fails(
    'batch',
    'OPTIONS_INVALID',
    mapped((_key, _value, state) => state.update(1), 12, ms(1000)),
  ),
  'mapWithState function throws': fails('batch', 'USER_FUNCTION_FAILED', mapped(boom('no state'), 1)),
  'cogroup of different slides': fails(
    'build',
    'SLIDES_DIFFER',
    pairs((s) => s.cogroup(s.window(ms(2000), ms(2000)))),
  ),
  'transformWith of different slides': fails(
    'build',
    'SLIDES_DIFFER',
    values((s) => s.transformWith(s.window(ms(2000), ms(2000)), () => null)),
  ),
  'transformWith returns nothing': fails(
    'generate',
    'TRANSFORM_RETURNED_NOTHING',
    values((s) => s.transformWith(s, () => null), false, 1),
  ),
  'join of streams of two contexts': fails('build', 'CONTEXTS_DIFFER', async (lab) => {
    lab.pairs(lab.context()).join(lab.pairs(lab.context()));
  }),
  'slice of a stream that no output reaches': fails('call', 'STREAM_NOT_INITIALIZED', async (lab) => {
    const t = lab.context();
    const input = lab.input(t);
    const unreached = input.map((x) => x);
    input.foreachRDD(() => {});
    await lab.start(t);
    await lab.batches(t, 2);
    await unreached.slice(new Time(0), new Time(1000));
  }),
  'stream made inside transform': fails(
    'generate',
    'TRANSFORM_FAILED',
    values((s) => s.transform(() => s.map((x) => x)), false, 1),
  ),
  'stream made inside foreachRDD': fails(
    'batch',
    'CONTEXT_STARTED',
    output((_rdd, input) => input.map((x) => x)),
  ),
  'first of an empty batch': fails(
    'batch',
    'COLLECTION_EMPTY',
    output((rdd: { first(): unknown }) => rdd.first()),
  ),
  'reduce of an empty batch': fails(
    'batch',
    'COLLECTION_EMPTY',
    output((rdd: { reduce(f: Reducer): unknown }) => rdd.reduce(add)),
  ),
  'output after a start that failed': fails('build', 'CONTEXT_STOPPED', async (lab) => {
    const t = lab.context();
    const input = lab.input(t);
    // Throws at once.
    await Promise.resolve()
      .then(() => t.start())
      .catch(() => {});
    input.foreachRDD(() => {});
  }),
  'remember twice, the second time after start': fails('call', 'REMEMBER_ALREADY_SET', async (lab) => {
    const t = lab.context();
    lab.input(t).foreachRDD(() => {});
    lab.ssc(t).remember(ms(5000));
    await lab.start(t);
    lab.ssc(t).remember(ms(5000));
  }),
  'persist after stop': fails('call', 'STORAGE_LEVEL_FIXED', async (lab) => {
    const { t, input } = await started(lab);
    await lab.halt(t);
    input.persist();
  }),
};
