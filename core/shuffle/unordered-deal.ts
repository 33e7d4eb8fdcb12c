import type { Codec } from '../data/index.ts';

/** About so many records lie in a group, which is sorted by itself. */
const GROUP_RECORDS = 8;
/** Between two looks whether others wait. */
const STRETCH = 8192;
const HALF_BITS = 21;
const HASHES = 2 ** 53;

/**
 * Deals records out in turn that come in another order when they are made again, as those of a state may: it lists its keys as they
 * came about. Where a thread dies when some have read what it dealt out, the others must be dealt the rest of the same hand, so
 * the order is one of the records' bytes. Equal records may stand for each other.
 */
export class UnorderedDeal {
  private readonly records: unknown[] = [];
  private readonly hashes: number[] = [];

  constructor(
    private readonly n: number,
    private readonly mapPartition: number,
    private readonly codec: Codec,
  ) {}

  /** Throws `RECORD_NOT_SERIALIZABLE`. */
  accept(records: readonly unknown[]): void {
    for (let i = 0; i < records.length; i++) {
      this.hashes.push(hashOfBytes(this.codec.encodeValue(records[i])));
      this.records.push(records[i]);
    }
  }

  /** The buckets. `pause` is waited for now and then. */
  async dealOut(pause: () => Promise<void> | undefined): Promise<unknown[][]> {
    const { n, records, hashes } = this;
    const groups = 2 ** Math.ceil(Math.log2(Math.max(1, hashes.length / GROUP_RECORDS)));
    const width = HASHES / groups;
    /** Of each group, where it begins; and once its places are taken, where it ends. */
    const at = new Uint32Array(groups + 1);
    await inStretches(hashes.length, pause, (i) => at[Math.floor(hashes[i]! / width) + 1]!++);
    for (let group = 0; group < groups; group++) at[group + 1]! += at[group]!;
    /** Which record comes at each place. */
    const order = new Uint32Array(hashes.length);
    await inStretches(hashes.length, pause, (i) => {
      order[at[Math.floor(hashes[i]! / width)]!++] = i;
    });
    const buckets: unknown[][] = Array.from({ length: n }, () => []);
    let next = this.mapPartition % n;
    let from = 0;
    await inStretches(groups, pause, (group) => {
      const to = at[group]!;
      sortByHash(order, hashes, from, to);
      for (; from < to; from++) {
        buckets[next]!.push(records[order[from]!]);
        next = next + 1 === n ? 0 : next + 1;
      }
    });
    return buckets;
  }
}

async function inStretches(
  count: number,
  pause: () => Promise<void> | undefined,
  each: (i: number) => void,
): Promise<void> {
  for (let i = 0; i < count; ) {
    for (const end = Math.min(count, i + STRETCH); i < end; i++) each(i);
    const waits = pause();
    if (waits !== undefined) await waits;
  }
}

/** By insertion: a group is short. */
function sortByHash(order: Uint32Array, hashes: readonly number[], from: number, to: number): void {
  for (let i = from + 1; i < to; i++) {
    const one = order[i]!;
    let at = i;
    for (; at > from && hashes[order[at - 1]!]! > hashes[one]!; at--) order[at] = order[at - 1]!;
    order[at] = one;
  }
}

/** 53 bits, so that two records with one hash are not to be expected. */
function hashOfBytes(bytes: Uint8Array): number {
  let high = 0x811c9dc5;
  let low = bytes.length;
  for (let i = 0; i < bytes.length; i++) {
    high = Math.imul(high ^ bytes[i]!, 0x01000193);
    low = Math.imul(low + bytes[i]!, 0x85ebca6b);
    low ^= low >>> 13;
  }
  return (high >>> 0) * 2 ** HALF_BITS + (low >>> (32 - HALF_BITS));
}
