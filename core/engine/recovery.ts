import { DStreamsError } from '../errors.ts';
import type { Manifest } from '../options/index.ts';
import type { InputRun, StreamGraph } from '../plan/index.ts';
import type { StreamRun } from '../scheduler/stream-run.ts';
import type { StartingEngine } from './active.ts';
import type { Checkpoints, CheckpointsParts } from './checkpoints.ts';
import { noCheckpoint } from './no-checkpoint.ts';
import { openCheckpoints } from './open-checkpoints.ts';

/** That a context goes on from what is in its checkpoint directory, where there is something. */
export interface RecoveryRequest {
  /** Where the checkpoint cannot be used: begin anew, saying so, in place of failing. */
  readonly createOnError: boolean;
  /** A directory without a checkpoint is an error. */
  readonly isRequired: boolean;
}

export interface RecoveryParts extends Pick<CheckpointsParts, 'rememberMs' | 'inputs' | 'services' | 'onFailed'> {
  readonly engine: StartingEngine;
  /** As the program gave it. */
  readonly dir: string;
  /** undefined: what is in the directory is of no interest. */
  readonly request: RecoveryRequest | undefined;
  readonly run: StreamRun;
  /** Told as soon as the directory is taken: who stops after this has to let go of it. */
  readonly onOpened: (checkpoints: Checkpoints) => void;
}

/** Takes the checkpoint directory and gives inputs and streams back what is in it; undefined: it begins anew. */
export async function takeDirectory(parts: RecoveryParts): Promise<Manifest | undefined> {
  const { request, run, onOpened, rememberMs, inputs, services, onFailed } = parts;
  const { sc, graph } = parts.engine;
  const dir = sc.files.resolve(parts.dir);
  const open = (recovers: boolean) =>
    openCheckpoints(parts.engine, { dir, recovers, rememberMs, inputs, services, onFailed });
  let checkpoints: Checkpoints | undefined;
  try {
    checkpoints = await open(request !== undefined);
    onOpened(checkpoints);
    const { recovered } = checkpoints;
    if (recovered === undefined) {
      if (request?.isRequired) throw noCheckpoint(dir);
      if (request !== undefined) await checkpoints.restoreInputs();
      return undefined;
    }
    checkSame(recovered.manifest, graph.batchMs);
    checkRecoverable(graph);
    run.initialize(recovered.manifest.zeroMs);
    checkpoints.states.restore(recovered.manifest, run, sc.settings.allowDroppedState);
    await checkpoints.restoreInputs();
    return recovered.manifest;
  } catch (error) {
    if (request?.createOnError !== true) throw error;
    sc.logger.error(
      'StreamingContext',
      `The checkpoint in ${parts.dir} cannot be used: beginning anew, as createOnError says`,
      error,
    );
    await checkpoints?.close(false);
    run.reset();
    onOpened(await open(false));
    return undefined;
  }
}

function checkRecoverable(graph: StreamGraph): void {
  for (const node of graph.nodes) {
    if (node.op.kind !== 'input' || node.op.input.unrecoverable === undefined) continue;
    throw new DStreamsError(
      'INPUT_UNRECOVERABLE',
      `${graph.labelOf(node.id)} cannot be recovered: ${node.op.input.unrecoverable}`,
    );
  }
}

/**
 * Batches that were planned and not done, and those of the down time, in order, before the first new one (semantics
 * §11.7). What an input had written down is not planned again. Of receivers the first that was not planned has what was
 * logged before the end and in no batch; they have nothing else for the down time.
 */
export function runAgain(
  { sc, graph }: StartingEngine,
  checkpoints: Checkpoints,
  manifest: Manifest,
  startMs: number,
  inputs: ReadonlyMap<number, InputRun>,
  generate: (timeMs: number, plans: (nodeId: number) => boolean) => void,
): void {
  const { batchMs } = graph;
  const times = new Set(manifest.pending);
  for (const { timeMs } of checkpoints.recovered!.planned) times.add(timeMs);
  for (let t = manifest.batchTimeMs + batchMs; t < startMs; t += batchMs) times.add(t);
  const reruns = new Set([...times].filter((timeMs) => timeMs < startMs).sort((a, b) => a - b));
  if (reruns.size === 0) return;
  const inOrder = [...reruns];
  sc.logger.info(
    'StreamingContext',
    `Recovered from the checkpoint of batch ${manifest.batchTimeMs} ms: running ${inOrder.length} batches again, ${inOrder[0]} ms to ${inOrder.at(-1)} ms`,
  );
  checkpoints.runsAgain(inOrder);
  for (const [nodeId, input] of inputs) {
    input.planMissed?.(checkpoints.missedOf(graph.uidOf(graph.nodes[nodeId]!), inOrder));
  }
  sc.isRecoveredRerun = (timeMs) => reruns.has(timeMs);
  for (const timeMs of inOrder) {
    generate(timeMs, (nodeId) => {
      const node = graph.nodes[nodeId]!;
      const isReceiver = node.op.kind === 'input' && node.op.input.isReceiver;
      return !isReceiver && !checkpoints.isPlanned(graph.uidOf(node), timeMs);
    });
  }
}

/** What a checkpoint has and the program has not, or otherwise: refused with the reason, never silently dropped. */
function checkSame(manifest: Manifest, batchMs: number): void {
  if (manifest.batchMs !== batchMs) {
    throw new DStreamsError(
      'CHECKPOINT_DIFFERS',
      `The checkpoint was taken with batches of ${manifest.batchMs} ms, the program has ${batchMs} ms. Go on with the old batch duration, or begin anew in another directory.`,
    );
  }
}
