import type { InputHost, InputInfo, InputRun, InputSpec } from '../plan/index.ts';
import { type Rdd, sliceValues, sourceRdd } from '../rdd/index.ts';
import { firstTimeMs } from '../time/index.ts';

/** One batch of a script: its records, or null where the input has no data set at that time. */
export type ScriptedBatch = readonly unknown[] | null;

/**
 * A source that says what the script says. Batch i belongs to the (i + 1)-th batch time of the run, whether or not
 * earlier ones were asked for; after the last one every batch is an empty data set without partitions. Partition p of
 * P holds the records floor(p·n/P) … floor((p+1)·n/P) − 1. The script may grow while the stream runs.
 */
export function scriptedInput(batches: readonly ScriptedBatch[], partitions: number): InputSpec {
  return { kind: 'scripted', isReceiver: false, create: (host) => new ScriptedRun(batches, partitions, host) };
}

class ScriptedRun implements InputRun {
  private firstMs = 0;

  constructor(
    private readonly batches: readonly ScriptedBatch[],
    private readonly partitions: number,
    private readonly host: InputHost,
  ) {}

  start(): void {
    this.firstMs = firstTimeMs(this.host.clock.now(), this.host.batchMs);
  }

  plan(): void {}

  rdd(timeMs: number): Rdd | undefined {
    const batch = this.batchAt(timeMs);
    if (batch === null) return undefined;
    const blocks = batch === undefined ? [] : sliceValues(batch, this.partitions);
    return sourceRdd(this.host.rdds, blocks, timeMs);
  }

  info(timeMs: number): InputInfo {
    return { numRecords: this.batchAt(timeMs)?.length ?? 0, description: 'scripted' };
  }

  release(): void {}

  hasUnplanned(): boolean {
    return false;
  }

  async stop(): Promise<void> {}

  /** undefined: after the end. */
  private batchAt(timeMs: number): ScriptedBatch | undefined {
    return this.batches[(timeMs - this.firstMs) / this.host.batchMs];
  }
}
