import {
  rddOps,
  type AnyFunction,
  type State as CoreState,
  describeValue,
  DStreamsError,
  type Duration,
  JIterator,
  type JList,
  type MakesRecords,
  Optional,
  Time,
  Tuple2,
  Tuple3,
} from '../core/internal.ts';
import { type FnObject3, type FnObject4, type JavaIteratorLike, kindOf, toLambda } from './functions.ts';
import type { Parts } from './partitions.ts';
import type { JavaPairRDD } from './rdd.ts';
import { msOf } from './windows.ts';

/** What a `mapWithState` function sees of the state of its key. Of use during the call only. */
export class State<S> {
  readonly #core: CoreState<S>;

  /** @internal */
  constructor(core: CoreState<S>) {
    this.#core = core;
  }

  /** Whether the key has a state. */
  exists(): boolean {
    return this.#core.exists();
  }

  /** The state of the key. Throws `COLLECTION_EMPTY` where there is none. */
  get(): S {
    return this.#core.get();
  }

  /** The state of the key; absent where there is none. */
  getOption(): Optional<S> {
    return Optional.ofNullable(this.#core.getOption()) as Optional<S>;
  }

  /** Sets the state of the key. Throws after `remove()`, and when the key is timing out. */
  update(state: S): void {
    this.#core.update(state);
  }

  /** Forgets the state of the key. Throws when it has been removed, and when the key is timing out. */
  remove(): void {
    this.#core.remove();
  }

  /** Whether this is the last call for a key that has been idle too long. */
  isTimingOut(): boolean {
    return this.#core.isTimingOut();
  }

  /** The state as Java prints it. */
  toString(): string {
    return this.#core.toString();
  }
}

/** Gives a record for each call. */
type MapFunction<K, V, S, M> = (key: K, value: Optional<V>, state: State<S>) => M;
/** Gives a record, or none: an absent result. */
type MapFunctionWithTime<K, V, S, M> = (time: Time, key: K, value: Optional<V>, state: State<S>) => Optional<M>;
/** The same as an object with `call`. */
type MapObject<K, V, S, M> = FnObject3<K, Optional<V>, State<S>, M>;
/** The same as an object with `call`. */
type MapObjectWithTime<K, V, S, M> = FnObject4<Time, K, Optional<V>, State<S>, Optional<M>>;

/** For the compiler's message where no overload fits: nothing is of this type. */
type MapFunctionExpected =
  'a function of (key, Optional of the value, State), or of (time, key, Optional of the value, State) that returns an Optional; not async';

interface StateSettings {
  readonly fn: AnyFunction;
  initial?: JavaPairRDD<unknown, unknown>;
  parts?: Parts;
  timeoutMs?: number;
  stateVersion?: number;
  migrate?: AnyFunction;
}

/** How state that an older program left in a checkpoint is taken over. */
export interface StateEvolution<S> {
  /** The version of the state's form, from 1 on. Default 1. A program that changes the form counts it up. */
  readonly stateVersion?: number;
  /**
   * Makes the state of an older version into one of this version; null, or an absent Optional, forgets the key.
   * Default: none, a checkpoint of an older version is refused (`STATE_DIFFERS`).
   */
  readonly migrate?: (old: never, version: number) => S | Optional<S> | null;
}

/** What `mapWithState` does: a function, and what may be said about it. The setters return the spec itself. */
export class StateSpec<K, V, S, M> {
  /** For the compiler: what the specification is about. */
  declare readonly __spec?: (key: K, value: V, state: State<S>) => M;
  /** @internal What has been said so far; for the operator. */
  readonly settings: StateSettings;

  private constructor(settings: StateSettings) {
    this.settings = settings;
  }

  /**
   * A function of key, value and state, which gives one record a call; or of time, key, value and state, which may give
   * none. Which one it is its class says, else the number of its parameters: four are with time. Parameters with
   * defaults and rest parameters do not count; `functionWithTime` says it outright. The value is absent in the call for a
   * key that times out.
   */
  static function<K, V, S, M>(f: MapFunction<K, V, S, M> & MakesRecords<M>): StateSpec<K, V, S, M>;
  static function<K, V, S, M>(f: MapFunctionWithTime<K, V, S, M>): StateSpec<K, V, S, M>;
  static function<K, V, S, M>(f: MapObject<K, V, S, M> & MakesRecords<M>): StateSpec<K, V, S, M>;
  static function<K, V, S, M>(f: MapObjectWithTime<K, V, S, M>): StateSpec<K, V, S, M>;
  static function<K, V, S, M>(f: MapFunctionExpected): StateSpec<K, V, S, M>;
  static function<K, V, S, M>(f: unknown): StateSpec<K, V, S, M> {
    const lambda = toLambda(f, 'StateSpec.function');
    const kind = kindOf(f);
    const isWithTime = kind === 'Function4' || (kind !== 'Function3' && lambda.length >= 4);
    return new StateSpec<K, V, S, M>({ fn: isWithTime ? withTime(lambda) : everyCall(lambda) });
  }

  /** As `function` with four parameters, however they are written. */
  static functionWithTime<K, V, S, M>(f: MapFunctionWithTime<K, V, S, M>): StateSpec<K, V, S, M>;
  static functionWithTime<K, V, S, M>(f: MapObjectWithTime<K, V, S, M>): StateSpec<K, V, S, M>;
  static functionWithTime<K, V, S, M>(f: unknown): StateSpec<K, V, S, M> {
    return new StateSpec<K, V, S, M>({ fn: withTime(toLambda(f, 'StateSpec.functionWithTime')) });
  }

  /** Keys and their state from before the first batch. */
  initialState(rdd: JavaPairRDD<K, S>): this {
    this.settings.initial = rdd as JavaPairRDD<unknown, unknown>;
    return this;
  }

  /** How many partitions keys and states are in. Default: the context's default parallelism. Throws `PARTITIONS_INVALID`. */
  numPartitions(n: number): this {
    rddOps.checkPartitionCount(n, 'StateSpec.numPartitions');
    this.settings.parts = n;
    return this;
  }

  /** Which partition a key and its state are in. */
  partitioner(partitioner: Exclude<Parts, number>): this {
    this.settings.parts = partitioner;
    return this;
  }

  /** The version of the state's form, from 1 on. A program that changes the form counts it up: see `migrate`. */
  stateVersion(version: number): this {
    this.settings.stateVersion = version;
    return this;
  }

  /**
   * Makes the state that a checkpoint of an older version holds into this program's; null, or an absent Optional, forgets
   * the key. Called once a key, when the program goes on from such a checkpoint.
   */
  migrate(f: (old: never, version: number) => S | Optional<S> | null): this {
    this.settings.migrate = migrateFunction(f, 'StateSpec.migrate');
    return this;
  }

  /** Keys without news for that long are forgotten, after one more call: in the next batch that looks at all keys. */
  timeout(idle: Duration): this {
    this.settings.timeoutMs = msOf(idle, 'StateSpec.timeout', 'time');
    return this;
  }
}

/** The engine has one state object for all keys of a partition, and so has the user. */
function javaState(): (core: CoreState<unknown>) => State<unknown> {
  let seen: CoreState<unknown> | undefined;
  let state: State<unknown>;
  return (core) => {
    if (core !== seen) {
      seen = core;
      state = new State(core);
    }
    return state;
  };
}

type StateFunction = (timeMs: number, key: unknown, value: unknown, state: CoreState<unknown>) => unknown;

function everyCall(fn: AnyFunction): StateFunction {
  const stateOf = javaState();
  return (_, key, value, state) => {
    const record: unknown = fn(key, Optional.ofNullable(value), stateOf(state));
    return record === undefined ? null : record;
  };
}

function withTime(fn: AnyFunction): StateFunction {
  const stateOf = javaState();
  let time = new Time(0);
  return (timeMs, key, value, state) => {
    if (time.milliseconds() !== timeMs) time = new Time(timeMs);
    return valueOf(fn(time, key, Optional.ofNullable(value), stateOf(state)), 'mapWithState');
  };
}

/** `f(list of new values, optional state)` in the engine's terms. */
export function updateFunction(f: unknown): (values: JList<unknown>, state: unknown) => unknown {
  const fn = toLambda(f, 'updateStateByKey');
  return (values, state) => valueOf(fn(values, Optional.ofNullable(state)), 'updateStateByKey');
}

type Entries = Iterable<readonly [key: unknown, values: JList<unknown>, state: unknown]>;

/** The forms that say whether the partitioner is remembered: of an iterator, or of time, key, values and state. */
export function partitionUpdate(f: unknown): (entries: Entries, timeMs: number) => unknown {
  const fn = toLambda(f, 'updateStateByKey');
  if (kindOf(f) === 'Function4' || fn.length === 4) {
    return function* (entries, timeMs) {
      const time = new Time(timeMs);
      for (const [key, values, state] of entries) {
        const next = valueOf(fn(time, key, values, Optional.ofNullable(state)), 'updateStateByKey');
        if (next !== undefined) yield new Tuple2(key, next);
      }
    };
  }
  function* tuples(entries: Entries): Generator<unknown> {
    for (const [key, values, state] of entries) yield new Tuple3(key, values, Optional.ofNullable(state));
  }
  return (entries) => resultsOf(fn(new JIterator(tuples(entries))));
}

/** An iterator of JavaScript's or Java's as something to iterate over; anything else as it is. */
function resultsOf(results: unknown): unknown {
  if (typeof results !== 'object' || results === null || Symbol.iterator in results) return results;
  if ('hasNext' in results) return javaResults(results as JavaIteratorLike<unknown>);
  return 'next' in results ? { [Symbol.iterator]: () => results } : results;
}

function* javaResults(results: JavaIteratorLike<unknown>): Generator<unknown> {
  while (results.hasNext()) yield results.next();
}

/** `migrate(old, version)` in the engine's terms. */
export function migrateFunction(f: unknown, where: string): AnyFunction {
  const fn = toLambda(f, where);
  return (old: unknown, version: unknown) => {
    const state: unknown = fn(old, version);
    return state instanceof Optional ? (state.orNull() ?? undefined) : state;
  };
}

function valueOf(result: unknown, operator: string): unknown {
  if (result instanceof Optional) return result.orNull() ?? undefined;
  throw new DStreamsError(
    'OPTIONAL_EXPECTED',
    `${operator}: the function must return an Optional, and returned ${describeValue(result)}. Return Optional.of(value), or Optional.absent().`,
  );
}
