import type { ListenerBus } from '../metrics/index.ts';
import { type InputRun, reachable, retention } from '../plan/index.ts';
import { BatchGenerator } from '../scheduler/batch-generator.ts';
import { JobScheduler } from '../scheduler/job-scheduler.ts';
import type { JobSet } from '../scheduler/job-set.ts';
import { StateKeeper } from '../scheduler/state-keeper.ts';
import { StreamRun } from '../scheduler/stream-run.ts';
import type { StartingEngine } from './active.ts';
import type { Checkpoints } from './checkpoints.ts';
import type { Services } from './services.ts';

/** `generate`: no data set could be made for the batch; `batch`: one of its jobs failed. */
export interface BatchFailure {
  /** Where: when its jobs were made, or when they ran. */
  readonly at: 'generate' | 'batch';
  /** The batch time, in ms. */
  readonly timeMs: number;
  /** What it failed with. */
  readonly error: unknown;
}

export interface BatchesParts {
  readonly engine: StartingEngine;
  readonly bus: ListenerBus;
  /** By node id; all are there before the first batch. */
  readonly inputs: ReadonlyMap<number, InputRun>;
  /** By node id: the number of the input stream that listeners know. */
  readonly streamIds: ReadonlyMap<number, number>;
  readonly services: Services;
  readonly rememberMs: number | undefined;
  /** Whether there will be `checkpoints`. */
  readonly hasCheckpoints: boolean;
  readonly checkpoints: () => Checkpoints | undefined;
  readonly onFailed: (failure: BatchFailure) => void;
}

/** The batches of a started context: makes them, runs their jobs, commits them, and drops what no later one can ask for. */
export class Batches {
  readonly run: StreamRun;
  private readonly keepMs: ReadonlyMap<number, number>;
  private readonly states: StateKeeper;
  private readonly scheduler: JobScheduler;
  private readonly generator: BatchGenerator;

  constructor(private readonly parts: BatchesParts) {
    const { bus, inputs, streamIds, services, rememberMs, hasCheckpoints, checkpoints, onFailed } = parts;
    const { sc, graph } = parts.engine;
    const { clock, logger, settings } = sc;
    this.keepMs = retention(graph, rememberMs);
    const run = new StreamRun(graph, sc, inputs, (scope, f) => sc.inScope(scope, f));
    this.run = run;
    const states = new StateKeeper({
      stateRdds: (timeMs) => run.states.rdds(timeMs),
      computed: (timeMs) => {
        run.states.computed(timeMs);
        checkpoints()?.stateComputed(timeMs, run);
      },
      missing: (rdd) => sc.missingPartitions(rdd),
      isSafe: (rdd) => sc.isSafe(rdd),
    });
    this.states = states;
    this.scheduler = new JobScheduler({
      clock,
      logger,
      bus,
      batchMs: graph.batchMs,
      concurrentJobs: settings.concurrentJobs,
      onBatchEnd: (jobSet) => this.ended(jobSet),
      onError: (error, timeMs) => onFailed({ at: 'batch', timeMs, error }),
    });
    const hasState = reachable(graph).some(({ op }) => op.kind === 'state');
    this.generator = new BatchGenerator({
      clock,
      logger,
      bus,
      graph,
      run,
      inputs,
      streamIds,
      scheduler: this.scheduler,
      pendingBatchesMax: settings.pendingBatchesMax,
      onError: (error, timeMs) => onFailed({ at: 'generate', timeMs, error }),
      beforeJobs: hasState ? (timeMs) => states.advance(timeMs) : undefined,
      onGenerateFailed: (timeMs) => this.forget(timeMs),
      beforeBatch: (timeMs) => services.beforeBatch(timeMs),
      afterPlan: hasCheckpoints ? (timeMs) => checkpoints()!.plan(timeMs) : undefined,
    });
  }

  /** See `BatchGenerator.generate`. */
  generate(timeMs: number, plans?: (nodeId: number) => boolean): void {
    this.generator.generate(timeMs, plans);
  }

  private ended(jobSet: JobSet): void {
    const { services, checkpoints, inputs, streamIds, onFailed } = this.parts;
    const { timeMs, startMs, endMs, submissionMs } = jobSet;
    const hasFailed = jobSet.progress.some((job) => job.hasFailed === true);
    if (!hasFailed) services.commit(timeMs, (error) => onFailed({ at: 'batch', timeMs, error }));
    this.forget(timeMs);
    checkpoints()?.batchEnded(timeMs, hasFailed);
    if (startMs === undefined || endMs === undefined) return;
    for (const [nodeId, input] of inputs) {
      const info = jobSet.inputs.get(streamIds.get(nodeId)!);
      input.batchCompleted?.({
        timeMs,
        numRecords: info?.numRecords() ?? 0,
        processingMs: endMs - startMs,
        schedulingMs: startMs - submissionMs,
      });
    }
  }

  /** For how long the data sets of a stream are kept, ms. */
  keepMsOf(nodeId: number): number {
    return this.keepMs.get(nodeId) ?? this.parts.engine.graph.batchMs;
  }

  /** Drops what no later batch can ask for (semantics §10.4). Batches still pending keep theirs. */
  private forget(completedMs: number): void {
    const { inputs, services, engine } = this.parts;
    const { sc, graph } = engine;
    this.states.release(completedMs);
    const pending = this.scheduler.pendingTimes.filter((t) => t !== completedMs);
    const endedMs = Math.min(completedMs, ...pending.map((t) => t - graph.batchMs));
    const timeMs = Math.min(endedMs, this.run.states.goesOnFromMs(endedMs));
    if (timeMs === Number.NEGATIVE_INFINITY) return;
    // Kept blocks go when the program lets go of their data sets.
    this.run.given.forget(timeMs, this.keepMs, sc.settings.unpersist);
    sc.releaseShuffles(timeMs);
    for (const [nodeId, input] of inputs) input.release(timeMs - this.keepMsOf(nodeId));
    services.release(timeMs + 1);
  }

  /** Resolves when every batch generated so far has ended and been committed. */
  async idle(): Promise<void> {
    while (this.generator.pendingCount > 0 || this.scheduler.pendingCount > 0) {
      await this.generator.idle();
      await this.scheduler.idle();
    }
    await this.parts.services.idle();
  }

  /** Resolves when the jobs that run have ended; those that wait are dropped. */
  shutdown(): Promise<void> {
    this.generator.close();
    return this.scheduler.shutdown();
  }
}
