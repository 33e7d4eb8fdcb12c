import { type Block, blockBytes, blockCount, type Codec, packBlock, type StorageLevel } from '../data/index.ts';

/** Where blocks go that do not fit into memory. Names are unique; a missing name is an error. */
export interface SpillDisk {
  write(name: string, bytes: Uint8Array): Promise<void>;
  read(name: string): Promise<Uint8Array>;
  remove(name: string): Promise<void>;
}

/** A block that is held by a store, perhaps on disk: a source partition names it, the backend loads it. */
export interface StoredBlock {
  readonly kind: 'stored';
  readonly count: number;
  /** Rejects with BLOCK_NOT_FOUND when it was dropped from memory and is nowhere else. */
  load(): Promise<Block>;
}

export type SourceBlock = Block | StoredBlock;

interface Entry {
  readonly level: StorageLevel;
  readonly bytes: number;
  block: Block | undefined;
  file: { readonly name: string; readonly kind: 'packed' | 'text'; readonly count: number } | undefined;
}

export interface BlockStoreOptions {
  /** Bytes of blocks kept in memory. Above it the least recently used goes: to disk, or away (by its level). */
  readonly memoryBytesMax: number;
  readonly disk: SpillDisk;
  readonly codec: Codec;
  /** Called when a block is gone for good, so that the driver stops counting on it. */
  readonly onDropped?: (id: string) => void;
}

/**
 * Blocks by id, at their storage level: deserialized levels keep the values, `_SER` keeps bytes, `DISK` spills.
 * The number of copies is the backend's affair.
 */
export class BlockStore {
  /** In order of use: the first is the least recently used. */
  private readonly entries = new Map<string, Entry>();
  private memory = 0;
  private spills = 0;

  constructor(private readonly options: BlockStoreOptions) {}

  has(id: string): boolean {
    return this.entries.has(id);
  }

  get memoryBytes(): number {
    return this.memory;
  }

  get size(): number {
    return this.entries.size;
  }

  /** Keeps a block. Resolves when it lies where its level wants it and memory is within bounds again. */
  async put(id: string, block: Block, level: StorageLevel): Promise<void> {
    await this.remove(id);
    const isBytes = block.kind !== 'values';
    const kept = level.deserialized() || isBytes ? block : packBlock(block.values, this.options.codec);
    const entry: Entry = { level, bytes: blockBytes(kept), block: kept, file: undefined };
    if (!level.useMemory()) {
      await this.spill(entry);
      this.entries.set(id, entry);
      return;
    }
    this.entries.set(id, entry);
    this.memory += entry.bytes;
    if (this.memory > this.options.memoryBytesMax) await this.shrink(id);
  }

  /** The block, or undefined where it never was or was dropped. */
  async get(id: string): Promise<Block | undefined> {
    const entry = this.entries.get(id);
    if (entry === undefined) return undefined;
    this.entries.delete(id);
    this.entries.set(id, entry);
    if (entry.block !== undefined) return entry.block;
    const { name, kind, count } = entry.file!;
    return { kind, bytes: await this.options.disk.read(name), count };
  }

  async remove(id: string): Promise<void> {
    const entry = this.entries.get(id);
    if (entry === undefined) return;
    this.entries.delete(id);
    if (entry.block !== undefined && entry.level.useMemory()) this.memory -= entry.bytes;
    if (entry.file !== undefined) await this.options.disk.remove(entry.file.name);
  }

  /** Removes every block whose id begins with `prefix`. */
  async removePrefix(prefix: string): Promise<void> {
    for (const id of [...this.entries.keys()]) if (id.startsWith(prefix)) await this.remove(id);
  }

  async clear(): Promise<void> {
    for (const id of [...this.entries.keys()]) await this.remove(id);
  }

  /** Makes room, least recently used first; `newest` goes last, as it was only just wanted. */
  private async shrink(newest: string): Promise<void> {
    for (const [id, entry] of [...this.entries]) {
      if (this.memory <= this.options.memoryBytesMax) return;
      if (id !== newest) await this.evict(id, entry);
    }
    const entry = this.entries.get(newest);
    if (entry !== undefined && this.memory > this.options.memoryBytesMax) await this.evict(newest, entry);
  }

  private async evict(id: string, entry: Entry): Promise<void> {
    if (entry.block === undefined || !entry.level.useMemory() || this.entries.get(id) !== entry) return;
    this.memory -= entry.bytes;
    if (entry.level.useDisk()) {
      await this.spill(entry);
      return;
    }
    this.entries.delete(id);
    this.options.onDropped?.(id);
  }

  private async spill(entry: Entry): Promise<void> {
    const block = entry.block!;
    const packed = block.kind === 'values' ? packBlock(block.values, this.options.codec) : block;
    if (packed.kind === 'values') throw new TypeError('a packed block has bytes');
    const name = `block-${this.spills++}`;
    await this.options.disk.write(name, packed.bytes);
    entry.file = { name, kind: packed.kind, count: blockCount(packed) };
    entry.block = undefined;
  }
}
