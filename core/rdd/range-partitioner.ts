import { defaultCodec } from '../data/index.ts';
import { DStreamsError } from '../errors.ts';
import { type AnyFunction, checkFunction } from './function-slot.ts';
import { compareNatural } from './order.ts';
import { checkPartitionCount, Partitioner } from './partitioner.ts';
import { type Partitioning, type RangeBounds, type Rdd, slotsFor } from './rdd.ts';

export type RangePartitioning = Extract<Partitioning, { kind: 'range' }>;

/** Whose keys say where the ranges begin. Beside the bounds, not in them: bounds travel. */
const SAMPLED = new WeakMap<RangeBounds, Rdd>();

export const sampledBy = (bounds: RangeBounds): Rdd | undefined => SAMPLED.get(bounds);

/**
 * Ranges of keys, of about equal numbers of records of `rdd`: all keys of a partition come before those of the next (Spark
 * `RangePartitioner`). The ranges are found by a job of its own, when the first action needs them, as finding them takes
 * a promise; until then `getPartition` throws `OPTIONS_INVALID`.
 */
export class RangePartitioner extends Partitioner {
  /** @internal */
  readonly partitioning: RangePartitioning;
  private find: ((key: unknown) => number) | undefined;

  /** `compare`: of keys; default is their natural order. */
  constructor(partitions: number, rdd: Rdd, ascending = true, compare?: AnyFunction, operator = 'RangePartitioner') {
    super();
    checkPartitionCount(partitions, operator);
    if (compare !== undefined) checkFunction(compare, operator);
    const bounds: RangeBounds = { encoded: undefined };
    SAMPLED.set(bounds, rdd);
    const [slot] = compare === undefined ? [] : slotsFor(rdd.ctx, [rdd], operator, [compare]);
    this.partitioning = {
      kind: 'range',
      n: partitions,
      ascending,
      bounds,
      ...(slot === undefined ? {} : { compare: slot }),
    };
  }

  /** @internal The same ranges, elsewhere: whoever makes it holds no records. */
  static of(partitioning: RangePartitioning): RangePartitioner {
    return Object.assign(Object.create(RangePartitioner.prototype) as RangePartitioner, { partitioning });
  }

  /** How many partitions were asked for; some may stay empty. */
  numPartitions(): number {
    return this.partitioning.n;
  }

  /** Whether the ranges have been found. */
  get isReady(): boolean {
    return this.partitioning.bounds.encoded !== undefined;
  }

  getPartition(key: unknown): number {
    if (!this.isReady) {
      throw new DStreamsError(
        'OPTIONS_INVALID',
        'RangePartitioner: the ranges are not known before the first action that needs them: await one first.',
      );
    }
    this.find ??= rangeOf(this.partitioning);
    return this.find(key);
  }

  override equals(other: unknown): boolean {
    return other instanceof RangePartitioner && other.partitioning.bounds === this.partitioning.bounds;
  }
}

/** Which partition a key belongs to: keys up to and with the first bound to the first one. */
export function rangeOf({ n, ascending, bounds, compare: slot }: RangePartitioning): (key: unknown) => number {
  const cuts = decoded(bounds);
  const compare = (slot?.fn ?? compareNatural) as typeof compareNatural;
  return (key) => {
    let from = 0;
    let to = cuts.length;
    while (from < to) {
      const middle = (from + to) >> 1;
      if (compare(cuts[middle], key) < 0) from = middle + 1;
      else to = middle;
    }
    return ascending ? from : n - 1 - from;
  };
}

function decoded({ encoded }: RangeBounds): readonly unknown[] {
  if (encoded === undefined) throw new TypeError('ranges that nobody has found');
  return defaultCodec.decodeValue(Buffer.from(encoded, 'base64')) as unknown[];
}
