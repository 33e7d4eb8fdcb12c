import { createTestContext, ManualClock, MemoryDisk } from 'dstreams/testing';
import type { Batches, Case, Observation } from './case.ts';
import { buildStream } from './pipeline.ts';
import { plainBatch } from './plain.ts';
import { ScriptedFolder } from './scripted-folder.ts';
import type { Surface } from './surface.ts';
import { compareValues, type Value } from './values.ts';

/** A case that is stopped and goes on from its checkpoint: what is left when a context has ended. */
export class RestartedCase {
  private readonly disk = new MemoryDisk(new ManualClock());
  private readonly folder: ScriptedFolder;
  private readonly seen = new Map<number, Batches[number]>();
  private nowMs: number;
  /** Batches before this one are over, or were when they were due. */
  private next = 1;

  constructor(private readonly one: Case) {
    this.folder = new ScriptedFolder(one.folder!);
    this.nowMs = this.folder.madeMs;
  }

  async make(): Promise<void> {
    await this.folder.make();
  }

  async remove(): Promise<void> {
    await this.folder.remove();
  }

  /** Runs the i-th context, up to its stop, and has somebody write files until the next one starts. */
  async run<S>(index: number, surface: Surface<S>): Promise<void> {
    const { one, folder, disk } = this;
    const { batchMs, remember, restarts = [] } = one;
    const { after, downMs, graceful = false } = restarts[index] ?? { after: one.run, downMs: 0 };
    const t = createTestContext({
      batchMs,
      checkpointDir: 'checkpoints',
      disk,
      recovers: index > 0,
      files: folder.files,
      nowMs: this.nowMs,
      conf: folder.conf,
      ...(remember === undefined ? {} : { remember }),
    });
    try {
      const stream = buildStream(one, t, surface.steps, (input) => surface.watch(t, folder.watched(input)!));
      const { batches } = surface.record(t, stream);
      // What runs again is over before somebody goes on writing files.
      await t.run(0);
      // A graceful stop runs the last one.
      for (const last = graceful ? after - 1 : after; this.next <= last; ) {
        await this.change();
        await t.run(1);
      }
      if (graceful) await this.change();
      await t.stop({ graceful });
      for (const { timeMs, values } of batches) this.see([timeMs, plainBatch(values, one.ordered === true)]);
      this.nowMs = t.clock.now();
    } finally {
      await t.stop();
    }
    this.nowMs += downMs - (this.nowMs % batchMs);
    for (let left = Math.floor(downMs / batchMs); left > 0; left--) await this.change();
  }

  get observation(): Observation {
    return { name: this.one.name, observed: [...this.seen.values()].sort(([a], [b]) => a - b) };
  }

  private async change(): Promise<void> {
    await this.folder.beforeBatch(this.next++ - 1);
  }

  /** A batch that runs again gives the same: only another result is seen, as a batch too many. */
  private see(batch: Batches[number]): void {
    const before = this.seen.get(batch[0]);
    if (before === undefined) this.seen.set(batch[0], batch);
    else if (compareValues(before as Value, batch as Value) !== 0) this.seen.set(batch[0] + 0.5, batch);
  }
}
