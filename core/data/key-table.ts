import { copyOf } from './copy.ts';
import { equalKeys } from './equality.ts';
import { hashOf } from './hash.ts';

/** One key and what is combined under it. `v` changes in place: setting a map entry again per record costs a fifth of a word count. */
export interface Cell<V = unknown, K = unknown> {
  k: K;
  v: V;
  /** Whether `v` is the table's own. Until then others may have it, too: what combines changes it only after `ownValue`. */
  isOwn: boolean;
}

/** The value of a cell that a function is about to go on from, which it may change: a copy where it is not the table's own. */
export function ownValue<V>(cell: Cell<V>): V {
  if (!cell.isOwn) {
    cell.v = copyOf(cell.v) as V;
    cell.isOwn = true;
  }
  return cell.v;
}

/** True when `key` may be looked up in `direct`: any primitive but −0, which a Map takes for 0. */
export function isDirectKey(key: unknown): boolean {
  if (typeof key === 'object') return key === null;
  return typeof key !== 'function' && (key !== 0 || 1 / key > 0);
}

/** Cells of the keys that a Map cannot look up by value, by hash: one cell, or a list where hashes collide. */
class HashedCells<V, K> {
  readonly #entries = new Map<number, Cell<V, K> | Cell<V, K>[]>();

  find(key: K): Cell<V, K> | undefined {
    const entry = this.#entries.get(hashOf(key));
    if (entry === undefined) return undefined;
    if (!Array.isArray(entry)) return equalKeys(entry.k, key) ? entry : undefined;
    for (const cell of entry) if (equalKeys(cell.k, key)) return cell;
    return undefined;
  }

  add(cell: Cell<V, K>): void {
    const hash = hashOf(cell.k);
    const entry = this.#entries.get(hash);
    if (entry === undefined) this.#entries.set(hash, cell);
    else if (Array.isArray(entry)) entry.push(cell);
    else this.#entries.set(hash, [entry, cell]);
  }

  clear(): void {
    this.#entries.clear();
  }
}

/**
 * A hash table from keys, compared by value (`equalKeys`), to cells. Cells stand in order of first appearance and are never removed
 * singly. Generated code may probe `direct.get(key)` itself where `isDirectKey(key)`; `find` and `add` take every kind of key.
 */
export class KeyTable<V = unknown, K = unknown> {
  /** Order of first appearance. Readable by anyone, changed by `add` and `clear` only. */
  cells: Cell<V, K>[] = [];
  /** The cells whose key `isDirectKey`. */
  readonly direct = new Map<unknown, Cell<V, K>>();
  readonly #others = new HashedCells<V, K>();

  get size(): number {
    return this.cells.length;
  }

  find(key: K): Cell<V, K> | undefined {
    // typeof first: the string key is the hot one.
    if (typeof key === 'string' || isDirectKey(key)) return this.direct.get(key);
    return this.#others.find(key);
  }

  /** Appends a cell. The caller has seen `find(key)` return undefined, and does not change `key` afterwards. */
  add(key: K, value: V, isOwn = false): Cell<V, K> {
    const cell: Cell<V, K> = { k: key, v: value, isOwn };
    this.cells.push(cell);
    if (typeof key === 'string' || isDirectKey(key)) this.direct.set(key, cell);
    else this.#others.add(cell);
    return cell;
  }

  /** Empties the table. A list of cells taken before stays as it was. */
  clear(): void {
    this.cells = [];
    this.direct.clear();
    this.#others.clear();
  }
}

/**
 * The same from keys to the lists of their values. The lists stand in the map itself: a cell in between would be one more
 * place in memory to go to for each record, which is a third of what grouping takes.
 */
export class GroupTable {
  /** Keys and lists in turn, in order of first appearance: as a shuffle writes them. */
  readonly columns: unknown[] = [];
  /** The lists whose key `isDirectKey`. */
  readonly direct = new Map<unknown, unknown[]>();
  readonly #others = new HashedCells<unknown[], unknown>();

  find(key: unknown): unknown[] | undefined {
    if (typeof key === 'string' || isDirectKey(key)) return this.direct.get(key);
    return this.#others.find(key)?.v;
  }

  /** Takes the list as the key's own. The caller has seen `find(key)` return undefined, and does not change `key` afterwards. */
  add(key: unknown, list: unknown[]): void {
    this.columns.push(key, list);
    if (typeof key === 'string' || isDirectKey(key)) this.direct.set(key, list);
    else this.#others.add({ k: key, v: list, isOwn: true });
  }
}
