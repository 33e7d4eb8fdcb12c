import { createHash } from 'node:crypto';
import { inspect } from 'node:util';
import { HashPartitioner, Partitioner } from './partitioner.ts';
import { RangePartitioner } from './range-partitioner.ts';

/**
 * Text that two runs of a program have in common where they spread keys alike: of a partitioner of the user's, the source
 * of its class and what its fields hold. undefined for ranges, which are found anew in each run. Blind to `#private` fields
 * and to what the code refers to outside of the class.
 */
export function partitionerIdentity(partitioner: Partitioner): string | undefined {
  if (partitioner instanceof RangePartitioner) return undefined;
  const { constructor } = partitioner;
  if (constructor === HashPartitioner) return `HashPartitioner ${partitioner.numPartitions()}`;
  const hash = createHash('sha256').update(String(partitioner.numPartitions()));
  for (let type: unknown = constructor; typeof type === 'function' && type !== Partitioner; ) {
    hash.update('\0').update(Function.prototype.toString.call(type));
    type = Object.getPrototypeOf(type);
  }
  for (const [name, value] of Object.entries(partitioner)) hash.update(`\0${name}\0${textOf(value)}`);
  return `${constructor.name || 'a class'} ${hash.digest('hex').slice(0, 32)}`;
}

const textOf = (value: unknown): string =>
  typeof value === 'function'
    ? Function.prototype.toString.call(value)
    : inspect(value, { depth: 8, maxArrayLength: null, maxStringLength: null, breakLength: Number.POSITIVE_INFINITY });
