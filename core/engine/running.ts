import type { ListenerBus, StreamingEvent } from '../metrics/index.ts';
import type { Manifest } from '../options/index.ts';
import type { InputRun, StreamNode } from '../plan/index.ts';
import type { StreamRun } from '../scheduler/stream-run.ts';
import { firstTimeMs, RecurringTimer, restartTimeMs } from '../time/index.ts';
import type { StartingEngine } from './active.ts';
import { Batches, type BatchFailure } from './batches.ts';
import type { Checkpoints } from './checkpoints.ts';
import { inputHost } from './input-host.ts';
import { endsWithin, type LifeCycle, told } from './life-cycle.ts';
import { type RecoveryRequest, runAgain, takeDirectory } from './recovery.ts';
import type { Services } from './services.ts';
import { startWorkers } from './start-workers.ts';

export interface RunningParts {
  readonly engine: StartingEngine;
  readonly bus: ListenerBus;
  readonly life: LifeCycle;
  readonly services: Services;
  /** By node id: the number of the input stream that listeners know. */
  readonly streamIds: ReadonlyMap<number, number>;
  readonly rememberMs: number | undefined;
  /** As the program gave it. */
  readonly checkpointDir: string | undefined;
  readonly recovery: RecoveryRequest | undefined;
  /** Of the program. */
  readonly isFirstStart: boolean;
  readonly onBatchFailed: (failure: BatchFailure) => void;
}

const STOP_WAIT_MS = 2000;
const WHEN_HUNG =
  'the last checkpoint or the end of the log is not written. What was acknowledged is safe: where the disk never answers, ' +
  'end the process, and start it again';

/** What a started context consists of: brought up in one order, taken down in the other. */
export class Running {
  private readonly inputs = new Map<number, InputRun>();
  private batches: Batches | undefined;
  private checkpoints: Checkpoints | undefined;
  private timer: RecurringTimer | undefined;
  private isDrainingNow = false;
  /** What inputs have told listeners, who learn it after the start: until then. */
  private untold: StreamingEvent[] | undefined = [];

  constructor(private readonly parts: RunningParts) {}

  /** Resolves when the first batch has its time; also where it was taken down meanwhile. */
  async bringUp(): Promise<void> {
    const { inputs } = this;
    const { engine, bus, life, services, streamIds, rememberMs, checkpointDir } = this.parts;
    const { sc, graph } = engine;
    const { batchMs } = graph;
    const batches = new Batches({
      engine,
      bus,
      inputs,
      streamIds,
      services,
      rememberMs,
      hasCheckpoints: checkpointDir !== undefined,
      checkpoints: () => this.checkpoints,
      onFailed: this.parts.onBatchFailed,
    });
    this.batches = batches;
    for (const node of graph.nodes) {
      if (node.op.kind === 'input') inputs.set(node.id, node.op.input.create(this.hostOf(node, batches)));
    }
    const recovered = await this.takeDirectory(batches.run);
    const backend = startWorkers(engine, this.parts.isFirstStart);
    if (backend === undefined) await sc.runInProcess();
    else {
      sc.useBackend(backend);
      await backend;
    }
    // Stopped while it came up: inputs that were stopped are not to start.
    if (life.state !== 'ACTIVE') return;
    await Promise.all([...inputs.values()].map((input) => input.start()));
    if (life.state !== 'ACTIVE') return;
    await this.startServices(recovered?.services);
    if (life.state !== 'ACTIVE') return;
    const zeroMs = recovered?.zeroMs ?? firstTimeMs(sc.clock.now(), batchMs) - batchMs;
    const startMs = restartTimeMs(sc.clock.now(), batchMs, zeroMs);
    batches.run.initialize(zeroMs);
    await this.checkpoints?.begin(zeroMs);
    bus.post({ type: 'streamingStarted', time: sc.clock.now() });
    this.tell();
    if (recovered !== undefined) {
      runAgain(engine, this.checkpoints!, recovered, startMs, inputs, (timeMs, plans) =>
        batches.generate(timeMs, plans),
      );
    }
    this.timer = new RecurringTimer({
      clock: sc.clock,
      periodMs: batchMs,
      startMs,
      callback: (timeMs) => batches.generate(timeMs),
    });
    this.timer.start();
    sc.logger.info('StreamingContext', `StreamingContext started: batch ${batchMs} ms, first batch at ${startMs} ms`);
  }

  private hostOf(node: StreamNode, batches: Batches) {
    const { engine, bus, streamIds } = this.parts;
    return inputHost(node, {
      engine,
      post: (event) => {
        if (this.untold === undefined) bus.post(event);
        else this.untold.push(event);
      },
      streamId: streamIds.get(node.id)!,
      keepMs: batches.keepMsOf(node.id),
      log: () => this.checkpoints?.logOf(engine.graph.uidOf(node)),
    });
  }

  private tell(): void {
    for (const event of this.untold ?? []) this.parts.bus.post(event);
    this.untold = undefined;
  }

  /** Takes the checkpoint directory, if there is one, and gives inputs and streams back what is in it. */
  private async takeDirectory(run: StreamRun): Promise<Manifest | undefined> {
    const { engine, checkpointDir, recovery, services, life, rememberMs } = this.parts;
    if (checkpointDir === undefined) return undefined;
    const { graph } = engine;
    return takeDirectory({
      engine,
      dir: checkpointDir,
      request: recovery,
      run,
      rememberMs,
      inputs: new Map([...this.inputs].map(([id, input]) => [graph.uidOf(graph.nodes[id]!), input])),
      services,
      onOpened: (checkpoints) => {
        this.checkpoints = checkpoints;
      },
      onFailed: (error) => life.fail(error),
    });
  }

  private async startServices(recovered: Readonly<Record<string, unknown>> = {}): Promise<void> {
    const { engine, services, checkpointDir, life } = this.parts;
    const { sc, graph } = engine;
    await services.start(
      {
        clock: sc.clock,
        conf: sc.settings,
        codec: sc.codec,
        logger: sc.logger,
        files: sc.files,
        batchMs: graph.batchMs,
        checkpointDirectory: checkpointDir === undefined ? undefined : sc.files.resolve(checkpointDir),
        openLog: async (name, visit) => this.checkpoints?.openServiceLog(name, visit),
        diskSpace: async () => this.checkpoints?.space(),
        fail: (error) => life.fail(error),
      },
      recovered,
    );
  }

  /** Leaves the state STOPPED, with all that was brought up let go of. */
  async takeDown(graceful: boolean): Promise<void> {
    const { engine, life, services } = this.parts;
    const { clock, logger, settings } = engine.sc;
    // It may never come to the start.
    this.tell();
    if (graceful && this.timer !== undefined) {
      const limitMs = settings.gracefulStopTimeoutMs ?? 10 * engine.graph.batchMs;
      if (!(await endsWithin(clock, this.drain(), limitMs))) {
        logger.warn(
          'StreamingContext',
          `Graceful stop did not end within ${limitMs} ms (spark.streaming.gracefulStopTimeout); stopping at once.`,
        );
      }
    }
    if (life.state !== 'STOPPED') life.transition('STOPPED');
    engine.graph.stopped();
    this.timer?.stop();
    this.checkpoints?.waitNoMore();
    await this.stopInputs(false);
    if (!(await endsWithin(clock, this.batches?.shutdown() ?? Promise.resolve(), STOP_WAIT_MS))) {
      logger.warn('StreamingContext', `A job still runs ${STOP_WAIT_MS} ms after stop; it is left behind.`);
    }
    const failed = (e: unknown) => logger.warn('StreamingContext', 'Error while stopping a service', e);
    await told(engine.sc, 'its services, as the gateway, and for what they publish', services.stop(graceful, failed));
    if (this.checkpoints !== undefined) {
      const closed = this.checkpoints.close(this.timer !== undefined);
      await told(engine.sc, `the disk of ${this.parts.checkpointDir}: ${WHEN_HUNG}`, closed);
    }
    // The SparkContext may go on: what this context received is not to stay in it.
    for (const input of this.inputs.values()) input.release(Number.POSITIVE_INFINITY);
  }

  /** No new data, one more batch, and then all batches done (semantics §9.10). */
  private async drain(): Promise<void> {
    const { engine, life } = this.parts;
    await this.stopInputs(true);
    this.isDrainingNow = true;
    await this.timer!.stopAfterOneMore();
    // It may have been given up meanwhile.
    const waits = () => life.state !== 'STOPPED';
    await told(engine.sc, 'the batches that are not done', this.batches!.idle(), waits);
  }

  private stopInputs(graceful: boolean): Promise<unknown> {
    const { logger } = this.parts.engine.sc;
    const failed = (e: unknown) => logger.warn('StreamingContext', 'Error while stopping an input', e);
    return Promise.all([...this.inputs.values()].map((input) => input.stop(graceful).catch(failed)));
  }

  get run(): StreamRun | undefined {
    return this.batches?.run;
  }

  get isDraining(): boolean {
    return this.isDrainingNow;
  }

  /** Resolves when every batch generated so far has ended. Only once it is up. */
  batchesEnded(): Promise<void> {
    return this.batches!.idle();
  }

  /** Resolves when all checkpoints under way are written. */
  async checkpointsWritten(): Promise<void> {
    await this.checkpoints?.idle();
  }
}
