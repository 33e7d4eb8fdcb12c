import { KeyTable, type PairDialect, Tuple2, Tuple3, Tuple4 } from '../data/index.ts';
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
  ) {}

  /** Takes pairs `from` up to `to` of side `i`; sides come in order. */
  accept(i: number, records: readonly unknown[], from: number, to: number): void {
    const access = ACCESS[this.dialect];
    for (let j = from; j < to; j++) {
      const pair = records[j];
      access.check(pair);
      this.put(i, access.key(pair), access.value(pair));
    }
  }

  /** The same of keys and values in turn, as shuffles keep them; `from` and `to` count pairs. */
  acceptColumns(i: number, columns: readonly unknown[], from: number, to: number): void {
    for (let j = 2 * from; j < 2 * to; j += 2) this.put(i, columns[j], columns[j + 1]);
  }

  private put(i: number, key: unknown, value: unknown): void {
    const { table } = this;
    let cell = typeof key === 'string' ? table.direct.get(key) : table.find(key);
    cell ??= table.add(
      key,
      this.sides === 2 ? [undefined, undefined] : new Array<unknown[] | undefined>(this.sides).fill(undefined),
    );
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
    for (let c = from; c < to; c++) out.push(make(cells[c]!.k, this.groups(cells[c]!.v)));
    return out;
  }

  /** One list a side: a pair of lists, or a tuple of three or four. */
  private groups(sides: Sides): unknown {
    const { dialect } = this;
    const lists = sides.map((values) => {
      if (values === undefined || dialect === 'tuple') return listOf[dialect](values);
      return values;
    });
    if (dialect === 'array') return lists;
    const [a, b, c, d] = lists;
    if (lists.length === 2) return new Tuple2(a, b);
    return lists.length === 3 ? new Tuple3(a, b, c) : new Tuple4(a, b, c, d);
  }
}
