import type { Block, StorageLevel } from '../data/index.ts';
import { DStreamsError } from '../errors.ts';
import { type Rdd, type RddContext, sourceRdd } from '../rdd/index.ts';
import type { BlockStore, SourceBlock, StoredBlock } from '../storage/block-store.ts';
import type { BlockPart } from './block-generator.ts';
import type { LoggedStretch } from './logged-block.ts';

interface LoggedBlock {
  /** Of the batch that it belongs to, once that is planned. */
  timeMs: number | undefined;
  readonly count: number;
  readonly bytes: number;
  /** One partition. */
  readonly sources: readonly SourceBlock[];
  readonly ids: readonly string[];
  /** Never rejects: what went wrong comes out where the block is read. */
  readonly stored: Promise<void>;
  /** The stretch of the write-ahead log that it is; undefined where it is not logged. Rejects where logging failed. */
  readonly stretch: Promise<LoggedStretch | undefined>;
}

interface Batch {
  blocks: readonly LoggedBlock[];
  numRecords: number;
  bytes: number;
  /** Once they are known. */
  stretches: readonly LoggedStretch[] | undefined;
}

export interface BlockLogOptions {
  readonly blocks: BlockStore;
  readonly rdds: RddContext;
  readonly streamId: number;
  readonly level: StorageLevel;
  /** A block was stored, or a batch is done: there may be room again. */
  readonly onRoom: () => void;
  readonly onFailed: (id: string, error: unknown) => void;
  /** Whether anything of this stream is logged: a batch then waits until its blocks are. */
  readonly waitsForLog: () => boolean;
  /** Writes a block's part to the write-ahead log; undefined where received blocks are not logged. */
  readonly logPart: (part: BlockPart) => Promise<number> | undefined;
  /** What lies there, to be read again. */
  readonly ofLog: (stretch: LoggedStretch) => StoredBlock;
}

/** The received blocks of one stream, in order: which batch reads which, and when they may go (decision 15). */
export class BlockLog {
  private unplanned: LoggedBlock[] = [];
  /** Of those of `unplanned` that came out of the log, which are its first. */
  private restored: readonly LoggedStretch[] = [];
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
    const { streamId } = this.options;
    const index = this.nextBlock++;
    const ids = parts.map((_, part) => `input-${streamId}-${index}${part === 0 ? '' : `.${part}`}`);
    const puts = parts.map((part, i) => this.put(ids[i]!, part));
    const logging = parts.map((part) => this.logged(part));
    const stretch = inOne(logging);
    stretch.catch(() => {});
    let count = 0;
    let bytes = 0;
    const sources = parts.map((part, i): SourceBlock => {
      count += part.count;
      bytes += part.bytes;
      return {
        kind: 'stored',
        count: part.count,
        load: () => puts[i]!.then(() => this.load(block, ids[i]!, logging[i]!)),
      };
    });
    this.storing++;
    this.waitingBytes += bytes;
    const all = Promise.all([...puts, stretch]).then(() => {});
    const stored = all.then(
      () => this.hasStored(),
      (error: unknown) => {
        this.hasStored();
        this.options.onFailed(ids[0]!, error);
      },
    );
    const block: LoggedBlock = { timeMs: undefined, count, bytes, sources, ids, stored, stretch };
    this.unplanned.push(block);
    return all;
  }

  /** A part that came out of the log is there; another one is written to it, if blocks are logged. */
  private async logged(part: BlockPart): Promise<LoggedStretch | undefined> {
    const pending = part.logged ?? this.options.logPart(part);
    if (pending === undefined) return undefined;
    const found = await pending;
    const [first, last] = typeof found === 'number' ? [found, found] : found;
    return [first, last, part.count];
  }

  /** What was dropped from memory is read from the write-ahead log, where it is there (semantics §7.9, §11.12). */
  private async load(of: LoggedBlock, id: string, logging: Promise<LoggedStretch | undefined>): Promise<Block> {
    const block = await this.options.blocks.get(id);
    if (block !== undefined) return block;
    const stretch = await logging.catch(() => undefined);
    if (stretch !== undefined) return this.options.ofLog(stretch).load();
    const batch = of.timeMs === undefined ? '' : ` in batch ${of.timeMs} ms`;
    throw new DStreamsError(
      'BLOCK_NOT_FOUND',
      `Could not compute split, block ${id} not found${batch}: it was dropped from memory, and nothing else has what was received. ` +
        'Give the stream a storage level with disk (MEMORY_AND_DISK_SER_2), log what is received ' +
        '(spark.streaming.receiver.writeAheadLog.enable), or raise dstreams.memory.blockBytesMax.',
    );
  }

  /** Blocks that the log gives back: of a batch, or, without a time, of the next one. */
  restore(sources: readonly SourceBlock[], stretches: readonly LoggedStretch[], timeMs?: number): void {
    const blocks = sources.map((source, i): LoggedBlock => {
      const stretch = stretches[i]!;
      const stored = Promise.resolve();
      const pending = Promise.resolve(stretch);
      return { timeMs, count: stretch[2], bytes: 0, sources: [source], ids: [], stored, stretch: pending };
    });
    if (timeMs === undefined) {
      this.unplanned.push(...blocks);
      this.restored = stretches;
    } else this.planLogged(timeMs, blocks, stretches);
  }

  /** What the log gave back without a time belongs to this batch, and nothing that has come since. */
  planRestored(timeMs: number): void {
    const stretches = this.restored;
    this.restored = [];
    const blocks = this.unplanned.splice(0, stretches.length);
    for (const block of blocks) block.timeMs = timeMs;
    this.planLogged(timeMs, blocks, stretches);
  }

  private planLogged(timeMs: number, blocks: readonly LoggedBlock[], stretches: readonly LoggedStretch[]): void {
    const numRecords = stretches.reduce((sum, [, , count]) => sum + count, 0);
    this.batches.set(timeMs, { blocks, numRecords, bytes: 0, stretches });
  }

  /** What a planned batch is in the write-ahead log; undefined where nothing of it is. */
  stretchesOf(timeMs: number): readonly LoggedStretch[] | undefined {
    return this.batches.get(timeMs)?.stretches;
  }

  /** The oldest record of the log that a batch which is still there may be read from again. */
  oldestLogged(): number {
    let oldest = Number.POSITIVE_INFINITY;
    for (const { stretches = [] } of this.batches.values()) {
      for (const [first] of stretches) oldest = Math.min(oldest, first);
    }
    return oldest;
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
  plan(timeMs: number): void | Promise<void> {
    const blocks = this.unplanned;
    this.unplanned = [];
    this.restored = [];
    let numRecords = 0;
    let bytes = 0;
    for (const block of blocks) {
      block.timeMs = timeMs;
      numRecords += block.count;
      bytes += block.bytes;
    }
    const batch: Batch = { blocks, numRecords, bytes, stretches: undefined };
    this.batches.set(timeMs, batch);
    if (!this.options.waitsForLog()) return undefined;
    return this.keepLogged(batch);
  }

  /**
   * A block that could not be logged belongs to no batch: nobody was told that it is safe, and the batch would be another one
   * after a restart. Rejects with the first error then.
   */
  private async keepLogged(batch: Batch): Promise<void> {
    const settled = await Promise.allSettled(batch.blocks.map(({ stretch }) => stretch));
    const stretches: LoggedStretch[] = [];
    const kept: LoggedBlock[] = [];
    for (const [i, result] of settled.entries()) {
      const block = batch.blocks[i]!;
      if (result.status === 'rejected') {
        batch.numRecords -= block.count;
        if (batch.bytes > 0) {
          batch.bytes -= block.bytes;
          this.waitingBytes -= block.bytes;
        }
        void this.drop(block);
        continue;
      }
      kept.push(block);
      if (result.value !== undefined) stretches.push(result.value);
    }
    batch.blocks = kept;
    batch.stretches = stretches;
    const failed = settled.find((result) => result.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
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
    this.restored = [];
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

/** The stretch that all parts of a block are, those left out that are not logged. */
async function inOne(logging: readonly Promise<LoggedStretch | undefined>[]): Promise<LoggedStretch | undefined> {
  // They are waited for one by one, and may all fail at once.
  for (const pending of logging) pending.catch(() => {});
  let all: LoggedStretch | undefined;
  for (const pending of logging) {
    const part = await pending;
    if (part === undefined) continue;
    const [first, last, count] = part;
    all = all === undefined ? part : [Math.min(all[0], first), Math.max(all[1], last), all[2] + count];
  }
  return all;
}
