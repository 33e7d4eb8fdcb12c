import {
  type AnyFunction,
  checkFunction,
  DStreamsError,
  durationMs,
  FunctionPartitioner,
  HashPartitioner,
  type Parallelism,
  Partitioner,
  rddOps,
  streamOps,
  Time,
} from '../core/internal.ts';
import { isOptions } from './check-options.ts';
import type { DurationLike } from './option-types.ts';

/** In ms, positive. `what` names it in messages. */
export const ms = (value: DurationLike, what: string): number => durationMs(value, what, { refuseTinyNumbers: true });

/** Every form of `Partitions<K>` as a partitioner. Throws `PARTITIONS_INVALID`. */
export function partitionerFrom(partitions: unknown, context: Parallelism, where: string): Partitioner {
  const partitioner = partitionerOf(partitions, context, where);
  rddOps.checkPartitionCount(partitioner.numPartitions(), where);
  return partitioner;
}

function partitionerOf(partitions: unknown, context: Parallelism, where: string): Partitioner {
  if (partitions === undefined || partitions === null || partitions instanceof Partitioner) {
    return streamOps.partitionerOf(partitions ?? undefined, context, where);
  }
  if (typeof partitions !== 'object') return streamOps.partitionerOf(partitions as number, context, where);
  const {
    numPartitions,
    partitionFunc,
    partitioner = partitionFunc,
    ...others
  } = partitions as Record<string, unknown>;
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) {
    throw new DStreamsError(
      'PARTITIONS_INVALID',
      `${where}: no option is called ${unknown}; there are numPartitions and partitioner.`,
    );
  }
  if (partitioner instanceof Partitioner) return partitioner;
  const n = (numPartitions ?? context.defaultParallelism) as number;
  if (partitioner !== undefined) {
    checkFunction(partitioner, `${where}: partitioner`);
    rddOps.checkPartitionCount(n, where);
    return new FunctionPartitioner(n, partitioner);
  }
  return new HashPartitioner(n);
}

const PARTITION_OPTIONS: readonly string[] = ['numPartitions', 'partitioner', 'partitionFunc'];

/**
 * Options beside those of `Partitions`, taken out of an argument that may also be a form of it. Throws `OPTIONS_INVALID` for
 * what has neither name.
 */
export function splitOptions<N extends string>(
  argument: unknown,
  names: readonly N[],
  where: string,
): { readonly partitions: unknown; readonly options: Partial<Record<N, unknown>> } {
  if (!isOptions(argument)) return { partitions: argument, options: {} };
  const options: Partial<Record<N, unknown>> = {};
  const rest: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(argument)) {
    if (names.includes(name as N)) options[name as N] = value;
    else if (PARTITION_OPTIONS.includes(name)) rest[name] = value;
    else {
      const all = [...PARTITION_OPTIONS, ...names].join(', ');
      throw new DStreamsError('OPTIONS_INVALID', `${where}: no option is called ${name}; there are ${all}.`);
    }
  }
  return { partitions: Object.keys(rest).length === 0 ? undefined : rest, options };
}

type Entries = Iterable<readonly [key: unknown, values: readonly unknown[], state: unknown]>;

/** `updateStateByKey` of a partition: a function of an iterator, or of time, key, values and state. */
export function partitionUpdate(f: unknown): (entries: Entries, timeMs: number) => unknown {
  checkFunction(f, 'updateStateByKey');
  if (f.length !== 4) return (entries) => f(entries);
  return function* (entries, timeMs) {
    const time = new Time(timeMs);
    for (const [key, values, state] of entries) {
      const next: unknown = f(time, key, values, state);
      if (next !== undefined && next !== null) yield [key, next];
    }
  };
}

type PartitionFunction = (records: readonly unknown[], index: number) => unknown;

/** The engine gives a partition as an array; fluent functions take an iterator, as in Python. */
export function overIterator(f: unknown, operator: string): PartitionFunction {
  checkFunction(f, operator);
  return (records) => f(records[Symbol.iterator]());
}

/** The same for the partitions of two data sets. */
export function overIterators(
  f: unknown,
  operator: string,
): (left: readonly unknown[], right: readonly unknown[]) => unknown {
  checkFunction(f, operator);
  return (left, right) => f(left[Symbol.iterator](), right[Symbol.iterator]());
}

/** The same with the index of the partition first. */
export function overIteratorWithIndex(f: unknown, operator: string): PartitionFunction {
  checkFunction(f, operator);
  return (records, index) => f(index, records[Symbol.iterator]());
}

/** The same for output: the function may be async. */
export function eachIterator(f: unknown): PartitionFunction {
  if (typeof f !== 'function') checkFunction(f, 'foreachPartition');
  return (records) => (f as AnyFunction)(records[Symbol.iterator]());
}
