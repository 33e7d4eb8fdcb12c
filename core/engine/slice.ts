import { DStreamsError } from '../errors.ts';
import { reachable, type StreamGraph, type StreamNode } from '../plan/index.ts';
import { ActionPromise, type Rdd } from '../rdd/index.ts';
import { StateDropped } from '../scheduler/given-batches.ts';
import type { StreamRun } from '../scheduler/stream-run.ts';
import type { StartingEngine } from './active.ts';

/** Far more than any context remembers: a mistake, as nanoseconds in place of milliseconds. */
const BATCHES_MAX = 1_000_000;

/** The data sets of a stream's batches in [fromMs, toMs], both ends included, floored to its grid (semantics §3.6). */
export function slice(
  { sc, graph }: StartingEngine,
  run: StreamRun | undefined,
  node: StreamNode,
  fromMs: number,
  toMs: number,
): ActionPromise<Rdd[]> {
  const zero = run?.zeroMs;
  if (run === undefined || zero === undefined) {
    throw new DStreamsError(
      'STREAM_NOT_INITIALIZED',
      `${graph.labelOf(node.id)} has not been initialized. Call slice after start().`,
    );
  }
  if (!reachable(graph).includes(node)) {
    throw new DStreamsError(
      'STREAM_NOT_INITIALIZED',
      `${graph.labelOf(node.id)} has not been initialized: no output operation reaches it. Give it one before start().`,
    );
  }
  const floor = (ms: number) => zero + Math.floor((ms - zero) / node.slideMs) * node.slideMs;
  if (floor(fromMs) !== fromMs || floor(toMs) !== toMs) {
    sc.logger.warn(
      'StreamingContext',
      `slice from ${fromMs} ms to ${toMs} ms: times are floored to multiples of ${node.slideMs} ms.`,
    );
  }
  const firstMs = Math.max(floor(fromMs), zero + node.slideMs);
  if (floor(toMs) - firstMs > BATCHES_MAX * node.slideMs) {
    throw new DStreamsError(
      'SLICE_INVALID',
      `slice: from ${fromMs} ms to ${toMs} ms are more than ${BATCHES_MAX} batches of ${node.slideMs} ms. Give it times of batches, in ms.`,
    );
  }
  return ActionPromise.of(async () => {
    const rdds: Rdd[] = [];
    for (let at = firstMs; at <= floor(toMs); at += node.slideMs) {
      const rdd = await rememberedRdd(graph, run, node, at);
      if (rdd !== undefined) rdds.push(rdd);
    }
    return rdds;
  });
}

async function rememberedRdd(graph: StreamGraph, run: StreamRun, node: StreamNode, timeMs: number) {
  try {
    return await run.rddAt(node, timeMs);
  } catch (error) {
    if (!(error instanceof StateDropped)) throw error;
    throw new DStreamsError(
      'SLICE_INVALID',
      `slice: ${graph.labelOf(node.id)} has no batch ${timeMs} ms any more, as state is not kept for so long. ` +
        'Call remember(duration) on the context before start(), with how far back slices go.',
      { cause: error },
    );
  }
}
