import { setExecutorMode } from '../../../backend/program/index.ts';
import type { Codec } from '../../../data/index.ts';
import { SparkConf } from '../../../options/index.ts';
import type { ActionResult } from '../../../rdd/index.ts';
import { KeptLog } from '../../../testing/kept-log.ts';
import type { SimulatedDisk } from '../../../testing/simulated-disk.ts';
import { LocalFileSystem } from '../../../storage/file-system.ts';
import { ManualClock } from '../../../time/manual-clock.ts';
import type { SeededRandom } from '../../../time/random.ts';
import { setReplay } from '../../replay.ts';
import { SparkCore, type SparkCoreOptions } from '../../spark-core.ts';
import { StreamEngine } from '../../stream-engine.ts';
import { build, type Built, type BuildOptions } from './build.ts';
import { LifeDisk } from './life-disk.ts';
import { memory } from './memory.ts';
import { type ProgramMessage, SimulatedThreads } from './threads.ts';
import { settle, Turns } from './turns.ts';

/** A user's function that throws, as some do now and then. */
export class Thrown extends Error {
  override readonly name = 'Thrown';
}

/** Its monotonic time goes on by itself, so that tasks make way for others at any place. */
class LifeClock extends ManualClock {
  private reads = 0;

  constructor(
    nowMs: number,
    turns: Turns,
    private readonly random: SeededRandom,
    private readonly pauseShare: number,
  ) {
    super({ nowMs, turn: () => turns.wait() });
  }

  override monotonic(): number {
    if (this.random.next() < this.pauseShare) this.reads += 1000;
    return super.monotonic() + this.reads;
  }
}

/**
 * A context that drops data sets and shuffles when their batch is over, and not when the garbage collector finds them as well: no seed
 * says when that is, and each is a message to every thread.
 */
function withoutCollector(conf: SparkConf, options: SparkCoreOptions): SparkCore {
  const { FinalizationRegistry } = globalThis;
  class Never {
    register(): void {}
    unregister(): boolean {
      return false;
    }
  }
  globalThis.FinalizationRegistry = Never as unknown as typeof FinalizationRegistry;
  try {
    return new SparkCore(conf, options);
  } finally {
    globalThis.FinalizationRegistry = FinalizationRegistry;
  }
}

export interface LifeOptions extends Pick<BuildOptions, 'program' | 'queues' | 'seen' | 'tallied'> {
  readonly disk: SimulatedDisk;
  readonly random: SeededRandom;
  readonly nowMs: number;
  readonly pid: number;
}

export const CHECKPOINT = '/checkpoint';

/** What threads would load, were they any. */
const PROGRAM = { file: '/program', bundlePath: '/program', hash: '', className: undefined, args: [] };

/** One process that runs the program: made by `getOrCreate`, in effect, until it is killed or stopped. */
export class Life {
  readonly turns = new Turns();
  readonly clock: LifeClock;
  readonly disk: LifeDisk;
  readonly engine: StreamEngine;
  readonly log = new KeptLog();
  readonly built: Built;
  /** Once it has started, on a master that has them. */
  threads: SimulatedThreads | undefined;
  /** The next call of a user's function throws. */
  throwsNext = false;
  /** Errors that `awaitTermination`, `start` or a batch reported. */
  readonly failures: unknown[] = [];
  hasStarted = false;
  startFailure: unknown;

  constructor(options: LifeOptions) {
    const { random, program, nowMs, pid } = options;
    this.clock = new LifeClock(nowMs, this.turns, random.fork(), [0, 0.02, 0.2][random.int(3)]!);
    this.disk = new LifeDisk(options.disk, this.turns);
    const process = { pid, bootId: 'simulated', started: '' };
    const conf = new SparkConf()
      .setAppName('simulated')
      .setMaster(program.threads === 0 ? 'local' : `local[${program.threads}]`)
      .setAll({
        'spark.streaming.concurrentJobs': String(program.concurrentJobs),
        'spark.streaming.receiver.writeAheadLog.enable': 'true',
        'spark.streaming.driver.writeAheadLog.rollingIntervalSecs': String(program.rollingSeconds),
        'dstreams.pendingBatchesMax': String(program.pendingBatchesMax),
      });
    const common = {
      clock: this.clock,
      logger: this.log.logger,
      files: new LocalFileSystem({ disk: this.disk, workingDirectory: '/' }),
      disk: memory(),
      write: () => {},
    };
    const buildOptions = {
      program,
      queues: options.queues,
      seen: (stream, timeMs, pairs) => {
        if (!this.disk.isDead) options.seen(stream, timeMs, pairs);
      },
      tallied: (stream, timeMs, records, added) => {
        if (!this.disk.isDead) options.tallied(stream, timeMs, records, added);
      },
      touch: () => {
        if (!this.throwsNext) return;
        this.throwsNext = false;
        throw new Thrown('now and then');
      },
    } satisfies Omit<BuildOptions, 'isExecutor'>;
    const onExecutor = ({ replay, broadcasts }: ProgramMessage, codec: Codec): StreamEngine => {
      setReplay(codec.decodeValue(replay) as ActionResult[], new Map(broadcasts));
      setExecutorMode(true);
      try {
        const engine = new StreamEngine(withoutCollector(conf, common), program.batchMs);
        build(engine, { ...buildOptions, isExecutor: true });
        engine.graph.seal();
        engine.sc.staticScope.close();
        return engine;
      } finally {
        setExecutorMode(false);
      }
    };
    const core = withoutCollector(conf, {
      ...common,
      checkRecords: true,
      ...(program.threads > 0 && {
        executors: {
          program: PROGRAM,
          pool: () => {
            this.threads = new SimulatedThreads(onExecutor, this.disk, this.turns);
            return this.threads;
          },
        },
      }),
      sharesFiles: true,
      checkpointDisk: this.disk,
      checkpointReserveBytes: [0, 0, 500][random.int(3)]!,
      random: random.fork(),
      processes: { self: async () => process, isAlive: async (other) => other.pid === pid },
    });
    this.engine = new StreamEngine(core, program.batchMs);
    this.engine.recoverFrom(CHECKPOINT, { createOnError: false, isRequired: false });
    this.built = build(this.engine, { ...buildOptions, isExecutor: false });
    this.engine.onBatchFailed = ({ error }) => void this.failures.push(error);
    this.engine.start().then(
      () => {
        this.hasStarted = true;
      },
      (error: unknown) => {
        this.startFailure = error;
        this.failures.push(error);
      },
    );
    this.engine.awaitTermination().catch((error: unknown) => void this.failures.push(error));
  }

  /** Once the graph has one. */
  get zeroMs(): number {
    return (this.engine as unknown as { running: { run: { zeroMs: number } } }).running.run.zeroMs;
  }

  /** The last batch that is due. */
  get dueMs(): number {
    const { zeroMs } = this;
    return zeroMs + Math.floor((this.clock.now() - zeroMs) / this.engine.batchMs) * this.engine.batchMs;
  }

  /** Takes away what a process that was killed would leave in this one. */
  async bury(): Promise<void> {
    this.disk.isDead = true;
    this.turns.open();
    await this.over(this.engine.stop({ graceful: false, stopSparkContext: true }));
    await this.over(this.engine.sc.stop());
  }

  /** Waits for what needs only time. */
  async over(work: Promise<unknown>): Promise<void> {
    let isOver = false;
    const end = () => {
      isOver = true;
    };
    work.then(end, end);
    for (let step = 0; ; step++) {
      await settle();
      if (isOver) return;
      if (step > 10_000) throw new Error('a process does not come to its end');
      const next = this.clock.nextTimerMs();
      if (next !== undefined && this.turns.waitingCount === 0) this.clock.setTime(Math.max(next, this.clock.now()));
    }
  }
}
