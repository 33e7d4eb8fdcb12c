import type { DStream, PairDStream, PairRDD, RDD, SparkContext, StreamingContext } from '../../index.ts';

/** What a call may use: streams of a context that has not started, data sets of two partitions, and a folder to write to. */
export interface Scene {
  readonly ssc: StreamingContext;
  readonly words: DStream<string>;
  readonly numbers: DStream<number>;
  readonly pairs: PairDStream<string, number>;
  readonly sc: SparkContext;
  readonly texts: RDD<string>;
  readonly counts: RDD<number>;
  readonly byKey: PairRDD<string, number>;
  readonly folder: string;
  /** Starts the context and runs a batch of a second. */
  readonly runBatch: () => Promise<void>;
}

/** By the name of PySpark's method. */
export type Calls = Readonly<Record<string, (scene: Scene) => unknown>>;
