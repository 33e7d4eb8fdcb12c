import { KeyTable, Optional, type PairDialect } from '../data/index.ts';
import type { CogroupEmit } from '../rdd/index.ts';
import { ACCESS } from '../stage/compile.ts';

/** A side that has no value of a key. */
const NONE: unique symbol = Symbol('none');

/** The values of one key. Most keys have one a side, or none: these need no list. */
interface Match {
  left: unknown;
  moreLeft: unknown[] | undefined;
  right: unknown;
  moreRight: unknown[] | undefined;
}

type Emit = Exclude<CogroupEmit, 'cogroup'>;

/** Joins two sides by key, left side first: keys in order of first appearance, values in the order of their records. */
export class Joiner {
  private readonly table = new KeyTable<Match>();

  constructor(
    private readonly dialect: PairDialect,
    private readonly emit: Emit,
  ) {}

  /** Takes pairs `from` up to `to` of side `i`; sides come in order. */
  accept(i: number, records: readonly unknown[], from: number, to: number): void {
    const access = ACCESS[this.dialect];
    for (let j = from; j < to; j++) {
      const pair = records[j];
      access.check(pair);
      if (i === 0) this.left(access.key(pair), access.value(pair));
      else this.right(access.key(pair), access.value(pair));
    }
  }

  /** The same of keys and values in turn, as shuffles keep them; `from` and `to` count pairs. */
  acceptColumns(i: number, columns: readonly unknown[], from: number, to: number): void {
    if (i === 0) for (let j = 2 * from; j < 2 * to; j += 2) this.left(columns[j], columns[j + 1]);
    else for (let j = 2 * from; j < 2 * to; j += 2) this.right(columns[j], columns[j + 1]);
  }

  private left(key: unknown, value: unknown): void {
    const { table } = this;
    const cell = typeof key === 'string' ? table.direct.get(key) : table.find(key);
    if (cell === undefined) table.add(key, { left: value, moreLeft: undefined, right: NONE, moreRight: undefined });
    else if (cell.v.moreLeft === undefined) cell.v.moreLeft = [value];
    else cell.v.moreLeft.push(value);
  }

  private right(key: unknown, value: unknown): void {
    const { table, emit } = this;
    const cell = typeof key === 'string' ? table.direct.get(key) : table.find(key);
    if (cell === undefined) {
      // A key that the left side does not have takes part in two of them only: else nothing is kept for it.
      if (emit !== 'rightOuterJoin' && emit !== 'fullOuterJoin') return;
      table.add(key, { left: NONE, moreLeft: undefined, right: value, moreRight: undefined });
      return;
    }
    const match = cell.v;
    if (match.right === NONE) match.right = value;
    else if (match.moreRight === undefined) match.moreRight = [value];
    else match.moreRight.push(value);
  }

  get keyCount(): number {
    return this.table.cells.length;
  }

  /** The records of keys `from` up to `to`. */
  records(from: number, to: number): unknown[] {
    const { make } = ACCESS[this.dialect];
    const out: unknown[] = [];
    const { cells } = this.table;
    for (let c = from; c < to; c++) {
      const { k, v } = cells[c]!;
      if (this.emit === 'subtractByKey') {
        if (v.right !== NONE) continue;
        out.push(make(k, v.left));
        if (v.moreLeft !== undefined) for (const x of v.moreLeft) out.push(make(k, x));
      } else if (v.moreLeft === undefined && v.moreRight === undefined) this.join(k, v.left, v.right, out);
      else {
        const lefts = v.moreLeft === undefined ? [v.left] : [v.left, ...v.moreLeft];
        const rights = v.moreRight === undefined ? [v.right] : [v.right, ...v.moreRight];
        for (const x of lefts) for (const y of rights) this.join(k, x, y, out);
      }
    }
    return out;
  }

  private join(key: unknown, left: unknown, right: unknown, out: unknown[]): void {
    const { emit, dialect } = this;
    const { make } = ACCESS[dialect];
    if (emit === 'join') {
      if (right !== NONE) out.push(make(key, make(left, right)));
      return;
    }
    const isLeftOptional = emit !== 'leftOuterJoin';
    const isRightOptional = emit !== 'rightOuterJoin';
    if ((left === NONE && !isLeftOptional) || (right === NONE && !isRightOptional)) return;
    const optional = OPTIONAL[dialect];
    out.push(make(key, make(isLeftOptional ? optional(left) : left, isRightOptional ? optional(right) : right)));
  }
}

/** One side of an outer join that may be missing: Optional on the Java surface, the value or undefined on the fluent one. */
const OPTIONAL: Readonly<Record<PairDialect, (value: unknown) => unknown>> = {
  array: (value) => (value === NONE ? undefined : value),
  tuple: (value) => (value === NONE ? Optional.empty() : Optional.ofNullable(value)),
};
