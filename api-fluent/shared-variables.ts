import {
  type AccumulatorCell,
  type BroadcastCell,
  type SparkCore,
  valueInDriver,
  printAsText,
} from '../core/internal.ts';

/** A value that the driver gives to all tasks. Not to be changed. Made by `sparkContext.broadcast(value)`. */
export class Broadcast<T> {
  readonly #core: SparkCore;
  readonly #cell: BroadcastCell<T>;

  /** @internal */
  constructor(core: SparkCore, cell: BroadcastCell<T>) {
    this.#core = core;
    this.#cell = cell;
  }

  /** What the driver put into it, the same on every thread. Throws `BROADCAST_DESTROYED`. */
  get value(): T {
    return this.#cell.value();
  }
  /** Its number in its context. */
  get id(): number {
    return this.#cell.id;
  }
  /** As PySpark has it: threads share one copy, which stays. */
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

/** How values of one's own add up; `addInPlace` may change and return its first one. */
export interface AccumulatorParam<T> {
  /** What tasks start from. */
  zero(initial: T): T;
  /** The sum of two values. It may change `a` and return it. */
  addInPlace(a: T, b: T): T;
}

/** A sum that tasks add to and the driver reads. Made by `sparkContext.accumulator(initial, param?)`. */
export class Accumulator<T> {
  readonly #cell: AccumulatorCell<T, T>;

  /** @internal */
  constructor(cell: AccumulatorCell<T, T>) {
    this.#cell = cell;
  }

  /** Adds a term, in a task or in the driver. Counts once for each task that ends well, wherever it ran. */
  add(term: T): void {
    this.#cell.add(term);
  }
  /** What has been added up. In the driver only: throws `ACCUMULATOR_IN_TASK`. */
  get value(): T {
    return valueInDriver(this.#cell);
  }
  set value(value: T) {
    valueInDriver(this.#cell, 'set');
    this.#cell.state = value;
  }
  toString(): string {
    return String(this.#cell.state);
  }
}

printAsText(Broadcast, Accumulator);
