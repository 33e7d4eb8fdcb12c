import { Partitioner } from 'dstreams';
import { partitionByText } from './functions.ts';
import type { Value } from './values.ts';

class ByText extends Partitioner {
  constructor(private readonly count: number) {
    super();
  }

  numPartitions(): number {
    return this.count;
  }

  getPartition(key: unknown): number {
    return partitionByText(key as Value, this.count);
  }

  override equals(other: unknown): boolean {
    return other instanceof ByText && other.count === this.count;
  }
}

/** The case's own partitioner: `{ byText: 3 }`. */
export const fluentPartitioner = (argument: unknown): Partitioner =>
  new ByText((argument as { readonly byText: number }).byText);
