import { describeValue, hashOf } from '../data/index.ts';
import { DStreamsError } from '../errors.ts';

/** Says which partition of a shuffle a key belongs to. Equal partitioners let joins and windows skip a shuffle. */
export abstract class Partitioner {
  /** How many partitions there are, the same at every call. */
  abstract numPartitions(): number;
  /** Must answer an integer in [0, numPartitions) and depend on nothing but the key. */
  abstract getPartition(key: unknown): number;
  equals(other: unknown): boolean {
    return this === other;
  }
}

/**
 * Spark's default: Java's hash code of the key, modulo the number of partitions; null goes to 0 (semantics §13). What is made
 * of data sets without partitions has none either; with records, a shuffle into 0 partitions is `PARTITIONS_INVALID`.
 */
export class HashPartitioner extends Partitioner {
  private readonly n: number;
  /** Throws `PARTITIONS_INVALID` unless it is a whole number of 1 or more. */
  constructor(numPartitions: number) {
    super();
    if (numPartitions !== 0) checkPartitionCount(numPartitions, 'HashPartitioner');
    this.n = numPartitions;
  }
  /** How many partitions there are. */
  numPartitions(): number {
    return this.n;
  }
  getPartition(key: unknown): number {
    const r = hashOf(key) % this.n;
    return r < 0 ? r + this.n : r;
  }
  override equals(other: unknown): boolean {
    return other instanceof HashPartitioner && other.n === this.n;
  }
}

/** PySpark's `partitionFunc`: the function's answer modulo the number of partitions. */
export class FunctionPartitioner extends Partitioner {
  constructor(
    private readonly n: number,
    private readonly f: (key: unknown) => number,
  ) {
    super();
    checkPartitionCount(n, 'partitionBy');
  }
  numPartitions(): number {
    return this.n;
  }
  getPartition(key: unknown): number {
    const answer = this.f(key);
    if (!Number.isInteger(answer)) {
      throw new DStreamsError(
        'PARTITIONS_INVALID',
        `The partitioner gave ${describeValue(answer)} for a key; a function of the key must give a whole number.`,
      );
    }
    const r = answer % this.n;
    return r < 0 ? r + this.n : r;
  }
  override equals(other: unknown): boolean {
    return other instanceof FunctionPartitioner && other.n === this.n && other.f === this.f;
  }
}

export function checkPartitionCount(n: unknown, where: string): asserts n is number {
  if (typeof n === 'number' && Number.isInteger(n) && n > 0) return;
  const shown = Object(n) === n ? describeValue(n) : String(n);
  throw new DStreamsError(
    'PARTITIONS_INVALID',
    `${where}: Number of partitions (${shown}) must be positive, and a whole number.`,
  );
}
