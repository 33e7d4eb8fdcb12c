import type { Availability } from '../../stage/physical.ts';
import type { WorkerHandle } from './worker-handle.ts';

interface MapOutput {
  readonly owner: WorkerHandle;
  /** By reduce partition; undefined where the owner kept it. */
  readonly buckets: readonly (Uint8Array | undefined)[];
}

interface CachedPartition {
  readonly owner: WorkerHandle;
  readonly copy: Uint8Array | undefined;
}

/** What the driver knows of where shuffle outputs and cached partitions lie. The loss of a worker shows at once. */
export class Registry implements Availability {
  private readonly outputs = new Map<number, Map<number, MapOutput>>();
  private readonly cached = new Map<number, Map<number, CachedPartition>>();

  hasMapOutput(shuffleId: number, map: number): boolean {
    const output = this.outputs.get(shuffleId)?.get(map);
    if (output === undefined) return false;
    // With every bucket in the driver's hands the owner's death costs nothing.
    return output.owner.isAlive || output.buckets.every((b) => b !== undefined);
  }

  hasBlock(rddId: number, partition: number): boolean {
    const block = this.cached.get(rddId)?.get(partition);
    return block !== undefined && (block.owner.isAlive || block.copy !== undefined);
  }

  isSafe(rddId: number, partition: number): boolean {
    return this.cached.get(rddId)?.get(partition)?.copy !== undefined;
  }

  mapOutput(shuffleId: number, map: number): MapOutput | undefined {
    return this.outputs.get(shuffleId)?.get(map);
  }

  block(rddId: number, partition: number): CachedPartition | undefined {
    return this.cached.get(rddId)?.get(partition);
  }

  addMapOutput(shuffleId: number, map: number, output: MapOutput): void {
    const maps = this.outputs.get(shuffleId) ?? new Map<number, MapOutput>();
    this.outputs.set(shuffleId, maps.set(map, output));
  }

  addBlock(rddId: number, partition: number, block: CachedPartition): void {
    const blocks = this.cached.get(rddId) ?? new Map<number, CachedPartition>();
    this.cached.set(rddId, blocks.set(partition, block));
  }

  dropMapOutput(shuffleId: number, map: number): void {
    this.outputs.get(shuffleId)?.delete(map);
  }

  /** The owner's block had to go; its second copy, if there is one, stays. */
  dropBlock(rddId: number, partition: number, owner: WorkerHandle): void {
    const block = this.block(rddId, partition);
    if (block?.owner === owner && block.copy === undefined) this.cached.get(rddId)!.delete(partition);
  }

  release(shuffleIds: readonly number[], rddIds: readonly number[]): void {
    for (const id of shuffleIds) this.outputs.delete(id);
    for (const id of rddIds) this.cached.delete(id);
  }

  get sizes(): { readonly shuffles: number; readonly cached: number } {
    return { shuffles: this.outputs.size, cached: this.cached.size };
  }
}
