import { type InputHost, type InputRun, type InputSpec, type Rdd, rddOps } from '../core/internal.ts';
import type { TextBlock } from './text-blocks.ts';

/** Gives every batch the same blocks, each as one partition, as a receiver's blocks are. */
export function blockInput(blocks: readonly TextBlock[]): InputSpec {
  return { kind: 'blocks', isReceiver: false, create: (host) => new BlockRun(blocks, host) };
}

class BlockRun implements InputRun {
  private readonly partitions: readonly (readonly TextBlock[])[];
  private readonly count: number;

  constructor(
    blocks: readonly TextBlock[],
    private readonly host: InputHost,
  ) {
    this.partitions = blocks.map((block) => [block]);
    this.count = blocks.reduce((sum, { count }) => sum + count, 0);
  }

  start(): void {}
  plan(): void {}
  release(): void {}
  async stop(): Promise<void> {}

  rdd(timeMs: number): Rdd {
    return rddOps.sourceRdd(this.host.rdds, this.partitions, timeMs);
  }

  info() {
    return { numRecords: this.count };
  }

  hasUnplanned(): boolean {
    return false;
  }
}
