import {
  type ActiveContext,
  executorMode,
  registerActive,
  reportUnawaitedFailure,
  unregisterActive,
} from '../backend/program/index.ts';
import { DStreamsError, toError } from '../errors.ts';
import { log, type StreamingListener } from '../metrics/index.ts';
import { NodeDisk } from '../storage/disk-node.ts';
import { SystemClock } from '../time/index.ts';
import { activeElsewhere, activeEngine, type StartingEngine } from './active.ts';
import { alreadyStopped, doneWithin, type EngineState } from './life-cycle.ts';
import { checkpointIsThere, localFiles } from './machine.ts';
import { noCheckpoint } from './no-checkpoint.ts';
import { readRecordedProgram, unrecoverable } from './recorded-program.ts';
import { awaitRerun, currentRerun, isRerunAwaited, type Rerun, rerunArrived, runInside } from './rerun.ts';
import { asFailure, loadRecorded } from './run-recorded.ts';
import { type StopOptions, StreamEngine } from './stream-engine.ts';

const SOURCE = 'StreamingContext';

/** Of one call of `awaitTermination` before there was an engine. */
interface Waiting {
  resolve(ended?: Promise<void>): void;
  reject(error: unknown): void;
}

/**
 * What stands behind `new StreamingContext(directory)`: until `start()` only a path. `start()` runs the job module that the
 * checkpoint names, whole, as `submit` does, with the arguments and the command line of then; the first context that it
 * starts goes on from the checkpoint, and is the engine of this one from then on. States: as an engine's.
 * @internal
 */
export class DirectoryEngine implements Rerun {
  private state: EngineState = 'INITIALIZED';
  private engine: StreamEngine | undefined;
  private file = 'the program';
  private begun: Promise<void> | undefined;
  private readonly listeners = new Set<StreamingListener>();
  private readonly waiting: Waiting[] = [];
  private isAwaited = false;
  private error: unknown;
  private resolveArrival!: (arrived: { readonly start: Promise<void> } | undefined) => void;
  private rejectArrival!: (error: unknown) => void;
  /** The module's `start()`, wrapped, as it is awaited elsewhere; undefined where nobody wants it any more. */
  private readonly arrival: Promise<{ readonly start: Promise<void> } | undefined>;
  /** As the command line sees it, until there is an engine. */
  private readonly face: ActiveContext;
  private resolveFace!: () => void;

  private constructor(private readonly dir: string) {
    this.arrival = new Promise((resolve, reject) => {
      this.resolveArrival = resolve;
      this.rejectArrival = reject;
    });
    this.arrival.catch(() => {});
    const failed = () => (this.error === undefined || this.isAwaited ? undefined : toError(this.error));
    this.face = {
      stop: (options) => this.stop(options),
      terminated: new Promise((resolve) => {
        this.resolveFace = resolve;
      }),
      get failed() {
        return failed();
      },
    };
  }

  /**
   * `path` is the checkpoint directory, or the file `graph` in it; nothing in it is read. Throws `CHECKPOINT_NOT_FOUND` where
   * there is no checkpoint, `PROGRAM_UNRECOVERABLE` in a module that is being run for such a context: that would never end.
   */
  static of(path: string): DirectoryEngine {
    const dir = directoryOf(path);
    // An executor builds the context that the driver builds, which is another one.
    if (executorMode()) return new DirectoryEngine(dir);
    if (currentRerun() !== undefined) {
      throw unrecoverable(dir, 'it comes back to a context made of a directory, and never says how its graph is made.');
    }
    if (!checkpointIsThere(dir)) throw noCheckpoint(dir);
    return new DirectoryEngine(dir);
  }

  /** The engine. Throws `CONTEXT_NOT_STARTED` before the module has started it. */
  get(): StreamEngine {
    if (this.engine !== undefined) return this.engine;
    throw new DStreamsError(
      'CONTEXT_NOT_STARTED',
      `A context made of a checkpoint directory is there after start(), which runs the program that the checkpoint in ${this.dir} names. Sources, streams and settings belong into that program.`,
    );
  }

  toString(): string {
    return this.engine?.toString() ?? `StreamingContext(checkpoint=${this.dir}, state=${this.getState()})`;
  }

  getState(): EngineState {
    return this.engine?.getState() ?? this.state;
  }

  addListener(listener: StreamingListener): void {
    if (this.engine !== undefined) this.engine.addListener(listener);
    else this.listeners.add(listener);
  }

  removeListener(listener: StreamingListener): void {
    if (this.engine !== undefined) this.engine.removeListener(listener);
    else this.listeners.delete(listener);
  }

  /**
   * Runs the module; then settles as its context's `start()`. Throws at once `CONTEXT_ACTIVE_ELSEWHERE`,
   * `CONTEXT_ALREADY_STOPPED`; rejects with what is wrong with the checkpoint or the module: `PROGRAM_UNRECOVERABLE`,
   * `PROGRAM_NOT_FOUND`, `PROGRAM_FAILED`, `CHECKPOINT_…`, and whatever error of ours the module came to.
   */
  start(): Promise<void> {
    if (executorMode()) return Promise.resolve();
    if (this.engine !== undefined) return this.engine.start();
    if (this.state === 'ACTIVE') {
      log.warn(SOURCE, 'StreamingContext has already been started');
      return this.begun!;
    }
    if (this.state === 'STOPPED') throw alreadyStopped();
    if (activeEngine() !== undefined || isRerunAwaited()) throw activeElsewhere();
    this.state = 'ACTIVE';
    awaitRerun(this);
    registerActive(this.face);
    this.begun = this.run().catch((error: unknown) => {
      if (this.engine === undefined) this.fail(error);
      throw error;
    });
    this.begun.catch(() => {});
    return this.begun;
  }

  private async run(): Promise<void> {
    try {
      const program = await readRecordedProgram(this.dir);
      this.file = program.file;
      const module = await loadRecorded(this.dir, program);
      if (this.state === 'STOPPED') return;
      const restore = module.install();
      try {
        const main = runInside(this, module.main);
        main.catch((error: unknown) => this.mainFailed(error));
        const ended = main.then(
          () => Promise.reject(unrecoverable(this.dir, `${this.file} ends without starting a context.`)),
          (error: unknown) => Promise.reject(asFailure(this.file, error)),
        );
        await (await Promise.race([this.arrival, ended]))?.start;
      } finally {
        restore();
      }
    } finally {
      rerunArrived(this);
    }
  }

  /** The module's context is about to start: it has to be the one whose checkpoint this is. */
  starting(engine: StartingEngine): void {
    // A further one, later, is as any other.
    if (this.engine !== undefined) return;
    if (this.state === 'STOPPED') throw this.error ?? alreadyStopped();
    const { checkpointDirectory, sc } = engineOf(engine);
    const its = checkpointDirectory === undefined ? undefined : sc.files.resolve(checkpointDirectory);
    if (its !== this.dir) {
      const has = its === undefined ? 'no checkpoint directory' : `the checkpoint directory ${its}`;
      const refusal = unrecoverable(this.dir, `${this.file} starts a context that has ${has}.`);
      // Whatever the module does with it.
      this.rejectArrival(refusal);
      throw refusal;
    }
    engineOf(engine).recoverFrom(this.dir, { createOnError: false, isRequired: true });
  }

  started(starting: StartingEngine, start: Promise<void>): void {
    if (this.engine !== undefined) return;
    const engine = engineOf(starting);
    this.engine = engine;
    rerunArrived(this);
    for (const listener of this.listeners) engine.addListener(listener);
    for (const { resolve } of this.waiting.splice(0)) resolve(engine.awaitTermination());
    this.resolveArrival({ start });
    this.leave();
  }

  /** `main` has thrown after its context had started: that is for whoever runs this process, unless it was told already. */
  private mainFailed(error: unknown): void {
    if (this.engine === undefined || (this.isAwaited && error === this.engine.firstFailure)) return;
    reportUnawaitedFailure(error);
  }

  private fail(error: unknown): void {
    log.error(SOURCE, 'Error starting the context, marking it as stopped', error);
    this.error = error;
    this.state = 'STOPPED';
    for (const { reject } of this.waiting.splice(0)) reject(error);
    this.leave();
  }

  private leave(): void {
    this.resolveFace();
    unregisterActive(this.face);
  }

  /** As an engine's. */
  awaitTermination(): Promise<void> {
    if (executorMode()) return new Promise(() => {});
    this.isAwaited = true;
    if (this.engine !== undefined) return this.engine.awaitTermination();
    if (this.error !== undefined) return Promise.reject(this.error);
    if (this.state === 'STOPPED') return Promise.resolve();
    return new Promise((resolve, reject) => this.waiting.push({ resolve, reject }));
  }

  /** As an engine's. */
  awaitTerminationOrTimeout(timeoutMs: number): Promise<boolean> {
    if (this.engine === undefined) return doneWithin(new SystemClock(), this.awaitTermination(), timeoutMs);
    this.isAwaited = true;
    return this.engine.awaitTerminationOrTimeout(timeoutMs);
  }

  /** Resolves when all is down. A module that is on its way finds it stopped when it comes to its `start()`. */
  stop(options: StopOptions = {}): Promise<void> {
    if (executorMode()) return Promise.resolve();
    if (this.engine !== undefined) return this.engine.stop(options);
    if (this.state === 'INITIALIZED') log.warn(SOURCE, 'StreamingContext has not been started yet');
    if (this.state === 'STOPPED') log.warn(SOURCE, 'StreamingContext has already been stopped');
    this.state = 'STOPPED';
    for (const { resolve } of this.waiting.splice(0)) resolve();
    this.resolveArrival(undefined);
    this.leave();
    return Promise.resolve();
  }

  /** Resolves when all is down. */
  get terminated(): Promise<void> {
    return this.engine?.terminated ?? Promise.resolve();
  }
}

function engineOf(engine: StartingEngine): StreamEngine {
  if (engine instanceof StreamEngine) return engine;
  throw new DStreamsError('INVARIANT', 'a program uses the copy of dstreams that runs it');
}

/** Absolute. */
function directoryOf(path: string): string {
  const resolved = localFiles().resolve(path);
  const isPointer = resolved.endsWith('/graph') && new NodeDisk().statNow(resolved)?.kind === 'file';
  return isPointer ? resolved.slice(0, -'/graph'.length) : resolved;
}
