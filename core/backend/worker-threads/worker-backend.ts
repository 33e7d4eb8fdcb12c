import type { Codec } from '../../data/index.ts';
import { DStreamsError, isDStreamsError } from '../../errors.ts';
import type { Logger } from '../../metrics/index.ts';
import { firstDifference } from '../../plan/index.ts';
import type { FnScope } from '../../rdd/index.ts';
import type { PackedState } from '../../state/index.ts';
import type { PhysicalJob, Stage, Task } from '../../stage/physical.ts';
import type { Backend, Released } from '../backend.ts';
import { LostInput } from '../executor/lost-input.ts';
import { ensureBundle } from '../program/index.ts';
import type { Attachment, FromWorker, ToWorker, WorkerSetup } from './messages.ts';
import { Registry } from './registry.ts';
import type { WorkerHandle, WorkerLimits } from './worker-handle.ts';
import { WORKER_THREADS, type WorkerPool } from './worker-pool.ts';
import { NO_PACER, type Pacer } from '../executor/pacer.ts';
import { decodeResult } from './results.ts';
import { errorFromWire, stepErrorFromWire, taskToWire, transformCalls, visitLeaves } from './wire.ts';

export interface WorkerBackendOptions {
  readonly threads: number;
  readonly limits: WorkerLimits;
  /** Default: threads of this process. */
  readonly pool?: WorkerPool;
  readonly memoryBytesMax: number;
  readonly scratchFolder: string;
  readonly codec: Codec;
  /** For what the driver does with one long result. Default: it does not pause. */
  readonly pacer?: () => Pacer;
  readonly logger: Logger;
  /** What makes an executor of a thread: program, arguments, results of early actions, broadcast values as they are then. */
  readonly program: () => Extract<ToWorker, { type: 'program' }>;
  /** What a task that ended well added to accumulators: coordinate and state. */
  readonly onUpdates: (updates: readonly (readonly [string, unknown])[]) => void;
  /** The driver's graph and early data sets: each executor must have built the same. */
  readonly fingerprint: readonly string[];
  readonly shape: string;
}

/** Tasks without a place of their own wait here for a thread that has fewer than this many. */
const QUEUED_MAX = 2;

/**
 * `local[N]`: N threads, each with the program's functions of its own. Map outputs stay with the thread whose reduce
 * partition they are for (p mod N), the others lie in shared memory in the driver; so a job's data crosses threads at
 * most once. A thread that dies is replaced, and what it held is computed again.
 */
export class WorkerBackend implements Backend {
  readonly name = 'worker-threads';
  readonly needsCoordinates = true;
  readonly available = new Registry();
  private readonly workers: WorkerHandle[] = [];
  /** Set while a replacement loads the program: its tasks wait. */
  private readonly replacing = new Map<number, Promise<void>>();
  private isStopped = false;
  private readonly waiters: (() => void)[] = [];

  private readonly pool: WorkerPool;

  private constructor(private readonly options: WorkerBackendOptions) {
    this.pool = options.pool ?? WORKER_THREADS;
  }

  /** Resolves when every thread has loaded the program. Rejects with GRAPH_DIFFERS, or what `main` threw there. */
  static async start(options: WorkerBackendOptions): Promise<WorkerBackend> {
    const backend = new WorkerBackend(options);
    try {
      await Promise.all(Array.from({ length: options.threads }, (_, index) => backend.startWorker(index)));
    } catch (error) {
      await backend.stop();
      throw error;
    }
    return backend;
  }

  get slots(): number {
    return this.options.threads;
  }

  /** The threads, for tests that end one. */
  get handles(): readonly WorkerHandle[] {
    return this.workers;
  }

  private async startWorker(index: number): Promise<void> {
    const { threads, limits, memoryBytesMax, scratchFolder, fingerprint, shape } = this.options;
    const setup: WorkerSetup = {
      index,
      workerCount: threads,
      memoryBytesMax: Math.floor(memoryBytesMax / threads),
      scratchFolder,
    };
    const program = this.options.program();
    // Temporary folders are swept: a thread that starts weeks later finds the program all the same.
    ensureBundle(program.program.bundlePath);
    const worker = this.pool.take(setup, limits);
    this.workers[index] = worker;
    const answer = await worker.loadProgram(program);
    if (answer.type === 'unready') {
      const cause = errorFromWire(answer.error);
      if (cause instanceof DStreamsError) throw cause;
      throw new DStreamsError(
        'WORKER_START_FAILED',
        `The program failed on worker ${index}, before start(): ${cause.message}`,
        { cause },
      );
    }
    const difference = firstDifference(fingerprint, answer.fingerprint) ?? firstDifference([shape], [answer.shape]);
    if (difference !== undefined) {
      throw new DStreamsError(
        'GRAPH_DIFFERS',
        `The program built another graph on worker ${index} than in the driver. First difference: ${difference}. ` +
          'main must build the same graph everywhere: put what only the driver does behind isDriver().',
      );
    }
    void worker.died.then((reason) => this.replace(index, worker, reason));
  }

  private replace(index: number, dead: WorkerHandle, reason: string): void {
    if (this.isStopped || this.workers[index] !== dead || this.replacing.has(index)) return;
    this.options.logger.error(
      'WorkerBackend',
      `Lost an executor: ${reason}. It is replaced, and its tasks are run again.`,
    );
    const started = this.startWorker(index).finally(() => {
      this.replacing.delete(index);
      this.wake();
    });
    // Whoever has a task for it learns of a failure; the next task tries again.
    started.catch((error: unknown) =>
      this.options.logger.error('WorkerBackend', `Worker ${index} could not be replaced`, error),
    );
    this.replacing.set(index, started);
  }

  /** The thread of that number, replaced first if it is dead. Rejects when no replacement comes up. */
  private async living(index: number): Promise<WorkerHandle> {
    const worker = this.workers[index]!;
    if (!worker.isAlive) this.replace(index, worker, 'it is gone');
    await this.replacing.get(index);
    return this.workers[index]!;
  }

  async runJob(job: PhysicalJob, onResult: (partition: number, value: unknown) => void): Promise<void> {
    for (const stage of job.stages) await this.runStage(stage, onResult);
  }

  /** Runs the tasks side by side. On a failure waits for those that run, so that nothing of the stage goes on after it. */
  private async runStage(stage: Stage, onResult: (partition: number, value: unknown) => void): Promise<void> {
    let failure: { error: unknown } | undefined;
    const queue = [...stage.tasks];
    const lanes: Promise<void>[] = [];
    const run = async (task: Task, worker: WorkerHandle): Promise<void> => {
      try {
        await this.runTask(task, worker, onResult);
      } catch (error) {
        // A user's error outweighs a lost executor: running again would not help.
        if (failure === undefined || (failure.error instanceof LostInput && !(error instanceof LostInput)))
          failure = { error };
      }
    };
    for (const task of queue) {
      if (failure !== undefined) break;
      let worker: WorkerHandle;
      try {
        worker = await this.workerFor(task);
      } catch (error) {
        // One that dies before it has loaded the program is one more that is lost.
        failure = { error: lostExecutor(error) };
        break;
      }
      // From now on, and not when its message has gone: a task's blocks may have to be loaded first.
      worker.taskCount++;
      const ended = () => {
        worker.taskCount--;
        this.wake();
      };
      lanes.push(run(task, worker).finally(ended));
    }
    await Promise.all(lanes);
    if (failure !== undefined) throw failure.error;
  }

  /** Where cached partitions and shuffle outputs lie; else the thread with the least to do. */
  private async workerFor(task: Task): Promise<WorkerHandle> {
    if (task.placement !== undefined) return this.living(task.placement % this.workers.length);
    while (true) {
      let best: WorkerHandle | undefined;
      for (const worker of this.workers) {
        if (worker.isAlive && (best === undefined || worker.taskCount < best.taskCount)) best = worker;
      }
      if (best === undefined) best = await this.living(0);
      if (best.taskCount < QUEUED_MAX) return best;
      await new Promise<void>((resolve) => this.waiters.push(resolve));
    }
  }

  private wake(): void {
    for (const resolve of this.waiters.splice(0)) resolve();
  }

  private async runTask(
    task: Task,
    worker: WorkerHandle,
    onResult: (partition: number, value: unknown) => void,
  ): Promise<void> {
    const { codec } = this.options;
    const scopes = new Set<FnScope>();
    const wire = await taskToWire(task, codec, (scope) => scopes.add(scope));
    const attachments = await this.attachmentsOf(task, worker);
    const transforms = transformCalls(scopes, codec);
    let reply: Awaited<ReturnType<WorkerHandle['ask']>>;
    try {
      reply = await worker.ask((id) => ({ type: 'task', id, task: wire, attachments, transforms }));
    } catch (error) {
      throw lostExecutor(error);
    }
    if (reply.type === 'failed') throw this.failureOf(reply, worker);
    if (reply.type !== 'done') throw new DStreamsError('INVARIANT', 'a task was answered by something else');
    this.noteDropped(reply.dropped, worker);
    for (const [rddId, partition, copy] of reply.cached)
      this.available.addBlock(rddId, partition, { owner: worker, copy });
    if (reply.buckets !== undefined && task.output.kind === 'shuffle') {
      this.available.addMapOutput(task.output.shuffleId, task.partition, { owner: worker, buckets: reply.buckets });
    }
    if (reply.updates !== undefined) this.options.onUpdates(codec.decodeValue(reply.updates) as [string, unknown][]);
    if (reply.value === undefined) return;
    onResult(task.partition, await decodeResult(reply.value, codec, this.options.pacer ?? (() => NO_PACER)));
  }

  private failureOf(reply: Extract<FromWorker, { type: 'failed' }>, worker: WorkerHandle): unknown {
    this.noteDropped(reply.dropped, worker);
    if (reply.kind === 'step') return stepErrorFromWire(reply.label, reply.error);
    if (reply.kind === 'error') return errorFromWire(reply.error);
    const lost = reply.lost as LostInput['lost'];
    if (lost.kind === 'block') {
      const owner = lost.isElsewhere ? this.available.block(lost.rddId, lost.partition)?.owner : worker;
      if (owner !== undefined) this.available.dropBlock(lost.rddId, lost.partition, owner);
    }
    if (lost.kind === 'mapOutput') this.available.dropMapOutput(lost.shuffleId, lost.mapPartition);
    return new LostInput(lost);
  }

  private noteDropped(ids: readonly string[], worker: WorkerHandle): void {
    for (const id of ids) {
      const [, rddId, partition] = id.split('-');
      this.available.dropBlock(Number(rddId), Number(partition), worker);
    }
  }

  /** What the task reads and its thread does not hold: from the driver's hands, or from another thread. */
  private async attachmentsOf(task: Task, worker: WorkerHandle): Promise<Attachment[]> {
    const wanted: Promise<Attachment | undefined>[] = [];
    visitLeaves(task.pipe, (leaf) => {
      if (leaf.kind !== 'shuffle') {
        const block = this.available.block(leaf.rddId, leaf.partition);
        if (block === undefined || (block.owner === worker && worker.isAlive)) return;
        wanted.push(
          this.attach(
            leaf.kind === 'state' ? 'state' : 'block',
            leaf.rddId,
            leaf.partition,
            0,
            block.copy,
            block.owner,
          ),
        );
        return;
      }
      const { shuffleId, maps, reduce } = leaf.read;
      for (let map = 0; map < maps; map++) {
        const output = this.available.mapOutput(shuffleId, map);
        if (output === undefined) continue;
        const bytes = output.buckets[reduce];
        if (bytes === undefined && output.owner === worker) continue;
        wanted.push(this.attach('bucket', shuffleId, map, reduce, bytes, output.owner));
      }
    });
    if (wanted.length === 0) return [];
    return (await Promise.all(wanted)).filter((a) => a !== undefined);
  }

  private async attach(
    kind: Attachment['kind'],
    a: number,
    b: number,
    reduce: number,
    there: Uint8Array | undefined,
    owner: WorkerHandle,
  ): Promise<Attachment | undefined> {
    let bytes = there;
    if (bytes === undefined && owner.isAlive) {
      try {
        const reply = await owner.ask((id) => ({ type: 'fetch', id, kind, a, b, reduce }));
        if (reply.type === 'fetched') bytes = reply.bytes;
      } catch {
        // Lost meanwhile: the task will say what it misses.
      }
    }
    return bytes === undefined ? undefined : { kind, a, b, reduce, bytes };
  }

  async packState(rddId: number, partition: number, sinceRddId: number | undefined): Promise<PackedState | undefined> {
    for (let tries = 0; tries <= this.options.threads; tries++) {
      const block = this.available.block(rddId, partition);
      if (block === undefined) return undefined;
      const { owner, copy } = block;
      if (!owner.isAlive && copy === undefined) return undefined;
      try {
        // Where the thread that held it is gone, another one makes the version again of the second copy.
        const worker = owner.isAlive ? owner : await this.living((partition + tries) % this.options.threads);
        const given = worker === owner ? undefined : copy;
        const reply = await worker.ask((id) => ({ type: 'pack', id, rddId, partition, sinceRddId, copy: given }));
        if (reply.type !== 'packed' || reply.state === undefined) return undefined;
        if ('message' in reply.state) throw errorFromWire(reply.state);
        return reply.state;
      } catch (error) {
        if (!(error instanceof DStreamsError) || error.code !== 'WORKER_LOST') throw error;
      }
    }
    return undefined;
  }

  release({ shuffleIds = [], rddIds = [], broadcasts = [] }: Released): void {
    this.available.release(shuffleIds, rddIds);
    for (const worker of this.workers) worker.send({ type: 'release', shuffleIds, rddIds, broadcasts });
  }

  async stop(): Promise<void> {
    if (this.isStopped) return;
    this.isStopped = true;
    for (const [index, worker] of this.workers.entries()) {
      // One that still runs a task, or main, is not waited for: it may never end.
      if (worker.load > 0 || worker.isLoading || this.replacing.has(index)) await worker.terminate();
      else this.pool.giveBack(worker, this.options.limits);
    }
  }
}

/** A thread that has died is a reason to plan the job anew; any other error stays what it is. */
const lostExecutor = (error: unknown): unknown =>
  isDStreamsError(error, 'WORKER_LOST') ? new LostInput({ kind: 'executor', reason: error.message }) : error;
