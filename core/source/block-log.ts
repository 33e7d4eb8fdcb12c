import type { StorageLevel } from '../data/index.ts';
import { type Rdd, type RddContext, sourceRdd } from '../rdd/index.ts';
import type { BlockStore, SourceBlock } from '../storage/block-store.ts';
import type { BlockPart } from './block-generator.ts';

interface LoggedBlock {
  readonly count: number;
  readonly bytes: number;
  /** One partition. */
  readonly sources: readonly SourceBlock[];
  readonly ids: readonly string[];
  /** Never rejects: what went wrong comes out where the block is read. */
  readonly stored: Promise<void>;
}

interface Batch {
  readonly blocks: readonly LoggedBlock[];
  readonly numRecords: number;
  bytes: number;
}

export interface BlockLogOptions {
  readonly blocks: BlockStore;
  readonly rdds: RddContext;
  readonly streamId: number;
  readonly level: StorageLevel;
  /** A block was stored, or a batch is done: there may be room again. */
  readonly onRoom: () => void;
  readonly onFailed: (id: string, error: unknown) => void;
}

/** The received blocks of one stream, in order: which batch reads which, and when they may go (decision 15). */
export class BlockLog {
  private unplanned: LoggedBlock[] = [];
  private readonly batches = new Map<number, Batch>();
  private nextBlock = 0;
  private waitingBytes = 0;
  private storing = 0;

  constructor(private readonly options: BlockLogOptions) {}

  /** Bytes of blocks whose batch has not been done yet. */
  get queuedBytes(): number {
    return this.waitingBytes;
  }

  /** Blocks on their way into the store. */
  get storingCount(): number {
    return this.storing;
  }

  get hasUnplanned(): boolean {
    return this.unplanned.length > 0;
  }

  /** Takes a block of at least one part. Resolves when it is stored; rejects when it could not be: so does its batch. */
  append(parts: readonly BlockPart[]): Promise<void> {
    const { blocks, streamId } = this.options;
    const index = this.nextBlock++;
    const ids = parts.map((_, part) => `input-${streamId}-${index}${part === 0 ? '' : `.${part}`}`);
    const puts = parts.map((part, i) => this.put(ids[i]!, part));
    let count = 0;
    let bytes = 0;
    const sources = parts.map((part, i): SourceBlock => {
      count += part.count;
      bytes += part.bytes;
      const stored = blocks.stored(ids[i]!, part.count);
      return { kind: 'stored', count: part.count, load: () => puts[i]!.then(() => stored.load()) };
    });
    this.storing++;
    this.waitingBytes += bytes;
    const all = Promise.all(puts).then(() => {});
    const stored = all.then(
      () => this.hasStored(),
      (error: unknown) => {
        this.hasStored();
        this.options.onFailed(ids[0]!, error);
      },
    );
    this.unplanned.push({ count, bytes, sources, ids, stored });
    return all;
  }

  private async put(id: string, part: BlockPart): Promise<void> {
    if (part.block === undefined) throw part.error;
    await this.options.blocks.put(id, part.block, this.options.level);
  }

  private hasStored(): void {
    this.storing--;
    this.options.onRoom();
  }

  /** All that has come and belongs to no batch yet belongs to this one. */
  plan(timeMs: number): void {
    const blocks = this.unplanned;
    this.unplanned = [];
    let numRecords = 0;
    let bytes = 0;
    for (const block of blocks) {
      numRecords += block.count;
      bytes += block.bytes;
    }
    this.batches.set(timeMs, { blocks, numRecords, bytes });
  }

  /** One partition for each block; none for a time that was not planned (semantics §7.6). */
  rdd(timeMs: number): Rdd {
    const partitions = this.batches.get(timeMs)?.blocks.map(({ sources }) => sources) ?? [];
    return sourceRdd(this.options.rdds, partitions, timeMs);
  }

  numRecords(timeMs: number): number | undefined {
    return this.batches.get(timeMs)?.numRecords;
  }

  /** The batch, and those before it, were worked through: their blocks stay but wait no more. */
  completed(timeMs: number): void {
    for (const [at, batch] of this.batches) if (at <= timeMs) this.waitsNoMore(batch);
    this.options.onRoom();
  }

  /** Drops the blocks of batches up to this one; with infinity also those of none. */
  release(timeMs: number): void {
    for (const [at, batch] of this.batches) {
      if (at > timeMs) continue;
      this.batches.delete(at);
      this.waitsNoMore(batch);
      for (const block of batch.blocks) void this.drop(block);
    }
    if (timeMs === Number.POSITIVE_INFINITY) this.dropUnplanned();
    this.options.onRoom();
  }

  private dropUnplanned(): void {
    for (const block of this.unplanned.splice(0)) {
      this.waitingBytes -= block.bytes;
      void this.drop(block);
    }
  }

  private waitsNoMore(batch: Batch): void {
    this.waitingBytes -= batch.bytes;
    batch.bytes = 0;
  }

  private async drop({ ids, stored }: LoggedBlock): Promise<void> {
    await stored;
    for (const id of ids) {
      try {
        await this.options.blocks.remove(id);
      } catch (error) {
        this.options.onFailed(id, error);
      }
    }
  }
}
