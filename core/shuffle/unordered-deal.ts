import type { Codec } from '../data/index.ts';

/** A list is sorted in one go, so that there are many short ones. */
const GROUPS = 256;
const HALF_BITS = 21;

interface Hashed {
  readonly hash: number;
  readonly record: unknown;
}

/**
 * Deals records out in turn that come in another order when they are made again, as those of a state may: it lists its keys as they
 * came about. Where a thread dies when some have read what it dealt out, the others must be dealt the rest of the same hand, so
 * the order is one of the records' bytes. Equal records may stand for each other.
 */
export class UnorderedDeal {
  private readonly groups: Hashed[][] = Array.from({ length: GROUPS }, () => []);

  constructor(
    private readonly n: number,
    private readonly mapPartition: number,
    private readonly codec: Codec,
  ) {}

  /** Throws `RECORD_NOT_SERIALIZABLE`. */
  accept(records: readonly unknown[]): void {
    for (let i = 0; i < records.length; i++) {
      const hash = hashOfBytes(this.codec.encodeValue(records[i]));
      this.groups[hash % GROUPS]!.push({ hash, record: records[i] });
    }
  }

  /** The buckets. `pause` is waited for now and then. */
  async dealOut(pause: () => Promise<void> | undefined): Promise<unknown[][]> {
    const { n, groups } = this;
    const buckets: unknown[][] = Array.from({ length: n }, () => []);
    let next = this.mapPartition % n;
    for (const group of groups) {
      group.sort((a, b) => a.hash - b.hash);
      for (const { record } of group) {
        buckets[next]!.push(record);
        next = next + 1 === n ? 0 : next + 1;
      }
      const waits = pause();
      if (waits !== undefined) await waits;
    }
    return buckets;
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
