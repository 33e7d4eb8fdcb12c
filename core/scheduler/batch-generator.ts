import { type ListenerBus, type Logger, StreamInputInfo } from '../metrics/index.ts';
import { type InputRun, type OutputFunction, type StreamGraph, type StreamNode, stateful } from '../plan/index.ts';
import type { Rdd } from '../rdd/index.ts';
import type { Clock } from '../time/index.ts';
import { type Job, JobSet } from './job-set.ts';
import type { JobScheduler } from './job-scheduler.ts';
import type { StreamRun } from './stream-run.ts';

export interface BatchGeneratorOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly bus: ListenerBus;
  readonly graph: StreamGraph;
  readonly run: StreamRun;
  readonly inputs: ReadonlyMap<number, InputRun>;
  /** By node id: the number of the input stream that listeners know. */
  readonly streamIds: ReadonlyMap<number, number>;
  readonly scheduler: JobScheduler;
  readonly onError: (error: unknown, timeMs: number) => void;
  /** Batches that may wait for their jobs; above it the next ones are not generated yet, only planned. */
  readonly pendingBatchesMax: number;
  /** What has to be done before a batch's output operations: undefined where there is nothing. */
  readonly beforeJobs: ((timeMs: number) => Promise<void>) | undefined;
  /** A batch that could not be generated has ended as well. */
  readonly onGenerateFailed: (timeMs: number) => void;
  /** Called in the turn in which the inputs are planned; the jobs wait for what it returns. */
  readonly beforeBatch?: ((timeMs: number) => Promise<void>[]) | undefined;
  /** Called when the inputs are planned: writes down what the batch reads. */
  readonly afterPlan?: ((timeMs: number) => Promise<void>) | undefined;
}

/**
 * Makes the jobs of a batch: all inputs are planned for it, then each output is asked for its data set, in order of
 * registration. One batch at a time; transform functions may make it wait.
 */
export class BatchGenerator {
  private tail: Promise<void> = Promise.resolve();
  private waiting = 0;
  private isClosed = false;
  private readonly stateful: ReadonlySet<number>;

  constructor(private readonly options: BatchGeneratorOptions) {
    this.stateful = stateful(options.graph);
  }

  /** Batches asked for and not handed to the scheduler yet. */
  get pendingCount(): number {
    return this.waiting;
  }

  /** `plans`: which inputs are planned for it; in a batch that runs again, those that were not before. */
  generate(timeMs: number, plans: (nodeId: number) => boolean = () => true): void {
    // Planned now and not in its turn: what is stored after this moment belongs to the next batch.
    const planned = this.planInputs(timeMs, plans);
    this.waiting++;
    const turn = () => this.generateNow(timeMs, planned).finally(() => this.waiting--);
    this.tail = this.waiting === 1 ? turn() : this.tail.then(turn);
  }

  /** Batches that are not with the scheduler yet are left out: they are as those of the time after the stop. */
  close(): void {
    this.isClosed = true;
  }

  /** Resolves when every batch asked for so far is with the scheduler. */
  async idle(): Promise<void> {
    while (this.waiting > 0) await this.tail;
  }

  /** Those that take time, each settled with no failure left to handle. */
  private planInputs(timeMs: number, plans: (nodeId: number) => boolean): Promise<void>[] {
    const { inputs } = this.options;
    const onError = (error: unknown, at: number) => {
      if (!this.isClosed) this.options.onError(error, at);
    };
    const planned: Promise<void>[] = [];
    for (const [nodeId, input] of inputs) {
      if (!plans(nodeId)) continue;
      try {
        const plan = input.plan(timeMs);
        if (plan !== undefined) planned.push(plan.catch((error: unknown) => onError(error, timeMs)));
      } catch (error) {
        onError(error, timeMs);
      }
    }
    try {
      const waits = this.options.beforeBatch?.(timeMs) ?? [];
      for (const wait of waits) planned.push(wait.catch((error: unknown) => onError(error, timeMs)));
    } catch (error) {
      onError(error, timeMs);
    }
    return planned;
  }

  private async generateNow(timeMs: number, planned: readonly Promise<void>[]): Promise<void> {
    if (planned.length > 0) await Promise.all(planned);
    const { graph, run, scheduler, logger, onError, onGenerateFailed, clock, afterPlan } = this.options;
    if (this.isClosed) return;
    if (scheduler.pendingCount >= this.options.pendingBatchesMax) await scheduler.room(this.options.pendingBatchesMax);
    try {
      if (afterPlan !== undefined) await afterPlan(timeMs);
      const jobs: Job[] = [];
      for (const [outputId, node] of graph.outputs.entries()) {
        const pending = run.rddAt(node, timeMs);
        const rdd = pending instanceof Promise ? await pending : pending;
        if (rdd !== undefined) jobs.push(this.jobOf(node, outputId, rdd, timeMs));
      }
      scheduler.submit(new JobSet(timeMs, jobs, this.inputInfos(timeMs), clock.now()));
    } catch (error) {
      // What it stands on is being taken down.
      if (this.isClosed) return;
      for (const node of graph.outputs) {
        if (node.op.kind === 'output' && run.isValid(node, timeMs)) node.op.sink?.fail?.(timeMs);
      }
      logger.error('JobScheduler', `Error generating jobs for time ${timeMs} ms`, error);
      onError(error, timeMs);
      onGenerateFailed(timeMs);
    }
  }

  private jobOf(node: StreamNode, outputId: number, rdd: Rdd, timeMs: number): Job {
    const { graph } = this.options;
    if (node.op.kind !== 'output') throw new TypeError('an output node');
    const fn = node.op.fn.fn as OutputFunction;
    const { sink } = node.op;
    const { beforeJobs } = this.options;
    sink?.begin?.(timeMs);
    const write = () => {
      const ready = beforeJobs?.(timeMs);
      if (ready === undefined) return fn(rdd, timeMs);
      // An output that no state comes to does not fail with it.
      return (this.stateful.has(node.id) ? ready : ready.catch(() => {})).then(() => fn(rdd, timeMs));
    };
    const run = async () => {
      try {
        await write();
      } catch (error) {
        sink?.fail?.(timeMs);
        throw error;
      }
    };
    const name = node.site === '' ? node.name : `${node.name} at ${node.site}`;
    return { outputId, name, label: graph.labelOf(node.id), run };
  }

  private inputInfos(timeMs: number): Map<number, StreamInputInfo> {
    const infos = new Map<number, StreamInputInfo>();
    for (const [nodeId, input] of this.options.inputs) {
      const info = input.info(timeMs);
      if (info === undefined) continue;
      const metadata = new Map<string, unknown>();
      if (info.description !== undefined) metadata.set(StreamInputInfo.METADATA_KEY_DESCRIPTION, info.description);
      const streamId = this.options.streamIds.get(nodeId)!;
      infos.set(streamId, new StreamInputInfo(streamId, info.numRecords, metadata));
    }
    return infos;
  }
}
