import { DStreamsError, messageOf } from '../errors.ts';
import type { ListenerBus, Logger } from '../metrics/index.ts';
import type { Clock } from '../time/index.ts';
import { DelayWatch } from './delay-watch.ts';
import type { JobSet } from './job-set.ts';

export interface JobSchedulerOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly bus: ListenerBus;
  readonly batchMs: number;
  /** Jobs run at a time (`spark.streaming.concurrentJobs`). With 1: strictly by batch time, then by registration. */
  readonly concurrentJobs: number;
  /** After the last job of a batch, before the next one's are looked at. */
  readonly onBatchEnd: (jobSet: JobSet) => void;
  /** A job failed: for `awaitTermination`. */
  readonly onError: (error: unknown, timeMs: number) => void;
}

/** Runs the jobs of batches in order. A failed job is a state of its batch; the batches after it go on. */
export class JobScheduler {
  private readonly waiting: { jobSet: JobSet; index: number }[] = [];
  private readonly sets = new Map<JobSet, number>();
  private running = 0;
  private isShut = false;
  private readonly idleWaiters: (() => void)[] = [];
  private readonly roomWaiters: (() => void)[] = [];
  private readonly delays: DelayWatch;

  constructor(private readonly options: JobSchedulerOptions) {
    this.delays = new DelayWatch(options.batchMs, options.logger);
  }

  /** Batches that have not ended. */
  get pendingCount(): number {
    return this.sets.size;
  }

  get pendingTimes(): number[] {
    return [...this.sets.keys()].map(({ timeMs }) => timeMs);
  }

  submit(jobSet: JobSet): void {
    const { bus, logger, onBatchEnd } = this.options;
    if (this.isShut) return;
    if (jobSet.jobs.length === 0) {
      logger.info('JobScheduler', `No jobs added for time ${jobSet.timeMs} ms`);
      onBatchEnd(jobSet);
      return;
    }
    this.sets.set(jobSet, jobSet.jobs.length);
    bus.post({ type: 'batchSubmitted', batchInfo: jobSet.info() });
    for (const index of jobSet.jobs.keys()) this.waiting.push({ jobSet, index });
    this.pump();
  }

  /** Resolves when no batch is pending. */
  idle(): Promise<void> {
    if (this.sets.size === 0) return Promise.resolve();
    return new Promise((resolve) => this.idleWaiters.push(resolve));
  }

  /** Resolves when fewer than `batchesMax` batches are pending. */
  async room(batchesMax: number): Promise<void> {
    while (this.sets.size >= batchesMax && !this.isShut)
      await new Promise<void>((resolve) => this.roomWaiters.push(resolve));
  }

  /** Drops what has not begun; resolves when what runs has ended. */
  async shutdown(): Promise<void> {
    this.isShut = true;
    for (const resolve of this.roomWaiters.splice(0)) resolve();
    for (const { jobSet } of this.waiting.splice(0)) {
      const left = this.sets.get(jobSet)! - 1;
      if (left === 0) this.sets.delete(jobSet);
      else this.sets.set(jobSet, left);
    }
    await this.idle();
  }

  private pump(): void {
    while (this.running < this.options.concurrentJobs) {
      const next = this.waiting.shift();
      if (next === undefined) return;
      this.running++;
      void this.runJob(next.jobSet, next.index);
    }
  }

  private async runJob(jobSet: JobSet, index: number): Promise<void> {
    const { clock, bus, onError, logger } = this.options;
    const job = jobSet.jobs[index]!;
    const progress = jobSet.progress[index]!;
    const startMs = clock.now();
    if (jobSet.startMs === undefined) {
      jobSet.startMs = startMs;
      // No operation of it has begun yet (Spark tells the same).
      bus.post({ type: 'batchStarted', batchInfo: jobSet.info() });
    }
    progress.startMs = startMs;
    bus.post({ type: 'outputOperationStarted', outputOperationInfo: jobSet.outputInfo(index) });
    try {
      await job.run();
    } catch (thrown) {
      const error = named(thrown, job.label, jobSet.timeMs);
      progress.hasFailed = true;
      progress.error = error;
      logger.error(
        'JobScheduler',
        `Error running job streaming job ${jobSet.timeMs} ms.${job.outputId}: ${job.label}`,
        error,
      );
      onError(error, jobSet.timeMs);
    }
    progress.endMs = clock.now();
    bus.post({ type: 'outputOperationCompleted', outputOperationInfo: jobSet.outputInfo(index) });
    const left = this.sets.get(jobSet)! - 1;
    this.sets.set(jobSet, left);
    if (left === 0) this.complete(jobSet);
    this.running--;
    this.pump();
  }

  private complete(jobSet: JobSet): void {
    const { clock, bus, logger, onBatchEnd } = this.options;
    jobSet.endMs = clock.now();
    onBatchEnd(jobSet);
    const totalMs = jobSet.endMs - jobSet.timeMs;
    const executionMs = jobSet.endMs - jobSet.startMs!;
    if (logger.isEnabled('INFO')) {
      const seconds = (ms: number) => (ms / 1000).toFixed(3);
      logger.info(
        'JobScheduler',
        `Total delay: ${seconds(totalMs)} s for time ${jobSet.timeMs} ms (execution: ${seconds(executionMs)} s)`,
      );
    }
    this.delays.batchEnded(totalMs);
    bus.post({ type: 'batchCompleted', batchInfo: jobSet.info() });
    this.sets.delete(jobSet);
    for (const resolve of this.roomWaiters.splice(0)) resolve();
    if (this.sets.size === 0) for (const resolve of this.idleWaiters.splice(0)) resolve();
  }
}

/** What the engine throws says where it happened; what an output function throws has to be told. */
function named(error: unknown, label: string, timeMs: number): DStreamsError {
  if (error instanceof DStreamsError) return error;
  return new DStreamsError('BATCH_FAILED', `${label} failed in batch ${timeMs} ms: ${messageOf(error)}`, {
    cause: error,
    details: { timeMs },
  });
}
