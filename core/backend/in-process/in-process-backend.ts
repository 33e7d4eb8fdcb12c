import type { Codec } from '../../data/index.ts';
import { MapOutputs } from '../../shuffle/map-outputs.ts';
import type { PackedState } from '../../state/index.ts';
import type { Availability, PhysicalJob } from '../../stage/physical.ts';
import { BlockStore, type SpillDisk } from '../../storage/block-store.ts';
import type { FileSystem } from '../../storage/file-system.ts';
import { collectUpdates } from '../../rdd/index.ts';
import type { Backend, Released } from '../backend.ts';
import { CooperativePacer, type PacerClock } from '../executor/pacer.ts';
import { cacheId } from '../executor/lost-input.ts';
import { TaskExecutor } from '../executor/task-executor.ts';

export interface InProcessOptions {
  readonly clock: PacerClock;
  readonly codec: Codec;
  readonly disk: SpillDisk;
  readonly files: FileSystem;
  readonly memoryBytesMax: number;
  /** The longest that a task holds the event loop, in ms; a user's own function may hold it longer. */
  readonly holdMs: number;
  /** See ExecutorParts. */
  readonly checkRecords?: boolean;
}

/** Runs tasks one after the other in the calling thread, and lets the event loop turn in between. */
export class InProcessBackend implements Backend {
  readonly name = 'in-process';
  readonly slots = 1;
  readonly needsCoordinates = false;
  readonly available: Availability;
  private readonly blocks: BlockStore;
  private readonly outputs = new MapOutputs();
  private readonly pacer: CooperativePacer;
  private readonly executor: TaskExecutor;
  /** Removals in order, so that `stop` can wait for them. */
  private turn: Promise<unknown> = Promise.resolve();

  constructor(options: InProcessOptions) {
    const { clock, codec, disk, files, memoryBytesMax, holdMs, checkRecords = false } = options;
    this.blocks = new BlockStore({ memoryBytesMax, disk, codec });
    this.pacer = new CooperativePacer(clock, holdMs);
    this.available = {
      hasBlock: (rddId, partition) =>
        this.blocks.has(cacheId(rddId, partition)) || this.executor.states.has(rddId, partition),
      // One thread: what it holds goes only with the process.
      isSafe: (rddId, partition) => this.executor.states.has(rddId, partition),
      hasMapOutput: (shuffleId, map) => this.outputs.has(shuffleId, map),
    };
    this.executor = new TaskExecutor({
      blocks: this.blocks,
      outputs: this.outputs,
      codec,
      files,
      pacer: this.pacer,
      monotonic: () => clock.monotonic(),
      checkRecords,
      onCached: () => {},
    });
  }

  /** Cached blocks in memory, in bytes. */
  get memoryBytes(): number {
    return this.blocks.memoryBytes;
  }

  /** Shuffles whose map outputs are held. */
  get shuffleCount(): number {
    return this.outputs.size;
  }

  async runJob(job: PhysicalJob, onResult: (partition: number, value: unknown) => void): Promise<void> {
    this.pacer.reset();
    for (const { tasks } of job.stages) {
      for (const task of tasks) {
        const { result, updates } = await collectUpdates(() => this.executor.run(task));
        for (const [accumulator, state] of updates) accumulator.merge(state);
        if (this.pacer.isDue()) await this.pacer.pause();
        if ('value' in result) onResult(task.partition, result.value);
        else if (task.output.kind === 'shuffle')
          this.outputs.put(task.output.shuffleId, task.partition, result.buckets);
      }
    }
  }

  packState(rddId: number, partition: number, sinceRddId: number | undefined): Promise<PackedState | undefined> {
    return this.executor.packState(rddId, partition, sinceRddId);
  }

  release({ shuffleIds = [], rddIds = [] }: Released): void {
    for (const id of shuffleIds) this.outputs.release(id);
    for (const id of rddIds) this.executor.states.release(id);
    for (const id of rddIds)
      this.turn = this.turn.then(
        () => this.blocks.removePrefix(`rdd-${id}-`),
        () => {},
      );
  }

  async stop(): Promise<void> {
    await this.turn;
    this.outputs.clear();
    this.executor.states.clear();
    await this.blocks.clear();
  }
}
