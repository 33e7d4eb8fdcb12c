import {
  type ActiveContext,
  currentProgram,
  executorMode,
  registerActive,
  reportUnawaitedFailure,
  unregisterActive,
} from '../backend/program/index.ts';
import { DStreamsError, toError } from '../errors.ts';
import { ListenerBus, ReceiverInfo, type StreamingListener } from '../metrics/index.ts';
import {
  explain,
  type InputHost,
  type InputRun,
  type InputSpec,
  reachable,
  retention,
  type Service,
  type Slots,
  StreamGraph,
  type StreamNode,
  type StreamRef,
  validate,
} from '../plan/index.ts';
import { ActionPromise, type Rdd } from '../rdd/index.ts';
import { BatchGenerator } from '../scheduler/batch-generator.ts';
import type { Manifest } from '../options/index.ts';
import type { JobSet } from '../scheduler/job-set.ts';
import { JobScheduler } from '../scheduler/job-scheduler.ts';
import { StateKeeper } from '../scheduler/state-keeper.ts';
import { StreamRun } from '../scheduler/stream-run.ts';
import { firstTimeMs, RecurringTimer, restartTimeMs } from '../time/index.ts';
import { claimStart, enterExecutor, leaveStart } from './active.ts';
import { type Checkpoints, checkSame } from './checkpoints.ts';
import { Services } from './services.ts';
import type { SparkCore } from './spark-core.ts';
import { noCheckpoint } from './no-checkpoint.ts';
import { openCheckpoints } from './open-checkpoints.ts';
import { startWorkers } from './start-workers.ts';

export type EngineState = 'INITIALIZED' | 'ACTIVE' | 'STOPPED';

const NEXT: Readonly<Record<EngineState, readonly EngineState[]>> = {
  INITIALIZED: ['ACTIVE', 'STOPPED'],
  ACTIVE: ['STOPPED'],
  STOPPED: [],
};

export interface StopOptions {
  /** Default: `spark.streaming.stopSparkContextByDefault`, which is true. */
  readonly stopSparkContext?: boolean | undefined;
  /** First process what was received. Default false. */
  readonly graceful?: boolean | undefined;
}

/** `generate`: no data set could be made for the batch; `batch`: one of its jobs failed. */
export interface BatchFailure {
  readonly at: 'generate' | 'batch';
  readonly timeMs: number;
  readonly error: unknown;
}

/** That a context goes on from what is in its checkpoint directory, where there is something. */
export interface RecoveryRequest {
  /** Where the checkpoint cannot be used: begin anew, saying so, in place of failing. */
  readonly createOnError: boolean;
  /** A directory without a checkpoint is an error. */
  readonly isRequired: boolean;
}

const STOP_WAIT_MS = 2000;

/**
 * One streaming application: a graph, its inputs, its batches. Both surfaces are translations of this class.
 * States: INITIALIZED → ACTIVE → STOPPED; a failed start is STOPPED.
 */
export class StreamEngine implements ActiveContext {
  readonly graph: StreamGraph;
  readonly bus: ListenerBus;
  private state: EngineState = 'INITIALIZED';
  private rememberMs: number | undefined;
  private checkpointDir: string | undefined;
  private readonly inputs = new Map<number, InputRun>();
  private readonly services = new Services();
  private readonly streamIds = new Map<number, number>();
  private run: StreamRun | undefined;
  private states: StateKeeper | undefined;
  private scheduler: JobScheduler | undefined;
  private generator: BatchGenerator | undefined;
  private timer: RecurringTimer | undefined;
  private keepMs: ReadonlyMap<number, number> = new Map();
  private checkpoints: Checkpoints | undefined;
  private recovery: RecoveryRequest | undefined;
  /** Batches that a restart runs again. */
  private readonly reruns = new Set<number>();
  private starting: Promise<void> | undefined;
  private stopping: Promise<void> | undefined;
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
  private isDrainingNow = false;
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
    this.rememberMs = durationMs;
  }

  /** Sets the checkpoint directory; null turns checkpoints off. Throws `NEEDS_CONNECTOR` for what is no local path. */
  checkpoint(dir: string | null): void {
    if (dir !== null && dir !== undefined) this.sc.files.resolve(dir);
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

  getState(): EngineState {
    return this.state;
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

  // --- life cycle ---

  /**
   * Validates and starts. Throws at once what validation finds; what fails later rejects the promise, and that of
   * `awaitTermination`. On an executor the program ends here.
   */
  start(): Promise<void> {
    if (this.state === 'ACTIVE') {
      this.sc.logger.warn('StreamingContext', 'StreamingContext has already been started');
      return this.starting!;
    }
    if (this.state === 'STOPPED') {
      throw new DStreamsError(
        'CONTEXT_ALREADY_STOPPED',
        'StreamingContext has already been stopped. Make a new one to start again.',
      );
    }
    if (executorMode()) enterExecutor(this);
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
      this.transition('STOPPED');
      this.graph.stopped();
      this.resolveTerminated();
      throw error;
    }
    this.transition('ACTIVE');
    this.graph.seal();
    this.sc.staticScope.close();
    registerActive(this);
    this.starting = this.bringUp().catch(async (error: unknown) => {
      this.fail(error, false);
      await this.shutDown({ graceful: false });
      throw error;
    });
    this.starting.catch(() => {});
    return this.starting;
  }

  private async bringUp(): Promise<void> {
    const { sc, graph, bus } = this;
    this.keepMs = retention(graph, this.rememberMs);
    const run = new StreamRun(graph, sc, this.inputs, (scope, f) => sc.inScope(scope, f));
    this.run = run;
    const states = new StateKeeper({
      stateRdds: (timeMs) => run.stateRdds(timeMs),
      computed: (timeMs) => this.checkpoints?.stateComputed(timeMs, run),
      missing: (rdd) => sc.missingPartitions(rdd),
      isSafe: (rdd) => sc.isSafe(rdd),
    });
    this.states = states;
    const scheduler = new JobScheduler({
      clock: sc.clock,
      logger: sc.logger,
      bus,
      batchMs: this.batchMs,
      concurrentJobs: sc.settings.concurrentJobs,
      onBatchEnd: (jobSet) => this.batchEnded(jobSet),
      onError: (error, timeMs) => this.batchFailed({ at: 'batch', timeMs, error }),
    });
    this.scheduler = scheduler;
    this.generator = new BatchGenerator({
      clock: sc.clock,
      logger: sc.logger,
      bus,
      graph,
      run,
      inputs: this.inputs,
      streamIds: this.streamIds,
      scheduler,
      pendingBatchesMax: sc.settings.pendingBatchesMax,
      onError: (error, timeMs) => this.batchFailed({ at: 'generate', timeMs, error }),
      beforeJobs: this.hasState() ? (timeMs) => states.advance(timeMs) : undefined,
      onGenerateFailed: (timeMs) => this.forget(timeMs),
      beforeBatch: (timeMs) => this.services.beforeBatch(timeMs),
      afterPlan: this.checkpointDir === undefined ? undefined : (timeMs) => this.checkpoints!.plan(timeMs),
    });
    for (const node of graph.nodes) {
      if (node.op.kind === 'input') this.inputs.set(node.id, node.op.input.create(this.hostOf(node)));
    }
    const recovered = await this.openCheckpoints();
    const backend = startWorkers(this);
    if (backend !== undefined) {
      sc.useBackend(backend);
      await backend;
    }
    await Promise.all([...this.inputs.values()].map((input) => input.start()));
    if (this.state !== 'ACTIVE') return;
    await this.startServices(recovered?.services);
    if (this.state !== 'ACTIVE') return;
    const zeroMs = recovered?.zeroMs ?? firstTimeMs(sc.clock.now(), this.batchMs) - this.batchMs;
    const startMs = restartTimeMs(sc.clock.now(), this.batchMs, zeroMs);
    run.initialize(zeroMs);
    await this.checkpoints?.begin(zeroMs);
    bus.post({ type: 'streamingStarted', time: sc.clock.now() });
    if (recovered !== undefined) this.runAgain(recovered, startMs);
    this.timer = new RecurringTimer({
      clock: sc.clock,
      periodMs: this.batchMs,
      startMs,
      callback: (timeMs) => this.generator!.generate(timeMs),
    });
    this.timer.start();
    if (sc.settings.stopGracefullyOnShutdown) this.stopOnSignals();
    sc.logger.info(
      'StreamingContext',
      `StreamingContext started: batch ${this.batchMs} ms, first batch at ${startMs} ms`,
    );
  }

  private async startServices(recovered: Readonly<Record<string, unknown>> = {}): Promise<void> {
    const { sc, checkpointDir } = this;
    await this.services.start(
      {
        clock: sc.clock,
        conf: sc.settings,
        codec: sc.codec,
        logger: sc.logger,
        files: sc.files,
        batchMs: this.batchMs,
        checkpointDirectory: checkpointDir === undefined ? undefined : sc.files.resolve(checkpointDir),
        openLog: async (name, visit) => this.checkpoints?.openServiceLog(name, visit),
        diskSpace: async () => this.checkpoints?.space(),
        fail: (error) => this.fail(error, true),
      },
      recovered,
    );
  }

  /** Takes the checkpoint directory, if there is one, and gives inputs and streams back what is in it. */
  private async openCheckpoints(): Promise<Manifest | undefined> {
    const { sc, checkpointDir, recovery } = this;
    if (checkpointDir === undefined) return undefined;
    const dir = sc.files.resolve(checkpointDir);
    const open = (recovers: boolean) => openCheckpoints(this, { dir, recovers, ...this.parts() });
    let checkpoints: Checkpoints;
    try {
      checkpoints = await open(recovery !== undefined);
      this.checkpoints = checkpoints;
      const { recovered } = checkpoints;
      if (recovered === undefined) {
        if (recovery?.isRequired) throw noCheckpoint(dir);
        if (recovery !== undefined) await checkpoints.restoreInputs();
        return undefined;
      }
      checkSame(recovered.manifest, this.batchMs);
      this.checkRecoverable();
      this.run!.initialize(recovered.manifest.zeroMs);
      checkpoints.states.restore(recovered.manifest, this.run!, sc.settings.allowDroppedState);
      await checkpoints.restoreInputs();
      return recovered.manifest;
    } catch (error) {
      if (recovery?.createOnError !== true) throw error;
      sc.logger.error(
        'StreamingContext',
        `The checkpoint in ${dir} cannot be used: beginning anew, as createOnError says`,
        error,
      );
      await this.checkpoints?.close(false);
      this.run!.reset();
      this.checkpoints = await open(false);
      return undefined;
    }
  }

  private parts() {
    const inputs = new Map([...this.inputs].map(([id, input]) => [this.graph.uidOf(this.graph.nodes[id]!), input]));
    return { inputs, services: this.services, onFailed: (error: unknown) => this.fail(error, true) };
  }

  private checkReceiverLog(): void {
    if (!this.sc.settings.receiverWalEnable || this.checkpointDir !== undefined) return;
    if (!this.graph.nodes.some(({ op }) => op.kind === 'input' && op.input.isReceiver)) return;
    throw new DStreamsError(
      'CHECKPOINT_DIR_MISSING',
      'Cannot enable receiver write-ahead log without checkpoint directory set. Please use streamingContext.checkpoint() to set the checkpoint directory.',
    );
  }

  private checkRecoverable(): void {
    for (const node of this.graph.nodes) {
      if (node.op.kind !== 'input' || node.op.input.unrecoverable === undefined) continue;
      throw new DStreamsError(
        'INPUT_UNRECOVERABLE',
        `${this.graph.labelOf(node.id)} cannot be recovered: ${node.op.input.unrecoverable}`,
      );
    }
  }

  /**
   * Batches that were planned and not done, and those of the down time, in order, before the first new one (semantics
   * §11.7). What an input had written down is not planned again; receivers have nothing for the down time.
   */
  private runAgain(manifest: Manifest, startMs: number): void {
    const { checkpoints, batchMs, graph } = this;
    const times = new Set(manifest.pending);
    for (const { timeMs } of checkpoints!.recovered!.planned) times.add(timeMs);
    for (let t = manifest.batchTimeMs + batchMs; t < startMs; t += batchMs) times.add(t);
    for (const t of times) if (t < startMs) this.reruns.add(t);
    const inOrder = [...this.reruns].sort((a, b) => a - b);
    if (inOrder.length === 0) return;
    this.sc.logger.info(
      'StreamingContext',
      `Recovered from the checkpoint of batch ${manifest.batchTimeMs} ms: running ${inOrder.length} batches again, ${inOrder[0]} ms to ${inOrder.at(-1)} ms`,
    );
    checkpoints!.runsAgain(inOrder);
    this.sc.isRecoveredRerun = (timeMs) => this.reruns.has(timeMs);
    for (const timeMs of inOrder) {
      this.generator!.generate(timeMs, (nodeId) => {
        const { op } = graph.nodes[nodeId]!;
        const isReceiver = op.kind === 'input' && op.input.isReceiver;
        return !isReceiver && !checkpoints!.isPlanned(graph.uidOf(graph.nodes[nodeId]!), timeMs);
      });
    }
  }

  /** `spark.streaming.stopGracefullyOnShutdown`: the first signal stops gracefully, the second has its usual effect. */
  private stopOnSignals(): void {
    const signals = ['SIGINT', 'SIGTERM'] as const;
    const forget = () => {
      for (const signal of signals) process.removeListener(signal, stop);
    };
    const stop = () => {
      forget();
      this.stop({ graceful: true }).catch((error: unknown) =>
        this.sc.logger.error('StreamingContext', 'Error while stopping', error),
      );
    };
    for (const signal of signals) process.on(signal, stop);
    void this.terminated.then(forget);
  }

  private hasState(): boolean {
    return reachable(this.graph).some(({ op }) => op.kind === 'state');
  }

  private hostOf(node: StreamNode): InputHost {
    const { sc, bus } = this;
    const streamId = this.streamIds.get(node.id)!;
    const info = (name: string, active: boolean, message = '', error?: unknown) =>
      new ReceiverInfo({
        streamId,
        name: `${name}-${streamId}`,
        active,
        location: 'localhost',
        executorId: 'driver',
        lastErrorMessage: message,
        lastError: error === undefined ? '' : String((error as Error)?.stack ?? error),
        lastErrorTime: message === '' ? -1 : sc.clock.now(),
      });
    return {
      clock: sc.clock,
      conf: sc.settings,
      codec: sc.codec,
      logger: sc.logger,
      rdds: sc,
      blocks: sc.blocks,
      files: sc.files,
      log: () => this.checkpoints?.logOf(this.graph.uidOf(node)),
      batchMs: this.batchMs,
      streamId,
      uid: this.graph.uidOf(node),
      receiverStarted: (name) => bus.post({ type: 'receiverStarted', receiverInfo: info(name, true) }),
      receiverError: (name, message, error) =>
        bus.post({ type: 'receiverError', receiverInfo: info(name, true, message, error) }),
      receiverStopped: (name, message, error) =>
        bus.post({ type: 'receiverStopped', receiverInfo: info(name, false, message, error) }),
    };
  }

  private batchEnded(jobSet: JobSet): void {
    if (jobSet.progress.every(({ hasFailed }) => hasFailed !== true)) {
      this.services.commit(jobSet.timeMs, (error) => this.batchFailed({ at: 'batch', timeMs: jobSet.timeMs, error }));
    }
    this.forget(jobSet.timeMs);
    this.checkpoints?.batchEnded(
      jobSet.timeMs,
      jobSet.progress.some(({ hasFailed }) => hasFailed),
    );
    if (jobSet.startMs === undefined || jobSet.endMs === undefined) return;
    for (const [nodeId, input] of this.inputs) {
      const info = jobSet.inputs.get(this.streamIds.get(nodeId)!);
      input.batchCompleted?.({
        timeMs: jobSet.timeMs,
        numRecords: info?.numRecords() ?? 0,
        processingMs: jobSet.endMs - jobSet.startMs,
        schedulingMs: jobSet.startMs - jobSet.submissionMs,
      });
    }
  }

  /** Drops what no later batch can ask for (semantics §10.4). Batches still pending keep theirs. */
  private forget(completedMs: number): void {
    this.states!.release(completedMs);
    const pending = this.scheduler!.pendingTimes.filter((t) => t !== completedMs);
    const timeMs = Math.min(
      completedMs,
      this.states!.earliestFailedMs - this.batchMs,
      ...pending.map((t) => t - this.batchMs),
    );
    // Kept blocks go when the program lets go of their data sets.
    this.run!.forget(timeMs, this.keepMs, this.sc.settings.unpersist);
    this.sc.releaseShuffles(timeMs);
    for (const [nodeId, input] of this.inputs) input.release(timeMs - (this.keepMs.get(nodeId) ?? this.batchMs));
    this.services.release(timeMs + 1);
  }

  private batchFailed(failure: BatchFailure): void {
    this.onBatchFailed?.(failure);
    this.fail(failure.error, true);
  }

  private fail(error: unknown, logged: boolean): void {
    if (!logged) this.sc.logger.error('StreamingContext', 'Error starting the context, marking it as stopped', error);
    if (this.hasError) return;
    this.hasError = true;
    this.firstError = error;
    this.rejectFailed(error);
    if (this.awaiters === 0) reportUnawaitedFailure(error);
  }

  get failed(): Error | undefined {
    return this.hasError && this.awaiters === 0 ? toError(this.firstError) : undefined;
  }

  /** Resolves when the context has stopped; rejects with the first error of a batch. The context goes on after one. */
  awaitTermination(): Promise<void> {
    if (executorMode()) return new Promise(() => {});
    this.awaiters++;
    return Promise.race([this.failure, this.terminated.then(() => (this.hasError ? this.failure : undefined))]);
  }

  /** true: stopped; false: the time was over. Rejects like `awaitTermination`. */
  async awaitTerminationOrTimeout(timeoutMs: number): Promise<boolean> {
    const { clock } = this.sc;
    let timer: { cancel(): void } | undefined;
    const timeout = new Promise<false>((resolve) => {
      timer = clock.setTimer(clock.now() + timeoutMs, () => resolve(false));
    });
    const ended = this.awaitTermination();
    ended.catch(() => {});
    try {
      return await Promise.race([ended.then(() => true), timeout]);
    } finally {
      timer?.cancel();
    }
  }

  /** Stops. Resolves when all is down. Before `start()`, or twice: a warning. */
  stop(options: StopOptions = {}): Promise<void> {
    if (executorMode()) return Promise.resolve();
    if (this.bus.isInsideListener()) {
      throw new DStreamsError(
        'STOP_IN_LISTENER',
        'Cannot stop StreamingContext within listener bus thread. Stop it from elsewhere, for example with setImmediate.',
      );
    }
    if (this.state === 'INITIALIZED') {
      this.sc.logger.warn('StreamingContext', 'StreamingContext has not been started yet');
      this.transition('STOPPED');
      this.graph.stopped();
      this.resolveTerminated();
      this.stopping = this.stopSparkContext(options);
      return this.stopping;
    }
    if (this.state === 'STOPPED') {
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
    const graceful = options.graceful ?? false;
    const { clock, logger } = this.sc;
    if (graceful && this.timer !== undefined) {
      const drained = this.drain();
      const limitMs = this.sc.settings.gracefulStopTimeoutMs ?? 10 * this.batchMs;
      if (!(await within(clock, drained, limitMs))) {
        logger.warn(
          'StreamingContext',
          `Graceful stop did not end within ${limitMs} ms (spark.streaming.gracefulStopTimeout); stopping at once.`,
        );
      }
    }
    if (this.state !== 'STOPPED') this.transition('STOPPED');
    this.graph.stopped();
    this.timer?.stop();
    await Promise.all(
      [...this.inputs.values()].map((input) =>
        input.stop(false).catch((e: unknown) => logger.warn('StreamingContext', 'Error while stopping an input', e)),
      ),
    );
    const shut = this.scheduler?.shutdown() ?? Promise.resolve();
    if (!(await within(clock, shut, STOP_WAIT_MS))) {
      logger.warn('StreamingContext', `A job still runs ${STOP_WAIT_MS} ms after stop; it is left behind.`);
    }
    await this.services.stop(graceful, (e) => logger.warn('StreamingContext', 'Error while stopping a service', e));
    await this.checkpoints?.close(this.timer !== undefined);
    // The SparkContext may go on: what this context received is not to stay in it.
    for (const input of this.inputs.values()) input.release(Number.POSITIVE_INFINITY);
    await this.bus.stop();
    await this.stopSparkContext(options);
    leaveStart(this);
    unregisterActive(this);
    this.resolveTerminated();
    logger.info('StreamingContext', 'StreamingContext stopped successfully');
  }

  /** No new data, one more batch, and then all batches done (semantics §9.10). */
  private async drain(): Promise<void> {
    const { logger } = this.sc;
    await Promise.all(
      [...this.inputs.values()].map((input) =>
        input.stop(true).catch((e: unknown) => logger.warn('StreamingContext', 'Error while stopping an input', e)),
      ),
    );
    this.isDrainingNow = true;
    await this.timer!.stopAfterOneMore();
    await this.generator!.idle();
    await this.scheduler!.idle();
    await this.services.idle();
  }

  private async stopSparkContext({ stopSparkContext }: StopOptions): Promise<void> {
    if (stopSparkContext ?? this.sc.settings.stopSparkContextByDefault) await this.sc.stop();
  }

  private transition(to: EngineState): void {
    if (!NEXT[this.state].includes(to))
      throw new DStreamsError('INVARIANT', `engine cannot go from ${this.state} to ${to}`);
    this.state = to;
    if (to === 'STOPPED') this.resolveHalted();
  }

  // --- for surfaces and the test kit ---

  /** The data sets of a stream's batches in [from, to], both ends included, floored to its grid (semantics §3.6). */
  slice(node: StreamNode, fromMs: number, toMs: number): ActionPromise<Rdd[]> {
    const run = this.run;
    const zero = run?.zeroMs;
    if (run === undefined || zero === undefined) {
      throw new DStreamsError(
        'STREAM_NOT_INITIALIZED',
        `${this.graph.labelOf(node.id)} has not been initialized. Call slice after start().`,
      );
    }
    const floor = (ms: number) => zero + Math.floor((ms - zero) / node.slideMs) * node.slideMs;
    if (floor(fromMs) !== fromMs || floor(toMs) !== toMs) {
      this.sc.logger.warn(
        'StreamingContext',
        `slice from ${fromMs} ms to ${toMs} ms: times are floored to multiples of ${node.slideMs} ms.`,
      );
    }
    return ActionPromise.of(async () => {
      const rdds: Rdd[] = [];
      for (let at = floor(fromMs); at <= floor(toMs); at += node.slideMs) {
        const rdd = at > zero ? await run.rddAt(node, at) : undefined;
        if (rdd !== undefined) rdds.push(rdd);
      }
      return rdds;
    });
  }

  /** Resolves when every batch generated so far has ended: what a test waits for between two moves of the clock. */
  async idle(): Promise<void> {
    await this.batchesEnded();
    await this.checkpoints?.idle();
    await this.bus.drained();
  }

  /** The same without waiting for checkpoints, which are written beside the batches. */
  async batchesEnded(): Promise<void> {
    await this.starting;
    while (this.generator!.pendingCount > 0 || this.scheduler!.pendingCount > 0) {
      await this.generator!.idle();
      await this.scheduler!.idle();
    }
    await this.services.idle();
  }

  /** True once a graceful stop waits for nothing but its last batch: with a manual clock, time has to go on then. */
  get isDraining(): boolean {
    return this.isDrainingNow;
  }

  /** Whether this program can be run again by executors. */
  get program() {
    return currentProgram();
  }
}

/** Whether `work` ended within the limit. Its failure counts as an end. */
async function within(clock: SparkCore['clock'], work: Promise<unknown>, limitMs: number): Promise<boolean> {
  let timer: { cancel(): void } | undefined;
  const limit = new Promise<false>((resolve) => {
    timer = clock.setTimer(clock.now() + limitMs, () => resolve(false));
  });
  const ended = await Promise.race([
    work.then(
      () => true,
      () => true,
    ),
    limit,
  ]);
  timer?.cancel();
  return ended;
}
