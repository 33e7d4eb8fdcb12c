import { RangePartitioner as CoreRangePartitioner, type Rdd } from '../core/internal.ts';
import { type Compare, toCompare } from './comparator.ts';
import type { RddActions } from './rdd-actions.ts';

/**
 * Ranges of keys, of about equal numbers of records of `rdd`. They are found by the first action that needs them; until then
 * `getPartition` throws `OPTIONS_INVALID`.
 */
export class RangePartitioner extends CoreRangePartitioner {
  // A bundler gives one of the two another name.
  static override readonly name: string = 'RangePartitioner';

  /** At most `partitions` ranges of the keys of `rdd`, in ascending or descending order: natural, or by `compare`. */
  constructor(
    partitions: number,
    rdd: Rdd | RddActions<never, unknown> | { rdd(): Rdd },
    ascending = true,
    compare?: Compare<unknown>,
  ) {
    const order = compare && toCompare(compare, 'RangePartitioner');
    super(partitions, 'rdd' in rdd ? rdd.rdd() : rdd, ascending, order);
  }
}
