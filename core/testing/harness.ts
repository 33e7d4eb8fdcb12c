import { currentProgram, executorMode } from '../backend/program/index.ts';
import { SparkCore } from '../engine/spark-core.ts';
import type { BatchFailure } from '../engine/batches.ts';
import { StreamEngine } from '../engine/stream-engine.ts';
import { DStreamsError } from '../errors.ts';
import { type ConfValue, SparkConf } from '../options/index.ts';
import type { StreamRef } from '../plan/index.ts';
import type { Disk } from '../storage/disk.ts';
import { MemoryDisk } from '../storage/disk-memory.ts';
import type { FileSystem } from '../storage/file-system.ts';
import { ManualClock } from '../time/index.ts';
import { CrashDisk } from './crash-disk.ts';
import { KeptLog } from './kept-log.ts';
import { type ScriptedBatch, scriptedInput } from './scripted-input.ts';

/** Of an engine in virtual time. */
export interface HarnessOptions {
  /** The batch duration, ms. */
  readonly batchMs: number;
  /** Default: the master that `runJobTest` was given, else `local`. */
  readonly master?: string;
  /** As `ssc.checkpoint(directory)`, on `disk`: any name will do. Default: no checkpoints. */
  readonly checkpointDir?: string;
  /** Configuration, by key. Default: none. */
  readonly conf?: Readonly<Record<string, ConfValue>>;
  /** As `ssc.remember`, ms. Default: what the graph needs. */
  readonly remember?: number;
  /**
   * What `run` does about batches that fail. `throw` (default): it rejects with the first error. `keep`: it goes on, and
   * `failures` has them.
   */
  readonly onFailure?: 'throw' | 'keep';
  /** Where outputs are written. Default: the local file system. */
  readonly files?: FileSystem;
  /** Where checkpoints lie. Several contexts may share one, one after the other: what was written stays when one crashes. Default: memory. */
  readonly disk?: Disk;
  /** What the clock shows at first, epoch ms. Default 0. */
  readonly nowMs?: number;
  /** Goes on from the checkpoint in `checkpointDir`, if there is one, as `getOrCreate` does. Default false. */
  readonly recovers?: boolean;
}

let processes = 0;

/**
 * An engine in virtual time: a manual clock that starts at 0, records checked, the log kept. Both surfaces' test
 * contexts stand on it. Throws MASTER_NEEDS_MODULE for a master with threads outside a job module.
 */
export class EngineHarness {
  readonly clock: ManualClock;
  private readonly crashDisk: CrashDisk;
  readonly log = new KeptLog();
  readonly core: SparkCore;
  readonly engine: StreamEngine;
  /** Batches that failed, in order. */
  readonly failures: BatchFailure[] = [];
  private thrown = 0;
  private printed: string[] = [];
  private started: Promise<void> | undefined;

  constructor(private readonly options: HarnessOptions) {
    const { nowMs = 0, disk } = options;
    this.clock = new ManualClock({ nowMs });
    this.crashDisk = new CrashDisk(disk ?? new MemoryDisk(this.clock));
    const process = { pid: ++processes, bootId: 'test', started: '' };
    const conf = new SparkConf().setAppName('test');
    conf.setMaster(options.master ?? conf.getOption('spark.master') ?? 'local');
    conf.setAll(options.conf ?? {});
    this.core = new SparkCore(conf, {
      clock: this.clock,
      logger: this.log.logger,
      checkRecords: true,
      ...(options.files === undefined ? {} : { files: options.files }),
      checkpointDisk: this.crashDisk,
      checkpointReserveBytes: 4096,
      // The one before it is dead: see `crash`.
      processes: { self: async () => process, isAlive: async ({ pid }) => pid === process.pid },
      write: (text) => void this.printed.push(text),
    });
    if (this.core.master.text !== 'local' && currentProgram() === undefined && !executorMode()) {
      throw new DStreamsError(
        'MASTER_NEEDS_MODULE',
        `The master ${this.core.master.text} needs a job module that its threads can load. Put the test's program into a module ` +
          '(export default defineJob(async (args) => …)) and run it with runJobTest(moduleUrl, args, { master }); or use the master local.',
      );
    }
    this.engine = new StreamEngine(this.core, options.batchMs);
    this.engine.onBatchFailed = (failure) => this.failures.push(failure);
    const { checkpointDir } = options;
    if (options.recovers && checkpointDir !== undefined)
      this.engine.recoverFrom(checkpointDir, { createOnError: false, isRequired: false });
    else if (checkpointDir !== undefined) this.engine.checkpoint(checkpointDir);
    if (options.remember !== undefined) this.engine.remember(options.remember);
  }

  input(batches: readonly ScriptedBatch[], partitions: number): StreamRef {
    return this.engine.addInput('input', scriptedInput(batches, partitions));
  }

  /** What `print` and the like wrote so far, in place of standard output. */
  get stdout(): string {
    this.printed = [this.printed.join('')];
    return this.printed[0]!;
  }

  /** Starts without a batch; `run` does it too. Throws at once what validation finds. */
  start(): Promise<void> {
    if (this.started === undefined) {
      this.started = this.engine.start();
      // Failures are the test's, through run(): nobody else has to be told.
      this.engine.awaitTermination().catch(() => {});
    }
    return this.started;
  }

  /** Runs `n` batches, one after the other: each has ended before the clock moves on, and so have those that run again. */
  async run(n: number): Promise<void> {
    await this.start();
    await this.engine.idle();
    for (let i = 0; i < n; i++) {
      this.clock.advance(this.options.batchMs);
      await this.engine.idle();
      if (this.options.onFailure === 'keep') continue;
      const failure = this.failures[this.thrown];
      if (failure === undefined) continue;
      this.thrown = this.failures.length;
      throw failure.error;
    }
  }

  /** As if the process had been killed: nothing reaches the disk any more. */
  async crash(): Promise<void> {
    this.crashDisk.crash();
    await this.stop();
  }

  /** Stops the engine and drops everything. Graceful: after one more batch, in virtual time. Idempotent. */
  async stop({ graceful = false }: { readonly graceful?: boolean } = {}): Promise<void> {
    if (executorMode()) return;
    const stopped = this.engine.stop({ graceful, stopSparkContext: true });
    let isDown = !graceful || this.started === undefined;
    stopped.then(
      () => {
        isDown = true;
      },
      () => {
        isDown = true;
      },
    );
    while (!isDown && !this.engine.isDraining) await this.clock.yield();
    if (!isDown) this.clock.advance(this.options.batchMs);
    await stopped;
    // A start that failed leaves the data set side of the context open.
    await this.core.stop();
  }
}
