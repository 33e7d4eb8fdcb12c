import { KeyTable, Optional, type PairDialect, Tuple2, Tuple3, Tuple4 } from '../data/index.ts';
import type { CogroupEmit } from '../rdd/index.ts';
import { ACCESS } from '../stage/compile.ts';
import { listOf } from '../stage/support.ts';

/** The values of one key, by side. A side without any has undefined, so that most keys cost one list a side. */
type Sides = (unknown[] | undefined)[];

/**
 * Groups the records of several sides by key, in one pass a side: keys stand in order of first appearance, values in the
 * order of their records.
 */
export class Cogrouper {
  private readonly table = new KeyTable<Sides>();

  constructor(
    private readonly sides: number,
    private readonly dialect: PairDialect,
    private readonly emit: CogroupEmit,
  ) {}

  /** Takes pairs of side `i`; sides come in order. */
  accept(i: number, records: readonly unknown[]): void {
    const access = ACCESS[this.dialect];
    for (let j = 0; j < records.length; j++) {
      const pair = records[j];
      access.check(pair);
      this.put(i, access.key(pair), access.value(pair));
    }
  }

  /** The same of keys and values in turn, as shuffles keep them. */
  acceptColumns(i: number, columns: readonly unknown[]): void {
    for (let j = 0; j < columns.length; j += 2) this.put(i, columns[j], columns[j + 1]);
  }

  private put(i: number, key: unknown, value: unknown): void {
    const { table } = this;
    let cell = typeof key === 'string' ? table.direct.get(key) : table.find(key);
    if (cell === undefined) {
      // A key that the left side does not have takes no part in these: nothing is kept for it.
      if (i > 0 && (this.emit === 'join' || this.emit === 'leftOuterJoin' || this.emit === 'subtractByKey')) return;
      cell = table.add(
        key,
        this.sides === 2 ? [undefined, undefined] : new Array<unknown[] | undefined>(this.sides).fill(undefined),
      );
    }
    const sides = cell.v;
    const values = sides[i];
    if (values === undefined) sides[i] = [value];
    else values.push(value);
  }

  get keyCount(): number {
    return this.table.cells.length;
  }

  /** The records of keys `from` up to `to`. */
  records(from: number, to: number): unknown[] {
    const { make } = ACCESS[this.dialect];
    const out: unknown[] = [];
    const { cells } = this.table;
    const join = JOINS[this.dialect];
    for (let c = from; c < to; c++) {
      const { k, v } = cells[c]!;
      const [left, right] = v;
      switch (this.emit) {
        case 'cogroup':
          out.push(make(k, this.groups(v)));
          break;
        case 'subtractByKey':
          if (right === undefined) for (const x of left!) out.push(make(k, x));
          break;
        case 'join':
          if (right === undefined) break;
          for (let i = 0; i < left!.length; i++) {
            for (let j = 0; j < right.length; j++) out.push(make(k, make(left![i], right[j])));
          }
          break;
        default: {
          const leftMay = this.emit !== 'leftOuterJoin';
          const rightMay = this.emit !== 'rightOuterJoin';
          if ((left === undefined && !leftMay) || (right === undefined && !rightMay)) break;
          for (const x of left ?? NONE) {
            for (const y of right ?? NONE) {
              out.push(make(k, make(leftMay ? join(left, x) : x, rightMay ? join(right, y) : y)));
            }
          }
        }
      }
    }
    return out;
  }

  /** One list a side: a pair of lists, or a tuple of three or four. */
  private groups(sides: Sides): unknown {
    const { dialect } = this;
    const lists = sides.map((values) => {
      if (values === undefined) return listOf[dialect]();
      if (dialect === 'array') return values;
      const list = listOf.tuple();
      for (const x of values) list.push(x);
      return list;
    });
    if (dialect === 'array') return lists;
    const [a, b, c, d] = lists;
    if (lists.length === 2) return new Tuple2(a, b);
    return lists.length === 3 ? new Tuple3(a, b, c) : new Tuple4(a, b, c, d);
  }
}

/** One side of an outer join that may be missing: Optional on the Java surface, the value or undefined on the fluent one. */
const JOINS: Readonly<Record<PairDialect, (side: unknown[] | undefined, value: unknown) => unknown>> = {
  array: (side, value) => (side === undefined ? undefined : value),
  tuple: (side, value) => (side === undefined ? Optional.empty() : Optional.ofNullable(value)),
};
const NONE: readonly unknown[] = [undefined];
