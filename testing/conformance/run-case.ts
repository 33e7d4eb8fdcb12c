import { isDStreamsError } from 'dstreams';
import { createTestContext, type TestContext } from 'dstreams/testing';
import { type Case, isPrintCase, type Observation, type ObservedError, type PrintCase, type Stage } from './case.ts';
import { fluent } from './pipeline-fluent.ts';
import { javaStyle } from './pipeline-java.ts';
import { buildStream, operatorsOf } from './pipeline.ts';
import { plainBatch } from './plain.ts';
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
  const checkpointDir = NEEDS_CHECKPOINT_DIR.some((operator) => operators.has(operator)) ? 'checkpoints' : undefined;
  const t = createTestContext({
    batchMs: one.batchMs,
    onFailure: 'keep',
    ...(checkpointDir === undefined ? {} : { checkpointDir }),
    ...(one.remember === undefined ? {} : { remember: one.remember }),
  });
  try {
    return await observe(t, one, surface);
  } finally {
    await t.stop();
  }
}

async function observe<S>(t: TestContext, one: Case, surface: Surface<S>): Promise<Observation> {
  const { name, inputs, inputKind, partitions, slices, ordered = false } = one;
  let stream: S;
  let recording: ReturnType<Surface<S>['record']>;
  try {
    stream = buildStream(one, t, surface.steps, (input) =>
      inputKind === undefined ? surface.input(t, inputs[input]!, partitions) : surface.queue(t, one, input),
    );
    recording = surface.record(t, stream);
  } catch (error) {
    return { name, observed: [], observedError: describe('build', error) };
  }
  const observedError = await advance(t, one.run);
  const observed = recording.batches.map(({ timeMs, values }) => [timeMs, plainBatch(values, ordered)] as const);
  const observation = observedError === undefined ? { name, observed } : { name, observed, observedError };
  if (slices === undefined || observedError !== undefined) return observation;
  const observedSlices = [];
  for (const [fromMs, toMs] of slices) {
    observedSlices.push((await surface.slice(stream, fromMs, toMs)).map((values) => plainBatch(values, ordered)));
  }
  return { ...observation, observedSlices };
}

/** Runs batch after batch, up to the first one that fails. */
async function advance(t: TestContext, batchCount: number): Promise<ObservedError | undefined> {
  try {
    await t.start();
  } catch (error) {
    return describe('start', error);
  }
  for (let i = 0; i < batchCount; i++) {
    await t.run(1);
    const [failure] = t.failures;
    if (failure !== undefined) return describe(failure.at, failure.error, failure.timeMs);
  }
  return undefined;
}

function describe(at: Stage, error: unknown, timeMs?: number): ObservedError {
  const code = isDStreamsError(error) ? error.code : 'UNKNOWN';
  const message = error instanceof Error ? error.message : String(error);
  return timeMs === undefined ? { at, code, message } : { at, timeMs, code, message };
}

async function runPrint<S>(one: PrintCase, surface: Surface<S>): Promise<Observation> {
  const { name, operation, n, batchMs, partitions, input } = one;
  if (operation !== 'print') return { name, observed: [], unsupported: operation };
  const t = createTestContext({ batchMs, onFailure: 'keep' });
  try {
    surface.print(surface.input(t, input, partitions), n);
    const observedError = await advance(t, one.run);
    const observation = { name, observed: [], observedText: t.stdout };
    return observedError === undefined ? observation : { ...observation, observedError };
  } finally {
    await t.stop();
  }
}
