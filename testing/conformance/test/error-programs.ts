import { type ErrorCode, isDStreamsError, Milliseconds, type StorageLevel, StreamingContext } from 'dstreams';
import { type Duration, JavaStreamingContext, JList, Time, Tuple2 } from 'dstreams/java';
import { createTestContext, type TestContext, type TestContextOptions } from 'dstreams/testing';

/** Before `start`, in it, while a batch is made, in its job, or in a call after `start`. */
export type Moment = 'build' | 'start' | 'generate' | 'batch' | 'call';

export type Outcome = { readonly at: Moment; readonly code: ErrorCode | 'none' } | null;

/** What the programs use of a stream; both surfaces have it. */
export interface AnyStream {
  map(f: (x: number) => unknown): AnyStream;
  window(window: Duration, slide?: Duration): AnyStream;
  union(other: AnyStream): AnyStream;
  repartition(n: number): AnyStream;
  transform(f: (rdd: never) => unknown): AnyStream;
  persist(level?: StorageLevel): AnyStream;
  checkpoint(interval: Duration): AnyStream;
  slice(from: Time, to: Time): Promise<unknown>;
  foreachRDD(f: (rdd: { collect(): Promise<unknown> }) => unknown): void;
}

/** The same of a stream of pairs. */
export interface AnyPairs extends AnyStream {
  window(window: Duration, slide?: Duration): AnyPairs;
  join(other: AnyPairs): AnyStream;
  reduceByKeyAndWindow(f: Reducer, window: Duration, slide: Duration): AnyStream;
  reduceByKeyAndWindow(f: Reducer, inverse: Reducer, window: Duration, slide: Duration): AnyStream;
  countByWindow(window: Duration, slide: Duration): AnyStream;
  updateStateByKey(f: (values: unknown, state: unknown) => unknown): AnyStream;
}

export type Reducer = (a: number, b: number) => number;

export const SURFACES = ['fluent', 'java'] as const;
export type SurfaceName = (typeof SURFACES)[number];

export const ms = (n: number) => Milliseconds(n);

/** A program under the eyes of a test: knows at which moment it is. */
export class Lab {
  at: Moment = 'build';
  private readonly contexts: TestContext[] = [];

  constructor(readonly surface: SurfaceName) {}

  context(options: Partial<TestContextOptions> = {}): TestContext {
    const t = createTestContext({ batchMs: 1000, onFailure: 'keep', ...options });
    this.contexts.push(t);
    return t;
  }

  input(t: TestContext): AnyStream {
    const batches = [[1], [2], [3]];
    return (this.surface === 'fluent' ? t.input(batches) : t.javaInput(batches)) as unknown as AnyStream;
  }

  pairs(t: TestContext): AnyPairs {
    const batches = [[1], [2], [3]];
    const stream =
      this.surface === 'fluent'
        ? t.input(batches).map((x) => [x, 1])
        : t.javaInput(batches).mapToPair((x) => new Tuple2(x, 1));
    return stream as unknown as AnyPairs;
  }

  /** The context of the surface, for life-cycle calls. */
  ssc(t: TestContext): StreamingContext | JavaStreamingContext {
    return this.surface === 'fluent' ? t.ssc : t.jssc;
  }

  halt(t: TestContext): Promise<void> {
    return this.surface === 'fluent' ? t.ssc.stop() : t.jssc.stop();
  }

  async start(t: TestContext): Promise<void> {
    this.at = 'start';
    await t.start();
    this.at = 'call';
  }

  async batches(t: TestContext, n: number): Promise<void> {
    await t.run(n);
    const [failure] = t.failures;
    if (failure === undefined) return;
    this.at = failure.at;
    throw failure.error;
  }

  async stop(): Promise<void> {
    for (const t of this.contexts) await t.stop();
  }
}

/** A context with one output operation, started. */
export async function started(lab: Lab): Promise<{ t: TestContext; input: AnyStream }> {
  const t = lab.context();
  const input = lab.input(t);
  input.foreachRDD(() => {});
  await lab.start(t);
  return { t, input };
}

const contextOf = (surface: SurfaceName, batch: Duration | null) =>
  surface === 'fluent'
    ? new StreamingContext('local', 'errors', batch as Duration)
    : new JavaStreamingContext('local', 'errors', batch as Duration);

/** An output that computes its stream. */
const collected = (stream: AnyStream): void => stream.foreachRDD((rdd) => rdd.collect());

/** Builds, starts, runs batches. */
export const whole =
  (build: (input: AnyStream, t: TestContext) => AnyStream, options?: Partial<TestContextOptions>, batches = 1) =>
  async (lab: Lab) => {
    const t = lab.context(options);
    collected(build(lab.input(t), t));
    await lab.start(t);
    await lab.batches(t, batches);
  };

export const wholePairs =
  (build: (input: AnyPairs, lab: Lab) => AnyStream, options?: Partial<TestContextOptions>, batches = 0) =>
  async (lab: Lab) => {
    const t = lab.context(options);
    collected(build(lab.pairs(t), lab));
    await lab.start(t);
    if (batches > 0) await lab.batches(t, batches);
  };
export const add: Reducer = (a, b) => a + b;
export const subtract: Reducer = (a, b) => a - b;
export const counted = (s: AnyPairs) => s.updateStateByKey((_, state) => state);
export const checkpointed = { checkpointDir: 'checkpoints' };

export interface Program {
  readonly run: (lab: Lab) => Promise<void>;
  readonly outcome: Outcome;
}

export const fails = (at: Moment, code: ErrorCode, run: Program['run']): Program => ({ run, outcome: { at, code } });
export const passes = (run: Program['run']): Program => ({ run, outcome: null });
const windowed = (window: number, slide: number) => whole((s) => s.window(ms(window), ms(slide)));
export const boom = (text: string) => (): never => {
  throw new Error(text);
};

/** By the names of errors.json. */
export const PROGRAMS: Readonly<Record<string, Program>> = {
  'no output operation': fails('start', 'NO_OUTPUT_OPERATIONS', async (lab) => {
    const t = lab.context();
    lab.input(t).map((x) => x);
    await lab.start(t);
  }),
  'no stream at all': fails('start', 'NO_OUTPUT_OPERATIONS', (lab) => lab.start(lab.context())),
  'start twice': passes(async (lab) => {
    const { t } = await started(lab);
    await lab.ssc(t).start();
  }),
  'input after start': fails('call', 'CONTEXT_STARTED', async (lab) => {
    const { t } = await started(lab);
    lab.input(t);
  }),
  'transformation after start': fails('call', 'CONTEXT_STARTED', async (lab) => {
    (await started(lab)).input.map((x) => x);
  }),
  'output operation after start': fails('call', 'CONTEXT_STARTED', async (lab) => {
    (await started(lab)).input.foreachRDD(() => {});
  }),
  'window after start': fails('call', 'CONTEXT_STARTED', async (lab) => {
    (await started(lab)).input.window(ms(2000), ms(1000));
  }),
  'start after stop': fails('call', 'CONTEXT_ALREADY_STOPPED', async (lab) => {
    const { t } = await started(lab);
    await lab.halt(t);
    await lab.ssc(t).start();
  }),
  'transformation after stop': fails('call', 'CONTEXT_STOPPED', async (lab) => {
    const { t, input } = await started(lab);
    await lab.halt(t);
    input.map((x) => x);
  }),
  'input after stop': fails('call', 'CONTEXT_STOPPED', async (lab) => {
    const { t } = await started(lab);
    await lab.halt(t);
    lab.input(t);
  }),
  'stop twice': passes(async (lab) => {
    const { t } = await started(lab);
    await lab.halt(t);
    await lab.halt(t);
  }),
  'stop before start': passes(async (lab) => {
    const t = lab.context();
    lab.input(t).foreachRDD(() => {});
    await lab.halt(t);
  }),
  'start after stop before start': fails('start', 'CONTEXT_ALREADY_STOPPED', async (lab) => {
    const t = lab.context();
    lab.input(t).foreachRDD(() => {});
    await lab.halt(t);
    await lab.start(t);
  }),
  'gracefully stop before start': passes(async (lab) => {
    const t = lab.context();
    lab.input(t).foreachRDD(() => {});
    if (lab.surface === 'fluent') await t.ssc.stop({ graceful: true });
    else await t.jssc.stop(true, true);
  }),
  'two active contexts': fails('start', 'CONTEXT_ACTIVE_ELSEWHERE', async (lab) => {
    await started(lab);
    await started(lab);
  }),
  'no batch duration': fails('build', 'BATCH_DURATION_INVALID', async (lab) => {
    contextOf(lab.surface, null);
  }),
  // Spark lets these two through and then runs no batch.
  'batch duration zero': fails('build', 'BATCH_DURATION_INVALID', async (lab) => {
    contextOf(lab.surface, ms(0));
  }),
  'batch duration negative': fails('build', 'BATCH_DURATION_INVALID', async (lab) => {
    contextOf(lab.surface, ms(-1000));
  }),
  'window not a multiple of the batch': fails('build', 'WINDOW_NOT_MULTIPLE', windowed(1500, 1000)),
  'slide not a multiple of the batch': fails('build', 'SLIDE_NOT_MULTIPLE', windowed(2000, 1500)),
  'window shorter than the batch': fails(
    'build',
    'WINDOW_NOT_MULTIPLE',
    whole((s) => s.window(ms(500))),
  ),
  // Spark lets the first two of these through, and divides by zero in the third.
  'window of zero': fails('build', 'WINDOW_INVALID', windowed(0, 1000)),
  'window negative': fails('build', 'WINDOW_INVALID', windowed(-1000, 1000)),
  'slide of zero': fails('build', 'WINDOW_INVALID', windowed(1000, 0)),
  'window over a window, not a multiple of its slide': fails(
    'build',
    'WINDOW_NOT_MULTIPLE',
    whole((s) => s.window(ms(2000), ms(2000)).window(ms(3000), ms(2000))),
  ),
  'union of different slides': fails(
    'build',
    'SLIDES_DIFFER',
    whole((s) => s.union(s.window(ms(2000), ms(2000)))),
  ),
  'union of streams of two contexts': fails('build', 'CONTEXTS_DIFFER', async (lab) => {
    lab.input(lab.context()).union(lab.input(lab.context()));
  }),
  'union of no streams': fails('build', 'STREAMS_EMPTY', async (lab) => {
    const t = lab.context();
    if (lab.surface === 'fluent') t.ssc.union();
    else t.jssc.union(...new JList<never>([]));
  }),
  'checkpoint interval without a checkpoint directory': fails(
    'start',
    'CHECKPOINT_DIR_MISSING',
    whole((s) => s.map((x) => x).checkpoint(ms(2000))),
  ),
  'checkpoint interval after start': fails('call', 'CHECKPOINT_INTERVAL_FIXED', async (lab) => {
    (await started(lab)).input.checkpoint(ms(2000));
  }),
  'persist after start': fails('call', 'STORAGE_LEVEL_FIXED', async (lab) => {
    (await started(lab)).input.persist();
  }),
  'remember twice': fails('build', 'REMEMBER_ALREADY_SET', async (lab) => {
    const t = lab.context();
    lab.input(t).foreachRDD(() => {});
    for (const n of [5000, 6000]) lab.ssc(t).remember(ms(n));
    await lab.start(t);
  }),
  'remember after start': passes(async (lab) => {
    const { t } = await started(lab);
    lab.ssc(t).remember(ms(5000));
  }),
  'remember less than a window needs': passes(whole((s) => s.window(ms(5000)), { remember: 1000 }, 3)),
  'slice before start': fails('build', 'STREAM_NOT_INITIALIZED', async (lab) => {
    await lab.input(lab.context()).slice(new Time(0), new Time(1000));
  }),
  // Functions are never serialised here: executors load the program instead.
  'function that cannot be serialised, checkpointing on': passes(async (lab) => {
    const closure = { callback: () => 1, symbol: Symbol('closure') };
    await whole((s) => s.map(() => closure.callback()), { checkpointDir: 'checkpoints' })(lab);
  }),
  'transform returns nothing': fails(
    'generate',
    'TRANSFORM_RETURNED_NOTHING',
    whole((s) => s.transform(() => null)),
  ),
  'transform throws': fails(
    'generate',
    'TRANSFORM_FAILED',
    whole((s) => s.transform(boom('no luck in the transform'))),
  ),
  'map function throws': fails(
    'batch',
    'USER_FUNCTION_FAILED',
    whole((s) => s.map(boom('no luck with 1'))),
  ),
  'output operation throws': fails('batch', 'BATCH_FAILED', async (lab) => {
    const t = lab.context();
    lab.input(t).foreachRDD(boom('no luck in the output operation'));
    await lab.start(t);
    await lab.batches(t, 1);
  }),
  // Spark finds this only when the first batch runs.
  'repartition to zero': fails(
    'build',
    'PARTITIONS_INVALID',
    whole((s) => s.repartition(0)),
  ),
  'await termination without start': passes(async (lab) => {
    const t = lab.context();
    const ended = lab.ssc(t).awaitTerminationOrTimeout(1000);
    t.clock.advance(1000);
    if (await ended) throw new Error('it has not even begun');
  }),
  'reduceByKeyAndWindow, window not a multiple': fails(
    'build',
    'WINDOW_NOT_MULTIPLE',
    wholePairs((s) => s.reduceByKeyAndWindow(add, subtract, ms(2500), ms(1000)), checkpointed),
  ),
  'reduceByKeyAndWindow, slide not a multiple': fails(
    'build',
    'SLIDE_NOT_MULTIPLE',
    wholePairs((s) => s.reduceByKeyAndWindow(add, subtract, ms(2000), ms(700)), checkpointed),
  ),
  'join of different slides': fails(
    'build',
    'SLIDES_DIFFER',
    wholePairs((s) => s.join(s.window(ms(2000), ms(2000)))),
  ),
  'updateStateByKey without a checkpoint directory': fails('start', 'CHECKPOINT_DIR_MISSING', wholePairs(counted)),
  'reduceByKeyAndWindow with inverse without a checkpoint directory': fails(
    'start',
    'CHECKPOINT_DIR_MISSING',
    wholePairs((s) => s.reduceByKeyAndWindow(add, subtract, ms(2000), ms(1000))),
  ),
  'reduceByKeyAndWindow without inverse without a checkpoint directory': passes(
    wholePairs((s) => s.reduceByKeyAndWindow(add, ms(2000), ms(1000))),
  ),
  'countByWindow without a checkpoint directory': fails(
    'start',
    'CHECKPOINT_DIR_MISSING',
    wholePairs((s) => s.countByWindow(ms(2000), ms(1000))),
  ),
  'checkpoint directory null, then state': fails('start', 'CHECKPOINT_DIR_MISSING', async (lab) => {
    const t = lab.context(checkpointed);
    t.ssc.checkpoint(null);
    collected(counted(lab.pairs(t)));
    await lab.start(t);
  }),
  'checkpoint interval shorter than the slide': fails(
    'start',
    'CHECKPOINT_INTERVAL_TOO_SHORT',
    wholePairs((s) => counted(s).checkpoint(ms(500)), checkpointed),
  ),
  'checkpoint interval not a multiple of the slide': fails(
    'start',
    'CHECKPOINT_INTERVAL_NOT_MULTIPLE',
    wholePairs((s) => counted(s).checkpoint(ms(2500)), checkpointed),
  ),
  'checkpoint recovery from nowhere': fails('build', 'CHECKPOINT_NOT_FOUND', async ({ surface }) => {
    const nowhere = 'there-is-no-such-checkpoint';
    if (surface === 'fluent') new StreamingContext(nowhere);
    else new JavaStreamingContext(nowhere);
  }),
};

/** Runs a program to its end or its error. */
export async function outcomeOf({ run }: Program, lab: Lab): Promise<{ outcome: Outcome; error: unknown }> {
  try {
    await run(lab);
    return { outcome: null, error: undefined };
  } catch (error) {
    return { outcome: { at: lab.at, code: isDStreamsError(error) ? error.code : 'none' }, error };
  } finally {
    await lab.stop();
  }
}
