import { defaultCodec } from '../data/index.ts';
import { DStreamsError } from '../errors.ts';
import type { FileSplit } from '../format/index.ts';
import type { FileSystem } from '../storage/file-system.ts';
import { filesRdd, readStep } from './files.ts';
import { builtIn } from './function-slot.ts';
import { type Action, type JobRunner, parentsOf, type Rdd } from './rdd.ts';

/** A partition is one block of the codec: the checksum of its file system is all that guards it. */
const PART_BYTES_MAX = 2 ** 31 - 1;

const READ_CHECKPOINT = builtIn('readCheckpoint', async function* ({ path }: FileSplit, files: FileSystem) {
  yield defaultCodec.decodeBlock(await files.read(path, PART_BYTES_MAX));
});

/** Where data sets are written that `rdd.checkpoint()` was called on. One for each context. */
export class RddCheckpoints {
  private folder: string | undefined;
  private isAsked = false;

  constructor(private readonly files: FileSystem) {}

  /** A folder of this context's own. */
  get directory(): string | undefined {
    return this.folder;
  }

  /** `name`: sets this run of the program apart from others that use the same directory. */
  setDirectory(directory: string, name: string): void {
    this.folder = `${this.files.resolve(directory)}/${name}`;
  }

  ask(): void {
    this.isAsked = true;
    if (this.folder !== undefined) return;
    throw new DStreamsError(
      'CHECKPOINT_DIR_MISSING',
      'Checkpoint directory has not been set in the SparkContext. Call setCheckpointDir(dir) first.',
    );
  }

  /** A runner that, after a job, writes what it used and was to be written. Spark computes it once more, too: persist it. */
  runner(runner: JobRunner): JobRunner {
    return {
      run: async (rdd: Rdd, action: Action, partitions) => {
        const results = await runner.run(rdd, action, partitions);
        if (this.isAsked) await this.write(rdd, runner, new Set());
        return results;
      },
    };
  }

  private async write(rdd: Rdd, runner: JobRunner, seen: Set<Rdd>): Promise<void> {
    if (seen.has(rdd) || rdd.checkpointing?.file !== undefined) return;
    seen.add(rdd);
    if (rdd.checkpointing === undefined) {
      for (const parent of parentsOf(rdd.op)) await this.write(parent, runner, seen);
      return;
    }
    const path = `${this.folder}/rdd-${rdd.id}`;
    await this.files.makeDirectory(path);
    const splits: FileSplit[] = [];
    for (let p = 0; p < rdd.partitionCount; p++) {
      // One partition at a time in the driver's memory.
      const [records] = (await runner.run(rdd, { kind: 'collect' }, [p])) as [unknown[]];
      const part = `${path}/part-${String(p).padStart(5, '0')}`;
      await this.files.writeDurably(part, defaultCodec.encodeBlock(records, 'checkpoint'));
      splits.push({ path: part, start: 0 });
    }
    rdd.cutTo(filesRdd(rdd.ctx, splits, readStep(READ_CHECKPOINT, 'checkpoint'), rdd.timeMs).op, path);
  }
}
