import {
  AccumulatorCell,
  type AccumulatorRule,
  type AddingParam,
  type BroadcastCell,
  DStreamsError,
  JList,
  LIST,
  SUM,
  type SparkCore,
  type SumState,
  valueInDriver,
  printAsText,
} from '../core/internal.ts';

/** A value that the driver gives to all tasks (Spark `Broadcast`). Not to be changed. */
export class Broadcast<T> {
  readonly #core: SparkCore;
  readonly #cell: BroadcastCell<T>;

  /** @internal */
  constructor(core: SparkCore, cell: BroadcastCell<T>) {
    this.#core = core;
    this.#cell = cell;
  }

  /** What the driver put into it, the same on every thread. Throws `BROADCAST_DESTROYED`. */
  value(): T {
    return this.#cell.value();
  }
  /** Another name of `value()`. */
  getValue(): T {
    return this.#cell.value();
  }
  /** Its number in its context. */
  id(): number {
    return this.#cell.id;
  }
  /** For ports: threads share one copy, which stays. */
  unpersist(_blocking?: boolean): void {
    this.#cell.value();
  }
  /** Takes the value back: whoever asks for it from now on gets `BROADCAST_DESTROYED`. */
  destroy(_blocking?: boolean): void {
    this.#core.destroyBroadcast(this.#cell);
  }
  toString(): string {
    return `Broadcast(${this.#cell.id})`;
  }
}

/** How values of one's own add up: `R` from terms `T`. To be extended. */
export abstract class AccumulableParam<R, T> implements AddingParam<R, T> {
  /** What a task begins with: a value that adds nothing. */
  abstract zero(initialValue: R): R;
  /** `r` with one more term. It may change `r` and return it. */
  abstract addAccumulator(r: R, t: T): R;
  /** The sum of two values. It may change `r1` and return it. */
  abstract addInPlace(r1: R, r2: R): R;
}

/** How values of one's own add up to one of their kind. To be extended. */
export abstract class AccumulatorParam<T> extends AccumulableParam<T, T> {
  /** One more term, which is added as a value is: by `addInPlace`. */
  addAccumulator(t1: T, t2: T): T {
    return this.addInPlace(t1, t2);
  }
}

/** What tasks add to and the driver reads: the accumulators of Spark 0.9 to 2. */
export class Accumulable<R, T> {
  readonly #cell: AccumulatorCell<T, R>;

  /** @internal */
  constructor(cell: AccumulatorCell<T, R>) {
    this.#cell = cell;
  }

  /** Adds a term, in a task or in the driver. What a task adds counts once it has ended well. */
  add(term: T): void {
    this.#cell.add(term);
  }
  /** What has been added up. Throws `ACCUMULATOR_IN_TASK` in a task. */
  value(): R {
    return valueInDriver(this.#cell);
  }
  /** In a task: what it has added itself. In the driver: the value. */
  localValue(): R {
    const { inTask, rule, state } = this.#cell;
    return inTask === undefined ? state : (inTask[0] ?? rule.zero());
  }
  /** Replaces what has been added up. Throws `ACCUMULATOR_IN_TASK` in a task. */
  setValue(value: R): void {
    valueInDriver(this.#cell, 'set');
    this.#cell.state = value;
  }
  /** Adds another one's value. */
  merge(value: R): void {
    this.#cell.merge(value);
  }
  /** What a task begins with. */
  zero(): R {
    return this.#cell.rule.zero();
  }
  /** The name that it was made with; null where there is none. */
  name(): string | null {
    return this.#cell.name ?? null;
  }
  toString(): string {
    return String(this.#cell.state);
  }
}

/** An accumulable whose terms are of the kind of its value. */
export class Accumulator<T> extends Accumulable<T, T> {}

/**
 * An accumulator of one's own (Spark 2): extend it, make one in the driver and give it to `sc().register(it, name)`. Its
 * state travels as its fields, so it keeps it in ordinary ones.
 */
export abstract class AccumulatorV2<IN, OUT> {
  #name: string | undefined;
  #isRegistered = false;

  /** Whether nothing has been added. */
  abstract isZero(): boolean;
  /** Another one with the same state. */
  abstract copy(): AccumulatorV2<IN, OUT>;
  /** Takes the state back to that of nothing added. */
  abstract reset(): void;
  /** Adds a value, in a task or in the driver. */
  abstract add(value: IN): void;
  /** Adds the state of another one of its kind. */
  abstract merge(other: AccumulatorV2<IN, OUT>): void;
  /** What has been added up. In a task: what this task has added. */
  abstract value(): OUT;

  /** Another one to which nothing has been added: what each task begins with. */
  copyAndReset(): AccumulatorV2<IN, OUT> {
    const copy = this.copy();
    copy.reset();
    return copy;
  }
  /** Whether `sc().register` has made it known. */
  isRegistered(): boolean {
    return this.#isRegistered;
  }
  /** The name that it was registered with; null where there is none. */
  name(): string | null {
    return this.#name ?? null;
  }
  toString(): string {
    return `${this.constructor.name}(name: ${this.#name ?? 'none'}, value: ${String(this.value())})`;
  }

  /** @internal From now on what tasks add goes to a copy of their own, which is merged when they end well. */
  static register<A extends AccumulatorV2<never, unknown>>(core: SparkCore, own: A, name?: string): void {
    if (own.#isRegistered)
      throw new DStreamsError('OPTIONS_INVALID', 'Cannot register an Accumulator twice. Make another one.');
    own.#isRegistered = true;
    own.#name = name;
    const add = own.add.bind(own) as (value: unknown) => void;
    type Any = AccumulatorV2<unknown, unknown>;
    const self = own as unknown as Any;
    const rule: AccumulatorRule<unknown, Any> = {
      zero: () => self.copyAndReset(),
      add: (state, term) => {
        if (state === self) add(term);
        else state.add(term);
        return state;
      },
      merge: (state, other) => {
        state.merge(other);
        return state;
      },
      pack: (state) => Object.fromEntries(Object.entries(state).filter(([, field]) => typeof field !== 'function')),
      unpack: (fields) => Object.assign(self.copyAndReset(), fields),
    };
    const cell = core.accumulator(rule, self, name);
    // Own properties of the object hide the methods of its class: a copy has only those.
    const hide = (method: string, value: unknown) => Object.defineProperty(own, method, { value, enumerable: false });
    hide('add', (value: unknown) => cell.add(value));
    for (const method of ['value', 'isZero'] as const) {
      const inDriver = own[method].bind(own);
      hide(method, () => {
        const part = cell.inTask;
        return part === undefined ? inDriver() : (part[0] ?? rule.zero())[method]();
      });
    }
  }
}

/** An accumulator of Spark 2 that is there already: made by the context, or by `new` and then given to `sc().register`. */
export abstract class BuiltInAccumulator<T = never, S = unknown> {
  #cell: AccumulatorCell<T, S>;
  #isRegistered: boolean;
  readonly #rule: AccumulatorRule<T, S>;

  /** @internal */
  constructor(rule: AccumulatorRule<T, S>, cell: AccumulatorCell<T, S> | undefined) {
    this.#rule = rule;
    this.#isRegistered = cell !== undefined;
    this.#cell = cell ?? new AccumulatorCell(rule, rule.zero(), undefined, undefined);
  }

  /** @internal What `sc().register` calls. Throws `OPTIONS_INVALID` the second time. */
  registerWith(core: SparkCore, name?: string): void {
    if (this.#isRegistered)
      throw new DStreamsError('OPTIONS_INVALID', 'Cannot register an Accumulator twice. Make another one.');
    this.#isRegistered = true;
    this.#cell = core.accumulator(this.#rule, this.#cell.state, name);
  }

  /** @internal In the driver what all tasks have added; in a task what it has added itself. */
  protected get state(): S {
    const { inTask, state } = this.#cell;
    return inTask === undefined ? state : (inTask[0] ?? this.#rule.zero());
  }
  /** @internal */
  protected set state(state: S) {
    valueInDriver(this.#cell, 'set');
    this.#cell.state = state;
  }
  /** @internal */
  protected addTerm(term: T): void {
    this.#cell.add(term);
  }
  /** @internal */
  protected mergeState(state: S): void {
    this.#cell.merge(state);
  }

  /** Takes the state back to that of nothing added. Throws `ACCUMULATOR_IN_TASK` in a task. */
  reset(): void {
    this.state = this.#rule.zero();
  }
  /** The name that it was made or registered with; null where there is none. */
  name(): string | null {
    return this.#cell.name ?? null;
  }
  /** Whether tasks can add to it: made by the context, or given to `sc().register`. */
  isRegistered(): boolean {
    return this.#isRegistered;
  }
  /** What has been added up. In a task: what this task has added. */
  abstract value(): unknown;
  toString(): string {
    return `${this.constructor.name}(name: ${this.#cell.name ?? 'none'}, value: ${String(this.value())})`;
  }
}

/** Sums numbers, and counts them. */
export class NumberAccumulator extends BuiltInAccumulator<number, SumState> {
  /** @internal */
  constructor(cell?: AccumulatorCell<number, SumState>) {
    super(SUM, cell);
  }

  /** Adds a number, in a task or in the driver. */
  add(n: number | bigint): void {
    this.addTerm(Number(n));
  }
  /** The sum. In a task: of what this task has added. */
  value(): number {
    return this.state.sum;
  }
  /** Another name of `value()`. */
  sum(): number {
    return this.state.sum;
  }
  /** How many numbers were added. */
  count(): number {
    return this.state.count;
  }
  /** The sum divided by the count; NaN where nothing was added. */
  avg(): number {
    return this.state.sum / this.state.count;
  }
  /** Whether nothing was added. */
  isZero(): boolean {
    return this.state.sum === 0 && this.state.count === 0;
  }
  /** Replaces the sum; how many were added stays. */
  setValue(sum: number): void {
    const { count } = this.state;
    this.state = { sum, count };
  }
  /** Adds the sum and the count of another one. */
  merge(other: NumberAccumulator): void {
    this.mergeState(other.state);
  }
}

/** A sum of whole numbers (Spark 2 and later): `sc().longAccumulator(name)`. */
export class LongAccumulator extends NumberAccumulator {}

/** A sum of numbers (Spark 2 and later): `sc().doubleAccumulator(name)`. */
export class DoubleAccumulator extends NumberAccumulator {}

/** Collects what tasks add, in the order in which they end. */
export class CollectionAccumulator<T> extends BuiltInAccumulator<T, T[]> {
  /** @internal */
  constructor(cell?: AccumulatorCell<T, T[]>) {
    super(LIST as AccumulatorRule<T, T[]>, cell);
  }

  /** Adds an element at the end, in a task or in the driver. */
  add(value: T): void {
    this.addTerm(value);
  }
  /** A list of what was added. In a task: by this task. */
  value(): JList<T> {
    return new JList(this.state);
  }
  /** Whether nothing was added. */
  isZero(): boolean {
    return this.state.length === 0;
  }
  /** Replaces what was added. */
  setValue(values: Iterable<T>): void {
    this.state = [...values];
  }
  /** Adds the elements of another one. */
  merge(other: CollectionAccumulator<T>): void {
    this.mergeState([...other.value()]);
  }
  /** An empty one, not registered. */
  copyAndReset(): CollectionAccumulator<T> {
    return emptyCollection<T>();
  }
}

// Outside of the class: bundlers rename a class that names itself, and its text has the name.
const emptyCollection = <T>(): CollectionAccumulator<T> => new CollectionAccumulator<T>();

export const longAccumulator = (core: SparkCore, name?: string): LongAccumulator =>
  new LongAccumulator(core.accumulator(SUM, SUM.zero(), name));

export const doubleAccumulator = (core: SparkCore, name?: string): DoubleAccumulator =>
  new DoubleAccumulator(core.accumulator(SUM, SUM.zero(), name));

export const collectionAccumulator = <T>(core: SparkCore, name?: string): CollectionAccumulator<T> =>
  new CollectionAccumulator<T>(core.accumulator(LIST as AccumulatorRule<T, T[]>, [], name));

printAsText(Broadcast, Accumulable, AccumulatorV2, BuiltInAccumulator);
