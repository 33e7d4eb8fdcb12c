import {
  type ClassName,
  Configuration,
  type FormatConf,
  type InputFormat,
  type OutputFormatLike,
  type Rdd,
  saveOps,
  type SparkCore,
  type TextShape,
  type WritableName,
} from '../core/internal.ts';
import { checkOptions } from './check-options.ts';

/** How pairs are written by an output format. */
export interface SaveOptions {
  /** An `OutputFormat`, its class, or a name: `TextOutputFormat` (default: key, tab, value), `SequenceFileOutputFormat`. */
  readonly format?: OutputFormatLike;
  /** Of sequence files: `Text`, `IntWritable` … Default: what fits the first record of a part. */
  readonly keyClass?: WritableName | undefined;
  /** The same of values. */
  readonly valueClass?: WritableName | undefined;
  /** Settings of Hadoop, over those of the context. Default: none. */
  readonly conf?: Configuration | Readonly<Record<string, string>> | undefined;
  /**
   * `gzip`, `deflate`, or the class of such a codec; sequence files are compressed by block. Default: as the settings
   * say, which is not at all.
   */
  readonly codec?: ClassName | undefined;
}

/** How pairs are read by an input format. Writables come as plain values: texts, numbers, bytes, null. */
export interface ReadOptions {
  /** Settings of Hadoop, over those of the context. Default: none. */
  readonly conf?: Configuration | Readonly<Record<string, string>> | undefined;
  /** Default: 2, or 1 where there is only one thread. */
  readonly minPartitions?: number | undefined;
}

export type { FormatConf, InputFormat };

const isConf = (conf: unknown): conf is Configuration => conf instanceof Configuration;

/** Settings of a call over those of the context. */
export function settings(core: SparkCore, conf: SaveOptions['conf']): Configuration {
  const merged = new Configuration(core.hadoopConf);
  const own = isConf(conf) ? conf : new Configuration(conf ?? {});
  for (const [key, value] of own) merged.set(key, value);
  return merged;
}

/** A plan for pairs of this surface. */
export function pairsPlan(
  core: SparkCore,
  asked: SaveOptions | null,
  isNewApi: boolean,
  where: string,
): saveOps.PlanSpec {
  checkOptions(asked, ['format', 'keyClass', 'valueClass', 'conf', 'codec'], where);
  const options = asked ?? {};
  const conf = settings(core, options.conf);
  return saveOps.pairsPlan({ ...options, conf, dialect: 'array', text: { kind: 'fluent' }, isNewApi });
}

export const linesPlan = (shape: TextShape | undefined, codec?: ClassName): saveOps.PlanSpec =>
  saveOps.textPlan({ kind: 'fluent', shape }, codec);

/** The context of a data set: it is always the engine's. */
export const coreOfRdd = ({ ctx }: Rdd): SparkCore => ctx as SparkCore;
