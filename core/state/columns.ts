/** Slots in a chunk: a version that changes a few slots copies a few chunks. */
export const CHUNK = 64;

/** No state: the slot's key has been removed, or never had any. */
export const ABSENT: unique symbol = Symbol('absent');

/**
 * A column of values by slot, in chunks that versions share. A new version copies the list of chunks, and a chunk when
 * it first writes to it; the version before stays as it was.
 */
export class Column {
  private readonly owned: Uint8Array;

  private constructor(
    readonly chunks: unknown[][],
    private readonly fill: unknown,
  ) {
    this.owned = new Uint8Array(chunks.length + 16);
  }

  static empty(fill: unknown): Column {
    return new Column([], fill);
  }

  /** The next version. */
  next(): Column {
    return new Column(this.chunks.slice(), this.fill);
  }

  /** Of slots from `index * CHUNK` on; undefined where nothing was ever set. */
  chunkAt(index: number): readonly unknown[] | undefined {
    return this.chunks[index];
  }

  get(slot: number): unknown {
    const chunk = this.chunks[slot >> 6];
    return chunk === undefined ? this.fill : chunk[slot & 63];
  }

  set(slot: number, value: unknown): void {
    this.writable(slot >> 6)[slot & 63] = value;
  }

  /** A chunk of this version's own. */
  writable(index: number): unknown[] {
    const { chunks } = this;
    while (chunks.length <= index) {
      this.markOwned(chunks.length);
      chunks.push(new Array<unknown>(CHUNK).fill(this.fill));
    }
    if (!this.isOwned(index)) {
      chunks[index] = chunks[index]!.slice();
      this.markOwned(index);
    }
    return chunks[index]!;
  }

  private readonly late = new Set<number>();

  private isOwned(index: number): boolean {
    return index < this.owned.length ? this.owned[index] === 1 : this.late.has(index);
  }

  private markOwned(index: number): void {
    if (index < this.owned.length) this.owned[index] = 1;
    else this.late.add(index);
  }
}
