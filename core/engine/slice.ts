import { DStreamsError } from '../errors.ts';
import { reachable, type StreamGraph, type StreamNode } from '../plan/index.ts';
import { ActionPromise, type Rdd } from '../rdd/index.ts';
import { StateDropped } from '../scheduler/given-batches.ts';
import type { StreamRun } from '../scheduler/stream-run.ts';
import type { StartingEngine } from './active.ts';

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
  return ActionPromise.of(async () => {
    const rdds: Rdd[] = [];
    for (let at = floor(fromMs); at <= floor(toMs); at += node.slideMs) {
      const rdd = at > zero ? await rememberedRdd(graph, run, node, at) : undefined;
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
