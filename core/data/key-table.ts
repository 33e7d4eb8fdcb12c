import { equalKeys } from './equality.ts';
import { hashOf } from './hash.ts';

/** One key and what is combined under it. `v` changes in place: setting a map entry again per record costs a fifth of a word count. */
export interface Cell<V = unknown, K = unknown> {
  k: K;
  v: V;
}

/** True when `key` may be looked up in `direct`: any primitive but −0, which a Map takes for 0. */
export function isDirectKey(key: unknown): boolean {
  if (typeof key === 'object') return key === null;
  return typeof key !== 'function' && (key !== 0 || 1 / key > 0);
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
  /** The others, by hash: one cell, or a list where hashes collide. */
  readonly #structured = new Map<number, Cell<V, K> | Cell<V, K>[]>();

  get size(): number {
    return this.cells.length;
  }

  find(key: K): Cell<V, K> | undefined {
    // typeof first: the string key is the hot one.
    if (typeof key === 'string' || isDirectKey(key)) return this.direct.get(key);
    const entry = this.#structured.get(hashOf(key));
    if (entry === undefined) return undefined;
    if (!Array.isArray(entry)) return equalKeys(entry.k, key) ? entry : undefined;
    for (const cell of entry) if (equalKeys(cell.k, key)) return cell;
    return undefined;
  }

  /** Appends a cell. The caller has seen `find(key)` return undefined, and does not change `key` afterwards. */
  add(key: K, value: V): Cell<V, K> {
    const cell: Cell<V, K> = { k: key, v: value };
    this.cells.push(cell);
    if (typeof key === 'string' || isDirectKey(key)) {
      this.direct.set(key, cell);
      return cell;
    }
    const hash = hashOf(key);
    const entry = this.#structured.get(hash);
    if (entry === undefined) this.#structured.set(hash, cell);
    else if (Array.isArray(entry)) entry.push(cell);
    else this.#structured.set(hash, [entry, cell]);
    return cell;
  }

  /** Empties the table. A list of cells taken before stays as it was. */
  clear(): void {
    this.cells = [];
    this.direct.clear();
    this.#structured.clear();
  }
}
