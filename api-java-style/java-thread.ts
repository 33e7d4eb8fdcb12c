import { DStreamsError, describeError, printAsText, sleep, SystemClock } from '../core/internal.ts';

/** `java.lang.Runnable`: a function, or an object with `run()`. What it returns may be a promise. */
export type Runnable = (() => unknown) | { run(): unknown };

let threadCount = 0;

/**
 * `java.lang.Thread`: an asynchronous function that runs beside the others. All of them take turns on one thread, so that
 * `run` has to `await` something now and then, above all in a loop: until then nothing else of the program goes on.
 */
export class Thread {
  readonly #target: Runnable | undefined;
  #name: string;
  #isDaemon = false;
  #ended: Promise<void> | undefined;
  #isAlive = false;

  /** Of what it runs, with or without a name; or of a name alone, where a class of one's own has `run()`. */
  constructor(target?: Runnable | string | null, name?: string) {
    this.#target = typeof target === 'string' ? undefined : (target ?? undefined);
    this.#name = typeof target === 'string' ? target : (name ?? `Thread-${threadCount++}`);
  }

  /** What the thread does: what it was given. Classes of one's own override it, with `async` where it waits. */
  run(): unknown {
    return typeof this.#target === 'function' ? this.#target() : this.#target?.run();
  }

  /**
   * Begins `run()` and returns at once. What `run()` throws ends the thread and goes to standard error, as in Java; the
   * program goes on. A second call is `OPTIONS_INVALID` (Java: IllegalThreadStateException).
   */
  start(): void {
    if (this.#ended !== undefined) {
      throw new DStreamsError('OPTIONS_INVALID', `Thread.start: ${this.#name} was started before. Make a new Thread.`);
    }
    this.#isAlive = true;
    this.#ended = Promise.resolve()
      .then(() => this.run())
      .catch((error) => void process.stderr.write(`Exception in thread "${this.#name}" ${describeError(error)}\n`))
      .then(() => {
        this.#isAlive = false;
      });
  }

  /** Resolves when the thread has ended, or after so many ms; at once where it was not started. */
  async join(ms?: number): Promise<void> {
    if (this.#ended === undefined) return;
    await (ms === undefined || ms === 0 ? this.#ended : Promise.race([this.#ended, Thread.sleep(ms)]));
  }

  /** Whether it was started and has not ended. */
  isAlive(): boolean {
    return this.#isAlive;
  }
  /** The name. */
  getName(): string {
    return this.#name;
  }
  /** Names the thread. */
  setName(name: string): void {
    this.#name = name;
  }
  /** Whether it is said to be a daemon. */
  isDaemon(): boolean {
    return this.#isDaemon;
  }
  /** Remembered, without an effect: a program ends when nothing waits any more, or with its contexts. */
  setDaemon(isDaemon: boolean): void {
    this.#isDaemon = isDaemon;
  }
  toString(): string {
    return `Thread[${this.#name}]`;
  }

  /** Resolves after so many ms: `await Thread.sleep(100)`. */
  static sleep(ms: number): Promise<void> {
    return sleep(new SystemClock(), ms);
  }
}

printAsText(Thread);
