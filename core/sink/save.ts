import type { PairDialect } from '../data/index.ts';
import { DStreamsError } from '../errors.ts';
import {
  codecNamed,
  Configuration,
  type ClassName,
  classNameOfType,
  outputFormatOf,
  writableNamed,
  type WritableName,
  pathText,
} from '../format/index.ts';
import type { StreamRef } from '../plan/index.ts';
import { type Action, ActionPromise, type FnSlot, type JobRunner, type Rdd, slotsFor } from '../rdd/index.ts';
import type { FileSystem } from '../storage/file-system.ts';
import { batchPath, isBatchName } from './batch-path.ts';
import { OutputDirectory, sweep, type WhenExists } from './output-directory.ts';
import { confOf, type WrittenPart } from './part-file.ts';
import { extensionOf, type FormatSettings, OPEN_SPEC, openFormat, type PartSpec, type TextForm } from './part-spec.ts';

/** How an output is written: what a task is given besides its partition. */
export interface PartPlan {
  readonly open: FnSlot;
  readonly args: unknown;
  readonly extension: string;
  /** `part-`, or `part-r-` for Hadoop's new API. */
  readonly prefix: string;
}

/**
 * A function of the program that opens parts, which needs a coordinate, or one of the formats that are there.
 * @internal
 */
export interface PlanSpec {
  readonly spec: PartSpec | undefined;
  readonly open: ReturnType<typeof openFormat> | undefined;
  readonly extension: string;
  readonly prefix: string;
}

const planOf = ({ spec, open: _open, ...rest }: PlanSpec, slot: FnSlot = OPEN_SPEC): PartPlan => ({
  ...rest,
  open: slot,
  args: spec,
});

const specPlan = (spec: PartSpec, prefix = 'part-'): PlanSpec => ({
  spec,
  open: undefined,
  extension: extensionOf(spec),
  prefix,
});

/** A line a record. `codec`: a compression codec, its class or its name. */
export const textPlan = (text: TextForm, codec?: ClassName | null): PlanSpec =>
  specPlan({
    kind: 'lines',
    text,
    codec: codec === undefined || codec === null ? undefined : codecNamed(classNameOfType(codec)).kind,
  });

export const objectPlan = (): PlanSpec => specPlan({ kind: 'objects' });

/** As `pairsPlan`, by what the settings say, the directory too: Hadoop's way to say everything in one object. */
export function datasetPlan(
  options: Pick<PairsOptions, 'dialect' | 'text' | 'isNewApi'> & { readonly conf: Configuration },
): { readonly path: string; readonly plan: PlanSpec } {
  const { conf, isNewApi } = options;
  const path = conf.get('mapreduce.output.fileoutputformat.outputdir');
  if (path === null) {
    throw new DStreamsError(
      'OPTIONS_INVALID',
      'Output path not set. Set mapreduce.output.fileoutputformat.outputdir: FileOutputFormat.setOutputPath(conf, path).',
    );
  }
  const format = conf.getClass(isNewApi ? 'mapreduce.job.outputformat.class' : 'mapred.output.format.class');
  const keyClass = conf.getClass('mapreduce.job.output.key.class');
  const valueClass = conf.getClass('mapreduce.job.output.value.class');
  return { path, plan: pairsPlan({ ...options, format, keyClass, valueClass }) };
}

export interface PairsOptions {
  readonly dialect: PairDialect;
  readonly text: TextForm;
  readonly keyClass?: unknown;
  readonly valueClass?: unknown;
  /** A compression codec, its class or its name: sequence files are compressed by block then, as in Spark. */
  readonly codec?: ClassName | null | undefined;
  /** An `OutputFormat`, its class, or a name of Hadoop's. Default: text. */
  readonly format?: unknown;
  readonly conf?: Configuration | undefined;
  /** Hadoop's new API: other names of the part files. */
  readonly isNewApi: boolean;
}

/** Pairs by an output format. Throws `UNSUPPORTED` for names of classes that are not there, and for codecs. */
export function pairsPlan(options: PairsOptions): PlanSpec {
  const { dialect, text, isNewApi } = options;
  const settings = new Configuration(options.conf);
  const format = outputFormatOf(options.format);
  if (options.codec !== undefined && options.codec !== null) {
    settings.set('mapreduce.output.fileoutputformat.compress', 'true');
    settings.set(
      'mapreduce.output.fileoutputformat.compress.codec',
      codecNamed(classNameOfType(options.codec)).className,
    );
    settings.set('mapreduce.output.fileoutputformat.compress.type', 'BLOCK');
  }
  for (const [key, type] of [
    ['mapreduce.job.output.key.class', options.keyClass],
    ['mapreduce.job.output.value.class', options.valueClass],
  ] as const) {
    if (type === undefined || type === null) continue;
    // Text prints instances of the program's own classes, too; a sequence file has to know the class, and so has a name.
    const isOwn = format !== 'sequence' && typeof type === 'function';
    settings.set(key, isOwn ? classNameOfType(type) : writableNamed(type as WritableName).className);
  }
  const conf: FormatSettings = Object.fromEntries(settings);
  const prefix = isNewApi ? 'part-r-' : 'part-';
  if (typeof format === 'string') return specPlan({ kind: 'pairs', format, dialect, text, conf }, prefix);
  const open = openFormat(format, dialect, conf);
  return { spec: undefined, open, extension: format.extension?.(confOf(conf)) ?? '', prefix };
}

/**
 * Writes a data set as a directory, a file a partition, and `_SUCCESS`. The files are written where the tasks run. In a streaming job
 * a directory of the same name is replaced, and after a recovery one that is complete is kept; elsewhere it is `OUTPUT_EXISTS`.
 */
export function save(rdd: Rdd, path: string, plan: PlanSpec, files: FileSystem, label: string): ActionPromise<void> {
  const directory = new OutputDirectory(files, pathText(path, label));
  const slot = plan.open === undefined ? OPEN_SPEC : slotsFor(rdd.ctx, [rdd], label, [plan.open])[0]!;
  return ActionPromise.of(() => write(rdd, directory, planOf(plan, slot), label));
}

async function write(rdd: Rdd, { temporary, path: directory }: OutputDirectory, plan: PartPlan, label: string) {
  const { open: fn, args, extension, prefix } = plan;
  await rdd.ctx.runner.run(rdd, {
    kind: 'write',
    fn,
    args,
    target: { temporary, directory, prefix, extension },
    label,
  });
}

/**
 * A runner that gives what tasks have written its place. A part of the action, as that happens once and in the driver: the program is
 * run on executors as well, where actions do nothing.
 */
export const savingRunner = (runner: JobRunner, files: FileSystem): JobRunner => ({
  run: (rdd, action, partitions) =>
    action.kind === 'write' ? saved(rdd, action, runner, files) : runner.run(rdd, action, partitions),
});

async function saved(
  rdd: Rdd,
  action: Extract<Action, { kind: 'write' }>,
  runner: JobRunner,
  files: FileSystem,
): Promise<unknown[]> {
  const { target } = action;
  const directory = new OutputDirectory(files, target.directory);
  if (!(await directory.prepare(whenExists(rdd)))) return [];
  try {
    const parts = await runner.run(rdd, action);
    await directory.commit(parts as WrittenPart[], target.extension);
  } catch (error) {
    // The failure of the output is the one to report; what could not be cleaned up now is before the next attempt.
    await directory.abandon().catch(() => {});
    throw error;
  }
  return [];
}

function whenExists({ timeMs, ctx }: Rdd): WhenExists {
  if (timeMs === undefined) return 'fail';
  return ctx.isRecoveredRerun?.(timeMs) === true ? 'keep' : 'replace';
}

/** Each batch as a directory, named by its time: a batch that runs again leaves the same bytes. */
export function saveFiles(
  stream: StreamRef,
  name: string,
  prefix: string | null | undefined,
  suffix: string | null | undefined,
  plan: PlanSpec,
  files: FileSystem,
): void {
  if (prefix !== null && prefix !== undefined) pathText(prefix, name);
  const first = batchPath(prefix, suffix, 0);
  // A path that cannot be served is refused here, not in the first batch.
  files.resolve(first);
  let swept: Promise<void> | undefined;
  stream.graph.add({
    name,
    parents: [stream],
    op: (slots) => {
      const ready = planOf(plan, plan.open === undefined ? OPEN_SPEC : slots.slot(plan.open, true));
      const run = async (rdd: Rdd, timeMs: number): Promise<void> => {
        swept ??= sweep(
          files,
          first,
          isBatchName(prefix, suffix, (path) => files.resolve(path)),
        );
        await swept;
        await write(rdd, new OutputDirectory(files, batchPath(prefix, suffix, timeMs)), ready, name);
      };
      return { kind: 'output', fn: slots.slot(run, true) };
    },
  });
}
