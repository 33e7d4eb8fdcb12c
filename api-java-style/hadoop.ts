import {
  builtInRegistry,
  type ClassName,
  Configuration,
  type InputFormatLike,
  type OutputFormatLike,
  saveOps,
  type SparkCore,
  type WritableName,
} from '../core/internal.ts';
import { TUPLE } from './partitions.ts';

/** The class of keys or values: `Text.class`, or what needs none for text. */
export type RecordClassName = WritableName | ClassName | null;
export type { InputFormatLike, OutputFormatLike };

const JAVA = { kind: 'java' } as const;

/** `(…, keyClass, valueClass, formatClass, conf or codec)`, as Java's overloads have it: any of them may be left out. */
export function pairsPlan(
  core: SparkCore,
  isNewApi: boolean,
  keyClass?: RecordClassName,
  valueClass?: RecordClassName,
  format?: OutputFormatLike | null,
  confOrCodec?: Configuration | ClassName | null,
): saveOps.PlanSpec {
  const isConf = confOrCodec instanceof Configuration;
  const conf = merged(core, isConf ? confOrCodec : undefined);
  const codec = isConf ? undefined : confOrCodec;
  return saveOps.pairsPlan({ dialect: TUPLE, text: JAVA, keyClass, valueClass, format, conf, codec, isNewApi });
}

export const datasetPlan = (core: SparkCore, conf: Configuration, isNewApi: boolean) =>
  saveOps.datasetPlan({ dialect: TUPLE, text: JAVA, conf: merged(core, conf), isNewApi });

export const linesPlan = (codec?: ClassName | null): saveOps.PlanSpec => saveOps.textPlan(JAVA, codec);

/** Settings of a call over those of the context; classes that were set stay classes. */
export function merged(core: SparkCore, own: Configuration | undefined): Configuration {
  if (own === undefined) return new Configuration(core.hadoopConf);
  const conf = new Configuration(own);
  for (const [key, value] of core.hadoopConf) conf.setIfUnset(key, value);
  return conf;
}

/** A file as `binaryFiles` gives it: its path and its bytes. */
export class PortableDataStream {
  /** @internal */
  constructor(
    private readonly path: string,
    private readonly bytes: Uint8Array,
  ) {}

  /** The path of the file: `file:/a/b`. */
  getPath(): string {
    return this.path;
  }

  /** All bytes of the file. */
  toArray(): Uint8Array {
    return this.bytes;
  }

  toString(): string {
    return `PortableDataStream(${this.path}, ${this.bytes.length} bytes)`;
  }

  static {
    builtInRegistry.register<PortableDataStream>(PortableDataStream, {
      name: 'PortableDataStream',
      encode: ({ path, bytes }) => [path, bytes],
      decode: (parts) => new PortableDataStream(...(parts as [string, Uint8Array])),
    });
  }
}
