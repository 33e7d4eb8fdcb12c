/**
 * What one map partition wrote for one reduce partition. With a key: keys and values in turn, `[k1, v1, k2, v2 …]`
 * (no object per pair, and a shape that packs well); for `values`: the records. Bytes where it came from elsewhere.
 */
export type Bucket = readonly unknown[] | Uint8Array;

const EMPTY: Bucket = [];

/** The map outputs that an executor holds. Read any number of times: a reader never changes a bucket. */
export class MapOutputs {
  private readonly shuffles = new Map<number, Map<number, (Bucket | undefined)[]>>();

  put(shuffleId: number, mapPartition: number, buckets: readonly (Bucket | undefined)[]): void {
    let maps = this.shuffles.get(shuffleId);
    if (maps === undefined) {
      maps = new Map();
      this.shuffles.set(shuffleId, maps);
    }
    maps.set(mapPartition, [...buckets]);
  }

  /** Adds one bucket of a map output that was written elsewhere. */
  putBucket(shuffleId: number, mapPartition: number, reduce: number, bucket: Bucket): void {
    let maps = this.shuffles.get(shuffleId);
    if (maps === undefined) {
      maps = new Map();
      this.shuffles.set(shuffleId, maps);
    }
    let buckets = maps.get(mapPartition);
    if (buckets === undefined) {
      buckets = [];
      maps.set(mapPartition, buckets);
    }
    buckets[reduce] = bucket;
  }

  has(shuffleId: number, mapPartition: number): boolean {
    return this.shuffles.get(shuffleId)?.has(mapPartition) ?? false;
  }

  /** undefined: that map output is not here, or not this bucket of it. */
  get(shuffleId: number, mapPartition: number, reduce: number): Bucket | undefined {
    const buckets = this.shuffles.get(shuffleId)?.get(mapPartition);
    return buckets === undefined ? undefined : buckets[reduce];
  }

  release(shuffleId: number): void {
    this.shuffles.delete(shuffleId);
  }

  get size(): number {
    return this.shuffles.size;
  }

  clear(): void {
    this.shuffles.clear();
  }
}

export const emptyBucket = (): Bucket => EMPTY;
