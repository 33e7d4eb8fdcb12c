import { type Block, StorageLevels } from '../data/index.ts';
import { DStreamsError } from '../errors.ts';
import { type Action, type FnSlot, type JobRunner, parentsOf, Rdd, type RddOp, sourceRdd } from '../rdd/index.ts';
import { StepError } from '../stage/compile.ts';
import { planJob } from '../stage/plan-job.ts';
import type { Backend } from './backend.ts';
import { LostInput } from './executor/lost-input.ts';

/** How often a job is planned anew, whatever was missing: blocks that do not fit would be made for ever. */
const REPLANS_MAX = 32;

/**
 * Turns actions into jobs. What has coordinates runs on the main backend. An operation made inside `foreachRDD` has
 * none: its parents run on the executors up to there, their partitions come to the driver, and the local backend goes
 * on (decision 5).
 */
export class BackendJobRunner implements JobRunner {
  private stageIds = 0;
  /** What was found of each data set: a window's lineage is as long as the window, and most of it was there before. */
  private readonly travelling = new WeakMap<Rdd, boolean>();
  /** Inputs of state that the driver computes, as it hands them over: a window has each in many of its states. */
  private readonly handedOver = new WeakMap<Rdd, Promise<Rdd>>();

  constructor(
    private readonly main: () => Backend | Promise<Backend>,
    private readonly local: Backend,
    /** Told of every job that ended well: the log line `Job finished`. */
    private readonly onJob: (action: Action, rdd: Rdd, tookMs: number) => void,
    private readonly monotonic: () => number,
    /** `spark.task.maxFailures`: how many executors a job may lose before it fails. */
    private readonly maxFailures: number,
    /** Whether executors see the files that the driver sees. Files in memory, of a test, only the driver does. */
    private readonly sharesFiles: boolean = true,
  ) {}

  async run(rdd: Rdd, action: Action, partitions: readonly number[] = allOf(rdd)): Promise<unknown[]> {
    const started = this.monotonic();
    try {
      const results = await this.dispatch(rdd, action, partitions);
      this.onJob(action, rdd, this.monotonic() - started);
      return results;
    } catch (error) {
      throw withWhere(error, rdd.timeMs);
    }
  }

  private async dispatch(rdd: Rdd, action: Action, partitions: readonly number[]): Promise<unknown[]> {
    const chosen = this.main();
    const backend = chosen instanceof Promise ? await chosen : chosen;
    if (!backend.needsCoordinates) return this.runOn(backend, rdd, action, partitions);
    const seen = this.travelling;
    await this.handOver(rdd, backend);
    const reaches = action.kind !== 'write' || this.sharesFiles;
    const actionTravels = reaches && slotsOfAction(action).every(({ coord }) => coord !== undefined);
    if (this.travels(rdd, seen)) {
      if (actionTravels) return this.runOn(backend, rdd, action, partitions);
      // Only the action's function is the driver's: the partitions come to it one by one, in order.
      const parts = await this.runOn(backend, rdd, { kind: 'collect' }, partitions);
      const fetched = sourceRdd(rdd.ctx, parts.map(blocksOf), rdd.timeMs);
      return this.runOn(this.local, fetched, indexed(action, partitions), allOf(fetched));
    }
    const localised = await this.localise(rdd, seen, backend, new Map());
    return this.runOn(this.local, localised, action, partitions);
  }

  /**
   * State lies with the executors, whatever a batch brings to it: where they cannot compute one of its inputs, the driver does, and
   * the state is made of the values.
   */
  private async handOver(rdd: Rdd, backend: Backend, done = new Set<Rdd>()): Promise<void> {
    if (done.has(rdd) || this.travels(rdd, this.travelling)) return;
    done.add(rdd);
    const { op } = rdd;
    for (const parent of parentsOf(op)) await this.handOver(parent, backend, done);
    this.travelling.delete(rdd);
    if (op.kind !== 'state' || slotsOf(op).some(({ coord }) => coord === undefined)) return;
    const parents = op.parents.map((parent) =>
      parent.op.kind === 'state' || this.travels(parent, this.travelling) ? parent : this.inDriver(parent, backend),
    );
    const remade = replaceParents(op, await Promise.all(parents));
    // Unless another job has done it meanwhile, and even made the state.
    if (rdd.op === op) rdd.remake(remade);
  }

  private inDriver(rdd: Rdd, backend: Backend): Promise<Rdd> {
    let known = this.handedOver.get(rdd);
    if (known === undefined) {
      known = this.localise(rdd, this.travelling, backend, new Map())
        .then((localised) => this.runOn(this.local, localised, { kind: 'collect' }, allOf(localised)))
        .then((parts) => sourceRdd(rdd.ctx, parts.map(blocksOf), rdd.timeMs));
      // It is computed again where that failed.
      known.catch(() => this.handedOver.delete(rdd));
      this.handedOver.set(rdd, known);
    }
    return known;
  }

  /** The same lineage with everything that can run on executors replaced by its fetched partitions. */
  private async localise(rdd: Rdd, seen: WeakMap<Rdd, boolean>, backend: Backend, done: Map<Rdd, Rdd>): Promise<Rdd> {
    const known = done.get(rdd);
    if (known !== undefined) return known;
    let result: Rdd;
    if (this.travels(rdd, seen) && rdd.op.kind !== 'source') {
      const parts = await this.runOn(backend, rdd, { kind: 'collect' }, allOf(rdd));
      result = withOp(rdd, { kind: 'source', partitions: parts.map(blocksOf) });
      result.storageLevel = StorageLevels.NONE;
    } else {
      const parents: Rdd[] = [];
      for (const parent of parentsOf(rdd.op)) parents.push(await this.localise(parent, seen, backend, done));
      result = parents.length === 0 ? rdd : withOp(rdd, replaceParents(rdd.op, parents));
    }
    done.set(rdd, result);
    return result;
  }

  /** Whether a data set, with all it comes from, can be computed from coordinates. */
  private travels(rdd: Rdd, seen: WeakMap<Rdd, boolean>): boolean {
    const known = seen.get(rdd);
    if (known !== undefined) return known;
    const { op } = rdd;
    const reaches = this.sharesFiles || op.kind !== 'step' || op.step.op !== 'readFiles';
    const answer =
      reaches &&
      slotsOf(op).every(({ coord }) => coord !== undefined) &&
      parentsOf(op).every((p) => this.travels(p, seen));
    seen.set(rdd, answer);
    return answer;
  }

  private async runOn(backend: Backend, rdd: Rdd, action: Action, partitions: readonly number[]): Promise<unknown[]> {
    const results = new Map<number, unknown>();
    let executorsLost = 0;
    for (let attempt = 0; ; attempt++) {
      const missing = partitions.filter((p) => !results.has(p));
      try {
        const job = planJob(rdd, action, missing, backend.available, () => this.stageIds++);
        await backend.runJob(job, (partition, value) => results.set(partition, value));
        return partitions.map((p) => results.get(p));
      } catch (error) {
        if (!(error instanceof LostInput)) throw error;
        if (error.lost.kind === 'executor') executorsLost++;
        if (executorsLost >= this.maxFailures || attempt >= REPLANS_MAX) throw giveUp(error, attempt);
      }
    }
  }
}

/** Of a partition that was collected. */
const blocksOf = (values: unknown): Block[] => [{ kind: 'values', values: values as unknown[] }];

const allOf = (rdd: Rdd): number[] => Array.from({ length: rdd.partitionCount }, (_, i) => i);

/** A partition function is told the partition's own index, though only some were fetched. */
function indexed(action: Action, partitions: readonly number[]): Action {
  if (action.kind !== 'partition') return action;
  const { fn } = action;
  return { ...action, fn: { ...fn, fn: (records: unknown, i: number) => fn.fn(records, partitions[i]) } };
}

function withOp(rdd: Rdd, op: RddOp): Rdd {
  const copy = Object.create(Rdd.prototype) as { -readonly [K in keyof Rdd]: Rdd[K] };
  return Object.assign(copy, rdd, { op }) as Rdd;
}

function replaceParents(op: RddOp, parents: readonly Rdd[]): RddOp {
  switch (op.kind) {
    case 'source':
      return op;
    case 'step':
    case 'stateOutput':
    case 'coalesce':
    case 'combined':
    case 'shuffled':
      return { ...op, parent: parents[0]! };
    case 'state': {
      const by = new Map(op.parents.map((parent, i) => [parent, parents[i]!]));
      const other = (rdd: Rdd | undefined) => (rdd === undefined ? undefined : by.get(rdd)!);
      return {
        ...op,
        parents,
        prev: other(op.prev),
        initial: other(op.initial),
        inputs: op.inputs.map((r) => by.get(r)!),
      };
    }
    default:
      return { ...op, parents };
  }
}

function slotsOf(op: RddOp): readonly FnSlot[] {
  switch (op.kind) {
    case 'step':
      return op.step.fns;
    case 'zip':
      return [op.step.fn];
    case 'state': {
      const { update } = op.step;
      if (update.kind === 'restored') return update.migrate === undefined ? [] : [update.migrate];
      if (update.kind === 'slidingWindow') return [update.reduce];
      if (update.kind !== 'inverseWindow') return [update.fn];
      return [update.reduce, update.inverse, ...(update.filter === undefined ? [] : [update.filter])];
    }
    case 'combined':
    case 'shuffled': {
      const slots: FnSlot[] = [];
      if (op.mode.kind === 'combine') {
        slots.push(op.mode.mergeValue, op.mode.mergeCombiners);
        if (op.mode.create !== undefined) slots.push(op.mode.create);
      }
      if (op.kind === 'shuffled') {
        const { partitioning } = op;
        if (partitioning.kind === 'by') slots.push(partitioning.fn);
        if (partitioning.kind === 'range' && partitioning.compare !== undefined) slots.push(partitioning.compare);
      }
      return slots;
    }
    default:
      return [];
  }
}

const slotsOfAction = (action: Action): readonly FnSlot[] =>
  action.kind === 'reduce' || action.kind === 'partition' || action.kind === 'write' ? [action.fn] : [];

/** Adds what the thrower could not know: the operator and the batch. */
function withWhere(error: unknown, timeMs: number | undefined): unknown {
  if (error instanceof StepError) {
    const { cause, label } = error;
    // A label of state says which batch's state: that may be an earlier one.
    const isSaid = timeMs === undefined || label.endsWith(`batch ${timeMs} ms`);
    const batch = isSaid ? '' : ` in batch ${timeMs} ms`;
    if (cause instanceof DStreamsError) {
      const { code, message, details } = cause;
      return new DStreamsError(code, `${label}${batch}: ${message}`, { cause, ...(details && { details }) });
    }
    const text = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause);
    return new DStreamsError('USER_FUNCTION_FAILED', `${label} failed${batch}: ${text}`, { cause });
  }
  return error;
}

function giveUp({ lost, message }: LostInput, attempts: number): DStreamsError {
  if (lost.kind === 'executor') {
    return new DStreamsError(
      'TASK_FAILED',
      `Gave up after the last of several lost executors (spark.task.maxFailures): ${lost.reason}`,
    );
  }
  return new DStreamsError(
    'BLOCK_NOT_FOUND',
    `${message}, though it was made again ${attempts} times. Raise dstreams.memory.blockBytesMax, or use a storage level with disk.`,
  );
}
