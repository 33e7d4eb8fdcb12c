import { type Codec, GroupTable, KeyTable, type PairDialect } from '../../data/index.ts';
import type { Bucket, MapOutputs } from '../../shuffle/map-outputs.ts';
import { groupsToRecords, mergeGroups, mergeInto, pairsToRecords, tableToRecords } from '../../shuffle/reader.ts';
import type { Table } from '../../stage/compile.ts';
import type { ShuffleRead } from '../../stage/physical.ts';
import { LostInput } from './lost-input.ts';
import type { Slices, Target } from './targets.ts';

/** One map output's part; it is shared with all who read it again, unless it has just been made of bytes. */
interface Written {
  readonly values: readonly unknown[];
  readonly isShared: boolean;
}

/** What tasks read of the map outputs that their executor holds. */
export class ShuffleInputs {
  constructor(
    private readonly outputs: MapOutputs,
    private readonly codec: Codec,
    private readonly slices: () => Slices,
  ) {}

  /** Gives the records of a reduce partition to the target, combined as the shuffle says. */
  async feed(read: ShuffleRead, target: Target): Promise<void> {
    const { mode, dialect, label } = read;
    const written = this.written(read);
    const buckets = written.map(({ values }) => values);
    if (mode.kind === 'values') {
      for (const values of buckets) await target.accept(values, false);
      return;
    }
    if (mode.kind === 'group') return this.feedGroups(buckets, dialect, target);
    // A map output that is the only one has each key once.
    if (mode.kind === 'pairs' || (buckets.length === 1 && mode.mapSide)) {
      for (const pairs of buckets) await feedColumns(pairs, pairsToRecords, dialect, target, this.slices());
      return;
    }
    const table = new KeyTable();
    const merge = mergeInto(mode, label);
    for (const { values, isShared } of written)
      await this.slices().over(values.length >> 1, (from, to) => merge(values, from, to, table, isShared));
    await feedTable(table, dialect, target, this.slices());
  }

  /** The map outputs of a reduce partition, in order of map partition, without the empty ones. */
  buckets(read: ShuffleRead): (readonly unknown[])[] {
    return this.written(read).map(({ values }) => values);
  }

  private written(read: ShuffleRead): Written[] {
    const written: Written[] = [];
    for (let m = 0; m < read.maps; m++) {
      const bucket: Bucket | undefined = this.outputs.get(read.shuffleId, m, read.reduce);
      if (bucket === undefined) throw new LostInput({ kind: 'mapOutput', shuffleId: read.shuffleId, mapPartition: m });
      const isShared = !(bucket instanceof Uint8Array);
      const values = isShared ? bucket : this.codec.decodeBlock(bucket);
      if (values.length > 0) written.push({ values, isShared });
    }
    return written;
  }

  private async feedGroups(
    buckets: readonly (readonly unknown[])[],
    dialect: PairDialect,
    target: Target,
  ): Promise<void> {
    const [first] = buckets;
    if (first === undefined) return;
    if (buckets.length === 1) return feedColumns(first, groupsToRecords, dialect, target, this.slices());
    const table = new GroupTable();
    for (const groups of buckets)
      await this.slices().over(groups.length >> 1, (from, to) => mergeGroups(groups, from, to, table, dialect));
    return feedColumns(table.columns, pairsToRecords, dialect, target, this.slices());
  }
}

/** Gives what a kernel has combined to the target. */
export async function feedTable(table: Table, dialect: PairDialect, target: Target, slices: Slices): Promise<void> {
  if (table instanceof GroupTable) return feedColumns(table.columns, groupsToRecords, dialect, target, slices);
  await slices.over(table.cells.length, (from, to) => {
    if (!target.isFull?.()) return target.accept(tableToRecords(table, from, to, dialect), true);
  });
}

async function feedColumns(
  columns: readonly unknown[],
  records: typeof pairsToRecords,
  dialect: PairDialect,
  target: Target,
  slices: Slices,
): Promise<void> {
  await slices.over(columns.length >> 1, (from, to) => {
    if (!target.isFull?.()) return target.accept(records(columns, from, to, dialect), true);
  });
}
