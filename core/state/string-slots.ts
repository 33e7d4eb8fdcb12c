/** At the beginning; a power of two, as is every capacity. */
const CAPACITY_MIN = 256;

/** A key that finds no place this near to where it belongs goes elsewhere: whoever makes keys collide on purpose gains little. */
const PROBES_MAX = 64;

/**
 * From text to slot: open addressing in one typed array, a hash and a slot + 1 in turn. Beside a `Map` of a million keys it
 * takes a quarter of the memory, none of it is the garbage collector's to look through, and it grows without looking at
 * the keys. Never forgets a key.
 */
export class StringSlots {
  private table = new Int32Array(2 * CAPACITY_MIN);
  private mask = CAPACITY_MIN - 1;
  private count = 0;
  /** Keys that found no place. */
  private readonly crowded = new Map<unknown, number>();

  /** `keys`: by slot; the owner appends to it before it adds. */
  constructor(private readonly keys: readonly unknown[]) {}

  /** The slot, or -1. */
  find(key: string): number {
    const { table, mask, keys } = this;
    const hash = hashOfText(key);
    let at = hash & mask;
    for (let i = 0; i < PROBES_MAX; i++) {
      const slot = table[2 * at + 1]! - 1;
      if (slot < 0) break;
      if (table[2 * at] === hash && keys[slot] === key) return slot;
      at = (at + 1) & mask;
    }
    return this.crowded.size === 0 ? -1 : (this.crowded.get(key) ?? -1);
  }

  /**
   * Slots of many keys at once, or -1. In passes, each of loads that do not wait for one another: with a million keys
   * nearly every one misses the processor's caches, and one key after the other costs three times as much.
   */
  findAll(wanted: readonly unknown[], slots: Int32Array): void {
    const { table, mask, keys } = this;
    const n = wanted.length;
    for (let i = 0; i < n; i++) {
      const key = wanted[i];
      slots[i] = typeof key === 'string' ? hashOfText(key) : 0;
    }
    // Most keys stand where they belong. Slot 0 where not: the key there is another, or the one that is wanted.
    for (let i = 0; i < n; i++) {
      const hash = slots[i]!;
      const at = 2 * (hash & mask);
      const entry = table[at + 1]!;
      slots[i] = table[at] === hash && entry > 0 ? entry - 1 : 0;
    }
    const found = new Array<unknown>(n);
    for (let i = 0; i < n; i++) found[i] = keys[slots[i]!];
    for (let i = 0; i < n; i++) {
      const key = wanted[i];
      if (typeof key !== 'string') slots[i] = -1;
      else if (found[i] !== key) slots[i] = this.find(key);
    }
  }

  /** Takes a key that `find` does not know. */
  add(key: string, slot: number): void {
    if (2 * (this.count + 1) > this.mask) this.grow();
    if (!this.put(hashOfText(key), slot)) this.crowded.set(key, slot);
  }

  private put(hash: number, slot: number): boolean {
    const { table, mask } = this;
    let at = hash & mask;
    for (let i = 0; i < PROBES_MAX; i++) {
      if (table[2 * at + 1] === 0) {
        table[2 * at] = hash;
        table[2 * at + 1] = slot + 1;
        this.count++;
        return true;
      }
      at = (at + 1) & mask;
    }
    return false;
  }

  private grow(): void {
    const old = this.table;
    this.table = new Int32Array(2 * old.length);
    this.mask = old.length - 1;
    this.count = 0;
    for (let i = 0; i < old.length; i += 2) {
      const slot = old[i + 1]! - 1;
      if (slot >= 0 && !this.put(old[i]!, slot)) this.crowded.set(this.keys[slot], slot);
    }
  }
}

/** FNV over UTF-16 units, mixed so that the low bits depend on all of them. */
export function hashOfText(key: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < key.length; i++) hash = Math.imul(hash ^ key.charCodeAt(i), 0x01000193);
  return hash ^ (hash >>> 15);
}
