import type { ConfValue, CreateInfo, SparkConf } from '../core/internal.ts';
import type { SparkContext } from './rdd-types.ts';
import type { StreamingContext } from './types.ts';
import type { DurationLike } from './option-types.ts';

/** A context by name. What is left out comes from the configuration and the command line. */
export interface SparkContextOptions {
  /** `local`, `local[N]` or `local[*]`. Default: what `--master` or the environment says. */
  readonly master?: string | undefined;
  /** The name of the program, for logs. Default: what `--name` or `spark.app.name` says, else none. */
  readonly appName?: string | undefined;
  /** A `SparkConf`, or keys and values. Default: what the command line and the environment say. */
  readonly conf?: SparkConf | Readonly<Record<string, ConfValue>> | undefined;
}

/** Makes contexts of data sets (Spark `SparkContext`). */
export interface SparkContextClass {
  /** A context by the guide's arguments. */
  new (master: string, appName: string): SparkContext;
  /** A context by name or by a configuration. What is left out comes from the command line and the environment. */
  new (options?: SparkContextOptions | SparkConf): SparkContext;
  /** The context of this process that was made last and is not stopped; else one of `conf`. */
  getOrCreate(conf?: SparkContextOptions | SparkConf): SparkContext;
  /** What contexts made from now on find in their configuration, unless the program or the command line says otherwise. */
  setSystemProperty(key: string, value: string): void;
}

/** A streaming context by name: that of a `SparkContext`, and how long a batch is. */
export interface StreamingContextOptions extends SparkContextOptions {
  /** The interval of batches. */
  readonly batchDuration: DurationLike;
  /** As `ssc.checkpoint(directory)`. Default: no checkpoints. */
  readonly checkpointDir?: string | undefined;
}

/** Makes streaming contexts, and finds those that are there. The class takes an engine, too, which the package's own tools give it. */
export interface StreamingContextClass {
  /**
   * As the guide has it; `sparkHome` and `jars` are accepted, and mean nothing here. Every form throws `BATCH_DURATION_INVALID` for a
   * duration that is missing or not positive.
   */
  new (
    master: string,
    appName: string,
    batchDuration: DurationLike,
    sparkHome?: string | null,
    jars?: string | readonly string[] | null,
  ): StreamingContext;
  /**
   * Goes on from a checkpoint: `start()` runs the job module that is named in it, and this is the context that it starts. Until
   * then it has listeners and the methods of its life alone. Throws `CHECKPOINT_NOT_FOUND`. `getOrCreate` needs no module.
   */
  new (checkpointDirectory: string): StreamingContext;
  /** A streaming context on a `SparkContext` that is there. */
  new (sparkContext: SparkContext, batchDuration: DurationLike): StreamingContext;
  /** A streaming context by a configuration. */
  new (conf: SparkConf, batchDuration: DurationLike): StreamingContext;
  /** A context by name. */
  new (options: StreamingContextOptions): StreamingContext;
  /** The context that is started and not yet stopped in this process. */
  getActive(): StreamingContext | undefined;
  /** The active one, else what `create` makes. */
  getActiveOrCreate(create: (info: CreateInfo) => StreamingContext): StreamingContext;
  /** The same in PySpark's form, with the checkpoint directory first: null for none, else as `getOrCreate`. */
  getActiveOrCreate(checkpointPath: string | null, create: (info: CreateInfo) => StreamingContext): StreamingContext;
  /**
   * A context that goes on from the checkpoint in `checkpointPath`, where there is one; else begins there. `create` builds
   * the graph and is always called, in executors too: what must happen once stands behind `if (!recovered && driver)`.
   * `createOnError`: begin anew where the checkpoint cannot be used, in place of failing in `start()`. Default false.
   */
  getOrCreate(
    checkpointPath: string,
    create: (info: CreateInfo) => StreamingContext,
    options?: { readonly createOnError?: boolean },
  ): StreamingContext;
}
