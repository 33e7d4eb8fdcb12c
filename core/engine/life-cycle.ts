import { executorMode, reportUnawaitedFailure } from '../backend/program/index.ts';
import { DStreamsError, toError } from '../errors.ts';
import type { Logger } from '../metrics/index.ts';
import type { Clock } from '../time/index.ts';

export type EngineState = 'INITIALIZED' | 'ACTIVE' | 'STOPPED';

const NEXT: Readonly<Record<EngineState, readonly EngineState[]>> = {
  INITIALIZED: ['ACTIVE', 'STOPPED'],
  ACTIVE: ['STOPPED'],
  STOPPED: [],
};

/** The state of a context, its first error, and those who wait for its end. */
export class LifeCycle {
  private current: EngineState = 'INITIALIZED';
  private firstError: unknown;
  private hasError = false;
  private awaiters = 0;
  private resolveTerminated!: () => void;
  readonly terminated: Promise<void>;
  private resolveHalted!: () => void;
  /** Resolves as soon as the state is STOPPED; jobs that run may still have to end until `terminated`. */
  readonly halted: Promise<void>;
  private rejectFailed!: (error: unknown) => void;
  private readonly failure: Promise<never>;

  constructor() {
    this.terminated = new Promise((resolve) => {
      this.resolveTerminated = resolve;
    });
    this.halted = new Promise((resolve) => {
      this.resolveHalted = resolve;
    });
    this.failure = new Promise((_, reject) => {
      this.rejectFailed = reject;
    });
    this.failure.catch(() => {});
  }

  get state(): EngineState {
    return this.current;
  }

  transition(to: EngineState): void {
    if (!NEXT[this.current].includes(to))
      throw new DStreamsError('INVARIANT', `engine cannot go from ${this.current} to ${to}`);
    this.current = to;
    if (to === 'STOPPED') this.resolveHalted();
  }

  /** All is down. */
  ended(): void {
    this.resolveTerminated();
  }

  /** The first error is what those who wait are told; where nobody does, the process reports it. */
  fail(error: unknown): void {
    if (this.hasError) return;
    this.hasError = true;
    this.firstError = error;
    this.rejectFailed(error);
    if (this.awaiters === 0) reportUnawaitedFailure(error);
  }

  /** The first error, whoever learnt of it; undefined as long as there is none. */
  get firstFailure(): unknown {
    return this.firstError;
  }

  /** The first error, where nobody waits to be told of it. */
  get failed(): Error | undefined {
    return this.hasError && this.awaiters === 0 ? toError(this.firstError) : undefined;
  }

  /** Resolves when the context has stopped; rejects with its first error. On an executor neither comes. */
  awaitTermination(): Promise<void> {
    if (executorMode()) return new Promise(() => {});
    this.awaiters++;
    return Promise.race([this.failure, this.terminated.then(() => (this.hasError ? this.failure : undefined))]);
  }
}

/** true: `work` is done; false: the time was over. Rejects as `work` does until then. */
export async function doneWithin(clock: Clock, work: Promise<unknown>, limitMs: number): Promise<boolean> {
  let timer: { cancel(): void } | undefined;
  const limit = new Promise<false>((resolve) => {
    timer = clock.setTimer(clock.now() + limitMs, () => resolve(false));
  });
  try {
    return await Promise.race([work.then(() => true), limit]);
  } finally {
    timer?.cancel();
  }
}

/** Whether `work` ended within the limit. Its failure counts as an end. */
export const endsWithin = (clock: Clock, work: Promise<unknown>, limitMs: number): Promise<boolean> =>
  doneWithin(
    clock,
    work.catch(() => {}),
    limitMs,
  );

/** After so long a stop says what it waits for. */
const SLOW_STOP_MS = 2000;

/** `work`, of a stop; says what that waits for once it is slow, where it still does: `waits`. */
export async function told<T>(
  { clock, logger }: Told,
  waitsFor: string,
  work: Promise<T>,
  waits = () => true,
): Promise<T> {
  const timer = clock.setTimer(clock.now() + SLOW_STOP_MS, () => {
    if (waits()) logger.warn('StreamingContext', `The stop waits for ${waitsFor}.`);
  });
  try {
    return await work;
  } finally {
    timer.cancel();
  }
}

interface Told {
  readonly clock: Clock;
  readonly logger: Logger;
}

/** What `start()` of a context throws that is down. */
export const alreadyStopped = (): DStreamsError =>
  new DStreamsError(
    'CONTEXT_ALREADY_STOPPED',
    'StreamingContext has already been stopped. Make a new one to start again.',
  );
