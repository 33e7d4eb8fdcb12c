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

  constructor(core: SparkCore, cell: BroadcastCell<T>) {
    this.#core = core;
    this.#cell = cell;
  }

  /** Throws `BROADCAST_DESTROYED`. */
  value(): T {
    return this.#cell.value();
  }
  getValue(): T {
    return this.#cell.value();
  }
  id(): number {
    return this.#cell.id;
  }
  /** For ports: threads share one copy, which stays. */
  unpersist(_blocking?: boolean): void {
    this.#cell.value();
  }
  /** Afterwards nobody can use it. */
  destroy(_blocking?: boolean): void {
    this.#core.destroyBroadcast(this.#cell);
  }
  toString(): string {
    return `Broadcast(${this.#cell.id})`;
  }
}

/** How values of one's own add up: `R` from terms `T`. To be extended. */
export abstract class AccumulableParam<R, T> implements AddingParam<R, T> {
  abstract zero(initialValue: R): R;
  abstract addAccumulator(r: R, t: T): R;
  abstract addInPlace(r1: R, r2: R): R;
}

/** How values of one's own add up to one of their kind. To be extended. */
export abstract class AccumulatorParam<T> extends AccumulableParam<T, T> {
  addAccumulator(t1: T, t2: T): T {
    return this.addInPlace(t1, t2);
  }
}

/** What tasks add to and the driver reads: the accumulators of Spark 0.9 to 2. */
export class Accumulable<R, T> {
  readonly #cell: AccumulatorCell<T, R>;

  constructor(cell: AccumulatorCell<T, R>) {
    this.#cell = cell;
  }

  add(term: T): void {
    this.#cell.add(term);
  }
  /** Throws `ACCUMULATOR_IN_TASK` in a task. */
  value(): R {
    return valueInDriver(this.#cell);
  }
  /** In a task: what it has added itself. In the driver: the value. */
  localValue(): R {
    const { inTask, rule, state } = this.#cell;
    return inTask === undefined ? state : (inTask[0] ?? rule.zero());
  }
  setValue(value: R): void {
    valueInDriver(this.#cell, 'set');
    this.#cell.state = value;
  }
  /** Adds another one's value. */
  merge(value: R): void {
    this.#cell.merge(value);
  }
  zero(): R {
    return this.#cell.rule.zero();
  }
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

  abstract isZero(): boolean;
  abstract copy(): AccumulatorV2<IN, OUT>;
  abstract reset(): void;
  abstract add(value: IN): void;
  abstract merge(other: AccumulatorV2<IN, OUT>): void;
  abstract value(): OUT;

  copyAndReset(): AccumulatorV2<IN, OUT> {
    const copy = this.copy();
    copy.reset();
    return copy;
  }
  isRegistered(): boolean {
    return this.#isRegistered;
  }
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

  /** In the driver what all tasks have added; in a task what it has added itself. */
  protected get state(): S {
    const { inTask, state } = this.#cell;
    return inTask === undefined ? state : (inTask[0] ?? this.#rule.zero());
  }
  protected set state(state: S) {
    valueInDriver(this.#cell, 'set');
    this.#cell.state = state;
  }
  protected addTerm(term: T): void {
    this.#cell.add(term);
  }
  protected mergeState(state: S): void {
    this.#cell.merge(state);
  }

  reset(): void {
    this.state = this.#rule.zero();
  }
  name(): string | null {
    return this.#cell.name ?? null;
  }
  isRegistered(): boolean {
    return this.#isRegistered;
  }
  abstract value(): unknown;
  toString(): string {
    return `${this.constructor.name}(name: ${this.#cell.name ?? 'none'}, value: ${String(this.value())})`;
  }
}

/** Sums numbers, and counts them. */
export class NumberAccumulator extends BuiltInAccumulator<number, SumState> {
  constructor(cell?: AccumulatorCell<number, SumState>) {
    super(SUM, cell);
  }

  add(n: number | bigint): void {
    this.addTerm(Number(n));
  }
  value(): number {
    return this.state.sum;
  }
  sum(): number {
    return this.state.sum;
  }
  count(): number {
    return this.state.count;
  }
  /** NaN where nothing was added. */
  avg(): number {
    return this.state.sum / this.state.count;
  }
  isZero(): boolean {
    return this.state.sum === 0 && this.state.count === 0;
  }
  /** The sum; how many were added stays. */
  setValue(sum: number): void {
    const { count } = this.state;
    this.state = { sum, count };
  }
  merge(other: NumberAccumulator): void {
    this.mergeState(other.state);
  }
}

export class LongAccumulator extends NumberAccumulator {}

export class DoubleAccumulator extends NumberAccumulator {}

/** Collects what tasks add, in the order in which they end. */
export class CollectionAccumulator<T> extends BuiltInAccumulator<T, T[]> {
  constructor(cell?: AccumulatorCell<T, T[]>) {
    super(LIST as AccumulatorRule<T, T[]>, cell);
  }

  add(value: T): void {
    this.addTerm(value);
  }
  value(): JList<T> {
    return new JList(this.state);
  }
  isZero(): boolean {
    return this.state.length === 0;
  }
  setValue(values: Iterable<T>): void {
    this.state = [...values];
  }
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
