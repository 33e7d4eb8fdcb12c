import { GroupTable, hashOf, type PairDialect } from '../data/index.ts';
import { DStreamsError } from '../errors.ts';
import { type Partitioning, rangeOf } from '../rdd/index.ts';
import { ACCESS, type Table } from '../stage/compile.ts';
import { emptyBucket } from './map-outputs.ts';

/** Which reduce partition a key goes to. */
export function targetOf(partitioning: Partitioning): (key: unknown) => number {
  const { n } = partitioning;
  if (n === 1) return () => 0;
  if (partitioning.kind === 'hash') {
    return (key) => {
      const r = hashOf(key) % n;
      return r < 0 ? r + n : r;
    };
  }
  if (partitioning.kind === 'by') {
    const { fn } = partitioning.fn;
    return (key) => {
      const r = fn(key) as number;
      if (Number.isInteger(r) && r >= 0 && r < n) return r;
      throw new DStreamsError(
        'PARTITIONS_INVALID',
        `The partitioner gave ${String(r)} for a key; it must give a whole number from 0 to ${n - 1}.`,
      );
    };
  }
  if (partitioning.kind === 'range') return rangeOf(partitioning);
  throw new RangeError('round robin has no key');
}

/** What a map-side table has combined, by reduce partition, in order of first appearance. */
export function writeTable(table: Table, partitioning: Partitioning): unknown[][] {
  const isOne = partitioning.n === 1;
  if (table instanceof GroupTable) return isOne ? [table.columns] : dealt(table.columns, partitioning);
  const { cells } = table;
  if (isOne) {
    const all = new Array<unknown>(cells.length * 2);
    for (let i = 0; i < cells.length; i++) {
      const c = cells[i]!;
      all[2 * i] = c.k;
      all[2 * i + 1] = c.v;
    }
    return [all];
  }
  const target = targetOf(partitioning);
  const buckets = emptyBuckets(partitioning.n);
  for (let i = 0; i < cells.length; i++) {
    const c = cells[i]!;
    buckets[target(c.k)]!.push(c.k, c.v);
  }
  return buckets;
}

/** Keys and values in turn, by reduce partition. */
function dealt(columns: readonly unknown[], partitioning: Partitioning): unknown[][] {
  const target = targetOf(partitioning);
  const buckets = emptyBuckets(partitioning.n);
  for (let i = 0; i < columns.length; i += 2) buckets[target(columns[i])]!.push(columns[i], columns[i + 1]);
  return buckets;
}

const emptyBuckets = (n: number): unknown[][] => Array.from({ length: n }, () => []);

/** Takes records as they come and puts each into its bucket: shuffles without map-side combining. */
export class BucketWriter {
  readonly buckets: unknown[][];
  private readonly target: ((key: unknown) => number) | undefined;
  private readonly n: number;
  private next: number;

  constructor(
    partitioning: Partitioning,
    private readonly dialect: PairDialect,
    mapPartition: number,
  ) {
    this.n = partitioning.n;
    this.buckets = emptyBuckets(this.n);
    this.target = partitioning.kind === 'roundRobin' ? undefined : targetOf(partitioning);
    // Each map partition begins elsewhere, so that many small ones do not all fill the first reduce partition.
    this.next = mapPartition % this.n;
  }

  accept(records: readonly unknown[]): void {
    const { buckets, target } = this;
    if (target === undefined) {
      for (let i = 0; i < records.length; i++) {
        buckets[this.next]!.push(records[i]);
        this.next = this.next + 1 === this.n ? 0 : this.next + 1;
      }
      return;
    }
    const access = ACCESS[this.dialect];
    for (let i = 0; i < records.length; i++) {
      const pair = records[i];
      access.check(pair);
      const k = access.key(pair);
      buckets[target(k)]!.push(k, access.value(pair));
    }
  }
}

export const noBuckets = (n: number) => Array.from({ length: n }, emptyBucket);
