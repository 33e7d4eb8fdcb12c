import type { Partitioner, STREAM } from '../core/internal.ts';

/**
 * What a function given to `map` may return, spelled out so that TypeScript infers `[word, 1]` as a pair of `string` and
 * `number` (decision 28). A `const` type parameter would infer `1` in place of `number`.
 */
export type Hint = readonly [Hint, Hint] | readonly Hint[] | {} | null | undefined | void;

/** @internal */
export type IsAny<T> = 0 extends 1 & T ? true : false;

/** A user's function of any shape, for the code below the types. */
export type Fn = (...args: never[]) => unknown;

/**
 * How many partitions, or which key goes where: a number; `{ numPartitions }`; a `Partitioner`; a function of the key,
 * whose answer is taken modulo the number of partitions. Default: `spark.default.parallelism`, or the master's threads.
 */
export type Partitions<K> =
  | number
  | Partitioner
  | ((key: K) => number)
  | {
      /** How many partitions. Default: `spark.default.parallelism`, or the master's threads. */
      readonly numPartitions?: number;
      /**
       * Which key goes where: a partitioner, or a function of the key, whose answer is taken modulo `numPartitions`.
       */
      readonly partitioner?: Partitioner | ((key: K) => number);
      /** Python's name of `partitioner`. */
      readonly partitionFunc?: (key: K) => number;
    };

/** Whether a function leaves keys where they are, in place or by name. */
export type Preserves = boolean | { readonly preservesPartitioning?: boolean };

/** A stream of either surface, the Java style one included. */
export interface AnyStream {
  readonly [STREAM]: object;
}
