import { isDStreamsError } from 'dstreams';
import { createTestContext, LocalFileSystem, ManualClock, MemoryDisk, type TestContext } from 'dstreams/testing';
import { type Case, isPrintCase, type Observation, type ObservedError, type PrintCase, type Stage } from './case.ts';
import { fluent } from './pipeline-fluent.ts';
import { javaStyle } from './pipeline-java.ts';
import { buildStream, operatorsOf } from './pipeline.ts';
import { plainBatch } from './plain.ts';
import { RestartedCase } from './run-restarted.ts';
import { ScriptedFolder } from './scripted-folder.ts';
import type { Surface } from './surface.ts';
import { withoutInverse } from './without-inverse.ts';

export type SurfaceName = 'fluent' | 'java';

/** Steps that Spark checkpoints, or may. */
const NEEDS_CHECKPOINT_DIR = [
  'checkpoint',
  'countByWindow',
  'countByValueAndWindow',
  'reduceByWindow',
  'reduceByKeyAndWindow',
  'updateStateByKey',
  'mapWithState',
];

/**
 * Runs a case on the master of this process and says what was seen. An operation that the surface does not have is
 * reported, and nothing runs.
 */
export function runCase(one: Case | PrintCase, surface: SurfaceName, form: Form = 'asWritten'): Promise<Observation> {
  // The tables differ in their streams only, and neither lets one out.
  return surface === 'fluent' ? run(one, inForm(fluent, form)) : run(one, inForm(javaStyle, form));
}

/** How many contexts the case has, one after the other. */
export const contextsOf = (one: Case | PrintCase): number => (isPrintCase(one) ? 1 : 1 + (one.restarts?.length ?? 0));

let restarted: RestartedCase | undefined;

/**
 * Runs the i-th context of a case that has several, where threads need each to be a job of its own. What was seen so far
 * is reported.
 */
export async function runContext(one: Case, index: number, surface: SurfaceName): Promise<Observation> {
  if (index === 0) await (restarted = new RestartedCase(one)).make();
  // Threads begin with any of them.
  const at = (restarted ??= new RestartedCase(one));
  try {
    await (surface === 'fluent' ? at.run(index, fluent) : at.run(index, javaStyle));
  } catch (error) {
    await at.remove();
    return { ...at.observation, observedError: describe('run', error) };
  }
  if (index === contextsOf(one) - 1) await at.remove();
  return at.observation;
}

/** As the case has it, or with its inverse windows made of other operations. */
export type Form = 'asWritten' | 'withoutInverse';

const inForm = <S>(surface: Surface<S>, form: Form): Surface<S> =>
  form === 'asWritten' ? surface : { ...surface, steps: withoutInverse(surface.steps) };

async function run<S>(one: Case | PrintCase, surface: Surface<S>): Promise<Observation> {
  if (isPrintCase(one)) return runPrint(one, surface);
  const { name } = one;
  const operators = operatorsOf(one);
  for (const operator of operators) {
    if (!Object.hasOwn(surface.steps, operator)) return { name, observed: [], unsupported: operator };
  }
  const folder = one.folder === undefined ? undefined : new ScriptedFolder(one.folder);
  const checkpointDir = NEEDS_CHECKPOINT_DIR.some((operator) => operators.has(operator)) ? 'checkpoints' : undefined;
  const t = createTestContext({
    batchMs: one.batchMs,
    onFailure: 'keep',
    ...(checkpointDir === undefined ? {} : { checkpointDir }),
    ...(one.remember === undefined ? {} : { remember: one.remember }),
    ...(folder === undefined ? {} : { files: folder.files, nowMs: folder.madeMs }),
    conf: {
      ...(one.parallelism === undefined ? {} : { 'spark.default.parallelism': one.parallelism }),
      ...folder?.conf,
    },
  });
  try {
    await folder?.make();
    return await observe(t, one, surface, folder);
  } finally {
    await t.stop();
    await folder?.remove();
  }
}

async function observe<S>(
  t: TestContext,
  one: Case,
  surface: Surface<S>,
  folder: ScriptedFolder | undefined,
): Promise<Observation> {
  const { name, inputs, inputKind, partitions, slices, ordered = false } = one;
  let stream: S;
  let recording: ReturnType<Surface<S>['record']>;
  try {
    stream = buildStream(one, t, surface.steps, (input) => {
      const watched = folder?.watched(input);
      if (watched !== undefined) return surface.watch(t, watched);
      return inputKind === undefined ? surface.input(t, inputs[input]!, partitions) : surface.queue(t, one, input);
    });
    recording = surface.record(t, stream);
  } catch (error) {
    return { name, observed: [], observedError: describe('build', error) };
  }
  const observedError = await advance(t, one.run, (i) => folder?.beforeBatch(i));
  const observed = recording.batches.map(({ timeMs, values }) => [timeMs, plainBatch(values, ordered)] as const);
  const observation = observedError === undefined ? { name, observed } : { name, observed, observedError };
  if (slices === undefined || observedError !== undefined) return observation;
  const observedSlices = [];
  try {
    for (const [fromMs, toMs] of slices) {
      observedSlices.push((await surface.slice(stream, fromMs, toMs)).map((values) => plainBatch(values, ordered)));
    }
  } catch (error) {
    return { ...observation, observedSlices, observedError: describe('slice', error) };
  }
  return { ...observation, observedSlices };
}

/** Runs batch after batch, up to the first one that fails. */
async function advance(
  t: TestContext,
  batchCount: number,
  beforeBatch: (index: number) => Promise<void> | undefined = () => undefined,
): Promise<ObservedError | undefined> {
  try {
    await t.start();
  } catch (error) {
    return describe('start', error);
  }
  for (let i = 0; i < batchCount; i++) {
    await beforeBatch(i);
    await t.run(1);
    const [failure] = t.failures;
    if (failure !== undefined) return describe(failure.at, failure.error, failure.timeMs);
  }
  return undefined;
}

export function describe(at: Stage, error: unknown, timeMs?: number): ObservedError {
  const code = isDStreamsError(error) ? error.code : 'UNKNOWN';
  const message = error instanceof Error ? error.message : String(error);
  return timeMs === undefined ? { at, code, message } : { at, timeMs, code, message };
}

async function runPrint<S>(one: PrintCase, surface: Surface<S>): Promise<Observation> {
  const { name, operation, n, batchMs, partitions, input } = one;
  if (operation !== 'print' && operation !== 'saveAsTextFiles') return { name, observed: [], unsupported: operation };
  const files = new LocalFileSystem({ disk: new MemoryDisk(new ManualClock()), workingDirectory: '/out' });
  const t = createTestContext({ batchMs, onFailure: 'keep', files });
  try {
    const stream = surface.input(t, input, partitions);
    if (operation === 'print') surface.print(stream, n);
    else surface.saveAsTextFiles(stream, 'out', suffixOf(one));
    const observedError = await advance(t, one.run);
    const shown = operation === 'print' ? { observedText: t.stdout } : { observedFiles: await filesBelow(files) };
    const observation = { name, observed: [], ...shown };
    return observedError === undefined ? observation : { ...observation, observedError };
  } finally {
    await t.stop();
  }
}

/** Cases were recorded with the suffix `txt` or none, and say so only by the names of their files. */
const suffixOf = ({ files = {} }: PrintCase): string =>
  Object.keys(files).some((path) => path.includes('.txt/')) ? 'txt' : '';

/** Every file, by its path below the working directory. */
async function filesBelow(files: LocalFileSystem): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const directory of await files.list('.')) {
    for (const { name, path } of await files.list(directory.path)) {
      found[`${directory.name}/${name}`] = new TextDecoder().decode(await files.read(path, 2 ** 20));
    }
  }
  return found;
}
