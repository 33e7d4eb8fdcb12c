import { DStreamsError, javaText, printAsText } from '../core/internal.ts';

/** What the atomic classes have in common: a value, and ways to change it at once. */
class AtomicValue<T> {
  #value: T;

  /** @internal */
  constructor(value: T) {
    this.#value = value;
  }

  /** The value. */
  get(): T {
    return this.#value;
  }
  /** Sets the value. */
  set(value: T): void {
    this.#value = value;
  }
  /** Sets the value. What was there. */
  getAndSet(value: T): T {
    const before = this.#value;
    this.#value = value;
    return before;
  }
  /** Sets the value where it is `expected`, the same object. Whether it was. */
  compareAndSet(expected: T, value: T): boolean {
    const isSame = Object.is(this.#value, expected);
    if (isSame) this.#value = value;
    return isSame;
  }
  /** Sets what `f` makes of the value. What is there now. */
  updateAndGet(f: (value: T) => T): T {
    this.#value = f(this.#value);
    return this.#value;
  }
  /** The value as Java prints it. */
  toString(): string {
    return javaText(this.#value);
  }
}

/** `java.util.concurrent.atomic.AtomicReference`. What tasks change in it is not seen in the driver: see accumulators. */
export class AtomicReference<T> extends AtomicValue<T> {
  /** Null where no value is given, as in Java. */
  constructor(value?: T) {
    super(value ?? (null as T));
  }
}

/** `java.util.concurrent.atomic.AtomicBoolean`. */
export class AtomicBoolean extends AtomicValue<boolean> {
  /** False where nothing is given. */
  constructor(value = false) {
    super(value);
  }
}

/** `java.util.concurrent.atomic.AtomicLong`, over a number: exact up to 2^53. */
export class AtomicLong extends AtomicValue<number> {
  /** 0 where nothing is given. */
  constructor(value = 0) {
    super(value);
  }

  /** Adds `n`. What was there. */
  getAndAdd(n: number): number {
    return this.getAndSet(this.get() + n);
  }
  /** Adds `n`. What is there now. */
  addAndGet(n: number): number {
    return this.getAndAdd(n) + n;
  }
  /** Adds 1. What was there. */
  getAndIncrement(): number {
    return this.getAndAdd(1);
  }
  /** Takes 1 off. What was there. */
  getAndDecrement(): number {
    return this.getAndAdd(-1);
  }
  /** Adds 1. What is there now. */
  incrementAndGet(): number {
    return this.addAndGet(1);
  }
  /** Takes 1 off. What is there now. */
  decrementAndGet(): number {
    return this.addAndGet(-1);
  }
  /** Sets what `f` makes of the value and `x`. What is there now. */
  accumulateAndGet(x: number, f: (value: number, x: number) => number): number {
    return this.updateAndGet((value) => f(value, x));
  }
}

/** `java.util.concurrent.atomic.AtomicInteger`: an `AtomicLong`, without an overflow at 32 bits. */
export const AtomicInteger = AtomicLong;
/** What `new AtomicInteger()` gives. */
export type AtomicInteger = AtomicLong;

/** `java.util.concurrent.Semaphore`: who waits longest is let in first. */
export class Semaphore {
  #permits: number;
  readonly #waiting: { readonly n: number; readonly letIn: () => void }[] = [];

  /** So many permits to begin with, which may be below 0. */
  constructor(permits: number) {
    this.#permits = permits;
  }

  /** Takes `n` permits; resolves when they are there. */
  acquire(n = 1): Promise<void> {
    if (this.tryAcquire(n)) return Promise.resolve();
    return new Promise((letIn) => void this.#waiting.push({ n, letIn }));
  }

  /** Takes `n` permits if they are there and nobody waits. Whether it did. */
  tryAcquire(n = 1): boolean {
    const isFree = this.#waiting.length === 0 && this.#permits >= n;
    if (isFree) this.#permits -= n;
    return isFree;
  }

  /** Gives `n` permits back, or adds them. */
  release(n = 1): void {
    this.#permits += n;
    while (this.#waiting.length > 0 && this.#permits >= this.#waiting[0]!.n) {
      const { n: taken, letIn } = this.#waiting.shift()!;
      this.#permits -= taken;
      letIn();
    }
  }

  /** How many permits there are now. */
  availablePermits(): number {
    return this.#permits;
  }
}

/** `java.util.concurrent.CountDownLatch`: opens after so many calls of `countDown()`. */
export class CountDownLatch {
  #count: number;
  #open!: () => void;
  readonly #opened = new Promise<void>((open) => {
    this.#open = open;
  });

  /** Throws `OPTIONS_INVALID` for a count below 0. */
  constructor(count: number) {
    if (count < 0) throw new DStreamsError('OPTIONS_INVALID', `CountDownLatch: count < 0: ${count}.`);
    this.#count = count;
    if (count === 0) this.#open();
  }

  /** One less to wait for. */
  countDown(): void {
    if (this.#count > 0 && --this.#count === 0) this.#open();
  }

  /** Resolves when the count is 0. */
  await(): Promise<void> {
    return this.#opened;
  }

  /** How many calls are left. */
  getCount(): number {
    return this.#count;
  }
}

printAsText(AtomicValue);
