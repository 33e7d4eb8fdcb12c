import {
  type ActiveContext,
  type CurrentProgram,
  currentProgram,
  executorMode,
  noteStart,
  registerActive,
  unregisterActive,
} from '../backend/program/index.ts';
import { DStreamsError, isDStreamsError } from '../errors.ts';
import { pathText } from '../format/index.ts';
import { printAsText } from '../printed.ts';
import { ListenerBus, type StreamingListener } from '../metrics/index.ts';
import {
  explain,
  type InputSpec,
  type Service,
  type Slots,
  StreamGraph,
  type StreamNode,
  type StreamRef,
  validate,
} from '../plan/index.ts';
import type { ActionPromise, Rdd } from '../rdd/index.ts';
import { claimStart, enterExecutor, leaveStart } from './active.ts';
import type { BatchFailure } from './batches.ts';
import { alreadyStopped, doneWithin, type EngineState, LifeCycle } from './life-cycle.ts';
import type { RecoveryRequest } from './recovery.ts';
import { currentRerun } from './rerun.ts';
import { Running } from './running.ts';
import { Services } from './services.ts';
import { slice } from './slice.ts';
import type { SparkCore } from './spark-core.ts';
import { stopOnSignals } from './stop-on-signals.ts';

export interface StopOptions {
  /** Default: `spark.streaming.stopSparkContextByDefault`, which is true. */
  readonly stopSparkContext?: boolean | undefined;
  /** First process what was received. Default false. */
  readonly graceful?: boolean | undefined;
}

/**
 * One streaming application: a graph, its inputs, its batches. Both surfaces are translations of this class.
 * States: INITIALIZED → ACTIVE → STOPPED; a failed start is STOPPED.
 * @internal
 */
export class StreamEngine implements ActiveContext {
  readonly graph: StreamGraph;
  readonly bus: ListenerBus;
  private readonly life = new LifeCycle();
  private rememberMs: number | undefined;
  private checkpointDir: string | undefined;
  private recovery: RecoveryRequest | undefined;
  private readonly services = new Services();
  private readonly streamIds = new Map<number, number>();
  private running: Running | undefined;
  private starting: Promise<void> | undefined;
  private isComingUp = false;
  private stopping: Promise<void> | undefined;
  /** Told of every failure, not only of the first: the test kit. */
  onBatchFailed: ((failure: BatchFailure) => void) | undefined;

  constructor(
    readonly sc: SparkCore,
    readonly batchMs: number,
  ) {
    if (!Number.isInteger(batchMs) || batchMs <= 0) {
      throw new DStreamsError(
        'BATCH_DURATION_INVALID',
        `Batch duration must be a positive whole number of milliseconds, got ${String(batchMs)}. For example Durations.seconds(1).`,
      );
    }
    this.graph = new StreamGraph(batchMs, this);
    this.bus = new ListenerBus({ clock: sc.clock, log: sc.logger });
    this.checkpointDir = sc.settings.checkpointDirectory;
  }

  // --- the graph ---

  /** Adds a source. Its number among the inputs is its stream id. */
  addInput(name: string, input: InputSpec | ((slots: Slots) => InputSpec)): StreamRef {
    const op = (slots: Slots) =>
      ({ kind: 'input', input: typeof input === 'function' ? input(slots) : input }) as const;
    const ref = this.graph.add({ name, parents: [], op });
    this.streamIds.set(ref.node.id, this.streamIds.size);
    return ref;
  }

  /** Registers what is to live and commit with this context's batches: see `Service`. Before `start()`. */
  addService(service: Service): void {
    this.graph.checkBuilding();
    this.services.add(service);
  }

  remember(durationMs: number): void {
    if (this.rememberMs !== undefined) {
      throw new DStreamsError(
        'REMEMBER_ALREADY_SET',
        `Remember duration already set as ${this.rememberMs} ms. Cannot set it again.`,
      );
    }
    if (durationMs < 0) {
      throw new DStreamsError(
        'DURATION_INVALID',
        `remember: a stream cannot remember ${durationMs} ms. Give 0 or more.`,
      );
    }
    this.rememberMs = durationMs;
  }

  /** Sets the checkpoint directory; null turns checkpoints off. Throws `NEEDS_CONNECTOR` for what is no local path. */
  checkpoint(dir: string | null): void {
    if (dir !== null && dir !== undefined) this.sc.files.resolve(pathText(dir, 'checkpoint'));
    this.checkpointDir = dir ?? undefined;
  }

  /** Goes on from the checkpoint in `dir`, read by `start()`. */
  recoverFrom(dir: string, request: RecoveryRequest): void {
    this.graph.checkBuilding();
    this.recovery = request;
    this.checkpointDir = dir;
  }

  get checkpointDirectory(): string | undefined {
    return this.checkpointDir;
  }

  addListener(listener: StreamingListener): void {
    this.bus.addListener(listener);
  }

  removeListener(listener: StreamingListener): void {
    this.bus.removeListener(listener);
  }

  explain(): string {
    return explain(this.graph, this.rememberMs);
  }

  // --- up ---

  /**
   * Validates and starts. Throws at once what validation finds; what fails later rejects the promise, and that of
   * `awaitTermination`. On an executor the program ends here.
   */
  start(): Promise<void> {
    if (this.life.state === 'ACTIVE') {
      this.sc.logger.warn('StreamingContext', 'StreamingContext has already been started');
      return this.starting!;
    }
    if (this.life.state === 'STOPPED') throw alreadyStopped();
    if (executorMode()) enterExecutor(this);
    const isFirstStart = noteStart();
    const rerun = currentRerun();
    rerun?.starting(this);
    claimStart(this);
    try {
      this.checkReceiverLog();
      validate(this.graph, {
        checkpointDir: this.checkpointDir,
        rememberMs: this.rememberMs ?? 0,
        cleanerTtlMs: this.sc.settings.cleanerTtlMs,
      });
    } catch (error) {
      leaveStart(this);
      this.life.transition('STOPPED');
      this.graph.stopped();
      this.life.ended();
      throw error;
    }
    this.life.transition('ACTIVE');
    this.graph.seal();
    this.sc.staticScope.close();
    registerActive(this);
    this.running = new Running({
      engine: this,
      bus: this.bus,
      life: this.life,
      services: this.services,
      streamIds: this.streamIds,
      rememberMs: this.rememberMs,
      checkpointDir: this.checkpointDir,
      recovery: this.recovery,
      isFirstStart,
      onBatchFailed: (failure) => this.batchFailed(failure),
    });
    this.isComingUp = true;
    const up = this.bringUp(this.running).catch(async (error: unknown) => {
      this.sc.logger.error('StreamingContext', 'Error starting the context, marking it as stopped', error);
      this.life.fail(error);
      await this.shutDown({ graceful: false });
      throw error;
    });
    this.starting = up.finally(() => {
      this.isComingUp = false;
    });
    this.starting.catch(() => {});
    rerun?.started(this, this.starting);
    return this.starting;
  }

  private checkReceiverLog(): void {
    if (!this.sc.settings.receiverWalEnable || this.checkpointDir !== undefined) return;
    if (!this.graph.nodes.some(({ op }) => op.kind === 'input' && op.input.isReceiver)) return;
    throw new DStreamsError(
      'CHECKPOINT_DIR_MISSING',
      'Cannot enable receiver write-ahead log without checkpoint directory set. Please use streamingContext.checkpoint() to set the checkpoint directory.',
    );
  }

  private async bringUp(running: Running): Promise<void> {
    await running.bringUp();
    if (this.life.state !== 'ACTIVE' || !this.sc.settings.stopGracefullyOnShutdown) return;
    const stop = () => {
      this.stop({ graceful: true }).catch((error: unknown) =>
        this.sc.logger.error('StreamingContext', 'Error while stopping', error),
      );
    };
    stopOnSignals(stop, this.terminated);
  }

  private batchFailed(failure: BatchFailure): void {
    const { timeMs, error } = failure;
    // It waited for room on a full disk, or for its turn.
    const isLeft = isDStreamsError(error, 'LOG_DISK_FULL') || isDStreamsError(error, 'LOG_CLOSED');
    if (this.life.state === 'STOPPED' && isLeft) {
      this.sc.logger.warn('StreamingContext', `Batch ${timeMs} ms was not done before the stop: a restart runs it.`);
      return;
    }
    this.onBatchFailed?.(failure);
    this.life.fail(error);
  }

  // --- down ---

  /** Stops. Resolves when all is down. Before `start()`, or twice: a warning. */
  stop(options: StopOptions = {}): Promise<void> {
    if (executorMode()) return Promise.resolve();
    if (this.bus.isInsideListener()) {
      throw new DStreamsError(
        'STOP_IN_LISTENER',
        'Cannot stop StreamingContext within listener bus thread. Stop it from elsewhere, for example with setImmediate.',
      );
    }
    if (this.life.state === 'INITIALIZED') {
      this.sc.logger.warn('StreamingContext', 'StreamingContext has not been started yet');
      this.life.transition('STOPPED');
      this.graph.stopped();
      this.life.ended();
      this.stopping = this.stopSparkContext(options);
      return this.stopping;
    }
    if (this.life.state === 'STOPPED') {
      this.sc.logger.warn('StreamingContext', 'StreamingContext has already been stopped');
      const stopAfter = options.stopSparkContext === true && this.stopping !== undefined;
      return stopAfter
        ? this.stopping!.then(() => this.stopSparkContext(options))
        : (this.stopping ?? Promise.resolve());
    }
    this.stopping ??= this.shutDown(options);
    return this.stopping;
  }

  private async shutDown(options: StopOptions): Promise<void> {
    await this.running!.takeDown(options.graceful ?? false);
    await this.bus.stop();
    await this.stopSparkContext(options);
    leaveStart(this);
    unregisterActive(this);
    this.life.ended();
    this.sc.logger.info('StreamingContext', 'StreamingContext stopped successfully');
  }

  private async stopSparkContext({ stopSparkContext }: StopOptions): Promise<void> {
    if (stopSparkContext ?? this.sc.settings.stopSparkContextByDefault) await this.sc.stop();
  }

  // --- where it stands ---

  /** As text: what refers to it refers back. */
  toJSON(): string {
    return this.toString();
  }

  toString(): string {
    const { settings, master } = this.sc;
    return `StreamingContext(appName=${settings.appName}, master=${master.text}, batchDuration=${this.batchMs} ms, state=${this.getState()})`;
  }

  getState(): EngineState {
    return this.life.state;
  }

  /** Resolves as soon as the state is STOPPED; jobs that run may still have to end until `terminated`. */
  get halted(): Promise<void> {
    return this.life.halted;
  }

  /** Resolves when all is down. */
  get terminated(): Promise<void> {
    return this.life.terminated;
  }

  /** The first error, whoever learnt of it. */
  get firstFailure(): unknown {
    return this.life.firstFailure;
  }

  get failed(): Error | undefined {
    return this.life.failed;
  }

  /** Resolves when the context has stopped; rejects with the first error of a batch. The context goes on after one. */
  awaitTermination(): Promise<void> {
    return this.life.awaitTermination();
  }

  /**
   * true: stopped; false: the time was over. Rejects like `awaitTermination`. The time counts from when the context is
   * up: a program that does not wait for `start()` means, as in Spark, the time that it runs.
   */
  awaitTerminationOrTimeout(timeoutMs: number): Promise<boolean> {
    const ended = this.life.awaitTermination();
    if (!this.isComingUp) return doneWithin(this.sc.clock, ended, timeoutMs);
    const wait = (): Promise<boolean> => doneWithin(this.sc.clock, ended, timeoutMs);
    return this.starting!.then(wait, wait);
  }

  // --- for surfaces and the test kit ---

  /** See `slice`. Throws `STREAM_NOT_INITIALIZED` before the context has started. */
  slice(node: StreamNode, fromMs: number, toMs: number): ActionPromise<Rdd[]> {
    return slice(this, this.running?.run, node, fromMs, toMs);
  }

  /** Resolves when every batch generated so far has ended: what a test waits for between two moves of the clock. */
  async idle(): Promise<void> {
    await this.batchesEnded();
    await this.running!.checkpointsWritten();
    await this.bus.drained();
  }

  /** The same without waiting for checkpoints, which are written beside the batches. */
  async batchesEnded(): Promise<void> {
    await this.starting;
    await this.running!.batchesEnded();
  }

  /** True once a graceful stop waits for nothing but its last batch: with a manual clock, time has to go on then. */
  get isDraining(): boolean {
    return this.running?.isDraining ?? false;
  }

  /** Whether this program can be run again by executors. */
  get program(): CurrentProgram | undefined {
    return currentProgram();
  }
}

printAsText(StreamEngine);
