import { AsyncLocalStorage } from 'node:async_hooks';
import type { Backend } from '../backend/backend.ts';
import type { Executors } from '../backend/worker-threads/worker-pool.ts';
import { InProcessBackend } from '../backend/in-process/in-process-backend.ts';
import { BackendJobRunner } from '../backend/job-runner.ts';
import { executorMode } from '../backend/program/index.ts';
import { type Codec, createCodec, defaultRegistry } from '../data/index.ts';
import { DStreamsError } from '../errors.ts';
import { printAsText } from '../printed.ts';
import { Configuration, pathText } from '../format/index.ts';
import { log, type Logger, setLogLevel } from '../metrics/index.ts';
import {
  commandLineConf,
  type LocalMaster,
  parseMaster,
  resolveConf,
  type ResolvedConf,
  type SparkConf,
} from '../options/index.ts';
import {
  AccumulatorCell,
  type AccumulatorRule,
  BroadcastCell,
  type JobRunner,
  type Rdd,
  RddCheckpoints,
  type RddContext,
  RddScope,
  rangingRunner,
} from '../rdd/index.ts';
import { BlockStore, type SpillDisk } from '../storage/block-store.ts';
import type { Disk } from '../storage/disk.ts';
import { NodeDisk } from '../storage/disk-node.ts';
import type { FileSystem } from '../storage/file-system.ts';
import type { WriteText } from '../sink/print.ts';
import { savingRunner } from '../sink/save.ts';
import { type Processes, SystemProcesses } from '../checkpoint/index.ts';
import type { Clock, Random } from '../time/index.ts';
import { SystemClock, SystemRandom } from '../time/index.ts';
import { coreMade, coreStopped } from './active-core.ts';
import { driverScratch, localFiles, machineCores, scratchFolder } from './machine.ts';
import { recordingRunner, replayingRunner } from './action-runners.ts';
import { staticReplay } from './replay.ts';

/** Spark's default of `spark.task.maxFailures`. */
const TASK_FAILURES_MAX = 4;

const HADOOP = 'spark.hadoop.';

/** By context, where the running code is. One for all: each storage that was ever used makes every promise dearer, for ever. */
const scopes = new AsyncLocalStorage<ReadonlyMap<SparkCore, RddScope>>();

/** Of what an action makes for itself: executors do not run it, so it has no part in what they repeat. */
const NO_SCOPE = new RddScope('', '');
NO_SCOPE.close();

/** Whose behaviour this follows: what `sc.version()` answers. */
export const SPARK_VERSION = '3.5.7';

export interface SparkCoreOptions {
  /** Default: the machine's clock. */
  readonly clock?: Clock;
  readonly logger?: Logger;
  /** Default: the local file system. */
  readonly files?: FileSystem;
  /** Whether executors see these files too. Default: where they are those of the machine. */
  readonly sharesFiles?: boolean;
  /** Default: threads of this process. */
  readonly executors?: Executors;
  /** For blocks that do not fit into memory. Default: a temporary folder of its own. */
  readonly disk?: SpillDisk & { close?(): Promise<void> };
  /** Freeze and check what users must not change or cannot keep: the test kit. */
  readonly checkRecords?: boolean;
  /** Where `print` writes. Default: standard output. */
  readonly write?: WriteText;
  /** Where checkpoint directories lie. Default: the machine's disk. */
  readonly checkpointDisk?: Disk;
  /** What a checkpoint directory keeps back of its disk. Default 8 MiB; a disk in memory has better uses for it. */
  readonly checkpointReserveBytes?: number;
  readonly random?: Random;
  /** Which processes are alive: for the lock of a checkpoint directory. Default: the machine's. */
  readonly processes?: Processes;
}

/**
 * The context of data sets: configuration, codec, backends and coordinates. A streaming context stands on one.
 * @internal
 */
export class SparkCore implements RddContext {
  readonly settings: ResolvedConf;
  readonly master: LocalMaster;
  readonly clock: Clock;
  /** When it was made, by its clock. */
  readonly startMs: number;
  readonly logger: Logger;
  readonly checkpointDisk: Disk;
  readonly checkpointReserveBytes: number | undefined;
  readonly random: Random;
  readonly processes: Processes;
  readonly executors: Executors | undefined;
  /** Standard output, or what a test took in its place. */
  readonly write: WriteText;
  readonly codec: Codec;
  /** Where outputs are written. */
  readonly files: FileSystem;
  /** For ports: what `setLocalProperty` was given. */
  readonly localProperties = new Map<string, string>();
  /** Where `rdd.checkpoint()` writes. */
  readonly checkpoints: RddCheckpoints;
  readonly local: Backend;
  /** Blocks that receivers stored. */
  readonly blocks: BlockStore;
  /** Settings of inputs and outputs: what `spark.hadoop.…` says, and what programs set. */
  readonly hadoopConf = new Configuration();
  readonly staticScope = new RddScope('r', 'r');
  /** Of a program that only builds its graph: see `executorMode`. */
  private readonly isExecutor = executorMode();
  private readonly disk: SpillDisk & { close?(): Promise<void> };
  private main: Backend | Promise<Backend>;
  private rddIds = 0;
  private shuffleIds = 0;
  private broadcastIds = 0;
  private readonly accumulators = new Map<string, WeakRef<AccumulatorCell>>();
  private readonly accumulatorCleaner = new FinalizationRegistry<string>((coord) => this.accumulators.delete(coord));
  private readonly shuffles: { shuffleId: number; timeMs: number }[] = [];
  private isStopped = false;
  /** Set by whoever recovers a program: see `RddContext`. */
  isRecoveredRerun: (timeMs: number) => boolean = () => false;
  /** Shuffle outputs of data sets made outside batches, once a program has let go of them. */
  private readonly shuffleCleaner = new FinalizationRegistry<number>((shuffleId) => this.dropShuffles([shuffleId]));
  /** Blocks of a data set that a program has let go of (Spark's ContextCleaner). */
  private readonly cleaner = new FinalizationRegistry<number>((rddId) => {
    if (!this.isStopped) this.unpersist([rddId]);
  });
  readonly runner: JobRunner;
  readonly defaultParallelism: number;

  constructor(
    readonly conf: SparkConf,
    options: SparkCoreOptions = {},
  ) {
    this.settings = resolveConf(conf);
    this.clock = options.clock ?? new SystemClock();
    this.checkpointDisk = options.checkpointDisk ?? new NodeDisk();
    this.checkpointReserveBytes = options.checkpointReserveBytes;
    this.random = options.random ?? new SystemRandom();
    this.processes = options.processes ?? new SystemProcesses(this.checkpointDisk);
    this.executors = options.executors;
    this.startMs = this.clock.now();
    if (options.logger === undefined && conf.contains('dstreams.log.level') && !this.isExecutor)
      setLogLevel(this.settings.logLevel);
    this.logger = options.logger ?? log;
    this.files = options.files ?? localFiles();
    this.checkpoints = new RddCheckpoints(this.files);
    this.write = options.write ?? ((text) => void process.stdout.write(text));
    this.master = parseMaster(this.settings.master!, machineCores());
    const asked = commandLineConf.get('spark.master');
    if (asked !== undefined && asked !== this.master.text && !this.isExecutor) {
      this.logger.warn(
        'SparkContext',
        `The program says master ${this.master.text}, which wins over --master ${asked}.`,
      );
    }
    for (const [key, value] of conf.getAll()) {
      if (key.startsWith(HADOOP)) this.hadoopConf.set(key.slice(HADOOP.length), value);
    }
    this.defaultParallelism = this.settings.defaultParallelism ?? this.master.threads;
    for (const type of conf.registeredClasses()) defaultRegistry.register(type);
    this.codec = createCodec(defaultRegistry);
    this.disk = options.disk ?? driverScratch(this.settings.localDir);
    const memoryBytesMax = this.settings.blockBytesMax;
    this.blocks = new BlockStore({ memoryBytesMax, disk: this.disk, codec: this.codec });
    this.local = new InProcessBackend({
      clock: this.clock,
      codec: this.codec,
      disk: this.disk,
      files: this.files,
      memoryBytesMax,
      holdMs: this.settings.yieldMs,
      checkRecords: options.checkRecords ?? false,
    });
    this.main = this.local;
    const engine = new BackendJobRunner(
      () => this.main,
      this.local,
      (action, rdd, tookMs) => {
        if (!this.logger.isEnabled('INFO')) return;
        this.logger.info(
          'SparkContext',
          `Job finished: ${action.kind}${rdd.name === undefined ? '' : ` of ${rdd.name}`}, took ${(tookMs / 1000).toFixed(6)} s`,
        );
      },
      () => this.clock.monotonic(),
      this.master.maxFailures ?? this.settings.taskMaxFailures ?? TASK_FAILURES_MAX,
      options.sharesFiles ?? options.files === undefined,
    );
    if (this.isExecutor) {
      this.staticScope.replay = staticReplay().results;
      this.staticScope.sent = staticReplay().broadcasts;
      this.staticScope.sentIds = staticReplay().ids;
    }
    const driver = savingRunner(this.checkpoints.runner(rangingRunner(engine)), this.files);
    const outside: JobRunner = { run: (...action) => this.outside(() => driver.run(...action)) };
    this.runner = this.isExecutor
      ? replayingRunner(this.clock)
      : recordingRunner(outside, () => this.checkRunning(), this.clock);
    coreMade(this);
  }

  /** Tasks run there from now on: called once, by `start()`. */
  useBackend(backend: Backend | Promise<Backend>): void {
    this.main = backend;
    if (backend instanceof Promise) {
      backend.then(
        (ready) => {
          // Unless another took its place while it came up.
          if (this.main === backend) this.main = ready;
        },
        () => {},
      );
    }
  }

  /** Tasks run in this process from now on. Ends the threads of a context before. */
  async runInProcess(): Promise<void> {
    const before = this.main;
    this.main = this.local;
    // One that never came up has nothing to stop.
    const backend = await Promise.resolve(before).catch(() => this.local);
    if (backend !== this.local) await backend.stop();
  }

  get backend(): Backend | Promise<Backend> {
    return this.main;
  }

  /** Where executors of this process put what does not fit into memory. */
  get scratchFolder(): string {
    return scratchFolder(this.settings.localDir);
  }

  /** Partitions that no executor holds. */
  async missingPartitions(rdd: Rdd): Promise<number[]> {
    const { available } = await this.main;
    return Array.from({ length: rdd.partitionCount }, (_, p) => p).filter((p) => !available.hasBlock(rdd.id, p));
  }

  async isSafe(rdd: Rdd): Promise<boolean> {
    const { available } = await this.main;
    return Array.from({ length: rdd.partitionCount }, (_, p) => p).every((p) => available.isSafe(rdd.id, p));
  }

  currentScope(): RddScope | undefined {
    const scope = scopes.getStore()?.get(this) ?? this.staticScope;
    return scope.isOpen ? scope : undefined;
  }

  /** Runs `f` with what is made in it, also behind an `await`, getting its coordinates from `scope`. */
  inScope<T>(scope: RddScope, f: () => T): T {
    return scopes.run(new Map(scopes.getStore()).set(this, scope), f);
  }

  /** What an action makes for itself belongs to no scope. Only where executors repeat one, for what that costs. */
  private outside<T>(f: () => T): T {
    return this.master.text === 'local' || this.currentScope() === undefined ? f() : this.inScope(NO_SCOPE, f);
  }

  persisted(rdd: Rdd): void {
    this.cleaner.register(rdd, rdd.id);
  }

  /** A value for all tasks. Throws `RECORD_NOT_SERIALIZABLE`. On an executor the driver's value takes its place. */
  broadcast<T>(value: T): BroadcastCell<T> {
    const id = this.broadcastIds++;
    const scope = this.currentScope();
    const coord = scope?.share('broadcast');
    const cell =
      this.isExecutor && scope !== undefined
        ? BroadcastCell.ofBytes<T>(scope.sent.get(coord!), id, coord!, this.codec)
        : BroadcastCell.of(value, id, coord, this.codec);
    if (coord !== undefined) scope!.broadcasts.set(coord, cell);
    return cell;
  }

  /** Everywhere: whoever uses it afterwards fails. */
  destroyBroadcast(cell: BroadcastCell<unknown>): void {
    cell.destroy();
    if (cell.coord === undefined || this.isStopped || this.isExecutor) return;
    const released = { broadcasts: [cell.coord] };
    if (!(this.main instanceof Promise)) this.main.release(released);
  }

  /** A sum of what tasks add; `initial` is what it starts from. */
  accumulator<T, S>(rule: AccumulatorRule<T, S>, initial: S, name?: string): AccumulatorCell<T, S> {
    const coord = this.currentScope()?.share('accumulator');
    const cell = new AccumulatorCell(rule, initial, coord, name);
    if (coord !== undefined) {
      this.accumulators.set(coord, new WeakRef(cell));
      this.accumulatorCleaner.register(cell, coord);
    }
    return cell;
  }

  /** Adds what a task on another thread has added. What the program has let go of is nobody's. */
  accumulated(updates: readonly (readonly [coord: string, state: unknown])[]): void {
    for (const [coord, state] of updates) {
      const cell = this.accumulators.get(coord)?.deref();
      cell?.merge(cell.rule.unpack === undefined ? state : cell.rule.unpack(state));
    }
  }

  /** Where `rdd.checkpoint()` writes: a folder of this run's own below `directory`. */
  setCheckpointDir(directory: string): void {
    this.files.resolve(pathText(directory, 'setCheckpointDir'));
    const random = new SystemRandom();
    const name = Array.from({ length: 4 }, () => random.uint32().toString(16).padStart(8, '0')).join('');
    this.checkpoints.setDirectory(directory, name);
  }

  checkpointAsked(): void {
    this.checkpoints.ask();
  }

  nextRddId(): number {
    return this.rddIds++;
  }

  nextShuffleId(): number {
    return this.shuffleIds++;
  }

  shuffled(rdd: Rdd, shuffleId: number): void {
    if (rdd.timeMs === undefined) this.shuffleCleaner.register(rdd, shuffleId);
    else this.shuffles.push({ shuffleId, timeMs: rdd.timeMs });
  }

  unpersist(rddIds: readonly number[]): void {
    if (this.main instanceof Promise)
      void this.main.then(
        (b) => b.release({ rddIds }),
        () => {},
      );
    else this.main.release({ rddIds });
    if (this.main !== this.local) this.local.release({ rddIds });
  }

  /** Drops the shuffle outputs of batches up to `timeMs`: a later reader makes them again. */
  releaseShuffles(timeMs: number): void {
    const shuffleIds: number[] = [];
    let kept = 0;
    for (const entry of this.shuffles) {
      if (entry.timeMs <= timeMs) shuffleIds.push(entry.shuffleId);
      else this.shuffles[kept++] = entry;
    }
    this.shuffles.length = kept;
    this.dropShuffles(shuffleIds);
  }

  private dropShuffles(shuffleIds: readonly number[]): void {
    if (shuffleIds.length === 0 || this.isStopped) return;
    if (!(this.main instanceof Promise)) this.main.release({ shuffleIds });
    if (this.main !== this.local) this.local.release({ shuffleIds });
  }

  get stopped(): boolean {
    return this.isStopped;
  }

  /** Stops backends and drops all blocks. Idempotent. */
  async stop(): Promise<void> {
    if (this.isStopped) return;
    this.isStopped = true;
    coreStopped(this);
    await this.runInProcess();
    await this.local.stop();
    await this.blocks.clear();
    await this.disk.close?.();
  }

  /** As text: what refers to it refers back. */
  toJSON(): string {
    return this.toString();
  }

  toString(): string {
    return `SparkContext(appName=${this.settings.appName}, master=${this.master.text})`;
  }

  private checkRunning(): void {
    if (this.isStopped)
      throw new DStreamsError('CONTEXT_STOPPED', 'Cannot call methods on a stopped SparkContext. Make a new one.');
  }
}

printAsText(SparkCore);
