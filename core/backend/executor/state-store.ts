import type { Codec } from '../../data/index.ts';
import { StateVersion } from '../../state/index.ts';

/** The versions of state that an executor holds, by data set and partition. */
export class StateStore {
  private readonly versions = new Map<number, Map<number, StateVersion>>();

  has(rddId: number, partition: number): boolean {
    return this.versions.get(rddId)?.has(partition) ?? false;
  }

  get(rddId: number, partition: number): StateVersion | undefined {
    return this.versions.get(rddId)?.get(partition);
  }

  put(rddId: number, partition: number, version: StateVersion): void {
    const partitions = this.versions.get(rddId) ?? new Map<number, StateVersion>();
    this.versions.set(rddId, partitions.set(partition, version));
  }

  drop(rddId: number, partition: number): void {
    this.versions.get(rddId)?.delete(partition);
  }

  release(rddId: number): void {
    this.versions.delete(rddId);
  }

  clear(): void {
    this.versions.clear();
  }

  get size(): number {
    return this.versions.size;
  }
}

/** A version as bytes: keys, values and times in turn, and what its step emitted. */
export function packVersion(version: StateVersion, codec: Codec): Uint8Array {
  const columns: unknown[] = [];
  version.forEach((key, value, slot) => void columns.push(key, value, version.touched.get(slot)));
  return codec.encodeValue([columns, version.emitted]);
}

export function unpackVersion(bytes: Uint8Array, codec: Codec): StateVersion {
  const [columns, emitted] = codec.decodeValue(bytes) as [unknown[], unknown[]];
  const version = StateVersion.empty();
  for (let i = 0; i < columns.length; i += 3) version.put(columns[i], columns[i + 1], columns[i + 2] as number);
  for (const x of emitted) version.emitted.push(x);
  return version;
}
